"""The values that the file must contain: the handout in, the values of each place out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.model.handout import Handout, Line, TableRow


@dataclass(frozen=True, slots=True)
class ExpectedColumn:
    """A column: its name in messages, and the text of its headings from top to bottom."""

    title: str
    heading: str


@dataclass(frozen=True, slots=True)
class ExpectedRow:
    """A row, a group's heading or the total: the lines of each column in order.

    ``no`` is the number of a project's row; it is empty for other rows.
    """

    no: str
    cells: tuple[tuple[Line, ...], ...]

    @property
    def first(self) -> str:
        """The first text of the row, which identifies it."""
        return next((line.shown for cell in self.cells for line in cell if line.shown), "")

    @property
    def text(self) -> str:
        """All texts of the row."""
        return "".join(line.shown for cell in self.cells for line in cell)


@dataclass(frozen=True, slots=True)
class Expected:
    """Everything that the file must contain. ``note`` must be on every page."""

    around: tuple[tuple[str, str], ...]
    note: str | None
    columns: tuple[ExpectedColumn, ...]
    rows: tuple[ExpectedRow, ...]


def expected(handout: Handout) -> Expected:
    """The values of a handout with their places."""
    around = (("資料番号", handout.number), ("表題", handout.title), ("表の上の注", handout.remark))
    return Expected(
        around=(*around, *(("開催情報", fact) for fact in handout.facts)),
        note=handout.note,
        columns=tuple(_columns(handout)),
        rows=tuple(_row(row, len(handout.grid)) for row in handout.rows),
    )


def _columns(handout: Handout) -> Iterator[ExpectedColumn]:
    for place, column in enumerate(handout.grid):
        words = "".join(cell.text + "".join(cell.note) for cell in handout.above(place))
        yield ExpectedColumn(column.name, words)


def _row(row: TableRow, width: int) -> ExpectedRow:
    cells: list[tuple[Line, ...]] = [()] * width
    for cell in row.cells:
        cells[cell.column] = cell.lines
    return ExpectedRow(row.no, tuple(cells))
