"""The handout as it will be printed: 資料１ in one edition, for both templates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipeline.model.document import Document
from pipeline.model.editions import Edition

CHECKED = "■"
UNCHECKED = "□"


@dataclass(frozen=True, slots=True)
class Box:
    """One choice with its box. ``tag`` names the Word control, None where there is none."""

    label: str
    checked: bool
    tag: str | None = None

    @property
    def mark(self) -> str:
        """■ or □."""
        return CHECKED if self.checked else UNCHECKED


@dataclass(frozen=True, slots=True)
class OpinionCell:
    """懇談会意見 of one row.

    ``words`` is 意見なし, 保留, 意見が分かれた or 未入力, None where a choice is
    marked or the edition is the meeting's. ``comment`` holds paragraphs.
    """

    boxes: tuple[Box, ...]
    words: str | None = None
    comment: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RatingColumn:
    """A rating's header, broken into lines as it is printed."""

    key: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Headings:
    """The words of the two-level header."""

    name: str
    review: str
    review_note: str
    ratings: tuple[RatingColumn, ...]
    judgement: str | None
    judgement_lines: tuple[str, ...]
    plan: str
    proposal: str
    opinion: str
    opinion_note: str | None


@dataclass(frozen=True, slots=True)
class Widths:
    """Printed column widths in millimetres on A4, left to right."""

    no: float
    name: float
    rating: float
    judgement: float
    text: float
    proposal: float
    opinion: float


@dataclass(frozen=True, slots=True)
class Row:
    """One project as printed."""

    no: str
    name: str
    ratings: tuple[str, ...]
    letter: str
    label: str
    paragraphs: tuple[str, ...]
    proposal: tuple[Box, ...]
    opinion: OpinionCell


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout(Document):
    """One edition of 資料１ on one paper.

    ``facts`` are the lines under the title (session, date, place), empty where
    nothing is known.
    """

    template: ClassVar[str] = "handout"

    edition: Edition
    facts: tuple[str, ...]
    headings: Headings
    widths: Widths
    rows: tuple[Row, ...]
    has_judgement: bool

    @property
    def columns(self) -> tuple[float, ...]:
        """The form's widths of the table's columns, left to right."""
        widths = self.widths
        ratings = [widths.rating] * len(self.headings.ratings)
        judgement = [widths.judgement] if self.has_judgement else []
        last = (widths.text, widths.proposal, widths.opinion)
        return (widths.no, widths.name, *ratings, *judgement, *last)

    @property
    def row_numbers(self) -> tuple[str, ...]:
        """The numbers of all projects."""
        return tuple(row.no for row in self.rows)

    def _printed(self) -> Iterator[str]:
        yield from (self.number, self.title, *self.facts)
        yield from self._heading_texts()
        for row in self.rows:
            yield from (row.no, row.name, *row.ratings)
            if self.has_judgement:
                yield from (row.letter, row.label)
            yield from row.paragraphs
            for box in (*row.proposal, *row.opinion.boxes):
                yield f"{box.mark} {box.label}"
            yield from (row.opinion.words or "", *row.opinion.comment)

    def _heading_texts(self) -> Iterator[str]:
        words = self.headings
        yield from (words.name, words.review, words.review_note)
        for rating in words.ratings:
            yield from rating.lines
        yield from words.judgement_lines
        yield from (words.plan, words.proposal, words.opinion, words.opinion_note or "")
