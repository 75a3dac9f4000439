"""One click on the page at the meeting: the shown and the requested values of a row."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model.fills import Fills, is_same
from pipeline.model.values import Fill


class ChangedMeanwhile(Exception):
    """The stored values are no longer those that the page showed; ``now`` are the stored ones."""

    def __init__(self, now: Fills) -> None:
        super().__init__(now)
        self.now = now


@dataclass(frozen=True, slots=True)
class Click:
    """A request to change a row from ``seen`` to ``wanted``.

    ``row`` is the row's number, or its position if the form has no numbers.
    """

    row: int
    seen: Fills
    wanted: Fills

    def changed(self, before: Fills) -> Fills:
        """``before``, with each column changed whose ``seen`` and ``wanted`` values differ.

        Raises ChangedMeanwhile if ``before`` differs from ``seen`` in such a column.
        """
        now = dict(before)
        for key, wanted in self.wanted.items():
            seen = self.seen.get(key, Fill())
            if is_same(seen, wanted):
                continue
            if not is_same(before.get(key, Fill()), seen):
                raise ChangedMeanwhile(before)
            now[key] = wanted
        return now
