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
from pipeline.model.doubts import Doubt, Edit
from pipeline.model.findings import Finding
from pipeline.model.form import Form
from pipeline.model.grid import CellRef, RowRef
from pipeline.model.identity import Owner
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

    One that says nothing contradicts nothing. A remark of one is never joined to a choice
    of the other: both must say the same, or one the same and a remark more.
    """
    if first == Opinion() or second == Opinion():
        return first if second == Opinion() else second
    if (first.status, first.choice) != (second.status, second.choice):
        return None
    if first.comment and second.comment:
        same = compare_key(first.comment) == compare_key(second.comment)
        return first if same else None
    return first if first.comment or not second.comment else second


@dataclass(frozen=True, slots=True)
class Answer:
    """What was filled in in one column of a row.

    ``status`` is that of the contracts: blank, chosen, no_opinion, deferred, divided for
    choices, blank or written for others. ``choice`` or ``text`` is what was chosen or written.
    """

    status: str
    choice: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What one row of a filled-in document says of a project.

    ``proposal`` is the choice that stands beside the opinion, None where it can't be
    told; ``reason`` the text beside it, as the council saw it. ``origin`` says where a
    results workbook has the opinion from. With ``doubts`` the opinion is blank: it is asked,
    in the words ``asked``, until a person has settled it (``is_settled``).
    """

    no: int | None
    name: str
    proposal: str | None
    opinion: Opinion
    at: CellRef | RowRef
    comment_at: CellRef | RowRef
    origin: str = ""
    reason: str | None = None
    doubts: tuple[Doubt, ...] = ()
    shown: str = ""
    asked: str = ""
    is_settled: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether the row says nothing at all, and nothing is asked about it."""
        says = self.opinion.status is not OpinionStatus.BLANK or self.opinion.comment
        return not (says or self.asked)

    @property
    def is_open(self) -> bool:
        """Whether a person still has to settle what the row says."""
        return bool(self.asked) and not self.is_settled


# ---- a Word handout


@dataclass(frozen=True, slots=True)
class FilledRow:
    """What a Word handout says of a project.

    ``at`` is its row, None where it has none. ``answers`` are those of the columns that were
    filled in, by their keys; with ``doubts`` none of them may be taken. ``against`` is the
    choice that is marked in the column compared with, ``cells`` what the printed columns
    show, ``shown`` what the filled ones do.
    """

    identity: int
    name: str
    at: RowRef | None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    against: str | None = None
    cells: Mapping[str, str] = field(default_factory=dict)
    shown: str = ""


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
    number: str | None = None
    council: str | None = None

    @property
    def owner(self) -> Owner:
        """The form, paper and meeting of it."""
        facts = (self.number, self.council, self.session, self.date)
        return Owner(self.form, self.choices, *(each or "" for each in facts))


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
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class BookRow:
    """A row to write: the project, what the council saw, its opinion and where that is from.

    ``asked`` is what a person has to settle, empty for most; ``is_settled`` whether one has.
    """

    no: int
    name: str
    proposal: str
    opinion: Opinion = field(default_factory=Opinion)
    origin: str = ""
    reason: str = ""
    asked: str = ""
    is_settled: bool = False


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
    """One difference: the document's row, the master's project, whichever there are.

    ``meant`` are the numbers of the projects that the row's number or name tells.
    """

    kind: DifferenceKind
    said: Said | None
    project: Project | None
    meant: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Matched:
    """The rows of a document by the number of their project, and what does not fit."""

    said: Mapping[int, Said]
    differences: tuple[Difference, ...]
    is_another: bool
