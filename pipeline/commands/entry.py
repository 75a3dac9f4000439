"""``entry``: the workbook of the day, one master in, one 当日入力.xlsx out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.base.archives import UNDATED
from pipeline.base.errors import UsageMistake
from pipeline.base.files import keep
from pipeline.base.windows import safe_name
from pipeline.commands.reading import read_master
from pipeline.documents import present
from pipeline.model.collected import BookKind, BookRow, Identity
from pipeline.model.editions import Edition
from pipeline.model.fills import identity_of as number_of
from pipeline.model.fills import name_of, seen_of
from pipeline.model.form import Form
from pipeline.model.identity import owner, properties
from pipeline.model.intake import Intake
from pipeline.model.opinion_workbook import ENTRY_NAME
from pipeline.model.printed_handout import row_digests
from pipeline.model.request import Source


@dataclass(frozen=True, slots=True)
class EntryWorkbook:
    """The master, and the workbook that was made; None where an error stands against it."""

    intake: Intake
    path: Path | None


def run(source: Source, form_name: str | None, output: Path) -> EntryWorkbook:
    """Take the master in and write the workbook into ``output``; no file is replaced."""
    from pipeline.workbooks.opinion_workbooks import write_book  # noqa: PLC0415 - openpyxl

    intake = read_master(source, form_name)
    form = intake.form
    if intake.blocked:
        return EntryWorkbook(intake, None)
    if not form.fills:
        raise UsageMistake("nothing-to-fill-in", form=form.name)
    rows = [
        BookRow(number_of(row) or 0, name_of(row, form), seen_of(row, form))
        for row in intake.records.rows
    ]
    identity = identity_of(BookKind.ENTRY, intake, form)
    told = properties_of(BookKind.ENTRY, intake, form)
    content = write_book(rows, identity, intake.records.meeting, form, properties=told)
    return EntryWorkbook(intake, keep(content, output / _name(intake)))


def _name(intake: Intake) -> str:
    """``当日入力_第２回.xlsx``, as far as the meeting is known."""
    session = intake.records.meeting.session
    path = Path(ENTRY_NAME)
    return f"{path.stem}_{safe_name(session)}{path.suffix}" if session else ENTRY_NAME


def identity_of(kind: BookKind, intake: Intake, form: Form) -> Identity:
    """Which master, form and meeting a workbook of opinions is made for."""
    of = owner(intake.records.meeting, form)
    meeting = intake.records.meeting
    return Identity(
        kind=kind,
        master=intake.path.name,
        sha256=intake.workbook.sha256,
        form=form.name,
        choices=of.choices,
        session=meeting.session,
        date=meeting.date.isoformat() if meeting.date else None,
        number=meeting.number,
        council=meeting.council,
    )


def properties_of(kind: BookKind, intake: Intake, form: Form) -> dict[str, str]:
    """The custom properties of a workbook of opinions: whose it is, and the rows as printed."""
    handout = present(intake.records, form, Edition.MEETING, form.paper, date=UNDATED)
    of = owner(intake.records.meeting, form)
    return properties(of, kind.value, row_digests(handout, form))
