"""The editions of the handout, the documents that accompany it, and the paper sizes."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final


class Edition(enum.Enum):
    """会議用 has empty council columns; 結果版 contains the council's opinions.

    ONLY is the single edition of a form that has nothing to fill in.
    """

    MEETING = "meeting"
    RESULTS = "results"
    ONLY = "only"


class Companion(enum.Enum):
    """A document that accompanies the handout, at the meeting or after it."""

    SUMMARY = "summary"
    MINUTES = "minutes"
    REFERENCE = "reference"


class DocumentFormat(enum.Enum):
    """The file formats of a document."""

    DOCX = "docx"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper size with its orientation, in millimetres: ``A4 portrait``, ``A3 landscape``."""

    name: str
    width: float
    height: float

    @property
    def is_landscape(self) -> bool:
        """Whether it is wider than it is high."""
        return self.width > self.height

    def with_orientation_of(self, other: Paper) -> Paper:
        """The same size in the orientation of the other paper."""
        size = self.name.split()[0]
        return PAPERS[f"{size} {'landscape' if other.is_landscape else 'portrait'}"]


_SIZES: Final = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
PAPERS: Final = {
    f"{size} {orientation}": Paper(
        f"{size} {orientation}", *(sides if orientation == "portrait" else sides[::-1])
    )
    for size, sides in _SIZES.items()
    for orientation in ("portrait", "landscape")
}
A4: Final = PAPERS["A4 portrait"]
A3: Final = PAPERS["A3 portrait"]


def paper_for(name: str | None, of_form: Paper) -> Paper:
    """The paper of that name; None is the form's paper.

    A size alone (``A3``) gets the orientation of the form's paper. KeyError for a paper that
    does not exist.
    """
    if name is None:
        return of_form
    return PAPERS[name] if " " in name else PAPERS[f"{name} portrait"].with_orientation_of(of_form)
