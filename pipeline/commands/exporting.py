"""``records``: the master's records as CSV; ``records.as_json`` makes the JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from pipeline.base.excel import csv_text
from pipeline.model.columns import Column
from pipeline.model.form import Form
from pipeline.model.kinds import kind_of
from pipeline.model.records import Records, Row
from pipeline.model.values import Fill, Number


def csv_of(records: Records, form: Form) -> str:
    """One line per row, one cell per value, the form's headers; the caller adds the BOM.

    Cells are escaped so that Excel runs none of them as a formula.
    """
    columns = [column for column in form.columns if column.prints]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    has_groups = any(row.group for row in records.rows)
    header = [*(["分野"] if has_groups else []), *(h for c in columns for h in _headers(c))]
    writer.writerow([*header, "シート", "行"])
    for row in records.rows:
        cells = [text for column in columns for text in _cells(row, column, form)]
        group = [row.group or ""] if has_groups else []
        source = (row.source.sheet, row.source.row)
        writer.writerow([csv_text(cell) for cell in (*group, *cells, *source)])
    return stream.getvalue()


def _headers(column: Column) -> tuple[str, ...]:
    """The column's header; a column that the council fills in has a second one for its status."""
    return (column.name, f"{column.name}（状態）") if column.fill else (column.name,)


def _cells(row: Row, column: Column, form: Form) -> Iterator[object]:
    value = row.values.get(column.key)
    if not column.fill:
        yield _plain(value, column)
        return
    fill = value if isinstance(value, Fill) else Fill()
    yield _plain(fill.value, column)
    yield form.words.by_status.get(fill.status, "入力済")


def _plain(value: object, column: Column) -> object:
    """A number without its format, any other value as it is printed."""
    if isinstance(value, Number):
        return kind_of(column).as_json(value)
    if value is None or isinstance(value, Fill):
        return ""
    return "○" if value is True else value
