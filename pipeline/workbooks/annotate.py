"""検査結果.xlsx: a copy of the master with each finding at its cell.

In: the master as read, and findings. Out: the bytes of a workbook. Each finding is a comment
on its cell, which gets a colour, and the sheet 検査結果 lists all findings with links. The
master itself is opened read-only and never saved.
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
from pipeline.workbooks.inert import is_inert, is_small_enough, remove_active_content
from pipeline.workbooks.sheet_style import FONT, GRID, free_name, lay_out, write_head

SHEET_NAME = "検査結果"
# The columns of the list and their widths in half-width characters.
_WIDTHS = {"区分": 10, "No": 6, "場所": 18, "内容": 48, "直し方": 44, "確認済": 22}
_CENTRED_COLUMNS = 2
_LINE_POINTS = 15
_FILLS = {Severity.ERROR: "F8CBAD", Severity.WARNING: "FFE699", Severity.NOTICE: "DDEBF7"}
_ACCEPTED_FILL = "EDEDED"
_RED = "9C1006"
_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}")
# The formats that openpyxl can read; of other masters only the values are copied.
_OPENPYXL_SUFFIXES = (".xlsx", ".xlsm")
# Width and line height of a comment's box in points, and the characters in a line of it.
_COMMENT_WIDTH, _COMMENT_LINE, _COMMENT_CHARACTERS = 320, 17, 24


@dataclass(frozen=True, slots=True)
class _Copy:
    """A workbook to write in; ``names`` maps the master's sheet names to the copy's."""

    book: openpyxl.Workbook
    names: Mapping[str, str]

    def sheet_of(self, found: Finding) -> Worksheet | None:
        """The sheet with the finding's cell; None if the finding has no cell."""
        name = self.names.get(found.sheet or "")
        if name is None or not _ADDRESS.fullmatch(found.cell or ""):
            return None
        return self.book[name]


def annotate(workbook: Workbook, findings: Sequence[Finding], notice: str = "") -> bytes:
    """The annotated copy; the same master and findings give the same bytes.

    ``notice`` is printed above the list: which documents were not made, and why.

    Raises OutputUnwritable if the system's temporary folder can't be written.
    """
    copy = _formatted_copy(workbook)
    annotated = _annotated(copy, findings, notice) if copy else b""
    if annotated and is_inert(annotated):
        return annotated
    return _annotated(_plain_copy(workbook), findings, notice)


def _annotated(copy: _Copy, findings: Sequence[Finding], notice: str) -> bytes:
    """The bytes of the copy with the list and the comments."""
    sorted_findings = sorted(findings, key=lambda found: (found.accepted is not None, found.order))
    listing = copy.book.create_sheet(free_name(SHEET_NAME, copy.book.sheetnames), 0)
    _write_list(listing, sorted_findings, copy, notice)
    for (sheet, address), group in _by_cell(sorted_findings, copy).items():
        _mark_cell(sheet, address, group)
    copy.book.active = 0
    for sheet in copy.book.worksheets:
        # Excel treats two selected sheets as a group: a value typed in one is written to both.
        sheet.sheet_view.tabSelected = sheet is listing
    saved = io.BytesIO()
    try:
        copy.book.save(saved)
    except (OSError, SerialisationError) as error:
        # openpyxl first writes each sheet into a temporary file.
        _discard_unfinished_sheet(error)
        raise OutputUnwritable("temp-unwritable", folder=tempfile.gettempdir()) from None
    return with_dates(saved.getvalue())


def _discard_unfinished_sheet(error: Exception) -> None:
    """Free openpyxl's half-written sheet now, without its message on standard error."""
    before = sys.unraisablehook
    sys.unraisablehook = lambda _: None
    try:
        traceback.clear_frames(error.__traceback__)
        gc.collect()
    finally:
        sys.unraisablehook = before


def _formatted_copy(workbook: Workbook) -> _Copy | None:
    """The master's sheets with their formats; None if openpyxl can't read them.

    Formulas are left out: the copy shows the values that were read and runs nothing.
    """
    if workbook.path.suffix.lower() not in _OPENPYXL_SUFFIXES:
        return None
    try:
        content = workbook.path.read_bytes()
        if not is_small_enough(content) or hashlib.sha256(content).hexdigest() != workbook.sha256:
            # It is too large for openpyxl, or was saved again and no longer fits the findings.
            return None
        with warnings.catch_warnings():
            # No finding needs what openpyxl drops (drop-downs of an extension …).
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
            remove_active_content(book)
    except Exception:  # noqa: BLE001 - many errors on files that calamine can read
        return None
    return _Copy(book, {name: name for name in book.sheetnames})


def _plain_copy(workbook: Workbook) -> _Copy:
    """The master's values without formats, in sheets with names that Excel allows."""
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


def _write_list(sheet: Worksheet, findings: Sequence[Finding], copy: _Copy, notice: str) -> None:
    """Write all findings, one in a row, each with a link to its cell."""
    if notice:
        put(sheet.cell(1, 1), notice)
        sheet.cell(1, 1).font = Font(name=FONT, size=13, bold=True, color=_RED)
        sheet.row_dimensions[1].height = 24
    head = 2 if notice else 1
    write_head(sheet, head, _WIDTHS.items())
    sheet.row_dimensions[head].height = 24
    for row, found in enumerate(findings, start=head + 1):
        severity, number = found.severity.label, found.project
        values = (severity, number, found.where, found.fact, found.remedy, found.accepted)
        for column, value in enumerate(values, start=1):
            if value is not None:
                put(sheet.cell(row, column), value)
        target = copy.sheet_of(found)
        if target is not None:
            _link(sheet, row, target.title, found.cell)
        for column in range(1, len(values) + 1):
            cell = sheet.cell(row, column)
            # Severity and number are centred; the other columns contain sentences.
            horizontal = "center" if column <= _CENTRED_COLUMNS else None
            cell.alignment = Alignment(horizontal=horizontal, vertical="center", wrap_text=True)
            cell.border = GRID
            cell.font = Font(name=FONT, color=cell.font.color, underline=cell.font.underline)
        widths = _WIDTHS.values()
        fullest = max(lines_in(value, width) for value, width in zip(values, widths, strict=True))
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
    """The colour of the most severe finding that is not accepted."""
    open_severities = [found.severity for found in findings if found.accepted is None]
    most_severe = min(open_severities, key=lambda severity: severity.rank, default=None)
    return PatternFill("solid", fgColor=_FILLS[most_severe] if most_severe else _ACCEPTED_FILL)


def _by_cell(
    findings: Iterable[Finding], copy: _Copy
) -> dict[tuple[Worksheet, str], list[Finding]]:
    """The findings by cell; those of a merged range belong to its first cell, the visible one."""
    grouped: dict[tuple[Worksheet, str], list[Finding]] = {}
    for found in findings:
        sheet = copy.sheet_of(found)
        if sheet is not None and found.cell is not None:
            cell = sheet[found.cell]
            visible = _first_of_merge(sheet, cell) if isinstance(cell, MergedCell) else cell
            grouped.setdefault((sheet, visible.coordinate), []).append(found)
    return grouped


def _mark_cell(sheet: Worksheet, address: str, findings: Sequence[Finding]) -> None:
    """Write one comment with all findings of the cell, below the comment that it had."""
    cell = sheet[address]
    lines = [cell.comment.text] if cell.comment else []
    for found in findings:
        accepted = f"（確認済: {found.accepted}）" if found.accepted is not None else ""
        lines.append(f"【{found.severity.label}】{found.fact}{found.remedy}{accepted}")
    text = without_forbidden("\n".join(lines))
    line_count = sum(1 + len(line) // _COMMENT_CHARACTERS for line in text.split("\n")) + 1
    cell.comment = Comment(text, ANNOTATOR, height=line_count * _COMMENT_LINE, width=_COMMENT_WIDTH)
    cell.fill = _fill(findings)


def _first_of_merge(sheet: Worksheet, covered: MergedCell) -> Cell:
    """The visible cell of a merged range: only this cell can have a comment."""
    for merge in sheet.merged_cells.ranges:
        if covered.coordinate in merge:
            return sheet.cell(merge.min_row, merge.min_col)  # type: ignore[return-value]  # its first
    raise KeyError(covered.coordinate)
