"""Describe a handout to its reader: the handout and its form in, a :class:`Printed` out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from pipeline.model.columns import Column, plain
from pipeline.model.editions import Edition
from pipeline.model.fills import naming_column, seen_columns
from pipeline.model.form import Form
from pipeline.model.handout import Handout, Heading, TableRow
from pipeline.model.printed import (
    FillColumn,
    FillKind,
    Printed,
    PrintedColumn,
    PrintedRow,
    exact_key,
)
from pipeline.model.values import Status

# Kinds whose cells are compared with brackets and points left aside.
_LOOSE = frozenset({"no", "score", "word", "mark"})


def printed(handout: Handout, form: Form) -> Printed:
    """The paper as it was printed for the meeting."""
    columns = tuple(_columns(handout, form))
    return Printed(
        columns=columns,
        rows=tuple(_row(row, columns) for row in handout.rows if row.role == "row"),
        seen=frozenset(column.key for column in seen_columns(form)),
        between=frozenset(_between(row) for row in handout.rows if row.role != "row"),
        around=(
            ("資料番号", handout.number),
            ("表題", handout.title),
            *(("開催情報", fact) for fact in handout.facts),
            *((("表の上の注", handout.remark),) if handout.remark else ()),
            *((("注記", handout.note),) if handout.note else ()),
        ),
        facts=handout.facts,
    )


def row_digests(handout: Handout, form: Form) -> dict[str, str]:
    """The digests of the rows by their identities, as the file's properties keep them."""
    paper = printed(handout, form)
    return {str(row.identity): paper.digest(row.cells) for row in paper.rows}


def _columns(handout: Handout, form: Form) -> Iterator[PrintedColumn]:
    no, name = form.of_kind("no"), naming_column(form)
    for place, column in enumerate(form.printed):
        above = handout.above(place)
        comments = form.comments(column)
        yield PrintedColumn(
            key=column.key,
            title=column.name,
            headings=tuple(_headings(above, form)),
            own=next((cell.text for cell in reversed(above) if cell.text), ""),
            exact=column.kind not in _LOOSE,
            role="no" if column is no else "name" if column is name else "",
            choices=column.choices,
            has_boxes=column.boxes,
            fill=_fill(column, form) if column.fill else None,
            remarks=_fill(comments[0], form) if comments else None,
        )


def _headings(above: tuple[Heading, ...], form: Form) -> Iterator[str]:
    """What may stand above a column: its headings, each with the note of any edition or none."""
    notes = [sorted({"", "".join(cell.note), *_notes(cell, form)}) for cell in above]
    for each in product(*notes):
        yield "".join(cell.text + note for cell, note in zip(above, each, strict=True))


def _notes(cell: Heading, form: Form) -> Iterator[str]:
    found = form.notes.get(plain(cell.text))
    yield from (found.of(edition) for edition in Edition) if found else ()


def _fill(column: Column, form: Form) -> FillColumn:
    words = {word: status for status, word in form.words.by_status.items()}
    blank = {form.words.blank: Status.BLANK}
    return FillColumn(column, _kind(column), words if column.is_choice else blank)


def _kind(column: Column) -> FillKind:
    if column.is_choice:
        return FillKind.BOXES if column.boxes else FillKind.WORD
    if column.kind == "mark":
        return FillKind.MARK
    return FillKind.TEXT if column.kind in {"text", "name"} else FillKind.VALUE


def _row(row: TableRow, columns: tuple[PrintedColumn, ...]) -> PrintedRow:
    """A row; merged cells that only go on are as empty as they are on paper."""
    texts = tuple(
        "" if column.fill else "\n".join(line.shown for line in cell.lines)
        for column, cell in zip(columns, row.cells, strict=True)
    )
    by_role = {column.role: text for column, text in zip(columns, texts, strict=True)}
    return PrintedRow(
        identity=int(row.no),
        name=by_role.get("name", ""),
        cells=texts,
        merged=frozenset(place for place, cell in enumerate(row.cells) if cell.merge),
    )


def _between(row: TableRow) -> str:
    """All that a row shows that is none of the records."""
    return exact_key("".join(line.shown for cell in row.cells for line in cell.lines))
