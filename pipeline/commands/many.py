"""``build`` for several masters: each is drafted whole by a worker and published here.

In: one request a master. Out: what came of each, in the order of the requests, so
that the newest run is always that of the last one. A master that fails stops no other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.commands.build import Draft, Outcome, Request, draft, publish_draft
from pipeline.commands.intake import take_in
from pipeline.commands.making import Progress
from pipeline.crew import Answer, Crew, WorkerLostError
from pipeline.errors import ComponentMissing
from pipeline.model.form import load_form

# Drafts that wait for an earlier one to be published: so many are held at most.
_AHEAD: Final = 16


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


def draft_one(request: Request) -> Draft:
    """Everything but publishing, in this process."""
    form = load_form(request.form_name)
    return draft(take_in(request.source, form), form, request, lambda *_: None)


def _one_by_one(requests: Sequence[Request], progress: Progress) -> Iterator[Answer]:
    for index, request in enumerate(requests):
        try:
            answer = Answer(index, draft_one(request))
        except Exception as error:  # noqa: BLE001 - as a worker would answer
            answer = Answer(index, error=error)
        progress(_name(request), index + 1, len(requests))
        yield answer


def _by_crew(requests: Sequence[Request], progress: Progress, crew: Crew) -> Iterator[Answer]:
    """The answers in order, though they come as they come."""
    waiting = deque(range(len(requests)))
    ready: dict[int, Answer] = {}
    due = 0
    while due < len(requests):
        while waiting and crew.has_room and waiting[0] < due + _AHEAD:
            crew.give(waiting[0], draft_one, requests[waiting[0]])
            waiting.popleft()
        for answer in crew.collect():
            ready[answer.key] = answer
            progress(_name(requests[answer.key]), due + len(ready), len(requests))
        while due in ready:
            yield ready.pop(due)
            due += 1


def _name(request: Request) -> str:
    return (request.source.workbook or request.source.inputs).name
