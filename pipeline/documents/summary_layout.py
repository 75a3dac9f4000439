"""会議結果概要: records and form in, a summary of the council's opinions out."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from pipeline.base.text import figure
from pipeline.documents.words import (
    agrees,
    comment_lines,
    count_text,
    enlarged,
    identity,
    opinion_text,
    row_label,
)
from pipeline.model.columns import Column
from pipeline.model.editions import Companion, Paper
from pipeline.model.fills import naming_column
from pipeline.model.form import Form
from pipeline.model.records import Records, Row
from pipeline.model.summary import (
    Part,
    Section,
    Summary,
    SummaryCount,
    SummaryCounts,
    SummaryHeadings,
    SummaryRow,
)

_NO_ROWS = "該当するものはありません。"


def present_summary(records: Records, form: Form, paper: Paper, *, date: dt.datetime) -> Summary:
    """The council's opinions row by row: first those that differ from the proposal.

    ``date`` is the date in the file's properties. Nothing is omitted: each row is in one
    section of each column, with its complete remarks.
    """
    meeting = records.meeting
    number = f"{meeting.number}「{meeting.title}」" if meeting.number else f"「{meeting.title}」"
    return Summary(
        paper=paper,
        scale=enlarged(paper),
        label=form.words.of(Companion.SUMMARY),
        prefix=meeting.number or meeting.title,
        number="",
        title=form.words.summary,
        facts=meeting.facts,
        note=meeting.note,
        author=meeting.secretariat,
        date=date,
        identity=identity(meeting, form, Companion.SUMMARY),
        subject=f"対象：{number}",
        disclaimer=form.words.disclaimer,
        parts=_parts(records.rows, form),
    )


def _parts(rows: Sequence[Row], form: Form) -> tuple[Part, ...]:
    parts: list[Part] = []
    chapter = 0
    for column in form.opinions:
        compared = column.against is not None
        counts = _counts(rows, column, form, chapter + 1)
        sections = (
            (
                _differing(rows, column, form, chapter + 2),
                _agreeing(rows, column, form, chapter + 3),
            )
            if compared
            else (_section("意見の一覧", rows, column, form, chapter + 2),)
        )
        chapter += 1 + len(sections)
        parts.append(Part(counts, sections))
    return tuple(parts)


def _column_prefix(column: Column, form: Form) -> str:
    """「懇談会意見の」 for a heading, if the form has several columns of opinions."""
    return f"{column.name}の" if len(form.opinions) > 1 else ""


def _counts(rows: Sequence[Row], column: Column, form: Form, chapter: int) -> SummaryCounts:
    """A line for each choice, then one for each other status, even if its count is zero."""
    opinions = Counter(opinion_text(row, column, form) for row in rows)
    proposed = Counter(row.compared_text(column) for row in rows)
    compared = column.against is not None

    def line(label: str) -> SummaryCount:
        return SummaryCount(
            label, figure(proposed[label]) if compared else "", figure(opinions[label])
        )

    whole = figure(len(rows))
    lines = [line(label) for label in (*column.choices, *form.words.counted)]
    what = f"{_column_prefix(column, form)}選択肢ごとの{form.words.unit}数"
    return SummaryCounts(
        heading=f"{figure(chapter)}　{what}（計{count_text(len(rows), form)}）",
        category="区分",
        proposal=form.words.proposal if compared else "",
        opinion=column.name,
        rows=(*lines, SummaryCount("計", whole if compared else "", whole)),
    )


def _differing(rows: Sequence[Row], column: Column, form: Form, chapter: int) -> Section:
    words = form.words
    what = f"意見が{words.proposal}と異なる{_row_noun(form)}"
    remark = (
        f"{what}のほか、「{words.no_opinion}」「{words.deferred}」「{words.divided}」"
        f"「{words.blank}」の{_row_noun(form)}を含みます。"
    )
    chosen = [row for row in rows if not agrees(row, column)]
    proposal = words.proposal
    return _section(f"{what}など", chosen, column, form, chapter, remark=remark, proposal=proposal)


def _agreeing(rows: Sequence[Row], column: Column, form: Form, chapter: int) -> Section:
    chosen = [row for row in rows if agrees(row, column)]
    what = f"意見が{form.words.proposal}と同じ{_row_noun(form)}"
    opinion = f"{column.name}（{form.words.proposal}と同じ）"
    return _section(what, chosen, column, form, chapter, opinion=opinion)


def _section(
    what: str,
    rows: Sequence[Row],
    column: Column,
    form: Form,
    chapter: int,
    *,
    remark: str = "",
    proposal: str = "",
    opinion: str = "",
) -> Section:
    """Rows under a numbered heading with their count, and the headings of their columns."""
    name = naming_column(form)
    count = count_text(len(rows), form)
    return Section(
        heading=f"{figure(chapter)}　{_column_prefix(column, form)}{what}（{count}）",
        remark=remark,
        empty=_NO_ROWS,
        headings=SummaryHeadings(
            no="No",
            name=name.name if name else "",
            proposal=proposal,
            opinion=opinion or column.name,
            comment=form.words.comment if form.comments(column) else "",
        ),
        rows=tuple(_row(row, column, form) for row in rows),
    )


def _row_noun(form: Form) -> str:
    """The noun for the rows: 事業, or もの if the form's unit is only a counter."""
    return "もの" if form.words.unit == "件" else form.words.unit


def _row(row: Row, column: Column, form: Form) -> SummaryRow:
    return SummaryRow(
        no=str(row.number),
        name=row_label(row, form),
        proposal=row.compared_text(column),
        opinion=opinion_text(row, column, form),
        comment=(*comment_lines(row, column, form), *_changed_proposal(row, column, form)),
    )


def _changed_proposal(row: Row, column: Column, form: Form) -> tuple[str, ...]:
    """A note if the proposal has changed since the council saw it."""
    shown, now = row.compared_text(column), row.text(column.against or "")
    if shown == now or not now:
        return ()
    word = form.words.proposal
    return (f"※ 会議で示した{word}は「{shown}」、いまの{word}は「{now}」です。",)
