"""The records: the rows that the council discusses, each value with its cell.

``master.normalise`` makes them; the later stages read only these.
``as_json`` returns the format of ``records --json``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.model.columns import Column
from pipeline.model.form import Form
from pipeline.model.grid import CellRef
from pipeline.model.kinds import kind_of
from pipeline.model.meeting import Meeting
from pipeline.model.values import Fill, Value

VERSION = 2


@dataclass(frozen=True, slots=True)
class RowSource:
    """The place of a row in the master: sheet, row, and each column's place by its key.

    ``elsewhere`` are the cells of values from another workbook.
    """

    sheet: str
    row: int
    columns: Mapping[str, int] = field(default_factory=dict)
    elsewhere: Mapping[str, CellRef] = field(default_factory=dict)

    def cell(self, key: str) -> CellRef:
        """The cell of a column; the row's first cell if the master lacks the column."""
        return self.elsewhere.get(key) or CellRef(self.sheet, self.row, self.columns.get(key, 1))


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table. ``position`` counts from 1; ``values`` are by column key.

    ``no`` and ``name`` are the values of the form's columns of these kinds; None and "" if it
    has no such column. A value that could not be read is None and has a finding of severity
    error; documents are only made from records without such findings. ``seen`` are the texts
    by column key that the council saw when it filled in the row, if known.
    """

    position: int
    values: Mapping[str, Value]
    source: RowSource
    no: int | None = None
    name: str = ""
    group: str | None = None
    has_number: bool = True
    seen: Mapping[str, str] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Its number, else its position; used in tags and messages."""
        return self.position if self.no is None else self.no

    @property
    def called(self) -> str:
        """「No.3」, or 「3行目」 if the form has no numbers."""
        if self.has_number:
            return f"No.{self.no}" if self.no is not None else self.source.cell("").address
        return f"{self.position}行目"

    def fill(self, key: str) -> Fill:
        """The value in a column to fill in; blank if it has none."""
        value = self.values.get(key)
        return value if isinstance(value, Fill) else Fill()

    def text(self, key: str) -> str:
        """A value as plain text; empty if it has none or if the council fills it in."""
        value = self.values.get(key)
        return "" if value is None or isinstance(value, Fill) else str(value)

    def compared_text(self, column: Column) -> str:
        """The text to compare an answer with: the one the council saw, else the record's."""
        key = column.against or ""
        return self.seen.get(key) or self.text(key)


@dataclass(frozen=True, slots=True)
class Records:
    """All rows of the master in its order; ``total`` is the form's total row."""

    meeting: Meeting
    rows: tuple[Row, ...]
    total: Row | None = None


def as_json(records: Records, form: Form) -> dict[str, object]:
    """The records as ``records --json`` prints them (without the findings).

    If the form has a total row, ``total`` is added; it is None if the master lacks it.
    """
    result: dict[str, object] = {
        "version": VERSION,
        "form": form.name,
        "meeting": dict(records.meeting.as_json()),
        "columns": [
            {
                "key": column.key,
                "title": column.name,
                "kind": column.kind,
                "fill": "meeting" if column.fill else None,
            }
            for column in form.columns
        ],
        "rows": [_row_as_json(row, form) for row in records.rows],
    }
    if form.total is not None:
        result["total"] = _row_as_json(records.total, form) if records.total else None
    return result


def _row_as_json(row: Row, form: Form) -> dict[str, object]:
    return {
        "no": row.no,
        "name": row.name or None,
        "group": row.group,
        "values": {
            column.key: _value_as_json(row.values.get(column.key), form, column.key)
            for column in form.columns
            if column.prints or row.values.get(column.key) is not None
        },
        "source": {"sheet": row.source.sheet, "row": row.source.row},
    }


def _value_as_json(value: Value, form: Form, key: str) -> object:
    column = form.column(key)
    kind = kind_of(column)
    if column.fill:
        fill = value if isinstance(value, Fill) else Fill()
        return {"status": fill.status.value, "value": kind.as_json(fill.value)}
    return None if isinstance(value, Fill) else kind.as_json(value)


def printed_text(row: Row, column: Column) -> str:
    """The value of a column in a row as plain text; also for filled-in values."""
    value = row.values.get(column.key)
    if isinstance(value, Fill):
        value = value.value
    return "\n".join(kind_of(column).lines(value, column))
