"""What is seen in a Word file: passages, tables, rows, cells, lines, pieces."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


class Oddity(enum.Enum):
    """What keeps a text from being plain, or is seen and is no text at all."""

    # Looks of a text.
    STRUCK = enum.auto()
    HIDDEN = enum.auto()
    FAINT = enum.auto()
    TINY = enum.auto()
    EFFECT = enum.auto()
    SYMBOL = enum.auto()
    # Where a text comes from.
    FIELD = enum.auto()
    LINK = enum.auto()
    RUBY = enum.auto()
    NUMBERED = enum.auto()
    FRAMED = enum.auto()
    DELETED = enum.auto()
    # What stands beside the text.
    DRAWING = enum.auto()
    TEXT_BOX = enum.auto()
    COMMENT = enum.auto()
    NOTE = enum.auto()
    ALTERNATE = enum.auto()
    EQUATION = enum.auto()
    TABLE = enum.auto()
    CONTROL = enum.auto()
    BOUND = enum.auto()
    PLACEHOLDER = enum.auto()
    UNKNOWN = enum.auto()
    # Rows and cells.
    MERGED_DOWN = enum.auto()
    SHIFTED = enum.auto()
    FIXED = enum.auto()
    INSERTED = enum.auto()


@dataclass(frozen=True, slots=True)
class Odd:
    """Something odd, with its words where it has any.

    ``floats``: it may lie over anything on its page, wherever it is anchored.
    """

    kind: Oddity
    text: str = ""
    floats: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """A content control; ``checked`` is the state of a check box, None for any other."""

    number: int
    tag: str
    checked: bool | None

    @property
    def of_a_row(self) -> bool:
        """Whether its tag has a row in it; other programs put tags of their own around a text."""
        return "." in self.tag


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters of one look. ``stress`` are the looks that make it stand out.

    ``control`` is the number of the check box that it stands in.
    """

    text: str
    oddities: frozenset[Oddity] = frozenset()
    stress: frozenset[str] = frozenset()
    control: int | None = None

    @property
    def is_seen(self) -> bool:
        """Whether it is on the paper at all."""
        return Oddity.HIDDEN not in self.oddities


@dataclass(frozen=True, slots=True)
class WordLine:
    """A line as typed: a paragraph, or a part of one between line breaks."""

    pieces: tuple[Piece, ...] = ()

    @property
    def text(self) -> str:
        """What is on the paper."""
        return "".join(piece.text for piece in self.pieces if piece.is_seen)

    @property
    def unseen(self) -> str:
        """What is in the file and not on the paper."""
        return "".join(piece.text for piece in self.pieces if not piece.is_seen)


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines with the controls among them, and what is odd there."""

    lines: tuple[WordLine, ...] = ()
    controls: tuple[Control, ...] = ()
    odds: tuple[Odd, ...] = ()

    @property
    def text(self) -> str:
        """What is on the paper, line by line."""
        return "\n".join(line.text for line in self.lines)

    @property
    def unseen(self) -> str:
        """What is in the file and not on the paper."""
        return "".join(line.unseen for line in self.lines)

    def pieces(self) -> Iterator[Piece]:
        """All pieces, in their order."""
        for line in self.lines:
            yield from line.pieces

    def words_aside(self) -> str:
        """The words of what stands beside the text: text boxes, comments, notes."""
        return "\n".join(odd.text for odd in self.odds if odd.text)


@dataclass(frozen=True, slots=True)
class WordCell(Passage):
    """A cell: ``start`` and ``end`` (excluded) are its columns in the table's grid."""

    start: int = 0
    end: int = 1


@dataclass(frozen=True, slots=True)
class WordRow:
    """A row; ``place`` counts from 1, ``is_heading`` where it repeats on every page.

    ``is_deleted``: with tracked changes, so that it is no longer there.
    """

    place: int
    cells: tuple[WordCell, ...]
    is_heading: bool = False
    is_deleted: bool = False
    odds: tuple[Odd, ...] = ()

    @property
    def text(self) -> str:
        """What is on the paper, cell by cell."""
        return "\n".join(cell.text for cell in self.cells)


@dataclass(frozen=True, slots=True)
class WordTable:
    """A table that stands in no other; ``number`` counts from 1, ``width`` is in twips.

    ``floats``: it has a place of its own on its page, wherever it is anchored.
    """

    number: int
    rows: tuple[WordRow, ...]
    columns: int = 0
    width: int = 0
    floats: bool = False


@dataclass(frozen=True, slots=True)
class WordDocument:
    """A Word file as it is seen.

    ``body`` has passages and tables in reading order, ``edges`` the headers, footers and
    notes. ``tags`` says how often each content control's tag stands in the file.
    ``loose`` are comments that no place of the text refers to. ``room`` is what the margins
    of the narrowest page leave, in twips; None where the file does not tell.
    """

    body: tuple[Passage | WordTable, ...]
    edges: tuple[Passage, ...] = ()
    loose: tuple[Odd, ...] = ()
    tags: Mapping[str, int] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    room: int | None = None

    @property
    def tables(self) -> tuple[WordTable, ...]:
        """The tables, in reading order."""
        return tuple(each for each in self.body if isinstance(each, WordTable))
