"""The handout as it will be printed: strings, in print order, for the templates.

Made by the station ``present``; both templates receive exactly this, so the
Word file and the PDF can't say different things.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

from pipeline.model.editions import Edition, Paper
from pipeline.model.findings import Finding
from pipeline.model.proof import Proof

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


@dataclass(frozen=True, slots=True)
class Handout:
    """One edition of 資料１ on one paper.

    ``facts`` are the lines under the title (session, date, place), empty where
    nothing is known. ``note`` (見本・架空 …) is printed on every page.
    ``date`` dates the file's properties, never the clock.
    """

    edition: Edition
    paper: Paper
    number: str
    title: str
    facts: tuple[str, ...]
    note: str | None
    author: str | None
    date: dt.datetime
    headings: Headings
    widths: Widths
    rows: tuple[Row, ...]
    has_judgement: bool
    language: str = "ja-JP"

    @property
    def file_stem(self) -> str:
        """``資料１_会議用``."""
        return f"{self.number}_{self.edition.label}"


@dataclass(frozen=True, slots=True)
class Rendered:
    """One file as a renderer made it, and what there is to say about its layout.

    ``proof`` is added once the file has been read back.
    """

    content: bytes
    findings: tuple[Finding, ...] = ()
    proof: Proof | None = None


def template_names() -> frozenset[str]:
    """Every name that a template can use."""
    kinds = (Handout, Paper, Headings, RatingColumn, Widths, Row, OpinionCell, Box)
    names = {field.name for kind in kinds for field in fields(kind)}
    return frozenset(names | {"handout", "loop", "mark"})
