"""会議結果概要: records and form in, one page on what the council said out."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from pipeline.base.text import figure
from pipeline.documents.words import (
    agrees,
    comment_lines,
    counted,
    enlarged,
    identity,
    in_words,
    naming,
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

_NONE = "該当するものはありません。"


def present_summary(records: Records, form: Form, paper: Paper, *, date: dt.datetime) -> Summary:
    """What the council said, row by row: first what is not as it was proposed.

    ``date`` dates the file's properties. Nothing is left out: a row stands in
    one of the sections of each column, with its remarks in full.
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


def _of(column: Column, form: Form) -> str:
    """「懇談会意見の」 in a heading, where the form has several columns of opinions."""
    return f"{column.name}の" if len(form.opinions) > 1 else ""


def _counts(rows: Sequence[Row], column: Column, form: Form, chapter: int) -> SummaryCounts:
    """A line for each choice, then one for each opinion that is no choice, even at nought."""
    said = Counter(in_words(row, column, form) for row in rows)
    proposed = Counter(row.compared_text(column) for row in rows)
    compared = column.against is not None

    def line(label: str) -> SummaryCount:
        return SummaryCount(label, figure(proposed[label]) if compared else "", figure(said[label]))

    whole = figure(len(rows))
    lines = [line(label) for label in (*column.choices, *form.words.counted)]
    what = f"{_of(column, form)}選択肢ごとの{form.words.unit}数"
    return SummaryCounts(
        heading=f"{figure(chapter)}　{what}（計{counted(len(rows), form)}）",
        category="区分",
        proposal=form.words.proposal if compared else "",
        opinion=column.name,
        rows=(*lines, SummaryCount("計", whole if compared else "", whole)),
    )


def _differing(rows: Sequence[Row], column: Column, form: Form, chapter: int) -> Section:
    words = form.words
    what = f"意見が{words.proposal}と異なる{_things(form)}"
    remark = (
        f"{what}のほか、「{words.no_opinion}」「{words.deferred}」「{words.divided}」"
        f"「{words.blank}」の{_things(form)}を含みます。"
    )
    chosen = [row for row in rows if not agrees(row, column)]
    proposal = words.proposal
    return _section(f"{what}など", chosen, column, form, chapter, remark=remark, proposal=proposal)


def _agreeing(rows: Sequence[Row], column: Column, form: Form, chapter: int) -> Section:
    chosen = [row for row in rows if agrees(row, column)]
    what = f"意見が{form.words.proposal}と同じ{_things(form)}"
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
    """Some rows under a numbered heading that counts them, and the headings of their columns."""
    name = naming_column(form)
    count = counted(len(rows), form)
    return Section(
        heading=f"{figure(chapter)}　{_of(column, form)}{what}（{count}）",
        remark=remark,
        empty=_NONE,
        headings=SummaryHeadings(
            no="No",
            name=name.name if name else "",
            proposal=proposal,
            opinion=opinion or column.name,
            comment=form.words.comment if form.comments(column) else "",
        ),
        rows=tuple(_row(row, column, form) for row in rows),
    )


def _things(form: Form) -> str:
    """What the rows are called: 事業, or もの where the form only counts them."""
    return "もの" if form.words.unit == "件" else form.words.unit


def _row(row: Row, column: Column, form: Form) -> SummaryRow:
    return SummaryRow(
        no=str(row.number),
        name=naming(row, form),
        proposal=row.compared_text(column),
        opinion=in_words(row, column, form),
        comment=(*comment_lines(row, column, form), *_since(row, column, form)),
    )


def _since(row: Row, column: Column, form: Form) -> tuple[str, ...]:
    """The mark of a row that is proposed otherwise now than the council saw."""
    then, now = row.compared_text(column), row.text(column.against or "")
    if then == now or not now:
        return ()
    word = form.words.proposal
    return (f"※ 会議で示した{word}は「{then}」、いまの{word}は「{now}」です。",)
