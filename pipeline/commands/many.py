"""``build`` for several masters: requests in, one result for each out, in the same order.

The newest run is always that of the last master. If one master fails, the others are still
built.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.commands.build import begin
from pipeline.commands.making import Files, Progress
from pipeline.commands.planning import Plan
from pipeline.commands.publishing import Publication, publish_draft
from pipeline.commands.workers import Workers
from pipeline.model.request import BuildRequest

# Number of masters whose files are made while one is published; they take memory.
_MAX_AHEAD: Final = 4

_Scheduled = tuple[Plan, Files]


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one master: its publication, or the error that prevented it."""

    workbook: Path
    outcome: Publication | None = None
    error: Exception | None = None

    @property
    def failed(self) -> bool:
        """Whether a requested document was not made."""
        return self.outcome is None or self.outcome.failed


def run_many(
    requests: Sequence[BuildRequest], progress: Progress, workers: Workers
) -> Iterator[Result]:
    """Yield the result of each master, in order.

    ``progress`` is called with the name of the master, the number done and the total number.
    """
    scheduled: deque[tuple[BuildRequest, _Scheduled | Exception]] = deque()
    waiting = deque(requests)
    for done in range(1, len(requests) + 1):
        while waiting and len(scheduled) <= _MAX_AHEAD:
            request = waiting.popleft()
            scheduled.append((request, _begin_or_error(request, workers)))
        result = _finish(*scheduled.popleft())
        progress(result.workbook.name, done, len(requests))
        yield result


def _begin_or_error(request: BuildRequest, workers: Workers) -> _Scheduled | Exception:
    try:
        return begin(request, workers)
    except Exception as error:  # noqa: BLE001 - reported in its turn; the other masters continue
        return error


def _finish(request: BuildRequest, scheduled: _Scheduled | Exception) -> Result:
    workbook = request.source.workbook or request.source.inputs
    if isinstance(scheduled, Exception):
        return Result(workbook, error=scheduled)
    try:
        return Result(workbook, publish_draft(*scheduled, _ignore_progress))
    except Exception as error:  # noqa: BLE001 - the caller reports it; the other masters continue
        return Result(workbook, error=error)


def _ignore_progress(_name: str, _done: int, _total: int) -> None:
    """Ignore the progress of files: this command counts masters."""
