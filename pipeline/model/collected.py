"""Opinions on their way back: what a filled-in document says, and where it says it.

A document is a Word handout, the workbook of the day (当日入力) or a results workbook.
The readers make :class:`StatedOpinion` of its rows; ``match`` holds them against the master,
``merge`` puts them into the records.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pipeline.model.doubts import Doubt, Edit
from pipeline.model.fills import Fills, identity_of, is_blank, name_of, seen_of
from pipeline.model.findings import Finding
from pipeline.model.form import Form
from pipeline.model.grid import CellRef, RowRef
from pipeline.model.identity import Owner
from pipeline.model.records import Row

# The place of what stands in no row.
NO_ROW: Final = RowRef("", 1, 0)


@dataclass(frozen=True, slots=True)
class StatedOpinion:
    """What one row of a filled-in document says, or of a workbook of opinions is to say.

    ``no`` is the number that it bears, or its position where the form has none; ``name`` is
    what else tells the row. ``fills`` is what was filled in, ``seen`` what the council had
    before it (``model.fills.seen_columns``), both by column key; a key that is missing in
    ``seen`` could not be told. ``origin`` says where a results workbook has the row from.
    With ``doubts`` nothing is filled in: it is asked, in the words ``asked``, until a person
    has settled it (``is_settled``); ``shown`` is what the cells show. ``at`` is the row,
    ``places`` the cells of a workbook.
    """

    no: int | None
    name: str
    fills: Fills = field(default_factory=dict)
    at: CellRef | RowRef = NO_ROW
    places: Mapping[str, CellRef] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""
    doubts: tuple[Doubt, ...] = ()
    shown: str = ""
    asked: str = ""
    is_settled: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether the row says nothing at all, and nothing is asked about it."""
        return is_blank(self.fills) and not self.asked

    @property
    def is_gone(self) -> bool:
        """Whether the document has no such row."""
        return isinstance(self.at, RowRef) and self.at.row == NO_ROW.row

    @property
    def is_open(self) -> bool:
        """Whether a person still has to settle what the row says."""
        return bool(self.asked) and not self.is_settled

    def place(self, key: str) -> CellRef | RowRef:
        """Where a column's answer stands: its cell in a workbook, the row in a Word file."""
        return self.places.get(key, self.at)


def blank_opinion(row: Row, form: Form) -> StatedOpinion:
    """A row of which nothing is said yet."""
    return StatedOpinion(identity_of(row), name_of(row, form), seen=seen_of(row, form))


# ---- the workbooks


class BookKind(enum.Enum):
    """The two workbooks of ours that hold opinions; the value stands in them."""

    ENTRY = "当日入力"
    RESULTS = "意見の集計"


@dataclass(frozen=True, slots=True)
class Identity:
    """Which master, form and meeting a workbook was made for."""

    kind: BookKind
    master: str
    sha256: str
    owner: Owner


@dataclass(frozen=True, slots=True)
class OpinionBook:
    """A workbook of ours as it was read.

    ``extras`` are cells that somebody added beside our own: notes that a new workbook
    would not hold. ``findings`` are what could not be read, ``notes`` the texts that stand in
    no row of a project.
    """

    path: Path
    sha256: str
    identity: Identity
    opinions: tuple[StatedOpinion, ...]
    extras: tuple[CellRef, ...] = ()
    findings: tuple[Finding, ...] = ()
    edits: tuple[Edit, ...] = ()
    notes: tuple[Edit, ...] = ()


# ---- against the master


class RowDifferenceKind(enum.Enum):
    """How the rows of a document differ from the master's."""

    ADDED = enum.auto()
    REMOVED = enum.auto()
    RENAMED = enum.auto()
    RENUMBERED = enum.auto()
    UNNUMBERED = enum.auto()
    REPEATED = enum.auto()


@dataclass(frozen=True, slots=True)
class RowDifference:
    """One difference: the document's row, the master's row, whichever there are.

    ``meant`` are the numbers of the master's rows that the number or the name tells.
    """

    kind: RowDifferenceKind
    stated: StatedOpinion | None
    row: Row | None
    meant: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Matched:
    """The rows of a document by the number of the master's row, and what does not fit."""

    opinions: Mapping[int, StatedOpinion]
    differences: tuple[RowDifference, ...]
    is_another: bool
