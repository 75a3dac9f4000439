"""Work in other processes: a function and its arguments in, a :class:`Job` out.

Everything that reads or fills a template runs here, so that no template can hold the
machine: each job has an end to its time, each worker one to its memory. A worker that is
lost or has no end costs its own job and no other. The processes are pebble's; on Linux
they are forked from a server that has loaded the renderers once, elsewhere each loads them.
"""

from __future__ import annotations

import contextlib
import gc
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

# A hundred times what the shipped form takes on a slow machine.
SECONDS: Final = 120.0
SECONDS_PER_ROW: Final = 1.0
# Address space of a worker, of which what is loaded takes a fifth. A table of 5,000 rows
# fits.
MEMORY: Final = 3 * 2**30
# More processes than this share the memory of an office computer, not the work.
_MOST: Final = 4
# New objects before garbage is looked for: a layout is one large web of objects that live on,
# and with Python's 700 a seventh of the time of a long table goes into looking through it.
_COLLECT_AFTER: Final = 50_000
# What a worker loads; a module that can't be loaded is told by the job that needs it.
RENDERERS: Final = {
    DocumentFormat.PDF: "pipeline.commands.pdf_files",
    DocumentFormat.DOCX: "pipeline.commands.word_files",
}

# Seconds between two looks of the pool at its processes: at their deaths, their time, its end.
OFTEN: Final = 0.1
SELDOM: Final = 0.5
# Seconds between two looks at whether the pool still lives.
_LOOK: Final = 1.0

_T = TypeVar("_T")
_P = ParamSpec("_P")


class JobFailedError(Exception):
    """A job raised something unexpected: its type and message; its traceback is a note."""


class _MemoryUsedUpError(Exception):
    """A job wanted more memory than a worker may have."""


@dataclass(frozen=True, slots=True, eq=False)
class Job(Generic[_T]):
    """Work that was begun: ``name`` is what is made, ``seconds`` how long it may take."""

    name: str
    seconds: float
    future: Future[_T]
    pool: ProcessPool

    @property
    def is_left(self) -> bool:
        """Whether nobody will do it: a pool that breaks may forget what it was just given."""
        return not self.pool.active and not self.future.done()

    def result(self) -> _T:
        """What came of it, once it is done; its PipelineError is raised here.

        ComponentMissing where it took too long (``template-endless``) or too much memory
        (``template-too-large``), or where its process was ended (``worker-lost``).
        """
        while not self.future.done() and not self.is_left:
            wait([self.future], timeout=_LOOK)
        if self.is_left:
            raise ComponentMissing("worker-lost", name=self.name)
        try:
            return self.future.result()
        except (ProcessExpired, BrokenProcessPool) as error:
            raise ComponentMissing("worker-lost", name=self.name) from error
        except TimeoutError as error:
            seconds = round(self.seconds)
            raise ComponentMissing("template-endless", name=self.name, seconds=seconds) from error
        except _MemoryUsedUpError as error:
            raise ComponentMissing("template-too-large", name=self.name) from error

    def cancel(self) -> None:
        """Give it up: one that runs is ended with its process, which is replaced."""
        self.future.cancel()


def as_done(jobs: Iterable[Job[_T]]) -> Iterator[Job[_T]]:
    """The jobs in the order in which they are done, whatever came of them."""
    pending = list(jobs)
    while pending:
        wait([job.future for job in pending], timeout=_LOOK, return_when=FIRST_COMPLETED)
        done = [job for job in pending if job.future.done() or job.is_left]
        pending = [job for job in pending if job not in done]
        yield from done


class Workers:
    """At most ``size`` processes that wait for jobs; none is left after :meth:`close`.

    They start beside the work of this process, so that one made early is ready sooner.
    Usable from several threads, and for as long as a program runs: whatever ends the
    processes, the next job finds new ones. ``pause`` is how long the pool looks away from them,
    and so how long it may take to close; results come at once.
    """

    def __init__(self, size: int | None = None, *, pause: float = OFTEN) -> None:
        CONSTS.sleep_unit = pause
        self._size = size or min(cores(), _MOST)
        self._lock = threading.Lock()
        self._pool = self._new_pool()
        self._starter = threading.Thread(target=self._start, daemon=True)
        self._starter.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def schedule(
        self, name: str, rows: int, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> Job[_T]:
        """Begin ``function`` (of a module, its arguments picklable) as soon as a worker is free.

        ``rows`` of the document that is made allow it more time. ComponentMissing
        (``worker-lost``) where no process can be started.
        """
        seconds = SECONDS + SECONDS_PER_ROW * rows
        self._starter.join()
        try:
            with self._lock:
                if not self._pool.active:
                    self._pool = self._new_pool()
                pool = self._pool
                future = pool.schedule(_run, (function, args, kwargs), timeout=seconds)
        except (OSError, RuntimeError) as error:
            raise ComponentMissing("worker-lost", name=name) from error
        return Job(name, seconds, future, pool)

    def close(self) -> None:
        """End every process, busy or not, and wait until all are gone."""
        self._starter.join()
        self._pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it out
        self._pool.join()

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(self._size, initializer=_begin, context=_context())

    def _start(self) -> None:
        """Start the processes. Where that fails, the first job tells."""
        if sys.platform != "win32":
            # Ctrl+C is for the first process alone; whatever is started from this thread
            # inherits that. The tracker would take the mask away if it started later.
            resource_tracker.ensure_running()
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        with contextlib.suppress(OSError, RuntimeError):
            _ = self._pool.active


def cores() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _context() -> BaseContext:
    """How processes are started: from a server that has loaded the renderers, or alone."""
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipeline.commands.preload"])
    return context


def load_renderers() -> None:
    """Load what every file needs, before there is a job."""
    for name in RENDERERS.values():
        with contextlib.suppress(Exception):
            importlib.import_module(name)


# ---- in a worker


def _begin() -> None:
    """What a worker does first; garbage collection is off where it was forked (``preload``)."""
    gc.enable()
    gc.set_threshold(_COLLECT_AFTER)
    _limit_memory()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    load_renderers()


def _limit_memory() -> None:
    """Bound the address space of this process; Windows has no such bound."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        resource = importlib.import_module("resource")
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _end_with_parent() -> None:
    """End this process, whatever it is doing, where the first one was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run(function: Callable[..., _T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> _T:
    """Do a job. An unexpected error is told by one that survives pickling."""
    # What the job before left is a web of cycles, and this one would come on top of it.
    gc.collect()
    try:
        return function(*args, **kwargs)
    except PipelineError:
        raise
    except MemoryError:
        pass
    except Exception as error:  # noqa: BLE001 - the first process decides what to do
        failed = JobFailedError(f"{type(error).__name__}: {error}")
        failed.add_note("".join(traceback.format_exception(error)))
        raise failed from None
    # Out here, because the traceback of the first error holds the memory.
    raise _MemoryUsedUpError
