"""What was read back from a file, the same for Word and PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Where ink lies on a page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    def joined(self, other: Rectangle) -> Rectangle:
        """The smallest rectangle around both."""
        return Rectangle(
            min(self.left, other.left),
            min(self.bottom, other.bottom),
            max(self.right, other.right),
            max(self.top, other.top),
        )


@dataclass(frozen=True, slots=True)
class ReadBox:
    """A check-box control of a Word file: its state and the mark that it shows."""

    checked: bool
    mark: str


@dataclass(frozen=True, slots=True)
class ReadCell:
    """A cell: its paragraphs joined by line feeds, its controls, what nobody can see of it.

    ``at`` is where its ink lies; ``is_merged``: it goes on over other cells of the grid.
    """

    text: str = ""
    boxes: Mapping[str, tuple[ReadBox, ...]] = field(default_factory=dict)
    unseen: str = ""
    at: Rectangle | None = None
    is_merged: bool = False


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row, or the part of one that lies on one page (None in a Word file)."""

    cells: tuple[ReadCell, ...]
    page: int | None = None
    is_first: bool = False
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table, or the part of one that lies on one page.

    ``headings`` are the words above each column, None where an empty column tells none.
    ``overhang`` is how many millimetres it is wider than its page leaves room for.
    """

    headings: tuple[str | None, ...]
    rows: tuple[ReadRow, ...]
    overhang: float = 0


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file read back. ``around`` is the text outside of the table, one a page.

    ``whole`` is all of the text in reading order, each table's header once however many
    pages it goes over. ``is_word``: of a Word file white space can be compared (a page
    breaks lines), and the council's boxes are controls.
    """

    around: tuple[str, ...]
    whole: str
    tables: tuple[ReadTable, ...]
    is_word: bool
    unseen_around: str = ""
