"""会議結果概要: records and form in, one page on what the council said out."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from pipeline.base.text import figure
from pipeline.documents.words import (
    agrees,
    comment_lines,
    identity,
    projects_in_words,
)
from pipeline.model.collected import in_words
from pipeline.model.editions import Companion, Paper
from pipeline.model.form import Form
from pipeline.model.records import Project, Records
from pipeline.model.summary import Count, Section, Summary, SummaryHeadings, SummaryRow

_NONE = "該当する事業はありません。"


def present_summary(records: Records, form: Form, paper: Paper, *, date: dt.datetime) -> Summary:
    """What the council said, project by project: first what is not as it was proposed.

    ``date`` dates the file's properties. Nothing is left out: a project stands in
    one of the two sections, with its remarks in full.
    """
    meeting = records.meeting
    words = form.file.summary
    projects = records.projects
    return Summary(
        paper=paper,
        number=meeting.number,
        title=words.title,
        facts=meeting.facts,
        note=meeting.note,
        author=meeting.secretariat,
        date=date,
        identity=tuple(identity(meeting, form, Companion.SUMMARY).items()),
        subject=f"対象：{meeting.number}「{meeting.title}」",
        disclaimer=words.disclaimer,
        headings=_headings(form),
        counts_heading=f"１　選択肢ごとの事業数（計{projects_in_words(len(projects))}）",
        counts=_counts(projects, form),
        differing=_differing(tuple(p for p in projects if not agrees(p)), form),
        agreeing=_agreeing(tuple(p for p in projects if agrees(p)), form),
    )


def _headings(form: Form) -> SummaryHeadings:
    words = form.file.summary
    opinion = form.file.headings.opinion
    return SummaryHeadings(
        category="区分",
        no="No",
        name=form.file.headings.name,
        proposal=words.proposal,
        opinion=opinion,
        agreed=f"{opinion}（{words.proposal}と同じ）",
        comment=words.comment,
    )


def _counts(projects: tuple[Project, ...], form: Form) -> tuple[Count, ...]:
    """A line for each choice, then one for each opinion that is no choice, even at nought."""
    choices = [
        Count(
            label,
            figure(sum(p.proposal.choice == label for p in projects)),
            figure(sum(p.opinion.choice == label for p in projects)),
        )
        for label in form.labels
    ]
    said = Counter(in_words(project.opinion, form) for project in projects)
    others = [Count(word, figure(0), figure(said[word])) for word in form.file.opinion.counted]
    whole = figure(len(projects))
    return (*choices, *others, Count("計", whole, whole))


def _differing(projects: tuple[Project, ...], form: Form) -> Section:
    proposal = form.file.summary.proposal
    words = form.file.opinion
    return Section(
        heading=f"２　意見が{proposal}と異なる事業など（{projects_in_words(len(projects))}）",
        remark=f"意見が{proposal}と異なる事業のほか、"
        f"「{words.no_opinion}」「{words.deferred}」「{words.divided}」「{words.blank}」の事業を含みます。",
        empty=_NONE,
        rows=tuple(_row(project, form) for project in projects),
    )


def _agreeing(projects: tuple[Project, ...], form: Form) -> Section:
    proposal = form.file.summary.proposal
    return Section(
        heading=f"３　意見が{proposal}と同じ事業（{projects_in_words(len(projects))}）",
        remark="",
        empty=_NONE,
        rows=tuple(_row(project, form) for project in projects),
    )


def _row(project: Project, form: Form) -> SummaryRow:
    return SummaryRow(
        no=str(project.no),
        name=project.name,
        proposal=project.proposal.choice or "",
        opinion=in_words(project.opinion, form),
        comment=comment_lines(project.opinion),
    )
