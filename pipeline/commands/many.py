"""``build`` for several masters: requests in, what came of each out, in their order.

The newest run is always that of the last master. A master that fails stops no other.
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

# Masters whose files are made or wait while one is published; they are held in memory.
_AHEAD: Final = 4

_Begun = tuple[Plan, Files]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one master: an outcome, or the error that there is none."""

    workbook: Path
    outcome: Publication | None = None
    error: Exception | None = None

    @property
    def failed(self) -> bool:
        """Whether something that was asked for was not made."""
        return self.outcome is None or self.outcome.failed


def run_many(
    requests: Sequence[BuildRequest], progress: Progress, workers: Workers
) -> Iterator[Result]:
    """What came of each master, in order.

    ``progress`` is told which master is done, how many are and how many there are.
    """
    begun: deque[tuple[BuildRequest, _Begun | Exception]] = deque()
    waiting = deque(requests)
    for done in range(1, len(requests) + 1):
        while waiting and len(begun) <= _AHEAD:
            request = waiting.popleft()
            begun.append((request, _begun(request, workers)))
        result = _finished(*begun.popleft())
        progress(result.workbook.name, done, len(requests))
        yield result


def _begun(request: BuildRequest, workers: Workers) -> _Begun | Exception:
    try:
        return begin(request, workers)
    except Exception as error:  # noqa: BLE001 - told in its turn; the others go on
        return error


def _finished(request: BuildRequest, begun: _Begun | Exception) -> Result:
    workbook = request.source.workbook or request.source.inputs
    if isinstance(begun, Exception):
        return Result(workbook, error=begun)
    try:
        return Result(workbook, publish_draft(*begun, _quiet))
    except Exception as error:  # noqa: BLE001 - told by the caller; the others go on
        return Result(workbook, error=error)


def _quiet(_name: str, _done: int, _total: int) -> None:
    """Masters are counted here, not files."""
