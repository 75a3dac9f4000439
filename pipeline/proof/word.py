"""Read a Word file back as Word shows it: its bytes in, a :class:`Reading` out.

Straight from the XML: python-docx sees no text inside content controls, and the
library that wrote the file is not the one to vouch for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from lxml import etree

from pipeline.base.archives import parts
from pipeline.proof.reading import ReadBox, ReadCell, Reading, ReadRow, ReadTable

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_CHARACTERS: Final = {
    _W + "tab": "\t",
    _W + "br": "\n",
    _W + "cr": "\n",
    _W + "noBreakHyphen": "\u2011",
}
# What was moved away, and what programs before Word 2010 would show.
_LEFT_OUT: Final = frozenset(
    {_W + "moveFrom", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
)
_OFF: Final = frozenset({"0", "false", "off"})
_AROUND: Final = re.compile(r"word/(?:header|footer|footnotes)\d*\.xml")


def read_word(content: bytes) -> Reading:
    """The table of the handout, and what stands around it."""
    members = {name: part for name, part in parts(content) if name.startswith("word/")}
    body = etree.fromstring(members["word/document.xml"])
    table = _handout_table(body)
    reader = _Reader(_hidden_styles(members.get("word/styles.xml")))
    edges = [etree.fromstring(part) for name, part in members.items() if _AROUND.fullmatch(name)]
    pieces = [piece for root in (body, *edges) for piece in reader.pieces(root)]
    inside = set() if table is None else {id(run) for run in table.iter(_W + "r")}
    outside = [piece for piece in pieces if id(piece.run) not in inside]
    tables = () if table is None else (reader.table(table),)
    unseen = "".join(piece.text for piece in outside if not piece.seen)
    return Reading((_lines(outside),), _lines(pieces), tables, is_word=True, unseen_around=unseen)


def _handout_table(body: etree._Element) -> etree._Element | None:
    """The table with the most columns: another one is a legend or a frame for a seal."""
    return max(body.iter(_W + "tbl"), key=_columns_of, default=None)


def _columns_of(table: etree._Element) -> tuple[int, int]:
    return len(table.findall(f"{_W}tblGrid/{_W}gridCol")), len(table.findall(_W + "tr"))


def _hidden_styles(part: bytes | None) -> frozenset[str]:
    """The styles whose text Word doesn't show, with those that are based on one."""
    if part is None:
        return frozenset()
    styles = {s.get(_W + "styleId"): s for s in etree.fromstring(part).iter(_W + "style")}

    def is_hidden(identity: str | None, depth: int = 0) -> bool:
        style = styles.get(identity)
        if style is None or depth > len(styles):
            return False
        own = style.find(f"{_W}rPr/{_W}vanish")
        base = style.find(_W + "basedOn")
        return _is_on(own) if own is not None else is_hidden(_value(base), depth + 1)

    return frozenset(name for name in styles if name is not None and is_hidden(name))


def _text_of(element: etree._Element) -> str:
    """The text of a run's part: letters, or what stands for a tab or a line feed."""
    if element.tag == _W + "t":
        return element.text or ""
    return _CHARACTERS.get(str(element.tag), "")


def _value(element: etree._Element | None) -> str | None:
    return None if element is None else element.get(_W + "val")


def _is_on(element: etree._Element | None) -> bool:
    """Whether a switch such as ``w:vanish`` is there and not turned off."""
    return element is not None and (element.get(_W + "val") or "1") not in _OFF


@dataclass(frozen=True, slots=True)
class _Piece:
    """The text of a run, with its paragraph and whether Word shows it."""

    run: etree._Element
    paragraph: etree._Element | None
    text: str
    seen: bool


def _lines(pieces: Iterable[_Piece]) -> str:
    """What is shown of the pieces, a line for each paragraph."""
    grouped = groupby(pieces, key=lambda piece: piece.paragraph)
    return "\n".join("".join(p.text for p in line if p.seen) for _, line in grouped)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads texts of a file, with its hidden styles known."""

    hidden: frozenset[str]

    def pieces(self, root: etree._Element) -> Iterator[_Piece]:
        """The texts below ``root``, in reading order."""
        for child in root:
            if child.tag == _W + "r":
                text = "".join(_text_of(each) for each in child)
                if text:
                    paragraph = next(child.iterancestors(_W + "p"), None)
                    yield _Piece(child, paragraph, text, not self._is_hidden(child, paragraph))
            elif len(child) and child.tag not in _LEFT_OUT:
                yield from self.pieces(child)

    def _is_hidden(self, run: etree._Element, paragraph: etree._Element | None) -> bool:
        own = run.find(f"{_W}rPr/{_W}vanish")
        if own is not None:
            return _is_on(own)
        if self.hidden:
            styles = (
                run.find(f"{_W}rPr/{_W}rStyle"),
                None if paragraph is None else paragraph.find(f"{_W}pPr/{_W}pStyle"),
            )
            return any(_value(style) in self.hidden for style in styles)
        return False

    def table(self, table: etree._Element) -> ReadTable:
        """The header rows as words above each column, and the rows of the body."""
        rows = [(row, self._row(row)) for row in table.iter(_W + "tr") if _owner(row) is table]
        repeats = [_is_on(row.find(f"{_W}trPr/{_W}tblHeader")) for row, _ in rows]
        heads = [cells for (_, cells), head in zip(rows, repeats, strict=True) if head]
        body = [cells for (_, cells), head in zip(rows, repeats, strict=True) if not head]
        width = max((len(cells) for _, cells in rows), default=0)
        headings = tuple("".join(_covering(cells, k) for cells in heads) for k in range(width))
        return ReadTable(
            headings, tuple(ReadRow(tuple(cell or ReadCell() for cell in cells)) for cells in body)
        )

    def _row(self, row: etree._Element) -> list[ReadCell | None]:
        """The cells, one a column of the grid: None where a cell only goes on."""
        cells: list[ReadCell | None] = []
        for cell in row.iter(_W + "tc"):
            if next(cell.iterancestors(_W + "tr")) is row:
                span = int(_value(cell.find(f"{_W}tcPr/{_W}gridSpan")) or 1)
                cells += [self._cell(cell), *[None] * (span - 1)]
        return cells

    def _cell(self, cell: etree._Element) -> ReadCell:
        pieces = list(self.pieces(cell))
        row = next(cell.iterancestors(_W + "tr"))
        if _is_on(row.find(f"{_W}trPr/{_W}hidden")):
            return ReadCell(unseen="".join(piece.text for piece in pieces))
        unseen = "".join(piece.text for piece in pieces if not piece.seen)
        return ReadCell(_lines(pieces), self._boxes(cell), unseen)

    def _boxes(self, cell: etree._Element) -> Mapping[str, tuple[ReadBox, ...]]:
        """The check-box controls of a cell by their tags."""
        boxes: dict[str, tuple[ReadBox, ...]] = {}
        for control in cell.iter(_W + "sdt"):
            state = control.find(f"{_W}sdtPr/{_W14}checkbox/{_W14}checked")
            tag = _value(control.find(f"{_W}sdtPr/{_W}tag"))
            if state is not None and tag is not None:
                checked = (state.get(_W14 + "val") or "1") not in _OFF
                box = ReadBox(checked, _lines(self.pieces(control)))
                boxes[tag] = (*boxes.get(tag, ()), box)
        return boxes


def _owner(row: etree._Element) -> etree._Element:
    return next(row.iterancestors(_W + "tbl"))


def _covering(cells: list[ReadCell | None], column: int) -> str:
    """The words of the cell that covers a column of the grid."""
    at = min(column, len(cells) - 1)
    while at > 0 and cells[at] is None:
        at -= 1
    cell = cells[at] if cells else None
    return cell.text if cell else ""
