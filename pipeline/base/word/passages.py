"""Read the text of a paragraph or a cell: its XML in, a :class:`Passage` out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from lxml import etree

from pipeline.base.word.run_looks import Ground, Look, Looks
from pipeline.base.word.seen import Control, Odd, Oddity, Passage, Piece, WordLine
from pipeline.base.word.symbols import UNKNOWN_SIGN, in_font, symbol
from pipeline.base.xml_parts import below, child, children, is_on, local, value, whole

# Looked at by their owners, or marks of Word's own that show nothing.
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
_THROUGH: Final = frozenset(
    ["sdtContent", "customXml", "smartTag", "ins", "moveTo", "rubyBase", "tr", "tc"]
)
_BREAKS: Final = frozenset({"br", "cr"})
_SIGNS: Final = {"tab": "\t", "ptab": "\t", "noBreakHyphen": "\u2011"}
_DRAWN: Final = frozenset({"drawing", "pict", "object", "contentPart"})
_NOTES: Final = frozenset({"footnoteReference", "endnoteReference"})
_DATES: Final = frozenset({"pgNum", "dayLong", "dayShort", "monthLong", "monthShort", "yearLong"})
_GONE: Final = frozenset({"del", "moveFrom"})
# What a control may say of itself and still be plain text, or a check box.
_PLAIN_CONTROL: Final = frozenset([
    "alias", "tag", "id", "lock", "rPr", "placeholder", "showingPlcHdr", "temporary", "checkbox",
    "text", "richText", "label", "tabIndex", "appearance", "color", "webExtensionLinked",
    "webExtensionCreated", "formatLock", "dataHash",
])  # fmt: skip
# Twentieths of a point; a line of less than four points is cut off.
_LOWEST_LINE: Final = 80
_KANA: Final = re.compile(r"[\sぁ-ゖ゛-ヿ・ｦ-ﾟ]*")
# An indent of more than five centimetres may push a text out of its cell.
_FARTHEST: Final = 3000


@dataclass(frozen=True, slots=True)
class Context:
    """What stands around a piece of text."""

    table_style: str | None = None
    fill: str | None = None
    paragraph_style: str | None = None
    oddities: frozenset[Oddity] = frozenset()
    stress: frozenset[str] = frozenset()
    control: int | None = None

    def with_odd(self, oddity: Oddity) -> Context:
        """The same, inside of something odd."""
        return replace(self, oddities=self.oddities | {oddity})


@dataclass(slots=True)
class Reader:
    """Collects what is seen of one passage; ``numbered`` counts the controls of the file."""

    looks: Looks
    comments: Mapping[str, str]
    numbered: int
    lines: list[list[Piece]] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    odds: list[Odd] = field(default_factory=list)
    goes_on: bool = False
    field_depth: int = 0

    def passage(self) -> Passage:
        """What was collected."""
        lines = tuple(WordLine(tuple(pieces)) for pieces in self.lines)
        return Passage(lines, tuple(self.controls), tuple(dict.fromkeys(self.odds)))

    def take(self, element: etree._Element, context: Context) -> None:
        """One element of whatever kind."""
        name = local(element)
        if name in _SILENT or not name:
            return
        if name == "p":
            self._paragraph(element, context)
        elif name == "r":
            self._run(element, context)
        elif name == "sdt":
            self._control(element, context)
        elif name in _GONE:
            self._deleted(element)
        elif name in _THROUGH:
            self._all(element, context)
        else:
            self._aside(element, name, context)

    def _all(self, element: etree._Element, context: Context) -> None:
        for each in element:
            self.take(each, context)

    def _aside(self, element: etree._Element, name: str, context: Context) -> None:
        """What is no plain text; its words are read where there are any."""
        if name in _DRAWN:
            self._drawing(element)
        elif name == "AlternateContent":
            self._alternative(element, context)
        elif name == "commentRangeStart":
            self._comment(element)
        elif name in ("fldSimple", "hyperlink"):
            oddity = Oddity.FIELD if name == "fldSimple" else Oddity.LINK
            self.odds.append(Odd(oddity, value(element, "instr") or ""))
            self._all(element, context.with_odd(oddity))
        elif name == "tbl":
            self.odds.append(Odd(Oddity.TABLE))
            self._all(element, context)
        elif name in ("oMath", "oMathPara"):
            self.odds.append(Odd(Oddity.EQUATION, words_of(element)))
        else:
            self.odds.append(Odd(Oddity.UNKNOWN, words_of(element)))
            self._all(element, context.with_odd(Oddity.UNKNOWN))

    def _drawing(self, element: etree._Element) -> None:
        inside = "\n".join(words_of(each) for each in below(element, "txbxContent"))
        floats = _floats(element)
        if inside.strip():
            self.odds.append(Odd(Oddity.TEXT_BOX, inside, floats))
            return
        told = [value(each, "descr") or "" for each in below(element, "docPr")]
        # Word art, such as a watermark, has its words in an attribute.
        told += [value(each, "string") or "" for each in below(element, "textpath")]
        self.odds.append(Odd(Oddity.DRAWING, " ".join(each for each in told if each), floats))

    def _alternative(self, element: etree._Element, context: Context) -> None:
        self.odds.append(Odd(Oddity.ALTERNATE))
        choice = child(element, "Choice")
        shown = choice if choice is not None else child(element, "Fallback")
        if shown is not None:
            self._all(shown, context.with_odd(Oddity.ALTERNATE))

    def _comment(self, element: etree._Element) -> None:
        self.odds.append(Odd(Oddity.COMMENT, self.comments.get(value(element, "id") or "", "")))

    def _deleted(self, element: etree._Element) -> None:
        words = "".join(each.text or "" for each in below(element, "delText", "t"))
        self.odds.append(Odd(Oddity.DELETED, words))

    # ---- paragraphs

    def _paragraph(self, paragraph: etree._Element, context: Context) -> None:
        """A paragraph begins a line, unless the mark of the one before it was deleted."""
        told = children(child(paragraph, "pPr"))
        style = value(told.get("pStyle"))
        fill, stress = self.looks.paragraph(told, style)
        inside = replace(context, paragraph_style=style, fill=fill or context.fill, stress=stress)
        for oddity in _paragraph_odds(told):
            self.odds.append(Odd(oddity, floats="framePr" in told))
            if oddity is Oddity.TINY:
                inside = inside.with_odd(oddity)
        number = child(told.get("numPr"), "numId")
        is_numbered = value(number) != "0" if number is not None else self.looks.numbered(style)
        if is_numbered:
            self.odds.append(Odd(Oddity.NUMBERED))
        if not self.goes_on:
            self.lines.append([])
        self._all(paragraph, inside)
        self.goes_on = child(told.get("rPr"), "del") is not None

    def _run(self, run: etree._Element, context: Context) -> None:
        if not self.lines:
            self.lines.append([])
        ground = Ground(context.table_style, context.paragraph_style, context.fill)
        look = self.looks.look(child(run, "rPr"), ground)
        for each in run:
            name = local(each)
            letters = _letters(each, name, look.font)
            if letters is not None:
                self._text(letters, look, context)
            elif name in _BREAKS:
                self.lines.append([])
            else:
                self._thing(each, name, context, run)

    def _thing(
        self, each: etree._Element, name: str, context: Context, run: etree._Element
    ) -> None:
        """What stands in a run and is no letter."""
        if name == "fldChar":
            self._field(each, run)
        elif name == "commentReference":
            self._comment(each)
        elif name in _NOTES:
            self.odds.append(Odd(Oddity.NOTE))
        elif name == "ruby":
            self._ruby(each)
            base = child(each, "rubyBase")
            if base is not None:
                self.take(base, context.with_odd(Oddity.RUBY))
        elif name in _DATES:
            self.odds.append(Odd(Oddity.FIELD))
        else:
            self.take(each, context)

    def _ruby(self, ruby: etree._Element) -> None:
        """Furigana are kana; any other words above a text may correct it."""
        above = words_of(each) if (each := child(ruby, "rt")) is not None else ""
        kind = Oddity.RUBY if _KANA.fullmatch(above) else Oddity.TEXT_BOX
        self.odds.append(Odd(kind, "" if kind is Oddity.RUBY else above))

    def _text(self, text: str, look: Look, context: Context) -> None:
        if not text:
            return
        oddities = look.oddities | context.oddities
        if UNKNOWN_SIGN in text:
            oddities |= {Oddity.SYMBOL}
        if self.field_depth:
            oddities |= {Oddity.FIELD}
        piece = Piece(text, oddities, look.stress | context.stress, context.control)
        self.lines[-1].append(piece)

    def _field(self, element: etree._Element, run: etree._Element) -> None:
        kind = value(element, "fldCharType")
        if kind == "begin":
            self.field_depth += 1
            parent = run.getparent()
            told = below(parent, "instrText") if parent is not None else iter(())
            self.odds.append(Odd(Oddity.FIELD, "".join(each.text or "" for each in told)))
        elif kind == "end":
            self.field_depth = max(0, self.field_depth - 1)

    # ---- controls

    def _control(self, control: etree._Element, context: Context) -> None:
        """A content control; a placeholder is on the paper, but nobody wrote it."""
        properties = child(control, "sdtPr")
        self.odds += note_of_wrapper(control, is_inside=True)
        content = child(control, "sdtContent")
        self.numbered += 1
        state = checked_state(properties)
        tag = value(child(properties, "tag")) or ""
        self.controls.append(Control(self.numbered, tag, state))
        own = self.numbered if state is not None else context.control
        inside = replace(context, control=own)
        if is_on(child(properties, "showingPlcHdr")):
            inside = inside.with_odd(Oddity.PLACEHOLDER)
        if content is not None:
            self._all(content, inside)


def _floats(drawing: etree._Element) -> bool:
    """Whether a drawing stands at a place of its own and not among the letters."""
    if next(below(drawing, "anchor"), None) is not None:
        return True
    styles = (value(each, "style") or "" for each in drawing.iter())
    return any("position:absolute" in "".join(style.split()) for style in styles)


def _letters(element: etree._Element, name: str, font: str) -> str | None:
    """The letters that an element of a run shows; None where it shows none."""
    if name == "t":
        return in_font(element.text or "", font)
    if name == "sym":
        return symbol(element)
    return _SIGNS.get(name)


def checked_state(properties: etree._Element | None) -> bool | None:
    """The state of a check-box control; None for another kind."""
    box = child(properties, "checkbox")
    if box is None:
        return None
    checked = child(box, "checked")
    return checked is not None and is_on(checked)


def note_of_wrapper(wrapper: etree._Element, *, is_inside: bool = False) -> tuple[Odd, ...]:
    """What is odd about a control. A check box around whole cells or rows is one of nobody's."""
    properties = child(wrapper, "sdtPr")
    if properties is None:
        return ()
    odds: list[Odd] = []
    names = {local(each) for each in properties} - {""}
    if "dataBinding" in names:
        odds.append(Odd(Oddity.BOUND))
    if names - _PLAIN_CONTROL - {"dataBinding"} or ("checkbox" in names and not is_inside):
        odds.append(Odd(Oddity.CONTROL, value(child(properties, "alias")) or ""))
    if is_on(child(properties, "showingPlcHdr")):
        odds.append(Odd(Oddity.PLACEHOLDER))
    return tuple(odds)


def _paragraph_odds(told: Mapping[str, etree._Element]) -> list[Oddity]:
    """What is odd about a paragraph with these properties."""
    odds = []
    if "framePr" in told:
        odds.append(Oddity.FRAMED)
    indent = told.get("ind")
    if indent is not None and any(
        abs(whole(str(each))) > _FARTHEST for each in indent.attrib.values()
    ):
        odds.append(Oddity.FRAMED)
    spacing = told.get("spacing")
    line = value(spacing, "line")
    if value(spacing, "lineRule") == "exact" and whole(line, _LOWEST_LINE) < _LOWEST_LINE:
        odds.append(Oddity.TINY)
    return odds


def words_of(element: etree._Element) -> str:
    """All words below an element, paragraph by paragraph, whatever they look like."""
    paragraphs = list(below(element, "p")) or [element]
    lines = ("".join(each.text or "" for each in below(p, "t")) for p in paragraphs)
    return "\n".join(line for line in lines if line.strip())
