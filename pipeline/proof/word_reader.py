"""Read back the visible content of a Word file: its bytes in, a :class:`ReadFile` out.

It uses ``base.word``, which is independent of the library that wrote the file. That library
could not find its own errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipeline.base.word import Oddity as Odd
from pipeline.base.word import Passage, WordCell, WordRow, WordTable, open_package, read
from pipeline.proof.read_back import ReadBox, ReadCell, ReadFile, ReadRow, ReadTable

_MM_PER_TWIP = 25.4 / 1440


def read_word(content: bytes) -> ReadFile:
    """Read the table of the handout, and the text around it."""
    document = read(open_package(content))
    # Any other table is a legend or a frame for a seal.
    main_table = max(
        document.tables, key=lambda table: (table.columns, len(table.rows)), default=None
    )
    outside: list[Passage] = []
    whole: list[Passage] = []
    for block in (*document.body, *document.edges):
        passages = [block] if isinstance(block, Passage) else list(_cells(block))
        whole += passages
        outside += [] if block is main_table else passages
    tables = () if main_table is None else (_table(main_table, document.room),)
    unseen = "".join(passage.unseen for passage in outside)
    return ReadFile((_text(outside),), _text(whole), tables, is_word=True, unseen_around=unseen)


def _text(passages: Iterable[Passage]) -> str:
    return "\n".join(passage.text for passage in passages)


def _cells(table: WordTable) -> Iterator[WordCell]:
    return (cell for row in table.rows for cell in row.cells)


def _table(table: WordTable, room: int | None) -> ReadTable:
    """The headings of each column from the header rows, and the rows of the body."""
    heads = [row for row in table.rows if row.is_heading]
    width = max((row.cells[-1].end for row in table.rows if row.cells), default=0)
    headings = tuple("".join(_covering(row, column) for row in heads) for column in range(width))
    rows = tuple(_row(row) for row in table.rows if not row.is_heading)
    overhang = 0 if room is None else max(0, table.width - room) * _MM_PER_TWIP
    return ReadTable(headings, rows, overhang)


def _covering(row: WordRow, column: int) -> str:
    """The text of the cell that covers a grid column."""
    return next((cell.text for cell in row.cells if cell.start <= column < cell.end), "")


def _row(row: WordRow) -> ReadRow:
    """One cell per grid column; empty where a merged cell continues."""
    is_hidden = any(odd.kind is Odd.HIDDEN for odd in row.odds)
    cells: list[ReadCell] = []
    for cell in row.cells:
        read_cell = ReadCell(cell.text, _boxes(cell), cell.unseen)
        if is_hidden:
            read_cell = ReadCell(unseen=cell.text + cell.unseen)
        cells += [read_cell, *[ReadCell()] * (cell.end - cell.start - 1)]
    return ReadRow(tuple(cells))


def _boxes(cell: WordCell) -> Mapping[str, tuple[ReadBox, ...]]:
    """The check-box controls of a cell by tag."""
    boxes: dict[str, tuple[ReadBox, ...]] = {}
    for control in cell.controls:
        if control.checked is not None and control.tag:
            mark = "".join(p.text for p in cell.pieces() if p.control == control.number)
            boxes[control.tag] = (*boxes.get(control.tag, ()), ReadBox(control.checked, mark))
    return boxes
