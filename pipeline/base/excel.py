"""What Excel allows in a workbook that we write: cells, names of sheets, heights of rows."""

from __future__ import annotations

import math
import re
from typing import Any, Final

from pipeline.base.text import half_widths, without_forbidden

# In points.
_HIGHEST_ROW: Final = 409
_LONGEST_NAME: Final = 31
# What Excel may run: OWASP, CSV Injection.
_FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r]")
_NUMBER: Final = re.compile(r"[+\-]?[0-9][0-9,]*(?:\.[0-9]+)?%?")
# Excel takes _x0041_ in a text for the letter A.
_CODED: Final = re.compile("_x[0-9A-Fa-f]{4}_")


def put(cell: Any, value: object) -> None:
    """A value into a cell of openpyxl as it is: text that begins like a formula is text."""
    if isinstance(value, str):
        cell.value = _CODED.sub(r"_x005F\g<0>", without_forbidden(value))
        cell.data_type = "s"
    else:
        cell.value = value


def csv_text(value: object) -> object:
    """A value for a CSV file; text that Excel would run as a formula has an apostrophe in front.

    Full-width signs count: a Japanese Excel takes them for formulas too. A number stays, and
    so does a dash that stands alone.
    """
    if not isinstance(value, str) or len(value.strip()) == 1 or _NUMBER.fullmatch(value):
        return value
    return f"'{value}" if _FORMULA.match(value) else value


def sheet_name(wanted: str) -> str:
    """``wanted`` without what the name of a sheet may not have; empty where nothing is left."""
    allowed = re.sub(r"[\\/*?:\[\]]", "_", without_forbidden(wanted)).strip("'")
    return allowed[:_LONGEST_NAME]


def lines_in(value: object, width: float) -> int:
    """The lines that a value takes in a column so many half-width characters wide.

    Not every program finds the height of a row by itself.
    """
    text = "" if value is None else str(value)
    # The grid takes a character, and a line seldom ends exactly at the edge.
    room = width - 2
    return sum(max(1, math.ceil(half_widths(line) / room)) for line in text.split("\n"))


def row_height(lines: int, points: float) -> float:
    """The height in points of a row of so many lines; a higher one would not open."""
    return min(_HIGHEST_ROW, lines * points)
