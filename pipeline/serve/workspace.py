"""Run the commands for the page: the folder and a request in, the command's result out.

It is imported only after the page is open, because it imports pandas, openpyxl and the workers.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Self

from pipeline.base.errors import PipelineError
from pipeline.base.paths import DEFAULT_FORM
from pipeline.base.windows import safe_name
from pipeline.commands import (
    collect,
    entry,
    finished,
    following,
    marking,
    new,
    proposing,
    reading,
)
from pipeline.commands.making import Files, Progress, begin, templates_of
from pipeline.commands.planning import plan
from pipeline.commands.publishing import publish_draft
from pipeline.commands.workers import SLOW_POLL, Workers
from pipeline.master import find
from pipeline.model.clicks import Click
from pipeline.model.editions import DocumentFormat
from pipeline.model.findings import from_error
from pipeline.model.form import Form
from pipeline.model.intake import Intake
from pipeline.model.kinds import kind_of
from pipeline.model.manifest import Run
from pipeline.model.request import BuildRequest, Source
from pipeline.publish.history import history
from pipeline.serve.known import Choices, Offer


class Workspace:
    """The commands for one folder, and the worker processes that make its files until it closes."""

    def __init__(self, inputs: Path, output: Path) -> None:
        self._inputs, self._output = inputs, output
        self._workers = Workers(pause=SLOW_POLL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._workers.close()

    # ---- reading the folder

    def snapshots(self, stop: threading.Event) -> Iterator[following.Snapshot]:
        """The files of the folders now, and again after each change."""
        return following.snapshots(self._folders, stop)

    def _folders(self) -> tuple[Path, ...]:
        """The folders to watch: the masters, the runs, and the office's own forms."""
        forms = (folder for folder in sorted(proposing.FORMS.glob("*")) if folder.is_dir())
        return (self._inputs, self._output, *forms)

    def template_checksum(self, form: Form) -> str:
        """A checksum of the form's template files; "" while one of them is being saved."""
        try:
            return templates_of(form)
        except OSError:
            return ""

    def masters(self) -> tuple[Path, ...]:
        """The workbooks that may be masters, newest first."""
        return tuple(find.masters(self._inputs))

    def newest_master(self) -> Path:
        """The master to use if the user chose none. InputUnreadable if there is no master."""
        return find.find(self._inputs)

    def read(self, master: Path, form_name: str | None) -> Intake:
        """Read the master after it is completely written. PipelineError if it can't be read."""
        following.wait_until_complete(master)
        return reading.read_intake(self._source(master, form_name))

    def proposed_columns(self, master: Path) -> tuple[tuple[str, str], ...]:
        """The columns of the form that is proposed for this table: name and kind of each."""
        try:
            proposal = proposing.run(self._source(master), None)
        except PipelineError:
            return ()
        return tuple(
            (column.name, kind_of(column).label + ("（会議で記入）" if column.fill else ""))
            for column in proposal.form.columns
        )

    def offer(self, path: Path, intake: Intake, form_name: str | None) -> Offer:
        """Read a filled-in file of the folder."""
        if finished.is_minutes(path, intake.form):
            return Offer(path, is_minutes=True)
        try:
            collected = collect.preview(path, self._source(intake.path, form_name))
        except PipelineError as error:
            return Offer(path, problem=from_error(error))
        return Offer(path, collected)

    def runs(self, known: Sequence[Run]) -> tuple[Run, ...]:
        """Every run, newest first; the runs in ``known`` are not read again."""
        by_name = {run.name: run for run in known}
        return tuple(history(self._output, dt.datetime.now().astimezone(), known=by_name))

    def build(
        self,
        intake: Intake,
        choices: Choices,
        before: Files | None,
        progress: Progress,
        *,
        allow_blank: bool,
    ) -> Files:
        """Make and publish a run; files of ``before`` whose input is unchanged are used again."""
        request = BuildRequest(
            source=self._source(intake.path, choices.form_name),
            editions=None,
            formats=tuple(DocumentFormat),
            paper=choices.paper,
            output=self._output,
            allow_blank=allow_blank,
            now=dt.datetime.now().astimezone(),
        )
        planned = plan(intake, request)
        files = begin(planned.tasks, intake.form, self._workers, before)
        publish_draft(planned, files, progress)
        return files

    # ---- clicks

    def accept(
        self, path: Path, master: Path | None, form_name: str | None, *, is_confirmed: bool
    ) -> collect.Collected:
        """Write the opinions of a filled-in file into the results workbook.

        ``is_confirmed``: the user confirmed that the file is of this meeting.
        """
        source = self._source(master, form_name)
        return collect.run(path, source, same_meeting=is_confirmed, asks=True)

    def keep_minutes(self, minutes: Path, runs: Sequence[Run]) -> Path:
        """Move finished minutes into the folder next to their run."""
        return finished.keep_minutes(minutes, self._output, runs)

    def mark(
        self, master: Path, form: Form, click: Click, register_write: Callable[[bytes], int]
    ) -> marking.Marked:
        """Write one click of the meeting. ChangedMeanwhile if another window wrote first.

        ``register_write`` is called with the new content before it is written.
        """
        return marking.mark(self._source(master, form.name), click, register_write)

    def entry_workbook(self, master: Path | None, form_name: str | None) -> entry.EntryWorkbook:
        """Write 当日入力.xlsx into the output folder."""
        return entry.run(self._source(master, form_name), self._output)

    def new_master(self, form: Form | None) -> Path:
        """Write an empty master of the form."""
        return new.run(form.name if form else DEFAULT_FORM, self._inputs / new.DEFAULT)

    def save_proposed_form(self, master: Path) -> Form:
        """Save the form that is proposed for this table."""
        return proposing.run(self._source(master), safe_name(master.stem)).form

    def _source(self, master: Path | None, form_name: str | None = None) -> Source:
        return Source(self._inputs, master, form_name)
