"""Find the rows of the projects: the tables as seen and the printed rows in, pairs out.

A row belongs to a project if both its number and its name are the project's. A row with only
one of them is returned as unmatched, with the projects that it may refer to. A project whose
row is repeated gets several rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.base.text import compare_key, parse_whole
from pipeline.base.word import Odd, Oddity, Passage, WordCell, WordDocument, WordRow, WordTable
from pipeline.model.printed import Printed, PrintedRow, exact_key

# Formatting of a heading that was withdrawn.
_WITHDRAWN: Final = frozenset({Oddity.STRUCK, Oddity.FAINT, Oddity.TINY})


@dataclass(frozen=True, slots=True)
class SeenRow:
    """A row of a table with the headings of its cells.

    ``headings`` are the words above the cells, each from the top down; None in a table
    without any heading.
    """

    table: int
    row: WordRow
    headings: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of each project, the unmatched rows, and content added to other rows.

    ``unmatched`` has each row with the projects that its number or its name refers to.
    ``added`` is the content of headings and of rows between the projects that was not
    printed. ``tables`` are the numbers of the handout's tables.
    """

    rows: Mapping[int, tuple[SeenRow, ...]]
    unmatched: tuple[tuple[SeenRow, tuple[int, ...]], ...]
    added: tuple[Passage, ...]
    tables: frozenset[int]


def find_rows(document: WordDocument, printed: Printed) -> Found:
    """Every row of the handout's tables, by project or as unmatched."""
    paper = _PrintedRows.of(printed)
    rows: dict[int, list[SeenRow]] = {}
    unmatched: list[tuple[SeenRow, tuple[int, ...]]] = []
    added: list[Passage] = []
    ours = [table for table in document.tables if paper.contains(table)]
    for table in ours:
        for seen in paper.body(table, added):
            row = paper.row(seen.row)
            if row is not None:
                rows.setdefault(row.identity, []).append(seen)
            elif paper.is_between(seen.row):
                added += [Passage(odds=cell.odds) for cell in seen.row.cells]
            elif _has_content(seen.row):
                unmatched.append((seen, tuple(paper.possible_projects(seen.row))))
    for identical in paper.identical:
        unmatched += _assigned_by_order(identical, rows)
    paired = {identity: tuple(found) for identity, found in rows.items()}
    numbers = frozenset(table.number for table in ours)
    return Found(paired, tuple(unmatched), tuple(added), numbers)


def _assigned_by_order(
    identical: tuple[PrintedRow, ...], rows: dict[int, list[SeenRow]]
) -> Iterator[tuple[SeenRow, tuple[int, ...]]]:
    """Assign rows with identical printed cells to their projects by their order.

    If there are too few or too many of them, all are unmatched.
    """
    seen = rows.pop(identical[0].identity, [])
    if len(seen) == len(identical):
        rows |= {row.identity: [found] for row, found in zip(identical, seen, strict=True)}
        return
    for found in seen:
        yield found, tuple(row.identity for row in identical)


@dataclass(frozen=True, slots=True)
class _PrintedRows:
    """The printed rows by their identifying cells: number and name, or all printed cells.

    ``identical`` are groups of rows in which all of these cells are the same.
    """

    printed: Printed
    places: tuple[int, ...]
    rows: Mapping[tuple[str, ...], PrintedRow]
    prefixes: tuple[str, ...]
    identical: tuple[tuple[PrintedRow, ...], ...] = ()

    @classmethod
    def of(cls, printed: Printed) -> _PrintedRows:
        identifying = (printed.place("no"), printed.place("name"))
        places = tuple(place for place in identifying if place is not None)
        names = {tuple(_compared(row.cells[k]) for k in places) for row in printed.rows}
        if not places or len(names) < len(printed.rows):
            fills = printed.fill_places
            places = tuple(k for k in range(len(printed.columns)) if k not in fills)
        groups: dict[tuple[str, ...], list[PrintedRow]] = {}
        for row in printed.rows:
            groups.setdefault(tuple(_compared(row.cells[k]) for k in places), []).append(row)
        fills_of = (printed.columns[k].fill for k in printed.fill_places)
        return cls(
            printed,
            places,
            {key: rows[0] for key, rows in groups.items()},
            tuple(f"{fill.key}." for fill in fills_of if fill is not None),
            tuple(tuple(rows) for rows in groups.values() if len(rows) > 1),
        )

    def is_between(self, row: WordRow) -> bool:
        """Whether a row is an unchanged printed row without a project: a group, the total."""
        if any(piece.oddities for cell in row.cells for piece in cell.pieces()):
            return False
        return exact_key("".join(cell.text for cell in row.cells)) in self.printed.between

    def row(self, row: WordRow) -> PrintedRow | None:
        """The printed row that has the same number and name."""
        if len(row.cells) <= max(self.places, default=0):
            return None
        return self.rows.get(tuple(_compared(row.cells[k].text) for k in self.places))

    def possible_projects(self, row: WordRow) -> Iterator[int]:
        """The projects that an unmatched row refers to: by number, by name, or by its controls."""
        number = self.printed.place("no")
        texts = {
            _compared(cell.text)
            for k, cell in enumerate(row.cells)
            # A score of 4 is not the number of a project.
            if k == number or parse_whole(cell.text.strip()) is None
        } - {""}
        tags = {tag.rsplit(".", 2)[-2] for tag in _tags(row) if tag.startswith(self.prefixes)}
        for keys, printed in self.rows.items():
            if texts & set(keys) or str(printed.identity) in tags:
                yield printed.identity

    def contains(self, table: WordTable) -> bool:
        """Whether a table is the handout's: it has a printed row, control or heading of it."""
        if any(self.row(row) is not None or self._is_tagged(row) for row in table.rows):
            return True
        wanted = {
            compare_key(heading)
            for k in self.printed.fill_places
            for heading in self.printed.columns[k].headings
        }
        headers = [row for row in table.rows if row.is_heading] or list(table.rows[:2])
        return any(_above(cell, headers) in wanted for row in headers for cell in row.cells)

    def body(self, table: WordTable, added: list[Passage]) -> Iterator[SeenRow]:
        """The rows below the heading, each with the words above its cells.

        Content of a heading that was not printed is appended to ``added``.
        """
        headers: list[WordRow] = []
        rows = [row for row in table.rows if not row.is_deleted]
        for place, row in enumerate(rows):
            is_first = len(headers) == place and self._is_heading(row)
            if is_first or any(row.text == head.text for head in headers):
                added += map(self._added_content, row.cells)
                headers += [row] if is_first else []
            else:
                above = tuple(_above(cell, headers) for cell in row.cells) if headers else None
                yield SeenRow(table.number, row, above)

    def _is_heading(self, row: WordRow) -> bool:
        """Whether a row is repeated on every page, or contains only words of printed headings."""
        if self._is_tagged(row) or self.row(row) is not None or self.is_between(row):
            return False
        texts = [cell.text for cell in row.cells if cell.text.strip()]
        return row.is_heading or (bool(texts) and all(map(self._is_of_a_heading, texts)))

    def _is_of_a_heading(self, text: str) -> bool:
        headings = (heading for column in self.printed.columns for heading in column.headings)
        return any(compare_key(text) in compare_key(heading) for heading in headings)

    def _added_content(self, cell: WordCell) -> Passage:
        """The content of a heading's cell in addition to the printed words."""
        lines = (line for line in cell.lines if line.unseen or not self._is_of_a_heading(line.text))
        withdrawn = (
            Odd(oddity, piece.text)
            for piece in cell.pieces()
            for oddity in piece.oddities & _WITHDRAWN
        )
        return Passage(tuple(lines), odds=(*cell.odds, *withdrawn))

    def _is_tagged(self, row: WordRow) -> bool:
        return any(tag.startswith(self.prefixes) for tag in _tags(row))


def _tags(row: WordRow) -> Iterator[str]:
    """The tags of a row's controls that contain a row's number."""
    for cell in row.cells:
        for control in cell.controls:
            if control.of_a_row:
                yield control.tag


def _compared(text: str) -> str:
    """A number or a name in a form that can be compared."""
    number = parse_whole(text.strip())
    return compare_key(text) if number is None else str(number)


def _above(cell: WordCell, headers: list[WordRow]) -> str:
    """The words of the headings that cover a cell, from the top down."""
    covering = (
        heading.text
        for head in headers
        for heading in head.cells
        if heading.start <= cell.start and heading.end >= cell.end
    )
    return compare_key("".join(covering))


def _has_content(row: WordRow) -> bool:
    return any(cell.text.strip() or cell.odds or cell.controls for cell in row.cells)
