"""Watch the folder: one thread reads, builds and publishes, one job after another.

The results of the commands (through ``workspace``) are kept as one frozen :class:`Known`, so
that other threads always read a consistent state. ``on_change`` is called after each change.
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
    from pipeline.serve.workspace import Workspace


@dataclass(frozen=True, slots=True)
class _Job:
    """Read the folder, and build if no run of this input exists; with ``always`` in any case."""

    always: bool = False
    allow_blank: bool = False


class Engine:
    """The thread and its current state."""

    def __init__(
        self,
        inputs: Path,
        output: Path,
        choices: Choices,
        on_change: Callable[[], None],
    ) -> None:
        self.inputs, self.output = inputs, output
        self._on_change = on_change
        self._known = Known(choices)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._snapshot: Snapshot = {}
        self._workspace: Workspace | None = None
        self._is_loaded = threading.Event()
        self._last_files: Files | None = None
        # Checksums of results that clicks on this page wrote: a click alone starts no build.
        self._clicked_results: set[str | None] = set()
        self._writes = 0
        # The checksum of each form's templates when its master was last read.
        self._template_checksums: dict[str, str] = {}
        # Filled-in files that were read, as long as neither they nor the master change.
        self._offer_cache: dict[object, Offer] = {}
        self._update_lock = threading.Lock()
        # Only one thread reads at a time, clicks included: neither the readers nor the import of
        # their libraries are thread-safe.
        self.reading_lock = threading.Lock()
        self._thread = threading.Thread(target=self._run_jobs, name="engine", daemon=True)
        self._watcher = threading.Thread(target=self._watch, name="watcher", daemon=True)

    @property
    def known(self) -> Known:
        """The current state."""
        return self._known

    @property
    def workspace(self) -> Workspace:
        """The commands; waits until they are imported."""
        self._is_loaded.wait()
        if self._workspace is None:
            raise Defect("unexpected-unlogged", reason="コマンドを読み込めません")
        return self._workspace

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread; a run that is being published is completed first."""
        self._stop.set()
        self._jobs.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    # ---- requests of the page

    def choose(self, choices: Choices) -> None:
        """Use another master or paper size: read and build again."""
        self._update(choices=choices)
        self._jobs.put(_Job(always=True))

    def build(self, *, allow_blank: bool = False) -> None:
        """Build now, even if a run of this input exists."""
        self._jobs.put(_Job(always=True, allow_blank=allow_blank))

    def read_again(self) -> None:
        """Read the folder again after the page itself changed it."""
        self._jobs.put(_Job())

    def show_message(self, text: str) -> None:
        """Show a message on the page as the answer to a click."""
        self._update(message=text)

    def register_write(self, content: bytes) -> int:
        """Register results that a click is about to write: they start no build by themselves.

        Returns the number of such writes so far. Must be called by one thread at a time.
        """
        self._clicked_results.add(hashlib.sha256(content).hexdigest())
        self._writes += 1
        return self._writes

    # ---- the two threads

    def _run_jobs(self) -> None:
        # The page is open now. Only this thread imports the large libraries.
        with self._errors_shown():
            from pipeline.serve.workspace import Workspace  # noqa: PLC0415 - pandas behind it

            self._workspace = Workspace(self.inputs, self.output)
        self._is_loaded.set()
        with self._errors_shown(), self.workspace:
            self._watcher.start()
            while (job := self._next_job()) is not None:
                with self._errors_shown():
                    self._read_and_build(job)

    @contextlib.contextmanager
    def _errors_shown(self) -> Iterator[None]:
        """Show an error of the work on the page; the thread goes on."""
        try:
            yield
        except PipelineError as error:
            self._update(work=None, is_reading=False, problem=from_error(error))
        except Exception as error:  # noqa: BLE001 - shown as a defect of this program
            reason = f"{type(error).__name__}: {error}"
            failure = from_error(Defect("unexpected-unlogged", reason=reason))
            self._update(work=None, is_reading=False, problem=failure)

    def _next_job(self) -> _Job | None:
        """The next job. Waiting jobs are joined: each of them would read the same folder."""
        job = self._jobs.get()
        while job is not None and not self._jobs.empty():
            more = self._jobs.get()
            if more is None:
                return None
            job = _Job(job.always or more.always, job.allow_blank or more.allow_blank)
        return job

    def _watch(self) -> None:
        for snapshot in self.workspace.snapshots(self._stop):
            self._snapshot = snapshot
            self._jobs.put(_Job())

    def _update(self, **changes: object) -> None:
        with self._update_lock:
            now = dataclasses.replace(self._known, **changes)  # type: ignore[arg-type]
            if now == self._known:
                return
            self._known = dataclasses.replace(now, version=self._known.version + 1)
        self._on_change()

    # ---- the jobs

    def _read_and_build(self, job: _Job) -> None:
        """Read the folder; build if no run of this input exists."""
        with self.reading_lock:
            intake = self._read()
        if intake is None:
            return
        before = self._template_checksums.get(intake.form.name, "")
        checksum = self.workspace.template_checksum(intake.form) or before
        has_new_templates = before not in {"", checksum}
        self._template_checksums[intake.form.name] = checksum
        is_made = self._is_made(intake, self._known.results_sha256)
        if job.always or has_new_templates or not is_made:
            self._build(intake, allow_blank=job.allow_blank)

    def _read(self) -> Intake | None:
        """Read the master, its results and the filled-in files; None if no master can be read."""
        choices, writes = self._known.choices, self._writes
        master = self._find(choices)
        if master is None:
            return None
        try:
            intake = self.workspace.read(master, choices.form_name)
        except PipelineError as error:
            # Clear what was read from another master or from this one before its change.
            is_unknown = isinstance(error, InputUnreadable)
            proposed = self.workspace.proposed_columns(master) if is_unknown else ()
            self._update(
                is_reading=False, form=None, intake=None, problem=from_error(error),
                proposed=proposed, offers=(), runs=self._runs(),
            )  # fmt: skip
            return None
        sha256 = intake.results.sha256 if intake.results else None
        self._update(
            is_reading=False, form=intake.form, intake=intake, results_sha256=sha256, problem=None,
            writes=writes,
            proposed=self.workspace.proposed_columns(master) if intake.missing else (),
        )  # fmt: skip
        self._update(runs=self._runs())
        self._update(offers=self._offers(intake))
        return intake

    def _find(self, choices: Choices) -> Path | None:
        """The master to use; None if there is none, and then the page shows the reason."""
        masters = self.workspace.masters()
        others = tuple(path for path in sorted(self._snapshot) if path.parent == self.inputs)
        self._update(masters=masters, others=tuple(p for p in others if p not in masters))
        chosen = next((path for path in masters if path.name == choices.master), None)
        try:
            found = chosen or self.workspace.newest_master()
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
        """Whether the newest run was made from the current master and results."""
        manifests = (run.manifest for run in self._known.runs if run.manifest is not None)
        newest = next(manifests, None)
        if newest is None or newest.master.name != intake.path.name:
            return False
        if newest.master.sha256 != intake.workbook.sha256:
            return False
        if intake.blocked and newest.documents:
            return False
        used = newest.results.sha256 if newest.results else None
        return used == results or results in self._clicked_results

    def _build(self, intake: Intake, *, allow_blank: bool) -> None:
        def progress(name: str, done: int, total: int) -> None:
            self._update(work=(name, done, total))

        self._update(work=("", 0, 0))
        # The files are stored only after all of them are made and checked.
        before, self._last_files = self._last_files, None
        choices = self._known.choices
        self._last_files = self.workspace.build(
            intake, choices, before, progress, allow_blank=allow_blank
        )
        self._update(work=None, runs=self._runs())

    def _runs(self) -> tuple[Run, ...]:
        return self.workspace.runs(self._known.runs)

    def _offers(self, intake: Intake) -> tuple[Offer, ...]:
        """The filled-in files of the folder, read; none while an error blocks the master."""
        if intake.blocked:
            return ()
        results_name = intake.results.path.name if intake.results else ""
        filled = [
            path
            for path in self._known.others
            if path.suffix.lower() in {".docx", ".xlsx"} and path.name != results_name
            if not is_hidden(path.name)
        ]
        master_sha256, form_name = intake.workbook.sha256, self._known.choices.form_name
        offers = {(path, self._snapshot.get(path), master_sha256): path for path in filled}
        self._offer_cache = {
            key: self._offer_cache.get(key) or self.workspace.offer(path, intake, form_name)
            for key, path in offers.items()
        }
        return tuple(self._offer_cache.values())
