"""Workbooks of opinions, written and filled in for tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl

from pipeline.master.read import read
from pipeline.model.collected import BookKind, BookRow, Identity, OpinionBook
from pipeline.model.form import Form
from pipeline.model.opinion_workbook import headers
from pipeline.model.records import Meeting, Opinion, Records
from pipeline.opinions.workbook import read_opinion_book
from pipeline.workbooks.opinion_workbooks import write_book
from support.records import seed_form

FIRST_ROW = 5
MEETING = Meeting("資料１", "方針一覧", council="共生ビジョン懇談会", session="第２回")


def identity(kind: BookKind = BookKind.ENTRY, of: Form | None = None, **changes: Any) -> Identity:
    own = of or seed_form()
    known = {"session": "第２回", "number": MEETING.number, "council": MEETING.council}
    plain = Identity(kind, "台帳.xlsx", "0" * 64, own.name, own.labels, **known)
    return replace(plain, **changes)


def book_rows(
    records: Records, opinions: Mapping[int, Opinion] | None = None, origin: str = ""
) -> tuple[BookRow, ...]:
    """A row a project; ``opinions`` by its number."""
    known = opinions or {}
    return tuple(
        BookRow(p.no or 0, p.name, p.proposal.choice or "", known.get(p.no or 0, Opinion()), origin)
        for p in records.projects
    )


def write(
    path: Path,
    rows: Iterable[BookRow],
    own: Identity | None = None,
    *,
    form: Form | None = None,
    meeting: Meeting = MEETING,
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(write_book(tuple(rows), own or identity(), meeting, form or seed_form()))
    return path


def fill(
    path: Path, said: Mapping[int, tuple[str | None, str | None]], form: Form | None = None
) -> Path:
    """Type the words and the remark of each number into the input cells, as in Excel."""
    titles = headers(form or seed_form())
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[FIRST_ROW - 1]}
    for cells in sheet.iter_rows(min_row=FIRST_ROW):
        words, remark = said.get(int(str(cells[0].value)), (None, None))
        for title, value in ((titles.opinion, words), (titles.comment, remark)):
            if value is not None:
                cell = cells[int(columns[title] or 0) - 1]
                cell.value = value
                cell.data_type = "s"
    book.save(path)
    return path


def opened(path: Path, form: Form | None = None) -> OpinionBook:
    return read_opinion_book(read(path), form or seed_form())
