"""``build`` for several masters: read and published here, drafted by workers.

In: one request a master. Out: what came of each, in the order of the requests, so
that the newest run is always that of the last one. A master that fails stops no other.
Reading takes a fortieth of the time of drafting: this process reads while the workers
load, and they do without pandas.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.base.crew import Answer, Crew, WorkerLostError
from pipeline.base.errors import ComponentMissing
from pipeline.commands.drafting import Draft, draft
from pipeline.commands.making import Progress
from pipeline.commands.publishing import Outcome, publish_draft
from pipeline.commands.reading import take_in
from pipeline.model.form import Form, load_form
from pipeline.model.intake import Intake
from pipeline.model.request import Request

# Masters that are read before a worker is free, so that none waits for the reading, and
# drafts that wait for an earlier one to be published: so many are held at most.
_READ_AHEAD: Final = 4
_AHEAD: Final = 16

_Taken = tuple[Intake, Form]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one master: an outcome, or the error that there is none."""

    workbook: Path
    outcome: Outcome | None = None
    error: Exception | None = None

    @property
    def failed(self) -> bool:
        """Whether something that was asked for was not made."""
        return self.outcome is None or self.outcome.failed


def run_many(
    requests: Sequence[Request], progress: Progress, crew: Crew | None = None
) -> Iterator[Result]:
    """What came of each master, in order; ``crew`` works ahead, where there is one.

    ``progress`` is told which master is done, how many are and how many there are.
    """
    answers = _by_crew(requests, progress, crew) if crew else _one_by_one(requests, progress)
    for request, answer in zip(requests, answers, strict=True):
        workbook = request.source.workbook or request.source.inputs
        try:
            made: Draft = answer.get()
            yield Result(workbook, publish_draft(made, request))
        except WorkerLostError:
            lost = ComponentMissing("worker-lost", name=workbook.name)
            yield Result(workbook, error=lost)
        except Exception as error:  # noqa: BLE001 - told by the caller; the others go on
            yield Result(workbook, error=error)


def _one_by_one(requests: Sequence[Request], progress: Progress) -> Iterator[Answer]:
    for key, request in enumerate(requests):
        try:
            answer = Answer(key, draft(*_taken_in(request), request))
        except Exception as error:  # noqa: BLE001 - as a worker would answer
            answer = Answer(key, error=error)
        progress(_name(request), key + 1, len(requests))
        yield answer


def _by_crew(requests: Sequence[Request], progress: Progress, crew: Crew) -> Iterator[Answer]:
    """The answers in order, though they come as they come."""
    queue = _Queue(requests, crew)
    ready: dict[int, Answer] = {}
    due = 0
    while due < len(requests):
        for answer in queue.advance(due):
            ready[answer.key] = answer
            progress(_name(requests[answer.key]), due + len(ready), len(requests))
        while due in ready:
            yield ready.pop(due)
            due += 1


class _Queue:
    """Masters before a crew: those from ``_next`` on are not read yet, others not given."""

    def __init__(self, requests: Sequence[Request], crew: Crew) -> None:
        self._requests = requests
        self._next = 0
        self._read: deque[tuple[int, _Taken, Request]] = deque()
        self._crew = crew

    def advance(self, due: int) -> list[Answer]:
        """What came of some masters: read one more or, where enough are, wait for a worker.

        ``due`` is the first whose draft is not published yet.
        """
        last = min(len(self._requests), due + _AHEAD)
        reads = self._next < last and len(self._read) < _READ_AHEAD
        answers = self._read_one() if reads else []
        self._give()
        answers += self._crew.collect(block=not reads)
        # Before anything is published: nobody need wait for that.
        self._give()
        return answers

    def _read_one(self) -> list[Answer]:
        """Take in the next master; the answer if that fails already."""
        key, request = self._next, self._requests[self._next]
        self._next += 1
        try:
            self._read.append((key, _taken_in(request), request))
        except Exception as error:  # noqa: BLE001 - as a worker would answer
            return [Answer(key, error=error)]
        return []

    def _give(self) -> None:
        while self._read and self._crew.has_room:
            key, taken, request = self._read.popleft()
            self._crew.give(key, draft, *taken, request)


def _taken_in(request: Request) -> _Taken:
    """The master as it is taken in, and its form."""
    form = load_form(request.form_name)
    return take_in(request.source, form), form


def _name(request: Request) -> str:
    return (request.source.workbook or request.source.inputs).name
