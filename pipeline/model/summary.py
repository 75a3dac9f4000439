"""会議結果概要 as it will be printed: one page on what the council said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipeline.model.document import Document
from pipeline.model.editions import Companion


@dataclass(frozen=True, slots=True)
class Count:
    """How many projects have one choice or status: proposed, and in the council's opinion."""

    label: str
    proposed: str
    said: str


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One project: what was proposed, what was said, the remarks as paragraphs."""

    no: str
    name: str
    proposal: str
    opinion: str
    comment: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Some of the projects under a heading; ``empty`` is said where there are none."""

    heading: str
    remark: str
    empty: str
    rows: tuple[SummaryRow, ...]


@dataclass(frozen=True, slots=True)
class SummaryHeadings:
    """The words above the columns; ``agreed`` stands over proposal and opinion in one."""

    category: str
    no: str
    name: str
    proposal: str
    opinion: str
    agreed: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(Document):
    """会議結果概要. ``subject`` is the handout that the opinions are on.

    ``disclaimer`` says that the council hears opinions and decides nothing.
    ``facts`` are the lines under the title, empty where nothing is known.
    """

    template: ClassVar[str] = "summary"

    edition: Companion = Companion.SUMMARY
    facts: tuple[str, ...]
    subject: str
    disclaimer: str
    headings: SummaryHeadings
    counts_heading: str
    counts: tuple[Count, ...]
    differing: Section
    agreeing: Section

    @property
    def row_numbers(self) -> tuple[str, ...]:
        """The numbers of all projects, those that differ first."""
        return tuple(row.no for row in (*self.differing.rows, *self.agreeing.rows))

    def _printed(self) -> Iterator[str]:
        yield from (self.number, self.title, *self.facts)
        yield from (self.subject, self.disclaimer, self.counts_heading)
        words = self.headings
        yield from (words.category, words.proposal, words.opinion)
        for count in self.counts:
            yield from (count.label, count.proposed, count.said)
        for section in (self.differing, self.agreeing):
            yield from (section.heading, section.remark)
            if not section.rows:
                yield section.empty
                continue
            agrees = section is self.agreeing
            yield from (words.no, words.name)
            yield from (words.agreed,) if agrees else (words.proposal, words.opinion)
            yield words.comment
            for row in section.rows:
                yield from (row.no, row.name)
                yield from (row.opinion,) if agrees else (row.proposal, row.opinion)
                yield from row.comment
