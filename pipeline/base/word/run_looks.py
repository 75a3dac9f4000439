"""The formatting of a run: its direct formatting and its styles in, a :class:`Formatting` out.

Levels, each overriding the one before: the document's defaults, the table style, the
paragraph style, the character style, direct formatting (ECMA-376 part 1, 17.7.2). A switch
that a style turns on at any level counts as on. In Word, two styles can turn each other off;
a user should check such a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from pipeline.base.word.colours import Palette, contrast
from pipeline.base.word.seen import Oddity
from pipeline.base.xml_parts import child, integer, is_on, local_name, value

# In half-points: text below four points is not legible.
_MIN_SIZE: Final = 8
# Contrast of text to its background; light grey on white has less.
_MIN_CONTRAST: Final = 2.0
# Character width in per cent.
_MIN_WIDTH: Final = 33
_SWITCHES: Final = {
    "strike": Oddity.STRUCK,
    "dstrike": Oddity.STRUCK,
    "vanish": Oddity.HIDDEN,
    "specVanish": Oddity.HIDDEN,
    "emboss": Oddity.EFFECT,
    "imprint": Oddity.EFFECT,
    "oMath": Oddity.EQUATION,
}
# Formatting that people use to mark a text.
_STRESS_SWITCHES: Final = ("b", "i", "caps", "smallCaps", "outline", "shadow")
_STRESS_VALUES: Final = ("u", "em", "bdr", "effect", "vertAlign", "w", "spacing", "position")
# Properties that are irrelevant here, or that are checked by their value.
_KNOWN: Final = frozenset([
    "rStyle", "rFonts", "bCs", "iCs", "color", "sz", "szCs", "highlight", "shd", "lang", "kern",
    "spacing", "w", "position", "noProof", "snapToGrid", "eastAsianLayout", "ins", "del",
    "moveFrom", "moveTo", "rPrChange", "webHidden", "rtl", "cs", "ligatures", "cntxtAlts",
    "numForm", "numSpacing", "stylisticSets", "fitText",
])  # fmt: skip
_PLAIN_VALUES: Final = frozenset({None, "none", "nil", "auto", "baseline", "0"})


@dataclass(frozen=True, slots=True)
class Formatting:
    """The formatting of a text: its oddities, its emphasis (``stress``) and its font."""

    oddities: frozenset[Oddity] = frozenset()
    stress: frozenset[str] = frozenset()
    font: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The surroundings of a run: the styles around it and the background colour."""

    table_style: str | None = None
    paragraph_style: str | None = None
    fill: str | None = None


@dataclass(slots=True)
class Styles:
    """The styles of a file; gives the formatting of a run in its surroundings."""

    palette: Palette
    defaults: etree._Element | None
    styles: Mapping[str, etree._Element]
    default_styles: Mapping[str, str]
    known: dict[tuple[object, ...], Formatting] = field(default_factory=dict)
    numbers: dict[str | None, bool] = field(default_factory=dict)
    inherited: dict[tuple[str, str | None], etree._Element | None] = field(default_factory=dict)

    @classmethod
    def of(cls, styles: etree._Element | None, theme: etree._Element | None) -> Styles:
        """The styles in these parts of a file."""
        found: dict[str, etree._Element] = {}
        default_styles: dict[str, str] = {}
        for style in styles if styles is not None else ():
            name = value(style, "styleId")
            if local_name(style) == "style" and name is not None:
                found[name] = style
                if value(style, "default") in ("1", "true", "on"):
                    default_styles.setdefault(value(style, "type") or "", name)
        run = child(child(child(styles, "docDefaults"), "rPrDefault"), "rPr")
        return cls(Palette.of(theme), run, found, default_styles)

    def formatting(self, run: etree._Element | None, surroundings: Surroundings) -> Formatting:
        """The formatting of a run with these properties (``w:rPr``) in its surroundings."""
        key = (surroundings, b"" if run is None else etree.tostring(run, with_tail=False))
        if key not in self.known:
            self.known[key] = self._make_formatting(run, surroundings)
        return self.known[key]

    def numbered(self, paragraph_style: str | None) -> bool:
        """Whether a paragraph style puts a number or a bullet before the text."""
        if paragraph_style not in self.numbers:
            chain = self._chain(paragraph_style or self.default_styles.get("paragraph"))
            found = (child(child(child(style, "pPr"), "numPr"), "numId") for style in chain)
            number = next((each for each in found if each is not None), None)
            self.numbers[paragraph_style] = number is not None and value(number) != "0"
        return self.numbers[paragraph_style]

    def paragraph(
        self, properties: Mapping[str, etree._Element], style: str | None
    ) -> tuple[str | None, frozenset[str]]:
        """The background colour of a paragraph, and its emphasis: a background or a frame.

        ``properties`` are the paragraph's direct properties by name.
        """
        shading, frame = (
            properties.get(name, self._inherited(name, style)) for name in ("shd", "pBdr")
        )
        fill = self.fill(shading)
        stress = {f"paragraph on {fill}"} if fill not in (None, "FFFFFF") else set()
        if any(value(side) not in _PLAIN_VALUES for side in (() if frame is None else frame)):
            stress.add("paragraph framed")
        return fill, frozenset(stress)

    def _inherited(self, name: str, paragraph_style: str | None) -> etree._Element | None:
        """A property that a paragraph inherits from its style."""
        key = (name, paragraph_style)
        if key not in self.inherited:
            chain = self._chain(paragraph_style or self.default_styles.get("paragraph"))
            found = (child(child(style, "pPr"), name) for style in chain)
            self.inherited[key] = next((each for each in found if each is not None), None)
        return self.inherited[key]

    def table_fill(self, table_style: str | None) -> str | None:
        """The background colour that a table style gives to all cells."""
        for style in self._chain(table_style or self.default_styles.get("table")):
            for properties in ("tcPr", "tblPr"):
                fill = self.fill(child(child(style, properties), "shd"))
                if fill is not None:
                    return fill
        return None

    def fill(self, shading: etree._Element | None) -> str | None:
        """The colour of a ``w:shd`` element; None if it is transparent."""
        if shading is None:
            return None
        is_solid = value(shading) == "solid"
        names = ("color", "themeColor", "themeTint", "themeShade")
        if not is_solid:
            names = ("fill", "themeFill", "themeFillTint", "themeFillShade")
        values = [value(shading, name) for name in names]
        if is_solid and values[0] in (None, "auto") and values[1] is None:
            return "000000"
        return self.palette.colour(*values)

    # ---- the formatting of one run

    def _make_formatting(
        self, run: etree._Element | None, surroundings: Surroundings
    ) -> Formatting:
        character = value(child(run, "rStyle")) or self.default_styles.get("character")
        paragraph = surroundings.paragraph_style or self.default_styles.get("paragraph")
        table = surroundings.table_style or self.default_styles.get("table")
        levels = [
            [each for each in (run,) if each is not None],
            self._properties(character),
            self._properties(paragraph),
            [*self._properties(table), *self._conditional(table)],
            [each for each in (self.defaults,) if each is not None],
        ]
        layers = [layer for level in levels for layer in level]
        odd = {oddity for name, oddity in _SWITCHES.items() if _switched(name, levels)}
        odd |= self._value_oddities(layers, surroundings)
        names = {local_name(each) for layer in layers for each in layer}
        if names - _KNOWN - _SWITCHES.keys() - {*_STRESS_SWITCHES, *_STRESS_VALUES}:
            odd.add(Oddity.EFFECT)
        return Formatting(frozenset(odd), self._stress(levels, layers), _font(layers))

    def _value_oddities(
        self, layers: list[etree._Element], surroundings: Surroundings
    ) -> set[Oddity]:
        """Oddities that depend on values: faint, very small or shifted text."""
        odd: set[Oddity] = set()
        size = integer(value(_first("sz", layers)), 20)
        if size < _MIN_SIZE or integer(value(_first("w", layers)), 100) < _MIN_WIDTH:
            odd.add(Oddity.TINY)
        # Spacing is in twips, size in half-points: characters overlap.
        if integer(value(_first("spacing", layers))) < -5 * size:
            odd.add(Oddity.TINY)
        if abs(integer(value(_first("position", layers)))) > 2 * size:
            odd.add(Oddity.FRAMED)
        colour = self.palette.of_element(_first("color", layers))
        behind = self._background(layers) or surroundings.fill
        # Only a stated colour: for ``auto``, Word uses white on a dark background.
        if colour is not None and contrast(colour, behind or "FFFFFF") < _MIN_CONTRAST:
            odd.add(Oddity.FAINT)
        return odd

    def _background(self, layers: list[etree._Element]) -> str | None:
        marker = value(_first("highlight", layers))
        if marker not in _PLAIN_VALUES:
            return self.palette.highlight(str(marker))
        return self.fill(_first("shd", layers))

    def _stress(
        self, levels: list[list[etree._Element]], layers: list[etree._Element]
    ) -> frozenset[str]:
        """The formatting that emphasises a text."""
        stress = {name for name in _STRESS_SWITCHES if _switched(name, levels)}
        for name in _STRESS_VALUES:
            setting = value(_first(name, layers))
            if setting not in _PLAIN_VALUES and (name, setting) != ("w", "100"):
                stress.add(f"{name} {setting}")
        colour = self.palette.of_element(_first("color", layers))
        if colour not in (None, "000000"):
            stress.add(f"colour {colour}")
        behind = self._background(layers)
        if behind not in (None, "FFFFFF"):
            stress.add(f"behind {behind}")
        stress.add(f"size {value(_first('sz', layers))}")
        return frozenset(stress)

    # ---- styles

    def _chain(self, name: str | None) -> Iterable[etree._Element]:
        """A style and the styles that it is based on, nearest first."""
        met: set[str] = set()
        while name is not None and name in self.styles and name not in met:
            met.add(name)
            style = self.styles[name]
            yield style
            name = value(child(style, "basedOn"))

    def _properties(self, name: str | None) -> list[etree._Element]:
        """The run properties of a style and its base styles, nearest first."""
        found = (child(style, "rPr") for style in self._chain(name))
        return [each for each in found if each is not None]

    def _conditional(self, name: str | None) -> list[etree._Element]:
        """The run properties of a table style for some rows or columns, except the header row."""
        found = [
            child(part, "rPr")
            for style in self._chain(name)
            for part in style
            if local_name(part) == "tblStylePr" and value(part, "type") != "firstRow"
        ]
        return [each for each in found if each is not None]


def _first(name: str, layers: Iterable[etree._Element]) -> etree._Element | None:
    """The property of the first layer that has it."""
    return next((found for layer in layers if (found := child(layer, name)) is not None), None)


def _switched(name: str, levels: list[list[etree._Element]]) -> bool:
    """Whether a switch is on: in the direct formatting, or else at any level of the styles."""
    direct, *styles = levels
    own = _first(name, direct)
    if own is not None:
        return is_on(own)
    return any(is_on(_first(name, level)) for level in styles)


def _font(layers: list[etree._Element]) -> str:
    fonts = [child(layer, "rFonts") for layer in layers]
    names = (value(each, "ascii") or value(each, "hAnsi") for each in fonts if each is not None)
    return next((name.upper() for name in names if name), "")
