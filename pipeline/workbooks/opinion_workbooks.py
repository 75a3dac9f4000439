"""Write the workbooks of opinions: rows and identity in, the bytes of an .xlsx out.

The workbooks have plain cells, drop-downs and a sheet protection without a password. They have
no macros and nothing else that Excel warns about. The same input gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import openpyxl
from openpyxl.formatting.rule import Rule
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.base.archives import with_dates
from pipeline.base.excel import lines_in, put, row_height, sheet_name
from pipeline.base.paths import ABOUT_SHEET
from pipeline.base.text import one_line, without_forbidden
from pipeline.model.collected import BookKind, Identity, StatedOpinion
from pipeline.model.columns import Column
from pipeline.model.doubts import Edit
from pipeline.model.fills import fill_text, naming_column, seen_columns
from pipeline.model.form import Form
from pipeline.model.kinds import kind_of
from pipeline.model.kinds.number_kind import typed_number
from pipeline.model.meeting import Meeting
from pipeline.model.opinion_workbook import (
    ABOUT,
    ABOUT_HELP,
    ASKED,
    CHOICE_SEPARATOR,
    CONFIRMATION,
    DROP_DOWN_LABEL,
    EDIT_HEADERS,
    EDITS_SHEET,
    NAME,
    NO,
    ORIGIN,
    SETTLED,
    compared,
    fill_role,
    headers,
    row_digest,
    seen_role,
    words,
)
from pipeline.model.values import Fill, Number
from pipeline.workbooks.sheet_style import FONT, GRID, fit_to_width, lay_out, write_head

_POINTS: Final = 11
_LINE_POINTS: Final = 16
_LEAST_LINES: Final = 2
_INPUT_FILL: Final = PatternFill("solid", fgColor="FFFBE6")
_OPEN_FILL: Final = PatternFill("solid", bgColor="FFF2CC")
_ASKED_FILL: Final = PatternFill("solid", fgColor="FCE4D6")
_TEXT: Final = Alignment(vertical="center", wrap_text=True)
_NUMBER: Final = Alignment(horizontal="center", vertical="center")
# Widths in half-width characters, by the column's content.
_NO_WIDTH, _NAME_WIDTH, _TEXT_WIDTH = 5, 32, 56
_CHOICE_WIDTH, _SHORT_WIDTH = 24, 14
_ASKED_WIDTH, _SETTLED_WIDTH, _ORIGIN_WIDTH = 60, 10, 34
# At this width 11-point letters are about 7 points high on A4 landscape.
_WIDEST_ON_A4: Final = 200
_EDIT_WIDTHS: Final = (6, 24, 16, 60, 60, 16)
_HEADER_ROW: Final = 4
# Excel's limit of characters in a cell, less a margin.
_LONGEST: Final = 32_000
# Excel rejects a longer title of a prompt.
_LONGEST_PROMPT: Final = 32

_ENTRY_HELP: Final = (
    "黄色の欄に入力してください。▼が出る欄は一覧から選びます。"
    "決まっていない欄は空のままで構いません。"
)
_RESULTS_HELP: Final = (
    "集めた意見です。ここで直して保存すると、次に作る資料に反映されます。"
    "番号と事業名は変えないでください。"
    "「確認すること」がある行は、意見を入れて（なければ空のまま）「確認」に「確認済」と入れると使われます。"
)


def write_opinion_workbook(
    rows: Sequence[StatedOpinion],
    identity: Identity,
    meeting: Meeting,
    form: Form,
    *,
    edits: Sequence[Edit] = (),
    properties: Mapping[str, str] | None = None,
) -> bytes:
    """The workbook of one kind (``identity.kind``) for the rows of a master.

    ``edits`` are listed on a separate sheet. ``properties`` record to which form and meeting
    the file belongs.
    """
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = _sheet_name(form)
    if edits:
        _write_edits(book.create_sheet(EDITS_SHEET), edits)
    for name, text in (properties or {}).items():
        # The type stubs of openpyxl lack this attribute.
        book.custom_doc_props.append(  # type: ignore[attr-defined]
            StringProperty(name=name, value=text)
        )
    about = book.create_sheet(ABOUT_SHEET)
    head = _heading_lines(identity.kind, meeting)
    digests = (_digest(row, form) for row in rows)
    word_ranges = _write_about(about, identity, form, head="\n".join(head), rows=" ".join(digests))
    columns = _columns(identity.kind, form)
    _write_table(sheet, rows, columns, form)
    _write_heading(sheet, head, len(columns))
    for place, column in enumerate(columns, start=1):
        if column.form_column is not None and column.form_column.key in word_ranges:
            _add_drop_down(sheet, place, len(rows), word_ranges[column.form_column.key], column)
        if column.needs_answer:
            _highlight_blanks(sheet, place, len(rows))
        if column.role == CONFIRMATION:
            _add_settled_drop_down(sheet, place, len(rows))
    _set_up_page(sheet, meeting, len(rows), len(columns))
    if identity.kind is BookKind.ENTRY:
        _protect(sheet)
    _protect(about)
    saved = io.BytesIO()
    book.save(saved)
    return with_dates(saved.getvalue())


def _sheet_name(form: Form) -> str:
    """The name of the first column to fill in, without characters that Excel forbids."""
    name = sheet_name(form.fills[0].name) if form.fills else ""
    return name if name and name not in (ABOUT_SHEET, EDITS_SHEET) else "意見"


def _put(sheet: Worksheet, row: int, column: int, value: str | int) -> None:
    """Write an unchanged value in the workbook's font."""
    cell = sheet.cell(row, column)
    put(cell, value)
    cell.font = Font(name=FONT, size=_POINTS)
    cell.alignment = _TEXT


# ---- the table


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the table: its role, its header and its width.

    ``form_column`` is the form's column to fill in, if any. ``is_measured``: the column's text
    counts for the height of a row.
    """

    role: str
    title: str
    width: int
    form_column: Column | None = None
    is_measured: bool = True

    @property
    def is_input(self) -> bool:
        """Whether a user types the council's answers into the column."""
        return self.form_column is not None

    @property
    def needs_answer(self) -> bool:
        """Whether a blank cell needs an answer; remarks and marks may stay blank."""
        return self.form_column is not None and (
            self.form_column.is_choice or self.form_column.kind == "score"
        )


def _columns(kind: BookKind, form: Form) -> tuple[_Column, ...]:
    """The columns of one kind of workbook, left to right."""
    fills = {fill_role(column): column for column in form.fills}
    entry = {NO, NAME, *fills, *(seen_role(column) for column in compared(form))}
    widths = _widths(form)
    # The texts that the council saw may be longer than all other cells.
    texts = {seen_role(column) for column in seen_columns(form) if column.kind == "text"}
    return tuple(
        _Column(role, title, widths[role], fills.get(role), role not in {ORIGIN, *texts})
        for role, title in headers(form).items()
        if kind is BookKind.RESULTS or role in entry
    )


def _widths(form: Form) -> dict[str, int]:
    naming = naming_column(form)
    is_name = naming is None or naming.kind == "name"
    seen = {
        seen_role(column): _ASKED_WIDTH if column.kind == "text" else _width(column)
        for column in seen_columns(form)
    }
    fills = {fill_role(column): _width(column) for column in form.fills}
    known = {
        NO: _NO_WIDTH,
        NAME: _NAME_WIDTH if is_name else _TEXT_WIDTH,
        ASKED: _ASKED_WIDTH,
        CONFIRMATION: _SETTLED_WIDTH,
        ORIGIN: _ORIGIN_WIDTH,
    }
    return {**known, **seen, **fills}


def _width(column: Column) -> int:
    if column.is_choice:
        return _CHOICE_WIDTH
    return _TEXT_WIDTH if column.kind in ("text", "name") else _SHORT_WIDTH


def _write_table(
    sheet: Worksheet, rows: Sequence[StatedOpinion], columns: Sequence[_Column], form: Form
) -> None:
    """Write the table's header and rows."""
    write_head(sheet, _HEADER_ROW, ((column.title, column.width) for column in columns))
    for number, row in enumerate(rows, start=_HEADER_ROW + 1):
        values = _values(row, form)
        for place, column in enumerate(columns, start=1):
            value = values.get(column.role, "")
            if value != "":
                _put(sheet, number, place, value)
            is_input = column.is_input or column.role == CONFIRMATION
            _style_cell(sheet, number, place, is_input=is_input)
            if column.role == ASKED and row.asked and not row.is_settled:
                sheet.cell(number, place).fill = _ASKED_FILL
        measured = (column for column in columns if column.is_measured)
        lines = max(
            _LEAST_LINES,
            *(lines_in(values.get(column.role, ""), column.width) for column in measured),
        )
        sheet.row_dimensions[number].height = row_height(lines, _LINE_POINTS)


def _values(row: StatedOpinion, form: Form) -> dict[str, str | int]:
    """The values of a row by the columns' roles."""
    seen = ((column, row.seen.get(column.key, "")) for column in seen_columns(form))
    fills = ((column, row.fills.get(column.key, Fill())) for column in form.fills)
    return {
        NO: row.no or 0,
        NAME: row.name,
        ASKED: row.asked,
        CONFIRMATION: SETTLED if row.is_settled else "",
        ORIGIN: row.origin,
        **{seen_role(column): text for column, text in seen},
        **{fill_role(column): _answer(fill, column, form) for column, fill in fills},
    }


def _answer(fill: Fill, column: Column, form: Form) -> str | int:
    """An answer as a user types it: whole numbers as numbers, other values as text."""
    value = fill.value
    if fill.is_blank:
        return ""
    if isinstance(value, Number) and value.value in (None, typed_number(value.shown)):
        return value.shown
    if isinstance(value, Number):
        # The printed form (12件) could not be read again.
        return str(kind_of(column).as_json(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return fill_text(fill, column, form)


def _style_cell(sheet: Worksheet, row: int, column: int, *, is_input: bool) -> None:
    cell = sheet.cell(row, column)
    cell.font, cell.border = Font(name=FONT, size=_POINTS), GRID
    cell.alignment = _NUMBER if isinstance(cell.value, int) else _TEXT
    if is_input:
        cell.fill, cell.protection = _INPUT_FILL, Protection(locked=False)
        # Format it as text: otherwise Excel changes 1/2 to a date.
        cell.number_format = "@"


def _heading_lines(kind: BookKind, meeting: Meeting) -> tuple[str, ...]:
    """The lines above the table: handout, council and session, and a line of help."""
    return (
        one_line(f"{meeting.number}　{meeting.title}　{kind.value}"),
        one_line("　".join((*meeting.facts, *([meeting.note] if meeting.note else ())))),
        _ENTRY_HELP if kind is BookKind.ENTRY else _RESULTS_HELP,
    )


def _digest(row: StatedOpinion, form: Form) -> str:
    seen = (row.seen.get(column.key, "") for column in compared(form))
    return row_digest(row.no, (row.name, *seen))


def _write_heading(sheet: Worksheet, lines: Sequence[str], width: int) -> None:
    for row, text in enumerate(lines, start=1):
        _put(sheet, row, 1, text)
        sheet.cell(row, 1).font = Font(name=FONT, size=14 if row == 1 else 10, bold=row == 1)
        sheet.cell(row, 1).alignment = Alignment(vertical="center")
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
        sheet.row_dimensions[row].height = 24 if row == 1 else _LINE_POINTS
    sheet.row_dimensions[_HEADER_ROW].height = 24


def _area(column: int, rows: int) -> str:
    """The cells of a column below the header."""
    letter = get_column_letter(column)
    return f"{letter}{_HEADER_ROW + 1}:{letter}{_HEADER_ROW + max(rows, 1)}"


def _add_drop_down(
    sheet: Worksheet, place: int, rows: int, word_range: str, column: _Column
) -> None:
    """Add a column's drop-down, with its messages in Japanese."""
    validation = DataValidation(type="list", formula1=word_range, allow_blank=True)
    validation.showErrorMessage = validation.showInputMessage = True
    validation.errorStyle = "stop"
    validation.errorTitle = "選べない言葉です"
    validation.error = "▼を押して、一覧から選んでください。補足は文章の欄に入力します。"
    validation.promptTitle = column.title[:_LONGEST_PROMPT]
    validation.prompt = "▼から選んでください。決まっていないときは空のままにします。"
    validation.add(_area(place, rows))
    sheet.add_data_validation(validation)


def _highlight_blanks(sheet: Worksheet, place: int, rows: int) -> None:
    """Highlight the blank cells of a column."""
    first = f"${get_column_letter(place)}{_HEADER_ROW + 1}"
    rule = Rule(type="expression", dxf=DifferentialStyle(fill=_OPEN_FILL), formula=[f'{first}=""'])
    sheet.conditional_formatting.add(_area(place, rows), rule)


def _add_settled_drop_down(sheet: Worksheet, column: int, rows: int) -> None:
    """Add the drop-down of the column 確認, which has one word."""
    validation = DataValidation(type="list", formula1=f'"{SETTLED}"', allow_blank=True)
    validation.showErrorMessage = False
    validation.add(_area(column, rows))
    sheet.add_data_validation(validation)


def _write_edits(sheet: Worksheet, edits: Sequence[Edit]) -> None:
    """List the edited texts, printed and changed, so that an officer can copy them."""
    write_head(sheet, 1, zip(EDIT_HEADERS, _EDIT_WIDTHS, strict=True))
    for row, edit in enumerate(edits, start=2):
        values = (edit.row or "", edit.place, edit.kind.value, edit.printed, edit.seen, edit.at)
        for column, value in enumerate(values, start=1):
            if value != "":
                text = value if isinstance(value, int) else without_forbidden(value)[:_LONGEST]
                _put(sheet, row, column, text)
            sheet.cell(row, column).border = GRID
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    fit_to_width(sheet)


def _set_up_page(sheet: Worksheet, meeting: Meeting, rows: int, width: int) -> None:
    """Set up the page: one page wide, header on every page and always visible on the screen.

    The paper is A4 landscape, or A3 for a table that would be too small to read on A4.
    """
    sheet.freeze_panes = f"C{_HEADER_ROW + 1}"
    lay_out(sheet, _HEADER_ROW)
    if sum(each.width for each in sheet.column_dimensions.values()) > _WIDEST_ON_A4:
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
    sheet.print_area = f"A1:{get_column_letter(width)}{_HEADER_ROW + max(rows, 1)}"
    # In a header & begins a command.
    number = without_forbidden(meeting.number).replace("&", "&&")
    if number:
        sheet.HeaderFooter.oddHeader = HeaderFooterItem(right=_HeaderFooterPart(text=number))


def _protect(sheet: Worksheet) -> None:
    """Allow input only in the input cells; without a password, so that any user can undo it."""
    sheet.protection.sheet = True
    # False means allowed: a user may change widths and heights.
    sheet.protection.formatColumns = sheet.protection.formatRows = False


# ---- the sheet about the workbook


def _write_about(
    sheet: Worksheet, identity: Identity, form: Form, *, head: str, rows: str
) -> dict[str, str]:
    """Write the sheet about the workbook: its kind, and its form and meeting.

    Returns the ranges of the drop-downs' words by column key.
    """
    for row, text in enumerate(ABOUT_HELP[identity.kind], start=1):
        _put(sheet, row, 1, text)
        sheet.cell(row, 1).alignment = Alignment(vertical="center")
    owner = identity.owner
    fields = {
        "kind": identity.kind.value,
        "master": identity.master,
        "sha256": identity.sha256,
        "form": owner.form,
        "choices": CHOICE_SEPARATOR.join(owner.choices),
        "session": owner.session,
        "date": owner.date,
        "number": owner.number,
        "council": owner.council,
        "head": head,
        "rows": rows if len(rows) <= _LONGEST else "",
    }
    row = len(ABOUT_HELP[identity.kind]) + 2
    for key, value in fields.items():
        _put(sheet, row, 1, ABOUT[key])
        if value:
            _put(sheet, row, 2, value)
        # An officer may learn session and date only after the file was made.
        sheet.cell(row, 2).protection = Protection(locked=key not in ("session", "date"))
        sheet.row_dimensions[row].height = _LINE_POINTS * (1 + value.count("\n"))
        row += 1
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 72
    fit_to_width(sheet)
    return dict(_write_words(sheet, row + 1, form))


def _write_words(sheet: Worksheet, row: int, form: Form) -> Iterator[tuple[str, str]]:
    """Write the words of each drop-down below each other; yields column key and range."""
    for column in form.fills:
        offered = words(column, form)
        if not offered:
            continue
        _put(sheet, row, 1, DROP_DOWN_LABEL.format(column.name))
        for offset, word in enumerate(offered):
            _put(sheet, row + offset, 2, word)
        last = row + len(offered) - 1
        yield column.key, f"{quote_sheetname(ABOUT_SHEET)}!$B${row}:$B${last}"
        row = last + 2
