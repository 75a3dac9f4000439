"""Text struck through (見え消し): a table or cells in, findings and the remaining rows out.

An office strikes through deleted text and keeps it visible. The documents would print it as
normal text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.base.text import one_line, shortened
from pipeline.model.findings import Finding, finding
from pipeline.model.grid import CellRef, Sheet, Workbook
from pipeline.model.table import Table

_SHOWN_LENGTH = 30

# A printed cell, the title of its column, and the number of its row or None.
PrintedCell = tuple[CellRef, str, int | None]


def without_struck_rows(table: Table, workbook: Workbook) -> tuple[Table, tuple[Finding, ...]]:
    """The table without the rows that are entirely struck through, and a warning for each."""
    sheet = workbook.sheet(table.sheet)
    if sheet is None or not sheet.struck:
        return table, ()
    columns = _columns(table)
    kept, findings = [], []
    for rows in table.rows:
        filled = [(r, c) for r in rows for c in columns if _shown(sheet, r, c)]
        if filled and all(_is_struck_entirely(sheet, *place) for place in filled):
            words = "　".join(_shown(sheet, *place) for place in filled[:2])
            at = sheet.ref(*filled[0])
            findings.append(finding("row-struck", at=at, value=words[:_SHOWN_LENGTH]))
        else:
            kept.append(rows)
    return (replace(table, rows=tuple(kept)) if findings else table), tuple(findings)


def struck_cells(sheet: Sheet, cells: Iterable[PrintedCell]) -> Iterator[Finding]:
    """A warning for each printed cell that is struck through, entirely or in part."""
    for at, title, number in cells:
        struck = sheet.struck.get((at.row, at.column)) if at.sheet == sheet.name else None
        if struck is not None and struck.strip():
            value = shortened(one_line(struck), _SHOWN_LENGTH)
            yield finding("text-struck", at=at, project=number, value=value, title=title)


def _columns(table: Table) -> list[int]:
    choices = (place for places in table.choice_columns.values() for place in places.values())
    return sorted({*table.columns.values(), *choices})


def _shown(sheet: Sheet, row: int, column: int) -> str:
    value = sheet.value(row, column)
    return "" if value is None else str(value).strip()


def _is_struck_entirely(sheet: Sheet, row: int, column: int) -> bool:
    """Whether a cell is struck through entirely; only a text can be struck in part."""
    struck = sheet.struck.get((row, column))
    if struck is None:
        return False
    value = sheet.value(row, column)
    return not isinstance(value, str) or struck.strip() == value.strip()
