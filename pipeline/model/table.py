"""The table of projects inside a workbook: which column holds which field.

Made by the station ``locate``; ``normalise`` reads the cells through it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """Where the table lies. Rows and columns are counted from 1.

    ``columns`` maps a field key (``"no"``, ``"ratings.progress"``) to its
    column; ``choice_columns`` maps ``"proposal.choice"`` or
    ``"opinion.choice"`` to one column a choice label (or word of the form's
    ``[opinion]``), where the master marks choices that way. Each of ``rows`` is
    one project: usually one row, several where its number or name is merged
    downwards.
    """

    sheet: str
    columns: Mapping[str, int]
    choice_columns: Mapping[str, Mapping[str, int]]
    rows: tuple[range, ...]

    def holds(self, key: str) -> bool:
        """Whether the table has the field at all."""
        return key in self.columns or key in self.choice_columns

    def column(self, key: str) -> int | None:
        """The field's column; the first of its columns where each choice has one."""
        if key in self.columns:
            return self.columns[key]
        return min(self.choice_columns.get(key, {}).values(), default=None)
