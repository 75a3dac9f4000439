"""Doubts about a cell of a workbook: the sheet and the cell in, doubts out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.model.doubts import Doubt, Reason
from pipeline.model.grid import Sheet


def cell_doubts(sheet: Sheet, row: int, columns: Iterable[int]) -> Iterator[Doubt]:
    """A doubt for each unusual cell of a row: formatting, formula, merge, hidden, comment."""
    wanted = list(columns)
    if row in sheet.hidden_rows or sheet.hidden_columns.intersection(wanted):
        yield Doubt(Reason.HIDDEN_ROW)
    for column in wanted:
        place = (row, column)
        if place in sheet.struck:
            yield Doubt(Reason.STRUCK, sheet.struck[place])
        if place in sheet.unseen:
            yield Doubt(Reason.UNSEEN)
        if _is_calculated(sheet, place):
            yield Doubt(Reason.FORMULA, sheet.errors.get(place, ""))
        if place in sheet.notes:
            yield Doubt(Reason.DRAWN, sheet.notes[place])
        yield from _merged(sheet, row, column)


def _merged(sheet: Sheet, row: int, column: int) -> Iterator[Doubt]:
    """A doubt for each merge of several rows or columns that shows a text."""
    for merged_range in sheet.merged:
        inside = (
            merged_range.first_row <= row <= merged_range.last_row
            and merged_range.first_column <= column <= merged_range.last_column
        )
        first = (merged_range.first_row, merged_range.first_column)
        shown = sheet.value(*first)
        if inside and (shown is not None or _is_calculated(sheet, first)):
            yield Doubt(Reason.MERGED, "" if shown is None else str(shown))


def _is_calculated(sheet: Sheet, place: tuple[int, int]) -> bool:
    return place in sheet.formulas or place in sheet.unresolved or place in sheet.errors
