"""Which rows below a header are rows of the records: a reading in, rows and notices out.

Blank rows, notes (※ …), totals and repeated headers are not. A row that is left out although
it may be one is reported. A row without its number or name is kept, so that the missing
value becomes a finding.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

from pipeline.base.text import as_shown, compare_key, one_line, parse_whole
from pipeline.master.locate.header import HeaderReading
from pipeline.master.locate.header_names import header_key
from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form
from pipeline.model.grid import Sheet, is_filled
from pipeline.model.kinds.number_kind import typed_number

NOTE = re.compile(r"[※*]|\(?注[0-9):：]|\(?備考[):：]|出典|資料[:：]|以上$|凡例")
TOTAL = re.compile(r"(?:総?合計|小計|総計|計|平均(?:点|値)?|件数|事業数)(?:\(.*\))?[:：]?\d*件?")
_SHOWN = 30
# A heading that is merged over this many columns is not the name of a project.
_HEADING_WIDTH = 3
# A table has at least two headings.
_FEWEST_HEADINGS = 2

WordsByColumn = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows of the records below a header, their group headings, total row and notices.

    ``groups``: row number → the group heading above that row.
    """

    rows: tuple[range, ...]
    groups: Mapping[int, str]
    total: range | None
    left_out: tuple[Finding, ...]


def table_rows(reading: HeaderReading, form: Form) -> TableRows:
    """The rows of the records, and a notice for every row with content that is left out."""
    end = _end_of_table(reading)
    below = _RowsBelow(reading, form, end)
    rows: list[range] = []
    groups: dict[int, str] = {}
    pending: list[tuple[int, int, str]] = []
    left_out: list[tuple[int, int, str]] = []
    sums: list[tuple[int, int, str]] = []
    total: range | None = None
    for block in below.blocks():
        words = below.words(block)
        if not words or below.is_repeated_header(block):
            continue
        if below.is_note(block, words):
            continue
        if below.is_total(block, words):
            total = below.printed_total(block, words) or total
            sums.append((block.start, min(words), below.first_word(block)))
        elif below.is_single_cell(block, words):
            column = min(words)
            place = (block.start, column, words[column])
            (pending if below.is_group(words) else left_out).append(place)
        else:
            if pending:
                # Two headings, one below the other: the nearer one is the group heading.
                groups[block.start] = pending[-1][2]
                left_out += pending[:-1]
                pending = []
            rows.append(block)
    unprinted = [entry for entry in sums if total is None or entry[0] != total.start]
    found = (
        *_left_out_notices(reading, left_out + pending),
        *_unprinted_sums(reading, form, unprinted),
        *_table_below(reading, end),
    )
    return TableRows(tuple(rows), groups, total, found)


def begins_table(sheet: Sheet, row: int, columns: Collection[int]) -> bool:
    """Whether another table begins in a row below a table with its headings in ``columns``.

    It begins if the row follows a blank row (or a title after one), contains only words, in
    other columns, and one of them has only numbers below it.
    """
    if not follows_blank(sheet, row):
        return False
    cells = sheet.filled(row)
    if set(cells) == set(columns) or len(cells) < _FEWEST_HEADINGS:
        return False
    if any(not isinstance(cell, str) or typed_number(cell) is not None for cell in cells.values()):
        return False
    below = takewhile(bool, map(sheet.filled, range(row + 1, len(sheet.rows) + 1)))
    values: dict[int, list[str]] = {}
    for filled in below:
        for column, value in filled.items():
            values.setdefault(column, []).append(as_shown(value))
    return any(
        all(typed_number(text) is not None for text in values[column])
        for column in cells
        if column in values
    )


def follows_blank(sheet: Sheet, row: int) -> bool:
    """Whether the row above is blank, or is a title below a blank row."""
    is_below_title = sheet.is_blank(row - 2) and len(sheet.filled(row - 1)) == 1
    return is_below_title or sheet.is_blank(row - 1)


def _end_of_table(reading: HeaderReading) -> int:
    """The first row after the table: the start of another table, or the end of the sheet."""
    sheet = reading.sheet
    for row in reading.data_rows[1:]:
        if begins_table(sheet, row, reading.titles):
            return row if sheet.is_blank(row - 1) else row - 1
    return len(sheet.rows) + 1


def _table_below(reading: HeaderReading, end: int) -> Iterator[Finding]:
    cells = reading.sheet.filled(end)
    if cells:
        at = reading.sheet.ref(end, min(cells))
        yield finding("table-below", at=at, value=one_line(as_shown(cells[min(cells)]))[:_SHOWN])


class _RowsBelow:
    """Reads and classifies the rows below a header."""

    def __init__(self, reading: HeaderReading, form: Form, end: int) -> None:
        self.reading = reading
        self.end = end
        self.form = form
        kinds = {"no", "name"}
        found = {c.kind: reading.columns.get(c.key) for c in form.columns if c.kind in kinds}
        self.no, self.name = found.get("no"), found.get("name")
        self.identity = [column for column in (self.no, self.name) if column is not None]
        self.has_group_column = form.group is not None
        self.headers = [self._header_words(row) for row in reading.rows]

    def blocks(self) -> Iterator[range]:
        """The rows below the header; rows with one merged number or name form one block."""
        anchors = self._anchors()
        row = self.reading.rows.stop
        while row < self.end:
            last = anchors.get(row, row)
            yield range(row, last + 1)
            row = last + 1

    def _anchors(self) -> dict[int, int]:
        """First row → last row of each number or name that is merged over several rows."""
        sheet = self.reading.sheet
        anchors: dict[int, int] = {}
        for merge in sheet.merged:
            if merge.first_row not in self.reading.data_rows or merge.first_row == merge.last_row:
                continue
            covered = [c for c in self.identity if merge.first_column <= c <= merge.last_column]
            below = range(merge.first_row + 1, min(merge.last_row, len(sheet.rows)) + 1)
            if covered and not any(
                sheet.value(r, c) is not None for r in below for c in self.identity
            ):
                last = min(merge.last_row, len(sheet.rows))
                anchors[merge.first_row] = max(last, anchors.get(merge.first_row, 0))
        return anchors

    def words(self, block: range) -> dict[int, str]:
        """Column → text of the filled cells in the table's columns.

        A cell with a failed formula counts as filled, so that its row is kept.
        """
        sheet = self.reading.sheet
        words: dict[int, str] = {}
        for column in self.reading.used:
            for row in block:
                value = sheet.value(row, column)
                if is_filled(value):
                    words.setdefault(column, str(value).strip())
                elif (row, column) in sheet.unresolved or (row, column) in sheet.errors:
                    words.setdefault(column, sheet.errors.get((row, column), "="))
        return words or self._left_of_table(block)

    def _left_of_table(self, block: range) -> dict[int, str]:
        """The texts left of the columns of the form: a group heading may be there."""
        before = range(1, min(self.reading.used))
        values = {c: self.reading.sheet.value(block.start, c) for c in before}
        texts = {c: str(v).strip() for c, v in values.items() if v is not None}
        return {column: text for column, text in texts.items() if text}

    def is_repeated_header(self, block: range) -> bool:
        """Whether the row repeats a header row, as at the top of a second page."""
        values = self.reading.sheet.filled(block.start)
        return bool(values) and any(
            all(header.get(column) == header_key(str(value)) for column, value in values.items())
            for header in self.headers
        )

    def _header_words(self, row: int) -> dict[int, str]:
        # A merged header may extend below the last row of the sheet.
        values = self.reading.sheet.filled(row)
        return {column: header_key(str(value)) for column, value in values.items()}

    def _is_numbered(self, words: WordsByColumn) -> bool:
        return parse_whole(words.get(self.no or 0)) is not None

    def first_word(self, block: range) -> str:
        """The first filled cell of the whole row, in or out of the table's columns."""
        values = self.reading.sheet.filled(block.start).values()
        return next((str(value).strip() for value in values), "")

    def is_note(self, block: range, words: WordsByColumn) -> bool:
        """Whether the row contains only a note, in any column."""
        first = compare_key(self.first_word(block))
        return len(words) == 1 and not self._is_numbered(words) and bool(NOTE.match(first))

    def is_total(self, block: range, words: WordsByColumn) -> bool:
        """Whether the row is a total, by the form's label of the total or a common one."""
        if self._is_numbered(words):
            return False
        named = [words[column] for column in self.identity if column in words]
        keys = map(compare_key, (*named, self.first_word(block)))
        own = compare_key(self.form.total or "")
        return any(TOTAL.fullmatch(key) or (key and key == own) for key in keys)

    def printed_total(self, block: range, words: WordsByColumn) -> range | None:
        """The block if it has the form's label of the total, else None."""
        if self.form.total is None:
            return None
        wanted = compare_key(self.form.total)
        texts = [self.first_word(block), *words.values()]
        return block if any(compare_key(text) == wanted for text in texts) else None

    def is_single_cell(self, block: range, words: WordsByColumn) -> bool:
        """Whether the only filled cell is not a name: a prepared number, a heading, a remark."""
        if len(words) > 1 or not self.identity:
            return len(words) == 1 and self._is_wide(block, next(iter(words)))
        column = next(iter(words))
        return column != self.name or self._is_wide(block, column)

    def _is_wide(self, block: range, column: int) -> bool:
        return any(
            merge.first_row == block.start
            and merge.first_column <= column <= merge.last_column
            and merge.last_column - merge.first_column + 1 >= _HEADING_WIDTH
            for merge in self.reading.sheet.merged
        )

    def is_group(self, words: WordsByColumn) -> bool:
        """Whether a single cell may be a group heading: a text left of the prose."""
        column = next(iter(words))
        last = max(self.identity, default=min(self.reading.used))
        return not self.has_group_column and column <= last and parse_whole(words[column]) is None


def _left_out_notices(
    reading: HeaderReading, left_out: list[tuple[int, int, str]]
) -> Iterator[Finding]:
    """One notice for each row, but a single one for all rows with only a prepared number."""
    numbers = [(row, column, word) for row, column, word in left_out if parse_whole(word)]
    if numbers:
        row, column, word = numbers[0]
        shown = word if len(numbers) == 1 else f"{word}〜{numbers[-1][2]}"
        yield finding("row-left-out", at=reading.sheet.ref(row, column), value=shown)
    for row, column, word in left_out:
        if (row, column, word) not in numbers:
            yield finding("row-left-out", at=reading.sheet.ref(row, column), value=word[:_SHOWN])


def _unprinted_sums(
    reading: HeaderReading, form: Form, sums: list[tuple[int, int, str]]
) -> Iterator[Finding]:
    """One notice for the sums that a form with a total row does not print: 小計."""
    if form.total is not None and sums:
        cells = "、".join(reading.sheet.ref(row, column).address for row, column, _ in sums)
        row, column, word = sums[0]
        at = reading.sheet.ref(row, column)
        yield finding("sum-left-out", at=at, value=word, cells=cells, total=form.total)
