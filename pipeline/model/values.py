"""The values of the records: the parsed contents of the table's cells.

A value is None if the cell is empty (or could not be read, with a finding).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    """A number and its displayed text: ``▲960``, ``1,284``, ``21.0``.

    ``value`` is None for a text that is not a number (未定, ―); it is printed unchanged.
    """

    value: float | None
    shown: str


class Status(enum.Enum):
    """The status of the council's answer in a column to fill in. BLANK is not an agreement."""

    BLANK = "blank"
    CHOSEN = "chosen"
    NO_OPINION = "no_opinion"
    DEFERRED = "deferred"
    DIVIDED = "divided"
    WRITTEN = "written"


# The value of a column that the secretariat fills in.
Plain = str | int | bool | Number | None


@dataclass(frozen=True, slots=True)
class Fill:
    """The answer in a column to fill in; ``value`` is set only for CHOSEN and WRITTEN."""

    status: Status = Status.BLANK
    value: Plain = None

    @property
    def is_blank(self) -> bool:
        """Whether the council has not answered."""
        return self.status is Status.BLANK


Value = Plain | Fill
