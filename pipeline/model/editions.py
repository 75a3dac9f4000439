"""The editions of the handout, the documents that go with it, and the papers they are on."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Edition(enum.Enum):
    """会議用 has empty council columns; 結果版 has the opinions filled in."""

    MEETING = "meeting"
    RESULTS = "results"

    @property
    def label(self) -> str:
        """The name on file names and in messages."""
        return {"meeting": "会議用", "results": "結果版"}[self.value]


class Companion(enum.Enum):
    """A document that goes with the handout: after the meeting, or beside it."""

    SUMMARY = "summary"
    MINUTES = "minutes"
    REFERENCE = "reference"

    @property
    def label(self) -> str:
        """The name on file names and in messages."""
        labels = {
            "summary": "会議結果概要",
            "minutes": "会議録（案）",
            "reference": "各判定の考え方",
        }
        return labels[self.value]


class DocumentFormat(enum.Enum):
    """The two kinds of file that a document is made in."""

    DOCX = "docx"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet of paper, portrait, in millimetres; ``scale`` is against A4."""

    name: str
    width: float
    height: float
    scale: float


A4 = Paper("A4", 210.0, 297.0, 1.0)
A3 = Paper("A3", 297.0, 420.0, 2**0.5)
PAPERS = {"A4": A4, "A3": A3}
