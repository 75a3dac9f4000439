"""Opinions on their way back: what a filled-in document says, and where it says it.

A document is a Word handout, the workbook of the day (当日入力) or a results workbook.
The readers make :class:`Said` of its rows; ``match`` holds them against the master,
``merge`` puts them into the records.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.base.text import compare_key
from pipeline.model.findings import Finding
from pipeline.model.form import Form
from pipeline.model.grid import CellRef, RowRef
from pipeline.model.records import Opinion, OpinionStatus, Project

_AS_PROPOSED = frozenset(
    compare_key(subject + rest)
    for subject in ("", "事務局", "原")
    for rest in ("案のとおり", "案の通り", "案どおり", "案通り", "案に同じ", "案と同じ")
)
# As the drop-downs write it.
AS_PROPOSED = "案のとおり"


def is_as_proposed(text: str) -> bool:
    """Whether a text agrees to the proposal: 案のとおり and its like."""
    return compare_key(text).rstrip("。") in _AS_PROPOSED


def statuses(form: Form) -> dict[str, OpinionStatus]:
    """The form's words for an opinion that is no choice, 未入力 first."""
    return {word: status for status, word in form.file.opinion.by_status.items()}


def in_words(opinion: Opinion, form: Form) -> str:
    """The label or the word of an opinion; 未入力 for a blank one."""
    return opinion.choice or form.file.opinion.by_status.get(opinion.status, "")


def combined(first: Opinion, second: Opinion) -> Opinion | None:
    """What two sources say together; None where they contradict each other.

    A blank opinion and a missing comment contradict nothing. Where both say the same,
    the first one's spelling stays.
    """
    chosen = [each for each in (first, second) if each.status is not OpinionStatus.BLANK]
    if len({(each.status, each.choice) for each in chosen}) > 1:
        return None
    comments = [each.comment for each in (first, second) if each.comment]
    if len({compare_key(comment) for comment in comments}) > 1:
        return None
    base = chosen[0] if chosen else Opinion()
    return Opinion(base.status, base.choice, comments[0] if comments else None)


@dataclass(frozen=True, slots=True)
class Said:
    """What one row of a filled-in document says of a project.

    ``proposal`` is the choice that stands beside the opinion, None where it can't be
    told. ``origin`` says where a results workbook has the opinion from.
    """

    no: int | None
    name: str
    proposal: str | None
    opinion: Opinion
    at: CellRef | RowRef
    comment_at: CellRef | RowRef
    origin: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether the row says nothing at all."""
        return self.opinion.status is OpinionStatus.BLANK and not self.opinion.comment


# ---- a Word handout


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a cell as it is seen; ``states`` are those of the check boxes on it."""

    text: str
    states: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class FilledRow:
    """A project's row of a Word handout, as a reader sees it.

    ``proposal`` are the lines of the cell left of the council's. ``unread`` names what
    the council's cell shows that is no text: 図形, コメント, 取り消し線 …
    """

    at: RowRef
    no: str
    name: str
    proposal: tuple[Line, ...]
    opinion: tuple[Line, ...]
    unread: tuple[str, ...] = ()


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
    form: str
    choices: tuple[str, ...]
    session: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class OpinionBook:
    """A workbook of ours as it was read.

    ``extras`` are cells that somebody added beside our own: notes that a new workbook
    would not hold. ``findings`` are what could not be read.
    """

    path: Path
    sha256: str
    identity: Identity
    said: tuple[Said, ...]
    extras: tuple[CellRef, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class BookRow:
    """A row to write: the project, its proposal, its opinion and where that is from."""

    no: int
    name: str
    proposal: str
    opinion: Opinion = field(default_factory=Opinion)
    origin: str = ""


# ---- against the master


class DifferenceKind(enum.Enum):
    """How the rows of a document differ from the master's projects."""

    ADDED = enum.auto()
    REMOVED = enum.auto()
    RENAMED = enum.auto()
    RENUMBERED = enum.auto()
    UNNUMBERED = enum.auto()
    REPEATED = enum.auto()


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: the document's row, the master's project, whichever there are."""

    kind: DifferenceKind
    said: Said | None
    project: Project | None


@dataclass(frozen=True, slots=True)
class Matched:
    """The rows of a document by the number of their project, and what does not fit."""

    said: Mapping[int, Said]
    differences: tuple[Difference, ...]
    is_another: bool
