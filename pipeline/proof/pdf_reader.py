"""Read a PDF back through pdfium: its bytes in, a :class:`ReadFile` out.

Cells are read from the structure tree, which assistive technology uses, each with its headings.
The position of their ink on the page is read as well. So the text that is read aloud is compared
with the text that is printed, and with its place.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pypdfium2_raw as pdfium

from pipeline.proof.ink import Ink
from pipeline.proof.read_back import ReadCell, ReadFile, ReadRow, ReadTable, Rectangle

# pdfium replaces a hyphen at the end of a line by this character.
_LINE_END_HYPHEN: Final = "\x02"
_MAX_FORM_DEPTH: Final = 8
# In bytes, for types and identifiers of elements.
_MAX_NAME_BYTES: Final = 256
# pdfium has global state and must not be used by two threads at the same time.
_lock = threading.Lock()
_ready: list[bool] = []
# For short texts, reused for each; only the thread with the lock writes to it.
_buffer: Final = ctypes.create_string_buffer(_MAX_NAME_BYTES)
# The same for the edges of a text: left, bottom, right, top.
_edges: Final = tuple(ctypes.c_float() for _ in range(4))


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A drawn text: its characters, its position, and whether it is visible."""

    text: str
    at: Rectangle
    seen: bool


# Drawn texts by their marked-content identifier.
_Marked = dict[int, list[_Drawn]]


@dataclass(frozen=True, slots=True)
class _Element:
    """An element of the structure tree. ``children`` are elements and mark numbers, in order.

    A mark number is a marked-content identifier. A child without content on this page, such as
    an empty cell, is None. ``marks`` are all numbers below the element, in reading order.
    """

    kind: str
    identity: str
    headers: tuple[str, ...]
    spans: tuple[int, int]
    children: tuple[_Element | int | None, ...]
    marks: tuple[int, ...]


def read_pdf(content: bytes) -> ReadFile:
    """Read all pages: the cells of the tables, and the text around them."""
    with _lock:
        if not _ready:
            pdfium.FPDF_InitLibraryWithConfig(pdfium.FPDF_LIBRARY_CONFIG(version=2))
            _ready.append(True)
        document = pdfium.FPDF_LoadMemDocument64(content, len(content), None)
        if not document:
            raise ValueError(pdfium.FPDF_GetLastError())
        try:
            count = pdfium.FPDF_GetPageCount(document)
            pages = [_read_page(document, number) for number in range(count)]
        finally:
            pdfium.FPDF_CloseDocument(document)
    widest = max((len(t.table.headings) for page in pages for t in page.tables), default=0)
    return ReadFile(
        around=tuple(_around(page, widest) for page in pages),
        whole="\n".join(_without_repeated_headers(pages)),
        tables=tuple(t.table for p in pages for t in p.tables if len(t.table.headings) == widest),
        is_word=False,
        unseen_around="".join(page.unseen for page in pages),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """A table on one page, its whole text, and the text of its header."""

    table: ReadTable
    text: str
    header: str


@dataclass(frozen=True, slots=True)
class _Page:
    """The content of one page."""

    outside: str
    whole: str
    unseen: str
    tables: tuple[_Table, ...]


def _around(page: _Page, widest: int) -> str:
    """The text outside of the handout's table, which is the widest; a legend is also a table."""
    others = (each.text for each in page.tables if len(each.table.headings) < widest)
    return "\n".join((page.outside, *others))


def _without_repeated_headers(pages: Sequence[_Page]) -> Iterator[str]:
    """The text of each page; for a table continued from the page before, without its header."""
    before: str | None = None
    for page in pages:
        first = page.tables[0].header if page.tables else ""
        is_continued = first != "" and first == before and page.whole.startswith(first)
        yield page.whole.removeprefix(first) if is_continued else page.whole
        before = page.tables[-1].header if page.tables else None


def _read_page(document: Any, number: int) -> _Page:
    page = pdfium.FPDF_LoadPage(document, number)
    try:
        marked = _marked(page)
        elements = _elements(page)
        tables = [each for each in _all_elements(elements) if each.kind == "Table"]
        inside = {mark for table in tables for mark in table.marks}
        order = [mark for each in elements for mark in each.marks]
        in_tree = set(order)
        rest = [mark for mark in marked if mark not in in_tree]
        free = [mark for mark in (*order, *rest) if mark not in inside]
        outside = [drawn for mark in free for drawn in marked.get(mark, ())]
        return _Page(
            outside="\n".join(drawn.text for drawn in outside),
            whole=_text_of(order, marked),
            unseen="".join(drawn.text for drawn in outside if not drawn.seen),
            tables=tuple(
                _Table(
                    _table(table, marked, number + 1),
                    _text_of(table.marks, marked),
                    _text_of(_header_marks(table), marked),
                )
                for table in tables
            ),
        )
    finally:
        pdfium.FPDF_ClosePage(page)


def _text_of(marks: Iterable[int], marked: _Marked) -> str:
    return "\n".join(drawn.text for mark in marks for drawn in marked.get(mark, ()))


# --- what is drawn ----------------------------------------------------------------------


def _marked(page: Any) -> _Marked:
    """The drawn texts by mark number; texts without a mark are under -1."""
    texts = pdfium.FPDFText_LoadPage(page)
    marked: _Marked = {}
    try:
        ink = Ink(page)
        room = pdfium.FPDFText_CountChars(texts) * 2 + 2
        buffer = (ctypes.c_ushort * room)()
        for drawing, placed in _text_objects(page):
            length = pdfium.FPDFTextObj_GetText(drawing, texts, buffer, room)
            raw = bytes(memoryview(buffer).cast("B")[: 2 * length])
            text = raw.decode("utf-16-le", "replace").split("\0")[0]
            text = text.replace(_LINE_END_HYPHEN, "-")
            if text.strip():
                at = _bounds(placed)
                mark = pdfium.FPDFPageObj_GetMarkedContentID(drawing)
                marked.setdefault(mark, []).append(_Drawn(text, at, ink.shows(at, len(text))))
    finally:
        pdfium.FPDFText_ClosePage(texts)
    return marked


def _text_objects(page: Any) -> Iterator[tuple[Any, Any]]:
    """The texts of a page, each with the page object that has its position.

    This is the text itself, or the group that contains it (opacity creates a group).
    """
    for k in range(pdfium.FPDFPage_CountObjects(page)):
        drawing = pdfium.FPDFPage_GetObject(page, k)
        yield from ((text, drawing) for text in _texts_in(drawing, _MAX_FORM_DEPTH))


def _texts_in(drawing: Any, depth: int) -> Iterator[Any]:
    kind = pdfium.FPDFPageObj_GetType(drawing)
    if kind == pdfium.FPDF_PAGEOBJ_TEXT:
        yield drawing
    elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth:
        for k in range(pdfium.FPDFFormObj_CountObjects(drawing)):
            yield from _texts_in(pdfium.FPDFFormObj_GetObject(drawing, k), depth - 1)


def _bounds(drawing: Any) -> Rectangle:
    pdfium.FPDFPageObj_GetBounds(drawing, *_edges)
    return Rectangle(*(edge.value for edge in _edges))


# --- structure tree ---------------------------------------------------------------------


def _elements(page: Any) -> tuple[_Element, ...]:
    """The top elements of a page's structure tree."""
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    if not tree:
        return ()
    try:
        count = pdfium.FPDF_StructTree_CountChildren(tree)
        top = (pdfium.FPDF_StructTree_GetChildAtIndex(tree, k) for k in range(count))
        return tuple(_element(each) for each in top if each)
    finally:
        pdfium.FPDF_StructTree_Close(tree)


def _element(raw: Any) -> _Element:
    kind = _text(pdfium.FPDF_StructElement_GetType, raw)
    is_cell = kind in {"TH", "TD"}
    count = pdfium.FPDF_StructElement_CountChildren(raw)
    children = tuple([_child(raw, k) for k in range(count)])
    return _Element(
        kind,
        _text(pdfium.FPDF_StructElement_GetID, raw) if is_cell else "",
        _headers(raw) if is_cell else (),
        _spans(raw) if is_cell else (1, 1),
        children,
        tuple([mark for child in children for mark in _marks(child)]),
    )


def _child(raw: Any, k: int) -> _Element | int | None:
    child = pdfium.FPDF_StructElement_GetChildAtIndex(raw, k)
    if child:
        return _element(child)
    mark: int = pdfium.FPDF_StructElement_GetChildMarkedContentID(raw, k)
    return mark if mark >= 0 else None


def _text(function: Any, raw: Any) -> str:
    """Read a short text from pdfium."""
    length: int = function(raw, _buffer, len(_buffer))
    return _buffer.raw[: max(0, length - 2)].decode("utf-16-le")


def _headers(raw: Any) -> tuple[str, ...]:
    """The identifiers of a cell's headings."""
    for k in range(pdfium.FPDF_StructElement_GetAttributeCount(raw)):
        attribute = pdfium.FPDF_StructElement_GetAttributeAtIndex(raw, k)
        value = pdfium.FPDF_StructElement_Attr_GetValue(attribute, b"Headers")
        if value:
            count = pdfium.FPDF_StructElement_Attr_CountChildren(value)
            return tuple(_string(value, place) for place in range(max(0, count)))
    return ()


def _spans(raw: Any) -> tuple[int, int]:
    """The number of rows and of columns that a cell covers."""
    found = {b"RowSpan": 1, b"ColSpan": 1}
    for k in range(pdfium.FPDF_StructElement_GetAttributeCount(raw)):
        attribute = pdfium.FPDF_StructElement_GetAttributeAtIndex(raw, k)
        for name in found:
            value = pdfium.FPDF_StructElement_Attr_GetValue(attribute, name)
            number = ctypes.c_float()
            if value and pdfium.FPDF_StructElement_Attr_GetNumberValue(value, number):
                found[name] = int(number.value)
    return found[b"RowSpan"], found[b"ColSpan"]


def _string(array: Any, place: int) -> str:
    value = pdfium.FPDF_StructElement_Attr_GetChildAtIndex(array, place)
    length = ctypes.c_ulong()
    pdfium.FPDF_StructElement_Attr_GetStringValue(value, _buffer, len(_buffer), length)
    return _buffer.raw[: max(0, length.value - 2)].decode("utf-16-le")


def _all_elements(elements: Iterable[_Element | int | None]) -> Iterator[_Element]:
    """Every element, in reading order."""
    for each in elements:
        if isinstance(each, _Element):
            yield each
            yield from _all_elements(each.children)


def _marks(child: _Element | int | None) -> tuple[int, ...]:
    """The mark numbers of a child: its own, or all below an element."""
    if isinstance(child, _Element):
        return child.marks
    return () if child is None else (child,)


# --- tables -----------------------------------------------------------------------------


def _table(table: _Element, marked: _Marked, page: int) -> ReadTable:
    """The part of a table on one page; its rows do not include the header."""
    groups = [each for each in table.children if isinstance(each, _Element)]
    heads = [each for each in groups if each.kind == "THead"]
    body = [each for each in groups if each.kind != "THead"]
    found = [row for each in body for row in _rows(each)]
    last = len(found) - 1
    grid = _grid(found)
    rows = tuple(
        ReadRow(tuple(_cell(c, marked) for c in cells), page, k == 0, k == last)
        for k, cells in enumerate(grid)
    )
    words = {
        cell.identity: _cell(cell, marked).text
        for head in heads
        for cell in _all_elements(head.children)
        if cell.kind == "TH"
    }
    return ReadTable(tuple(_headings(grid, words)), rows)


def _header_marks(table: _Element) -> Iterator[int]:
    for child in table.children:
        if isinstance(child, _Element) and child.kind == "THead":
            yield from child.marks


def _rows(group: _Element) -> Iterator[_Element]:
    """The rows of a group, or a row that is not in a group."""
    if group.kind == "TR":
        yield group
    else:
        yield from (c for c in group.children if isinstance(c, _Element) and c.kind == "TR")


def _grid(rows: Sequence[_Element]) -> list[list[_Element | int | None]]:
    """The cells of each row by grid column; None where a merged cell continues."""
    grid: list[list[_Element | int | None]] = []
    covered: dict[int, int] = {}
    for row in rows:
        cells: list[_Element | int | None] = []
        below = {column: down - 1 for column, down in covered.items()}
        for child in row.children:
            _skip_covered(cells, covered)
            down, across = child.spans if isinstance(child, _Element) else (1, 1)
            below |= dict.fromkeys(range(len(cells), len(cells) + across), down - 1)
            cells += [child, *[None] * (across - 1)]
        _skip_covered(cells, covered)
        grid.append(cells)
        covered = {column: down for column, down in below.items() if down > 0}
    return grid


def _skip_covered(cells: list[_Element | int | None], covered: dict[int, int]) -> None:
    """Skip the columns that a cell of a row above covers."""
    while covered.get(len(cells), 0) > 0:
        cells.append(None)


def _headings(
    rows: Sequence[Sequence[_Element | int | None]], words: dict[str, str]
) -> Iterator[str | None]:
    """The heading of each column, from the headings of its first cell with content."""
    for column in range(max((len(row) for row in rows), default=0)):
        cells = [row[column] for row in rows if column < len(row) and _is_one_column(row[column])]
        # The heading of a group of rows has no headers, even if it is only one column wide.
        with_headers = (cell for cell in cells if isinstance(cell, _Element) and cell.headers)
        first = next(with_headers, next(iter(cells), None))
        if isinstance(first, _Element):
            yield "".join(words.get(header, "") for header in first.headers)
        else:
            yield None


def _is_one_column(cell: _Element | int | None) -> bool:
    return isinstance(cell, _Element) and cell.spans[1] == 1


def _cell(cell: _Element | int | None, marked: _Marked) -> ReadCell:
    if not isinstance(cell, _Element):
        return ReadCell()
    drawn = [each for mark in cell.marks for each in marked.get(mark, ())]
    at = drawn[0].at if drawn else None
    for each in drawn[1:]:
        at = at.joined(each.at) if at else each.at
    unseen = "".join(each.text for each in drawn if not each.seen)
    return ReadCell(
        "\n".join(each.text for each in drawn), unseen=unseen, at=at, is_merged=cell.spans != (1, 1)
    )
