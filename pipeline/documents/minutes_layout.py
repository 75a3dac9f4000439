"""会議録（案）: records and form in, a record of the meeting to be completed out."""

from __future__ import annotations

import datetime as dt
import re

from pipeline.documents.words import agrees, comment_lines, enlarged, identity, in_words, naming
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
    """What a master knows of the meeting, in the items of a record of it.

    ``reference`` is the sheet that was handed out beside the handout, if any.
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
        MinutesItem("会議名", *_name(meeting)),
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


def _name(meeting: Meeting) -> tuple[tuple[str, ...], str]:
    """What is known of the meeting's name; the session alone is none."""
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
    """The columns whose words stand under 意見: choices, else whatever is filled in."""
    return form.opinions or tuple(column for column in form.fills if column.inside is None)


def _row(row: Row, form: Form) -> MinutesRow:
    """A row. Where the council said something else, the record has to tell why."""
    columns = _columns(form)
    several = len(columns) > 1
    told = ((column, in_words(row, column, form)) for column in columns)
    opinions = [(f"{column.name}：" if several else "") + words for column, words in told if words]
    comments = tuple(line for c in columns for line in comment_lines(row, c, form))
    is_plain = all(_needs_no_reason(row, column) for column in columns)
    return MinutesRow(
        no=str(row.number),
        name=naming(row, form),
        opinion="\n".join(opinions),
        comment=comments,
        blank="" if is_plain or comments else _BLANK,
    )


def _needs_no_reason(row: Row, column: Column) -> bool:
    """Whether the record need not tell why: nothing else than proposed, or said in full."""
    said = row.fill(column.key)
    is_unmarked = said.is_blank and not kind_of(column).shows_blank_status
    return agrees(row, column) or is_unmarked or said.status in {Status.NO_OPINION, Status.WRITTEN}


def _papers(meeting: Meeting, reference: Reference | None) -> MinutesItem:
    papers = ["　".join(part for part in (meeting.number, meeting.title) if part)]
    if reference is not None:
        papers.append(f"{reference.number}　{reference.title}")
    return MinutesItem("会議資料", tuple(papers), "（ほかの資料があれば記入してください）")
