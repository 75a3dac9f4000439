"""Colours in a Word file: names and theme colours in, six hexadecimal digits out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from pipeline.base.xml_parts import below, local_name, value

# Below this value, the luminance formula of WCAG is linear.
_DARK: Final = 0.03928
_HEX: Final = re.compile("[0-9A-F]{6}")
# The names of theme colours in run properties, and in the theme.
_THEME_NAMES: Final = {
    "background1": "lt1",
    "light1": "lt1",
    "text1": "dk1",
    "dark1": "dk1",
    "background2": "lt2",
    "light2": "lt2",
    "text2": "dk2",
    "dark2": "dk2",
    "hyperlink": "hlink",
    "followedHyperlink": "folHlink",
}
_DEFAULT_THEME: Final = {"lt1": "FFFFFF", "dk1": "000000", "lt2": "EEECE1", "dk2": "1F497D"}
_HIGHLIGHTS: Final = {
    "black": "000000",
    "blue": "0000FF",
    "cyan": "00FFFF",
    "darkBlue": "000080",
    "darkCyan": "008080",
    "darkGray": "808080",
    "darkGreen": "008000",
    "darkMagenta": "800080",
    "darkRed": "800000",
    "darkYellow": "808000",
    "green": "00FF00",
    "lightGray": "C0C0C0",
    "magenta": "FF00FF",
    "red": "FF0000",
    "white": "FFFFFF",
    "yellow": "FFFF00",
}


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a file's theme."""

    theme: Mapping[str, str]

    @classmethod
    def of(cls, part: etree._Element | None) -> Palette:
        """The palette of a theme part; Word's default colours if the file has no theme."""
        theme = dict(_DEFAULT_THEME)
        schemes = below(part, "clrScheme") if part is not None else iter(())
        for slot in next(schemes, ()):
            definition = next(iter(slot), None)
            colour = value(definition, "lastClr") or value(definition)
            if colour is not None and _HEX.fullmatch(colour.upper()):
                theme[local_name(slot)] = colour.upper()
        return cls(theme)

    def of_element(self, element: etree._Element | None) -> str | None:
        """The colour of a ``w:color`` element; None if Word selects it."""
        if element is None:
            return None
        names = ("val", "themeColor", "themeTint", "themeShade")
        return self.colour(*(value(element, name) for name in names))

    def colour(
        self,
        plain: str | None,
        theme: str | None = None,
        tint: str | None = None,
        shade: str | None = None,
    ) -> str | None:
        """The displayed colour; None for ``auto`` and for a missing value."""
        base = self.theme.get(_THEME_NAMES.get(theme, theme)) if theme else None
        if base is not None:
            return _mixed(_mixed(base, tint, "FFFFFF"), shade, "000000")
        digits = (plain or "").upper()
        return digits if _HEX.fullmatch(digits) else None

    def highlight(self, name: str) -> str | None:
        """The colour of a highlight by its name; None if unknown."""
        return _HIGHLIGHTS.get(name)


def _mixed(colour: str, part: str | None, other: str) -> str:
    """Mix two colours: ``part`` (hexadecimal, of ``FF``) of ``colour``, the rest of ``other``."""
    try:
        share = int(part or "FF", 16) / 255
    except ValueError:
        share = 1.0
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "".join(f"{round(one * share + two * (1 - share)):02X}" for one, two in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[:2], 16), int(colour[2:4], 16), int(colour[4:], 16)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21, as defined in WCAG 2."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (channel / 255 for channel in _channels(colour))
    linear = [p / 12.92 if p <= _DARK else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
