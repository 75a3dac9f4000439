"""The master's own column of opinions, held to the same rule: records in, records out.

An opinion whose cell is struck, hidden, merged over other projects, a formula or commented,
or that another column of the same heading or a copy of the sheet contradicts, is not taken:
it is told with its cell and what was seen, and corrected in the master.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pipeline.base.text import as_shown, compare_key
from pipeline.model.doubts import Doubt, Reason
from pipeline.model.fills import fills_of, identity_of, is_blank, name_of, naming_column
from pipeline.model.findings import Finding, finding
from pipeline.model.form import ACCEPTED, Form
from pipeline.model.grid import Sheet, Workbook
from pipeline.model.records import Records, Row
from pipeline.model.table import Table
from pipeline.model.values import Fill
from pipeline.opinions.cells import cell_doubts
from pipeline.opinions.filled_handout.remarks import is_plain_remark
from pipeline.opinions.mentions import doubtful_remarks, named, speaks

_HEADER_ROWS = 6
# The kinds of columns that two sheets have in common of which one is a copy of the other.
_TELLING = ("no", "name", "text")


def check_own_opinions(
    records: Records, workbook: Workbook, table: Table, form: Form
) -> tuple[Records, tuple[Finding, ...]]:
    """The records without the opinions that a person has to look at, and these as findings.

    A row that the office has accepted (確認済) keeps what was read.
    """
    sheet = workbook.sheet(table.sheet)
    if sheet is None or not any(table.holds(column.key) for column in form.fills):
        return records, ()
    held = _Held(workbook, sheet, table, form)
    names = {identity_of(row): name_of(row, form) for row in records.rows}
    below = held.below({no: name for no, name in names.items() if no is not None})
    rows: list[Row] = []
    findings: list[Finding] = []
    for row, block in zip(records.rows, table.rows, strict=False):
        notes = () if is_blank(fills_of(row, form)) else below.get(identity_of(row), ())
        found = (*held.doubts(row, block), *notes)
        doubts = [] if row.text(ACCEPTED) else list(dict.fromkeys(found))
        rows.append(_blank(row, form) if doubts else row)
        if doubts:
            findings.append(_finding(row, block, doubts, held))
    if not workbook.has_looks and any(not is_blank(fills_of(row, form)) for row in rows):
        findings.append(finding("own-opinion-looks", value=workbook.path.name))
    rest = records.rows[len(rows) :]
    return replace(records, rows=(*rows, *rest)), tuple(findings)


def _blank(row: Row, form: Form) -> Row:
    return replace(row, values={**row.values, **{c.key: Fill() for c in form.fills}})


def _finding(row: Row, block: range, doubts: list[Doubt], held: _Held) -> Finding:
    reasons = "、".join(doubt.words for doubt in doubts)
    at = row.source.cell(held.keys[0])
    shown = held.shown(block) or "なし"
    return finding("own-opinion-asked", at=at, project=row.no, value=shown, reasons=reasons)


class _Held:
    """The sheet of the table while its opinions are looked at."""

    def __init__(self, workbook: Workbook, sheet: Sheet, table: Table, form: Form) -> None:
        self.sheet = sheet
        self.table = table
        self.form = form
        # The columns to fill in that the master has, and every place that they are read from.
        self.keys = tuple(c.key for c in form.fills if table.holds(c.key))
        self.columns = tuple(column for key in self.keys for column in self._places(key))
        first = table.rows[0].start if table.rows else 1
        self._heads = range(max(1, first - _HEADER_ROWS), first)
        keys = {*table.columns, *table.choice_columns}
        self._read = {place for key in keys for place in self._places(key)}
        self._names = {compare_key(n) for c in form.fills for n in (c.name, *c.synonyms)}
        self._words = tuple(
            dict.fromkeys(
                w for c in form.fills for w in (*c.choices, *form.words.by_status.values())
            )
        )
        rest = [column for column in range(1, sheet.width + 1) if column not in self._read]
        # Columns of a heading to fill in that are not read, and those without any heading.
        self._others = [c for c in rest if any(self._is_a_name(row, c) for row in self._heads)]
        self._untitled = [column for column in rest if not self._heading(column)]
        self._head_doubts = tuple(self._headers())
        self._merges = [
            each
            for each in sheet.merged
            if any(each.first_column <= column <= each.last_column for column in self.columns)
        ]
        self._sheets = [each for each in workbook.sheets if each is not sheet]
        self._telling = [
            table.columns[column.key]
            for column in form.columns
            if column.kind in _TELLING and not column.fill and column.key in table.columns
        ]

    def _places(self, key: str) -> tuple[int, ...]:
        single = (self.table.columns[key],) if key in self.table.columns else ()
        return (*single, *self.table.choice_columns.get(key, {}).values())

    def _heading(self, column: int) -> str:
        return "".join(as_shown(self.sheet.value(row, column)) for row in self._heads).strip()

    def _is_a_name(self, row: int, column: int) -> bool:
        return compare_key(as_shown(self.sheet.value(row, column))) in self._names

    def below(self, names: Mapping[int, str]) -> Mapping[int | None, list[Doubt]]:
        """What stands below the table and names a project together with an answer."""
        found: dict[int | None, list[Doubt]] = {}
        last = max((rows.stop for rows in self.table.rows), default=1)
        cells = (text for row in self.sheet.rows[last - 1 :] for text in row)
        for text in cells:
            if isinstance(text, str) and speaks(text, self._words):
                for no in named(text, names)[0]:
                    found.setdefault(no, []).append(Doubt(Reason.OUTSIDE, text))
        return found

    def shown(self, rows: range) -> str:
        """The words of the cells."""
        texts = (as_shown(self.sheet.value(r, c)).strip() for r in rows for c in self.columns)
        return "／".join(text for text in texts if text)

    def doubts(self, row: Row, rows: range) -> Iterator[Doubt]:
        """Why what a row says can't be taken as it stands."""
        says = not is_blank(fills_of(row, self.form)) or bool(self.shown(rows))
        for each in rows:
            for doubt in cell_doubts(self.sheet, each, self.columns):
                # A comment speaks of an empty cell as well.
                if doubt.reason is Reason.DRAWN or (says and doubt.reason is not Reason.MERGED):
                    yield doubt
        if says:
            yield from self._struck_names(rows)
            yield from self._head_doubts
            yield from self._beside(rows)
        fills = fills_of(row, self.form)
        if any(not fills[column.key].is_blank for column in self.form.opinions):
            for line in doubtful_remarks(fills, self.form):
                yield Doubt(Reason.REMARK, line)
        yield from self._merged(rows)
        yield from self._other_columns(rows)
        yield from self._copies(rows)

    def _headers(self) -> Iterator[Doubt]:
        """A heading to fill in that is struck or unseen, or on which a comment answers."""
        for row in self._heads:
            named_here = [c for c in self.columns if self._is_a_name(row, c)]
            for doubt in cell_doubts(self.sheet, row, named_here):
                is_answer = doubt.reason is Reason.DRAWN and speaks(doubt.seen, self._words)
                if is_answer or doubt.reason in (Reason.STRUCK, Reason.UNSEEN):
                    yield doubt

    def _beside(self, rows: range) -> Iterator[Doubt]:
        """Words in a column without any heading that may be an answer or take one back."""
        for text in (self.sheet.value(row, c) for c in self._untitled for row in rows):
            if not isinstance(text, str) or not text.strip():
                continue
            is_plain = is_plain_remark(text, None, self._words, (), begins=False)
            if speaks(text, self._words) or not is_plain:
                yield Doubt(Reason.OTHER_CELL, text)

    def _struck_names(self, rows: range) -> Iterator[Doubt]:
        telling = (self.form.of_kind("no"), naming_column(self.form))
        for each in telling:
            column = self.table.columns.get(each.key) if each else None
            for row in rows if column else ():
                if (row, column) in self.sheet.struck:
                    yield Doubt(Reason.STRUCK, self.sheet.struck[row, column or 0])

    def _merged(self, rows: range) -> Iterator[Doubt]:
        """A merge that shows a text in more rows than the project's own, or more columns."""
        for each in self._merges:
            if each.last_row < rows.start or each.first_row >= rows.stop:
                continue
            inside = rows.start <= each.first_row and each.last_row < rows.stop
            shown = as_shown(self.sheet.value(each.first_row, each.first_column))
            if shown.strip() and not (inside and each.first_column == each.last_column):
                yield Doubt(Reason.MERGED, shown)

    def _other_columns(self, rows: range) -> Iterator[Doubt]:
        """A column of the same heading that was not read, and says something else."""
        for column in self._others:
            used = {compare_key(text) for text in self.shown(rows).split("／")}
            for row in rows:
                text = as_shown(self.sheet.value(row, column)).strip()
                if text and compare_key(text) not in used:
                    yield Doubt(Reason.SEVERAL_COLUMNS, text)

    def _copies(self, rows: range) -> Iterator[Doubt]:
        """A copy of the sheet, hidden or not, that says something else of the project."""
        for copy in self._sheets:
            if rows.start > len(copy.rows) or not self._tell_the_same(copy, rows):
                continue
            theirs = [as_shown(copy.value(r, c)).strip() for r in rows for c in self.columns]
            ours = [as_shown(self.sheet.value(r, c)).strip() for r in rows for c in self.columns]
            if theirs != ours:
                seen = "／".join(filter(None, theirs)) or "空"
                yield Doubt(Reason.OTHER_SHEET, f"{copy.name}：{seen}")

    def _tell_the_same(self, copy: Sheet, rows: range) -> bool:
        """Whether a row of another sheet is about the project of this one's."""
        ours = [self._text(self.sheet, rows, column) for column in self._telling]
        return any(ours) and ours == [self._text(copy, rows, c) for c in self._telling]

    def _text(self, sheet: Sheet, rows: range, column: int) -> str:
        return compare_key("".join(as_shown(sheet.value(row, column)) for row in rows))
