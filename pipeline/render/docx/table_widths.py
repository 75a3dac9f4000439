"""Set the document's exact column widths in its tables."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate, pairwise
from typing import Final

from lxml import etree

from pipeline.model.document import Document
from pipeline.render.docx.wordml import TWIPS_PER_MM, WORD

# The order of a table's properties in the schema, up to its layout (CT_TblPr of ECMA-376).
_ORDER: Final = (
    *("tblStyle", "tblpPr", "tblOverlap", "bidiVisual", "tblStyleRowBandSize"),
    *("tblStyleColBandSize", "tblW", "jc", "tblCellSpacing", "tblInd", "tblBorders", "shd"),
    "tblLayout",
)


def set_widths(root: etree._Element, document: Document) -> None:
    """Set the document's exact widths in each table that has the document's columns.

    A table with other columns belongs to the template and keeps its widths.
    """
    # The edges of the columns, in twips from the left edge of the table.
    offsets = accumulate(document.columns, initial=0.0)
    edges = tuple(round(edge * TWIPS_PER_MM) for edge in offsets)
    for table in root.iter(WORD + "tbl"):
        rows = [list(row.iterchildren(WORD + "tc")) for row in table.iterchildren(WORD + "tr")]
        table_edges = edges if document.columns else _completed_edges(table, rows, _page_room(root))
        if any(sum(map(span_of, cells)) == len(table_edges) - 1 for cells in rows):
            _set_grid(table, table_edges)
            for cells in rows:
                _set_cells(cells, table_edges)


def _completed_edges(
    table: etree._Element, rows: list[list[etree._Element]], room: int
) -> tuple[int, ...]:
    """The edges of a table without some of the template's columns; empty for other tables.

    In a table over the whole page the last column gets the width of the missing columns.
    """
    widths = [[_width(cell) for cell in cells] for cells in rows]
    table_width = table.find(f"{WORD}tblPr/{WORD}tblW")
    if table_width is None or not widths or any(len(each) != len(widths[0]) for each in widths):
        return ()
    if sum(widths[0]) == int(table_width.get(WORD + "w") or 0):
        return ()
    align = table.find(f"{WORD}tblPr/{WORD}jc")
    is_full_width = align is not None and align.get(WORD + "val") == "center"
    columns = widths[0]
    last = max(columns[-1], room - sum(columns[:-1])) if is_full_width else columns[-1]
    return tuple(accumulate([*columns[:-1], last], initial=0))


def _page_room(root: etree._Element) -> int:
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
    """The number of grid columns that a cell covers."""
    span = cell.find(f"{WORD}tcPr/{WORD}gridSpan")
    return int(span.get(WORD + "val") or 1) if span is not None else 1


def _set_grid(table: etree._Element, edges: tuple[int, ...]) -> None:
    """Set the grid and the width of a table, and fix them, so that no content stretches them."""
    grid = table.find(WORD + "tblGrid")
    properties = table.find(WORD + "tblPr")
    if grid is None or properties is None:
        return
    for column in list(grid):
        grid.remove(column)
    for left, right in pairwise(edges):
        etree.SubElement(grid, WORD + "gridCol", {WORD + "w": str(right - left)})
    table_width = {WORD + "w": str(edges[-1]), WORD + "type": "dxa"}
    _set_property(properties, "tblW", table_width)
    # Word omits this element in a table that is fitted to its contents.
    _set_property(properties, "tblLayout", {WORD + "type": "fixed"})


def _set_property(properties: etree._Element, name: str, values: Mapping[str, str]) -> None:
    """Set a property of a table; a new one is inserted in the schema's order."""
    property_ = properties.find(WORD + name)
    if property_ is None:
        property_ = etree.Element(WORD + name)
        earlier = {WORD + child for child in _ORDER[: _ORDER.index(name)]}
        index = sum(child.tag in earlier for child in properties)
        properties.insert(index, property_)
    for key, value in values.items():
        property_.set(key, value)


def _set_cells(cells: list[etree._Element], edges: tuple[int, ...]) -> None:
    """Set the width and the span of each cell of a row, in the schema's order."""
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
        index = len(properties.findall(WORD + "cnfStyle"))
        new = etree.Element(WORD + "tcW", {WORD + "w": width, WORD + "type": "dxa"})
        properties.insert(index, new)
        if span > 1:
            spanned = etree.Element(WORD + "gridSpan", {WORD + "val": str(span)})
            properties.insert(index + 1, spanned)
