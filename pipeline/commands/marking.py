"""``serve``: one click of the day of the meeting into the results workbook.

In: the master, the project, what the page showed and what it is to be. Out: the workbook with
it. It is read and replaced under one lock, so that two windows lose nothing of each other's,
and replaced in one step, so that a crash loses nothing that was said to be saved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.base.errors import InputUnreadable, OutputUnwritable
from pipeline.base.files import keep
from pipeline.base.files import replace as put_in_place
from pipeline.base.locks import exclusive_file
from pipeline.commands.collect import content_of
from pipeline.commands.reading import read_master
from pipeline.commands.results import candidate, results_file
from pipeline.master.find import results_path
from pipeline.model.collected import Said
from pipeline.model.doubts import Edit
from pipeline.model.findings import from_error
from pipeline.model.form import Form, load_form
from pipeline.model.grid import RowRef
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
    turn: int


@dataclass(frozen=True, slots=True)
class Click:
    """What the page showed of a project, and what it is to be."""

    no: int
    seen: Opinion
    wanted: Opinion


@dataclass(frozen=True, slots=True)
class _Book:
    """What the results workbook holds now."""

    said: Mapping[int, Said]
    edits: Sequence[Edit] = ()


def mark(source: Source, form_name: str, click: Click, announce: Callable[[bytes], int]) -> Marked:
    """Write one opinion. ChangedMeanwhile where it was not what was seen any more.

    ``announce`` is given the workbook's bytes just before they are written, and counts. Only
    what differs between seen and wanted is changed: a remark that was typed in another window
    stays when a box is clicked in this one. A question about the project is settled by this.
    """
    form = load_form(form_name)
    intake = read_master(source, form)
    plain = results_path(intake.path, form.file.headings.opinion)
    project = next(p for p in intake.records.projects if p.no == click.no)
    with exclusive_file(plain):
        path = results_file(intake, form)
        book = _book(path, intake, form)
        before = book.said.get(click.no) or _unsaid(project)
        now = _changed(before.opinion, click)
        origin = "" if now == Opinion() else CLICKED
        # A person said it: no word of the remark is to be doubted.
        is_settled = bool(before.asked) or now != Opinion()
        said = replace(before, opinion=now, origin=origin, is_settled=is_settled)
        content = content_of({**book.said, click.no: said}, book.edits, intake, form)
        turn = announce(content)
        if path.exists():
            put_in_place(content, path)
        else:
            path = keep(content, path)
        return Marked(path, now, turn)


def _book(path: Path, intake: Intake, form: Form) -> _Book:
    """What the workbook says; OutputUnwritable where a new one would lose any of it."""
    if not path.exists():
        return _Book({})
    try:
        found = candidate(path, intake.records, form)
    except InputUnreadable as error:
        raise _not_ours(path, from_error(error).fact) from error
    if found.refused is not None or found.book is None or found.matched is None:
        raise _not_ours(path, found.refused.fact if found.refused else "")
    if found.book.extras:
        raise _not_ours(path, f"{found.book.extras[0].address} のメモ")
    doubted = next((each for each in found.book.said if each.doubts), None)
    if doubted is not None:
        raise _not_ours(path, f"No.{doubted.no} の「{doubted.doubts[0].words}」")
    return _Book(found.matched.said, found.book.edits)


def _not_ours(path: Path, reason: str) -> OutputUnwritable:
    return OutputUnwritable("results-not-ours", path=path, reason=reason.rstrip("。"))


def _unsaid(project: Project) -> Said:
    """A project of which the workbook says nothing yet."""
    at = RowRef("", 1, 0)
    return Said(
        project.no,
        project.name,
        project.proposal.choice,
        Opinion(),
        at,
        at,
        reason=project.proposal.text,
    )


def _changed(before: Opinion, click: Click) -> Opinion:
    """``before`` with what the click changes."""
    seen, wanted, now = click.seen, click.wanted, before
    if (seen.status, seen.choice) != (wanted.status, wanted.choice):
        if (before.status, before.choice) != (seen.status, seen.choice):
            raise ChangedMeanwhile(before)
        now = replace(now, status=wanted.status, choice=wanted.choice)
    if seen.comment != wanted.comment:
        if before.comment != seen.comment:
            raise ChangedMeanwhile(before)
        now = replace(now, comment=wanted.comment)
    return now
