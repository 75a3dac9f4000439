"""The document's column widths, exactly, in its table."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate, pairwise
from typing import Final

from lxml import etree

from pipeline.model.document import Document
from pipeline.render.docx.wordml import TWIPS_PER_MM, WORD

# What comes before the layout of a table, and itself (CT_TblPr of ECMA-376).
_ORDER: Final = (
    *("tblStyle", "tblpPr", "tblOverlap", "bidiVisual", "tblStyleRowBandSize"),
    *("tblStyleColBandSize", "tblW", "jc", "tblCellSpacing", "tblInd", "tblBorders", "shd"),
    "tblLayout",
)


def set_widths(root: etree._Element, document: Document) -> None:
    """The document's widths, exactly, in the table that has the document's columns.

    A table with other columns is somebody's own and keeps its widths.
    """
    # Where the columns begin and end, in twips from the left edge.
    told = accumulate(document.columns, initial=0.0)
    edges = tuple(round(edge * TWIPS_PER_MM) for edge in told)
    for table in root.iter(WORD + "tbl"):
        rows = [list(row.iterchildren(WORD + "tc")) for row in table.iterchildren(WORD + "tr")]
        own = edges if document.columns else _completed(table, rows, _room(root))
        if any(sum(map(span_of, cells)) == len(own) - 1 for cells in rows):
            _set_grid(table, own)
            for cells in rows:
                _set_cells(cells, own)


def _completed(
    table: etree._Element, rows: list[list[etree._Element]], room: int
) -> tuple[int, ...]:
    """The edges of a table some of whose columns the document does not have; else none.

    A table over the whole page gives their width to its last column.
    """
    widths = [[_width(cell) for cell in cells] for cells in rows]
    whole = table.find(f"{WORD}tblPr/{WORD}tblW")
    if whole is None or not widths or any(len(each) != len(widths[0]) for each in widths):
        return ()
    if sum(widths[0]) == int(whole.get(WORD + "w") or 0):
        return ()
    align = table.find(f"{WORD}tblPr/{WORD}jc")
    is_whole = align is not None and align.get(WORD + "val") == "center"
    columns = widths[0]
    last = max(columns[-1], room - sum(columns[:-1])) if is_whole else columns[-1]
    return tuple(accumulate([*columns[:-1], last], initial=0))


def _room(root: etree._Element) -> int:
    """Twips between the margins of the page."""
    size, margins = root.find(f".//{WORD}pgSz"), root.find(f".//{WORD}pgMar")
    if size is None or margins is None:
        return 0
    sides = (int(margins.get(WORD + side) or 0) for side in ("left", "right"))
    return int(size.get(WORD + "w") or 0) - sum(sides)


def _width(cell: etree._Element) -> int:
    width = cell.find(f"{WORD}tcPr/{WORD}tcW")
    return int(width.get(WORD + "w") or 0) if width is not None else 0


def span_of(cell: etree._Element) -> int:
    """How many columns of the grid a cell covers."""
    span = cell.find(f"{WORD}tcPr/{WORD}gridSpan")
    return int(span.get(WORD + "val") or 1) if span is not None else 1


def _set_grid(table: etree._Element, edges: tuple[int, ...]) -> None:
    """The grid and the whole width of a table, and that nothing may stretch them."""
    grid = table.find(WORD + "tblGrid")
    properties = table.find(WORD + "tblPr")
    if grid is None or properties is None:
        return
    for column in list(grid):
        grid.remove(column)
    for left, right in pairwise(edges):
        etree.SubElement(grid, WORD + "gridCol", {WORD + "w": str(right - left)})
    whole = {WORD + "w": str(edges[-1]), WORD + "type": "dxa"}
    _set_property(properties, "tblW", whole)
    # Word leaves it out where a table fits itself to its contents.
    _set_property(properties, "tblLayout", {WORD + "type": "fixed"})


def _set_property(properties: etree._Element, name: str, values: Mapping[str, str]) -> None:
    """A property of a table, in the place that the schema gives it."""
    property_ = properties.find(WORD + name)
    if property_ is None:
        property_ = etree.Element(WORD + name)
        before = {WORD + each for each in _ORDER[: _ORDER.index(name)]}
        at = sum(each.tag in before for each in properties)
        properties.insert(at, property_)
    for key, value in values.items():
        property_.set(key, value)


def _set_cells(cells: list[etree._Element], edges: tuple[int, ...]) -> None:
    """The width and the span of each cell of a row, in the schema's order."""
    spans = [span_of(cell) for cell in cells]
    if sum(spans) != len(edges) - 1:
        return
    starts = accumulate(spans, initial=0)
    for cell, span, start in zip(cells, spans, starts, strict=False):
        properties = cell.find(WORD + "tcPr")
        if properties is None:
            properties = etree.Element(WORD + "tcPr")
            cell.insert(0, properties)
        for old in (*properties.findall(WORD + "tcW"), *properties.findall(WORD + "gridSpan")):
            properties.remove(old)
        width = str(edges[start + span] - edges[start])
        at = len(properties.findall(WORD + "cnfStyle"))
        new = etree.Element(WORD + "tcW", {WORD + "w": width, WORD + "type": "dxa"})
        properties.insert(at, new)
        if span > 1:
            spanned = etree.Element(WORD + "gridSpan", {WORD + "val": str(span)})
            properties.insert(at + 1, spanned)
