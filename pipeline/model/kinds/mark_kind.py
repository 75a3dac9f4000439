"""``mark``: ○ or nothing."""

from __future__ import annotations

from typing import ClassVar

from pipeline.base.text import Mark, parse_mark
from pipeline.model.columns import Column
from pipeline.model.grid import CellValue
from pipeline.model.kinds.kind import CellText, Kind, Parsed, Problem

_MARK = "○"


class MarkKind(Kind):
    """A mark, printed as ○ however it was typed."""

    name: ClassVar[str] = "mark"
    label: ClassVar[str] = "○印"
    align: ClassVar[str] = "center"
    wraps: ClassVar[bool] = False
    is_figure: ClassVar[bool] = True
    # An empty cell is also an answer.
    shows_blank_status: ClassVar[bool] = False

    def parse(self, cell: CellText, _column: Column) -> Parsed:
        """True for a mark, None for nothing."""
        mark = parse_mark(cell.value)
        if mark is None:
            return Parsed(None, (Problem("mark-unreadable", {"value": cell.shown}),))
        return Parsed(True if mark in {Mark.STRONG, Mark.WEAK} else None)

    def fits(self, value: CellValue, _column: Column) -> bool:
        """Whether the cell contains only a mark."""
        return parse_mark(value) is not None

    def prompt(self, _column: Column) -> str:
        """Which mark to type."""
        return "あてはまるときに ○ を入力します。"

    def example(self, _column: Column) -> str:
        """The mark."""
        return _MARK

    def words(self, _column: Column) -> tuple[str, ...]:
        """The mark."""
        return (_MARK,)
