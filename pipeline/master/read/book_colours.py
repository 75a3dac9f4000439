"""The colours of a workbook: a colour's attributes in, six hexadecimal digits out."""

from __future__ import annotations

import colorsys
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.base.word.colours import contrast
from pipeline.base.xml_parts import below, parsed, value

WHITE, BLACK = "FFFFFF", "000000"
_PART: Final = "xl/theme/theme1.xml"
_HEX: Final = re.compile("[0-9A-F]{6}")
# Colours by their number in the old palette.
_INDEXED: Final = {"0": BLACK, "1": WHITE, "8": BLACK, "9": WHITE, "64": BLACK, "65": WHITE}
# The numbers of a workbook have light before dark, a theme has dark before light.
_ORDER: Final = (1, 0, 3, 2)
_DEFAULT_THEME: Final = (WHITE, BLACK, "E7E6E6", "44546A")
# Minimum contrast of readable text; light grey on white has less.
_LEAST_CONTRAST: Final = 2.0


@dataclass(frozen=True, slots=True)
class BookColours:
    """The colours of a workbook's theme, in the order of its numbers."""

    theme: tuple[str, ...] = _DEFAULT_THEME

    @classmethod
    def of(cls, archive: zipfile.ZipFile) -> BookColours:
        """The colours of the workbook's theme; without a theme the four default colours."""
        if _PART not in archive.namelist():
            return cls()
        slots = list(next(below(parsed(archive.read(_PART)), "clrScheme"), ()))
        colours = [next(iter(slot), None) for slot in slots]
        found = [(value(colour, "lastClr") or value(colour) or "").upper() for colour in colours]
        first = [found[place] for place in _ORDER if place < len(found)]
        return cls((*first, *found[len(_ORDER) :]))

    def rgb(self, attributes: Mapping[str, str] | None) -> str | None:
        """The colour of these attributes; None if it is automatic or unknown."""
        if attributes is None:
            return None
        plain = attributes.get("rgb", "")[-6:].upper()
        theme, index = attributes.get("theme", ""), attributes.get("indexed", "")
        if theme.isdecimal() and int(theme) < len(self.theme):
            plain = self.theme[int(theme)]
        base = plain if _HEX.fullmatch(plain) else _INDEXED.get(index)
        return None if base is None else _tinted(base, attributes.get("tint", "0"))


def is_faint(colour: str | None, background: str | None) -> bool:
    """Whether a text is hardly visible on its background; the default is black on white."""
    return contrast(colour or BLACK, background or WHITE) < _LEAST_CONTRAST


def _tinted(colour: str, amount: str) -> str:
    """A colour made lighter (up to 1) or darker (down to -1): ECMA-376 part 1, 18.8.19."""
    try:
        tint = max(-1.0, min(1.0, float(amount)))
    except ValueError:
        tint = 0.0
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, light, full = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    return "".join(f"{round(255 * part):02X}" for part in colorsys.hls_to_rgb(hue, light, full))
