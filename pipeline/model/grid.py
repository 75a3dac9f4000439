"""A workbook as it was read: plain cell values, and the formatting that changes their meaning.

``master.read`` makes it; the later stages do not depend on the file format.
Rows and columns are counted from 1, as Excel shows them.
"""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.base.text import compare_key

CellValue = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None


def is_filled(value: CellValue) -> bool:
    """Whether a cell contains more than white space."""
    return value is not None and bool(str(value).strip())


@functools.lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """``"A"`` → 1, ``"AA"`` → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(column: int) -> str:
    """1 → ``A``, 27 → ``AA``."""
    letters = ""
    while column > 0:
        column, remainder = divmod(column - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return letters


@dataclass(frozen=True, slots=True, order=True)
class CellRef:
    """The place of one cell: the source of a value, or the place of a finding."""

    sheet: str
    row: int
    column: int

    @property
    def address(self) -> str:
        """``C2``, as in the name box of Excel."""
        return f"{column_letters(self.column)}{self.row}"


@dataclass(frozen=True, slots=True, order=True)
class RowRef:
    """A row of a table in a Word file, both counted from 1; ``sheet`` is the file's name."""

    sheet: str
    table: int
    row: int

    @property
    def address(self) -> str:
        """「表の5行目」, or 「2番目の表の5行目」."""
        return f"{self.table}番目の表の{self.row}行目" if self.table > 1 else f"表の{self.row}行目"


@dataclass(frozen=True, slots=True)
class MergedRange:
    """A merged range, both ends included; its first cell contains the value."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: ``rows[r - 1][c - 1]`` is the value of row r, column c.

    All rows have the same length. An empty cell is None; a text cell keeps every
    character. ``unresolved`` are cells whose formula has no stored value, ``errors`` are
    error values (``#REF!``); both are None in ``rows``. ``shown`` are numbers as the workbook
    displays them, if that differs from the plain number. ``formulas`` are all cells with a
    formula, ``struck`` are texts (or parts of them) that are struck through, ``unseen`` are
    cells whose text is formatted so that a person cannot read it; ``notes`` are the texts of
    comments and drawings by their cell.
    """

    name: str
    rows: tuple[tuple[CellValue, ...], ...]
    merged: tuple[MergedRange, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    visible: bool = True
    filtered: bool = False
    unresolved: frozenset[tuple[int, int]] = frozenset()
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    shown: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_columns: frozenset[int] = frozenset()
    formulas: frozenset[tuple[int, int]] = frozenset()
    struck: dict[tuple[int, int], str] = field(default_factory=dict)
    unseen: frozenset[tuple[int, int]] = frozenset()
    notes: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.rows[0]) if self.rows else 0

    def value(self, row: int, column: int) -> CellValue:
        """The value of one cell; None outside of the sheet."""
        if row < 1 or column < 1 or row > len(self.rows):
            return None
        values = self.rows[row - 1]
        return values[column - 1] if column <= len(values) else None

    def filled(self, row: int) -> dict[int, CellValue]:
        """The values of a row by column, without empty ones; {} outside of the sheet."""
        values = self.rows[row - 1] if 1 <= row <= len(self.rows) else ()
        return {column: value for column, value in enumerate(values, start=1) if is_filled(value)}

    def is_blank(self, row: int) -> bool:
        """Whether all cells of a row are empty."""
        return not (1 <= row <= len(self.rows) and any(map(is_filled, self.rows[row - 1])))

    def ref(self, row: int, column: int) -> CellRef:
        """The place of a cell, for records and findings."""
        return CellRef(self.name, row, column)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook as read, with its sheets in order.

    ``modified`` is the date stored in the file (not the file system's), so that the same
    file gives the same bytes everywhere. ``has_formatting``: strikethrough, hidden cells and notes
    are known; this is so for .xlsx and .xlsm files only.
    """

    path: Path
    sha256: str
    sheets: tuple[Sheet, ...]
    modified: dt.datetime | None = None
    has_formatting: bool = True

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of that name, or None."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)

    def called(self, name: str) -> Sheet | None:
        """The sheet of that name, ignoring the width of its characters, or None."""
        return next((s for s in self.sheets if compare_key(s.name) == compare_key(name)), None)
