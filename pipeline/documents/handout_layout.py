"""Lay out the handout: records and form in, one edition of the table out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from pipeline.base.text import compare_key
from pipeline.documents.heading import heading_levels
from pipeline.documents.widths import (
    HEAD_EM,
    SMALL_HEAD_EM,
    ColumnContent,
    column_widths,
    fitting_scale,
    heading_lines,
    note_lines,
)
from pipeline.model.columns import Column, plain
from pipeline.model.editions import Edition, Paper
from pipeline.model.form import Form
from pipeline.model.handout import Box, Cell, GridColumn, Handout, Heading, Line, Style, TableRow
from pipeline.model.identity import owner, properties
from pipeline.model.kinds import kind_of
from pipeline.model.meeting import Meeting
from pipeline.model.printed_handout import row_digests
from pipeline.model.records import Records, Row
from pipeline.model.values import Fill, Plain, Status, Value

# Word rejects a longer name of a control.
_LONGEST_ALIAS = 64
# A table with few columns is printed larger: the most columns, and the factor.
_ENLARGEMENTS = ((4, 1.3), (8, 1.12))


def present(
    records: Records, form: Form, edition: Edition, paper: Paper, *, date: dt.datetime
) -> Handout:
    """One edition of the handout on one paper.

    ``date`` is the date in the file's properties (the meeting's or the master's own).
    The records must have no findings of severity error.
    """
    meeting = records.meeting
    layout = Layout.of(form, paper)
    rows = tuple(_table_rows(records, form, edition))
    # Opinions change no widths: both editions have the same table.
    meeting_rows = rows if edition is form.editions[0] else _meeting_rows(records, form)
    contents = _column_contents(meeting_rows, form, meeting)
    layout = layout.fitted(contents)
    widths = column_widths(contents, layout.room, scale=layout.scale, enlarged=layout.enlarged)
    suffix = form.words.results_suffix if edition is Edition.RESULTS else ""
    handout = Handout(
        edition=edition,
        label=form.words.of(edition),
        paper=paper,
        margins=layout.margins,
        scale=layout.scale,
        number=meeting.number,
        # The file's name already contains the edition, so the prefix has no results' suffix.
        prefix=meeting.number or meeting.title,
        title=meeting.title + suffix,
        facts=meeting.facts,
        remark=meeting.filled(form.note),
        note=meeting.note,
        author=meeting.secretariat,
        date=date,
        heading=_heading(form, meeting, edition, widths, layout.scale),
        grid=tuple(
            GridColumn(column.key, column.name, width)
            for column, width in zip(form.printed, widths, strict=True)
        ),
        rows=rows,
        styles=tuple(_column_styles(form)),
    )
    digests = row_digests(handout, form)
    identity = properties(owner(meeting, form), form.words.of(edition), digests)
    return replace(handout, identity=tuple(identity.items()))


def _meeting_rows(records: Records, form: Form) -> tuple[TableRow, ...]:
    return tuple(_table_rows(records, form, form.editions[0]))


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of a form on a paper: margins, width between them, and two factors.

    Lengths are millimetres. ``scale`` enlarges text, ``enlarged`` the widths that a form gives.
    """

    margins: tuple[float, float, float, float]
    room: float
    scale: float
    enlarged: float

    @classmethod
    def of(cls, form: Form, paper: Paper) -> Layout:
        """Enlarge the form's page on a larger paper of the same orientation; else lay it out anew.

        On another paper the sum of the form's widths does not match, so each width becomes
        a share of the room.
        """
        same_orientation = paper.is_landscape == form.paper.is_landscape
        enlarged = max(1.0, paper.width / form.paper.width) if same_orientation else 1.0
        top, right, bottom, left = (margin * enlarged for margin in form.margins)
        room = paper.width - left - right
        own_room = form.paper.width - form.margins[1] - form.margins[3]
        columns = len(form.printed)
        size = next((size for most, size in _ENLARGEMENTS if columns <= most), 1.0)
        has_widths = any(column.width is not None for column in form.printed)
        size = 1.0 if has_widths else size
        return cls((top, right, bottom, left), room, size * enlarged, room / own_room)

    def fitted(self, contents: Sequence[ColumnContent]) -> Layout:
        """The layout with smaller text if the columns do not fit; unchanged if a form gives widths.

        An office that gives widths has chosen them to fit.
        """
        if any(content.column.width is not None for content in contents):
            return self
        return replace(self, scale=fitting_scale(contents, self.room, self.scale))


# ---- the header


def _heading(
    form: Form, meeting: Meeting, edition: Edition, widths: Sequence[float], scale: float
) -> tuple[tuple[Heading, ...], ...]:
    known = {plain(meeting.filled(words)): note for words, note in form.notes.items()}

    def note(words: str, of: Edition = edition) -> str:
        found = known.get(plain(words))
        return meeting.filled(found.of(of)) if found else ""

    def with_notes(cell: Heading) -> Heading:
        return replace(cell, notes=tuple(note(cell.text, each) for each in Edition))

    levels = heading_levels(form.printed, meeting.filled, note)
    edges = list(accumulate(widths, initial=0.0))
    return tuple(
        tuple(_with_line_breaks(with_notes(cell), edges, scale) for cell in level)
        for level in levels
    )


def _with_line_breaks(cell: Heading, edges: Sequence[float], scale: float) -> Heading:
    """The heading with its text and its note broken into lines that fit its width."""
    width = (edges[cell.column + cell.colspan] - edges[cell.column]) / scale
    em = SMALL_HEAD_EM if "head-score" in cell.style else HEAD_EM
    lines = tuple(line for words in cell.lines for line in heading_lines(words, width, em))
    notes = tuple(line for words in cell.note for line in note_lines(words, width))
    return replace(cell, lines=lines, note=notes)


def _column_contents(
    rows: Sequence[TableRow], form: Form, meeting: Meeting
) -> tuple[ColumnContent, ...]:
    """Each column with the texts that are printed in it."""
    texts: dict[int, list[str]] = {}
    for row in rows:
        for cell in row.cells:
            if cell.colspan == 1:
                text = "\n".join(line.text for line in cell.lines)
                texts.setdefault(cell.column, []).append(text)
    return tuple(
        ColumnContent(
            column,
            meeting.filled(column.heading),
            tuple(texts.get(place, ())),
            tuple(_box_texts(column, form)),
            form.words.blank,
        )
        for place, column in enumerate(form.printed)
    )


def _box_texts(column: Column, form: Form) -> Iterator[str]:
    """The texts after the boxes in a column's cells."""
    for source in (column, *form.inside(column.key)):
        yield from source.choices if source.boxes else ()


# ---- the rows


def _table_rows(records: Records, form: Form, edition: Edition) -> Iterator[TableRow]:
    """Every row of the body: a group's heading before its first row, the total last."""
    group: str | None = None
    rows: list[TableRow] = []
    for row in records.rows:
        if row.group != group and row.group:
            rows.append(_group_row(row.group, form))
        group = row.group
        rows.append(_row(row, form, edition))
    if records.total is not None:
        rows.append(_total_row(records.total, form))
    yield from _merged(rows, form)


def _group_row(group: str, form: Form) -> TableRow:
    cell = Cell(0, (Line(group, "group"),), "group", "group", colspan=len(form.printed))
    return TableRow((cell,), role="group")


def _row(row: Row, form: Form, edition: Edition) -> TableRow:
    return TableRow(
        tuple(
            _cell(row, column, place, form, edition) for place, column in enumerate(form.printed)
        ),
        no=str(row.number),
    )


def _total_row(row: Row, form: Form) -> TableRow:
    """The total row. Its word is in the master's column, else in the first without numbers."""
    word = form.total or ""
    word_places = [
        k for k, c in enumerate(form.printed) if compare_key(row.text(c.key)) == compare_key(word)
    ]
    text_places = [k for k, column in enumerate(form.printed) if column.kind != "number"]
    first = next(iter((*word_places, *text_places)), 0)
    cells = []
    for place, column in enumerate(form.printed):
        lines = (
            tuple(_value_lines(row.values.get(column.key), column))
            if place not in word_places
            else ()
        )
        if place == first:
            lines = (Line(word, "total"), *lines)
        cells.append(Cell(place, lines, _cell_classes(column), "head" if place == first else ""))
    return TableRow(tuple(cells), role="total")


def _cell(row: Row, column: Column, place: int, form: Form, edition: Edition) -> Cell:
    lines = list(_lines(row, column, form, edition))
    # Columns to fill in come last: the reader of filled-in files expects them there.
    for inner in sorted(form.inside(column.key), key=lambda each: each.fill):
        lines += _inner_lines(row, inner, form, edition)
    head = form.of_kind("name") or form.of_kind("no")
    return Cell(place, tuple(lines), _cell_classes(column), "head" if column is head else "")


def _cell_classes(column: Column) -> str:
    """The classes of a cell: its kind, its key, and the form's alignment."""
    align = f" align-{column.align}" if column.align else ""
    return f"kind-{column.kind} {_style_name(column)}{align}"


def _style_name(column: Column) -> str:
    """The name of a column's own style."""
    return f"key-{column.key}"


def _column_styles(form: Form) -> Iterator[Style]:
    """The style of each printed column, based on the style of its kind.

    A column printed inside another column's cell is based on that column's kind, except remarks.
    """
    for column in form.columns:
        if column.prints:
            uses_host_style = not column.fill and not column.boxes
            host = form.host(column) if uses_host_style else column
            kind = "boxes" if host.boxes else host.kind
            yield Style(_style_name(column), column.name, f"kind-{kind}", column.align)


def _lines(row: Row, column: Column, form: Form, edition: Edition) -> Iterator[Line]:
    value = row.values.get(column.key)
    if column.fill:
        fill = value if isinstance(value, Fill) and edition is Edition.RESULTS else Fill()
        for line in _fill_lines(row, column, fill, form, edition):
            yield replace(line, is_filled=True)
    elif column.boxes:
        for choice in column.choices:
            yield Line(choice, _style_name(column), Box(choice, checked=choice == value))
    else:
        yield from _value_lines(value, column)


def _value_lines(value: Value, column: Column) -> Iterator[Line]:
    """The paragraphs of a plain value, with the column's ``shape`` around them."""
    if isinstance(value, Fill):
        value = value.value
    lines = kind_of(column).lines(value, column)
    if lines and column.shape != "{}":
        # The shape is the office's own text: only {} is replaced, so str.format does not fit.
        before, _, after = column.shape.partition("{}")
        lines = (before + lines[0], *lines[1:])
        lines = (*lines[:-1], lines[-1] + after)
    for line in lines:
        yield Line(line, _style_name(column))


def _inner_lines(row: Row, inner: Column, form: Form, edition: Edition) -> Iterator[Line]:
    """The lines of a column inside another column's cell; a blank remark has none."""
    is_remark = inner.fill and not inner.is_choice
    if not (is_remark and row.fill(inner.key).is_blank):
        yield from _lines(row, inner, form, edition)


def _fill_lines(
    row: Row, column: Column, fill: Fill, form: Form, edition: Edition
) -> Iterator[Line]:
    """The council's opinion: empty in the meeting edition, filled in in the results edition.

    The boxes are printed even if the opinion is not a choice, so that the row can still be
    ticked in Word. A word below them then states the opinion.
    """
    if column.boxes:
        yield from _boxes(row, column, fill.value)
    elif fill.status in {Status.CHOSEN, Status.WRITTEN}:
        yield from _value_lines(fill.value, column)
    is_omitted = fill.is_blank and not kind_of(column).shows_blank_status
    if edition is Edition.RESULTS and fill.status in form.words.by_status and not is_omitted:
        # Below boxes the word is emphasised; alone in its cell it has the column's style.
        style = "words" if column.boxes else _style_name(column)
        yield Line(form.words.by_status[fill.status], style)


def _boxes(row: Row, column: Column, chosen: Plain) -> Iterator[Line]:
    for k, choice in enumerate(column.choices, start=1):
        alias = f"{row.called} {column.name}: {choice}"[:_LONGEST_ALIAS]
        tag = f"{column.key}.{row.number}.{k}"
        yield Line(
            choice, _style_name(column), Box(choice, checked=choice == chosen, tag=tag, alias=alias)
        )


def _merged(rows: Sequence[TableRow], form: Form) -> Iterator[TableRow]:
    """The rows, with equal neighbouring cells of the form's ``merge`` columns merged."""
    columns = [k for k, column in enumerate(form.printed) if column.merge]
    cells = {k: list(row.cells) for k, row in enumerate(rows)}
    for place in columns:
        start = 0
        for k in range(1, len(rows) + 1):
            if k == len(rows) or not _have_equal_lines(rows[start], rows[k], place):
                _merge(cells, place, range(start, k))
                start = k
    for k, row in enumerate(rows):
        yield replace(row, cells=tuple(cells[k]))


def _have_equal_lines(one: TableRow, other: TableRow, place: int) -> bool:
    if one.role != "row" or other.role != "row":
        return False
    first, second = one.cells[place].lines, other.cells[place].lines
    return bool(first) and first == second


def _merge(cells: dict[int, list[Cell]], place: int, rows: range) -> None:
    if len(rows) > 1:
        first = cells[rows.start][place]
        cells[rows.start][place] = replace(first, merge="restart")
        for k in rows[1:]:
            is_last = k == rows[-1]
            cells[k][place] = replace(first, lines=(), merge="continue", is_last=is_last)
