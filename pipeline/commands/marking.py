"""``serve``: one click of the day of the meeting into the results workbook.

In: the master, the row, what the page showed and what it is to be. Out: the workbook with
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
from pipeline.model.clicks import Click
from pipeline.model.collected import Said, unsaid
from pipeline.model.doubts import Edit
from pipeline.model.fills import Fills, identity_of, is_blank
from pipeline.model.findings import from_error
from pipeline.model.intake import Intake
from pipeline.model.request import Source

CLICKED = "画面で入力"


@dataclass(frozen=True, slots=True)
class Marked:
    """What was written, and where."""

    path: Path
    fills: Fills
    turn: int


@dataclass(frozen=True, slots=True)
class _Book:
    """What the results workbook holds now."""

    said: Mapping[int, Said]
    edits: Sequence[Edit] = ()


def mark(
    source: Source, form_name: str | None, click: Click, announce: Callable[[bytes], int]
) -> Marked:
    """Write what was filled in. ChangedMeanwhile where it was not what was seen any more.

    ``announce`` is given the workbook's bytes just before they are written, and counts. Only
    what differs between seen and wanted is changed: a remark that was typed in another window
    stays when a box is clicked in this one. A question about the row is settled by this.
    """
    intake = read_master(source, form_name)
    row = next(each for each in intake.records.rows if identity_of(each) == click.row)
    with exclusive_file(results_path(intake.path)):
        path = results_file(intake)
        book = _book(path, intake)
        before = book.said.get(click.row) or unsaid(row, intake.form)
        now = click.changed(before.fills)
        origin = "" if is_blank(now) else CLICKED
        # A person said it: no word of the remark is to be doubted.
        is_settled = bool(before.asked) or not is_blank(now)
        said = replace(before, fills=now, origin=origin, is_settled=is_settled)
        content = content_of({**book.said, click.row: said}, book.edits, intake)
        turn = announce(content)
        if path.exists():
            put_in_place(content, path)
        else:
            path = keep(content, path)
        return Marked(path, now, turn)


def _book(path: Path, intake: Intake) -> _Book:
    """What the workbook says; OutputUnwritable where a new one would lose any of it."""
    if not path.exists():
        return _Book({})
    try:
        found = candidate(path, intake.records, intake.form)
    except InputUnreadable as error:
        raise _not_ours(path, from_error(error).fact) from error
    if found.refused is not None or found.book is None or found.matched is None:
        raise _not_ours(path, found.refused.fact if found.refused else "")
    if found.book.extras:
        raise _not_ours(path, f"{found.book.extras[0].address} のメモ")
    doubted = next((each for each in found.book.said if each.doubts), None)
    if doubted is not None:
        raise _not_ours(path, f"{doubted.at.address} の「{doubted.doubts[0].words}」")
    return _Book(found.matched.said, found.book.edits)


def _not_ours(path: Path, reason: str) -> OutputUnwritable:
    return OutputUnwritable("results-not-ours", path=path, reason=reason.rstrip("。"))
