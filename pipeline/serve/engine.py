"""Follow the folder: one thread that reads, builds and publishes, one job after another.

What the commands gave (through ``desk``) is kept as :class:`Known`, which other threads read
whole. ``changed`` is called whenever that is no longer the same.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.base.errors import Defect, InputUnreadable, PipelineError
from pipeline.base.files import is_hidden
from pipeline.model.findings import from_error
from pipeline.serve.known import Choices, Known, Offer

if TYPE_CHECKING:
    from pipeline.commands.following import Snapshot
    from pipeline.commands.making import Files
    from pipeline.model.intake import Intake
    from pipeline.model.manifest import Run
    from pipeline.serve.desk import Desk


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
        self._desk: Desk | None = None
        self._is_loaded = threading.Event()
        self._made: Files | None = None
        # Results that were clicked here: a run for each click would be of no use to anybody.
        self._clicked: set[str | None] = set()
        self._writes = 0
        # What each form's documents are made with, as it was when its master was read last.
        self._templates: dict[str, str] = {}
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

    @property
    def desk(self) -> Desk:
        """What calls the commands; waits until it is loaded."""
        self._is_loaded.wait()
        if self._desk is None:
            raise Defect("unexpected-unlogged", reason="コマンドを読み込めません")
        return self._desk

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
        # The page is open by now: whatever is heavy is loaded from here on, and here alone.
        with self._telling():
            from pipeline.serve.desk import Desk  # noqa: PLC0415 - pandas behind it

            self._desk = Desk(self.inputs, self.output)
        self._is_loaded.set()
        with self._telling(), self.desk:
            self._watcher.start()
            while (job := self._next()) is not None:
                with self._telling():
                    self._read_and_build(job)

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        """The page goes on whatever comes of the work, and tells of it."""
        try:
            yield
        except PipelineError as error:
            self._update(work=None, is_reading=False, problem=from_error(error))
        except Exception as error:  # noqa: BLE001 - a defect of ours, told as such
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
        for found in self.desk.looks(self._stop):
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
        before = self._templates.get(intake.form.name, "")
        templates = self.desk.templates(intake.form) or before
        is_redesigned = before not in {"", templates}
        self._templates[intake.form.name] = templates
        is_made = self._is_made(intake, self._known.results_sha256)
        if job.always or is_redesigned or not is_made:
            self._build(intake, allow_blank=job.allow_blank)

    def _read(self) -> Intake | None:
        """Read the master, its results and what was filled in; None where there is no master."""
        choices, writes = self._known.choices, self._writes
        master = self._find(choices)
        if master is None:
            return None
        try:
            intake = self.desk.read(master, choices.form_name)
        except PipelineError as error:
            # Nothing stays of another master, or of this one as it was.
            is_unknown = isinstance(error, InputUnreadable)
            proposed = self.desk.proposed(master) if is_unknown else ()
            self._update(
                is_reading=False, form=None, intake=None, problem=from_error(error),
                proposed=proposed, offers=(), runs=self._runs(),
            )  # fmt: skip
            return None
        sha256 = intake.results.sha256 if intake.results else None
        self._update(
            is_reading=False, form=intake.form, intake=intake, results_sha256=sha256, problem=None,
            writes=writes, proposed=self.desk.proposed(master) if intake.missing else (),
        )  # fmt: skip
        self._update(runs=self._runs())
        self._update(offers=self._offers(intake))
        return intake

    def _find(self, choices: Choices) -> Path | None:
        """The master to use; None, with the reason on the page, where there is none."""
        there = self.desk.masters()
        others = tuple(path for path in sorted(self._look) if path.parent == self.inputs)
        self._update(masters=there, others=tuple(p for p in others if p not in there))
        chosen = next((path for path in there if path.name == choices.master), None)
        try:
            found = chosen or self.desk.newest()
        except PipelineError as error:
            missing = isinstance(error, InputUnreadable) and error.code == "no-workbook"
            self._update(
                is_reading=False, master=None, intake=None, proposed=(), offers=(),
                runs=self._runs(), problem=None if missing else from_error(error),
            )  # fmt: skip
            return None
        self._update(master=found)
        return found

    def _is_made(self, intake: Intake, results: str | None) -> bool:
        """Whether the newest run, which the page shows, is of what this master says now."""
        manifests = (run.manifest for run in self._known.runs if run.manifest is not None)
        newest = next(manifests, None)
        if newest is None or newest.master.name != intake.path.name:
            return False
        if newest.master.sha256 != intake.workbook.sha256:
            return False
        if intake.blocked and newest.documents:
            return False
        used = newest.results.sha256 if newest.results else None
        return used == results or results in self._clicked

    def _build(self, intake: Intake, *, allow_blank: bool) -> None:
        def progress(name: str, done: int, total: int) -> None:
            self._update(work=(name, done, total))

        self._update(work=("", 0, 0))
        # Kept only once all of them are there and proven.
        before, self._made = self._made, None
        choices = self._known.choices
        self._made = self.desk.build(intake, choices, before, progress, allow_blank=allow_blank)
        self._update(work=None, runs=self._runs())

    def _runs(self) -> tuple[Run, ...]:
        return self.desk.runs(self._known.runs)

    def _offers(self, intake: Intake) -> tuple[Offer, ...]:
        """Every filled-in file in the folder that says something the master does not know yet."""
        if intake.blocked:
            return ()
        own = intake.results.path.name if intake.results else ""
        filled = [
            path
            for path in self._known.others
            if path.suffix.lower() in {".docx", ".xlsx"} and path.name != own
            if not is_hidden(path.name)
        ]
        about, form_name = intake.workbook.sha256, self._known.choices.form_name
        offers = {(path, self._look.get(path), about): path for path in filled}
        self._offered = {
            key: self._offered.get(key) or self.desk.offer(path, intake, form_name)
            for key, path in offers.items()
        }
        return tuple(self._offered.values())
