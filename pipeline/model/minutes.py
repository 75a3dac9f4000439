"""会議録（案） as it will be printed: known values are filled in, the rest is to be typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipeline.model.document import Document
from pipeline.model.editions import Companion, DocumentFormat


@dataclass(frozen=True, slots=True)
class MinutesItem:
    """An item of the minutes: the known texts, and the control for the rest.

    ``blank`` is the text of the control that the officer clicks and types over;
    it is empty if nothing is missing.
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
    """The headings of the columns of 意見の概要."""

    no: str
    name: str
    opinion: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes(Document):
    """A draft of 会議録, to be completed in Word; a draft has no PDF.

    ``entries`` are above 意見の概要 (``opinions``), ``papers`` (会議資料) below it.
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
        headings = self.headings
        yield from (self.opinions.label, self.disclaimer)
        yield from (headings.no, headings.name, headings.opinion, headings.comment)
        for row in self.rows:
            yield from (row.no, row.name, row.opinion, *row.comment, row.blank)
        yield from (*self.opinions.known, self.opinions.blank)
        yield from (self.papers.label, *self.papers.known, self.papers.blank)
