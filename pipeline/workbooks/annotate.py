"""検査結果.xlsx: the master again, with each finding where people look for it.

In: the master as read, and findings. Out: the bytes of a workbook in which each
finding is a comment on its cell with a fill, and a sheet 検査結果 lists all of
them with links. The master itself is opened read-only and never saved.
"""

from __future__ import annotations

import gc
import hashlib
import io
import re
import sys
import tempfile
import traceback
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import openpyxl
from lxml.etree import SerialisationError
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.base.archives import with_dates
from pipeline.base.errors import OutputUnwritable
from pipeline.base.excel import lines_in, put, row_height, sheet_name
from pipeline.base.paths import ANNOTATOR
from pipeline.base.text import without_forbidden
from pipeline.model.catalogue import Severity
from pipeline.model.findings import Finding
from pipeline.model.grid import Workbook
from pipeline.workbooks.inert import is_inert, is_light, strip
from pipeline.workbooks.sheet_style import FONT, GRID, free_name, lay_out, write_head

SHEET_NAME = "検査結果"
# The columns of the list and their widths in half-width characters.
_WIDTHS = {"区分": 10, "No": 6, "場所": 18, "内容": 48, "直し方": 44, "確認済": 22}
_CENTRED = 2
_LINE_POINTS = 15
_FILLS = {Severity.ERROR: "F8CBAD", Severity.WARNING: "FFE699", Severity.NOTICE: "DDEBF7"}
_ACCEPTED_FILL = "EDEDED"
_RED = "9C1006"
_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}")
# What openpyxl can read; the others are told from their values.
_KEPT = (".xlsx", ".xlsm")
# A comment's box in points: so many characters fit on a line of it.
_COMMENT_WIDTH, _COMMENT_LINE, _COMMENT_CHARACTERS = 320, 17, 24


@dataclass(frozen=True, slots=True)
class _Copy:
    """A workbook to write in, and what each sheet of the master is called there."""

    book: openpyxl.Workbook
    names: Mapping[str, str]

    def sheet_of(self, found: Finding) -> Worksheet | None:
        """The sheet that holds the finding's cell; None for one that has no cell."""
        name = self.names.get(found.sheet or "")
        if name is None or not _ADDRESS.fullmatch(found.cell or ""):
            return None
        return self.book[name]


def annotate(workbook: Workbook, findings: Sequence[Finding], held_back: str = "") -> bytes:
    """The annotated copy, the same bytes for the same master and findings.

    ``held_back`` says above the list what was not made, and why.

    OutputUnwritable where the system's temporary folder can't be written.
    """
    copy = _formatted_copy(workbook)
    marked = _marked(copy, findings, held_back) if copy else b""
    if marked and is_inert(marked):
        return marked
    return _marked(_plain_copy(workbook), findings, held_back)


def _marked(copy: _Copy, findings: Sequence[Finding], held_back: str) -> bytes:
    """The copy with the list and the marks, as a file."""
    in_order = sorted(findings, key=lambda found: (found.accepted is not None, found.order))
    listing = copy.book.create_sheet(free_name(SHEET_NAME, copy.book.sheetnames), 0)
    _list(listing, in_order, copy, held_back)
    for (sheet, address), group in _by_cell(in_order, copy).items():
        _mark(sheet, address, group)
    copy.book.active = 0
    for sheet in copy.book.worksheets:
        # Two selected sheets are a group in Excel: what is typed in one goes into both.
        sheet.sheet_view.tabSelected = sheet is listing
    saved = io.BytesIO()
    try:
        copy.book.save(saved)
    except (OSError, SerialisationError) as error:
        # openpyxl writes each sheet into a temporary file first.
        _forget(error)
        raise OutputUnwritable("temp-unwritable", folder=tempfile.gettempdir()) from None
    return with_dates(saved.getvalue())


def _forget(error: Exception) -> None:
    """Let go of openpyxl's half-written sheet now: it complains on standard error at its end."""
    before = sys.unraisablehook
    sys.unraisablehook = lambda _: None
    try:
        traceback.clear_frames(error.__traceback__)
        gc.collect()
    finally:
        sys.unraisablehook = before


def _formatted_copy(workbook: Workbook) -> _Copy | None:
    """The master's own sheets with their formats; None where openpyxl can't read them.

    Formulas are left out: the copy shows what was read and calls nothing.
    """
    if workbook.path.suffix.lower() not in _KEPT:
        return None
    try:
        content = workbook.path.read_bytes()
        if not is_light(content) or hashlib.sha256(content).hexdigest() != workbook.sha256:
            # Too much for openpyxl; or saved again meanwhile, and the findings are not its own.
            return None
        with warnings.catch_warnings():
            # What openpyxl can't keep (drop-downs of an extension …) matters to no finding.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
            strip(book)
    except Exception:  # noqa: BLE001 - it fails in many ways on files that calamine could read
        return None
    return _Copy(book, {name: name for name in book.sheetnames})


def _plain_copy(workbook: Workbook) -> _Copy:
    """The master's values alone, under names that Excel allows for a sheet."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    names: dict[str, str] = {}
    for sheet in workbook.sheets:
        names[sheet.name] = free_name(sheet_name(sheet.name) or "表", book.sheetnames)
        copy = book.create_sheet(names[sheet.name])
        for r, row in enumerate(sheet.rows, start=1):
            for c, value in enumerate(row, start=1):
                if value is not None:
                    put(copy.cell(r, c), value)
    return _Copy(book, names)


def _list(sheet: Worksheet, findings: Sequence[Finding], copy: _Copy, held_back: str) -> None:
    """All findings, one a row, each linked to its cell."""
    if held_back:
        put(sheet.cell(1, 1), held_back)
        sheet.cell(1, 1).font = Font(name=FONT, size=13, bold=True, color=_RED)
        sheet.row_dimensions[1].height = 24
    head = 2 if held_back else 1
    write_head(sheet, head, _WIDTHS.items())
    sheet.row_dimensions[head].height = 24
    for row, found in enumerate(findings, start=head + 1):
        severity, number = found.severity.label, found.project
        shown = (severity, number, found.where, found.fact, found.remedy, found.accepted)
        for column, value in enumerate(shown, start=1):
            if value is not None:
                put(sheet.cell(row, column), value)
        target = copy.sheet_of(found)
        if target is not None:
            _link(sheet, row, target.title, found.cell)
        for column in range(1, len(shown) + 1):
            cell = sheet.cell(row, column)
            # The kind and the number stand alone; the others are sentences.
            across = "center" if column <= _CENTRED else None
            cell.alignment = Alignment(horizontal=across, vertical="center", wrap_text=True)
            cell.border = GRID
            cell.font = Font(name=FONT, color=cell.font.color, underline=cell.font.underline)
        widths = _WIDTHS.values()
        fullest = max(lines_in(value, width) for value, width in zip(shown, widths, strict=True))
        sheet.row_dimensions[row].height = row_height(fullest, _LINE_POINTS)
        sheet.cell(row, 1).fill = _fill([found])
    last = get_column_letter(len(_WIDTHS))
    sheet.auto_filter.ref = f"A{head}:{last}{len(findings) + head}"
    sheet.freeze_panes = f"A{head + 1}"
    lay_out(sheet, head)


def _link(sheet: Worksheet, row: int, target: str, address: str | None) -> None:
    cell = sheet.cell(row, 3)
    quoted = target.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{address}")
    cell.style = "Hyperlink"


def _fill(findings: Sequence[Finding]) -> PatternFill:
    """The colour of the gravest finding that is still open."""
    still_open = [found.severity for found in findings if found.accepted is None]
    gravest = min(still_open, key=lambda severity: severity.rank, default=None)
    return PatternFill("solid", fgColor=_FILLS[gravest] if gravest else _ACCEPTED_FILL)


def _by_cell(
    findings: Iterable[Finding], copy: _Copy
) -> dict[tuple[Worksheet, str], list[Finding]]:
    """The findings of each cell; of a merged range those of its first, which is the one seen."""
    grouped: dict[tuple[Worksheet, str], list[Finding]] = {}
    for found in findings:
        sheet = copy.sheet_of(found)
        if sheet is not None and found.cell is not None:
            cell = sheet[found.cell]
            seen = _first_of_merge(sheet, cell) if isinstance(cell, MergedCell) else cell
            grouped.setdefault((sheet, seen.coordinate), []).append(found)
    return grouped


def _mark(sheet: Worksheet, address: str, findings: Sequence[Finding]) -> None:
    """One comment with all findings of the cell, below what somebody had noted there."""
    cell = sheet[address]
    lines = [cell.comment.text] if cell.comment else []
    for found in findings:
        accepted = f"（確認済: {found.accepted}）" if found.accepted is not None else ""
        lines.append(f"【{found.severity.label}】{found.fact}{found.remedy}{accepted}")
    text = without_forbidden("\n".join(lines))
    high = sum(1 + len(line) // _COMMENT_CHARACTERS for line in text.split("\n")) + 1
    cell.comment = Comment(text, ANNOTATOR, height=high * _COMMENT_LINE, width=_COMMENT_WIDTH)
    cell.fill = _fill(findings)


def _first_of_merge(sheet: Worksheet, covered: MergedCell) -> Cell:
    """The cell that shows a merged range: only it can hold a comment."""
    for merge in sheet.merged_cells.ranges:
        if covered.coordinate in merge:
            return sheet.cell(merge.min_row, merge.min_col)  # type: ignore[return-value]  # its first
    raise KeyError(covered.coordinate)
