"""検査結果.xlsx: the master again, with each finding where people look for it.

In: the master as read, and findings. Out: the bytes of a workbook in which each
finding is a comment on its cell with a fill, and a sheet 検査結果 lists all of
them with links. The master itself is opened read-only and never saved.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Sequence

import openpyxl
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.archive import pack, parts
from pipeline.model.catalogue import Severity
from pipeline.model.findings import Finding
from pipeline.model.grid import Workbook
from pipeline.text import without_forbidden

FILE_NAME = "検査結果.xlsx"
SHEET_NAME = "検査結果"
_HEADERS = {"区分": 10, "No": 6, "場所": 22, "内容": 60, "直し方": 60, "確認済": 24}
_FILLS = {Severity.ERROR: "F8CBAD", Severity.WARNING: "FFE699", Severity.NOTICE: "DDEBF7"}
_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}")
# What openpyxl can read and write again; the others are told from their values.
_KEPT = (".xlsx", ".xlsm")
_CLOCK = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_UNDATED = rb"\g<1>1980-01-01T00:00:00Z\g<2>"


def annotate(workbook: Workbook, findings: Sequence[Finding]) -> bytes:
    """The annotated copy, the same bytes for the same master and findings."""
    book = _copy(workbook)
    listing = book.create_sheet(_free_name(book.sheetnames), 0)
    _list(listing, findings, set(book.sheetnames))
    for found in findings:
        _mark(book, found)
    book.active = 0
    saved = io.BytesIO()
    book.save(saved)
    return pack(
        (name, _CLOCK.sub(_UNDATED, part) if name == "docProps/core.xml" else part)
        for name, part in parts(saved.getvalue())
    )


def _copy(workbook: Workbook) -> openpyxl.Workbook:
    """The master's own sheets with their formats, else its values alone."""
    if workbook.path.suffix.lower() in _KEPT:
        with warnings.catch_warnings():
            # What openpyxl can't keep (drop-downs of an extension …) matters to no finding.
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(workbook.path, keep_links=False)
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet in workbook.sheets:
        copy = book.create_sheet(re.sub(r"[\\/*?:\[\]]", "_", sheet.name)[:31])
        for r, row in enumerate(sheet.rows, start=1):
            for c, value in enumerate(row, start=1):
                if value is not None:
                    _put(copy, r, c, value)
    return book


def _put(sheet: Worksheet, row: int, column: int, value: object) -> None:
    """A value as it is; text is text, also where it begins like a formula."""
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = without_forbidden(value)
        cell.data_type = "s"
    else:
        cell.value = value  # type: ignore[assignment]  # every kind that the grid knows


def _free_name(taken: Iterable[str]) -> str:
    names = set(taken)
    candidates = [SHEET_NAME, *(f"{SHEET_NAME}{number}" for number in range(2, len(names) + 3))]
    return next(name for name in candidates if name not in names)


def _list(sheet: Worksheet, findings: Sequence[Finding], sheets: set[str]) -> None:
    """All findings, one a row, each linked to its cell."""
    for column, (title, width) in enumerate(_HEADERS.items(), start=1):
        sheet.cell(1, column, title).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, found in enumerate(findings, start=2):
        where = "!".join(part for part in (found.sheet, found.cell) if part)
        shown = (
            found.severity.label,
            found.project,
            where,
            found.fact,
            found.remedy,
            found.accepted,
        )
        for column, value in enumerate(shown, start=1):
            if value is not None:
                _put(sheet, row, column, value)
            sheet.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.cell(row, 1).fill = _fill(found)
        if found.sheet in sheets and found.cell and _ADDRESS.fullmatch(found.cell):
            quoted = found.sheet.replace("'", "''")
            sheet.cell(row, 3).hyperlink = f"#'{quoted}'!{found.cell}"
            sheet.cell(row, 3).style = "Hyperlink"
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"


def _fill(found: Finding) -> PatternFill:
    return PatternFill("solid", fgColor=_FILLS[found.severity])


def _mark(book: openpyxl.Workbook, found: Finding) -> None:
    """Comment and fill on the finding's cell; several findings share one comment."""
    if found.sheet not in book.sheetnames or not found.cell or not _ADDRESS.fullmatch(found.cell):
        return
    cell = book[found.sheet][found.cell]
    if isinstance(cell, MergedCell):
        cell = _first_of_merge(book[found.sheet], cell)
    said = f"【{found.severity.label}】{found.fact}{found.remedy}"
    before = f"{cell.comment.text}\n" if cell.comment else ""
    cell.comment = Comment(before + said, "検査", height=120, width=320)
    cell.fill = _fill(found)


def _first_of_merge(sheet: Worksheet, covered: MergedCell) -> Cell:
    """The cell that shows a merged range: only it can hold a comment."""
    for merge in sheet.merged_cells.ranges:
        if covered.coordinate in merge:
            return sheet.cell(merge.min_row, merge.min_col)  # type: ignore[return-value]  # its first
    raise KeyError(covered.coordinate)
