"""The sheets 会議情報 and 判定表: a workbook in, the meeting and the table out.

Both sheets are optional; the form has default values for what a master does not contain.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from pipeline.base.text import (
    as_shown,
    code_points,
    compare_key,
    era_date,
    figure,
    forbidden_characters,
    near_hint,
    one_line,
    parse_whole,
)
from pipeline.master.meeting_date import MeetingDate, read_meeting_date
from pipeline.model.findings import Finding, finding
from pipeline.model.form import (
    ACCEPTED,
    JUDGEMENT_SHEET,
    MEETING_SHEET,
    Form,
    JudgementCell,
    JudgementTable,
)
from pipeline.model.grid import CellRef, CellValue, Sheet, Workbook, is_filled
from pipeline.model.meeting import MEETING_FIELDS, Acceptance, Meeting

# 「No.15 説明と方針の違い: 協議済」: a project and a reason.
_ACCEPTANCE = re.compile(
    r"(?:[NＮ][oOｏＯ]|№|第)?[.．]?\s*(?P<no>\d{1,6})\s*(?:番|号)?[\s:：、,・]\s*(?P<reason>\S.*)"
)


_ATTESTED = "確認済"
# The headings of the two columns of the sheet.
_COLUMN_HEADINGS = frozenset({"項目", "キー", "区分", "見出し", "項目名", "KEY"})
# Some offices write only a number in these lines, for 第２回 and 資料１.
_NUMBERED = {"session": "第{}回", "number": "資料{}"}


def read_meeting(workbook: Workbook, form: Form) -> tuple[Meeting, tuple[Finding, ...]]:
    """The meeting from the sheet 会議情報 (key, value), else from the form's defaults."""
    values: dict[str, object] = {"number": form.number, "title": form.title, **form.meeting}
    findings: list[Finding] = []
    accepted: tuple[Acceptance, ...] = ()
    sheet = workbook.called(MEETING_SHEET)
    if sheet is not None:
        stated, findings = _stated_values(sheet)
        values |= {key: value for key, value in stated.items() if value is not None}
        accepted, unreadable = _acceptances(sheet, form)
        findings += [*unreadable, *unused_lines(sheet, *_labels(form))]
    date = values.pop("date", None)
    # The date in the form is a text.
    meeting_date = date if isinstance(date, MeetingDate) else read_meeting_date(date)
    if date is not None and meeting_date is None:
        findings.append(
            finding("date-unreadable", sheet="form.toml [meeting]", value=date, title="date")
        )
    text = {key: str(value) for key, value in values.items() if value is not None}
    meeting = Meeting(
        number=text.pop("number", ""),
        title=text.pop("title", form.title),
        date=meeting_date.date if meeting_date else None,
        when=meeting_date.shown if meeting_date else None,
        accepted=accepted,
        **text,
    )
    return meeting, tuple(findings)


def stated_form_name(workbook: Workbook) -> str | None:
    """The name of the form in the line 様式 of 会議情報; None if there is no such line."""
    sheet = workbook.called(MEETING_SHEET)
    name = _stated_values(sheet)[0].get("form") if sheet else None
    return None if name is None else str(name)


def _labels(form: Form) -> tuple[list[str], list[str]]:
    """The titles of the lines of the sheet, and their synonyms."""
    fields = [(field.title, field.synonyms) for field in MEETING_FIELDS]
    fields += [(c.name, c.synonyms) for c in form.columns if c.key == ACCEPTED]
    return [title for title, _ in fields], [name for _, others in fields for name in others]


def _stated_values(sheet: Sheet) -> tuple[dict[str, object], list[Finding]]:
    """Field key → value for each known line of the sheet, and the findings about the lines."""
    keys = {_key(name): f.key for f in MEETING_FIELDS for name in (f.title, *f.synonyms)}
    stated: dict[str, object] = {}
    findings: list[Finding] = []
    for row in range(1, len(sheet.rows) + 1):
        label, at = _line(sheet, row)
        key = keys.get(_key(label))
        if key is None:
            continue
        value, found = _value(sheet, at, key, label)
        findings += found
        if value is not None and key in stated:
            findings.append(finding("meeting-line-twice", at=at, title=label, value=stated[key]))
        elif value is not None:
            stated[key] = value
    return stated, findings


def _key(label: str) -> str:
    return compare_key(label).rstrip(":.")


def _line(sheet: Sheet, row: int) -> tuple[str, CellRef]:
    """The label of a row (its first filled cell), and the place of the value to its right."""
    for column in range(1, sheet.width + 1):
        value = sheet.value(row, column)
        if value is not None:
            last = [
                m.last_column
                for m in sheet.merged
                if (m.first_row, m.first_column) == (row, column)
            ]
            return str(value), sheet.ref(row, max([column, *last]) + 1)
    return "", sheet.ref(row, 1)


def _value(
    sheet: Sheet, at: CellRef, key: str, label: str
) -> tuple[str | MeetingDate | None, list[Finding]]:
    """The value of a line in the form of its field, or None and the findings about it."""
    if unusable := _unusable_finding(sheet, at, label):
        return None, [unusable]
    value = sheet.value(at.row, at.column)
    if key == "date" and is_filled(value):
        found = read_meeting_date(value)
        if found is None:
            return None, [finding("date-unreadable", at=at, value=as_shown(value), title=label)]
        return found, _weekday(found, at, value, label)
    number = parse_whole(value) if isinstance(value, int | float) else None
    if key in _NUMBERED and number is not None:
        return _NUMBERED[key].format(figure(number)), []
    text = _text(value)
    forbidden = forbidden_characters(as_shown(value)) if text else ()
    shown = "、".join(map(code_points, forbidden))
    findings = [finding("control-characters", at=at, value=shown, title=label)] if forbidden else []
    return text, findings


def _unusable_finding(sheet: Sheet, at: CellRef, title: object) -> Finding | None:
    """A finding if a cell has an error value or an uncalculated formula, else None."""
    place = (at.row, at.column)
    if place in sheet.unresolved:
        return finding("formula-unresolved", at=at, title=title)
    if place in sheet.errors:
        return finding("error-value", at=at, value=sheet.errors[place], title=title)
    return None


def _weekday(found: MeetingDate, at: CellRef, value: CellValue, label: str) -> list[Finding]:
    """A warning if the written weekday is not the weekday of the date."""
    if found.wrong_weekday is None:
        return []
    date, weekday = era_date(found.date), found.weekday
    shown = one_line(as_shown(value))
    return [finding("weekday-differs", at=at, value=shown, title=label, date=date, weekday=weekday)]


def unused_lines(
    sheet: Sheet, titles: Collection[str], synonyms: Collection[str]
) -> Iterator[Finding]:
    """A notice for each line with a value whose label is not a known title or synonym.

    No notice for a label without a value (a title of the sheet) and for column headings
    such as 項目.
    """
    known = (*titles, *synonyms)
    keys = {_key(label) for label in known} | _COLUMN_HEADINGS
    for row in range(1, len(sheet.rows) + 1):
        label, at = _line(sheet, row)
        value = sheet.value(at.row, at.column)
        if _key(label) in keys or not is_filled(value):
            continue
        yield finding(
            "meeting-line-unused",
            at=CellRef(at.sheet, row, at.column),
            value=one_line(label),
            near=near_hint(label, known),
            known="、".join(titles),
        )


def _acceptances(sheet: Sheet, form: Form) -> tuple[tuple[Acceptance, ...], list[Finding]]:
    """The acceptances of the office: any number of lines 確認済 with 「No.15 協議済」."""
    titles = {
        _key(name)
        for column in form.columns
        if column.key == ACCEPTED
        for name in (column.name, *column.synonyms)
    }
    accepted: list[Acceptance] = []
    findings: list[Finding] = []
    for row, cells in enumerate(sheet.rows, start=1):
        label, at = _line(sheet, row)
        if _key(label) not in titles:
            continue
        text = " ".join(as_shown(value) for value in cells[at.column - 1 :] if value is not None)
        for line in filter(None, (each.strip() for each in text.splitlines())):
            match = _ACCEPTANCE.fullmatch(line)
            if match:
                accepted.append(Acceptance(int(match["no"]), match["reason"]))
            else:
                findings.append(finding("acceptance-unreadable", at=at, value=line))
    return tuple(accepted), findings


def _text(value: CellValue) -> str | None:
    return one_line(as_shown(value)) or None


def read_judgement_table(
    workbook: Workbook, form: Form
) -> tuple[JudgementTable | None, tuple[Finding, ...]]:
    """The office's own 判定表, or None if the master has no such sheet.

    Columns: the two scores of the form's table, 判定, and optionally 判定区分
    and 根拠 (確認済 for an attested cell; any other value means inferred).
    """
    form_table = form.judgement
    sheet = workbook.called(JUDGEMENT_SHEET)
    if form_table is None or sheet is None:
        return None, ()
    header = _judgement_header(sheet, form, form_table)
    if header is None:
        return None, (finding("judgement-table-unreadable", sheet=sheet.name),)
    cells, findings = _judgement_cells(sheet, *header)
    return replace(form_table, cells=cells), findings


def _judgement_cells(
    sheet: Sheet, top: int, columns: dict[str, int]
) -> tuple[tuple[JudgementCell, ...], tuple[Finding, ...]]:
    """The rows below the header as cells of the table; without a column 根拠 all are attested."""
    cells: dict[tuple[int, int], JudgementCell] = {}
    findings: list[Finding] = []
    for row in range(top + 1, len(sheet.rows) + 1):
        values = {role: sheet.value(row, column) for role, column in columns.items()}
        first, second = parse_whole(values["row"]), parse_whole(values["column"])
        letter = _text(values["letter"])
        if first is None and second is None and letter is None:
            continue
        if first is None or second is None or letter is None:
            findings += _row_findings(sheet, top, row, columns)
        elif (first, second) in cells:
            at = sheet.ref(row, columns["row"])
            findings.append(finding("judgement-row-twice", at=at, value=f"{first}・{second}"))
        else:
            ground = _text(values.get("ground")) if "ground" in columns else _ATTESTED
            cells[first, second] = JudgementCell(
                row=first,
                column=second,
                letter=compare_key(letter),
                label=_text(values.get("label")),
                attested=ground is not None and compare_key(ground).startswith(_ATTESTED),
            )
    return tuple(cells.values()), tuple(findings)


def _row_findings(sheet: Sheet, top: int, row: int, columns: dict[str, int]) -> Iterator[Finding]:
    """The findings about an unusable row of the 判定表, each with its cell."""
    for role in ("row", "column", "letter"):
        at, title = sheet.ref(row, columns[role]), sheet.value(top, columns[role])
        value = sheet.value(row, columns[role])
        if unusable := _unusable_finding(sheet, at, title):
            yield unusable
        elif not is_filled(value):
            yield finding("judgement-row-incomplete", at=at, title=title)
        elif role != "letter" and parse_whole(value) is None:
            yield finding("judgement-row-unreadable", at=at, title=title, value=value)


def _judgement_header(
    sheet: Sheet, form: Form, form_table: JudgementTable
) -> tuple[int, dict[str, int]] | None:
    """The header row and the columns by role, or None if no row is such a header."""
    names = {"row": form.column(form_table.rows), "column": form.column(form_table.columns)}
    roles = {
        compare_key(name): role
        for role, column in names.items()
        for name in (column.name, *column.synonyms)
    }
    roles |= {"判定": "letter", "判定区分": "label", "区分": "label", "根拠": "ground"}
    for row in range(1, min(len(sheet.rows), 10) + 1):
        found = {
            roles[compare_key(value)]: column
            for column, value in enumerate(sheet.rows[row - 1], start=1)
            if isinstance(value, str) and compare_key(value) in roles
        }
        if {"row", "column", "letter"} <= found.keys():
            return row, found
    return None
