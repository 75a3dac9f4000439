"""The visible content of a Word file: passages, tables, rows, cells, lines, pieces."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


class Oddity(enum.Enum):
    """Something that is not plain text: unusual formatting, or a visible part without text."""

    # Formatting of a text.
    STRUCK = enum.auto()
    HIDDEN = enum.auto()
    FAINT = enum.auto()
    TINY = enum.auto()
    EFFECT = enum.auto()
    SYMBOL = enum.auto()
    # Origin of a text.
    FIELD = enum.auto()
    LINK = enum.auto()
    RUBY = enum.auto()
    NUMBERED = enum.auto()
    FRAMED = enum.auto()
    DELETED = enum.auto()
    # Parts other than the text.
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
    """An oddity with its text, if it has any.

    ``floats``: it may cover anything on its page, wherever it is anchored.
    """

    kind: Oddity
    text: str = ""
    floats: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """A content control; ``checked`` is the state of a check box, None for other controls."""

    number: int
    tag: str
    checked: bool | None

    @property
    def of_a_row(self) -> bool:
        """Whether its tag contains a row; other programs may add controls with their own tags."""
        return "." in self.tag


@dataclass(frozen=True, slots=True)
class Piece:
    """Text with the same formatting. ``stress`` is the formatting that emphasises it.

    ``control`` is the number of the check box that contains it.
    """

    text: str
    oddities: frozenset[Oddity] = frozenset()
    stress: frozenset[str] = frozenset()
    control: int | None = None

    @property
    def is_seen(self) -> bool:
        """Whether it is visible in print."""
        return Oddity.HIDDEN not in self.oddities


@dataclass(frozen=True, slots=True)
class WordLine:
    """A line as typed: a paragraph, or a part of a paragraph between line breaks."""

    pieces: tuple[Piece, ...] = ()

    @property
    def text(self) -> str:
        """The visible text."""
        return "".join(piece.text for piece in self.pieces if piece.is_seen)

    @property
    def unseen(self) -> str:
        """The text in the file that is not visible in print."""
        return "".join(piece.text for piece in self.pieces if not piece.is_seen)


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines with their content controls and oddities."""

    lines: tuple[WordLine, ...] = ()
    controls: tuple[Control, ...] = ()
    odds: tuple[Odd, ...] = ()

    @property
    def text(self) -> str:
        """The visible text, line by line."""
        return "\n".join(line.text for line in self.lines)

    @property
    def unseen(self) -> str:
        """The text in the file that is not visible in print."""
        return "".join(line.unseen for line in self.lines)

    def pieces(self) -> Iterator[Piece]:
        """All pieces, in order."""
        for line in self.lines:
            yield from line.pieces

    def words_aside(self) -> str:
        """The words outside of the text: in text boxes, comments, notes."""
        return "\n".join(odd.text for odd in self.odds if odd.text)


@dataclass(frozen=True, slots=True)
class WordCell(Passage):
    """A cell: from ``start`` to ``end`` (excluded) are its columns in the table's grid."""

    start: int = 0
    end: int = 1


@dataclass(frozen=True, slots=True)
class WordRow:
    """A row. ``place`` counts from 1; ``is_heading``: it is repeated on every page.

    ``is_deleted``: a tracked change deletes it.
    """

    place: int
    cells: tuple[WordCell, ...]
    is_heading: bool = False
    is_deleted: bool = False
    odds: tuple[Odd, ...] = ()

    @property
    def text(self) -> str:
        """The visible text, cell by cell."""
        return "\n".join(cell.text for cell in self.cells)


@dataclass(frozen=True, slots=True)
class WordTable:
    """A table outside of other tables; ``number`` counts from 1, ``width`` is in twips.

    ``floats``: it is positioned on its page independently of the text around it.
    """

    number: int
    rows: tuple[WordRow, ...]
    columns: int = 0
    width: int = 0
    floats: bool = False


@dataclass(frozen=True, slots=True)
class WordDocument:
    """The visible content of a Word file.

    ``body`` contains passages and tables in reading order, ``edges`` the headers, footers and
    notes. ``tags`` counts each tag of a content control. ``loose`` are comments without a place
    in the text. ``room`` is the width between the margins of the narrowest page, in twips;
    None if the file does not state it.
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
