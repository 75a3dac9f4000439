"""Find the rows of the projects: the tables as seen and the printed rows in, pairs out.

A row is a project's by its number and its name together. One that has only one of them,
or that stands twice, is told with the projects that it may be meant for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.base.text import compare_key, parse_whole
from pipeline.base.word import Odd, Oddity, Passage, WordCell, WordDocument, WordRow, WordTable
from pipeline.model.printed import Printed, PrintedRow, exact_key

# Looks of a heading that is not to stand.
_TAKEN_BACK: Final = frozenset({Oddity.STRUCK, Oddity.FAINT, Oddity.TINY})


@dataclass(frozen=True, slots=True)
class SeenRow:
    """A row of a table with what stands above each of its cells.

    ``headings`` are the words above the cells, each from the top down; None in a table
    without any heading.
    """

    table: int
    row: WordRow
    headings: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of each project, the rows that belong to none, and what is no row of ours.

    ``meant`` are the projects that a stray row names by its number or its name. ``others`` are
    what was not printed in a heading and in the rows between the projects. ``tables`` are the
    paper's.
    """

    rows: Mapping[int, tuple[SeenRow, ...]]
    stray: tuple[tuple[SeenRow, tuple[int, ...]], ...]
    others: tuple[Passage, ...]
    tables: frozenset[int]


def find_rows(document: WordDocument, printed: Printed) -> Found:
    """Every row of the file's tables, with its project or without."""
    paper = _Paper.of(printed)
    rows: dict[int, list[SeenRow]] = {}
    stray: list[tuple[SeenRow, tuple[int, ...]]] = []
    others: list[Passage] = []
    ours = [table for table in document.tables if paper.has(table)]
    for table in ours:
        for seen in paper.body(table, others):
            row = paper.row(seen.row)
            if row is not None:
                rows.setdefault(row.identity, []).append(seen)
            elif paper.is_between(seen.row):
                others += [Passage(odds=cell.odds) for cell in seen.row.cells]
            elif _has_anything(seen.row):
                stray.append((seen, tuple(paper.meant(seen.row))))
    for alike in paper.alike:
        stray += _dealt_out(alike, rows)
    paired = {identity: tuple(found) for identity, found in rows.items()}
    numbers = frozenset(each.number for each in ours)
    return Found(paired, tuple(stray), tuple(others), numbers)


def _dealt_out(
    alike: tuple[PrintedRow, ...], rows: dict[int, list[SeenRow]]
) -> Iterator[tuple[SeenRow, tuple[int, ...]]]:
    """Give rows that nothing but their order tells apart to their projects, in that order.

    Where one is missing or too many, all of them are stray.
    """
    seen = rows.pop(alike[0].identity, [])
    if len(seen) == len(alike):
        rows |= {row.identity: [each] for row, each in zip(alike, seen, strict=True)}
        return
    for each in seen:
        yield each, tuple(row.identity for row in alike)


@dataclass(frozen=True, slots=True)
class _Paper:
    """The printed rows by what tells them: number and name, or all of their cells.

    ``alike`` are rows that have even all of these in common.
    """

    printed: Printed
    places: tuple[int, ...]
    rows: Mapping[tuple[str, ...], PrintedRow]
    prefixes: tuple[str, ...]
    alike: tuple[tuple[PrintedRow, ...], ...] = ()

    @classmethod
    def of(cls, printed: Printed) -> _Paper:
        told = (printed.place("no"), printed.place("name"))
        places = tuple(place for place in told if place is not None)
        names = {tuple(_told(row.cells[k]) for k in places) for row in printed.rows}
        if not places or len(names) < len(printed.rows):
            fills = printed.fill_places
            places = tuple(k for k in range(len(printed.columns)) if k not in fills)
        groups: dict[tuple[str, ...], list[PrintedRow]] = {}
        for row in printed.rows:
            groups.setdefault(tuple(_told(row.cells[k]) for k in places), []).append(row)
        fills_of = (printed.columns[k].fill for k in printed.fill_places)
        return cls(
            printed,
            places,
            {key: rows[0] for key, rows in groups.items()},
            tuple(f"{fill.key}." for fill in fills_of if fill is not None),
            tuple(tuple(rows) for rows in groups.values() if len(rows) > 1),
        )

    def is_between(self, row: WordRow) -> bool:
        """Whether a row is as it was printed and none of the records: a group, the total."""
        if any(piece.oddities for cell in row.cells for piece in cell.pieces()):
            return False
        return exact_key("".join(cell.text for cell in row.cells)) in self.printed.between

    def row(self, row: WordRow) -> PrintedRow | None:
        """The printed row that has the same number and name."""
        if len(row.cells) <= max(self.places, default=0):
            return None
        return self.rows.get(tuple(_told(row.cells[k].text) for k in self.places))

    def meant(self, row: WordRow) -> Iterator[int]:
        """The projects that a stray row names: by number, by name, or by its controls."""
        number = self.printed.place("no")
        texts = {
            _told(cell.text)
            for k, cell in enumerate(row.cells)
            # A score of 4 is no project's number.
            if k == number or parse_whole(cell.text.strip()) is None
        } - {""}
        tags = {tag.rsplit(".", 2)[-2] for tag in _tags(row) if tag.startswith(self.prefixes)}
        for keys, each in self.rows.items():
            if texts & set(keys) or str(each.identity) in tags:
                yield each.identity

    def has(self, table: WordTable) -> bool:
        """Whether a table is the paper's: one of its rows, of its controls, or its heading."""
        if any(self.row(row) is not None or self._is_tagged(row) for row in table.rows):
            return True
        wanted = {
            compare_key(heading)
            for k in self.printed.fill_places
            for heading in self.printed.columns[k].headings
        }
        heads = [row for row in table.rows if row.is_heading] or list(table.rows[:2])
        return any(_above(cell, heads) in wanted for row in heads for cell in row.cells)

    def body(self, table: WordTable, others: list[Passage]) -> Iterator[SeenRow]:
        """The rows below the heading, each with the words above its cells.

        What was not printed in a heading goes to the ``others``.
        """
        heads: list[WordRow] = []
        rows = [row for row in table.rows if not row.is_deleted]
        for place, row in enumerate(rows):
            is_first = len(heads) == place and self._is_heading(row)
            if is_first or any(row.text == head.text for head in heads):
                others += map(self._unprinted, row.cells)
                heads += [row] if is_first else []
            else:
                above = tuple(_above(cell, heads) for cell in row.cells) if heads else None
                yield SeenRow(table.number, row, above)

    def _is_heading(self, row: WordRow) -> bool:
        """Whether a row repeats on every page, or has only words of the printed headings."""
        if self._is_tagged(row) or self.row(row) is not None or self.is_between(row):
            return False
        texts = [cell.text for cell in row.cells if cell.text.strip()]
        return row.is_heading or (bool(texts) and all(map(self._is_of_a_heading, texts)))

    def _is_of_a_heading(self, text: str) -> bool:
        told = (heading for each in self.printed.columns for heading in each.headings)
        return any(compare_key(text) in compare_key(heading) for heading in told)

    def _unprinted(self, cell: WordCell) -> Passage:
        """What stands in a heading's cell beside the words that were printed."""
        lines = (each for each in cell.lines if each.unseen or not self._is_of_a_heading(each.text))
        taken_back = (
            Odd(oddity, piece.text)
            for piece in cell.pieces()
            for oddity in piece.oddities & _TAKEN_BACK
        )
        return Passage(tuple(lines), odds=(*cell.odds, *taken_back))

    def _is_tagged(self, row: WordRow) -> bool:
        return any(tag.startswith(self.prefixes) for tag in _tags(row))


def _tags(row: WordRow) -> Iterator[str]:
    """The tags of a row's controls that have a row's number in them."""
    for cell in row.cells:
        for control in cell.controls:
            if control.of_a_row:
                yield control.tag


def _told(text: str) -> str:
    """A number or a name to compare by."""
    number = parse_whole(text.strip())
    return compare_key(text) if number is None else str(number)


def _above(cell: WordCell, heads: list[WordRow]) -> str:
    """The words of the headings that cover a cell, from the top down."""
    covering = (
        each.text
        for head in heads
        for each in head.cells
        if each.start <= cell.start and each.end >= cell.end
    )
    return compare_key("".join(covering))


def _has_anything(row: WordRow) -> bool:
    return any(cell.text.strip() or cell.odds or cell.controls for cell in row.cells)
