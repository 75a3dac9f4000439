"""What the cells of a Word table show: XML in, lines of text and check boxes out.

What a reader does not see is left out (deleted and hidden text, furigana, field codes),
what he sees through a wrapper is not (inserted text, content controls). Elements are
told by their local names, so that a file in the strict variant of the format reads too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from pipeline.model.collected import Line

# Text that is not seen, or that is no text of the paragraph itself.
_PROPERTIES: Final = ("pPr", "rPr", "sdtPr", "sdtEndPr", "tcPr", "trPr")
_UNSEEN: Final = frozenset(
    (*_PROPERTIES, "del", "moveFrom", "delText", "instrText", "rt", "Fallback")
)
# What a reader sees and a program can't read.
_PICTURES: Final = {"drawing": "図形", "pict": "図形", "object": "図形"}
_NOTES: Final = {
    "commentReference": "コメント",
    "footnoteReference": "脚注",
    "endnoteReference": "文末脚注",
}
_STRUCK: Final = "取り消し線の文字"
_BREAKS: Final = frozenset(["br", "cr"])
_SIGNS: Final = {"tab": "\t", "noBreakHyphen": "-"}
# The marks of the symbol fonts that Word inserts, by font and character code.
_SYMBOLS: Final = {
    "WINGDINGS": {
        0x6C: "●", 0x6E: "■", 0x6F: "□", 0x70: "□", 0x71: "□", 0x72: "□", 0xA1: "○",
        0xA8: "□", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
    },
    "WINGDINGS 2": {0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□", 0xA2: "■"},
}  # fmt: skip


@dataclass(slots=True)
class Cell:
    """A cell: its columns in the grid (``end`` excluded), its lines, its controls' tags."""

    start: int
    end: int
    lines: tuple[Line, ...]
    tags: frozenset[str]
    unread: tuple[str, ...]


def tables(body: etree._Element) -> Iterator[etree._Element]:
    """The tables of a document that stand in no other table."""
    for table in body.iter("{*}tbl"):
        if next(table.iterancestors("{*}tbl"), None) is None:
            yield table


def rows_of(table: etree._Element) -> Iterator[list[Cell]]:
    """The rows that are seen; a row deleted with tracked changes is not."""
    for row in _children(table, "tr"):
        properties = row.find("{*}trPr")
        if properties is None or properties.find("{*}del") is None:
            yield list(_cells(row, properties))


def _children(element: etree._Element, kind: str) -> Iterator[etree._Element]:
    """The children of a kind, also those inside content controls and the like."""
    for child in element:
        name = _local(child)
        if name == kind:
            yield child
        elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _children(child, kind)


def _cells(row: etree._Element, properties: etree._Element | None) -> Iterator[Cell]:
    at = _number(properties, "gridBefore", 0)
    for cell in _children(row, "tc"):
        end = at + _number(cell.find("{*}tcPr"), "gridSpan", 1)
        seen = _Seen()
        seen.walk(cell)
        lines = tuple(Line(line.text, tuple(line.states)) for line in seen.lines)
        unread = tuple(dict.fromkeys(seen.unread))
        yield Cell(at, end, lines, frozenset(seen.tags), unread)
        at = end


def _number(properties: etree._Element | None, name: str, default: int) -> int:
    found = properties.find("{*}" + name) if properties is not None else None
    value = _value(found, "val") if found is not None else None
    # A table of Word has at most 63 columns.
    return int(value) if value and value.isdecimal() and len(value) <= len("63") else default


@dataclass(slots=True)
class _OpenLine:
    text: str = ""
    states: list[bool] = field(default_factory=list)


@dataclass(slots=True)
class _Seen:
    """What is seen of a cell while its XML is walked."""

    lines: list[_OpenLine] = field(default_factory=lambda: [_OpenLine()])
    tags: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    goes_on: bool = False

    def walk(self, element: etree._Element) -> None:
        """Everything below an element, in its order."""
        for child in element:
            self._take(child, _local(child))

    def _take(self, child: etree._Element, name: str) -> None:
        if name in _UNSEEN:
            return
        if name == "p":
            self._paragraph(child)
        elif name == "r":
            self._run(child)
        elif name == "sdt":
            self._control(child)
        elif name in _PICTURES:
            self.unread.append(_PICTURES[name])
        else:
            self.walk(child)

    def _paragraph(self, paragraph: etree._Element) -> None:
        """A paragraph begins a line, unless the mark of the one before it was deleted."""
        if not self.goes_on:
            self.lines.append(_OpenLine())
        self.walk(paragraph)
        mark = paragraph.find("{*}pPr/{*}rPr")
        self.goes_on = mark is not None and mark.find("{*}del") is not None

    def _run(self, run: etree._Element) -> None:
        looks = run.find("{*}rPr")
        if _is_on(looks, "vanish"):
            return
        if _is_on(looks, "strike") or _is_on(looks, "dstrike"):
            self.unread.append(_STRUCK)
            return
        font = _font(looks)
        for piece in run:
            name = _local(piece)
            if name == "t":
                self.lines[-1].text += _in_font(piece.text or "", font)
            elif name in _BREAKS:
                self.lines.append(_OpenLine())
            elif name == "sym":
                self.lines[-1].text += _symbol(piece)
            elif name in _NOTES:
                self.unread.append(_NOTES[name])
            elif name in _SIGNS:
                self.lines[-1].text += _SIGNS[name]
            else:
                self._take(piece, name)

    def _control(self, control: etree._Element) -> None:
        """A content control: its state and tag are kept, a placeholder is no text."""
        properties = control.find("{*}sdtPr")
        content = control.find("{*}sdtContent")
        if properties is not None:
            tag = properties.find("{*}tag")
            self.tags.append(_value(tag, "val") or "" if tag is not None else "")
            if _is_on(properties, "showingPlcHdr"):
                return
        # The state belongs to the line that the control stands on, so it goes first
        # only where the control is inside of a paragraph.
        is_inside = next(control.iterancestors("{*}p"), None) is not None
        before = len(self.lines) - 1 if is_inside else len(self.lines)
        if content is not None:
            self.walk(content)
        box = properties.find("{*}checkbox") if properties is not None else None
        if box is not None:
            checked = box.find("{*}checked")
            state = checked is not None and _value(checked, "val") in (None, "1", "true", "on")
            self.lines[min(before, len(self.lines) - 1)].states.append(state)


def _local(element: etree._Element) -> str:
    """The name without its namespace; empty for a comment."""
    tag: object = element.tag
    return etree.QName(tag).localname if isinstance(tag, str) else ""


def _value(element: etree._Element, name: str) -> str | None:
    """An attribute by its local name."""
    for key, value in element.attrib.items():
        if etree.QName(key).localname == name:
            return str(value)
    return None


def _is_on(properties: etree._Element | None, name: str) -> bool:
    found = properties.find("{*}" + name) if properties is not None else None
    return found is not None and _value(found, "val") not in ("0", "false", "off", "none")


def _font(looks: etree._Element | None) -> str:
    fonts = looks.find("{*}rFonts") if looks is not None else None
    return (_value(fonts, "ascii") or "").upper() if fonts is not None else ""


def _in_font(text: str, font: str) -> str:
    """The text as it is seen: in a symbol font a letter is a sign."""
    signs = _SYMBOLS.get(font)
    if signs is None:
        return text
    return "".join(signs.get(ord(char) & 0xFF, char) for char in text)


def _symbol(piece: etree._Element) -> str:
    """A ``w:sym``: the sign that it shows, or nothing that a program could name."""
    font, code = (_value(piece, "font") or "").upper(), _value(piece, "char") or ""
    try:
        number = int(code, 16)
    except ValueError:
        return "\ufffd"
    return _SYMBOLS.get(font, {}).get(number & 0xFF, "\ufffd")
