"""What all written sheets have in common: font, grid, header, page set-up and name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.base.excel import put

FONT: Final = "BIZ UDゴシック"
_THIN: Final = Side(style="thin", color="7F7F7F")
GRID: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD_FILL: Final = PatternFill("solid", fgColor="EEF2F7")
_LONGEST_NAME: Final = 31
# Characters of a name that leave room for a number after it.
_SHORTENED: Final = 28


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """``wanted`` or ``wanted2`` …: at most 31 characters, and unique if case is ignored."""
    used = {name.casefold() for name in taken}
    numbered = (f"{wanted[:_SHORTENED]}{number}" for number in range(2, len(used) + 3))
    candidates = (wanted[:_LONGEST_NAME], *numbered)
    return next(name for name in candidates if name.casefold() not in used)


def write_head(sheet: Worksheet, row: int, columns: Iterable[tuple[str, float]]) -> None:
    """Write the header of a table: title and width of each column."""
    for place, (title, width) in enumerate(columns, start=1):
        cell = sheet.cell(row, place)
        put(cell, title)
        cell.font, cell.fill, cell.border = Font(name=FONT, bold=True), _HEAD_FILL, GRID
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(place)].width = width


def fit_to_width(sheet: Worksheet) -> None:
    """Set the page to A4 landscape, one page wide and any number of pages high."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def lay_out(sheet: Worksheet, head: int) -> None:
    """Fit the sheet to the page's width, repeat its header on every page, number the pages."""
    fit_to_width(sheet)
    sheet.print_title_rows = f"{head}:{head}"
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.5
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart(text="&P / &N"))
