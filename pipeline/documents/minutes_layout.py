"""会議録（案）: records and form in, draft minutes that an officer completes out."""

from __future__ import annotations

import datetime as dt
import re

from pipeline.documents.words import (
    agrees,
    comment_lines,
    enlarged,
    identity,
    opinion_text,
    row_label,
)
from pipeline.model.columns import Column
from pipeline.model.editions import Companion, Paper
from pipeline.model.fills import naming_column
from pipeline.model.form import Form
from pipeline.model.kinds import kind_of
from pipeline.model.meeting import Meeting
from pipeline.model.minutes import Minutes, MinutesHeadings, MinutesItem, MinutesRow
from pipeline.model.records import Records, Row
from pipeline.model.reference import Reference
from pipeline.model.values import Status

_BLANK = "（記入してください）"
_TIME = re.compile(r"時|[0-9０-９][:：][0-9０-９]")


def present_minutes(
    records: Records,
    form: Form,
    paper: Paper,
    *,
    date: dt.datetime,
    reference: Reference | None,
) -> Minutes:
    """The draft minutes, with the items that the master contains; the others are left blank.

    ``reference`` is the reference sheet that was handed out with the handout, if any.
    """
    meeting = records.meeting
    return Minutes(
        paper=paper,
        scale=enlarged(paper),
        label=form.words.of(Companion.MINUTES),
        prefix=meeting.number or meeting.title,
        number="",
        title=form.words.minutes,
        note=meeting.note,
        author=meeting.secretariat,
        date=date,
        identity=identity(meeting, form, Companion.MINUTES),
        entries=_entries(meeting),
        opinions=MinutesItem("意見の概要", (), "（ほかに出された意見があれば記入してください）"),
        disclaimer=form.words.disclaimer,
        headings=_headings(form),
        rows=tuple(_row(row, form) for row in records.rows),
        papers=_papers(meeting, reference),
    )


def _entries(meeting: Meeting) -> tuple[MinutesItem, ...]:
    subject = f"{meeting.title}について" + (f"（{meeting.number}）" if meeting.number else "")
    agenda = _entry("議題", meeting.agenda) if meeting.agenda else None
    return (
        MinutesItem("会議名", *_meeting_name(meeting)),
        _when(meeting),
        _entry("場所", meeting.place),
        _entry("出席者", meeting.attendees),
        _entry("欠席者", meeting.absentees),
        agenda or MinutesItem("議題", (subject,), "（ほかに議題があれば記入してください）"),
    )


def _when(meeting: Meeting) -> MinutesItem:
    if not meeting.day:
        return MinutesItem("日時", (), _BLANK)
    has_time = _TIME.search(meeting.day) is not None
    return MinutesItem("日時", (meeting.day,), "" if has_time else "（時刻を記入してください）")


def _meeting_name(meeting: Meeting) -> tuple[tuple[str, ...], str]:
    """The meeting's name as far as the master has it, and a remark if it is incomplete.

    A session without a council is not a complete name.
    """
    if meeting.council:
        return (meeting.called,), ""
    if meeting.session:
        return (meeting.session,), "（会議の名称を記入してください）"
    return (), _BLANK


def _entry(label: str, known: str | None) -> MinutesItem:
    return MinutesItem(label, tuple(known.split("\n"))) if known else MinutesItem(label, (), _BLANK)


def _headings(form: Form) -> MinutesHeadings:
    name = naming_column(form)
    columns = _columns(form)
    opinion = columns[0].name if len(columns) == 1 else "意見"
    return MinutesHeadings("No", name.name if name else "", opinion, form.words.comment)


def _columns(form: Form) -> tuple[Column, ...]:
    """The columns printed under 意見: those of opinions, else all columns to fill in."""
    return form.opinions or tuple(column for column in form.fills if column.inside is None)


def _row(row: Row, form: Form) -> MinutesRow:
    """A row of the minutes.

    If the opinion differs from the proposal and has no remark, an officer has to add the reason.
    """
    columns = _columns(form)
    several = len(columns) > 1
    texts = ((column, opinion_text(row, column, form)) for column in columns)
    opinions = [(f"{column.name}：" if several else "") + text for column, text in texts if text]
    comments = tuple(line for c in columns for line in comment_lines(row, c, form))
    is_plain = all(_needs_no_reason(row, column) for column in columns)
    return MinutesRow(
        no=str(row.number),
        name=row_label(row, form),
        opinion="\n".join(opinions),
        comment=comments,
        blank="" if is_plain or comments else _BLANK,
    )


def _needs_no_reason(row: Row, column: Column) -> bool:
    """Whether the minutes need no reason: agreement, no mark, no opinion or a written text."""
    opinion = row.fill(column.key)
    is_unmarked = opinion.is_blank and not kind_of(column).shows_blank_status
    return (
        agrees(row, column) or is_unmarked or opinion.status in {Status.NO_OPINION, Status.WRITTEN}
    )


def _papers(meeting: Meeting, reference: Reference | None) -> MinutesItem:
    papers = ["　".join(part for part in (meeting.number, meeting.title) if part)]
    if reference is not None:
        papers.append(f"{reference.number}　{reference.title}")
    return MinutesItem("会議資料", tuple(papers), "（ほかの資料があれば記入してください）")
