"""``serve``: one click of the day of the meeting into the results workbook.

In: the master, the row, what the page showed and what it is to be. Out: the workbook with
it. It is read and replaced under one lock, so that two windows lose nothing of each other's,
and replaced in one step, so that a crash loses nothing that was said to be saved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.base.errors import OutputUnwritable
from pipeline.base.files import keep
from pipeline.base.files import replace as put_in_place
from pipeline.base.locks import exclusive_file
from pipeline.commands.collect import content_of
from pipeline.commands.reading import read_master
from pipeline.commands.results import StoredOpinions, results_file, stored_opinions
from pipeline.master.find import results_path
from pipeline.model.clicks import Click
from pipeline.model.collected import blank_opinion
from pipeline.model.fills import Fills, identity_of, is_blank
from pipeline.model.request import Source

CLICKED = "画面で入力"


@dataclass(frozen=True, slots=True)
class Marked:
    """What was written, and where."""

    path: Path
    fills: Fills
    turn: int


def mark(
    source: Source, form_name: str | None, click: Click, announce: Callable[[bytes], int]
) -> Marked:
    """Write what was filled in. ChangedMeanwhile where it was not what was seen any more.

    OutputUnwritable where a new workbook would lose something of the one that is there.

    ``announce`` is given the workbook's bytes just before they are written, and counts. Only
    what differs between seen and wanted is changed: a remark that was typed in another window
    stays when a box is clicked in this one. A question about the row is settled by this.
    """
    intake = read_master(source, form_name)
    row = next(each for each in intake.records.rows if identity_of(each) == click.row)
    with exclusive_file(results_path(intake.path)):
        path = results_file(intake)
        book = stored_opinions(path, intake) if path.exists() else StoredOpinions()
        if book.reason:
            raise OutputUnwritable("results-not-ours", path=path, reason=book.reason)
        before = book.opinions.get(click.row) or blank_opinion(row, intake.form)
        now = click.changed(before.fills)
        origin = "" if is_blank(now) else CLICKED
        # A person said it: no word of the remark is to be doubted.
        is_settled = bool(before.asked) or not is_blank(now)
        said = replace(before, fills=now, origin=origin, is_settled=is_settled)
        content = content_of({**book.opinions, click.row: said}, book.edits, intake)
        turn = announce(content)
        if path.exists():
            put_in_place(content, path)
        else:
            path = keep(content, path)
        return Marked(path, now, turn)
