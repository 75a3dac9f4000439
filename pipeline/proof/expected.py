"""What must be on the paper: the handout in, the values of each place out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.model.handout import Handout, Line, TableRow


@dataclass(frozen=True, slots=True)
class ExpectedColumn:
    """A column: its name in messages and the words printed above it, from the top."""

    title: str
    heading: str


@dataclass(frozen=True, slots=True)
class ExpectedRow:
    """A row, a group's heading or the total: column by column, the lines in their order.

    ``no`` names a row of the records; it is empty for the others.
    """

    no: str
    cells: tuple[tuple[Line, ...], ...]

    @property
    def first(self) -> str:
        """The first text of the row, to know it by."""
        return next((line.shown for cell in self.cells for line in cell if line.shown), "")

    @property
    def text(self) -> str:
        """All of its texts."""
        return "".join(line.shown for cell in self.cells for line in cell)


@dataclass(frozen=True, slots=True)
class Expected:
    """Everything that the file must hold. ``note`` stands on every page."""

    around: tuple[tuple[str, str], ...]
    note: str | None
    columns: tuple[ExpectedColumn, ...]
    rows: tuple[ExpectedRow, ...]


def expected(handout: Handout) -> Expected:
    """The values of a handout, each with its place."""
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
