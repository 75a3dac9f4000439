"""Doubts about a cell of a workbook: the sheet and the cell in, doubts out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.model.doubts import Doubt, Reason
from pipeline.model.grid import Sheet


def cell_doubts(sheet: Sheet, row: int, columns: Iterable[int]) -> Iterator[Doubt]:
    """What keeps the cells of a row from being plain: looks, formulas, merges, hiding, notes."""
    wanted = list(columns)
    if row in sheet.hidden_rows or sheet.hidden_columns.intersection(wanted):
        yield Doubt(Reason.HIDDEN_ROW)
    for column in wanted:
        at = (row, column)
        if at in sheet.struck:
            yield Doubt(Reason.STRUCK, sheet.struck[at])
        if at in sheet.unseen:
            yield Doubt(Reason.UNSEEN)
        if _is_calculated(sheet, at):
            yield Doubt(Reason.FORMULA, sheet.errors.get(at, ""))
        if at in sheet.notes:
            yield Doubt(Reason.DRAWN, sheet.notes[at])
        yield from _merged(sheet, row, column)


def _merged(sheet: Sheet, row: int, column: int) -> Iterator[Doubt]:
    """A merge over several rows or columns that shows a text."""
    for each in sheet.merged:
        inside = (
            each.first_row <= row <= each.last_row
            and each.first_column <= column <= each.last_column
        )
        first = (each.first_row, each.first_column)
        shown = sheet.value(*first)
        if inside and (shown is not None or _is_calculated(sheet, first)):
            yield Doubt(Reason.MERGED, "" if shown is None else str(shown))


def _is_calculated(sheet: Sheet, at: tuple[int, int]) -> bool:
    return at in sheet.formulas or at in sheet.unresolved or at in sheet.errors
