"""``no``: the number of a row, unique in the table."""

from __future__ import annotations

from typing import ClassVar

from pipeline.base.text import parse_whole
from pipeline.model.columns import Column
from pipeline.model.grid import CellValue
from pipeline.model.kinds.kind import CellText, Kind, Parsed, Problem


class No(Kind):
    """A whole number above zero: 1, １．, ①, No.1."""

    name: ClassVar[str] = "no"
    label: ClassVar[str] = "番号"
    align: ClassVar[str] = "center"
    wraps: ClassVar[bool] = False
    is_figure: ClassVar[bool] = True

    def parse(self, cell: CellText, _column: Column) -> Parsed:
        """The number."""
        number = parse_whole(cell.value)
        if number is not None and number > 0:
            return Parsed(number)
        if cell.shown.strip():
            return Parsed(None, (Problem("number-unreadable", {"value": cell.shown}),))
        return Parsed(None, (Problem("number-empty"),))

    def fits(self, value: CellValue, _column: Column) -> bool:
        """Whether the cell contains a whole number."""
        return parse_whole(value) is not None

    def prompt(self, _column: Column) -> str:
        """Which numbers to type."""
        return "1 以上の整数を、重ならないように入力します。"

    def example(self, _column: Column) -> str:
        """The first number."""
        return "1"
