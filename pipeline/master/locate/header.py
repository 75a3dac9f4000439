"""Read the header of a sheet: cells in, a :class:`Reading` (field → column) out.

Several rows could be the header; the one that explains most fields is taken. A
header that fits two fields, or two headers that fit one, are settled by
elimination and by what stands below them, and never by a guess: what stays
open is ``ambiguous``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.base.text import compare_key, marked_labels, parse_mark, parse_whole
from pipeline.master.locate.names import HeaderNames, Rank, header_key
from pipeline.model.collected import is_as_proposed
from pipeline.model.form import RATING_PREFIX, Form
from pipeline.model.grid import CellValue, Sheet

HEADER_DEPTH = 3
# Header words are short; a longer cell is prose.
WORD_LENGTH = 60
# So many cells of a column tell what it holds.
SAMPLE = 40
# Blocks of rows that are worth a closer look, best first.
ATTEMPTS = 12
# Fewer fields than this, or neither number nor name, is not our table.
ENOUGH_FIELDS = 3
_LETTER = re.compile(r"[A-Z](?![A-Z0-9]).*", re.DOTALL)
_SUBHEADER_LENGTH = 20
_PROPOSAL = {"proposal.text", "proposal.choice"}


@dataclass(slots=True)
class Reading:
    """One way to read a sheet's header: what each column would hold.

    ``ambiguous`` are fields with the columns of which none can be taken for certain.
    ``sure`` counts the fields that were found by more than the name of their group.
    """

    sheet: Sheet
    rows: range
    columns: dict[str, int] = field(default_factory=dict)
    choice_columns: dict[str, dict[str, int]] = field(default_factory=dict)
    ambiguous: dict[str, list[int]] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)
    sure: int = 0

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


def read_header(sheet: Sheet, form: Form, names: HeaderNames) -> Reading | None:
    """The sheet's header, or None where the sheet has no such table."""
    starts = _promising_rows(sheet, names)
    grid = _HeaderGrid(sheet, {first + down for first in starts for down in range(HEADER_DEPTH)})
    blocks = [
        range(first, first + depth)
        for depth in range(1, HEADER_DEPTH + 1)
        for first in starts
        if first + depth - 1 <= len(sheet.rows)
    ]
    # Of equal ones that with columns for single choices (a group heading alone explains
    # as much), then the shortest, then the topmost: max keeps the first.
    attempts = (_attempt(grid, rows, form, names) for rows in blocks)
    best = max(attempts, key=lambda each: (each.sure, len(each.choice_columns)), default=None)
    if best is None or best.sure < ENOUGH_FIELDS or not best.keys & {"no", "name"}:
        return None
    return _with_rows_below(grid, best, form, names)


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


class _HeaderGrid:
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


def _attempt(grid: _HeaderGrid, rows: range, form: Form, names: HeaderNames) -> Reading:
    """What the columns hold if the header is in ``rows``."""
    reading = Reading(grid.sheet, range(rows.start, _end_of_merges(grid.sheet, rows)))
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
    _find_number_column(reading)
    reading.sure += len(reading.choice_columns)
    return reading


def _lend_headers(reading: Reading, meanings: dict[int, dict[str, Rank]], form: Form) -> None:
    """事務局案 over two columns, saved as CSV, stands over the first of them only.

    The second one takes its header, if one of the two holds choices and the other not.
    """

    def holds_choices(column: int) -> bool | None:
        values = _sample(reading, column)
        return _mostly(values, lambda v: _is_marked(v, form.labels)) if values else None

    for column in range(2, reading.sheet.width + 1):
        lent = meanings.get(column - 1, {})
        if column not in reading.titles and lent.keys() >= _PROPOSAL:
            pair = {holds_choices(column - 1), holds_choices(column)}
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
    grid: _HeaderGrid, reading: Reading, form: Form, names: HeaderNames
) -> Reading:
    """The reading, taking in sub-headers (説明 | 方針, a note) that add no field."""
    while len(reading.rows) < HEADER_DEPTH and _is_subheader(reading, form):
        longer = range(reading.rows.start, reading.rows.stop + 1)
        again = _attempt(grid, longer, form, names)
        if again.sure >= reading.sure:
            reading = again
        else:
            reading.rows = longer
    return reading


def _is_subheader(reading: Reading, form: Form) -> bool:
    """Whether the row below the header holds words only, and no project."""
    row = reading.rows.stop
    values = {c: v for c in reading.used if (v := reading.sheet.value(row, c)) is not None}
    if not values or {reading.columns.get("no"), reading.columns.get("name")} & set(values):
        return False
    return all(
        isinstance(value, str)
        and (len(value) <= _SUBHEADER_LENGTH or not header_key(value))
        and parse_whole(value) is None
        and parse_mark(value) is None
        and marked_labels(value, form.labels) is None
        for value in values.values()
    )


class _Settlement:
    """Gives each field its column: certain ones first, then by elimination and content."""

    def __init__(
        self, reading: Reading, form: Form, meanings: Mapping[int, dict[str, Rank]]
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
        self._split_judgement()
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

    def _split_judgement(self) -> None:
        """判定 alone holds letter and label; beside a column of labels only the letter.

        今後の方針 over two columns is the letter and its label.
        """
        both = [c for c, found in self.open.items() if "judgement" in found]
        letters = [c for c in both if self._fits(c, "judgement.letter")]
        others = [c for c in both if c not in letters and self._values(c)]
        if len(letters) == 1 and len(others) == 1 and len(both) == 2:  # noqa: PLR2004 - a pair
            self.open[letters[0]] = {"judgement.letter": self.open[letters[0]]["judgement"]}
            self.open[others[0]] = {"judgement.label": self.open[others[0]]["judgement"]}
        has_label = any(set(found) == {"judgement.label"} for found in self.open.values())
        dropped = "judgement" if has_label else "judgement.letter"
        for column, found in self.open.items():
            if {"judgement", "judgement.letter"} <= found.keys():
                self.open[column] = {k: r for k, r in found.items() if k != dropped}

    def _give(self, key: str, columns: Sequence[int]) -> None:
        """Give the field the best of its columns, if one is best."""
        for rank in sorted({self.open[column][key] for column in columns}):
            chosen = [column for column in columns if self.open[column][key] == rank]
            if len(chosen) > 1 or rank is Rank.GROUP or self._is_contested(chosen, key):
                chosen = self._by_content(chosen, key)
            if len(chosen) == 1:
                self.reading.columns[key] = chosen[0]
                self.reading.sure += rank is not Rank.GROUP
            elif chosen:
                self.reading.ambiguous[key] = chosen
            if chosen:
                return
        self._unlike[key] = list(columns)

    def _is_contested(self, columns: Sequence[int], key: str) -> bool:
        """Whether a column might as well hold another field that has no column yet."""
        return any(set(self.open[column]) - {key} for column in columns)

    def _by_content(self, columns: Sequence[int], key: str) -> list[int]:
        """Those of ``columns`` whose cells look like the field."""
        filled = [column for column in columns if self._values(column)]
        if not filled:
            # Nothing stands in any of them, so that nothing can be mistaken.
            return list(columns[:1])
        return [column for column in filled if self._fits(column, key)]

    def _fits(self, column: int, key: str) -> bool:
        values = self._values(column)
        labels = self.form.labels
        # One slip in a column must not make it another one: it is told in its cell.
        if key == "opinion.choice":
            return _mostly(values, self._is_opinion)
        if key == "proposal.choice":
            return _mostly(values, lambda value: _is_marked(value, labels))
        if key == "proposal.text":
            return not _mostly(values, lambda value: _is_marked(value, labels))
        if key in ("no", *(RATING_PREFIX + rating.key for rating in self.form.file.ratings)):
            return _mostly(values, _is_whole)
        if key in ("judgement", "judgement.letter"):
            return all(_LETTER.fullmatch(compare_key(str(value))) for value in values)
        return True

    def _is_opinion(self, value: CellValue) -> bool:
        words = self.form.file.opinion.words
        return _is_marked(value, self.form.labels, words) or is_as_proposed(str(value))

    def _values(self, column: int) -> list[CellValue]:
        return _sample(self.reading, column)


def _sample(reading: Reading, column: int) -> list[CellValue]:
    """The first filled cells below the header."""
    values: list[CellValue] = []
    for row in reading.data_rows:
        value = reading.sheet.value(row, column)
        if value is not None and str(value).strip():
            values.append(value)
            if len(values) == SAMPLE:
                break
    return values


def _mostly(values: Iterable[CellValue], test: Callable[[CellValue], bool]) -> bool:
    """Whether more than half pass the test; slips and notes below the table do not."""
    passed = [test(value) for value in values]
    return sum(passed) * 2 > len(passed)


def _is_whole(value: CellValue) -> bool:
    return parse_whole(value) is not None


def _is_marked(value: CellValue, labels: tuple[str, ...], words: tuple[str, ...] = ()) -> bool:
    return marked_labels(str(value), labels, words) is not None


def _find_number_column(reading: Reading) -> None:
    """The printed table has no header over its numbers: they stand left of the names."""
    if "no" in reading.keys or "name" not in reading.columns:
        return
    unnamed = [c for c in range(1, reading.columns["name"]) if c not in reading.titles]
    numbered = [c for c in unnamed if _mostly(_sample(reading, c), _is_whole)]
    if len(numbered) == 1:
        reading.columns["no"] = numbered[0]
        reading.sure += 1
