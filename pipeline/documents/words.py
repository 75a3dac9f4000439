"""Texts about a row that several documents print in the same words."""

from __future__ import annotations

from typing import Final

from pipeline.base.text import figure, one_line
from pipeline.model import fills
from pipeline.model.columns import Column
from pipeline.model.editions import Companion, Edition, Paper
from pipeline.model.fills import name_of
from pipeline.model.form import Form
from pipeline.model.identity import owner, properties
from pipeline.model.kinds import kind_of
from pipeline.model.meeting import Meeting
from pipeline.model.records import Row
from pipeline.model.values import Status

# Characters of a text that is printed instead of a missing name.
_LONGEST_LABEL: Final = 40


def agrees(row: Row, column: Column) -> bool:
    """Whether the council chose the proposal that it saw; a blank opinion is no agreement."""
    opinion = row.fill(column.key)
    return opinion.status is Status.CHOSEN and opinion.value == row.compared_text(column)


def opinion_text(row: Row, column: Column, form: Form) -> str:
    """The opinion in a column on one line; empty for a blank opinion of a kind without 未入力."""
    opinion = row.fill(column.key)
    if opinion.is_blank and not kind_of(column).shows_blank_status:
        return ""
    return fills.fill_text(opinion, column, form).replace("\n", "")


def row_label(row: Row, form: Form) -> str:
    """A text that identifies a row: its name, else the beginning of its first text."""
    text = one_line(name_of(row, form))
    if row.name or len(text) <= _LONGEST_LABEL:
        return text
    return text[:_LONGEST_LABEL] + "…"


def comment_lines(row: Row, column: Column, form: Form) -> tuple[str, ...]:
    """The remarks on a column, one line for each paragraph."""
    remarks = (each for each in form.comments(column) if not row.fill(each.key).is_blank)
    return tuple(
        line for each in remarks for line in kind_of(each).lines(row.fill(each.key).value, each)
    )


def count_text(count: int, form: Form) -> str:
    """「６事業」, 「18件」."""
    return f"{figure(count)}{form.words.unit}"


def identity(
    meeting: Meeting, form: Form, document: Edition | Companion
) -> tuple[tuple[str, str], ...]:
    """The properties that record to which form and meeting a document belongs."""
    return tuple(properties(owner(meeting, form), form.words.of(document)).items())


def enlarged(paper: Paper) -> float:
    """The factor by which a document for A4 is enlarged on a paper."""
    return min(paper.width, paper.height) / 210.0
