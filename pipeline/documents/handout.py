"""The handout: records and form in, one edition of 資料１ out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from pipeline.documents.words import comment_lines
from pipeline.model.editions import Edition, Paper
from pipeline.model.form import Form
from pipeline.model.handout import Box, Handout, Headings, OpinionCell, RatingColumn, Row
from pipeline.model.identity import owner, properties
from pipeline.model.printed_handout import row_digests
from pipeline.model.records import Meeting, Opinion, Project, Records


def present(
    records: Records, form: Form, edition: Edition, paper: Paper, *, date: dt.datetime
) -> Handout:
    """One edition of the handout on one paper.

    ``date`` dates the file's properties (the meeting's or the master's own).
    The records must be free of findings of severity error.
    """
    meeting = records.meeting
    suffix = form.file.title_suffix
    handout = Handout(
        edition=edition,
        paper=paper,
        number=meeting.number,
        title=meeting.title + (suffix.results if edition is Edition.RESULTS else suffix.meeting),
        facts=meeting.facts,
        note=meeting.note,
        author=meeting.secretariat,
        date=date,
        headings=_headings(meeting, form, edition),
        widths=form.file.widths,
        rows=tuple(_row(project, form, edition) for project in records.projects),
        has_judgement=form.has_judgement,
    )
    rows = row_digests(handout, form)
    told = properties(owner(meeting, form.name, form.labels), edition.label, rows)
    return replace(handout, identity=tuple(told.items()))


def _headings(meeting: Meeting, form: Form, edition: Edition) -> Headings:
    words = form.file.headings
    is_results = edition is Edition.RESULTS
    return Headings(
        name=words.name,
        review=words.review,
        review_note=words.review_note,
        ratings=tuple(RatingColumn(r.key, r.title, r.printed) for r in form.file.ratings),
        judgement="".join(words.judgement) if form.has_judgement else None,
        judgement_lines=words.judgement if form.has_judgement else (),
        plan=words.plan,
        # replace, not format: the words are the office's and may hold any brace.
        proposal=words.proposal.replace("{members_label}", meeting.members_label or ""),
        opinion=words.opinion,
        opinion_note=(words.opinion_note_results if is_results else words.opinion_note_meeting)
        or None,
    )


def _row(project: Project, form: Form, edition: Edition) -> Row:
    chosen = project.proposal.choice
    return Row(
        no=str(project.no),
        name=project.name,
        ratings=tuple(_shown(project.ratings.get(r.key)) for r in form.file.ratings),
        letter=project.judgement.letter or "",
        label=project.judgement.label or "",
        paragraphs=tuple(project.proposal.text.split("\n")),
        proposal=tuple(Box(label, checked=label == chosen) for label in form.labels),
        opinion=_opinion(project, form, edition),
    )


def _shown(rating: int | None) -> str:
    return "" if rating is None else str(rating)


def _opinion(project: Project, form: Form, edition: Edition) -> OpinionCell:
    """The council's cell: empty boxes in the meeting edition, the opinion in the results.

    An opinion that is no choice is told in words and keeps its empty boxes, so
    that the row can still be ticked in Word.
    """
    results = edition is Edition.RESULTS
    opinion = project.opinion if results else Opinion()
    boxes = tuple(
        Box(label, checked=label == opinion.choice, tag=f"opinion.{project.no}.{k}")
        for k, label in enumerate(form.labels, start=1)
    )
    words = form.file.opinion.by_status.get(opinion.status) if results else None
    return OpinionCell(boxes, words, comment_lines(opinion))
