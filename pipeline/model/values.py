"""What a cell of the table can hold once it is understood: the values of the records.

A value is None where the cell is empty (or could not be read, with a finding).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    """A number and how the office sees it: ``▲960``, ``1,284``, ``21.0``.

    ``value`` is None for a text that is no number (未定, ―); it prints as it stands.
    """

    value: float | None
    shown: str


class Status(enum.Enum):
    """What the council said in a column to fill in. A blank one is not an agreement."""

    BLANK = "blank"
    CHOSEN = "chosen"
    NO_OPINION = "no_opinion"
    DEFERRED = "deferred"
    DIVIDED = "divided"
    WRITTEN = "written"


# What a column of the secretariat's holds.
Plain = str | int | bool | Number | None


@dataclass(frozen=True, slots=True)
class Fill:
    """What stands in a column to fill in: ``value`` is set for CHOSEN and WRITTEN alone."""

    status: Status = Status.BLANK
    value: Plain = None

    @property
    def is_blank(self) -> bool:
        """Whether nothing was said."""
        return self.status is Status.BLANK


Value = Plain | Fill
