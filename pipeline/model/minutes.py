"""会議録（案） as it will be printed: what is known filled in, the rest to be typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipeline.model.document import Document
from pipeline.model.editions import Companion, DocumentFormat


@dataclass(frozen=True, slots=True)
class MinutesItem:
    """An item of the record: what is known of it, and what is still to be typed.

    ``blank`` is the text of the control that the officer clicks and types over,
    empty where nothing is missing.
    """

    label: str
    known: tuple[str, ...]
    blank: str = ""


@dataclass(frozen=True, slots=True)
class MinutesRow:
    """意見の概要 of one project; ``blank`` as in :class:`MinutesItem`."""

    no: str
    name: str
    opinion: str
    comment: tuple[str, ...]
    blank: str = ""


@dataclass(frozen=True, slots=True)
class MinutesHeadings:
    """The words above the columns of 意見の概要."""

    no: str
    name: str
    opinion: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes(Document):
    """The skeleton of 会議録, to be completed in Word; there is no PDF of a draft.

    ``entries`` stand above 意見の概要 (``opinions``), ``papers`` (会議資料) below it.
    """

    template: ClassVar[str] = "minutes"
    formats: ClassVar[tuple[DocumentFormat, ...]] = (DocumentFormat.DOCX,)

    edition: Companion = Companion.MINUTES
    entries: tuple[MinutesItem, ...]
    opinions: MinutesItem
    disclaimer: str
    headings: MinutesHeadings
    rows: tuple[MinutesRow, ...]
    papers: MinutesItem

    @property
    def row_numbers(self) -> tuple[str, ...]:
        """The numbers of all projects."""
        return tuple(row.no for row in self.rows)

    def _printed(self) -> Iterator[str]:
        yield self.title
        for entry in self.entries:
            yield from (entry.label, *entry.known, entry.blank)
        words = self.headings
        yield from (self.opinions.label, self.disclaimer)
        yield from (words.no, words.name, words.opinion, words.comment)
        for row in self.rows:
            yield from (row.no, row.name, row.opinion, *row.comment, row.blank)
        yield from (*self.opinions.known, self.opinions.blank)
        yield from (self.papers.label, *self.papers.known, self.papers.blank)
