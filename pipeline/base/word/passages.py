"""Read the text of a paragraph or a cell: its XML in, a :class:`Passage` out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from lxml import etree

from pipeline.base.word.run_looks import Formatting, Styles, Surroundings
from pipeline.base.word.seen import Control, Odd, Oddity, Passage, Piece, WordLine
from pipeline.base.word.symbols import UNKNOWN_SIGN, in_font, symbol
from pipeline.base.xml_parts import below, child, children, integer, is_on, local_name, value

# Elements that other code reads, or that Word does not display.
_SILENT: Final = frozenset([
    "pPr", "rPr", "sdtPr", "sdtEndPr", "tcPr", "trPr", "tblPr", "tblGrid", "tblPrEx",
    "customXmlPr", "smartTagPr", "rt", "proofErr", "bookmarkStart", "bookmarkEnd",
    "lastRenderedPageBreak", "permStart", "permEnd", "commentRangeEnd", "softHyphen",
    "annotationRef", "footnoteRef", "endnoteRef", "separator", "continuationSeparator", "delText",
    "delInstrText", "instrText", "sectPr", "rubyPr", "fldData", "moveFromRangeStart",
    "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "customXmlInsRangeStart",
    "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd",
    "customXmlMoveFromRangeStart", "customXmlMoveFromRangeEnd", "customXmlMoveToRangeStart",
    "customXmlMoveToRangeEnd",
])  # fmt: skip
_TRANSPARENT: Final = frozenset(
    ["sdtContent", "customXml", "smartTag", "ins", "moveTo", "rubyBase", "tr", "tc"]
)
_BREAKS: Final = frozenset({"br", "cr"})
_SIGNS: Final = {"tab": "\t", "ptab": "\t", "noBreakHyphen": "\u2011"}
_DRAWN: Final = frozenset({"drawing", "pict", "object", "contentPart"})
_NOTES: Final = frozenset({"footnoteReference", "endnoteReference"})
_DATES: Final = frozenset({"pgNum", "dayLong", "dayShort", "monthLong", "monthShort", "yearLong"})
_DELETED: Final = frozenset({"del", "moveFrom"})
# Properties that a control may have and still be plain text or a check box.
_PLAIN_CONTROL: Final = frozenset([
    "alias", "tag", "id", "lock", "rPr", "placeholder", "showingPlcHdr", "temporary", "checkbox",
    "text", "richText", "label", "tabIndex", "appearance", "color", "webExtensionLinked",
    "webExtensionCreated", "formatLock", "dataHash",
])  # fmt: skip
# In twips: in a line lower than four points, the text is cut off.
_MIN_LINE_HEIGHT: Final = 80
_KANA: Final = re.compile(r"[\sぁ-ゖ゛-ヿ・ｦ-ﾟ]*")
# In twips: an indent of more than five centimetres may move a text out of its cell.
_MAX_INDENT: Final = 3000


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of a piece of text."""

    table_style: str | None = None
    fill: str | None = None
    paragraph_style: str | None = None
    oddities: frozenset[Oddity] = frozenset()
    stress: frozenset[str] = frozenset()
    control: int | None = None

    def with_oddity(self, oddity: Oddity) -> Context:
        """The same context inside of an oddity."""
        return replace(self, oddities=self.oddities | {oddity})


@dataclass(slots=True)
class PassageReader:
    """Collects the visible content of a passage; ``control_count`` counts all controls."""

    styles: Styles
    comments: Mapping[str, str]
    control_count: int
    lines: list[list[Piece]] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    odds: list[Odd] = field(default_factory=list)
    continues_line: bool = False
    field_depth: int = 0

    def passage(self) -> Passage:
        """The collected passage."""
        lines = tuple(WordLine(tuple(pieces)) for pieces in self.lines)
        return Passage(lines, tuple(self.controls), tuple(dict.fromkeys(self.odds)))

    def read(self, element: etree._Element, context: Context) -> None:
        """Read one element of any kind."""
        name = local_name(element)
        if name in _SILENT or not name:
            return
        if name == "p":
            self._paragraph(element, context)
        elif name == "r":
            self._run(element, context)
        elif name == "sdt":
            self._control(element, context)
        elif name in _DELETED:
            self._deleted(element)
        elif name in _TRANSPARENT:
            self._read_children(element, context)
        else:
            self._other_element(element, name, context)

    def _read_children(self, element: etree._Element, context: Context) -> None:
        for item in element:
            self.read(item, context)

    def _other_element(self, element: etree._Element, name: str, context: Context) -> None:
        """Read an element that is not plain text, and the text inside of it."""
        if name in _DRAWN:
            self._drawing(element)
        elif name == "AlternateContent":
            self._alternative(element, context)
        elif name == "commentRangeStart":
            self._comment(element)
        elif name in ("fldSimple", "hyperlink"):
            oddity = Oddity.FIELD if name == "fldSimple" else Oddity.LINK
            self.odds.append(Odd(oddity, value(element, "instr") or ""))
            self._read_children(element, context.with_oddity(oddity))
        elif name == "tbl":
            self.odds.append(Odd(Oddity.TABLE))
            self._read_children(element, context)
        elif name in ("oMath", "oMathPara"):
            self.odds.append(Odd(Oddity.EQUATION, all_text(element)))
        else:
            self.odds.append(Odd(Oddity.UNKNOWN, all_text(element)))
            self._read_children(element, context.with_oddity(Oddity.UNKNOWN))

    def _drawing(self, element: etree._Element) -> None:
        inside = "\n".join(all_text(each) for each in below(element, "txbxContent"))
        floats = _floats(element)
        if inside.strip():
            self.odds.append(Odd(Oddity.TEXT_BOX, inside, floats))
            return
        texts = [value(each, "descr") or "" for each in below(element, "docPr")]
        # Word art, such as a watermark, has its text in an attribute.
        texts += [value(each, "string") or "" for each in below(element, "textpath")]
        self.odds.append(Odd(Oddity.DRAWING, " ".join(each for each in texts if each), floats))

    def _alternative(self, element: etree._Element, context: Context) -> None:
        self.odds.append(Odd(Oddity.ALTERNATE))
        choice = child(element, "Choice")
        shown = choice if choice is not None else child(element, "Fallback")
        if shown is not None:
            self._read_children(shown, context.with_oddity(Oddity.ALTERNATE))

    def _comment(self, element: etree._Element) -> None:
        self.odds.append(Odd(Oddity.COMMENT, self.comments.get(value(element, "id") or "", "")))

    def _deleted(self, element: etree._Element) -> None:
        words = "".join(each.text or "" for each in below(element, "delText", "t"))
        self.odds.append(Odd(Oddity.DELETED, words))

    # ---- paragraphs

    def _paragraph(self, paragraph: etree._Element, context: Context) -> None:
        """Read a paragraph. It begins a line, unless the paragraph mark before it is deleted."""
        properties = children(child(paragraph, "pPr"))
        style = value(properties.get("pStyle"))
        fill, stress = self.styles.paragraph(properties, style)
        inside = replace(context, paragraph_style=style, fill=fill or context.fill, stress=stress)
        for oddity in _paragraph_odds(properties):
            self.odds.append(Odd(oddity, floats="framePr" in properties))
            if oddity is Oddity.TINY:
                inside = inside.with_oddity(oddity)
        number = child(properties.get("numPr"), "numId")
        is_numbered = value(number) != "0" if number is not None else self.styles.numbered(style)
        if is_numbered:
            self.odds.append(Odd(Oddity.NUMBERED))
        if not self.continues_line:
            self.lines.append([])
        self._read_children(paragraph, inside)
        self.continues_line = child(properties.get("rPr"), "del") is not None

    def _run(self, run: etree._Element, context: Context) -> None:
        if not self.lines:
            self.lines.append([])
        surroundings = Surroundings(context.table_style, context.paragraph_style, context.fill)
        formatting = self.styles.formatting(child(run, "rPr"), surroundings)
        for item in run:
            name = local_name(item)
            letters = _letters(item, name, formatting.font)
            if letters is not None:
                self._text(letters, formatting, context)
            elif name in _BREAKS:
                self.lines.append([])
            else:
                self._non_text(item, name, context, run)

    def _non_text(
        self, item: etree._Element, name: str, context: Context, run: etree._Element
    ) -> None:
        """Read an element of a run that is not text."""
        if name == "fldChar":
            self._field(item, run)
        elif name == "commentReference":
            self._comment(item)
        elif name in _NOTES:
            self.odds.append(Odd(Oddity.NOTE))
        elif name == "ruby":
            self._ruby(item)
            base = child(item, "rubyBase")
            if base is not None:
                self.read(base, context.with_oddity(Oddity.RUBY))
        elif name in _DATES:
            self.odds.append(Odd(Oddity.FIELD))
        else:
            self.read(item, context)

    def _ruby(self, ruby: etree._Element) -> None:
        """Read furigana, which are kana. Other words above a text may be a correction of it."""
        above = all_text(each) if (each := child(ruby, "rt")) is not None else ""
        kind = Oddity.RUBY if _KANA.fullmatch(above) else Oddity.TEXT_BOX
        self.odds.append(Odd(kind, "" if kind is Oddity.RUBY else above))

    def _text(self, text: str, formatting: Formatting, context: Context) -> None:
        if not text:
            return
        oddities = formatting.oddities | context.oddities
        if UNKNOWN_SIGN in text:
            oddities |= {Oddity.SYMBOL}
        if self.field_depth:
            oddities |= {Oddity.FIELD}
        piece = Piece(text, oddities, formatting.stress | context.stress, context.control)
        self.lines[-1].append(piece)

    def _field(self, element: etree._Element, run: etree._Element) -> None:
        kind = value(element, "fldCharType")
        if kind == "begin":
            self.field_depth += 1
            parent = run.getparent()
            instructions = below(parent, "instrText") if parent is not None else iter(())
            self.odds.append(Odd(Oddity.FIELD, "".join(each.text or "" for each in instructions)))
        elif kind == "end":
            self.field_depth = max(0, self.field_depth - 1)

    # ---- controls

    def _control(self, control: etree._Element, context: Context) -> None:
        """Read a content control; its placeholder text is visible, but no user typed it."""
        properties = child(control, "sdtPr")
        self.odds += wrapper_oddities(control, is_inside=True)
        content = child(control, "sdtContent")
        self.control_count += 1
        state = checked_state(properties)
        tag = value(child(properties, "tag")) or ""
        self.controls.append(Control(self.control_count, tag, state))
        own = self.control_count if state is not None else context.control
        inside = replace(context, control=own)
        if is_on(child(properties, "showingPlcHdr")):
            inside = inside.with_oddity(Oddity.PLACEHOLDER)
        if content is not None:
            self._read_children(content, inside)


def _floats(drawing: etree._Element) -> bool:
    """Whether a drawing has its own position on the page and is not inline with the text."""
    if next(below(drawing, "anchor"), None) is not None:
        return True
    styles = (value(each, "style") or "" for each in drawing.iter())
    return any("position:absolute" in "".join(style.split()) for style in styles)


def _letters(element: etree._Element, name: str, font: str) -> str | None:
    """The text that an element of a run displays; None if it displays none."""
    if name == "t":
        return in_font(element.text or "", font)
    if name == "sym":
        return symbol(element)
    return _SIGNS.get(name)


def checked_state(properties: etree._Element | None) -> bool | None:
    """The state of a check-box control; None for other controls."""
    box = child(properties, "checkbox")
    if box is None:
        return None
    checked = child(box, "checked")
    return checked is not None and is_on(checked)


def wrapper_oddities(wrapper: etree._Element, *, is_inside: bool = False) -> tuple[Odd, ...]:
    """The oddities of a control. A check box around whole cells or rows is not one of ours."""
    properties = child(wrapper, "sdtPr")
    if properties is None:
        return ()
    odds: list[Odd] = []
    names = {local_name(each) for each in properties} - {""}
    if "dataBinding" in names:
        odds.append(Odd(Oddity.BOUND))
    if names - _PLAIN_CONTROL - {"dataBinding"} or ("checkbox" in names and not is_inside):
        odds.append(Odd(Oddity.CONTROL, value(child(properties, "alias")) or ""))
    if is_on(child(properties, "showingPlcHdr")):
        odds.append(Odd(Oddity.PLACEHOLDER))
    return tuple(odds)


def _paragraph_odds(properties: Mapping[str, etree._Element]) -> list[Oddity]:
    """The oddities of a paragraph with these properties."""
    odds = []
    if "framePr" in properties:
        odds.append(Oddity.FRAMED)
    indent = properties.get("ind")
    if indent is not None and any(
        abs(integer(str(each))) > _MAX_INDENT for each in indent.attrib.values()
    ):
        odds.append(Oddity.FRAMED)
    spacing = properties.get("spacing")
    line = value(spacing, "line")
    if value(spacing, "lineRule") == "exact" and integer(line, _MIN_LINE_HEIGHT) < _MIN_LINE_HEIGHT:
        odds.append(Oddity.TINY)
    return odds


def all_text(element: etree._Element) -> str:
    """All text below an element, paragraph by paragraph, with any formatting."""
    paragraphs = list(below(element, "p")) or [element]
    lines = ("".join(each.text or "" for each in below(p, "t")) for p in paragraphs)
    return "\n".join(line for line in lines if line.strip())
