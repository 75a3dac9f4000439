"""Work in processes beside this one: jobs in, answers out, in whatever order they come.

A crew is started before its work is known, so that its members load their modules
while this process still reads. On Linux the first member loads them once and is
forked for the others; elsewhere each member is a fresh interpreter. Members live by
their connection: once it is closed, by :meth:`Crew.close` or because this process
ended in whatever way, they end at once, busy or not.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import multiprocessing
import os
import pickle
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final, Self

_SECONDS_TO_END: Final = 5.0
# Without a job for so long, a member is between two builds rather than at the end. At the
# end the run is still published, half a second of 5,000 rows, and nobody can be asked to
# leave while he clears the memory of such a table, which takes six.
_SECONDS_TO_REST: Final = 1.5


class WorkerLostError(Exception):
    """A member ended in the middle of a job: killed (out of memory) or crashed."""


class WorkerFailedError(Exception):
    """A job raised something unexpected; its traceback is in the notes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of the job that was given under ``key``: a value or an error."""

    key: int
    value: Any = None
    error: Exception | None = None

    def get(self) -> Any:
        """The value; the error is raised."""
        if self.error is not None:
            raise self.error
        return self.value


@dataclass(slots=True, eq=False)
class _Member:
    """One process of the crew, seen from here, and the key of the job that it is at."""

    connection: Connection
    at: int | None = None


class Crew:
    """At most ``size`` processes that have loaded ``modules`` and wait for jobs.

    A member that is lost answers its job with :class:`WorkerLostError`; the next job
    that finds no free member gets a new one.
    """

    def __init__(self, size: int, modules: Sequence[str]) -> None:
        self._size = size
        self._modules = tuple(modules)
        self._processes: list[BaseProcess] = []
        self._members: list[_Member] = []
        with _deaf_to_the_keyboard():
            if _may_fork():
                self._found()
            else:
                for _ in range(size):
                    self._add()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def has_room(self) -> bool:
        """Whether another job would be begun at once."""
        return len(self._members) < self._size or any(each.at is None for each in self._members)

    def give(self, key: int, function: Callable[..., Any], *arguments: Any) -> None:
        """Begin a job; there must be room. ``key`` names it in its answer.

        The function (of a module) and its arguments must be picklable.
        """
        job = pickle.dumps((function, arguments), pickle.HIGHEST_PROTOCOL)
        for member in [each for each in self._members if each.at is None]:
            try:
                member.connection.send_bytes(job)
            except OSError:
                # It was lost while it had nothing to do: nobody need know.
                self._drop(member)
            else:
                member.at = key
                return
        with _deaf_to_the_keyboard():
            member = self._add()
        member.at = key
        with contextlib.suppress(OSError):
            member.connection.send_bytes(job)

    def collect(self, *, block: bool = True) -> list[Answer]:
        """The answers that are there; with ``block`` at least one, while any is to come."""
        working = {each: each.at for each in self._members if each.at is not None}
        if not working:
            return []
        ready = wait([member.connection for member in working], None if block else 0)
        done = [each for each in working if each.connection in ready]
        return [self._answer(each, working[each]) for each in done]

    def abandon(self) -> None:
        """Give up the jobs that are still at work: no answer of them will come.

        Who began them has left, and whoever has this crew next may use the same keys.
        """
        for member in [each for each in self._members if each.at is not None]:
            self._drop(member)

    def close(self) -> None:
        """End every member, busy or not, and wait until all are gone."""
        for member in self._members:
            member.connection.close()
        self._members = []
        for process in self._processes:
            process.join(_SECONDS_TO_END)
            if process.is_alive():
                process.kill()
                process.join()
        self._processes = []

    def _answer(self, member: _Member, key: int) -> Answer:
        member.at = None
        try:
            value, error = pickle.loads(member.connection.recv_bytes())  # noqa: S301 - our own
        except (EOFError, OSError):
            self._drop(member)
            return Answer(key, error=WorkerLostError())
        return Answer(key, value, error)

    def _drop(self, member: _Member) -> None:
        self._members.remove(member)
        member.connection.close()

    def _found(self) -> None:
        """All members at once, which share what the first of them loads."""
        context = multiprocessing.get_context("fork")
        ends = [context.Pipe() for _ in range(self._size)]
        founder = context.Process(target=_begin_together, args=(ends, self._modules))
        founder.start()
        self._processes.append(founder)
        for ours, theirs in ends:
            theirs.close()
            self._members.append(_Member(ours))

    def _add(self) -> _Member:
        """A member that loads everything itself: sound at any time and on any system."""
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_begin_alone, args=(theirs, self._modules))
        process.start()
        self._processes.append(process)
        theirs.close()
        self._members.append(_Member(ours))
        return self._members[-1]


@contextlib.contextmanager
def _deaf_to_the_keyboard() -> Iterator[None]:
    """Keep Ctrl+C from a member that can't ignore it yet; it reaches this process after."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _may_fork() -> bool:
    """Whether a fork is sound: on Linux, while no library has started a thread."""
    if sys.platform != "linux":
        return False
    tasks = Path("/proc/self/task")
    return tasks.is_dir() and len(list(tasks.iterdir())) == 1


def _begin_together(ends: Sequence[tuple[Connection, Connection]], modules: Sequence[str]) -> None:
    """The life of the first member: load, become several, work."""
    for theirs, _ in ends:
        theirs.close()
    own, *others = [ours for _, ours in ends]
    _settle(modules)
    fork, spawn = multiprocessing.get_context("fork"), multiprocessing.get_context("spawn")
    forked: list[BaseProcess] = []
    while others:
        connection, *others = others
        process: BaseProcess
        if _may_fork():
            # Whoever holds a copy of a connection keeps it from ending.
            process = fork.Process(target=_serve, args=(connection, (own, *others)))
        else:
            # A module has started a thread: each for itself then.
            process = spawn.Process(target=_begin_alone, args=(connection, modules))
        process.start()
        forked.append(process)
        connection.close()
    _serve(own, (), forked)


def _begin_alone(connection: Connection, modules: Sequence[str]) -> None:
    """The life of a member on its own."""
    _settle(modules)
    _serve(connection)


def _settle(modules: Sequence[str]) -> None:
    """Leave the keyboard and standard output to the first process; load the modules."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A library that prints (WeasyPrint does where Pango is missing) would spoil JSON.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    gc.disable()
    for name in modules:
        # What can't be loaded is told by the job that needs it.
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    # What was loaded stays: going through it again would only cost time.
    gc.freeze()
    gc.enable()


def _serve(
    connection: Connection, copies: Sequence[Connection] = (), forked: Sequence[BaseProcess] = ()
) -> None:
    """Answer jobs until the connection ends; a member has no other end."""
    for copy in copies:
        copy.close()
    jobs: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(connection, jobs, forked), daemon=True).start()
    job = jobs.get()
    while True:
        answer = _answer(job)
        with contextlib.suppress(OSError):
            connection.send_bytes(answer)
        del answer
        job = _next(jobs)


def _next(jobs: queue.SimpleQueue[bytes]) -> bytes:
    """The next job, which finds the memory of the last one free.

    A document that was laid out is a web of cycles, and the next would come on top of it.
    They are cleared while there is nothing to do; not at once, because at the end of all
    work they would only be waited for.
    """
    try:
        job = jobs.get(timeout=_SECONDS_TO_REST)
    except queue.Empty:
        gc.collect()
        return jobs.get()
    gc.collect()
    return job


def _receive(
    connection: Connection, jobs: queue.SimpleQueue[bytes], forked: Sequence[BaseProcess]
) -> None:
    """Pass jobs on; end this process, whatever it is doing, when the connection ends."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            jobs.put(connection.recv_bytes())
    for process in forked:
        process.join()
    os._exit(0)


def _answer(job: bytes) -> bytes:
    """Do the job: its pickled value, or its pickled error."""
    try:
        function, arguments = pickle.loads(job)  # noqa: S301 - from our own process
        return pickle.dumps((function(*arguments), None), pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001 - whatever it is, the first process decides
        return pickle.dumps((None, _portable(error)), pickle.HIGHEST_PROTOCOL)


def _portable(error: Exception) -> Exception:
    """The error itself where it survives pickling, else one that tells of it."""
    try:
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - made on this line
    except Exception:  # noqa: BLE001 - an exception's own pickling may raise anything
        again = None
    known = again if type(again) is type(error) and isinstance(again, Exception) else None
    told = known or WorkerFailedError(f"{type(error).__name__}: {error}")
    told.add_note("".join(traceback.format_exception(error)))
    return told
