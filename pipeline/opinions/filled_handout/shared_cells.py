"""Part the cells that hold boxes of a column printed inside another: a file in, a file out.

Every cell of the paper's rows is then that of one column of the paper, as if its boxes had a
cell of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.base.word import WordCell, WordDocument, WordLine, WordRow, WordTable
from pipeline.model.printed import Printed, PrintedColumn
from pipeline.opinions.filled_handout.marks import boxes_of


def parted(document: WordDocument, printed: Printed) -> WordDocument:
    """The file with the cells of the paper's columns; itself where no column is inside another."""
    if not any(column.is_inside for column in printed.columns):
        return document
    body = (
        replace(block, rows=tuple(_row(row, printed) for row in block.rows))
        if isinstance(block, WordTable)
        else block
        for block in document.body
    )
    return replace(document, body=tuple(body))


def _row(row: WordRow, printed: Printed) -> WordRow:
    """A row; one that has not a cell for every column stays as it is."""
    own = [k for k, column in enumerate(printed.columns) if not column.is_inside]
    if len(row.cells) != len(own):
        return row
    ends = [*own[1:], len(printed.columns)]
    columns = (printed.columns[first + 1 : end] for first, end in zip(own, ends, strict=True))
    cells = zip(row.cells, columns, strict=True)
    return replace(row, cells=tuple(part for each, inner in cells for part in _parts(each, inner)))


def _parts(cell: WordCell, inner: tuple[PrintedColumn, ...]) -> Iterator[WordCell]:
    """The cell's own lines, then those from the first box of each column inside of it."""
    starts = [_start(cell, column) for column in inner]
    for k, start in reversed(list(enumerate(starts))):
        later = [each for each in starts[k + 1 :] if each is not None]
        if start is None or any(start >= each for each in later):
            starts[k] = None
    firsts = [len(cell.lines) if start is None else start for start in starts]
    ends = [min([len(cell.lines), *firsts[k:]]) for k in range(len(firsts) + 1)]
    yield _part(cell, 0, ends[0], is_host=True) if inner else cell
    for k, start in enumerate(starts):
        end = ends[k + 1]
        yield _part(cell, end if start is None else start, end)


def _start(cell: WordCell, column: PrintedColumn) -> int | None:
    """The line with the first box of a column: by its control, else the last that looks so.

    The boxes of the host stand above, and may have the same words.
    """
    tag = f"{column.key}."
    numbers = {control.number for control in cell.controls if control.tag.startswith(tag)}
    found = [k for k, line in enumerate(cell.lines) if _numbers(line) & numbers]
    if found:
        return found[0]
    begins = [
        k
        for k, line in enumerate(cell.lines)
        if (boxes := boxes_of(line, column.choices)) and boxes[0].label == column.choices[0]
    ]
    return begins[-1] if begins else None


def _numbers(line: WordLine) -> frozenset[int]:
    return frozenset(piece.control for piece in line.pieces if piece.control is not None)


def _part(cell: WordCell, start: int, end: int, *, is_host: bool = False) -> WordCell:
    """Some lines with their controls; what can't be placed goes to those that are filled in."""
    lines = cell.lines[start:end]
    inside = frozenset().union(*map(_numbers, lines))
    elsewhere = frozenset().union(*map(_numbers, cell.lines)) - inside
    controls = tuple(
        each
        for each in cell.controls
        if each.number in inside or (each.number not in elsewhere and not is_host)
    )
    return replace(cell, lines=lines, controls=controls)
