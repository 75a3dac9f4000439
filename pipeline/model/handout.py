"""The handout as it will be printed: a grid of cells with spans, for Word and HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipeline.model.document import Document
from pipeline.model.editions import Edition

CHECKED = "■"
UNCHECKED = "□"


@dataclass(frozen=True, slots=True)
class Box:
    """One choice with its box. ``tag`` is the tag of the Word control, None without a control.

    ``alias`` is the control's name that Word shows.
    """

    label: str
    checked: bool
    tag: str | None = None
    alias: str = ""

    @property
    def mark(self) -> str:
        """■ or □."""
        return CHECKED if self.checked else UNCHECKED


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of a cell. ``style`` is its style in Word and its class in HTML.

    ``box``, if any, is printed before its text. ``is_filled``: it belongs to a column that
    the council fills in.
    """

    text: str
    style: str
    box: Box | None = None
    is_filled: bool = False

    @property
    def shown(self) -> str:
        """The printed text of the paragraph."""
        return f"{self.box.mark} {self.text}" if self.box else self.text


@dataclass(frozen=True, slots=True)
class Heading:
    """A cell of the header: its lines, the lines of its note, its first column and its spans.

    ``notes`` are the notes of all editions; ``note`` are the lines of this edition's note.
    ``merge`` is "restart" if the cell is merged with cells below it, "continue" for those
    merged cells (only Word has them), else "".
    """

    lines: tuple[str, ...]
    note: tuple[str, ...]
    column: int
    colspan: int = 1
    rowspan: int = 1
    style: str = "head"
    merge: str = ""
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Its lines as one text."""
        return "".join(self.lines)

    @property
    def own_style(self) -> str:
        """The style of its lines in Word: headings of scores have a smaller style."""
        return "head-score" if "head-score" in self.style else "head"

    @property
    def scope(self) -> str:
        """The value of the HTML attribute ``scope``."""
        return "colgroup" if self.colspan > 1 else "col"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the body: its column, its paragraphs and its spans.

    ``styles`` are its classes in HTML: the column's kind and key. ``role`` is "head" for the
    cell that names its row and "group" for a heading of rows; ``merge`` is as in
    :class:`Heading`; ``is_last`` is true for the lowest of merged cells.
    """

    column: int
    lines: tuple[Line, ...]
    styles: str = ""
    role: str = ""
    colspan: int = 1
    merge: str = ""
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of the body: a row of the records, the heading of a group, or the total.

    ``no`` is the number of a row of the records, or its position if it has no number.
    """

    cells: tuple[Cell, ...]
    no: str = ""
    role: str = "row"


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column of the grid, for messages: its key, its name and its width in millimetres."""

    key: str
    name: str
    width: float


@dataclass(frozen=True, slots=True)
class Style:
    """The paragraph style of a column: its id, its name and the style that it is based on."""

    identity: str
    name: str
    base: str
    align: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout(Document):
    """One edition of the table on one paper.

    ``facts`` are the lines under the title (session, date, place), ``remark`` is the line above
    the table (（単位：千円）); both are empty if nothing is known. ``heading`` has a tuple of
    cells for each level, including the cells that continue a merged one.
    """

    template: ClassVar[str] = "handout"

    edition: Edition
    facts: tuple[str, ...]
    remark: str
    heading: tuple[tuple[Heading, ...], ...]
    grid: tuple[GridColumn, ...]
    rows: tuple[TableRow, ...]
    styles: tuple[Style, ...] = ()

    @property
    def columns(self) -> tuple[float, ...]:
        """Widths of the table's columns in millimetres, left to right."""
        return tuple(column.width for column in self.grid)

    @property
    def row_numbers(self) -> tuple[str, ...]:
        """The number or position of each row of the records."""
        return tuple(row.no for row in self.rows if row.role == "row")

    @property
    def own_headings(self) -> tuple[tuple[Heading, ...], ...]:
        """The levels of the header without the cells that continue a merged one, as in HTML."""
        return tuple(
            tuple(cell for cell in level if cell.merge != "continue") for level in self.heading
        )

    def above(self, place: int) -> tuple[Heading, ...]:
        """The headings above the column at a place of the grid, from the top down."""
        return tuple(
            cell
            for level in self.own_headings
            for cell in level
            if cell.column <= place < cell.column + cell.colspan
        )

    @property
    def boxes(self) -> Iterator[Box]:
        """Every box that is a control in Word."""
        for row in self.rows:
            for cell in row.cells:
                yield from (line.box for line in cell.lines if line.box and line.box.tag)

    def _printed(self) -> Iterator[str]:
        yield from (self.number, self.title, *self.facts, self.remark)
        for level in self.own_headings:
            for heading in level:
                yield from (heading.text, "".join(heading.note))
        for row in self.rows:
            for cell in row.cells:
                yield from (line.shown for line in cell.lines)
