"""One click of the day of the meeting: what the page showed of a row, and what it is to be."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model.fills import Fills, is_same
from pipeline.model.values import Fill


class ChangedMeanwhile(Exception):
    """What was filled in is not what the page showed any more; ``now`` is what it is."""

    def __init__(self, now: Fills) -> None:
        super().__init__(now)
        self.now = now


@dataclass(frozen=True, slots=True)
class Click:
    """``row`` is the row's number, or its position where it has none."""

    row: int
    seen: Fills
    wanted: Fills

    def changed(self, before: Fills) -> Fills:
        """``before`` with what differs between seen and wanted.

        ChangedMeanwhile where it was not what was seen any more.
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
