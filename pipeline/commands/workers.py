"""Run jobs in other processes: a function and its arguments in, a :class:`Job` out.

Everything that reads or fills a template runs here, so that no template can block the
machine: each job has a time limit, each worker a memory limit. If a worker crashes or does not
end, only its own job fails. pebble starts the processes: on Linux they are forked from a
server that has loaded the renderers once, on other systems each worker loads them.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.context import BaseContext
from typing import Any, Final, Generic, ParamSpec, Self, TypeVar

from pebble import CONSTS, ProcessExpired, ProcessPool

from pipeline.base.errors import ComponentMissing, PipelineError
from pipeline.model.editions import DocumentFormat

# A hundred times the time that the shipped form takes on a slow machine.
SECONDS: Final = 120.0
SECONDS_PER_ROW: Final = 1.0
# Address space of a worker in bytes. The loaded libraries take a fifth of it. A table of
# 5,000 rows fits.
MEMORY: Final = 3 * 2**30
# More processes than this take more memory of an office computer and are not faster.
_MAX_WORKERS: Final = 4
# The modules that a worker loads; if one can't be loaded, the job that needs it fails.
RENDERERS: Final = {
    DocumentFormat.PDF: "pipeline.commands.pdf_files",
    DocumentFormat.DOCX: "pipeline.commands.word_files",
}

# Seconds between two polls of the pool: whether a process crashed, a time limit passed, or the
# pool was closed.
FAST_POLL: Final = 0.1
SLOW_POLL: Final = 0.5
# Seconds between two checks whether the pool is still active.
_POOL_CHECK: Final = 1.0

_T = TypeVar("_T")
_P = ParamSpec("_P")


class JobFailedError(Exception):
    """A job raised an unexpected error: its type and message; its traceback is a note."""


class _OutOfMemoryError(Exception):
    """A job needed more memory than a worker may use."""


@dataclass(frozen=True, slots=True, eq=False)
class Job(Generic[_T]):
    """A scheduled job: ``name`` is the file that it makes, ``seconds`` its time limit."""

    name: str
    seconds: float
    future: Future[_T]
    pool: ProcessPool

    @property
    def is_lost(self) -> bool:
        """Whether no worker will run it: a pool that breaks may lose a job just scheduled."""
        return not self.pool.active and not self.future.done()

    def result(self) -> _T:
        """Wait for the job and return its result, or raise its PipelineError.

        ComponentMissing if it took too long (``template-endless``) or too much memory
        (``template-too-large``), or if its process was ended (``worker-lost``).
        """
        while not self.future.done() and not self.is_lost:
            wait([self.future], timeout=_POOL_CHECK)
        if self.is_lost:
            raise ComponentMissing("worker-lost", name=self.name)
        try:
            return self.future.result()
        except (ProcessExpired, BrokenProcessPool) as error:
            raise ComponentMissing("worker-lost", name=self.name) from error
        except TimeoutError as error:
            seconds = round(self.seconds)
            raise ComponentMissing("template-endless", name=self.name, seconds=seconds) from error
        except _OutOfMemoryError as error:
            raise ComponentMissing("template-too-large", name=self.name) from error

    def cancel(self) -> None:
        """Cancel the job; if it is running, its process is ended and replaced."""
        self.future.cancel()


def as_done(jobs: Iterable[Job[_T]]) -> Iterator[Job[_T]]:
    """Yield the jobs in the order in which they finish, with or without an error."""
    pending = list(jobs)
    while pending:
        wait([job.future for job in pending], timeout=_POOL_CHECK, return_when=FIRST_COMPLETED)
        done = [job for job in pending if job.future.done() or job.is_lost]
        pending = [job for job in pending if job not in done]
        yield from done


class Workers:
    """At most ``size`` processes that wait for jobs; :meth:`close` ends all of them.

    They start in the background, so create this object early. Several threads may use it, for
    as long as the program runs: if the processes end, the next job starts new ones. ``pause``
    is the time in seconds between two polls of the pool, and so the longest time to close;
    results are not delayed.
    """

    def __init__(self, size: int | None = None, *, pause: float = FAST_POLL) -> None:
        CONSTS.sleep_unit = pause
        self._size = size or min(cores(), _MAX_WORKERS)
        self._lock = threading.Lock()
        self._pool = self._new_pool()
        self._starter = threading.Thread(target=self._start_processes, daemon=True)
        self._starter.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def schedule(
        self, name: str, rows: int, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> Job[_T]:
        """Run ``function`` (of a module, its arguments picklable) as soon as a worker is free.

        ``rows`` is the number of rows of the document; each adds to the time limit.
        ComponentMissing (``worker-lost``) if no process can be started.
        """
        seconds = SECONDS + SECONDS_PER_ROW * rows
        self._starter.join()
        try:
            with self._lock:
                if not self._pool.active:
                    self._pool = self._new_pool()
                pool = self._pool
                future = pool.schedule(_run_job, (function, args, kwargs), timeout=seconds)
        except (OSError, RuntimeError) as error:
            raise ComponentMissing("worker-lost", name=name) from error
        return Job(name, seconds, future, pool)

    def close(self) -> None:
        """End every process, busy or not, and wait until all have ended."""
        self._starter.join()
        self._pool.stop()  # type: ignore[no-untyped-call]  # pebble has no annotation
        self._pool.join()

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(self._size, initializer=_initialise, context=_context())

    def _start_processes(self) -> None:
        """Start the processes. If that fails, the first job reports it."""
        if sys.platform != "win32":
            # Only the main process handles Ctrl+C; processes started from this thread inherit
            # the mask. The tracker starts first, because starting it resets the mask.
            resource_tracker.ensure_running()
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        with contextlib.suppress(OSError, RuntimeError):
            _ = self._pool.active


def cores() -> int:
    """The number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _context() -> BaseContext:
    """The start method: on Linux a fork server that has loaded the renderers, else spawn."""
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipeline.commands.preload"])
    return context


def load_renderers() -> None:
    """Load the modules that every file needs, before the first job."""
    for name in RENDERERS.values():
        with contextlib.suppress(Exception):
            importlib.import_module(name)


# ---- runs in a worker


def _initialise() -> None:
    """Limit this worker's memory and life, and load the renderers unless they are loaded."""
    _limit_memory()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    load_renderers()


def _limit_memory() -> None:
    """Limit the address space of this process; Windows has no such limit."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        resource = importlib.import_module("resource")
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _end_with_parent() -> None:
    """End this process, busy or not, when the main process has ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run_job(function: Callable[..., _T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> _T:
    """Run a job. An unexpected error becomes a JobFailedError, which can be pickled."""
    try:
        return function(*args, **kwargs)
    except PipelineError:
        raise
    except MemoryError:
        pass
    except Exception as error:  # noqa: BLE001 - the main process handles it
        unexpected = JobFailedError(f"{type(error).__name__}: {error}")
        unexpected.add_note("".join(traceback.format_exception(error)))
        raise unexpected from None
    # Not in the except block: the traceback of the MemoryError keeps the memory in use.
    raise _OutOfMemoryError
