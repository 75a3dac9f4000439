"""``number``: a number, right-aligned, printed as Excel shows it; may be empty."""

from __future__ import annotations

import re
import unicodedata
from typing import ClassVar

from pipeline.base.number_format import format_number
from pipeline.base.text import one_line
from pipeline.model.columns import Column
from pipeline.model.grid import CellValue
from pipeline.model.kinds.kind import CellText, Kind, Parsed, Problem
from pipeline.model.values import Number, Plain

_NUMBER = re.compile(
    r"(?P<minus>[▲△▼-]|\()?\s*[¥$]?(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<rest>\.\d+)?"
    r"(?P<percent>%)?\)?"
)
_DASHES = frozenset("-－―ー‐–—")


class NumberKind(Kind):
    """A number: 1284, 1,284, ▲960, (960); － for none."""

    name: ClassVar[str] = "number"
    label: ClassVar[str] = "数"
    align: ClassVar[str] = "right"
    wraps: ClassVar[bool] = False

    def parse(self, cell: CellText, column: Column) -> Parsed:
        """The number; other text is printed unchanged and reported."""
        shown = one_line(cell.shown)
        if not shown:
            return Parsed()
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
            return Parsed(Number(cell.value, _formatted(cell.value, shown, column)))
        value = typed_number(shown)
        if value is not None:
            return Parsed(Number(value, _formatted(value, shown, column)))
        problems = () if set(shown) <= _DASHES else (Problem("value-no-number", {"value": shown}),)
        return Parsed(Number(None, shown), problems)

    def fits(self, value: CellValue, _column: Column) -> bool:
        """Whether the cell contains a number or a dash for no number."""
        if isinstance(value, int | float):
            return not isinstance(value, bool)
        shown = one_line(str(value))
        return typed_number(shown) is not None or set(shown) <= _DASHES

    def as_json(self, value: Plain) -> object:
        """The number itself, without its format."""
        if not isinstance(value, Number):
            return value
        if value.value is None:
            return value.shown
        return int(value.value) if float(value.value).is_integer() else value.value

    def prompt(self, _column: Column) -> str:
        """That it is printed as Excel shows it."""
        return "数を入力します。Excel での表示のとおりに印刷します。"

    def example(self, _column: Column) -> str:
        """A number."""
        return "1284"


def typed_number(text: str) -> float | None:
    """The number in a text, in the notations that offices use; None for any other text."""
    match = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        return None
    value = float(match["digits"].replace(",", "") + (match["rest"] or ""))
    value = value / 100 if match["percent"] else value
    return -value if match["minus"] else value


def _formatted(value: float, shown: str, column: Column) -> str:
    return format_number(value, column.format) if column.format else shown
