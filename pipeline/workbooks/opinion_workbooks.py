"""Write the workbooks of opinions: rows and identity in, the bytes of an .xlsx out.

Plain cells, drop-downs and a sheet protection without a password: no macros, nothing that
an office's Excel would warn of. The same input gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Final

import openpyxl
from openpyxl.formatting.rule import Rule
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.base.archives import with_dates
from pipeline.base.excel import lines_in, put, row_height, sheet_name
from pipeline.base.paths import ABOUT_SHEET
from pipeline.base.text import without_forbidden
from pipeline.model.collected import BookKind, BookRow, Identity, in_words
from pipeline.model.doubts import Edit
from pipeline.model.form import Form
from pipeline.model.opinion_workbook import (
    ABOUT,
    CHOICES_BETWEEN,
    EDIT_HEADERS,
    EDITS_SHEET,
    SETTLED,
    headers,
    words,
)
from pipeline.model.records import Meeting, OpinionStatus

_FONT: Final = "BIZ UDゴシック"
_POINTS: Final = 11
_LINE_POINTS: Final = 16
_LEAST_LINES: Final = 2
_THIN: Final = Side(style="thin", color="7F7F7F")
_GRID: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD_FILL: Final = PatternFill("solid", fgColor="EEF2F7")
_INPUT_FILL: Final = PatternFill("solid", fgColor="FFFBE6")
_OPEN_FILL: Final = PatternFill("solid", bgColor="FFF2CC")
_ASKED_FILL: Final = PatternFill("solid", fgColor="FCE4D6")
_TEXT: Final = Alignment(vertical="center", wrap_text=True)
_NUMBER: Final = Alignment(horizontal="center", vertical="center")
# Widths in half-width characters; with the margins they fill A4 landscape.
_WIDTHS: Final = {"no": 5, "name": 32, "proposal": 24, "opinion": 24, "comment": 56}
_RESULTS_WIDTHS: Final = {"asked": 60, "settled": 10, "origin": 34, "reason": 60}
_INPUT: Final = frozenset({"opinion", "comment", "settled"})
# The text that the council saw may be longer than all else and would make the row as high.
_UNMEASURED: Final = frozenset({"reason", "origin"})
_EDIT_WIDTHS: Final = (6, 24, 16, 60, 60, 16)
_HEADER_ROW: Final = 4
# What an Excel cell holds, less a margin.
_LONGEST: Final = 32_000
# Excel's number for the paper.
_A4: Final = 9

_ENTRY_HELP: Final = (
    "右の２列（黄色の欄）に入力してください。意見は▼から選びます。"
    "決まっていない事業は空のままで構いません。"
)
_RESULTS_HELP: Final = (
    "集めた意見です。ここで直すと、次の shiryo build に反映されます。"
    "番号と事業名は変えないでください。"
    "「確認すること」がある事業は、意見を選んで（なければ空のまま）「確認」に「確認済」と入れると使われます。"
)
_ABOUT_HELP: Final = {
    BookKind.ENTRY: (
        "会議の当日に意見を入力するブックです。",
        "入力して保存した後、shiryo collect 当日入力.xlsx を実行すると、意見が読み取られます。",
        "入力欄のほかは、書き間違いを防ぐために保護しています（パスワードはありません）。",
        "この下の表は、どの台帳から作ったかの控えです。変更しないでください。",
    ),
    BookKind.RESULTS: (
        "shiryo collect が、記入された資料から集めた意見です。台帳の隣に置いてください。",
        "shiryo build を実行すると、台帳の意見とあわせて結果版の資料に使われます。",
        "空欄は未入力です。賛成とはみなしません。",
        "読み取りに疑いがある意見は取らずに「確認すること」に書いてあります。「確認」に「確認済」と入れるまで使われません。",
        "この下の表は、どの台帳の意見かの控えです。変更しないでください。",
    ),
}


def write_book(
    rows: Sequence[BookRow],
    identity: Identity,
    meeting: Meeting,
    form: Form,
    *,
    edits: Sequence[Edit] = (),
    properties: Mapping[str, str] | None = None,
) -> bytes:
    """The workbook of one kind (``identity.kind``) for the projects of a master.

    ``edits`` are listed on a sheet of their own; ``properties`` tell whose the file is.
    """
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = _sheet_name(form)
    if edits:
        _write_edits(book.create_sheet(EDITS_SHEET), edits)
    for name, text in (properties or {}).items():
        # The stubs of openpyxl don't know it.
        book.custom_doc_props.append(  # type: ignore[attr-defined]
            StringProperty(name=name, value=text)
        )
    about = book.create_sheet(ABOUT_SHEET)
    offered = _write_about(about, identity, form)
    columns = _write_table(sheet, rows, identity.kind, form)
    _write_heading(sheet, identity.kind, meeting, len(columns))
    _offer(sheet, columns["opinion"], len(rows), offered, form)
    if "settled" in columns:
        _offer_settled(sheet, columns["settled"], len(rows))
    _lay_out(sheet, meeting, len(rows), len(columns))
    if identity.kind is BookKind.ENTRY:
        _protect(sheet)
    _protect(about)
    saved = io.BytesIO()
    book.save(saved)
    return with_dates(saved.getvalue())


def _sheet_name(form: Form) -> str:
    """The council's heading, without what Excel forbids in the name of a sheet."""
    name = sheet_name(form.file.headings.opinion)
    return name if name and name != ABOUT_SHEET else "意見"


def _put(sheet: Worksheet, row: int, column: int, value: str | int) -> None:
    """A value as it is, in the workbook's own font."""
    cell = sheet.cell(row, column)
    put(cell, value)
    cell.font = Font(name=_FONT, size=_POINTS)
    cell.alignment = _TEXT


# ---- the table


def _write_table(
    sheet: Worksheet, rows: Sequence[BookRow], kind: BookKind, form: Form
) -> dict[str, int]:
    """Header and rows; the columns by what they hold."""
    titles = headers(form)
    widths = _WIDTHS | (_RESULTS_WIDTHS if kind is BookKind.RESULTS else {})
    columns = {key: place for place, key in enumerate(widths, start=1)}
    for key, column in columns.items():
        _put(sheet, _HEADER_ROW, column, getattr(titles, key))
        head = sheet.cell(_HEADER_ROW, column)
        head.font, head.fill, head.border = Font(name=_FONT, bold=True), _HEAD_FILL, _GRID
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = widths[key]
    for place, row in enumerate(rows, start=_HEADER_ROW + 1):
        said = "" if row.opinion.status is OpinionStatus.BLANK else in_words(row.opinion, form)
        shown: dict[str, str | int] = {
            "no": row.no,
            "name": row.name,
            "proposal": row.proposal,
            "opinion": said,
            "comment": row.opinion.comment or "",
            "asked": row.asked,
            "settled": SETTLED if row.is_settled else "",
            "origin": row.origin,
            "reason": row.reason,
        }
        for key, column in columns.items():
            if shown[key] != "":
                _put(sheet, place, column, shown[key])
            _dress(sheet, place, column, is_input=key in _INPUT)
        if row.asked and not row.is_settled and "asked" in columns:
            sheet.cell(place, columns["asked"]).fill = _ASKED_FILL
        measured = (lines_in(shown[key], widths[key]) for key in columns if key not in _UNMEASURED)
        lines = max(_LEAST_LINES, *measured)
        sheet.row_dimensions[place].height = row_height(lines, _LINE_POINTS)
    return columns


def _dress(sheet: Worksheet, row: int, column: int, *, is_input: bool) -> None:
    cell = sheet.cell(row, column)
    cell.font, cell.border = Font(name=_FONT, size=_POINTS), _GRID
    cell.alignment = _NUMBER if isinstance(cell.value, int) else _TEXT
    if is_input:
        cell.fill, cell.protection = _INPUT_FILL, Protection(locked=False)
        # As text: Excel makes a date of 1/2 otherwise.
        cell.number_format = "@"


def _write_heading(sheet: Worksheet, kind: BookKind, meeting: Meeting, width: int) -> None:
    """Handout, council and session, and one line of help above the table."""
    lines = {
        1: f"{meeting.number}　{meeting.title}　{kind.value}",
        2: "　".join((*meeting.facts, *([meeting.note] if meeting.note else ()))),
        3: _ENTRY_HELP if kind is BookKind.ENTRY else _RESULTS_HELP,
    }
    for row, text in lines.items():
        _put(sheet, row, 1, text)
        sheet.cell(row, 1).font = Font(name=_FONT, size=14 if row == 1 else 10, bold=row == 1)
        sheet.cell(row, 1).alignment = Alignment(vertical="center")
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
        sheet.row_dimensions[row].height = 24 if row == 1 else _LINE_POINTS
    sheet.row_dimensions[_HEADER_ROW].height = 24


def _offer(sheet: Worksheet, column: int, rows: int, offered: str, form: Form) -> None:
    """The drop-down of the opinions, with its words in Japanese, and a tint where it is empty."""
    letter = get_column_letter(column)
    area = f"{letter}{_HEADER_ROW + 1}:{letter}{_HEADER_ROW + max(rows, 1)}"
    validation = DataValidation(type="list", formula1=offered, allow_blank=True)
    validation.showErrorMessage = validation.showInputMessage = True
    validation.errorStyle = "stop"
    validation.errorTitle = "選べない言葉です"
    validation.error = "▼を押して、一覧から選んでください。補足は右の「内容」の欄に入力します。"
    validation.promptTitle = headers(form).opinion[:32]
    validation.prompt = "▼から選んでください。決まっていないときは空のままにします。"
    validation.add(area)
    sheet.add_data_validation(validation)
    first = f"${letter}{_HEADER_ROW + 1}"
    rule = Rule(type="expression", dxf=DifferentialStyle(fill=_OPEN_FILL), formula=[f'{first}=""'])
    sheet.conditional_formatting.add(area, rule)


def _offer_settled(sheet: Worksheet, column: int, rows: int) -> None:
    """The one word of the column 確認."""
    letter = get_column_letter(column)
    validation = DataValidation(type="list", formula1=f'"{SETTLED}"', allow_blank=True)
    validation.showErrorMessage = False
    validation.add(f"{letter}{_HEADER_ROW + 1}:{letter}{_HEADER_ROW + max(rows, 1)}")
    sheet.add_data_validation(validation)


def _write_edits(sheet: Worksheet, edits: Sequence[Edit]) -> None:
    """What is not as it was printed, with both texts, to be copied into the master."""
    for column, (title, width) in enumerate(zip(EDIT_HEADERS, _EDIT_WIDTHS, strict=True), start=1):
        _put(sheet, 1, column, title)
        head = sheet.cell(1, column)
        head.font, head.fill, head.border = Font(name=_FONT, bold=True), _HEAD_FILL, _GRID
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, edit in enumerate(edits, start=2):
        told = (edit.row or "", edit.place, edit.kind.value, edit.printed, edit.seen, edit.at)
        for column, value in enumerate(told, start=1):
            if value != "":
                text = value if isinstance(value, int) else without_forbidden(value)[:_LONGEST]
                _put(sheet, row, column, text)
            sheet.cell(row, column).border = _GRID
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    _fit_to_width(sheet)


def _lay_out(sheet: Worksheet, meeting: Meeting, rows: int, width: int) -> None:
    """A4 landscape, one page wide, the header on every page and in sight on the screen."""
    sheet.freeze_panes = f"C{_HEADER_ROW + 1}"
    sheet.print_title_rows = f"{_HEADER_ROW}:{_HEADER_ROW}"
    sheet.print_area = f"A1:{get_column_letter(width)}{_HEADER_ROW + max(rows, 1)}"
    _fit_to_width(sheet)
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.5
    # & begins a command in a header.
    number = without_forbidden(meeting.number).replace("&", "&&")
    sheet.HeaderFooter.oddHeader = HeaderFooterItem(right=_HeaderFooterPart(text=number))
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart(text="&P / &N"))


def _fit_to_width(sheet: Worksheet) -> None:
    """A4 landscape, one page wide and as many as it takes high."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _protect(sheet: Worksheet) -> None:
    """Only the input cells take input; no password, so that nobody is locked out."""
    sheet.protection.sheet = True
    # False allows it: widths and heights may be changed.
    sheet.protection.formatColumns = sheet.protection.formatRows = False


# ---- the sheet about the workbook


def _write_about(sheet: Worksheet, identity: Identity, form: Form) -> str:
    """What the workbook is and whose; returns the range that lists the drop-down's words."""
    for row, text in enumerate(_ABOUT_HELP[identity.kind], start=1):
        _put(sheet, row, 1, text)
        sheet.cell(row, 1).alignment = Alignment(vertical="center")
    told = {
        "kind": identity.kind.value,
        "master": identity.master,
        "sha256": identity.sha256,
        "form": identity.form,
        "choices": CHOICES_BETWEEN.join(identity.choices),
        "session": identity.session or "",
        "date": identity.date or "",
        "number": identity.number or "",
        "council": identity.council or "",
    }
    row = len(_ABOUT_HELP[identity.kind]) + 2
    for key, value in told.items():
        _put(sheet, row, 1, ABOUT[key])
        if value:
            _put(sheet, row, 2, value)
        # What an officer may learn only after the file was made.
        sheet.cell(row, 2).protection = Protection(locked=key not in ("session", "date"))
        sheet.row_dimensions[row].height = _LINE_POINTS * (1 + value.count("\n"))
        row += 1
    first = row + 1
    _put(sheet, first, 1, "選べる言葉")
    for offset, word in enumerate(words(form)):
        _put(sheet, first + offset, 2, word)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 72
    _fit_to_width(sheet)
    last = first + len(words(form)) - 1
    return f"{quote_sheetname(ABOUT_SHEET)}!$B${first}:$B${last}"
