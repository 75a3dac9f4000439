"""Split the cells that contain boxes of a column printed inside another: a file in, a file out.

Afterwards each cell of the handout's rows belongs to one column, as if the boxes had been
printed in a separate cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.base.word import WordCell, WordDocument, WordLine, WordRow, WordTable
from pipeline.model.printed import Printed, PrintedColumn
from pipeline.opinions.filled_handout.marks import boxes_of


def split_cells(document: WordDocument, printed: Printed) -> WordDocument:
    """The file with one cell for each column; unchanged if no column is inside another."""
    if not any(column.is_inside for column in printed.columns):
        return document
    body = (
        replace(block, rows=tuple(_split_row(row, printed) for row in block.rows))
        if isinstance(block, WordTable)
        else block
        for block in document.body
    )
    return replace(document, body=tuple(body))


def _split_row(row: WordRow, printed: Printed) -> WordRow:
    """The row with split cells; unchanged if it does not have a cell for every column."""
    own = [k for k, column in enumerate(printed.columns) if not column.is_inside]
    if len(row.cells) != len(own):
        return row
    ends = [*own[1:], len(printed.columns)]
    columns = (printed.columns[first + 1 : end] for first, end in zip(own, ends, strict=True))
    cells = zip(row.cells, columns, strict=True)
    return replace(
        row, cells=tuple(part for cell, inner in cells for part in _split_cell(cell, inner))
    )


def _split_cell(cell: WordCell, inner: tuple[PrintedColumn, ...]) -> Iterator[WordCell]:
    """The cell's own lines, then for each column inside the lines from its first box on."""
    starts = [_first_line(cell, column) for column in inner]
    for k, start in reversed(list(enumerate(starts))):
        later = [other for other in starts[k + 1 :] if other is not None]
        if start is None or any(start >= other for other in later):
            starts[k] = None
    firsts = [len(cell.lines) if start is None else start for start in starts]
    ends = [min([len(cell.lines), *firsts[k:]]) for k in range(len(firsts) + 1)]
    yield _cell_of_lines(cell, 0, ends[0], is_host=True) if inner else cell
    for k, start in enumerate(starts):
        end = ends[k + 1]
        yield _cell_of_lines(cell, end if start is None else start, end)


def _first_line(cell: WordCell, column: PrintedColumn) -> int | None:
    """The line with the first box of a column: by its control, else by its first choice.

    The last such line counts: the boxes of the host are above, and may have the same words.
    """
    tag = f"{column.key}."
    numbers = {control.number for control in cell.controls if control.tag.startswith(tag)}
    found = [k for k, line in enumerate(cell.lines) if _control_numbers(line) & numbers]
    if found:
        return found[0]
    begins = [
        k
        for k, line in enumerate(cell.lines)
        if (boxes := boxes_of(line, column.choices)) and boxes[0].label == column.choices[0]
    ]
    return begins[-1] if begins else None


def _control_numbers(line: WordLine) -> frozenset[int]:
    return frozenset(piece.control for piece in line.pieces if piece.control is not None)


def _cell_of_lines(cell: WordCell, start: int, end: int, *, is_host: bool = False) -> WordCell:
    """A cell of some lines; a control that is in no line is added to cells to fill in only."""
    lines = cell.lines[start:end]
    inside = frozenset().union(*map(_control_numbers, lines))
    elsewhere = frozenset().union(*map(_control_numbers, cell.lines)) - inside
    controls = tuple(
        control
        for control in cell.controls
        if control.number in inside or (control.number not in elsewhere and not is_host)
    )
    return replace(cell, lines=lines, controls=controls)
