"""Read the header of a sheet: cells in, a :class:`HeaderReading` (field → column) out.

Several blocks of rows may be the header; the one with the most recognised fields is used.
If a header fits two fields, or two headers fit one field, elimination and the cells
below decide. There is no guess: an undecided field is ``ambiguous``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.base.text import is_as_proposed, marked_labels, parse_mark, parse_whole
from pipeline.master.locate.header_names import HeaderNames, Rank, header_key
from pipeline.model.columns import Column
from pipeline.model.form import Form
from pipeline.model.grid import CellValue, Sheet, is_filled
from pipeline.model.kinds import kind_of

HEADER_DEPTH = 6
# Header words are short; a longer cell is prose.
WORD_LENGTH_LIMIT = 60
# This many cells of a column are enough to recognise its field.
SAMPLE_SIZE = 40
# The number of start rows that are tried, best first.
MAX_ATTEMPTS = 12
# A table with fewer columns, or without number and name, is not the form's table.
_ENOUGH_COLUMNS = 3
_FEWEST_COLUMNS = 2
_SUBHEADER_LENGTH = 20
# Kinds whose cells differ from prose.
_DISTINCT_KINDS = frozenset({"choice", "score", "mark", "no", "number"})


@dataclass(slots=True)
class HeaderReading:
    """One possible reading of a sheet's header: the field of each column.

    ``ambiguous``: fields with several possible columns that can't be decided.
    ``certain_fields`` counts the fields found by more than the name of their group,
    ``decided_by_content`` those that only the cells of their column decided.
    """

    sheet: Sheet
    rows: range
    columns: dict[str, int] = field(default_factory=dict)
    choice_columns: dict[str, dict[str, int]] = field(default_factory=dict)
    ambiguous: dict[str, list[int]] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)
    certain_fields: int = 0
    decided_by_content: int = 0

    @property
    def keys(self) -> set[str]:
        """The fields that have a column."""
        return {*self.columns, *self.choice_columns}

    @property
    def used(self) -> list[int]:
        """The columns with a field, from left to right."""
        marked = (c for columns in self.choice_columns.values() for c in columns.values())
        return sorted({*self.columns.values(), *marked})

    @property
    def data_rows(self) -> range:
        """Every row below the header."""
        return range(self.rows.stop, len(self.sheet.rows) + 1)


def read_header(sheet: Sheet, form: Form, names: HeaderNames) -> HeaderReading | None:
    """The sheet's header, or None if the sheet has no table of the form."""
    starts = _start_rows(sheet, names)
    grid = HeaderGrid(sheet, {first + down for first in starts for down in range(HEADER_DEPTH)})
    blocks = [
        range(first, first + depth)
        for depth in range(1, HEADER_DEPTH + 1)
        for first in starts
        if first + depth - 1 <= len(sheet.rows)
    ]
    # If equal, prefer the reading with columns for single choices (a group heading alone
    # gives as many fields), then the one decided most by words, then the shortest, then the
    # topmost: max keeps the first.
    attempts = (_attempt(grid, rows, form, names) for rows in blocks)
    best = max(
        attempts,
        key=lambda reading: (
            reading.certain_fields,
            len(reading.choice_columns),
            -reading.decided_by_content,
        ),
        default=None,
    )
    if best is None or not _has_number_or_name(best, form):
        return None
    # A field with two possible columns counts as found.
    if best.certain_fields + len(best.ambiguous) < _min_columns(form):
        return None
    return _with_rows_below(grid, best, form, names)


def _min_columns(form: Form) -> int:
    """The minimum number of columns to recognise a table; a small form may lack one."""
    required = sum(column.required for column in form.columns)
    return min(_ENOUGH_COLUMNS, required, max(_FEWEST_COLUMNS, required - 1))


def _has_number_or_name(reading: HeaderReading, form: Form) -> bool:
    """Whether the reading has the number or the name, if the form has one of them."""
    names = {column.key for column in form.columns if column.kind in {"no", "name"}}
    return not names or bool(reading.keys & names)


def _start_rows(sheet: Sheet, names: HeaderNames) -> list[int]:
    """Rows where a header may start, from top to bottom."""
    known: dict[int, int] = {}
    for number, row in enumerate(sheet.rows, start=1):
        count = sum(_is_word(value) and names.knows(str(value)) for value in row)
        if count:
            known[number] = count
    starts = {row - up for row in known for up in range(HEADER_DEPTH) if row > up}
    reach = {s: sum(known.get(s + down, 0) for down in range(HEADER_DEPTH)) for s in starts}
    best = sorted(starts, key=lambda start: (-reach[start], start))[:MAX_ATTEMPTS]
    return sorted(best)


def _is_word(value: CellValue) -> bool:
    return isinstance(value, str) and len(value) <= WORD_LENGTH_LIMIT


class HeaderGrid:
    """Words of the possible header rows, with merged and centred headings copied to all cells."""

    def __init__(self, sheet: Sheet, rows: Iterable[int]) -> None:
        self.sheet = sheet
        wanted = sorted(set(rows))
        self.origin: dict[tuple[int, int], tuple[int, int]] = {}
        for merge in sheet.merged:
            for row in wanted[bisect_left(wanted, merge.first_row) :]:
                if row > merge.last_row:
                    break
                for column in range(merge.first_column, merge.last_column + 1):
                    self.origin[row, column] = (merge.first_row, merge.first_column)

    def word(self, row: int, column: int) -> str:
        """The text of a cell, or of the merged range that it belongs to."""
        value = self.sheet.value(*self.origin.get((row, column), (row, column)))
        return str(value).strip() if value is not None else ""

    def path(self, rows: range, column: int) -> list[str]:
        """The words above a column from top to bottom, without notes and repetitions."""
        words = [self.word(row, column) for row in rows]
        for place, row in enumerate(rows[:-1]):
            if not words[place] and any(words[place + 1 :]):
                words[place] = self._group_on_the_left(row, rows, column)
        path: list[str] = []
        for word in words:
            if len(word) <= WORD_LENGTH_LIMIT and header_key(word) and path[-1:] != [word]:
                path.append(word)
        return path

    def _group_on_the_left(self, row: int, rows: range, column: int) -> str:
        """The group heading to the left that also belongs to a blank cell.

        A CSV file has no merged cells, and some offices centre a heading over
        its columns instead of merging them.
        """
        for left in range(column - 1, 0, -1):
            if (row, left) in self.origin:
                return ""
            word = self.word(row, left)
            below = any(self.word(lower, left) for lower in range(row + 1, rows.stop))
            if word or not below:
                return word if below else ""
        return ""


def _attempt(grid: HeaderGrid, rows: range, form: Form, names: HeaderNames) -> HeaderReading:
    """The reading of the columns if the header is in ``rows``."""
    reading = HeaderReading(grid.sheet, range(rows.start, _end_of_merges(grid.sheet, rows)))
    meanings: dict[int, dict[str, Rank]] = {}
    for column in range(1, grid.sheet.width + 1):
        path = grid.path(rows, column)
        if not path:
            continue
        reading.titles[column] = "／".join(" ".join(word.split()) for word in path)
        choice = names.choice(path)
        if choice is not None:
            reading.choice_columns.setdefault(choice[0], {}).setdefault(choice[1], column)
        elif found := names.meanings(path):
            meanings[column] = found
    _copy_shared_headers(reading, meanings, form)
    # A single choice below a heading is a value of the first row, not a header.
    reading.choice_columns = {k: c for k, c in reading.choice_columns.items() if len(c) > 1}
    _ColumnAssignment(reading, form, meanings).assign()
    _find_number_column(reading, form)
    reading.certain_fields += len(reading.choice_columns)
    return reading


def _copy_shared_headers(
    reading: HeaderReading, meanings: dict[int, dict[str, Rank]], form: Form
) -> None:
    """Copy a header to the column on its right that shares it.

    In a CSV file, 事務局案 over two columns is only above the first. The second column gets
    the same header if the header fits two fields and the cells of exactly one of the two
    columns are choices.
    """

    def fits(column: int, key: str) -> bool | None:
        values = _sample(reading, column)
        return _most_fit(values, form.column(key), form) if values else None

    for column in range(2, reading.sheet.width + 1):
        shared = meanings.get(column - 1, {})
        choices = [key for key in shared if form.column(key).is_choice]
        if column not in reading.titles and len(shared) > 1 and len(choices) == 1:
            pair = {fits(column - 1, choices[0]), fits(column, choices[0])}
            if pair == {True, False}:
                meanings[column] = dict.fromkeys(shared, Rank.GROUP)


def _end_of_merges(sheet: Sheet, rows: range) -> int:
    """The row below the header, including merged cells that extend below ``rows``."""
    limit = rows.start + HEADER_DEPTH
    merged_ends = (
        merge.last_row + 1
        for merge in sheet.merged
        if merge.first_row < rows.stop <= merge.last_row < limit
    )
    return max([rows.stop, *merged_ends])


def _with_rows_below(
    grid: HeaderGrid, reading: HeaderReading, form: Form, names: HeaderNames
) -> HeaderReading:
    """The reading, extended by sub-header rows (説明 | 方針, a note)."""
    while len(reading.rows) < HEADER_DEPTH and _is_subheader(reading, form):
        longer = range(reading.rows.start, reading.rows.stop + 1)
        again = _attempt(grid, longer, form, names)
        if again.certain_fields >= reading.certain_fields:
            reading = again
        else:
            reading.rows = longer
    return reading


def _is_subheader(reading: HeaderReading, form: Form) -> bool:
    """Whether the row below the header contains only words, and no project."""
    row = reading.rows.stop
    values = {c: v for c in reading.used if (v := reading.sheet.value(row, c)) is not None}
    named = {reading.columns.get(c.key) for c in form.columns if c.kind in {"no", "name"}}
    if not values or not named or named & set(values):
        return False
    choices = [column.choices for column in form.columns if column.is_choice]
    return all(
        isinstance(value, str)
        and (len(value) <= _SUBHEADER_LENGTH or not header_key(value))
        and parse_whole(value) is None
        and parse_mark(value) is None
        and all(marked_labels(value, labels) is None for labels in choices)
        for value in values.values()
    )


class _ColumnAssignment:
    """Assigns a column to each field: certain ones first, then by elimination and content."""

    def __init__(
        self, reading: HeaderReading, form: Form, meanings: Mapping[int, dict[str, Rank]]
    ) -> None:
        self.reading = reading
        self.form = form
        assigned = set(reading.choice_columns)
        self.undecided = {
            column: kept
            for column, found in meanings.items()
            if (kept := {key: rank for key, rank in found.items() if key not in assigned})
        }
        self._misfits: dict[str, list[int]] = {}

    def assign(self) -> None:
        self._assign_by_order()
        self._split_inner_columns()
        while self.undecided:
            certain = {
                c: next(iter(found)) for c, found in self.undecided.items() if len(found) == 1
            }
            if certain:
                keys = sorted(set(certain.values()))
            else:
                keys = sorted({key for found in self.undecided.values() for key in found})[:1]
            for key in keys:
                self._assign_field(key, [c for c in self.undecided if key in self.undecided[c]])
            self.undecided = {
                column: kept
                for column, found in self.undecided.items()
                if column not in certain
                and column not in self.reading.columns.values()
                and (kept := {k: r for k, r in found.items() if k not in keys})
            }
        self._record_ambiguous()

    def _record_ambiguous(self) -> None:
        """Report a field as ambiguous if the cells of all its possible columns do not fit.

        A column that was assigned to another field in the meantime is no longer possible.
        """
        used = self.reading.columns
        for key, columns in self._misfits.items():
            left = [column for column in columns if column not in used.values()]
            if left and key not in (*used, *self.reading.ambiguous):
                self.reading.ambiguous[key] = left

    def _assign_by_order(self) -> None:
        """Assign columns that have equal headers by their order, as the form defines (``nth``)."""
        for own in (column for column in self.form.columns if column.nth is not None):
            places = sorted(c for c, found in self.undecided.items() if own.key in found)
            nth = own.nth or 1
            if len(places) >= nth:
                self.reading.columns[own.key] = places[nth - 1]
                self.reading.certain_fields += 1
            for place in places:
                del self.undecided[place][own.key]
        assigned = self.reading.columns.values()
        self.undecided = {
            c: found for c, found in self.undecided.items() if found and c not in assigned
        }

    def _split_inner_columns(self) -> None:
        """Split a header over two columns into a column and the one printed inside it.

        今後の方針 over A and 継続 means the letter and its label.
        """
        for host in self.form.columns:
            inner = self.form.inside(host.key)
            named = {key for found in self.undecided.values() for key in found}
            places = sorted(c for c, found in self.undecided.items() if set(found) == {host.key})
            if len(inner) == 1 and inner[0].key not in named and len(places) == 2:  # noqa: PLR2004 - a pair
                rank = self.undecided[places[1]][host.key]
                if host.is_choice:
                    # 懇談会意見 over two columns may have no choice: the cells decide.
                    rank = self.undecided[places[0]][host.key] = Rank.GROUP
                self.undecided[places[1]] = {inner[0].key: rank}

    def _assign_field(self, key: str, columns: Sequence[int]) -> None:
        """Assign the best of the possible columns to the field, if there is a single best one."""
        for rank in sorted({self.undecided[column][key] for column in columns}):
            chosen = [column for column in columns if self.undecided[column][key] == rank]
            # Another field without a column may also fit one of them.
            is_contested = any(set(self.undecided[column]) - {key} for column in chosen)
            needs_content = len(chosen) > 1 or rank is Rank.GROUP or is_contested
            if needs_content:
                chosen = self._by_content(chosen, key)
            if len(chosen) == 1:
                self.reading.columns[key] = chosen[0]
                self.reading.certain_fields += rank is not Rank.GROUP
                self.reading.decided_by_content += needs_content
            elif chosen:
                self.reading.ambiguous[key] = chosen
            if chosen:
                return
        self._misfits[key] = list(columns)

    def _by_content(self, columns: Sequence[int], key: str) -> list[int]:
        """The columns whose cells fit the field."""
        filled = [column for column in columns if _sample(self.reading, column)]
        if not filled:
            # All of them are empty, so the choice can't be wrong.
            return list(columns[:1])
        return [column for column in filled if self._fits(column, key)]

    def _fits(self, column: int, key: str) -> bool:
        """Whether most cells of the column fit the field; a few errors do not matter."""
        values = _sample(self.reading, column)
        own = self.form.column(key)
        if own.kind not in {"text", "name"}:
            return _most_fit(values, own, self.form)
        others = [
            self.form.column(other) for other in self.undecided.get(column, {}) if other != key
        ]
        distinct = [other for other in others if other.kind in _DISTINCT_KINDS]
        return not any(_most_fit(values, other, self.form) for other in distinct)


def _sample(reading: HeaderReading, column: int) -> list[CellValue]:
    """The first filled cells below the header."""
    values: list[CellValue] = []
    for row in reading.data_rows:
        value = reading.sheet.value(row, column)
        if is_filled(value):
            values.append(value)
            if len(values) == SAMPLE_SIZE:
                break
    return values


def _most_fit(values: Sequence[CellValue], column: Column, form: Form) -> bool:
    """Whether more than half of the values fit; errors and notes below the table may not fit."""
    return sum(_fits(value, column, form) for value in values) * 2 > len(values)


def _fits(value: CellValue, column: Column, form: Form) -> bool:
    """Whether a value fits a column; an opinion may also be one of the form's words."""
    if column.fill and column.is_choice:
        words = (form.words.blank, *form.words.opinions)
        is_marked = marked_labels(str(value), column.choices, words) is not None
        return is_marked or is_as_proposed(str(value))
    return kind_of(column).fits(value, column)


def _find_number_column(reading: HeaderReading, form: Form) -> None:
    """Find a number column without a header, left of the names, as in the printed table."""
    no, name = form.of_kind("no"), form.of_kind("name")
    if no is None or name is None or no.key in reading.keys or name.key not in reading.columns:
        return
    unnamed = [c for c in range(1, reading.columns[name.key]) if c not in reading.titles]
    numbered = [c for c in unnamed if _most_fit(_sample(reading, c), no, form)]
    if len(numbered) == 1:
        reading.columns[no.key] = numbered[0]
        reading.certain_fields += 1
