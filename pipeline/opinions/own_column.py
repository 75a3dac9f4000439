"""Check the master's own opinions by the rule for filled-in files: records in, records out.

An opinion is not accepted if its cell is struck through, hidden, merged over other projects, a
formula or commented, or if another column with the same heading or a copy of the sheet
contradicts it. It is reported with its cell and the text seen, and is corrected in the master.
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
from pipeline.opinions.mentions import doubtful_remarks, may_contain_answer, mentioned_projects

_HEADER_ROWS = 6
# The kinds of columns that identify the project of a row in a copy of the sheet.
_IDENTIFYING = ("no", "name", "text")


def check_own_opinions(
    records: Records, workbook: Workbook, table: Table, form: Form
) -> tuple[Records, tuple[Finding, ...]]:
    """The records without the opinions that a person has to check, and a finding for each.

    A row that the office has accepted (確認済) keeps its opinion.
    """
    sheet = workbook.sheet(table.sheet)
    if sheet is None or not any(table.holds(column.key) for column in form.fills):
        return records, ()
    own_column = _OwnColumn(workbook, sheet, table, form)
    names = {identity_of(row): name_of(row, form) for row in records.rows}
    below = own_column.below({no: name for no, name in names.items() if no is not None})
    rows: list[Row] = []
    findings: list[Finding] = []
    for row, block in zip(records.rows, table.rows, strict=False):
        notes = () if is_blank(fills_of(row, form)) else below.get(identity_of(row), ())
        found = (*own_column.doubts(row, block), *notes)
        doubts = [] if row.text(ACCEPTED) else list(dict.fromkeys(found))
        rows.append(_blank(row, form) if doubts else row)
        if doubts:
            findings.append(_finding(row, block, doubts, own_column))
    if not workbook.has_formatting and any(not is_blank(fills_of(row, form)) for row in rows):
        findings.append(finding("own-opinion-looks", value=workbook.path.name))
    rest = records.rows[len(rows) :]
    return replace(records, rows=(*rows, *rest)), tuple(findings)


def _blank(row: Row, form: Form) -> Row:
    return replace(row, values={**row.values, **{c.key: Fill() for c in form.fills}})


def _finding(row: Row, block: range, doubts: list[Doubt], own_column: _OwnColumn) -> Finding:
    reasons = "、".join(doubt.words for doubt in doubts)
    at = row.source.cell(own_column.keys[0])
    shown = own_column.shown(block) or "なし"
    return finding("own-opinion-asked", at=at, project=row.no, value=shown, reasons=reasons)


class _OwnColumn:
    """The sheet of the table while its opinions are checked."""

    def __init__(self, workbook: Workbook, sheet: Sheet, table: Table, form: Form) -> None:
        self.sheet = sheet
        self.table = table
        self.form = form
        # The columns to fill in that the master has, and all columns that they are read from.
        self.keys = tuple(c.key for c in form.fills if table.holds(c.key))
        self.columns = tuple(column for key in self.keys for column in self._places(key))
        first = table.rows[0].start if table.rows else 1
        self._header_rows = range(max(1, first - _HEADER_ROWS), first)
        keys = {*table.columns, *table.choice_columns}
        self._read_columns = {place for key in keys for place in self._places(key)}
        self._fill_headings = {compare_key(n) for c in form.fills for n in (c.name, *c.synonyms)}
        self._words = tuple(
            dict.fromkeys(
                w for c in form.fills for w in (*c.choices, *form.words.by_status.values())
            )
        )
        unread = [
            column for column in range(1, sheet.width + 1) if column not in self._read_columns
        ]
        # Unread columns with the heading of a column to fill in, and columns without heading.
        self._unread_columns = [
            c for c in unread if any(self._is_fill_heading(row, c) for row in self._header_rows)
        ]
        self._without_heading = [column for column in unread if not self._heading(column)]
        self._header_doubts = tuple(self._doubts_of_headers())
        self._merges = [
            merge
            for merge in sheet.merged
            if any(merge.first_column <= column <= merge.last_column for column in self.columns)
        ]
        self._other_sheets = [other for other in workbook.sheets if other is not sheet]
        self._identifying = [
            table.columns[column.key]
            for column in form.columns
            if column.kind in _IDENTIFYING and not column.fill and column.key in table.columns
        ]

    def _places(self, key: str) -> tuple[int, ...]:
        single = (self.table.columns[key],) if key in self.table.columns else ()
        return (*single, *self.table.choice_columns.get(key, {}).values())

    def _heading(self, column: int) -> str:
        return "".join(as_shown(self.sheet.value(row, column)) for row in self._header_rows).strip()

    def _is_fill_heading(self, row: int, column: int) -> bool:
        return compare_key(as_shown(self.sheet.value(row, column))) in self._fill_headings

    def below(self, names: Mapping[int, str]) -> Mapping[int | None, list[Doubt]]:
        """Doubts about texts below the table that mention a project together with an answer."""
        found: dict[int | None, list[Doubt]] = {}
        last = max((rows.stop for rows in self.table.rows), default=1)
        cells = (text for row in self.sheet.rows[last - 1 :] for text in row)
        for text in cells:
            if isinstance(text, str) and may_contain_answer(text, self._words):
                for no in mentioned_projects(text, names)[0]:
                    found.setdefault(no, []).append(Doubt(Reason.OUTSIDE, text))
        return found

    def shown(self, rows: range) -> str:
        """The texts of the cells to fill in."""
        texts = (as_shown(self.sheet.value(r, c)).strip() for r in rows for c in self.columns)
        return "／".join(text for text in texts if text)

    def doubts(self, row: Row, rows: range) -> Iterator[Doubt]:
        """Why the opinion of a row can't be accepted unchanged."""
        is_filled = not is_blank(fills_of(row, self.form)) or bool(self.shown(rows))
        for sheet_row in rows:
            for doubt in cell_doubts(self.sheet, sheet_row, self.columns):
                # A comment may also refer to an empty cell.
                if doubt.reason is Reason.DRAWN or (
                    is_filled and doubt.reason is not Reason.MERGED
                ):
                    yield doubt
        if is_filled:
            yield from self._struck_names(rows)
            yield from self._header_doubts
            yield from self._unlabelled_texts(rows)
        fills = fills_of(row, self.form)
        if any(not fills[column.key].is_blank for column in self.form.opinions):
            for line in doubtful_remarks(fills, self.form):
                yield Doubt(Reason.REMARK, line)
        yield from self._merged(rows)
        yield from self._other_columns(rows)
        yield from self._copies(rows)

    def _doubts_of_headers(self) -> Iterator[Doubt]:
        """Doubts about headings of columns to fill in: struck, invisible, or a comment answers."""
        for row in self._header_rows:
            columns = [c for c in self.columns if self._is_fill_heading(row, c)]
            for doubt in cell_doubts(self.sheet, row, columns):
                is_answer = doubt.reason is Reason.DRAWN and may_contain_answer(
                    doubt.seen, self._words
                )
                if is_answer or doubt.reason in (Reason.STRUCK, Reason.UNSEEN):
                    yield doubt

    def _unlabelled_texts(self, rows: range) -> Iterator[Doubt]:
        """Texts in columns without heading that may be an answer or withdraw one."""
        for text in (self.sheet.value(row, c) for c in self._without_heading for row in rows):
            if not isinstance(text, str) or not text.strip():
                continue
            is_plain = is_plain_remark(text, None, self._words, (), begins=False)
            if may_contain_answer(text, self._words) or not is_plain:
                yield Doubt(Reason.OTHER_CELL, text)

    def _struck_names(self, rows: range) -> Iterator[Doubt]:
        identifying = (self.form.of_kind("no"), naming_column(self.form))
        for identifier in identifying:
            column = self.table.columns.get(identifier.key) if identifier else None
            for row in rows if column else ():
                if (row, column) in self.sheet.struck:
                    yield Doubt(Reason.STRUCK, self.sheet.struck[row, column or 0])

    def _merged(self, rows: range) -> Iterator[Doubt]:
        """Merges that show a text in rows of other projects or in several columns."""
        for merge in self._merges:
            if merge.last_row < rows.start or merge.first_row >= rows.stop:
                continue
            inside = rows.start <= merge.first_row and merge.last_row < rows.stop
            shown = as_shown(self.sheet.value(merge.first_row, merge.first_column))
            if shown.strip() and not (inside and merge.first_column == merge.last_column):
                yield Doubt(Reason.MERGED, shown)

    def _other_columns(self, rows: range) -> Iterator[Doubt]:
        """Unread columns with the same heading that contain another text."""
        for column in self._unread_columns:
            used = {compare_key(text) for text in self.shown(rows).split("／")}
            for row in rows:
                text = as_shown(self.sheet.value(row, column)).strip()
                if text and compare_key(text) not in used:
                    yield Doubt(Reason.SEVERAL_COLUMNS, text)

    def _copies(self, rows: range) -> Iterator[Doubt]:
        """Copies of the sheet, hidden or not, that contain another opinion on the project."""
        for copy in self._other_sheets:
            if rows.start > len(copy.rows) or not self._is_same_project(copy, rows):
                continue
            theirs = [as_shown(copy.value(r, c)).strip() for r in rows for c in self.columns]
            ours = [as_shown(self.sheet.value(r, c)).strip() for r in rows for c in self.columns]
            if theirs != ours:
                seen = "／".join(filter(None, theirs)) or "空"
                yield Doubt(Reason.OTHER_SHEET, f"{copy.name}：{seen}")

    def _is_same_project(self, copy: Sheet, rows: range) -> bool:
        """Whether the rows of another sheet are about the same project."""
        ours = [self._text(self.sheet, rows, column) for column in self._identifying]
        return any(ours) and ours == [self._text(copy, rows, c) for c in self._identifying]

    def _text(self, sheet: Sheet, rows: range, column: int) -> str:
        return compare_key("".join(as_shown(sheet.value(row, column)) for row in rows))
