"""What ``doctor`` tells of a machine: one condition after the other."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from pipeline.model.findings import Finding


class State(enum.Enum):
    """A missing thing keeps the handouts from being made; a doubtful one does not."""

    FINE = "fine"
    DOUBTFUL = "doubtful"
    MISSING = "missing"

    @property
    def label(self) -> str:
        """The sign and the word: neither the sign nor a colour says it alone."""
        return {"fine": "✓ よい", "doubtful": "△ 確認", "missing": "✗ 不足"}[self.value]


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that was looked at. ``said`` is what was seen where nothing is wrong."""

    title: str
    state: State
    detail: str = ""
    finding: Finding | None = None

    @property
    def message(self) -> str:
        """The sentence for people: what was seen, or what is wrong and what to do."""
        return self.detail if self.finding is None else self.finding.message

    def as_json(self) -> dict[str, object]:
        """The condition as ``doctor --json`` shows it."""
        return {
            "title": self.title,
            "state": self.state.value,
            "message": self.message,
            "code": None if self.finding is None else self.finding.code,
            "remedy": None if self.finding is None else self.finding.remedy,
        }


def fine(title: str, detail: str) -> Condition:
    """Nothing is wrong."""
    return Condition(title, State.FINE, detail)


def missing(title: str, found: Finding) -> Condition:
    """Handouts can't be made like this."""
    return Condition(title, State.MISSING, finding=found)


def doubtful(title: str, found: Finding) -> Condition:
    """Handouts can be made, but it is better to look."""
    return Condition(title, State.DOUBTFUL, finding=found)
