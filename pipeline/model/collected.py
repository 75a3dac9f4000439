"""The opinions that a filled-in document contains, each with its place.

The document is a Word handout, the entry workbook (当日入力) or a results workbook.
The readers return a :class:`StatedOpinion` for each row, ``match`` compares them with the
master and ``merge`` adds them to the records.
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

# The place of an opinion whose row the document does not contain.
NO_ROW: Final = RowRef("", 1, 0)


@dataclass(frozen=True, slots=True)
class StatedOpinion:
    """The opinion of one row: read from a document, or to be written to an opinion workbook.

    ``no`` is the row's number, or its position if the form has no numbers; ``name`` is the
    other value that identifies the row. ``fills`` are the values that were filled in, ``seen``
    the texts that the council saw (``model.fills.seen_columns``), both by column key; a key is
    missing in ``seen`` if its text is unknown. ``origin`` is the source of a row in a results
    workbook. If there are ``doubts``, ``fills`` is empty, and ``asked`` is the question to the
    officer until a person has settled it (``is_settled``); ``shown`` is the text of the cells.
    ``at`` is the place of the row, ``places`` are its cells in a workbook.
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
        """Whether the row contains no opinion and no question to the officer."""
        return is_blank(self.fills) and not self.asked

    @property
    def is_missing(self) -> bool:
        """Whether the document has no such row."""
        return isinstance(self.at, RowRef) and self.at.row == NO_ROW.row

    @property
    def is_open(self) -> bool:
        """Whether a person still has to settle the opinion of the row."""
        return bool(self.asked) and not self.is_settled

    def place(self, key: str) -> CellRef | RowRef:
        """The place of a column's answer: its cell in a workbook, the row in a Word file."""
        return self.places.get(key, self.at)


def blank_opinion(row: Row, form: Form) -> StatedOpinion:
    """The blank opinion on a row of the records."""
    return StatedOpinion(identity_of(row), name_of(row, form), seen=seen_of(row, form))


# ---- the opinion workbooks


class BookKind(enum.Enum):
    """The two kinds of opinion workbook; the value is the kind's name in the file."""

    ENTRY = "当日入力"
    RESULTS = "意見の集計"


@dataclass(frozen=True, slots=True)
class Identity:
    """The master, form and meeting for which an opinion workbook was made."""

    kind: BookKind
    master: str
    sha256: str
    owner: Owner


@dataclass(frozen=True, slots=True)
class OpinionBook:
    """An opinion workbook as it was read.

    ``extras`` are cells that a user added: a new workbook would not contain them.
    ``findings`` report what could not be read; ``notes`` are the texts outside the rows of
    the projects.
    """

    path: Path
    sha256: str
    identity: Identity
    opinions: tuple[StatedOpinion, ...]
    extras: tuple[CellRef, ...] = ()
    findings: tuple[Finding, ...] = ()
    edits: tuple[Edit, ...] = ()
    notes: tuple[Edit, ...] = ()


# ---- compared with the master


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
    """One difference: the document's row and the master's row; None for a row that is missing.

    ``meant`` are the numbers of the master's rows that have the same number or name.
    """

    kind: RowDifferenceKind
    stated: StatedOpinion | None
    row: Row | None
    candidates: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Matched:
    """The opinions by the number of their row in the master, and the rows that differ.

    ``is_of_another_master``: the document seems to belong to another master.
    """

    opinions: Mapping[int, StatedOpinion]
    differences: tuple[RowDifference, ...]
    is_of_another_master: bool
