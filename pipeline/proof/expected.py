"""What must be on the paper: the handout in, the values of each place out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.model.handout import Box, Handout, Row


@dataclass(frozen=True, slots=True)
class Value:
    """One value; ``box`` where it is a choice with its mark."""

    text: str
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in messages and the words printed above it."""

    title: str
    heading: str


@dataclass(frozen=True, slots=True)
class ExpectedRow:
    """A project: its number and, column by column, the values in their order."""

    no: str
    cells: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """Everything that the file must hold. ``note`` stands on every page."""

    around: tuple[tuple[str, str], ...]
    note: str | None
    columns: tuple[Column, ...]
    rows: tuple[ExpectedRow, ...]


def expected(handout: Handout) -> Expected:
    """The values of a handout, each with its place."""
    around = (("資料番号", handout.number), ("表題", handout.title))
    return Expected(
        around=(*around, *(("開催情報", fact) for fact in handout.facts)),
        note=handout.note,
        columns=tuple(_columns(handout)),
        rows=tuple(ExpectedRow(row.no, tuple(_cells(row, handout))) for row in handout.rows),
    )


def _columns(handout: Handout) -> Iterator[Column]:
    words = handout.headings
    review = words.review + (words.review_note if words.review else "")
    yield Column("番号", "")
    yield Column(words.name or "事業名", words.name)
    for rating in words.ratings:
        yield Column(rating.title, review + "".join(rating.lines))
    if handout.has_judgement:
        yield Column(words.judgement or "判定", review + "".join(words.judgement_lines))
    yield Column(f"{words.proposal}の説明", words.plan + words.proposal)
    yield Column(words.proposal, words.plan + words.proposal)
    yield Column(words.opinion, words.plan + words.opinion + (words.opinion_note or ""))


def _cells(row: Row, handout: Handout) -> Iterator[tuple[Value, ...]]:
    """The values of each cell, in the order of :func:`_columns`."""
    yield (Value(row.no),)
    yield (Value(row.name),)
    for rating in row.ratings:
        yield (Value(rating),)
    if handout.has_judgement:
        yield Value(row.letter), Value(row.label)
    yield tuple(map(Value, row.paragraphs))
    yield tuple(_boxes(row.proposal))
    said = (row.opinion.words or "", *row.opinion.comment)
    yield (*_boxes(row.opinion.boxes), *map(Value, said))


def _boxes(boxes: tuple[Box, ...]) -> Iterator[Value]:
    for box in boxes:
        yield Value(f"{box.mark} {box.label}", box)
