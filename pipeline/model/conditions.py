"""The results of ``doctor``: one condition for each check of the machine."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from pipeline.model.findings import Finding


class State(enum.Enum):
    """MISSING: handouts cannot be made. DOUBTFUL: they can be made; check the cause first."""

    FINE = "fine"
    DOUBTFUL = "doubtful"
    MISSING = "missing"

    @property
    def label(self) -> str:
        """The sign and the word, so that the state does not depend on a sign or a colour."""
        return {"fine": "✓ よい", "doubtful": "△ 確認", "missing": "✗ 不足"}[self.value]


@dataclass(frozen=True, slots=True)
class Condition:
    """The result of one check. ``detail`` describes what was found if nothing is wrong."""

    title: str
    state: State
    detail: str = ""
    finding: Finding | None = None

    @property
    def message(self) -> str:
        """The sentence for the officer: what was found, or what is wrong and what to do."""
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
    """A check that found nothing wrong."""
    return Condition(title, State.FINE, detail)


def missing(title: str, found: Finding) -> Condition:
    """A check that found why handouts cannot be made."""
    return Condition(title, State.MISSING, finding=found)


def doubtful(title: str, found: Finding) -> Condition:
    """A check that found a problem; handouts can still be made."""
    return Condition(title, State.DOUBTFUL, finding=found)
