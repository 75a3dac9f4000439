"""``serve``: write one click on the page into the results workbook.

In: the master, the row, the values that the page showed and the new values. Out: the changed
workbook. One lock covers reading and replacing it, so that two windows can't lose each other's
changes. It is replaced atomically, so that a crash loses no saved change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.base.errors import OutputUnwritable
from pipeline.base.files import replace as replace_file
from pipeline.base.files import write_new
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
    """The workbook that was written, the new values, and the number from ``announce``."""

    path: Path
    fills: Fills
    turn: int


def mark(source: Source, click: Click, announce: Callable[[bytes], int]) -> Marked:
    """Write what the user filled in. ChangedMeanwhile if the stored values changed meanwhile.

    OutputUnwritable if a new workbook would lose content of the existing one.

    ``announce`` receives the workbook's bytes just before they are written and returns a
    number. Only the values that the click changes are written: a remark that was typed in
    another window stays. The click also settles a doubt about the row.
    """
    intake = read_master(source)
    row = next(each for each in intake.records.rows if identity_of(each) == click.row)
    with exclusive_file(results_path(intake.path)):
        path = results_file(intake)
        workbook = stored_opinions(path, intake) if path.exists() else StoredOpinions()
        if workbook.reason:
            raise OutputUnwritable("results-not-ours", path=path, reason=workbook.reason)
        stored = workbook.opinions.get(click.row) or blank_opinion(row, intake.form)
        new_fills = click.changed(stored.fills)
        origin = "" if is_blank(new_fills) else CLICKED
        # A person entered it, so the remark is not doubted.
        is_settled = bool(stored.asked) or not is_blank(new_fills)
        changed = replace(stored, fills=new_fills, origin=origin, is_settled=is_settled)
        content = content_of({**workbook.opinions, click.row: changed}, workbook.edits, intake)
        turn = announce(content)
        if path.exists():
            replace_file(content, path)
        else:
            path = write_new(content, path)
        return Marked(path, new_fills, turn)
