"""A handout as it was printed, described for whoever reads a filled-in one.

Made by one function from the handout (``opinions.printed``). Columns are in their printed
order; any number of them may be filled in at the meeting, each with a kind of its own.
"""

from __future__ import annotations

import enum
import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.model.records import OpinionStatus

# What stays of a text that a template may put into brackets: letters, figures and boxes.
_BOXES = frozenset("■□")


def exact_key(text: str) -> str:
    """A text to compare by where every character counts: without white space alone."""
    return "".join(text.split())


def loose_key(text: str) -> str:
    """A text to compare by where a template may add brackets and points."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(char for char in folded if char.isalnum() or char in _BOXES)


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

    ``tag`` begins the tags of its controls: ``<tag>.<row>.<k>``. ``words`` are those for an
    answer that is no choice. ``allowed`` are the values of a scale; empty for any.
    """

    key: str
    title: str
    kind: FillKind
    tag: str
    choices: tuple[str, ...] = ()
    words: Mapping[str, OpinionStatus] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """A column of the paper.

    ``headings`` are what may stand above it, each from the top down in one string, and
    ``own`` the last of them. ``exact``: every character of its cells counts. ``fill`` is
    what is filled in there, ``remarks`` the text column that stands inside of the same cell.
    """

    key: str
    title: str
    headings: tuple[str, ...]
    own: str = ""
    exact: bool = True
    fill: FillColumn | None = None
    remarks: FillColumn | None = None


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row of the paper: ``cells`` are the texts of the columns, empty where filled in.

    ``identity`` is what tags and answers call it: its number, or its position.
    """

    identity: int
    no: str
    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Printed:
    """The whole paper. ``against`` is the column that the opinions are compared with.

    ``around`` are the texts outside of the table by their places; ``facts`` the printed
    lines that tell the meeting.
    """

    columns: tuple[PrintedColumn, ...]
    rows: tuple[PrintedRow, ...]
    against: str | None = None
    around: tuple[tuple[str, str], ...] = ()
    facts: tuple[str, ...] = ()

    def place(self, key: str) -> int | None:
        """The place of a column among the columns."""
        return next((k for k, each in enumerate(self.columns) if each.key == key), None)

    @property
    def fill_places(self) -> tuple[int, ...]:
        """The places of the columns that are filled in."""
        return tuple(k for k, each in enumerate(self.columns) if each.fill is not None)

    @property
    def form_words(self) -> tuple[str, ...]:
        """Every choice and word that can be an answer."""
        fills = [each.fill for each in self.columns if each.fill is not None]
        return tuple(dict.fromkeys(word for fill in fills for word in (*fill.choices, *fill.words)))

    def digest(self, cells: tuple[str, ...]) -> str:
        """What tells a row's printed cells from any others', in twelve digits."""
        keys = [
            exact_key(text) if column.exact else loose_key(text)
            for column, text in zip(self.columns, cells, strict=True)
            if column.fill is None
        ]
        return hashlib.sha256("\x1f".join(keys).encode("utf-8", "surrogatepass")).hexdigest()[:12]
