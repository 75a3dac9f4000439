"""The editions of the handout, the documents that go with it, and the papers they are on."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final


class Edition(enum.Enum):
    """会議用 has empty council columns; 結果版 has what was said filled in.

    ONLY is the single edition of a form that has nothing to fill in.
    """

    MEETING = "meeting"
    RESULTS = "results"
    ONLY = "only"


class Companion(enum.Enum):
    """A document that goes with the handout: after the meeting, or beside it."""

    SUMMARY = "summary"
    MINUTES = "minutes"
    REFERENCE = "reference"


class DocumentFormat(enum.Enum):
    """The two kinds of file that a document is made in."""

    DOCX = "docx"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet of paper in millimetres, as it is held: ``A4 portrait``, ``A3 landscape``."""

    name: str
    width: float
    height: float

    @property
    def is_landscape(self) -> bool:
        """Whether it is wider than high."""
        return self.width > self.height

    def turned_like(self, other: Paper) -> Paper:
        """The same sheet, held as the other one."""
        size = self.name.split()[0]
        return PAPERS[f"{size} {'landscape' if other.is_landscape else 'portrait'}"]


_SIZES: Final = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
PAPERS: Final = {
    f"{size} {way}": Paper(f"{size} {way}", *(sides if way == "portrait" else sides[::-1]))
    for size, sides in _SIZES.items()
    for way in ("portrait", "landscape")
}
A4: Final = PAPERS["A4 portrait"]
A3: Final = PAPERS["A3 portrait"]


def paper_for(asked: str | None, of_form: Paper) -> Paper:
    """The paper that was asked for: ``A3`` is held as the form's own; None is the form's own.

    KeyError for a paper that does not exist.
    """
    if asked is None:
        return of_form
    return PAPERS[asked] if " " in asked else PAPERS[f"{asked} portrait"].turned_like(of_form)
