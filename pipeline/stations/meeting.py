"""The sheets 会議情報 and 判定表: a workbook in, the meeting and the table out.

Both are optional; what a master does not say comes from the form.
"""

from __future__ import annotations

import datetime as dt
import re

from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form, JudgementCell, JudgementTable
from pipeline.model.grid import CellValue, Sheet, Workbook
from pipeline.model.records import Acceptance, Meeting
from pipeline.text import compare_key, one_line, parse_date, parse_whole

# 「No.15 説明と方針の違い: 協議済」: a project and a reason.
_ACCEPTANCE = re.compile(
    r"(?:[NＮ][oOｏＯ]|№|第)?[.．]?\s*(?P<no>\d{1,6})\s*(?:番|号)?[\s:：、,・]\s*(?P<reason>\S.*)"
)


def read_meeting(workbook: Workbook, form: Form) -> tuple[Meeting, tuple[Finding, ...]]:
    """The meeting as the sheet 会議情報 (key, value) tells it, else the form's defaults."""
    values: dict[str, object] = {f.key: f.default for f in form.file.meeting}
    findings: list[Finding] = []
    accepted: tuple[Acceptance, ...] = ()
    sheet = workbook.sheet(form.file.meeting_sheet)
    if sheet is not None:
        said, findings = _said(sheet, form)
        values |= {key: value for key, value in said.items() if value is not None}
        accepted, unread = _acceptances(sheet, form)
        findings += unread
    date = values.get("date")
    text = {key: str(value) for key, value in values.items() if value is not None and key != "date"}
    meeting = Meeting(
        number=text.get("number", ""),
        title=text.get("title", form.file.description),
        council=text.get("council"),
        session=text.get("session"),
        date=date if isinstance(date, dt.date) else None,
        place=text.get("place"),
        members_label=text.get("members_label"),
        secretariat=text.get("secretariat"),
        note=text.get("note"),
        accepted=accepted,
    )
    return meeting, tuple(findings)


def _said(sheet: Sheet, form: Form) -> tuple[dict[str, object], list[Finding]]:
    """Field key → value for each known key of the sheet, and what is wrong there."""
    keys = {compare_key(name): f.key for f in form.file.meeting for name in (f.title, *f.synonyms)}
    said: dict[str, object] = {}
    findings: list[Finding] = []
    for row in range(1, len(sheet.rows) + 1):
        label = sheet.value(row, 1)
        key = keys.get(compare_key(label)) if isinstance(label, str) else None
        if key is None:
            continue
        at = sheet.ref(row, 2)
        if (row, 2) in sheet.unresolved:
            findings.append(finding("formula-unresolved", at=at, title=label))
        elif (row, 2) in sheet.errors:
            findings.append(finding("error-value", at=at, value=sheet.errors[row, 2], title=label))
        elif key == "date":
            value = sheet.value(row, 2)
            said[key] = parse_date(value)
            if said[key] is None and value is not None:
                findings.append(finding("date-unreadable", at=at, value=value, title=label))
        else:
            said[key] = _text(sheet.value(row, 2))
    return said, findings


def _acceptances(sheet: Sheet, form: Form) -> tuple[tuple[Acceptance, ...], list[Finding]]:
    """What the office has accepted here: lines 確認済 with 「No.15 協議済」, any number of them."""
    titles = {
        compare_key(name)
        for column in form.columns
        if column.key == "accepted"
        for name in (column.title, *column.synonyms)
    }
    accepted: list[Acceptance] = []
    findings: list[Finding] = []
    for row, cells in enumerate(sheet.rows, start=1):
        label = sheet.value(row, 1)
        if not isinstance(label, str) or compare_key(label) not in titles:
            continue
        text = " ".join(str(value) for value in cells[1:] if value is not None)
        for line in filter(None, (each.strip() for each in text.splitlines())):
            match = _ACCEPTANCE.fullmatch(line)
            if match:
                accepted.append(Acceptance(int(match["no"]), match["reason"]))
            else:
                at = sheet.ref(row, 2)
                findings.append(finding("acceptance-unreadable", at=at, value=line))
    return tuple(accepted), findings


def _text(value: CellValue) -> str | None:
    return (one_line(str(value)) or None) if value is not None else None


def read_judgement_table(
    workbook: Workbook, form: Form
) -> tuple[JudgementTable | None, tuple[Finding, ...]]:
    """The office's own 判定表, or None where the master has no such sheet.

    Columns: the two ratings of the form's table, 判定, and where known 判定区分
    and 根拠 (確認済 for an attested cell; anything else is inferred).
    """
    shipped = form.file.judgement
    sheet = workbook.sheet(form.file.judgement_sheet)
    if shipped is None or sheet is None:
        return None, ()
    header = _judgement_header(sheet, form, shipped)
    if header is None:
        return None, (finding("judgement-table-unreadable", sheet=sheet.name),)
    cells: list[JudgementCell] = []
    findings: list[Finding] = []
    top, columns = header
    for row in range(top + 1, len(sheet.rows) + 1):
        pair = [parse_whole(sheet.value(row, columns[key])) for key in ("row", "column")]
        letter = _text(sheet.value(row, columns["letter"]))
        if pair == [None, None] and letter is None:
            continue
        if pair[0] is None or pair[1] is None or letter is None:
            at = sheet.ref(row, columns["letter"])
            findings.append(finding("judgement-row-unreadable", at=at))
            continue
        label = _text(sheet.value(row, columns["label"])) if "label" in columns else None
        ground = _text(sheet.value(row, columns["ground"])) if "ground" in columns else "確認済"
        cells.append(
            JudgementCell(
                row=pair[0],
                column=pair[1],
                letter=compare_key(letter),
                label=label,
                attested=ground is not None and compare_key(ground).startswith("確認済"),
            )
        )
    return JudgementTable(rows=shipped.rows, columns=shipped.columns, cells=tuple(cells)), tuple(
        findings
    )


def _judgement_header(
    sheet: Sheet, form: Form, shipped: JudgementTable
) -> tuple[int, dict[str, int]] | None:
    """The header row and the columns by role, or None where it can't be understood."""
    names = {
        "row": form.rating(shipped.rows),
        "column": form.rating(shipped.columns),
    }
    roles = {
        compare_key(name): role
        for role, rating in names.items()
        for name in (rating.title, *rating.synonyms)
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
