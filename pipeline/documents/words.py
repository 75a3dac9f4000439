"""What several documents tell of a project, in the same words."""

from __future__ import annotations

from pipeline.base.text import figure
from pipeline.model.editions import Companion, Edition
from pipeline.model.form import Form
from pipeline.model.identity import owner, properties
from pipeline.model.records import Meeting, Opinion, OpinionStatus, Project


def agrees(project: Project) -> bool:
    """Whether the council chose what was proposed; a blank opinion is no agreement."""
    opinion = project.opinion
    return opinion.status is OpinionStatus.CHOSEN and opinion.choice == project.proposal.choice


def comment_lines(opinion: Opinion) -> tuple[str, ...]:
    """The remarks, one paragraph a line."""
    return tuple(opinion.comment.split("\n")) if opinion.comment else ()


def projects_in_words(count: int) -> str:
    """「６事業」、「18事業」."""
    return f"{figure(count)}事業"


def identity(meeting: Meeting, form: Form, edition: Edition | Companion) -> dict[str, str]:
    """The properties that tell whose a file is."""
    return properties(owner(meeting, form.name, form.labels), edition.label)
