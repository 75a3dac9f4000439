"""会議録（案）: records and form in, a record of the meeting to be completed out."""

from __future__ import annotations

import datetime as dt

from pipeline.base.text import era_date
from pipeline.documents.words import agrees, comment_lines, identity
from pipeline.model.collected import in_words
from pipeline.model.editions import Companion, Paper
from pipeline.model.form import Form
from pipeline.model.minutes import Entry, Minutes, MinutesHeadings, MinutesRow
from pipeline.model.records import Meeting, OpinionStatus, Project, Records
from pipeline.model.reference import Reference

_BLANK = "（記入してください）"


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
        number=meeting.number,
        title=form.file.minutes.title,
        note=meeting.note,
        author=meeting.secretariat,
        date=date,
        identity=tuple(identity(meeting, form, Companion.MINUTES).items()),
        entries=_entries(meeting),
        opinions=Entry("意見の概要", (), "（ほかに出された意見があれば記入してください）"),
        disclaimer=form.file.summary.disclaimer,
        headings=_headings(form),
        rows=tuple(_row(project, form) for project in records.projects),
        papers=_papers(meeting, reference),
    )


def _entries(meeting: Meeting) -> tuple[Entry, ...]:
    day = era_date(meeting.date) if meeting.date else None
    return (
        Entry("会議名", *_name(meeting)),
        Entry("日時", (day,) if day else (), "（時刻を記入してください）" if day else _BLANK),
        _entry("場所", meeting.place),
        Entry("出席者", (), _BLANK),
        Entry("欠席者", (), _BLANK),
        Entry(
            "議題",
            (f"{meeting.title}について（{meeting.number}）",),
            "（ほかに議題があれば記入してください）",
        ),
    )


def _name(meeting: Meeting) -> tuple[tuple[str, ...], str]:
    """What is known of the meeting's name; the session alone is none."""
    if meeting.council:
        return (meeting.called,), ""
    if meeting.session:
        return (meeting.session,), "（会議の名称を記入してください）"
    return (), _BLANK


def _entry(label: str, known: str | None) -> Entry:
    return Entry(label, (known,)) if known else Entry(label, (), _BLANK)


def _headings(form: Form) -> MinutesHeadings:
    words = form.file.headings
    return MinutesHeadings("No", words.name, words.opinion, form.file.summary.comment)


def _row(project: Project, form: Form) -> MinutesRow:
    """A project. Where the council said something else, the record has to say why."""
    opinion = project.opinion
    is_plain = agrees(project) or opinion.status is OpinionStatus.NO_OPINION
    return MinutesRow(
        no=str(project.no),
        name=project.name,
        opinion=in_words(opinion, form),
        comment=comment_lines(opinion),
        blank="" if is_plain or opinion.comment else _BLANK,
    )


def _papers(meeting: Meeting, reference: Reference | None) -> Entry:
    papers = [f"{meeting.number}　{meeting.title}"]
    if reference is not None:
        papers.append(f"{reference.number}　{reference.title}")
    return Entry("会議資料", tuple(papers), "（ほかの資料があれば記入してください）")
