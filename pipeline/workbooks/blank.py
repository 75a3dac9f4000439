"""An empty master to fill in, or one with rows: a form in, a workbook out.

The sheets are those that every master may have (the table, 会議情報, 判定表) and one that
explains them (書き方). No cell is protected or calculated: the pipeline reads exactly what the
office types. The workbook depends on the form alone, so another council's master has that
council's columns and choices.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import absolute_coordinate, get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.base.archives import UNDATED, pack, parts, with_dates
from pipeline.base.excel import lines_in, put, row_height, sheet_name
from pipeline.base.text import figure, half_widths
from pipeline.model.columns import Column
from pipeline.model.form import (
    ACCEPTED,
    GUIDE_SHEET,
    JUDGEMENT_SHEET,
    MEETING_SHEET,
    Form,
    JudgementTable,
)
from pipeline.model.kinds import kind_of
from pipeline.model.meeting import MEETING_FIELDS
from pipeline.model.opinion_workbook import words as offered_words
from pipeline.workbooks.sheet_style import FONT, fit_to_width, free_name

# Rows with a grid in an empty master, and the last row with drop-downs.
_BLANK_ROWS = 30
_LAST_ROW = 1000
_HEADING_FILL = "E7EEF7"
# Widths in half-width characters, by kind.
_WIDTHS = {"no": 6, "name": 24, "text": 40, "choice": 20, "word": 12}
_OTHER_WIDTH = 13
# Width of a drop-down's arrow, and the widest words; longer ones are broken.
_ARROW_WIDTH = 4
_WIDEST_WORDS = 40
_MARGIN_INCHES = 0.4
_LINE_POINTS = 14
_SHEETS = "xl/worksheets/"
_STEPS = (
    "シート「{table}」の２行目から、１行に１件を入力します。行はいくつ増やしてもかまいません。",
    (
        "シート「{meeting}」に、資料の表題や会議の名前などを入力します。"
        "空欄の項目は様式の既定の言葉になり、既定のないものは印刷しません。"
    ),
    "保存して inputs フォルダーに入れ、資料作成.bat を開くか shiryo build を実行します。",
    "見つかったことが表示されたら、示されたセルを直して、もう一度実行します。",
)
_OPINION_STEP = (
    "会議の後に「{opinion}」の列を入力して実行すると、結果版ができます。"
    "空欄は「未入力」で、賛成の意味にはなりません。"
)
_JUDGEMENT_STEP = "シート「{judgement}」は点検に使う判定の決まりです。違うときは直します。"


def master_workbook(
    form: Form,
    rows: Sequence[Mapping[str, object]] = (),
    meeting: Mapping[str, object] | None = None,
    *,
    made: dt.datetime = UNDATED,
) -> bytes:
    """The workbook's bytes; the same form and values give the same bytes.

    ``rows`` are values by column key (``{"no": 1, "progress": 4}``); without rows there are
    blank ones to fill in. ``meeting`` has values by field key, which replace the form's
    defaults. ``made`` is the date in the file's properties.
    """
    book = Workbook()
    table = book.worksheets[0]
    table.title = sheet_name(form.words.sheet) or "一覧"
    meeting_sheet = book.create_sheet(MEETING_SHEET)
    if form.judgement is not None:
        _write_judgement(book.create_sheet(JUDGEMENT_SHEET), form, form.judgement)
    guide = book.create_sheet(free_name(GUIDE_SHEET, book.sheetnames))
    lists = _write_guide(guide, form)
    _write_table(table, form, rows, lists)
    _write_meeting(meeting_sheet, form, meeting or {})
    for sheet in book.worksheets:
        _set_up_page(sheet)
    book.properties.creator = "事務局"
    book.properties.title = form.title
    saved = io.BytesIO()
    book.save(saved)
    return with_dates(_with_growing_rows(saved.getvalue()), made)


def _write_table(
    sheet: Worksheet, form: Form, rows: Sequence[Mapping[str, object]], lists: Mapping[str, str]
) -> None:
    columns = form.columns
    words = _words(form)
    widths = [_width(column, words.get(column.key, ())) for column in columns]
    _write_header(sheet, 1, [column.name for column in columns], widths)
    for place, column in enumerate(columns, start=1):
        _style_column(sheet, place, column)
    for row in range(2, 2 + (len(rows) or _BLANK_ROWS)):
        values = rows[row - 2] if rows else {}
        for place, column in enumerate(columns, start=1):
            cell = _put(sheet, row, place, values.get(column.key))
            cell.number_format = _number_format(column)
            if kind_of(column).align != "left":
                cell.alignment = Alignment(horizontal=kind_of(column).align, vertical="top")
        lines = (lines_in(values.get(c.key), w) for c, w in zip(columns, widths, strict=True))
        sheet.row_dimensions[row].height = row_height(max(lines), _LINE_POINTS)
    for place, column in enumerate(columns, start=1):
        letter = get_column_letter(place)
        rule = _rule(column, letter, lists)
        rule.add(f"{letter}2:{letter}{_LAST_ROW}")
        sheet.add_data_validation(rule)
    # Number and name of a row stay visible when the user scrolls.
    name_places = [k for k, column in enumerate(columns) if column.kind in {"no", "name"}]
    sheet.freeze_panes = f"{get_column_letter(max(name_places, default=-1) + 2)}2"


def _width(column: Column, words: Iterable[str | int]) -> int:
    """The width in half-width characters: that of its kind, or more for longer choices."""
    longest = max((half_widths(str(word)) for word in words), default=0)
    return max(_WIDTHS.get(column.kind, _OTHER_WIDTH), min(longest + _ARROW_WIDTH, _WIDEST_WORDS))


def _rule(column: Column, letter: str, lists: Mapping[str, str]) -> DataValidation:
    """The rule for what a user may type into a column, with a prompt and an error message."""
    if column.kind == "no":
        cells = f"${letter}$2:${letter}${_LAST_ROW}"
        whole = f"ISNUMBER({letter}2),{letter}2>=1,{letter}2=INT({letter}2)"
        formula = f"AND({whole},COUNTIF({cells},{letter}2)=1)"
        rule = DataValidation(type="custom", formula1=formula, imeMode="off")
        rule.error = "1 以上の整数を、ほかの行と重ならないように入力してください。"
    elif column.key in lists:
        rule = DataValidation(type="list", formula1=lists[column.key])
        rule.error = "一覧から選んでください。"
        if not column.is_choice and column.kind != "score":
            rule.errorStyle = "warning"
            rule.error = "一覧にない言葉です。このまま入力しますか。"
    else:
        rule = DataValidation(imeMode="off" if column.kind == "number" else "hiragana")
    rule.allow_blank = True
    rule.showErrorMessage = rule.showInputMessage = True
    rule.errorTitle = "入力できません" if rule.errorStyle is None else "ご確認ください"
    rule.promptTitle = column.name[:32]
    rule.prompt = _prompt(column)
    return rule


def _prompt(column: Column) -> str:
    if column.key == ACCEPTED:
        return "点検の注意やお知らせを意図したものとして扱うときに、理由を入力します。"
    return kind_of(column).prompt(column)


def _example(column: Column, form: Form) -> str:
    if column.key == ACCEPTED:
        return "協議済"
    table = form.judgement
    cells = table.cells if table else ()
    known = next((cell for cell in cells if cell.label), None)
    if table and known and column.key in {table.letter, table.label}:
        return known.letter if column.key == table.letter else known.label or ""
    return kind_of(column).example(column)


def _write_meeting(sheet: Worksheet, form: Form, values: Mapping[str, object]) -> None:
    _write_header(sheet, 1, ["項目", "内容"], [18, 72])
    defaults = {"number": form.number, "title": form.title, "form": form.name, **form.meeting}
    for row, field in enumerate(MEETING_FIELDS, start=2):
        _put(sheet, row, 1, field.title)
        value = _put(sheet, row, 2, values.get(field.key, defaults.get(field.key)))
        if field.key == "date":
            value.number_format = "yyyy/m/d"
            rule = _date_rule(field.title)
            rule.add(value.coordinate)
            sheet.add_data_validation(rule)
        else:
            value.number_format = "@"
    sheet.freeze_panes = "A2"


def _date_rule(title: str) -> DataValidation:
    """A rule that accepts a date, or other text after a warning: 令和８年３月９日 is read too."""
    rule = DataValidation(type="date", operator="greaterThan", formula1="1", allow_blank=True)
    rule.errorStyle, rule.errorTitle = "warning", "ご確認ください"
    rule.error = "日付として読めません。このまま入力しますか。"
    rule.promptTitle, rule.prompt = title[:32], "2026/3/9 の形で入力します。"
    rule.showErrorMessage = rule.showInputMessage = True
    return rule


def _write_judgement(sheet: Worksheet, form: Form, table: JudgementTable) -> None:
    """Write the form's judgement table; the column 根拠 marks the inferred cells with 推定."""
    titles = [form.column(key).name for key in (table.rows, table.columns)]
    _write_header(sheet, 1, [*titles, "判定", "判定区分", "根拠"], [14, 14, 8, 26, 12])
    for row, cell in enumerate(table.cells, start=2):
        basis = "確認済" if cell.attested else "推定"
        values = (cell.row, cell.column, cell.letter, cell.label, basis)
        for place, value in enumerate(values, start=1):
            _put(sheet, row, place, value)
    rule = DataValidation(type="list", formula1='"確認済,推定"', allow_blank=True)
    rule.showErrorMessage = rule.showInputMessage = True
    rule.errorTitle, rule.error = "入力できません", "一覧から選んでください。"
    rule.promptTitle, rule.prompt = "根拠", "確かめた組合せは「確認済」、推定は「推定」を選びます。"
    rule.add(f"E2:E{_LAST_ROW}")
    sheet.add_data_validation(rule)
    sheet.freeze_panes = "A2"


def _write_guide(sheet: Worksheet, form: Form) -> dict[str, str]:
    """Write the sheet 書き方: the steps, the columns' inputs and the words to choose from.

    Returns the ranges of the words by column key.
    """
    steps = _steps(form)
    title = f"{form.title}　台帳の書き方"
    _write_line(sheet, 1, title, Font(name=FONT, bold=True, size=14))
    for row, step in enumerate(steps, start=2):
        _write_line(sheet, row, f"{figure(row - 1)}．{step}", Font(name=FONT))
    top = len(steps) + 3
    _write_header(sheet, top, ["列", "入力", "入力するもの", "例"], [22, 8, 72, 40])
    for row, column in enumerate(form.columns, start=top + 1):
        needed = "必要" if column.required else "任意"
        values = (column.name, needed, _prompt(column), _example(column, form))
        for place, value in enumerate(values, start=1):
            _put(sheet, row, place, value)
    return _write_word_lists(sheet, form, top + len(form.columns) + 2)


def _steps(form: Form) -> list[str]:
    """The office's steps from the first row to the results, one or two sentences each."""
    names = {
        "table": sheet_name(form.words.sheet) or "一覧",
        "meeting": MEETING_SHEET,
        "judgement": JUDGEMENT_SHEET,
        "opinion": "」「".join(column.name for column in form.fills),
    }
    steps = [*_STEPS]
    if form.fills:
        steps.append(_OPINION_STEP)
    if form.judgement is not None:
        steps.append(_JUDGEMENT_STEP)
    return [step.format_map(names) for step in steps]


def _write_word_lists(sheet: Worksheet, form: Form, top: int) -> dict[str, str]:
    """Write the words of each drop-down below each other, with the name of their column.

    They are in cells, because a list inside a rule is limited to 255 characters and its words
    can't contain a comma. Returns the ranges of the words by column key.
    """
    lists = _words(form)
    if not lists:
        return {}
    _write_line(sheet, top, "一覧から選べる言葉", Font(name=FONT, bold=True))
    row = top + 1
    ranges: dict[str, str] = {}
    for key, words in lists.items():
        first = row
        for word in words:
            for place, value in enumerate((form.column(key).name, None, word), start=1):
                _put(sheet, row, place, value)
            row += 1
        cells = absolute_coordinate(f"C{first}:C{row - 1}")
        ranges[key] = f"{quote_sheetname(sheet.title)}!{cells}"
    return ranges


def _words(form: Form) -> dict[str, tuple[str | int, ...]]:
    """The words of the drop-downs by column key: scores, choices, letters and labels."""
    lists: dict[str, tuple[str | int, ...]] = {}
    for column in form.columns:
        offered = offered_words(column, form) if column.fill else kind_of(column).words(column)
        words: tuple[str | int, ...] = column.scale if column.kind == "score" else offered
        if words:
            lists[column.key] = words
    return lists | _judgement_words(form)


def _judgement_words(form: Form) -> dict[str, tuple[str | int, ...]]:
    table = form.judgement
    if table is None:
        return {}
    letters = tuple(sorted(table.letters()))
    labels = tuple(dict.fromkeys(cell.label for cell in table.cells if cell.label))
    found = {table.letter: letters, table.label: labels}
    return {key: words for key, words in found.items() if words and form.has(key)}


def _write_header(sheet: Worksheet, row: int, titles: Sequence[str], widths: Sequence[int]) -> None:
    for place, (title, width) in enumerate(zip(titles, widths, strict=True), start=1):
        cell = _put(sheet, row, place, title)
        cell.font = Font(name=FONT, bold=True)
        cell.fill = PatternFill("solid", fgColor=_HEADING_FILL)
        cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
        sheet.column_dimensions[get_column_letter(place)].width = width


def _put(sheet: Worksheet, row: int, column: int, value: object) -> Cell:
    """Write an unchanged value in the table's style; text like a formula stays text."""
    cell = cast("Cell", sheet.cell(row, column))
    put(cell, value)
    cell.font = Font(name=FONT)
    cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
    cell.border = _grid()
    return cell


def _write_line(sheet: Worksheet, row: int, text: str, font: Font) -> None:
    """Write a line of text outside the tables."""
    cell = cast("Cell", sheet.cell(row, 1))
    put(cell, text)
    cell.font = font


def _style_column(sheet: Worksheet, place: int, column: Column) -> None:
    """Give the rows below the prepared ones the same style, but no grid."""
    whole = sheet.column_dimensions[get_column_letter(place)]
    whole.font = Font(name=FONT)
    whole.alignment = Alignment(wrap_text=True, vertical="top")
    whole.number_format = _number_format(column)


def _number_format(column: Column) -> str:
    """The number format of a column: numbers are whole, texts are General.

    Excel shows a text of more than 255 characters as #### if its format is text.
    """
    if column.kind == "number":
        return column.format or "#,##0"
    is_whole = all(isinstance(score, int) for score in column.scale)
    return "0" if column.kind == "no" or (column.kind == "score" and is_whole) else "General"


def _with_growing_rows(package: bytes) -> bytes:
    """The workbook without fixed row heights, so that rows grow with the text typed in them."""
    return pack(
        (name, part.replace(b' customHeight="1"', b"") if name.startswith(_SHEETS) else part)
        for name, part in parts(package)
    )


def _grid() -> Border:
    line = Side(style="thin", color="808080")
    return Border(left=line, right=line, top=line, bottom=line)


def _set_up_page(sheet: Worksheet) -> None:
    """Set up the page: A4 landscape, one page wide, header on every page, page numbers."""
    fit_to_width(sheet)
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = "&A　&P / &N"
    for side in ("left", "right", "top"):
        setattr(sheet.page_margins, side, _MARGIN_INCHES)
    if sheet.freeze_panes is not None:
        sheet.print_title_rows = "1:1"
