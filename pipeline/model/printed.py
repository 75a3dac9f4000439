"""A handout as it was printed, described for the reader of filled-in handouts.

``printed_handout`` makes it from the handout. Columns are in their printed order; any number
of them may be filled in at the meeting, each with its own kind.
"""

from __future__ import annotations

import enum
import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.model.columns import Column
from pipeline.model.values import Status


def exact_key(text: str) -> str:
    """The key for an exact comparison: the text without white space."""
    return "".join(text.split())


def loose_key(text: str) -> str:
    """The key for a comparison that ignores the punctuation that a template may add.

    Letters, digits and symbols stay: a symbol may be a mark.
    """
    folded = unicodedata.normalize("NFKC", text)
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LNS")


class FillKind(enum.Enum):
    """The kind of answer: a mark in one of several boxes, a word, a text, a mark, a value."""

    BOXES = enum.auto()
    WORD = enum.auto()
    TEXT = enum.auto()
    MARK = enum.auto()
    VALUE = enum.auto()


@dataclass(frozen=True, slots=True)
class FillColumn:
    """A column that is filled in at the meeting.

    The tags of its controls are ``<key>.<row>.<k>``. ``words`` are the words for a status
    without a value.
    """

    column: Column
    kind: FillKind
    words: Mapping[str, Status] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The column's key."""
        return self.column.key

    @property
    def choices(self) -> tuple[str, ...]:
        """The column's choices; empty for other kinds."""
        return self.column.choices


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """A column of the printed table.

    ``headings`` are the possible texts of all headings above it, each from the top down in one
    string; ``own`` is the lowest heading. ``exact``: its cells are compared exactly. ``role``
    is "no" or "name" for the columns that identify a row. ``choices`` are printed in its
    cells, with a box before each if ``has_boxes``. ``fill`` is the column to fill in,
    ``remarks`` the text column in the same cells. ``is_inside``: its boxes are in the cells
    of the column before it, below the printed text.
    """

    key: str
    title: str
    headings: tuple[str, ...]
    own: str = ""
    exact: bool = True
    role: str = ""
    choices: tuple[str, ...] = ()
    has_boxes: bool = False
    fill: FillColumn | None = None
    remarks: FillColumn | None = None
    is_inside: bool = False


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row of the printed table: ``cells`` are the texts by column, empty in those to fill in.

    ``identity`` is its number, or its position if it has no number; tags and opinions use it.
    ``merged`` are the places of cells that are merged with cells above or below.
    """

    identity: int
    name: str
    cells: tuple[str, ...]
    merged: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Printed:
    """The whole printed handout. ``seen`` are the keys of the columns that the council sees.

    ``between`` are the texts of the table's rows that are not rows of the records: group
    headings and the total. ``around`` are the texts outside of the table with their places;
    ``facts`` are the printed lines about the meeting.
    """

    columns: tuple[PrintedColumn, ...]
    rows: tuple[PrintedRow, ...]
    seen: frozenset[str] = frozenset()
    between: frozenset[str] = frozenset()
    around: tuple[tuple[str, str], ...] = ()
    facts: tuple[str, ...] = ()

    def place(self, role: str) -> int | None:
        """The place of the column with a role; None if no column has it."""
        return next((k for k, column in enumerate(self.columns) if column.role == role), None)

    @property
    def fill_places(self) -> tuple[int, ...]:
        """The places of the columns that are filled in."""
        return tuple(k for k, column in enumerate(self.columns) if column.fill is not None)

    @property
    def fills(self) -> tuple[FillColumn, ...]:
        """The columns that are filled in, without the remarks inside their cells."""
        return tuple(column.fill for column in self.columns if column.fill is not None)

    @property
    def against(self) -> frozenset[str]:
        """The keys of the columns with which opinions are compared."""
        return frozenset(fill.column.against for fill in self.fills if fill.column.against)

    @property
    def form_words(self) -> tuple[str, ...]:
        """All choices and words that can be an answer."""
        words = (word for fill in self.fills for word in (*fill.choices, *fill.words))
        return tuple(dict.fromkeys(words))

    def digest(self, cells: tuple[str, ...]) -> str:
        """A digest of a row's printed cells, twelve hexadecimal digits."""
        keys = [
            exact_key(text) if column.exact else loose_key(text)
            for column, text in zip(self.columns, cells, strict=True)
            if column.fill is None
        ]
        return hashlib.sha256("\x1f".join(keys).encode("utf-8", "surrogatepass")).hexdigest()[:12]
