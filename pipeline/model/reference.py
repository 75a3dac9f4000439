"""参考資料「各判定の考え方」 as it will be printed: the judgement table in use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipeline.model.document import Document
from pipeline.model.editions import Companion

# Millimetres on A4: the page between its margins, and the column of the row headings.
_PAGE = 186.0
_HEADING = 30.0


@dataclass(frozen=True, slots=True)
class ReferenceCell:
    """One pair of ratings: its judgement and the number of projects with it.

    ``letter`` is empty if the table has no judgement for the pair; ``label`` is the label, or a
    text if it is not known; ``doubt`` (未確認) is empty for a confirmed cell.
    """

    letter: str
    label: str
    doubt: str
    count: str


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """The cells with one rating of the first score; ``heading`` is its name and the rating."""

    heading: tuple[str, str]
    cells: tuple[ReferenceCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference(Document):
    """The judgement table: a row for each rating of one score, a column for each of another.

    ``lead`` explains how a judgement is derived, ``legend`` how to read a cell.
    """

    template: ClassVar[str] = "reference"

    edition: Companion = Companion.REFERENCE
    lead: str
    column_headings: tuple[tuple[str, str], ...]
    rows: tuple[ReferenceRow, ...]
    legend_heading: str
    legend: tuple[str, ...]

    @property
    def columns(self) -> tuple[float, ...]:
        """The widths of the row headings and of the other columns, which are equal."""
        width = (_PAGE - _HEADING) / len(self.column_headings)
        widths = (_HEADING, *(width for _ in self.column_headings))
        return tuple(width * self.scale for width in widths)

    def _printed(self) -> Iterator[str]:
        yield from (self.number, self.title, self.lead)
        for heading in self.column_headings:
            yield from heading
        for row in self.rows:
            yield from row.heading
            for cell in row.cells:
                yield from (cell.letter, cell.label, cell.doubt, cell.count)
        yield from (self.legend_heading, *self.legend)
