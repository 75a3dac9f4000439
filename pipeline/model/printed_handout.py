"""Describe a handout for its reader: the handout and its form in, a :class:`Printed` out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, product

from pipeline.model.columns import Column
from pipeline.model.fills import naming_column, seen_columns
from pipeline.model.form import Form
from pipeline.model.handout import Cell, Handout, Heading, TableRow
from pipeline.model.printed import (
    FillColumn,
    FillKind,
    Printed,
    PrintedColumn,
    PrintedRow,
    exact_key,
)
from pipeline.model.values import Status

# The kinds whose cells are compared without punctuation.
_LOOSE = frozenset({"no", "score", "word", "mark"})


def printed(handout: Handout, form: Form) -> Printed:
    """The handout as it was printed for the meeting."""
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
    """The digests of the rows by their identities, for the file's custom properties."""
    paper = printed(handout, form)
    return {str(row.identity): paper.digest(row.cells) for row in paper.rows}


def _columns(handout: Handout, form: Form) -> Iterator[PrintedColumn]:
    no, name = form.of_kind("no"), naming_column(form)
    for place, column in enumerate(form.printed):
        above = handout.above(place)
        for each in (column, *_boxes_inside(column, form)):
            comments = form.comments(each) or _remarks_in_cell(each, form)
            yield PrintedColumn(
                key=each.key,
                title=each.name,
                headings=tuple(_headings(above)),
                own=next((cell.text for cell in reversed(above) if cell.text), ""),
                exact=each.kind not in _LOOSE,
                role="no" if each is no else "name" if each is name else "",
                choices=each.choices,
                has_boxes=each.boxes,
                fill=_fill(each, form) if each.fill else None,
                remarks=_fill(comments[0], form) if comments else None,
                is_inside=each is not column,
            )


def _boxes_inside(column: Column, form: Form) -> tuple[Column, ...]:
    """The columns whose boxes are printed in the cells of this column."""
    return tuple(each for each in form.inside(column.key) if each.fill and each.boxes)


def _remarks_in_cell(column: Column, form: Form) -> tuple[Column, ...]:
    """The columns for remarks in the cells that contain a column's boxes."""
    inside = form.inside(form.host(column).key) if column.inside else ()
    return tuple(each for each in inside if each.fill and not each.is_choice)


def _headings(above: tuple[Heading, ...]) -> Iterator[str]:
    """The possible texts above a column: its headings, each with the note of any edition."""
    notes = [sorted({"", "".join(cell.note), *cell.notes}) for cell in above]
    for combination in product(*notes):
        yield "".join(cell.text + note for cell, note in zip(above, combination, strict=True))


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
    """A row; the cells that continue a merged one are empty."""
    places = list(accumulate(not column.is_inside for column in columns))
    cells = [row.cells[place - 1] for place in places]
    texts = tuple(
        "" if column.fill else "\n".join(line.shown for line in cell.lines if not line.is_filled)
        for column, cell in zip(columns, cells, strict=True)
    )
    by_role = {
        column.role: _own_text(cell, column) for column, cell in zip(columns, cells, strict=True)
    }
    return PrintedRow(
        identity=int(row.no),
        name=by_role.get("name", ""),
        cells=texts,
        merged=frozenset(place for place, cell in enumerate(cells) if cell.merge),
    )


def _own_text(cell: Cell, column: PrintedColumn) -> str:
    """The text of a cell without the texts of other columns in it."""
    return "\n".join(line.shown for line in cell.lines if line.style == f"key-{column.key}")


def _between(row: TableRow) -> str:
    """The key of a row that is not a row of the records."""
    return exact_key("".join(line.shown for cell in row.cells for line in cell.lines))
