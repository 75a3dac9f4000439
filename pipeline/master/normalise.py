"""Turn the cells of the table into records: a table in, rows and findings out.

Each column's kind reads its cells (``model.kinds``): scores, words and marks through their
normalised form, names and prose character for character. A value that can't be parsed
becomes None and one finding with its cell; nothing is guessed. A value that follows from a
definition (the label of a letter in the judgement table) is filled in and reported.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.base.text import (
    Mark,
    as_shown,
    compare_key,
    is_as_proposed,
    marked_labels,
    one_line,
    parse_mark,
    shortened,
    without_brackets,
)
from pipeline.model.columns import Column
from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form, JudgementTable
from pipeline.model.grid import CellRef, CellValue, Sheet, Workbook, is_filled
from pipeline.model.kinds import CellText, Parsed, kind_of
from pipeline.model.kinds.choice_kind import chosen_one
from pipeline.model.meeting import Meeting
from pipeline.model.records import Records, Row, RowSource
from pipeline.model.table import Table
from pipeline.model.values import Fill, Plain, Status, Value

_SHOWN_LENGTH = 60
# One letter that is not the beginning of a word (WG, A4).
_LETTER = re.compile(
    r"\s*(?P<letter>[A-Za-zＡ-Ｚａ-ｚ])(?![A-Za-zＡ-Ｚａ-ｚ0-9０-９])[\s:：・.．、]*"
)


def normalise(
    table: Table, workbook: Workbook, form: Form, meeting: Meeting
) -> tuple[Records, tuple[Finding, ...]]:
    """The records of the table in the master's order, and findings about unreadable values.

    KeyError for a table of another workbook.
    """
    sheet = workbook.sheet(table.sheet)
    if sheet is None:
        raise KeyError(table.sheet)
    reader = _Reader(table, sheet, form)
    rows = tuple(reader.row(block, place) for place, block in enumerate(table.rows, start=1))
    reported = frozenset((found.sheet, found.cell) for found in reader.findings)
    rows, completed = _with_judgement_completed(rows, form, reported)
    total = reader.total(table.total) if table.total is not None else None
    return Records(meeting, rows, total), (*reader.findings, *completed)


class _Reader:
    """Reads the rows of one table; collects the findings."""

    def __init__(self, table: Table, sheet: Sheet, form: Form) -> None:
        self.table = table
        self.sheet = sheet
        self.form = form
        self.findings: list[Finding] = []
        self.merged_down = _merged_down(sheet)
        self.circle_is_empty = self._circle_is_empty()
        self.labels = _known_labels(form)
        self.statuses = {word: status for status, word in form.words.by_status.items()}
        # The number first: every finding of the row contains it.
        self.order = sorted(form.columns, key=lambda each: each.kind != "no")
        self.methods = {column.key: self._method(column) for column in form.columns}
        self.places = _column_places(table, form)
        self.no, self.name = form.of_kind("no"), form.of_kind("name")
        self._group: str | None = None

    def row(self, block: range, place: int) -> Row:
        """The row of the records in the rows ``block`` of the sheet."""
        return _RowReader(self, block, place).row()

    def total(self, block: range) -> Row:
        """The form's total row; its missing values are not reported."""
        return _RowReader(self, block, 0).total()

    def group(self, block: range) -> str | None:
        """The group of a row: the nearest group heading above it."""
        heading = self.table.groups.get(block.start)
        if self.form.group is not None:
            column = self.table.columns.get(self.form.group)
            row = (
                self.merged_down.get((block.start, column), block.start) if column else block.start
            )
            value = self.sheet.value(row, column) if column else None
            heading = one_line(as_shown(value)) or None
        self._group = heading or self._group
        return self._group

    def inner(self, key: str) -> tuple[Column, ...]:
        """The columns whose values may share the cell of another column: A（継続）."""
        return tuple(c for c in self.form.inside(key) if not c.fill and not c.is_choice)

    def _method(self, column: Column) -> Callable[[_RowReader, Column], Value]:
        """The method that reads the values of a column."""
        has_column = self.table.holds(column.key)
        if column.fill:
            return _RowReader.fill
        if column.is_choice:
            return _RowReader.choice
        if self.inner(column.key):
            return _RowReader.parts
        if not has_column and column.inside is not None and self.table.holds(column.inside):
            return _RowReader.parts
        return _RowReader.plain if has_column else _RowReader.absent

    def _circle_is_empty(self) -> bool:
        """Whether a row has both ● and ○ in its choice columns, so that ○ means not chosen."""
        return any(
            {Mark.STRONG, Mark.WEAK}
            <= {
                parse_mark(self.sheet.value(self.merged_down.get((r.start, c), r.start), c))
                for c in places
            }
            for r in self.table.rows
            for places in (
                tuple(columns.values()) for columns in self.table.choice_columns.values()
            )
        )


def _merged_down(sheet: Sheet) -> dict[tuple[int, int], int]:
    """(row, column) → first row, for cells merged downwards: one value for several rows."""
    last = len(sheet.rows)
    return {
        (row, merge.first_column): merge.first_row
        for merge in sheet.merged
        for row in range(merge.first_row + 1, min(merge.last_row, last) + 1)
    }


def _column_places(table: Table, form: Form) -> dict[str, int]:
    """The place of each column; columns that share a cell have the same place."""
    found = {key: table.column(key) for key in (*table.columns, *table.choice_columns)}
    places = {key: place for key, place in found.items() if place is not None}
    for column in form.columns:
        if column.inside in places:
            places.setdefault(column.key, places[column.inside])
        for inner in form.inside(column.key):
            if inner.key in places:
                places.setdefault(column.key, places[inner.key])
    return places


def _known_labels(form: Form) -> dict[str, str]:
    """Comparison key → label, for all choices of the form and labels of the judgement table."""
    cells = form.judgement.cells if form.judgement else ()
    choices = (label for column in form.columns for label in column.choices)
    labels = (*choices, *(cell.label for cell in cells if cell.label))
    return {compare_key(label): label for label in labels}


@dataclass(slots=True)
class _RowReader:
    """Reads one row."""

    reader: _Reader
    block: range
    place: int
    no: int | None = None
    values: dict[str, Value] = field(default_factory=dict)

    @property
    def form(self) -> Form:
        return self.reader.form

    @property
    def table(self) -> Table:
        return self.reader.table

    @property
    def sheet(self) -> Sheet:
        return self.reader.sheet

    def row(self) -> Row:
        for column in self.reader.order:
            if column.key not in self.values:
                self.values[column.key] = self._value(column)
            if column is self.reader.no:
                value = self.values[column.key]
                self.no = value if isinstance(value, int) else None
        name = self.values.get(self.reader.name.key) if self.reader.name else None
        return Row(
            position=self.place,
            values={column.key: self.values[column.key] for column in self.form.columns},
            source=self._source(),
            no=self.no,
            name=name if isinstance(name, str) else "",
            group=self.reader.group(self.block),
            has_number=self.reader.no is not None,
        )

    def total(self) -> Row:
        """The total row: numbers as numbers, every other cell as plain text."""
        word = compare_key(self.form.total or "")
        values: dict[str, Value] = {}
        for column in self.form.columns:
            cell = CellText() if column.fill else self._cell(column)
            text = one_line(cell.shown) if cell else ""
            if column.kind == "number" and compare_key(text) != word:
                values[column.key] = self._value(column)
            elif column.kind != "number" and text:
                values[column.key] = text
        return Row(0, values, self._source(), name=self.form.total or "", has_number=False)

    def _source(self) -> RowSource:
        return RowSource(self.sheet.name, self.block.start, self.reader.places)

    # ---- cells

    def _at(self, key: str, column: int | None = None) -> CellRef:
        return self.sheet.ref(self.block.start, column or self.table.column(key) or 1)

    def _report(self, code: str, column: Column, at: CellRef | None = None, **params: Any) -> None:
        if "value" in params:
            params["value"] = shortened(one_line(as_shown(params["value"])), _SHOWN_LENGTH)
        params.setdefault("title", column.name)
        at = at or self._at(column.key)
        self.reader.findings.append(finding(code, at=at, project=self.no, **params))

    def _value_of(self, parsed: Parsed, column: Column) -> Plain:
        """Return the parsed value of a cell; report its problems as findings."""
        for problem in parsed.problems:
            self._report(problem.code, column, **problem.params)
        return parsed.value

    def _cell(self, column: Column, at: int | None = None) -> CellText | None:
        """A cell's value; if the row covers several sheet rows, their texts joined by line breaks.

        None if the value is unusable; a finding reports why.
        """
        at = at or self.table.columns.get(column.key)
        if at is None:
            return CellText()
        merged_down = self.reader.merged_down
        rows = (
            dict.fromkeys(merged_down.get((row, at), row) for row in self.block)
            if merged_down
            else self.block
        )
        values: list[tuple[CellValue, str]] = []
        is_typed = True
        for row in rows:
            if not self._is_usable(column, row, at):
                return None
            value = self.sheet.value(row, at)
            if is_filled(value):
                values.append((value, self._shown(row, at, value)))
                is_typed = is_typed and self._is_typed(value, self.sheet.shown.get((row, at)))
        if not values:
            return CellText()
        if len(values) == 1:
            return CellText(*values[0], is_typed)
        text = "\n".join(shown for _, shown in values)
        return CellText(text, text, is_typed)

    @staticmethod
    def _is_typed(value: CellValue, shown: str | None) -> bool:
        """Whether a cell is shown as typed: Excel turns a typed 3/9 or 3-9 into 3月9日."""
        if isinstance(value, dt.date):
            numbers = re.findall(r"\d+", shown or "")
            return "年" in (shown or "") or len(numbers) > len(("month", "day"))
        is_plain = isinstance(value, str | int) and not isinstance(value, bool)
        return is_plain or shown is not None

    def _shown(self, row: int, column: int, value: CellValue) -> str:
        """The value as Excel shows it in that cell."""
        return self.sheet.shown.get((row, column)) or as_shown(value)

    def _is_usable(self, column: Column, row: int, at: int) -> bool:
        """Whether a cell has a usable value; if not, a finding reports why."""
        place = (row, at)
        if place in self.sheet.unresolved:
            self._report("formula-unresolved", column, self.sheet.ref(row, at))
            return False
        if place in self.sheet.errors:
            value = self.sheet.errors[place]
            self._report("error-value", column, self.sheet.ref(row, at), value=value)
            return False
        return True

    # ---- values

    def _value(self, column: Column) -> Value:
        return self.reader.methods[column.key](self, column)

    def absent(self, _column: Column) -> None:
        """No value: the master does not have the column."""

    def plain(self, column: Column) -> Plain:
        """The value of a cell with one value."""
        return self._spelling(self._parsed(column), column)

    def _parsed(self, column: Column) -> Plain:
        cell = self._cell(column)
        return None if cell is None else self._value_of(kind_of(column).parse(cell, column), column)

    def _spelling(self, value: Plain, column: Column) -> Plain:
        """A label inside another column's cell in the form's spelling; a letter normalised."""
        if column.inside is not None and isinstance(value, str):
            value = without_brackets(value)
            return self.reader.labels.get(compare_key(value), value) or None
        if column.kind == "word" and isinstance(value, str) and _LETTER.fullmatch(value):
            # Ａ becomes A. a becomes A only in a judgement table, which has only capitals.
            judgement = self.form.judgement
            is_judgement_letter = judgement is not None and column.key == judgement.letter
            return (
                compare_key(value) if is_judgement_letter else unicodedata.normalize("NFKC", value)
            )
        return value

    def choice(self, column: Column) -> Plain:
        """The choice in one cell, or in one cell for each choice."""
        if column.key not in self.table.choice_columns:
            return self._parsed(column) if self.table.holds(column.key) else None
        chosen = self._marked_columns(column)
        return None if chosen is None else self._value_of(chosen_one(chosen, column), column)

    # ---- one cell for a column and the one printed inside it: A（継続）

    def parts(self, column: Column) -> Value:
        """The value of a column that shares its cell; stores the values of all columns in it."""
        host = self.form.column(column.inside) if column.inside else column
        inner = self.reader.inner(host.key)
        whole = self.plain(host) if self.table.holds(host.key) else None
        parts: dict[str, Plain] = {host.key: whole}
        text = whole if isinstance(whole, str) else ""
        if text and host.kind == "word" and inner:
            first, rest = _split_letter(text)
            parts[host.key] = first
            parts[inner[0].key] = self._spelling(rest, inner[0])
        for inner_column in inner:
            parts.setdefault(inner_column.key, None)
            if self.table.holds(inner_column.key):
                own = self.plain(inner_column)
                self._contradiction(inner_column, own, parts.get(inner_column.key), text)
                parts[inner_column.key] = own or parts.get(inner_column.key)
        self.values.update(parts)
        return parts.get(column.key)

    def _contradiction(self, column: Column, own: Plain, combined: Plain, other: str) -> None:
        if own and combined and compare_key(str(own)) != compare_key(str(combined)):
            self._report("judgement-contradicts", column, value=str(own), other=other)

    # ---- the opinions of the council

    def fill(self, column: Column) -> Fill:
        """The opinion of the council, of any kind."""
        if not self.table.holds(column.key):
            return Fill()
        if not column.is_choice:
            value = self._filled_value(column)
            return Fill(Status.WRITTEN, value) if value is not None else Fill()
        if self._is_as_proposed(column):
            proposed = self._proposed(column)
            return Fill(Status.CHOSEN, proposed) if proposed is not None else Fill()
        statuses = self.reader.statuses
        chosen = self._marked(column, tuple(statuses))
        if not chosen or len(chosen) > 1:
            return Fill()
        if chosen[0] in statuses:
            return Fill(statuses[chosen[0]])
        return Fill(Status.CHOSEN, chosen[0])

    def _filled_value(self, column: Column) -> Plain:
        """An optional value of any kind."""
        cell = self._cell(column)
        if cell is None or not cell.shown.strip():
            return None
        return self._value_of(kind_of(column).parse(cell, column), column)

    def _proposed(self, column: Column) -> Plain:
        """The proposal of this row that the opinion is compared with."""
        if column.against is None:
            return None
        if column.against not in self.values:
            self.values[column.against] = self._value(self.form.column(column.against))
        value = self.values[column.against]
        return None if isinstance(value, Fill) else value

    def _is_as_proposed(self, column: Column) -> bool:
        at = self.table.columns.get(column.key)
        first = self.block.start
        row = self.reader.merged_down.get((first, at), first) if at else first
        value = self.sheet.value(row, at) if at else None
        return column.against is not None and isinstance(value, str) and is_as_proposed(value)

    def _marked(self, column: Column, words: tuple[str, ...]) -> tuple[str, ...] | None:
        """The marked choices; None if a finding already reports that the cell is unreadable."""
        if column.key in self.table.choice_columns:
            chosen = self._marked_columns(column)
        else:
            cell = self._cell(column)
            if cell is None:
                return None
            chosen = marked_labels(cell.shown, column.choices, words)
            if chosen is None:
                labels = "、".join((*column.choices, *words))
                self._report("choice-unknown", column, value=cell.shown, labels=labels)
        if chosen is not None and len(chosen) > 1:
            self._report("choice-several", column, value="、".join(chosen))
        return chosen

    def _marked_columns(self, column: Column) -> tuple[str, ...] | None:
        """The marked choices of one column each: ● has priority over ○, ○ over an empty cell."""
        marked: dict[Mark, list[str]] = {mark: [] for mark in Mark}
        readable = True
        for label, at in self.table.choice_columns[column.key].items():
            cell = self._cell(column, at)
            mark = parse_mark(cell.value) if cell is not None else None
            if cell is not None and compare_key(cell.shown) == compare_key(label):
                mark = Mark.STRONG
            if mark is not None:
                marked[mark].append(label)
            elif cell is not None:
                ref = self._at(column.key, at)
                self._report("mark-unreadable", column, ref, value=cell.shown)
            readable = readable and mark is not None
        if not readable:
            return None
        weak = [] if self.reader.circle_is_empty else marked[Mark.WEAK]
        return tuple(marked[Mark.STRONG] or weak)


def _split_letter(text: str) -> tuple[str | None, str | None]:
    """``A（継続）``, ``Ａ 継続``, ``A`` or ``（継続）`` → letter and label."""
    match = _LETTER.match(text)
    if match is None:
        return None, without_brackets(text) or None
    return compare_key(match["letter"]), without_brackets(text[match.end() :]) or None


# ---- letters and labels from the judgement table


def _with_judgement_completed(
    rows: tuple[Row, ...], form: Form, reported: frozenset[tuple[str | None, str | None]]
) -> tuple[tuple[Row, ...], tuple[Finding, ...]]:
    """The rows, with missing letters and labels added from the judgement table.

    Some masters have only the letter, some only the label. Only attested cells
    of the table are used, and one notice contains their number. ``reported`` are the (sheet, cell)
    pairs that already have a finding; a missing value there is not reported again.
    """
    table = form.judgement
    if table is None:
        return rows, ()
    additions = [_completed(row, table) for row in rows]
    completed = tuple(
        replace(row, values={**row.values, **addition}) if addition else row
        for row, addition in zip(rows, additions, strict=True)
    )
    findings = [
        found
        for found in _incomplete(completed, table)
        if (found.sheet, found.cell) not in reported
    ]
    labels = [row.source.cell(table.label) for row in rows]
    filled = [
        row
        for row, addition, label in zip(rows, additions, labels, strict=True)
        if addition and (label.sheet, label.address) not in reported
    ]
    if filled:
        at = filled[0].source.cell(table.letter)
        findings.append(finding("judgement-completed", at=at, value=len(filled)))
    return completed, tuple(findings)


def _incomplete(rows: Sequence[Row], table: JudgementTable) -> Iterator[Finding]:
    """Report rows whose letter or label is missing and is not in the judgement table."""
    for row in rows:
        letter, label = row.text(table.letter), row.text(table.label)
        if not letter and not label:
            at = row.source.cell(table.letter)
            yield finding("judgement-empty", at=at, project=row.no, title="判定")
        elif not (letter and label):
            yield finding(
                "judgement-incomplete",
                at=row.source.cell(table.label if letter else table.letter),
                project=row.no,
                value=letter or label,
                part="区分" if letter else "文字",
            )


def _completed(row: Row, table: JudgementTable) -> Mapping[str, Value]:
    letter, label = row.text(table.letter), row.text(table.label)
    attested = [cell for cell in table.cells if cell.attested and cell.label]
    if letter and not label:
        labels = {cell.label for cell in attested if cell.letter == letter}
        return {table.label: next(iter(labels))} if len(labels) == 1 else {}
    if label and not letter:
        cell = table.cell(row.values.get(table.rows), row.values.get(table.columns))
        if cell is not None and cell.attested and cell.label == label:
            return {table.letter: cell.letter}
    return {}
