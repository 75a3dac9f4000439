"""The header of the table: the columns' paths in, levels of cells with spans out.

Neighbours whose paths begin alike share one cell; a column without a heading of its own
shares the lowest cell above it; what has no level below goes on to the last one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from pipeline.model.columns import Column
from pipeline.model.handout import Heading

WordsOf = Callable[[str], str]


def heading_levels(
    columns: Sequence[Column],
    filled: WordsOf = str,
    note: WordsOf = lambda _: "",
) -> tuple[tuple[Heading, ...], ...]:
    """The levels from the top; each has a cell for every column, those that go on included.

    ``filled`` puts the meeting's values into a heading, ``note`` gives the note of one. Lines
    still hold their allowed breaks; ``documents.widths`` breaks them.
    """
    depth = max((_depth(column) for column in columns), default=1)
    cells = _cells(list(enumerate(columns)), 0, depth, filled, note)
    levels: list[list[Heading]] = [[] for _ in range(depth)]
    for level, cell in cells:
        levels[level].append(cell)
    return tuple(tuple(sorted(level, key=lambda cell: cell.column)) for level in levels)


def _depth(column: Column) -> int:
    shares = column.heading == "" and column.under
    return len(column.under) + (0 if shares else 1)


def _cells(
    columns: list[tuple[int, Column]], level: int, depth: int, filled: WordsOf, note: WordsOf
) -> Iterator[tuple[int, Heading]]:
    """The cells over some neighbours from a level downwards, each with its level."""

    def above(item: tuple[int, Column]) -> str | int:
        """The heading at this level, or the column itself where it has none left."""
        place, column = item
        return filled(column.under[level]) if level < len(column.under) else place

    for key, grouped in groupby(columns, key=above):
        own = list(grouped)
        column = own[0][1]
        is_group = isinstance(key, str)
        words = key if isinstance(key, str) else filled(column.heading)
        ends = all(_depth(each) <= level + 1 for _, each in own) or not is_group
        cell = Heading(
            lines=(words,),
            note=(note(words),),
            column=own[0][0],
            colspan=len(own),
            rowspan=depth - level if ends else 1,
            style="head" if is_group else f"head head-{column.kind}",
        )
        yield from _down(cell, level)
        if not ends:
            yield from _cells(own, level + 1, depth, filled, note)


def _down(cell: Heading, level: int) -> Iterator[tuple[int, Heading]]:
    """A cell and, where it goes on below, the cells that it goes on in."""
    if cell.rowspan == 1:
        yield level, cell
        return
    yield level, replace(cell, merge="restart")
    for below in range(level + 1, level + cell.rowspan):
        yield below, replace(cell, lines=(), note=(), rowspan=1, merge="continue")
