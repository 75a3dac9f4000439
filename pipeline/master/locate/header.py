"""Read the header of a sheet: cells in, a :class:`HeaderReading` (field → column) out.

Several rows could be the header; the one that explains most fields is taken. A
header that fits two fields, or two headers that fit one, are settled by
elimination and by what stands below them, and never by a guess: what stays
open is ``ambiguous``.
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
WORD_LENGTH = 60
# So many cells of a column tell what it holds.
SAMPLE = 40
# Blocks of rows that are worth a closer look, best first.
ATTEMPTS = 12
# Fewer columns than this, or neither number nor name, is not our table.
_ENOUGH = 3
_FEWEST = 2
_SUBHEADER_LENGTH = 20
# Kinds that prose is told apart from by what stands in the cells.
_TELLING = frozenset({"choice", "score", "mark", "no", "number"})


@dataclass(slots=True)
class HeaderReading:
    """One way to read a sheet's header: what each column would hold.

    ``ambiguous`` are fields with the columns of which none can be taken for certain.
    ``sure`` counts the fields that were found by more than the name of their group,
    ``guessed`` those of them that only their cells told from others.
    """

    sheet: Sheet
    rows: range
    columns: dict[str, int] = field(default_factory=dict)
    choice_columns: dict[str, dict[str, int]] = field(default_factory=dict)
    ambiguous: dict[str, list[int]] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)
    sure: int = 0
    guessed: int = 0

    @property
    def keys(self) -> set[str]:
        """The fields that have a column."""
        return {*self.columns, *self.choice_columns}

    @property
    def used(self) -> list[int]:
        """The columns that hold a field, from left to right."""
        marked = (c for columns in self.choice_columns.values() for c in columns.values())
        return sorted({*self.columns.values(), *marked})

    @property
    def data_rows(self) -> range:
        """Every row below the header."""
        return range(self.rows.stop, len(self.sheet.rows) + 1)


def read_header(sheet: Sheet, form: Form, names: HeaderNames) -> HeaderReading | None:
    """The sheet's header, or None where the sheet has no such table."""
    starts = _promising_rows(sheet, names)
    grid = HeaderGrid(sheet, {first + down for first in starts for down in range(HEADER_DEPTH)})
    blocks = [
        range(first, first + depth)
        for depth in range(1, HEADER_DEPTH + 1)
        for first in starts
        if first + depth - 1 <= len(sheet.rows)
    ]
    # Of equal ones that with columns for single choices (a group heading alone explains
    # as much), then the one whose words tell most, then the shortest, then the topmost:
    # max keeps the first.
    attempts = (_attempt(grid, rows, form, names) for rows in blocks)
    best = max(
        attempts,
        key=lambda each: (each.sure, len(each.choice_columns), -each.guessed),
        default=None,
    )
    if best is None or not _is_ours(best, form):
        return None
    # A column that two headers claim is known as well.
    if best.sure + len(best.ambiguous) < _enough(form):
        return None
    return _with_rows_below(grid, best, form, names)


def _enough(form: Form) -> int:
    """How many columns a table of the form shows at least: one of a few may be missing."""
    required = sum(column.required for column in form.columns)
    return min(_ENOUGH, required, max(_FEWEST, required - 1))


def _is_ours(reading: HeaderReading, form: Form) -> bool:
    """Whether number or name is there, in a form that has any of them."""
    names = {column.key for column in form.columns if column.kind in {"no", "name"}}
    return not names or bool(reading.keys & names)


def _promising_rows(sheet: Sheet, names: HeaderNames) -> list[int]:
    """Rows from which a header may start, from top to bottom."""
    known: dict[int, int] = {}
    for number, row in enumerate(sheet.rows, start=1):
        count = sum(_is_word(value) and names.knows(str(value)) for value in row)
        if count:
            known[number] = count
    starts = {row - up for row in known for up in range(HEADER_DEPTH) if row > up}
    reach = {s: sum(known.get(s + down, 0) for down in range(HEADER_DEPTH)) for s in starts}
    best = sorted(starts, key=lambda start: (-reach[start], start))[:ATTEMPTS]
    return sorted(best)


def _is_word(value: CellValue) -> bool:
    return isinstance(value, str) and len(value) <= WORD_LENGTH


class HeaderGrid:
    """Words of the rows that may be a header, with merged and centred cells filled in."""

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
        """The words over a column from top to bottom, notes and repetitions left out."""
        words = [self.word(row, column) for row in rows]
        for place, row in enumerate(rows[:-1]):
            if not words[place] and any(words[place + 1 :]):
                words[place] = self._group_on_the_left(row, rows, column)
        path: list[str] = []
        for word in words:
            if len(word) <= WORD_LENGTH and header_key(word) and path[-1:] != [word]:
                path.append(word)
        return path

    def _group_on_the_left(self, row: int, rows: range, column: int) -> str:
        """The group heading that reaches over a blank cell.

        A CSV file keeps no merged cells, and some offices centre a heading over
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
    """What the columns hold if the header is in ``rows``."""
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
    _lend_headers(reading, meanings, form)
    # One choice alone below a heading is a value of the first row, not a header.
    reading.choice_columns = {k: c for k, c in reading.choice_columns.items() if len(c) > 1}
    _Settlement(reading, form, meanings).settle()
    _find_number_column(reading, form)
    reading.sure += len(reading.choice_columns)
    return reading


def _lend_headers(reading: HeaderReading, meanings: dict[int, dict[str, Rank]], form: Form) -> None:
    """事務局案 over two columns, saved as CSV, stands over the first of them only.

    The second one takes its header where that means two columns, of which the cells show one
    to hold a choice and the other not.
    """

    def holds(column: int, key: str) -> bool | None:
        values = _sample(reading, column)
        return _mostly(values, form.column(key), form) if values else None

    for column in range(2, reading.sheet.width + 1):
        lent = meanings.get(column - 1, {})
        choices = [key for key in lent if form.column(key).is_choice]
        if column not in reading.titles and len(lent) > 1 and len(choices) == 1:
            pair = {holds(column - 1, choices[0]), holds(column, choices[0])}
            if pair == {True, False}:
                meanings[column] = dict.fromkeys(lent, Rank.GROUP)


def _end_of_merges(sheet: Sheet, rows: range) -> int:
    """The row below the header, merged cells that hang below ``rows`` included."""
    limit = rows.start + HEADER_DEPTH
    hanging = (
        merge.last_row + 1
        for merge in sheet.merged
        if merge.first_row < rows.stop <= merge.last_row < limit
    )
    return max([rows.stop, *hanging])


def _with_rows_below(
    grid: HeaderGrid, reading: HeaderReading, form: Form, names: HeaderNames
) -> HeaderReading:
    """The reading, taking in sub-headers (説明 | 方針, a note) that add no field."""
    while len(reading.rows) < HEADER_DEPTH and _is_subheader(reading, form):
        longer = range(reading.rows.start, reading.rows.stop + 1)
        again = _attempt(grid, longer, form, names)
        if again.sure >= reading.sure:
            reading = again
        else:
            reading.rows = longer
    return reading


def _is_subheader(reading: HeaderReading, form: Form) -> bool:
    """Whether the row below the header holds words only, and no project."""
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


class _Settlement:
    """Gives each field its column: certain ones first, then by elimination and content."""

    def __init__(
        self, reading: HeaderReading, form: Form, meanings: Mapping[int, dict[str, Rank]]
    ) -> None:
        self.reading = reading
        self.form = form
        taken = set(reading.choice_columns)
        self.open = {
            column: kept
            for column, found in meanings.items()
            if (kept := {key: rank for key, rank in found.items() if key not in taken})
        }
        self._unlike: dict[str, list[int]] = {}

    def settle(self) -> None:
        self._count_equals()
        self._part_insides()
        while self.open:
            certain = {c: next(iter(found)) for c, found in self.open.items() if len(found) == 1}
            if certain:
                keys = sorted(set(certain.values()))
            else:
                keys = sorted({key for found in self.open.values() for key in found})[:1]
            for key in keys:
                self._give(key, [c for c in self.open if key in self.open[c]])
            self.open = {
                column: kept
                for column, found in self.open.items()
                if column not in certain
                and column not in self.reading.columns.values()
                and (kept := {k: r for k, r in found.items() if k not in keys})
            }
        self._leave_open()

    def _leave_open(self) -> None:
        """A field whose only columns hold something else must not vanish without a word.

        A column that another field has taken since is none of its columns any more.
        """
        used = self.reading.columns
        for key, columns in self._unlike.items():
            left = [column for column in columns if column not in used.values()]
            if left and key not in (*used, *self.reading.ambiguous):
                self.reading.ambiguous[key] = left

    def _count_equals(self) -> None:
        """Columns that the form tells apart by their place among equal headers (``nth``)."""
        for own in (column for column in self.form.columns if column.nth is not None):
            places = sorted(c for c, found in self.open.items() if own.key in found)
            nth = own.nth or 1
            if len(places) >= nth:
                self.reading.columns[own.key] = places[nth - 1]
                self.reading.sure += 1
            for place in places:
                del self.open[place][own.key]
        taken = self.reading.columns.values()
        self.open = {c: found for c, found in self.open.items() if found and c not in taken}

    def _part_insides(self) -> None:
        """A header over two columns may be that of a column and of the one printed inside it.

        今後の方針 over A and 継続 is the letter and its label.
        """
        for host in self.form.columns:
            inner = self.form.inside(host.key)
            named = {key for found in self.open.values() for key in found}
            places = sorted(c for c, found in self.open.items() if set(found) == {host.key})
            if len(inner) == 1 and inner[0].key not in named and len(places) == 2:  # noqa: PLR2004 - a pair
                rank = self.open[places[1]][host.key]
                if host.is_choice:
                    # 懇談会意見 over two columns of prose has no choice: their cells decide.
                    rank = self.open[places[0]][host.key] = Rank.GROUP
                self.open[places[1]] = {inner[0].key: rank}

    def _give(self, key: str, columns: Sequence[int]) -> None:
        """Give the field the best of its columns, if one is best."""
        for rank in sorted({self.open[column][key] for column in columns}):
            chosen = [column for column in columns if self.open[column][key] == rank]
            # Any of them might as well hold another field that has no column yet.
            is_contested = any(set(self.open[column]) - {key} for column in chosen)
            is_open = len(chosen) > 1 or rank is Rank.GROUP or is_contested
            if is_open:
                chosen = self._by_content(chosen, key)
            if len(chosen) == 1:
                self.reading.columns[key] = chosen[0]
                self.reading.sure += rank is not Rank.GROUP
                self.reading.guessed += is_open
            elif chosen:
                self.reading.ambiguous[key] = chosen
            if chosen:
                return
        self._unlike[key] = list(columns)

    def _by_content(self, columns: Sequence[int], key: str) -> list[int]:
        """Those of ``columns`` whose cells look like the field."""
        filled = [column for column in columns if _sample(self.reading, column)]
        if not filled:
            # Nothing stands in any of them, so that nothing can be mistaken.
            return list(columns[:1])
        return [column for column in filled if self._fits(column, key)]

    def _fits(self, column: int, key: str) -> bool:
        """Whether the cells look like a column. One slip must not make it another one."""
        values = _sample(self.reading, column)
        own = self.form.column(key)
        if own.kind not in {"text", "name"}:
            return _mostly(values, own, self.form)
        others = [self.form.column(other) for other in self.open.get(column, {}) if other != key]
        telling = [other for other in others if other.kind in _TELLING]
        return not any(_mostly(values, other, self.form) for other in telling)


def _sample(reading: HeaderReading, column: int) -> list[CellValue]:
    """The first filled cells below the header."""
    values: list[CellValue] = []
    for row in reading.data_rows:
        value = reading.sheet.value(row, column)
        if is_filled(value):
            values.append(value)
            if len(values) == SAMPLE:
                break
    return values


def _mostly(values: Sequence[CellValue], column: Column, form: Form) -> bool:
    """Whether more than half look like a column's; slips and notes below the table do not."""
    return sum(_fits(value, column, form) for value in values) * 2 > len(values)


def _fits(value: CellValue, column: Column, form: Form) -> bool:
    """Whether a cell looks like a column's; an opinion may be a word of the form too."""
    if column.fill and column.is_choice:
        words = (form.words.blank, *form.words.opinions)
        is_marked = marked_labels(str(value), column.choices, words) is not None
        return is_marked or is_as_proposed(str(value))
    return kind_of(column).fits(value, column)


def _find_number_column(reading: HeaderReading, form: Form) -> None:
    """The printed table has no header over its numbers: they stand left of the names."""
    no, name = form.of_kind("no"), form.of_kind("name")
    if no is None or name is None or no.key in reading.keys or name.key not in reading.columns:
        return
    unnamed = [c for c in range(1, reading.columns[name.key]) if c not in reading.titles]
    numbered = [c for c in unnamed if _mostly(_sample(reading, c), no, form)]
    if len(numbered) == 1:
        reading.columns[no.key] = numbered[0]
        reading.sure += 1
