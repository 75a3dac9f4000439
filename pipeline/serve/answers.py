"""Answers as the page sends and shows them: converts texts to fills and fills to texts.

Every column to fill in has one text: a choice or a status as its word, a score or a mark as it
is printed, a text as it was typed. The text of an empty cell is empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.model.columns import Column
from pipeline.model.fills import fill_text
from pipeline.model.form import Form
from pipeline.model.kinds import kind_of
from pipeline.model.values import Fill, Status
from pipeline.opinions.written import written

# The keyboard keys of the statuses. A choice has its number as its key.
_STATUS_KEYS: Final = {Status.NO_OPINION: "n", Status.DEFERRED: "h", Status.DIVIDED: "w"}
# The page shows up to this many words as buttons; with more words the user types.
_MAX_BUTTONS: Final = 9


@dataclass(frozen=True, slots=True)
class Answer:
    """One possible answer in a column: its word, which the page sends, and its keyboard key."""

    value: str
    key: str
    is_proposed: bool = False
    is_choice: bool = True


def answers_of(column: Column, proposed: str, form: Form) -> tuple[Answer, ...]:
    """The possible answers of a column, ``proposed`` marked; empty where any text may be typed."""
    return tuple(_answers(column, proposed, form))


def _answers(column: Column, proposed: str, form: Form) -> Iterator[Answer]:
    words = column.choices if column.is_choice else kind_of(column).words(column)
    if len(words) > _MAX_BUTTONS and not column.is_choice:
        return
    for number, word in enumerate(words, start=1):
        key = str(number) if number <= _MAX_BUTTONS else ""
        yield Answer(word, key, is_proposed=word == proposed)
    if column.is_choice:
        for status, key in _STATUS_KEYS.items():
            yield Answer(form.words.by_status[status], key, is_choice=False)


def encoded(fill: Fill, column: Column, form: Form) -> str:
    """The text of a fill as the page shows it."""
    return "" if fill.is_blank else fill_text(fill, column, form)


def decoded(sent: Mapping[str, str], form: Form) -> dict[str, Fill] | None:
    """The fills of all columns from the texts sent; None if a text is not a possible answer."""
    fills: dict[str, Fill] = {}
    for column in form.fills:
        fill = _decoded(sent.get(column.key, ""), column, form)
        if fill is None:
            return None
        fills[column.key] = fill
    return fills


def _decoded(text: str, column: Column, form: Form) -> Fill | None:
    if not column.is_choice:
        return written(text, column)
    if not text:
        return Fill()
    if text in column.choices:
        return Fill(Status.CHOSEN, text)
    statuses = {form.words.by_status[status]: status for status in _STATUS_KEYS}
    return Fill(statuses[text]) if text in statuses else None
