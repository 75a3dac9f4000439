"""An empty master to fill in, or one with rows in it: a form in, a workbook out.

The sheets are those that every master may have (事業一覧, 会議情報, 判定表) and one that
explains them (書き方). Nothing is protected and nothing is calculated: what the office
types is what the pipeline reads. Made from the form alone, so that another council's
master has its own ratings and choices.
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
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.base.archives import UNDATED, pack, parts, with_dates
from pipeline.base.excel import lines_in, put
from pipeline.base.text import figure
from pipeline.model.form import JUDGEMENT_KEYS, RATING_PREFIX, Column, Form, JudgementTable, Rating

GUIDE_SHEET = "書き方"
# Rows with a grid in an empty master; the drop-downs go on below them.
_BLANK_ROWS = 30
_LAST_ROW = 1000
# A drop-down of more numbers than these is no help; a limit is.
_MOST_LISTED = 10
_FONT = "BIZ UDゴシック"
_HEADING_FILL = "E7EEF7"
_WIDTHS = {
    "no": 6,
    "name": 24,
    "judgement": 22,
    "judgement.label": 20,
    "proposal.text": 54,
    "proposal.choice": 20,
    "opinion.choice": 20,
    "opinion.comment": 34,
    "accepted": 16,
}
_OTHER_WIDTH = 13
_MARGIN_INCHES = 0.4
_LINE_POINTS = 14
_SHEETS = "xl/worksheets/"
_EXAMPLES = {
    "no": "1",
    "name": "図書館の相互利用事業",
    "proposal.text": "利用者の利便性が向上しているため、取組を継続する。",
    "accepted": "協議済",
}
_PROMPTS = {
    "no": "1 からの整数を、重ならないように入力します。",
    "name": "資料に印刷する事業の名前を、そのまま入力します。",
    "judgement.letter": "判定の文字を選びます。",
    "judgement.label": "判定の区分を選びます。一覧にない区分も入力できます。",
    "proposal.text": "事務局案の説明を入力します。段落は「。」の後の改行（Alt+Enter）で分けます。",
    "proposal.choice": "事務局案の方針を一覧から選びます。",
    "opinion.choice": "会議の後に、一覧から選びます。会議の前は空欄のままにします。",
    "opinion.comment": "会議での意見の内容を入力します。なければ空欄のままにします。",
    "accepted": "点検の注意やお知らせを意図したものとして扱うときに、理由を入力します。",
}
_STEPS = (
    "シート「{table}」の２行目から、１行に１事業を入力します。行はいくつ増やしてもかまいません。",
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


def master(
    form: Form,
    rows: Sequence[Mapping[str, object]] = (),
    meeting: Mapping[str, object] | None = None,
    *,
    made: dt.datetime = UNDATED,
) -> bytes:
    """The workbook's bytes, the same for the same form and values.

    ``rows`` are projects by column key (``{"no": 1, "ratings.progress": 4}``); without any
    there are blank ones to fill in. ``meeting`` is by field key, over the form's defaults.
    ``made`` dates the file's properties.
    """
    book = Workbook()
    table = book.worksheets[0]
    table.title = form.file.table_sheet
    about = book.create_sheet(form.file.meeting_sheet)
    if form.file.judgement is not None:
        _judgement(book.create_sheet(form.file.judgement_sheet), form, form.file.judgement)
    guide = book.create_sheet(_free_name(GUIDE_SHEET, book.sheetnames))
    lists = _guide(guide, form)
    _projects(table, form, rows, lists)
    _meeting(about, form, meeting or {})
    for sheet in book.worksheets:
        _page(sheet)
    book.properties.creator = "事務局"
    book.properties.title = form.file.description
    saved = io.BytesIO()
    book.save(saved)
    return with_dates(_growing(saved.getvalue()), made)


def columns_of(form: Form) -> tuple[Column, ...]:
    """The columns of the table: letter and label apart where the form knows them so."""
    keys = {column.key for column in form.columns}
    apart = {"judgement.letter", "judgement.label"} <= keys
    return tuple(c for c in form.columns if not (apart and c.key == "judgement"))


def _projects(
    sheet: Worksheet, form: Form, rows: Sequence[Mapping[str, object]], lists: Mapping[str, str]
) -> None:
    columns = columns_of(form)
    widths = [_WIDTHS.get(column.key, _OTHER_WIDTH) for column in columns]
    _header(sheet, 1, [column.title for column in columns], widths)
    for place, column in enumerate(columns, start=1):
        _dress_column(sheet, place, column)
    for row in range(2, 2 + (len(rows) or _BLANK_ROWS)):
        values = rows[row - 2] if rows else {}
        for place, column in enumerate(columns, start=1):
            cell = _put(sheet, row, place, values.get(column.key))
            cell.number_format = _number_format(column)
            if _is_number(column):
                cell.alignment = Alignment(horizontal="center", vertical="top")
        lines = (lines_in(values.get(c.key), w) for c, w in zip(columns, widths, strict=True))
        sheet.row_dimensions[row].height = _LINE_POINTS * max(lines)
    for place, column in enumerate(columns, start=1):
        letter = get_column_letter(place)
        rule = _rule(form, column, letter, lists)
        rule.add(f"{letter}2:{letter}{_LAST_ROW}")
        sheet.add_data_validation(rule)
    # The number and the name stay in sight.
    names = [column.key for column in columns]
    sheet.freeze_panes = f"{get_column_letter(names.index('name') + 2)}2"


def _rule(form: Form, column: Column, letter: str, lists: Mapping[str, str]) -> DataValidation:
    """What may be typed into a column, with a hint on entering and a word on a mistake."""
    if column.key.startswith(RATING_PREFIX):
        rule = _rating_rule(form.rating(column.key.removeprefix(RATING_PREFIX)))
    elif column.key == "no":
        cells = f"${letter}$2:${letter}${_LAST_ROW}"
        whole = f"ISNUMBER({letter}2),{letter}2>=1,{letter}2=INT({letter}2)"
        formula = f"AND({whole},COUNTIF({cells},{letter}2)=1)"
        rule = DataValidation(type="custom", formula1=formula, imeMode="off")
        rule.error = "1 からの整数を、ほかの行と重ならないように入力してください。"
    elif column.key in lists:
        rule = DataValidation(type="list", formula1=lists[column.key])
        rule.error = "一覧から選んでください。"
        if column.key == "judgement.label":
            rule.errorStyle = "warning"
            rule.error = "一覧にない区分です。このまま入力しますか。"
    else:
        rule = DataValidation(imeMode="hiragana")
    rule.allow_blank = True
    rule.showErrorMessage = rule.showInputMessage = True
    rule.errorTitle = "入力できません" if rule.errorStyle is None else "ご確認ください"
    rule.promptTitle = column.title[:32]
    rule.prompt = _prompt(form, column)
    return rule


def _rating_rule(rating: Rating) -> DataValidation:
    numbers = range(rating.minimum, rating.maximum + 1)
    if len(numbers) <= _MOST_LISTED:
        shown = ",".join(str(number) for number in numbers)
        rule = DataValidation(type="list", formula1=f'"{shown}"', imeMode="off")
    else:
        rule = DataValidation(
            type="whole",
            operator="between",
            formula1=str(rating.minimum),
            formula2=str(rating.maximum),
            imeMode="off",
        )
    rule.error = f"{rating.minimum}〜{rating.maximum} の整数を入力してください。"
    return rule


def _prompt(form: Form, column: Column) -> str:
    if column.key.startswith(RATING_PREFIX):
        rating = form.rating(column.key.removeprefix(RATING_PREFIX))
        return f"{rating.minimum}〜{rating.maximum} の整数を入力します。"
    if column.key == "judgement":
        return f"判定の文字と区分を「{_example(form, column)}」のように入力します。"
    return _PROMPTS.get(column.key, "")


def _example(form: Form, column: Column) -> str:
    if column.key.startswith(RATING_PREFIX):
        return str(form.rating(column.key.removeprefix(RATING_PREFIX)).maximum)
    if column.key == "proposal.choice":
        return form.labels[0]
    if column.key in JUDGEMENT_KEYS:
        letter, label = _example_judgement(form)
        parts = {"judgement": f"{letter}（{label}）", "judgement.letter": letter}
        return parts.get(column.key, label)
    return _EXAMPLES.get(column.key, "")


def _example_judgement(form: Form) -> tuple[str, str]:
    """A letter and its label as the form's own table has them, else its first choice."""
    cells = form.file.judgement.cells if form.file.judgement else ()
    known = next(((cell.letter, cell.label) for cell in cells if cell.label), None)
    return (known[0], known[1] or "") if known else ("A", form.labels[0])


def _meeting(sheet: Worksheet, form: Form, known: Mapping[str, object]) -> None:
    _header(sheet, 1, ["項目", "内容"], [18, 72])
    for row, field in enumerate(form.file.meeting, start=2):
        _put(sheet, row, 1, field.title)
        value = _put(sheet, row, 2, known.get(field.key, field.default))
        if field.key == "date":
            value.number_format = "yyyy/m/d"
            rule = _date_rule(field.title)
            rule.add(value.coordinate)
            sheet.add_data_validation(rule)
        else:
            value.number_format = "@"
    sheet.freeze_panes = "A2"


def _date_rule(title: str) -> DataValidation:
    """A date, or after a question what else stands for one: 令和８年３月９日 is read as well."""
    rule = DataValidation(type="date", operator="greaterThan", formula1="1", allow_blank=True)
    rule.errorStyle, rule.errorTitle = "warning", "ご確認ください"
    rule.error = "日付として読めません。このまま入力しますか。"
    rule.promptTitle, rule.prompt = title[:32], "2026/3/9 の形で入力します。"
    rule.showErrorMessage = rule.showInputMessage = True
    return rule


def _judgement(sheet: Worksheet, form: Form, table: JudgementTable) -> None:
    """The form's own table. An inferred cell says so and has no label to be held to."""
    titles = [form.rating(table.rows).title, form.rating(table.columns).title]
    _header(sheet, 1, [*titles, "判定", "判定区分", "根拠"], [14, 14, 8, 26, 12])
    for row, cell in enumerate(table.cells, start=2):
        ground = "確認済" if cell.attested else "推定"
        shown = (cell.row, cell.column, cell.letter, cell.label, ground)
        for place, value in enumerate(shown, start=1):
            _put(sheet, row, place, value)
    rule = DataValidation(type="list", formula1='"確認済,推定"', allow_blank=True)
    rule.showErrorMessage = rule.showInputMessage = True
    rule.errorTitle, rule.error = "入力できません", "一覧から選んでください。"
    rule.promptTitle, rule.prompt = "根拠", "確かめた組合せは「確認済」、推定は「推定」を選びます。"
    rule.add(f"E2:E{_LAST_ROW}")
    sheet.add_data_validation(rule)
    sheet.freeze_panes = "A2"


def _guide(sheet: Worksheet, form: Form) -> dict[str, str]:
    """The sheet 書き方: what to do, what each column takes, and the words to choose from."""
    steps = _steps(form)
    title = f"{form.file.description}　台帳の書き方"
    _say(sheet, 1, title, Font(name=_FONT, bold=True, size=14))
    for row, step in enumerate(steps, start=2):
        _say(sheet, row, f"{figure(row - 1)}．{step}", Font(name=_FONT))
    top = len(steps) + 3
    _header(sheet, top, ["列", "入力", "入力するもの", "例"], [22, 8, 72, 40])
    columns = columns_of(form)
    for row, column in enumerate(columns, start=top + 1):
        needed = "必要" if column.required else "任意"
        shown = (column.title, needed, _prompt(form, column), _example(form, column))
        for place, value in enumerate(shown, start=1):
            _put(sheet, row, place, value)
    return _word_lists(sheet, form, top + len(columns) + 2)


def _steps(form: Form) -> list[str]:
    """What the office does from the first row to the results, one sentence or two a step."""
    opinion = next((c.title for c in columns_of(form) if c.key == "opinion.choice"), None)
    names = {
        "table": form.file.table_sheet,
        "meeting": form.file.meeting_sheet,
        "judgement": form.file.judgement_sheet,
        "opinion": opinion,
    }
    steps = [*_STEPS]
    if opinion is not None:
        steps.append(_OPINION_STEP)
    if form.file.judgement is not None:
        steps.append(_JUDGEMENT_STEP)
    return [step.format_map(names) for step in steps]


def _word_lists(sheet: Worksheet, form: Form, top: int) -> dict[str, str]:
    """The words of each drop-down below one another, with the column that they are for.

    In cells and not in the rule itself: there a list ends at 255 characters and at a comma.
    """
    _say(sheet, top, "一覧から選べる言葉", Font(name=_FONT, bold=True))
    row = top + 1
    ranges: dict[str, str] = {}
    for key, words in _words(form).items():
        first = row
        for word in words:
            for place, value in enumerate((form.column(key).title, None, word), start=1):
                _put(sheet, row, place, value)
            row += 1
        cells = absolute_coordinate(f"C{first}:C{row - 1}")
        ranges[key] = f"{quote_sheetname(sheet.title)}!{cells}"
    return ranges


def _words(form: Form) -> dict[str, tuple[str, ...]]:
    """The words of the drop-downs by column key; only of columns that the table has."""
    table = form.file.judgement
    lists = {
        "proposal.choice": form.labels,
        "opinion.choice": (*form.labels, *form.file.opinion.said),
    }
    if table is not None:
        lists["judgement.letter"] = tuple(sorted(table.letters()))
        labels = (cell.label for cell in table.cells if cell.label is not None)
        lists["judgement.label"] = tuple(dict.fromkeys(labels))
    keys = {column.key for column in columns_of(form)}
    return {key: words for key, words in lists.items() if key in keys and words}


def _free_name(wanted: str, taken: Iterable[str]) -> str:
    """``wanted``, or with a number where the form's own sheets are called so."""
    known = {name.casefold() for name in taken}
    candidates = (wanted, *(f"{wanted}{number}" for number in range(2, len(known) + 3)))
    return next(name for name in candidates if name.casefold() not in known)


def _header(sheet: Worksheet, row: int, titles: Sequence[str], widths: Sequence[int]) -> None:
    for place, (title, width) in enumerate(zip(titles, widths, strict=True), start=1):
        cell = _put(sheet, row, place, title)
        cell.font = Font(name=_FONT, bold=True)
        cell.fill = PatternFill("solid", fgColor=_HEADING_FILL)
        cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
        sheet.column_dimensions[get_column_letter(place)].width = width


def _put(sheet: Worksheet, row: int, column: int, value: object) -> Cell:
    """A value as it is, in the look of the table; a text like a formula stays a text."""
    cell = cast("Cell", sheet.cell(row, column))
    put(cell, value)
    cell.font = Font(name=_FONT)
    cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
    cell.border = _grid()
    return cell


def _say(sheet: Worksheet, row: int, text: str, font: Font) -> None:
    """A line of text across the sheet, outside of any table."""
    cell = cast("Cell", sheet.cell(row, 1))
    put(cell, text)
    cell.font = font


def _dress_column(sheet: Worksheet, place: int, column: Column) -> None:
    """Rows below the prepared ones look the same, apart from the grid."""
    whole = sheet.column_dimensions[get_column_letter(place)]
    whole.font = Font(name=_FONT)
    whole.alignment = Alignment(wrap_text=True, vertical="top")
    whole.number_format = _number_format(column)


def _number_format(column: Column) -> str:
    """Numbers are whole; long texts are no 'text', of which Excel shows 255 characters as ####."""
    return "0" if _is_number(column) else "General"


def _growing(package: bytes) -> bytes:
    """Rows of the heights given that still grow with what is typed: none is fixed by hand."""
    return pack(
        (name, part.replace(b' customHeight="1"', b"") if name.startswith(_SHEETS) else part)
        for name, part in parts(package)
    )


def _is_number(column: Column) -> bool:
    return column.key == "no" or column.key.startswith(RATING_PREFIX)


def _grid() -> Border:
    line = Side(style="thin", color="808080")
    return Border(left=line, right=line, top=line, bottom=line)


def _page(sheet: Worksheet) -> None:
    """A4 landscape, one page wide, the header on every page, the number below."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = "&A　&P / &N"
    for side in ("left", "right", "top"):
        setattr(sheet.page_margins, side, _MARGIN_INCHES)
    if sheet.freeze_panes is not None:
        sheet.print_title_rows = "1:1"
