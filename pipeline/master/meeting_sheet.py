"""The sheets 会議情報 and 判定表: a workbook in, the meeting and the table out.

Both are optional; what a master does not say comes from the form.
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
# What heads the two columns of the sheet.
_HEADS = frozenset({"項目", "キー", "区分", "見出し", "項目名", "KEY"})
# A bare number in these lines is how some offices write 第２回 and 資料１.
_COUNTED = {"session": "第{}回", "number": "資料{}"}


def read_meeting(workbook: Workbook, form: Form) -> tuple[Meeting, tuple[Finding, ...]]:
    """The meeting as the sheet 会議情報 (key, value) tells it, else the form's defaults."""
    values: dict[str, object] = {"number": form.number, "title": form.title, **form.meeting}
    findings: list[Finding] = []
    accepted: tuple[Acceptance, ...] = ()
    sheet = workbook.called(MEETING_SHEET)
    if sheet is not None:
        said, findings = _said(sheet)
        values |= {key: value for key, value in said.items() if value is not None}
        accepted, unread = _acceptances(sheet, form)
        findings += [*unread, *unused_lines(sheet, *_labels(form))]
    told = values.pop("date", None)
    # The form's own date is a text.
    held = told if isinstance(told, MeetingDate) else read_meeting_date(told)
    if told is not None and held is None:
        findings.append(
            finding("date-unreadable", sheet="form.toml [meeting]", value=told, title="date")
        )
    text = {key: str(value) for key, value in values.items() if value is not None}
    meeting = Meeting(
        number=text.pop("number", ""),
        title=text.pop("title", form.title),
        date=held.date if held else None,
        when=held.shown if held else None,
        accepted=accepted,
        **text,
    )
    return meeting, tuple(findings)


def form_named(workbook: Workbook) -> str | None:
    """The form that the line 様式 of 会議情報 names; None where there is no such line."""
    sheet = workbook.called(MEETING_SHEET)
    named = _said(sheet)[0].get("form") if sheet else None
    return None if named is None else str(named)


def _labels(form: Form) -> tuple[list[str], list[str]]:
    """The titles that the lines of the sheet have, and other words for them."""
    fields = [(field.title, field.synonyms) for field in MEETING_FIELDS]
    fields += [(c.name, c.synonyms) for c in form.columns if c.key == ACCEPTED]
    return [title for title, _ in fields], [name for _, others in fields for name in others]


def _said(sheet: Sheet) -> tuple[dict[str, object], list[Finding]]:
    """Field key → value for each known key of the sheet, and what is wrong there."""
    keys = {_key(name): f.key for f in MEETING_FIELDS for name in (f.title, *f.synonyms)}
    said: dict[str, object] = {}
    findings: list[Finding] = []
    for row in range(1, len(sheet.rows) + 1):
        label, at = _line(sheet, row)
        key = keys.get(_key(label))
        if key is None:
            continue
        value, found = _value(sheet, at, key, label)
        findings += found
        if value is not None and key in said:
            findings.append(finding("meeting-line-twice", at=at, title=label, value=said[key]))
        elif value is not None:
            said[key] = value
    return said, findings


def _key(label: str) -> str:
    return compare_key(label).rstrip(":.")


def _line(sheet: Sheet, row: int) -> tuple[str, CellRef]:
    """The first filled cell of a row, and the place of the value on its right."""
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
    """The value of a line as its field has it, or None and what is wrong with it."""
    if dead := _dead(sheet, at, label):
        return None, [dead]
    value = sheet.value(at.row, at.column)
    if key == "date" and is_filled(value):
        found = read_meeting_date(value)
        if found is None:
            return None, [finding("date-unreadable", at=at, value=as_shown(value), title=label)]
        return found, _weekday(found, at, value, label)
    number = parse_whole(value) if isinstance(value, int | float) else None
    if key in _COUNTED and number is not None:
        return _COUNTED[key].format(figure(number)), []
    text = _text(value)
    forbidden = forbidden_characters(as_shown(value)) if text else ()
    shown = "、".join(map(code_points, forbidden))
    said = [finding("control-characters", at=at, value=shown, title=label)] if forbidden else []
    return text, said


def _dead(sheet: Sheet, at: CellRef, title: object) -> Finding | None:
    """Why a cell has no value that can be trusted; None where it has one or is empty."""
    place = (at.row, at.column)
    if place in sheet.unresolved:
        return finding("formula-unresolved", at=at, title=title)
    if place in sheet.errors:
        return finding("error-value", at=at, value=sheet.errors[place], title=title)
    return None


def _weekday(found: MeetingDate, at: CellRef, value: CellValue, label: str) -> list[Finding]:
    """A warning where the weekday that was written is not that of the date."""
    if found.wrong_weekday is None:
        return []
    date, weekday = era_date(found.date), found.weekday
    shown = one_line(as_shown(value))
    return [finding("weekday-differs", at=at, value=shown, title=label, date=date, weekday=weekday)]


def unused_lines(
    sheet: Sheet, titles: Collection[str], synonyms: Collection[str]
) -> Iterator[Finding]:
    """A notice for each line with a value whose label is none of the titles and synonyms.

    A word alone is a title of the sheet, and 項目 and its kind head its columns.
    """
    known = (*titles, *synonyms)
    keys = {_key(label) for label in known} | _HEADS
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
    """What the office has accepted here: lines 確認済 with 「No.15 協議済」, any number of them."""
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
    """The office's own 判定表, or None where the master has no such sheet.

    Columns: the two scores of the form's table, 判定, and where known 判定区分
    and 根拠 (確認済 for an attested cell; anything else is inferred).
    """
    shipped = form.judgement
    sheet = workbook.called(JUDGEMENT_SHEET)
    if shipped is None or sheet is None:
        return None, ()
    header = _judgement_header(sheet, form, shipped)
    if header is None:
        return None, (finding("judgement-table-unreadable", sheet=sheet.name),)
    cells, findings = _judgement_cells(sheet, *header)
    return replace(shipped, cells=cells), findings


def _judgement_cells(
    sheet: Sheet, top: int, columns: dict[str, int]
) -> tuple[tuple[JudgementCell, ...], tuple[Finding, ...]]:
    """The rows below the header as cells of the table; without 根拠 they count as attested."""
    cells: dict[tuple[int, int], JudgementCell] = {}
    findings: list[Finding] = []
    for row in range(top + 1, len(sheet.rows) + 1):
        said = {role: sheet.value(row, column) for role, column in columns.items()}
        first, second = parse_whole(said["row"]), parse_whole(said["column"])
        letter = _text(said["letter"])
        if first is None and second is None and letter is None:
            continue
        if first is None or second is None or letter is None:
            findings += _gaps(sheet, top, row, columns)
        elif (first, second) in cells:
            at = sheet.ref(row, columns["row"])
            findings.append(finding("judgement-row-twice", at=at, value=f"{first}・{second}"))
        else:
            ground = _text(said.get("ground")) if "ground" in columns else _ATTESTED
            cells[first, second] = JudgementCell(
                row=first,
                column=second,
                letter=compare_key(letter),
                label=_text(said.get("label")),
                attested=ground is not None and compare_key(ground).startswith(_ATTESTED),
            )
    return tuple(cells.values()), tuple(findings)


def _gaps(sheet: Sheet, top: int, row: int, columns: dict[str, int]) -> Iterator[Finding]:
    """What is wrong with a row of the 判定表 that can't be used, each thing at its own cell."""
    for role in ("row", "column", "letter"):
        at, title = sheet.ref(row, columns[role]), sheet.value(top, columns[role])
        value = sheet.value(row, columns[role])
        if dead := _dead(sheet, at, title):
            yield dead
        elif not is_filled(value):
            yield finding("judgement-row-incomplete", at=at, title=title)
        elif role != "letter" and parse_whole(value) is None:
            yield finding("judgement-row-unreadable", at=at, title=title, value=value)


def _judgement_header(
    sheet: Sheet, form: Form, shipped: JudgementTable
) -> tuple[int, dict[str, int]] | None:
    """The header row and the columns by role, or None where it can't be understood."""
    names = {"row": form.column(shipped.rows), "column": form.column(shipped.columns)}
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
