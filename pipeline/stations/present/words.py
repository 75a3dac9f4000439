"""Words that several documents print: what is known of the meeting, what was said."""

from __future__ import annotations

from pipeline.model.form import Form
from pipeline.model.records import Meeting, Opinion, OpinionStatus, Project
from pipeline.text import era_date, figure


def facts(meeting: Meeting) -> tuple[str, ...]:
    """The line under the title: what is known of council, session, date and place."""
    day = era_date(meeting.date) if meeting.date else ""
    line = "　".join(part for part in (called(meeting), day, meeting.place) if part)
    return (line,) if line else ()


def called(meeting: Meeting) -> str:
    """The council with its session, as far as they are known."""
    return " ".join(part for part in (meeting.council, meeting.session) if part)


def status_words(form: Form) -> dict[OpinionStatus, str | None]:
    """What is printed for each status; None for a choice, which has its mark."""
    words = form.file.opinion
    return {
        OpinionStatus.BLANK: words.blank,
        OpinionStatus.CHOSEN: None,
        OpinionStatus.NO_OPINION: words.no_opinion,
        OpinionStatus.DEFERRED: words.deferred,
        OpinionStatus.DIVIDED: words.divided,
    }


def agrees(project: Project) -> bool:
    """Whether the council chose what was proposed; a blank opinion is no agreement."""
    opinion = project.opinion
    return opinion.status is OpinionStatus.CHOSEN and opinion.choice == project.proposal.choice


def opinion_words(opinion: Opinion, form: Form) -> str:
    """An opinion in one word or two: the choice, else the status."""
    return status_words(form)[opinion.status] or opinion.choice or ""


def comment_lines(opinion: Opinion) -> tuple[str, ...]:
    """The remarks, one paragraph a line."""
    return tuple(opinion.comment.split("\n")) if opinion.comment else ()


def projects_in_words(count: int) -> str:
    """「６事業」、「18事業」."""
    return f"{figure(count)}事業"
