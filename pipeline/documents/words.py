"""What several documents tell of a row, in the same words."""

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

# A text stands for a row's name with so many characters.
_LONGEST_BEGINNING: Final = 40


def agrees(row: Row, column: Column) -> bool:
    """Whether the council chose what it saw proposed; a blank opinion is no agreement."""
    said = row.fill(column.key)
    return said.status is Status.CHOSEN and said.value == row.compared_text(column)


def in_words(row: Row, column: Column, form: Form) -> str:
    """What was said in a column to fill in, on one line; 未入力 for nothing but a mark."""
    said = row.fill(column.key)
    if said.is_blank and not kind_of(column).shows_blank_status:
        return ""
    return fills.in_words(said, column, form).replace("\n", "")


def naming(row: Row, form: Form) -> str:
    """What tells a row from others: its name, else the beginning of its first text."""
    text = one_line(name_of(row, form))
    if row.name or len(text) <= _LONGEST_BEGINNING:
        return text
    return text[:_LONGEST_BEGINNING] + "…"


def comment_lines(row: Row, column: Column, form: Form) -> tuple[str, ...]:
    """The remarks on a column, one paragraph a line."""
    remarks = (each for each in form.comments(column) if not row.fill(each.key).is_blank)
    return tuple(
        line for each in remarks for line in kind_of(each).lines(row.fill(each.key).value, each)
    )


def counted(count: int, form: Form) -> str:
    """「６事業」, 「18件」."""
    return f"{figure(count)}{form.words.unit}"


def identity(
    meeting: Meeting, form: Form, document: Edition | Companion
) -> tuple[tuple[str, str], ...]:
    """The properties that tell whose a document is."""
    return tuple(properties(owner(meeting, form), form.words.of(document)).items())


def enlarged(paper: Paper) -> float:
    """How much a document for A4 is enlarged on a paper."""
    return min(paper.width, paper.height) / 210.0
