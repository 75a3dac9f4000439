"""Follow the folder: one thread that reads, builds and publishes, one job after another.

It calls what the commands call and keeps what they gave (:class:`Known`), which other threads
read whole. ``changed`` is called whenever that is no longer the same.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import importlib
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.base.errors import Defect, InputUnreadable, PipelineError
from pipeline.model.findings import Finding, from_error

if TYPE_CHECKING:
    from pipeline.commands.collect import Collected
    from pipeline.commands.following import Snapshot
    from pipeline.commands.making import Files
    from pipeline.commands.workers import Workers
    from pipeline.model.form import Form
    from pipeline.model.intake import Intake
    from pipeline.model.manifest import Run
    from pipeline.model.request import BuildRequest, Source

# Loaded while there is nothing to do, so that the first save need not wait for them.
_LOADED_AHEAD: Final = ("pipeline.commands.build", "pipeline.workbooks.opinion_workbooks")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the officer chose on the page; everything else is as the commands have it."""

    form_name: str | None = None
    master: str | None = None
    paper: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A filled-in file in the folder: what it says, or why it can't be read.

    ``is_minutes``: it is no such file but the minutes, which somebody finished.
    """

    path: Path
    collected: Collected | None = None
    problem: Finding | None = None
    is_minutes: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that the page is made of, at one moment.

    ``is_reading``: the folder has not been read yet. ``work`` is the file that is being made,
    how many are done and how many there will be. ``said`` answers the last click. ``writes``
    counts the clicks that were written before the results were read.
    """

    choices: Choices
    version: int = 0
    is_reading: bool = True
    masters: tuple[Path, ...] = ()
    others: tuple[Path, ...] = ()
    offers: tuple[Offer, ...] = ()
    master: Path | None = None
    form: Form | None = None
    intake: Intake | None = None
    results_sha256: str | None = None
    proposed: tuple[tuple[str, str], ...] = ()
    problem: Finding | None = None
    runs: tuple[Run, ...] = ()
    work: tuple[str, int, int] | None = None
    said: str = ""
    writes: int = 0


@dataclass(frozen=True, slots=True)
class _Job:
    """Read the folder and build what there is no run of yet; ``always`` whatever there is."""

    always: bool = False
    allow_blank: bool = False


class Engine:
    """The thread and what it knows."""

    def __init__(
        self,
        inputs: Path,
        output: Path,
        choices: Choices,
        changed: Callable[[], None],
    ) -> None:
        self.inputs, self.output = inputs, output
        self._changed = changed
        self._known = Known(choices)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._look: Snapshot = {}
        self._workers: Workers | None = None
        self._made: Files | None = None
        # Results that were clicked here: a run for each click would be of no use to anybody.
        self._clicked: set[str | None] = set()
        self._writes = 0
        # What filled-in files say, as long as neither they nor the master change.
        self._offered: dict[object, Offer] = {}
        self._updating = threading.Lock()
        # One thread reads at a time, clicks included: neither the readers nor the loading of
        # their libraries are made for two.
        self.reading = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="engine", daemon=True)
        self._watcher = threading.Thread(target=self._watch, name="watcher", daemon=True)

    @property
    def known(self) -> Known:
        """What is known now."""
        return self._known

    def start(self) -> None:
        """Begin to read and to follow."""
        self._thread.start()

    def stop(self) -> None:
        """End; what is being published is finished first."""
        self._stop.set()
        self._jobs.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    # ---- what the page asks for

    def choose(self, choices: Choices) -> None:
        """Another master or paper: read and build with that."""
        self._update(choices=choices)
        self._jobs.put(_Job(always=True))

    def build(self, *, allow_blank: bool = False) -> None:
        """Build now, whatever there is already."""
        self._jobs.put(_Job(always=True, allow_blank=allow_blank))

    def read_again(self) -> None:
        """Something in the folder was changed by the page itself."""
        self._jobs.put(_Job())

    def say(self, text: str) -> None:
        """Answer a click."""
        self._update(said=text)

    def will_write(self, content: bytes) -> int:
        """Results that are about to be written here: nothing is built of them until asked for.

        How many there have been by now. Called by one thread at a time.
        """
        self._clicked.add(hashlib.sha256(content).hexdigest())
        self._writes += 1
        return self._writes

    # ---- the two threads

    def _work(self) -> None:
        # The page is open by now: whatever is heavy is loaded from here on.
        from pipeline.commands.workers import SELDOM, Workers  # noqa: PLC0415

        with Workers(pause=SELDOM) as self._workers:
            self._watcher.start()
            self._work_off()

    def _work_off(self) -> None:
        """Job after job, whatever comes of it."""
        while (job := self._next()) is not None:
            try:
                self._read_and_build(job)
            except PipelineError as error:
                self._update(work=None, is_reading=False, problem=from_error(error))
            except Exception as error:  # noqa: BLE001 - the page goes on, and tells of it
                reason = f"{type(error).__name__}: {error}"
                failure = from_error(Defect("unexpected-unlogged", reason=reason))
                self._update(work=None, is_reading=False, problem=failure)

    def _next(self) -> _Job | None:
        """The next job, all that wait joined in one: each would read the same folder."""
        job = self._jobs.get()
        while job is not None and not self._jobs.empty():
            more = self._jobs.get()
            if more is None:
                return None
            job = _Job(job.always or more.always, job.allow_blank or more.allow_blank)
        return job

    def _watch(self) -> None:
        from pipeline.commands.following import looks  # noqa: PLC0415 - loaded by the other

        for found in looks((self.inputs, self.output), self._stop):
            self._look = found
            self._jobs.put(_Job())

    def _update(self, **changes: object) -> None:
        with self._updating:
            now = dataclasses.replace(self._known, **changes)  # type: ignore[arg-type]
            if now == self._known:
                return
            self._known = dataclasses.replace(now, version=self._known.version + 1)
        self._changed()

    # ---- the jobs

    def _read_and_build(self, job: _Job) -> None:
        """Read what is new in the folder; build what there is no run of yet."""
        with self.reading:
            intake = self._read()
        if intake is None:
            return
        if job.always or not self._is_made(intake, self._known.results_sha256):
            choices = self._known.choices
            request = self._request(intake.path, choices, allow_blank=job.allow_blank)
            self._build(intake, intake.form, request)

    def _read(self) -> Intake | None:
        """Read the master, its results and what was filled in; None where there is no master."""
        from pipeline.commands import following, reading  # noqa: PLC0415

        choices, writes = self._known.choices, self._writes
        master = self._find(choices)
        if master is None:
            return None
        following.settled(master)
        try:
            intake = reading.take_in(self._source(master), choices.form_name)
        except PipelineError as error:
            # Nothing stays of another master, or of this one as it was.
            proposed = self._proposed(master) if isinstance(error, InputUnreadable) else ()
            self._update(
                is_reading=False, form=None, intake=None, problem=from_error(error),
                proposed=proposed, offers=(), runs=self._runs(),
            )  # fmt: skip
            return None
        has_table = bool(intake.records.rows) or not intake.blocked
        sha256 = intake.results.sha256 if intake.results else None
        self._update(
            is_reading=False, form=intake.form, intake=intake, results_sha256=sha256, problem=None,
            writes=writes, proposed=() if has_table else self._proposed(master),
        )  # fmt: skip
        self._update(runs=self._runs())
        for module in _LOADED_AHEAD:
            importlib.import_module(module)
        self._update(offers=self._offers(intake))
        return intake

    def _proposed(self, master: Path) -> tuple[tuple[str, str], ...]:
        """The columns that a form of its own would have, where no form knows the table."""
        from pipeline.commands import proposing  # noqa: PLC0415
        from pipeline.model.kinds import kind_of  # noqa: PLC0415

        try:
            proposal = proposing.run(self._source(master), None)
        except PipelineError:
            return ()
        return tuple(
            (column.name, kind_of(column).label + ("（会議で記入）" if column.fill else ""))
            for column in proposal.form.columns
        )

    def _find(self, choices: Choices) -> Path | None:
        """The master to use; None, with the reason on the page, where there is none."""
        from pipeline.master.find import find, masters  # noqa: PLC0415

        there = masters(self.inputs)
        others = tuple(path for path in sorted(self._look) if path.parent == self.inputs)
        self._update(masters=tuple(there), others=tuple(p for p in others if p not in there))
        chosen = next((path for path in there if path.name == choices.master), None)
        try:
            found = chosen or find(self.inputs)
        except PipelineError as error:
            missing = isinstance(error, InputUnreadable) and error.code == "no-workbook"
            self._update(
                is_reading=False, master=None, intake=None, offers=(), runs=self._runs(),
                problem=None if missing else from_error(error),
            )  # fmt: skip
            return None
        self._update(master=found)
        return found

    def _source(self, master: Path) -> Source:
        from pipeline.model.request import Source  # noqa: PLC0415

        return Source(self.inputs, master)

    def _request(self, master: Path, choices: Choices, *, allow_blank: bool) -> BuildRequest:
        from pipeline.model.editions import DocumentFormat  # noqa: PLC0415
        from pipeline.model.request import BuildRequest  # noqa: PLC0415

        return BuildRequest(
            source=self._source(master),
            form_name=choices.form_name,
            editions=None,
            formats=tuple(DocumentFormat),
            paper=choices.paper,
            output=self.output,
            allow_blank=allow_blank,
            now=dt.datetime.now().astimezone(),
        )

    def _is_made(self, intake: Intake, results: str | None) -> bool:
        """Whether the newest run of this master is of what it says now."""
        own = (r.manifest for r in self._known.runs if r.manifest is not None)
        newest = next((each for each in own if each.master.name == intake.path.name), None)
        if newest is None:
            return False
        if newest.master.sha256 != intake.workbook.sha256:
            return False
        if intake.blocked and newest.documents:
            return False
        used = newest.results.sha256 if newest.results else None
        return used == results or results in self._clicked

    def _build(self, intake: Intake, form: Form, request: BuildRequest) -> None:
        from pipeline.commands.build import Begun, finish  # noqa: PLC0415
        from pipeline.commands.making import begin  # noqa: PLC0415
        from pipeline.commands.planning import plan  # noqa: PLC0415

        def progress(name: str, done: int, total: int) -> None:
            self._update(work=(name, done, total))

        if self._workers is None:
            raise ValueError(request)
        self._update(work=("", 0, 0))
        planned = plan(intake, form, request)
        # Kept only once all of them are there and proven.
        before, self._made = self._made, None
        files = begin(planned.tasks, form, self._workers, before)
        finish(Begun(planned, files), progress)
        self._made = files
        self._update(work=None, runs=self._runs())

    def _runs(self) -> tuple[Run, ...]:
        from pipeline.publish.history import history  # noqa: PLC0415

        known = {run.name: run for run in self._known.runs}
        return tuple(history(self.output, dt.datetime.now().astimezone(), known=known))

    def _offers(self, intake: Intake) -> tuple[Offer, ...]:
        """Every filled-in file in the folder that says something the master does not know yet."""
        if intake.blocked:
            return ()
        own = intake.results.path.name if intake.results else ""
        filled = [p for p in self._known.others if _may_be_filled(p) and p.name != own]
        about = intake.workbook.sha256
        offers = {(path, self._look.get(path), about): path for path in filled}
        self._offered = {
            key: self._offered.get(key) or self._offer(path, intake) for key, path in offers.items()
        }
        return tuple(self._offered.values())

    def _offer(self, path: Path, intake: Intake) -> Offer:
        from pipeline.commands import collect, finished  # noqa: PLC0415

        if finished.is_minutes(path, intake.form):
            return Offer(path, is_minutes=True)
        try:
            source = self._source(intake.path)
            collected = collect.look(path, source, self._known.choices.form_name)
        except PipelineError as error:
            return Offer(path, problem=from_error(error))
        return Offer(path, collected)


def _may_be_filled(path: Path) -> bool:
    hidden = path.name.startswith(("~$", "."))
    return not hidden and path.suffix.lower() in {".docx", ".xlsx"}
