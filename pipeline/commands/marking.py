"""``serve``: one click of the day of the meeting into the results workbook.

In: the master, the project, what the page showed and what it is to be. Out: the workbook's new
bytes. It is read and replaced under one lock, so that two windows lose nothing of each other's,
and replaced in one step, so that a crash loses nothing that was said to be saved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.base.errors import InputUnreadable, OutputUnwritable
from pipeline.base.files import keep
from pipeline.base.files import replace as put_in_place
from pipeline.base.locks import exclusive_file
from pipeline.commands.entry import identity_of
from pipeline.commands.reading import read_master
from pipeline.commands.results import candidate
from pipeline.master.find import results_path
from pipeline.model.collected import BookKind, BookRow, Said
from pipeline.model.form import Form, load_form
from pipeline.model.intake import Intake
from pipeline.model.records import Opinion, Project
from pipeline.model.request import Source

CLICKED = "画面で入力"


class ChangedMeanwhile(Exception):
    """The opinion is not what the page showed any more; ``now`` is what it is."""

    def __init__(self, now: Opinion) -> None:
        super().__init__(now)
        self.now = now


@dataclass(frozen=True, slots=True)
class Marked:
    """What was written, and where."""

    path: Path
    opinion: Opinion


@dataclass(frozen=True, slots=True)
class Click:
    """What the page showed of a project, and what it is to be."""

    no: int
    seen: Opinion
    wanted: Opinion


def mark(source: Source, form_name: str, click: Click, announce: Callable[[bytes], None]) -> Marked:
    """Write one opinion. ChangedMeanwhile where it was not what was seen any more.

    ``announce`` is given the workbook's bytes just before they are written.

    Only what differs between ``seen`` and ``wanted`` is changed: a remark that was typed in
    another window stays when a box is clicked in this one.
    """
    form = load_form(form_name)
    intake = read_master(source, form)
    path = results_path(intake.path, form.file.headings.opinion)
    with exclusive_file(path):
        said = _said(path, intake, form)
        before = said[click.no].opinion if click.no in said else Opinion()
        now = _changed(before, click.seen, click.wanted)
        rows = [_row(p, said, click.no, now) for p in intake.records.projects]
        content = _content(rows, intake, form)
        announce(content)
        if path.exists():
            put_in_place(content, path)
        else:
            path = keep(content, path)
        return Marked(path, now)


def _said(path: Path, intake: Intake, form: Form) -> Mapping[int, Said]:
    """What the results workbook says now; OutputUnwritable where a new one would lose any of it."""
    if not path.exists():
        return {}
    try:
        found = candidate(path, intake.records, form)
    except InputUnreadable as error:
        raise OutputUnwritable("results-not-ours", path=path) from error
    if found.refused is not None or found.book is None or found.matched is None:
        raise OutputUnwritable("results-not-ours", path=path)
    if found.book.findings or found.book.extras:
        raise OutputUnwritable("results-not-ours", path=path)
    return found.matched.said


def _changed(before: Opinion, seen: Opinion, wanted: Opinion) -> Opinion:
    """``before`` with what the click changes."""
    now = before
    if (seen.status, seen.choice) != (wanted.status, wanted.choice):
        if (before.status, before.choice) != (seen.status, seen.choice):
            raise ChangedMeanwhile(before)
        now = replace(now, status=wanted.status, choice=wanted.choice)
    if seen.comment != wanted.comment:
        if before.comment != seen.comment:
            raise ChangedMeanwhile(before)
        now = replace(now, comment=wanted.comment)
    return now


def _row(project: Project, said: Mapping[int, Said], no: int, now: Opinion) -> BookRow:
    old = said.get(project.no or 0)
    proposal = (old.proposal if old else None) or project.proposal.choice or ""
    opinion, origin = (old.opinion, old.origin) if old else (Opinion(), "")
    if project.no == no:
        opinion, origin = now, "" if now == Opinion() else CLICKED
    return BookRow(project.no or 0, project.name, proposal, opinion, origin)


def _content(rows: list[BookRow], intake: Intake, form: Form) -> bytes:
    from pipeline.workbooks.opinion_workbooks import write_book  # noqa: PLC0415 - openpyxl

    identity = identity_of(BookKind.RESULTS, intake, form)
    return write_book(rows, identity, intake.records.meeting, form)
