"""A handout as it was printed, described for whoever reads a filled-in one.

Made by one function from the handout (``printed_handout``). Columns are in their printed
order; any number of them may be filled in at the meeting, each with a kind of its own.
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
    """A text to compare by where every character counts: without white space alone."""
    return "".join(text.split())


def loose_key(text: str) -> str:
    """A text to compare by where a template may add brackets and points; a sign may be a mark."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LNS")


class FillKind(enum.Enum):
    """What is filled in: a mark in one of some boxes, a word, a text, a mark, a value."""

    BOXES = enum.auto()
    WORD = enum.auto()
    TEXT = enum.auto()
    MARK = enum.auto()
    VALUE = enum.auto()


@dataclass(frozen=True, slots=True)
class FillColumn:
    """A column that is filled in at the meeting.

    The tags of its controls are ``<key>.<row>.<k>``. ``words`` are those for an answer that has
    no value of its own.
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
        """What can be chosen; nothing where anything else is filled in."""
        return self.column.choices


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """A column of the paper.

    ``headings`` are what may stand above it, each from the top down in one string, and
    ``own`` the last of them. ``exact``: every character of its cells counts. ``role`` is
    "no" or "name" for the columns that tell a row. ``choices`` are those that its cells
    show, ``has_boxes`` with a box before each. ``fill`` is what is filled in there,
    ``remarks`` the text column that stands inside of the same cell. ``is_inside``: its boxes
    stand in the cell of the column before it, below what is printed there.
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
    """A row of the paper: ``cells`` are the texts of the columns, empty where filled in.

    ``identity`` is what tags and answers call it: its number, or its position. ``merged``
    are the places of cells that are one with those above or below.
    """

    identity: int
    name: str
    cells: tuple[str, ...]
    merged: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Printed:
    """The whole paper. ``seen`` are the columns that the council has before it.

    ``between`` are the texts of the table's rows that are none of the records: a group, the
    total. ``around`` are the texts outside of the table by their places; ``facts`` the
    printed lines that tell the meeting.
    """

    columns: tuple[PrintedColumn, ...]
    rows: tuple[PrintedRow, ...]
    seen: frozenset[str] = frozenset()
    between: frozenset[str] = frozenset()
    around: tuple[tuple[str, str], ...] = ()
    facts: tuple[str, ...] = ()

    def place(self, role: str) -> int | None:
        """The place of the column that has a role; None where the paper has none."""
        return next((k for k, each in enumerate(self.columns) if each.role == role), None)

    @property
    def fill_places(self) -> tuple[int, ...]:
        """The places of the columns that are filled in."""
        return tuple(k for k, each in enumerate(self.columns) if each.fill is not None)

    @property
    def fills(self) -> tuple[FillColumn, ...]:
        """The columns that are filled in and have cells of their own."""
        return tuple(each.fill for each in self.columns if each.fill is not None)

    @property
    def against(self) -> frozenset[str]:
        """The columns that an answer is compared with."""
        return frozenset(fill.column.against for fill in self.fills if fill.column.against)

    @property
    def form_words(self) -> tuple[str, ...]:
        """Every choice and word that can be an answer."""
        words = (word for fill in self.fills for word in (*fill.choices, *fill.words))
        return tuple(dict.fromkeys(words))

    def digest(self, cells: tuple[str, ...]) -> str:
        """What tells a row's printed cells from any others', in twelve digits."""
        keys = [
            exact_key(text) if column.exact else loose_key(text)
            for column, text in zip(self.columns, cells, strict=True)
            if column.fill is None
        ]
        return hashlib.sha256("\x1f".join(keys).encode("utf-8", "surrogatepass")).hexdigest()[:12]
