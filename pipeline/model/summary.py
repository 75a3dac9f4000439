"""会議結果概要 as it will be printed: the council's opinions, column by column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipeline.model.document import Document
from pipeline.model.editions import Companion


@dataclass(frozen=True, slots=True)
class SummaryCount:
    """How many rows have one choice or status, in the proposal and in the council's opinion.

    ``proposed`` is empty if the opinion is not compared with a proposal.
    """

    label: str
    proposed: str
    stated: str


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One row: the proposal, the council's opinion, and the remarks as paragraphs."""

    no: str
    name: str
    proposal: str
    opinion: str
    comment: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SummaryHeadings:
    """The headings of the columns; a column with an empty heading is not printed."""

    no: str
    name: str
    proposal: str
    opinion: str
    comment: str


@dataclass(frozen=True, slots=True)
class Section:
    """Some of the rows under a heading; ``empty`` is printed if there are none."""

    heading: str
    remark: str
    empty: str
    headings: SummaryHeadings
    rows: tuple[SummaryRow, ...]


@dataclass(frozen=True, slots=True)
class SummaryCounts:
    """How often each choice was proposed and chosen: a heading and a table below it."""

    heading: str
    category: str
    proposal: str
    opinion: str
    rows: tuple[SummaryCount, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The opinions of one column: the counts, then the rows."""

    counts: SummaryCounts
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(Document):
    """会議結果概要. ``subject`` is the handout on which the council gave its opinions.

    ``disclaimer`` states that the council gives opinions and decides nothing.
    ``facts`` are the lines under the title, empty if nothing is known.
    """

    template: ClassVar[str] = "summary"

    edition: Companion = Companion.SUMMARY
    facts: tuple[str, ...]
    subject: str
    disclaimer: str
    parts: tuple[Part, ...]

    @property
    def row_numbers(self) -> tuple[str, ...]:
        """The numbers of the rows in printed order, without repetition."""
        numbers = (r.no for p in self.parts for s in p.sections for r in s.rows)
        return tuple(dict.fromkeys(numbers))

    def _printed(self) -> Iterator[str]:
        yield from (self.number, self.title, *self.facts, self.subject, self.disclaimer)
        for part in self.parts:
            counts = part.counts
            yield from (counts.heading, counts.category, counts.proposal, counts.opinion)
            for count in counts.rows:
                yield from (count.label, count.proposed, count.stated)
            for section in part.sections:
                yield from _section_texts(section)


def _section_texts(section: Section) -> Iterator[str]:
    yield from (section.heading, section.remark)
    if not section.rows:
        yield section.empty
        return
    headings = section.headings
    yield from (headings.no, headings.name, headings.proposal, headings.opinion, headings.comment)
    for row in section.rows:
        yield from (row.no if headings.no else "", row.name if headings.name else "")
        yield row.proposal if headings.proposal else ""
        yield row.opinion
        yield from row.comment
