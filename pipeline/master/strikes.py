"""Text struck through (見え消し): a sheet and cells in, findings and the rows that count out.

An office strikes out what is to go and keeps it to be seen; on paper it would stand as if
nothing had been struck.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.base.text import one_line, shortened
from pipeline.model.findings import Finding, finding
from pipeline.model.grid import CellRef, Sheet, Workbook
from pipeline.model.table import Table

_SHOWN = 30

# A printed cell, the title of its column, and the number of its row where it has one.
PrintedCell = tuple[CellRef, str, int | None]


def without_struck_rows(table: Table, workbook: Workbook) -> tuple[Table, tuple[Finding, ...]]:
    """The table without the rows that are struck through whole, and a warning for each."""
    sheet = workbook.sheet(table.sheet)
    if sheet is None or not sheet.struck:
        return table, ()
    columns = _columns(table)
    kept, findings = [], []
    for rows in table.rows:
        filled = [(r, c) for r in rows for c in columns if _shown(sheet, r, c)]
        if filled and all(_is_struck_whole(sheet, *place) for place in filled):
            words = "　".join(_shown(sheet, *place) for place in filled[:2])
            at = sheet.ref(*filled[0])
            findings.append(finding("row-struck", at=at, value=words[:_SHOWN]))
        else:
            kept.append(rows)
    return (replace(table, rows=tuple(kept)) if findings else table), tuple(findings)


def struck_cells(sheet: Sheet, cells: Iterable[PrintedCell]) -> Iterator[Finding]:
    """A warning for each printed cell that is struck through, whole or in part."""
    for at, title, number in cells:
        struck = sheet.struck.get((at.row, at.column)) if at.sheet == sheet.name else None
        if struck is not None and struck.strip():
            value = shortened(one_line(struck), _SHOWN)
            yield finding("text-struck", at=at, project=number, value=value, title=title)


def _columns(table: Table) -> list[int]:
    choices = (place for places in table.choice_columns.values() for place in places.values())
    return sorted({*table.columns.values(), *choices})


def _shown(sheet: Sheet, row: int, column: int) -> str:
    value = sheet.value(row, column)
    return "" if value is None else str(value).strip()


def _is_struck_whole(sheet: Sheet, row: int, column: int) -> bool:
    """Whether all of a cell is struck; a part of it can be only where it is a text."""
    struck = sheet.struck.get((row, column))
    if struck is None:
        return False
    value = sheet.value(row, column)
    return not isinstance(value, str) or struck.strip() == value.strip()
