"""Workbooks with opinions, written and filled in for tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl

from pipeline.master.read import read
from pipeline.model.collected import BookKind, Identity, OpinionBook, StatedOpinion, blank_opinion
from pipeline.model.fills import Fills, identity_of
from pipeline.model.form import Form
from pipeline.model.identity import owner
from pipeline.model.meeting import Meeting
from pipeline.model.opinion_workbook import fill_role, headers
from pipeline.model.records import Records
from pipeline.opinions.workbook import read_opinion_book
from pipeline.workbooks.opinion_workbooks import write_opinion_workbook
from support.records import seed_form

FIRST_ROW = 5
MEETING = Meeting("資料１", "方針一覧", council="共生ビジョン懇談会", session="第２回")


def identity(kind: BookKind = BookKind.ENTRY, of: Form | None = None, **changes: Any) -> Identity:
    form = of or seed_form()
    file_changes = {key: changes.pop(key) for key in ("master", "sha256") if key in changes}
    plain = Identity(kind, "台帳.xlsx", "0" * 64, replace(owner(MEETING, form), **changes))
    return replace(plain, **file_changes)


def book_rows(
    records: Records,
    fills: Mapping[int, Fills] | None = None,
    origin: str = "",
    *,
    form: Form | None = None,
) -> tuple[StatedOpinion, ...]:
    """One row for each project; ``fills`` by project number."""
    by_number, own = fills or {}, form or seed_form()
    return tuple(
        replace(blank_opinion(row, own), fills=by_number.get(no, {}), origin=origin)
        for row in records.rows
        if (no := identity_of(row)) is not None
    )


def write(
    path: Path,
    rows: Iterable[StatedOpinion],
    own: Identity | None = None,
    *,
    form: Form | None = None,
    meeting: Meeting = MEETING,
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        write_opinion_workbook(tuple(rows), own or identity(), meeting, form or seed_form())
    )
    return path


def fill(
    path: Path,
    words: Mapping[int, tuple[str | None, ...] | Mapping[str, str | None]],
    form: Form | None = None,
) -> Path:
    """Type words into the input cells of each row, as in Excel.

    ``words``: row number → words by column key, or in the order of the columns.
    """
    own = form or seed_form()
    titles = {column.key: headers(own)[fill_role(column)] for column in own.fills}
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[FIRST_ROW - 1]}
    for cells in sheet.iter_rows(min_row=FIRST_ROW):
        typed = words.get(int(str(cells[0].value)), {})
        if not isinstance(typed, Mapping):
            typed = dict(zip(titles, typed, strict=False))
        for key, value in typed.items():
            if value is not None:
                cell = cells[int(columns[titles[key]] or 0) - 1]
                cell.value = value
                cell.data_type = "s"
    book.save(path)
    return path


def opened(path: Path, form: Form | None = None) -> OpinionBook:
    return read_opinion_book(read(path), form or seed_form())
