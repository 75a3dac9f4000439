"""Lay out the header of the table: the columns' paths in, levels of cells with spans out.

Neighbouring columns whose paths begin with the same words share one cell. A column without
its own heading shares the lowest cell above it. A cell without a level below it extends down
to the last level.
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
    """The levels of the header from the top, each with cells over all columns.

    A cell that extends over several levels has a continuation cell in each level below.
    ``filled`` inserts the meeting's values into a heading, ``note`` returns a heading's note.
    The lines still contain the marks of allowed breaks; ``documents.widths`` breaks them.
    """
    depth = max((_depth(column) for column in columns), default=1)
    cells = _cells(list(enumerate(columns)), 0, depth, filled, note)
    levels: list[list[Heading]] = [[] for _ in range(depth)]
    for level, cell in cells:
        levels[level].append(cell)
    return tuple(tuple(sorted(level, key=lambda cell: cell.column)) for level in levels)


def _depth(column: Column) -> int:
    shares_cell = column.heading == "" and column.under
    return len(column.under) + (0 if shares_cell else 1)


def _cells(
    columns: list[tuple[int, Column]], level: int, depth: int, filled: WordsOf, note: WordsOf
) -> Iterator[tuple[int, Heading]]:
    """The cells above neighbouring columns, from a level downwards, each with its level."""

    def shared_heading(item: tuple[int, Column]) -> str | int:
        """The heading at this level, or the column's place if it has no further heading."""
        place, column = item
        return filled(column.under[level]) if level < len(column.under) else place

    for key, grouped in groupby(columns, key=shared_heading):
        members = list(grouped)
        column = members[0][1]
        is_group = isinstance(key, str)
        words = key if isinstance(key, str) else filled(column.heading)
        is_lowest = all(_depth(each) <= level + 1 for _, each in members) or not is_group
        cell = Heading(
            lines=(words,),
            note=(note(words),),
            column=members[0][0],
            colspan=len(members),
            rowspan=depth - level if is_lowest else 1,
            style="head" if is_group else f"head head-{column.kind}",
        )
        yield from _with_continuations(cell, level)
        if not is_lowest:
            yield from _cells(members, level + 1, depth, filled, note)


def _with_continuations(cell: Heading, level: int) -> Iterator[tuple[int, Heading]]:
    """A cell and, if it extends over several levels, its continuation cells below."""
    if cell.rowspan == 1:
        yield level, cell
        return
    yield level, replace(cell, merge="restart")
    for below in range(level + 1, level + cell.rowspan):
        yield below, replace(cell, lines=(), note=(), rowspan=1, merge="continue")
