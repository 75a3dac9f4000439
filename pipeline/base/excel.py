"""Rules of Excel for the workbooks that we write: cell values, sheet names, row heights."""

from __future__ import annotations

import math
import re
from typing import Any, Final

from pipeline.base.text import half_widths, without_forbidden

# In points.
_MAX_ROW_HEIGHT: Final = 409
_MAX_NAME_LENGTH: Final = 31
# A text that Excel may run as a formula (OWASP, CSV Injection).
_FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r]")
_NUMBER: Final = re.compile(r"[+\-]?[0-9][0-9,]*(?:\.[0-9]+)?%?")
# Excel reads _x0041_ in a text as the letter A.
_ESCAPE: Final = re.compile("_x[0-9A-Fa-f]{4}_")


def put(cell: Any, value: object) -> None:
    """Write a value to a cell of openpyxl unchanged: text that looks like a formula stays text."""
    if isinstance(value, str):
        cell.value = _ESCAPE.sub(r"_x005F\g<0>", without_forbidden(value))
        cell.data_type = "s"
    else:
        cell.value = value


def csv_text(value: object) -> object:
    """A value for a CSV file; text that Excel would run as a formula gets an apostrophe in front.

    This includes full-width signs, which a Japanese Excel also reads as formulas. A number and
    a single character, such as a dash, are unchanged.
    """
    if not isinstance(value, str) or len(value.strip()) == 1 or _NUMBER.fullmatch(value):
        return value
    return f"'{value}" if _FORMULA.match(value) else value


def sheet_name(wanted: str) -> str:
    """``wanted`` without the characters that a sheet name can't have; empty if none are left."""
    allowed = re.sub(r"[\\/*?:\[\]]", "_", without_forbidden(wanted)).strip("'")
    return allowed[:_MAX_NAME_LENGTH]


def lines_in(value: object, width: float) -> int:
    """The number of lines of a value in a column ``width`` half-width characters wide.

    Needed because not every program calculates the height of a row.
    """
    text = "" if value is None else str(value)
    # One for the grid line, and one because a line seldom ends exactly at the edge.
    room = width - 2
    return sum(max(1, math.ceil(half_widths(line) / room)) for line in text.split("\n"))


def row_height(lines: int, points: float) -> float:
    """The height in points of a row with ``lines`` lines, at most what Excel can open."""
    return min(_MAX_ROW_HEIGHT, lines * points)
