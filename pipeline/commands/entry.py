"""``entry``: the workbook of the day, one master in, one 当日入力.xlsx out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.base.files import keep
from pipeline.commands.reading import read_master
from pipeline.model.collected import BookKind, BookRow, Identity
from pipeline.model.form import Form, load_form
from pipeline.model.intake import Intake
from pipeline.model.opinion_workbook import ENTRY_NAME
from pipeline.model.request import Source


@dataclass(frozen=True, slots=True)
class Outcome:
    """The master, and the workbook that was made; None where an error stands against it."""

    intake: Intake
    path: Path | None


def run(source: Source, form_name: str, output: Path) -> Outcome:
    """Take the master in and write the workbook into ``output``; no file is replaced."""
    from pipeline.workbooks.opinion_workbooks import write_book  # noqa: PLC0415 - openpyxl

    form = load_form(form_name)
    intake = read_master(source, form)
    if intake.blocked:
        return Outcome(intake, None)
    rows = [
        BookRow(project.no or 0, project.name, project.proposal.choice or "")
        for project in intake.records.projects
    ]
    identity = identity_of(BookKind.ENTRY, intake, form)
    content = write_book(rows, identity, intake.records.meeting, form)
    return Outcome(intake, keep(content, output / ENTRY_NAME))


def identity_of(kind: BookKind, intake: Intake, form: Form) -> Identity:
    """Which master, form and meeting a workbook of opinions is made for."""
    meeting = intake.records.meeting
    return Identity(
        kind=kind,
        master=intake.path.name,
        sha256=intake.workbook.sha256,
        form=form.name,
        choices=form.labels,
        session=meeting.session,
        date=meeting.date.isoformat() if meeting.date else None,
    )
