"""The handout as it will be printed: a grid of cells with spans, for both templates."""

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
    """One choice with its box. ``tag`` names the Word control, None where there is none.

    ``alias`` is what Word shows as the control's name.
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

    ``box`` stands before its text, where there is one. ``is_filled``: it belongs to a column
    that the council fills in.
    """

    text: str
    style: str
    box: Box | None = None
    is_filled: bool = False

    @property
    def shown(self) -> str:
        """The paragraph as a reader sees it."""
        return f"{self.box.mark} {self.text}" if self.box else self.text


@dataclass(frozen=True, slots=True)
class Heading:
    """A cell of the header: its lines and those of its note, its first column and its spans.

    ``notes`` are those of every edition, of which ``note`` is this one's in its lines.
    ``style`` is its own style; ``merge`` is "restart" where it goes on below, "continue" in
    the rows that it goes on in (only Word has cells for those), else "".
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
        """Its words."""
        return "".join(self.lines)

    @property
    def own_style(self) -> str:
        """The style of its lines in Word: only headings of scores have a smaller one."""
        return "head-score" if "head-score" in self.style else "head"

    @property
    def scope(self) -> str:
        """What HTML says of the cells that it is the header of."""
        return "colgroup" if self.colspan > 1 else "col"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the body: its column, its paragraphs and its spans.

    ``styles`` are classes in HTML, the column's kind and key; ``role`` is "head" for the
    cell that names its row and "group" for a heading of rows; ``merge`` is as in
    :class:`Heading`, ``is_last`` tells the lowest of the cells that are merged.
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
    """A row of the body: of the records, or the heading of a group, or the total.

    ``no`` names a row of the records in the document: its number, else its position.
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
    """A column's own paragraph style: its identity, its name, the one that it is based on."""

    identity: str
    name: str
    base: str
    align: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout(Document):
    """One edition of the table on one paper.

    ``facts`` are the lines under the title (session, date, place), ``remark`` the line above
    the table (（単位：千円）); both are empty where nothing is known. ``heading`` has a tuple of
    cells for each level, those that only go on included.
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
        """What names each row of the records."""
        return tuple(row.no for row in self.rows if row.role == "row")

    @property
    def own_headings(self) -> tuple[tuple[Heading, ...], ...]:
        """The levels of the header without the cells that only go on: those that HTML has."""
        return tuple(
            tuple(cell for cell in level if cell.merge != "continue") for level in self.heading
        )

    def above(self, place: int) -> tuple[Heading, ...]:
        """The headings over a column of the grid, from the top down."""
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
