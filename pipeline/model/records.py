"""The records: what the council talks about, each value with its cell.

Made by the station ``normalise``; everything after it reads these and nothing
else. ``as_json`` gives the shape that ``records --json`` promises.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.base.text import era_date
from pipeline.model.grid import CellRef


class OpinionStatus(enum.Enum):
    """What the council said of a project. A blank one is not an agreement."""

    BLANK = "blank"
    CHOSEN = "chosen"
    NO_OPINION = "no_opinion"
    DEFERRED = "deferred"
    DIVIDED = "divided"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The office stands by what was found about a project, and says why."""

    project: int
    reason: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """The meeting and its paper. None means not known, and prints nothing.

    ``accepted`` is never printed: it only answers findings.
    """

    number: str
    title: str
    council: str | None = None
    session: str | None = None
    date: dt.date | None = None
    place: str | None = None
    members_label: str | None = None
    secretariat: str | None = None
    note: str | None = None
    accepted: tuple[Acceptance, ...] = ()

    @property
    def called(self) -> str:
        """The council with its session, as far as they are known."""
        return " ".join(part for part in (self.council, self.session) if part)

    @property
    def facts(self) -> tuple[str, ...]:
        """What is known of council, session, date and place: one line, none if nothing is."""
        day = era_date(self.date) if self.date else ""
        line = "　".join(part for part in (self.called, day, self.place) if part)
        return (line,) if line else ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """今後の方針: the letter and its label, each as entered, each may be missing."""

    letter: str | None
    label: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """事務局案. ``text`` holds one paragraph a line."""

    text: str
    choice: str | None


@dataclass(frozen=True, slots=True)
class Opinion:
    """懇談会意見. ``choice`` is set exactly when the status is CHOSEN."""

    status: OpinionStatus = OpinionStatus.BLANK
    choice: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record stood: its sheet, its row, and the cell of each field.

    ``cells`` maps a field key (``"no"``, ``"ratings.progress"``,
    ``"proposal.text"`` …) to its cell.
    """

    sheet: str
    row: int
    cells: Mapping[str, CellRef] = field(default_factory=dict)

    def cell(self, key: str) -> CellRef:
        """The cell of a field; the row's first column where the field has none."""
        return self.cells.get(key) or CellRef(self.sheet, self.row, 1)


@dataclass(frozen=True, slots=True)
class Project:
    """One joint project (連携事業).

    A value that could not be read is None and has a finding of severity error;
    documents are only made from records without such findings. ``proposed_then`` is the
    choice that stood beside the opinion when it was given, where that is known.
    """

    no: int | None
    name: str
    ratings: Mapping[str, int | None]
    judgement: Judgement
    proposal: Proposal
    opinion: Opinion
    source: Source
    accepted: str | None = None
    proposed_then: str | None = None

    @property
    def compared_with(self) -> str | None:
        """The choice that the council's opinion answers: the one that it saw."""
        return self.proposed_then or self.proposal.choice


@dataclass(frozen=True, slots=True)
class Records:
    """Everything the master says, in the master's order."""

    meeting: Meeting
    projects: tuple[Project, ...]


def as_json(records: Records) -> dict[str, object]:
    """The records as ``records --json`` prints them (without the findings)."""
    meeting = records.meeting
    return {
        "meeting": {
            "number": meeting.number,
            "title": meeting.title,
            "council": meeting.council,
            "session": meeting.session,
            "date": meeting.date.isoformat() if meeting.date else None,
            "place": meeting.place,
            "members_label": meeting.members_label,
            "secretariat": meeting.secretariat,
            "note": meeting.note,
        },
        "projects": [_project_as_json(project) for project in records.projects],
    }


def _project_as_json(project: Project) -> dict[str, object]:
    return {
        "no": project.no,
        "name": project.name,
        "ratings": dict(project.ratings),
        "judgement": {"letter": project.judgement.letter, "label": project.judgement.label},
        "proposal": {"text": project.proposal.text, "choice": project.proposal.choice},
        "opinion": {
            "status": project.opinion.status.value,
            "choice": project.opinion.choice,
            "comment": project.opinion.comment,
        },
        "source": {"sheet": project.source.sheet, "row": project.source.row},
    }
