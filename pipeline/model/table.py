"""The table in a workbook: the places of the form's columns.

``master.locate`` makes it; ``normalise`` reads the cells with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Table:
    """The place of the table. Rows and columns are counted from 1.

    ``columns`` maps a column's key to its place; ``choice_columns`` maps the key of a choice
    to the place of each of its choices (or words for an opinion), if the master has one column
    for each choice. Each of ``rows`` is one row of the records: usually one row of the sheet,
    several if its number or name is merged downwards. ``groups`` are headings between the
    rows, by the first row below them; ``total`` is the form's total row.
    """

    sheet: str
    columns: Mapping[str, int]
    choice_columns: Mapping[str, Mapping[str, int]]
    rows: tuple[range, ...]
    groups: Mapping[int, str] = field(default_factory=dict)
    total: range | None = None

    def holds(self, key: str) -> bool:
        """Whether the table has the column."""
        return key in self.columns or key in self.choice_columns

    def column(self, key: str) -> int | None:
        """The column's place; the first of its places if each choice has its own column."""
        if key in self.columns:
            return self.columns[key]
        return min(self.choice_columns.get(key, {}).values(), default=None)
