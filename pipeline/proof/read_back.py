"""The content that was read back from a file, the same for Word and PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rectangle:
    """The position of ink on a page, in points from the lower left corner."""

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
    """A check-box control of a Word file: its state and the mark that it displays."""

    checked: bool
    mark: str


@dataclass(frozen=True, slots=True)
class ReadCell:
    """A cell: its paragraphs joined by line feeds, its controls by tag, its invisible text.

    ``at`` is the position of its ink; ``is_merged``: it covers several cells of the grid.
    """

    text: str = ""
    boxes: Mapping[str, tuple[ReadBox, ...]] = field(default_factory=dict)
    unseen: str = ""
    at: Rectangle | None = None
    is_merged: bool = False


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row, or the part of a row on one page; ``page`` is None in a Word file."""

    cells: tuple[ReadCell, ...]
    page: int | None = None
    is_first: bool = False
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table, or the part of a table on one page.

    ``headings`` has the heading of each column; None if it is unknown because the column is
    empty. ``overhang`` is how far the table is wider than the text area, in millimetres.
    """

    headings: tuple[str | None, ...]
    rows: tuple[ReadRow, ...]
    overhang: float = 0


@dataclass(frozen=True, slots=True)
class ReadFile:
    """The content of a file. ``around`` is the text outside of the table, page by page.

    ``whole`` is the complete text in reading order, with the header of each table only once.
    ``is_word``: in a Word file, white space can be compared, because it has no broken lines,
    and the council's boxes are controls.
    """

    around: tuple[str, ...]
    whole: str
    tables: tuple[ReadTable, ...]
    is_word: bool
    unseen_around: str = ""
