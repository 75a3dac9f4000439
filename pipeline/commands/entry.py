"""``entry``: one master in, one entry workbook (当日入力.xlsx) out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.base.archives import UNDATED
from pipeline.base.errors import UsageMistake
from pipeline.base.files import write_new
from pipeline.base.windows import safe_name
from pipeline.commands.reading import read_master
from pipeline.documents import present
from pipeline.model.collected import BookKind, Identity, StatedOpinion, blank_opinion
from pipeline.model.doubts import Edit
from pipeline.model.editions import Edition
from pipeline.model.identity import owner, properties
from pipeline.model.intake import Intake
from pipeline.model.opinion_workbook import ENTRY_NAME
from pipeline.model.printed_handout import row_digests
from pipeline.model.request import Source
from pipeline.workbooks.opinion_workbooks import write_opinion_workbook


@dataclass(frozen=True, slots=True)
class EntryWorkbook:
    """The master and the path of its entry workbook; None if an error prevented it."""

    intake: Intake
    path: Path | None


def run(source: Source, output: Path) -> EntryWorkbook:
    """Read the master and write the entry workbook into ``output``; no file is replaced."""
    intake = read_master(source)
    form = intake.form
    if intake.blocked:
        return EntryWorkbook(intake, None)
    if not form.fills:
        raise UsageMistake("nothing-to-fill-in", form=form.name)
    rows = [blank_opinion(row, form) for row in intake.records.rows]
    content = book_of(BookKind.ENTRY, rows, intake)
    return EntryWorkbook(intake, write_new(content, output / _name(intake)))


def _name(intake: Intake) -> str:
    """``当日入力_第２回.xlsx``; without the session if the master has none."""
    session = intake.records.meeting.session
    path = Path(ENTRY_NAME)
    return f"{path.stem}_{safe_name(session)}{path.suffix}" if session else ENTRY_NAME


def book_of(
    kind: BookKind, rows: Sequence[StatedOpinion], intake: Intake, edits: Sequence[Edit] = ()
) -> bytes:
    """The bytes of a workbook of opinions, with its owner and digests of the printed rows."""
    meeting, form = intake.records.meeting, intake.form
    handout = present(intake.records, form, Edition.MEETING, form.paper, date=UNDATED)
    book_owner = owner(meeting, form)
    identity = Identity(kind, intake.path.name, intake.workbook.sha256, book_owner)
    book_properties = properties(book_owner, kind.value, row_digests(handout, form))
    return write_opinion_workbook(
        rows, identity, meeting, form, edits=edits, properties=book_properties
    )
