"""Make the sample masters of ``inputs/`` from ``scripts/sample_projects.json``.

In: the 18 projects of the printed 資料１. Out: ``inputs/連携事業マスタ.xlsx`` with
blank opinions, and ``inputs/見本/連携事業マスタ_意見入り見本.xlsx`` with made-up ones,
which says so in the file and on every page printed from it. Same bytes each time.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.archive import pack, parts  # noqa: E402 - needs the root on the path
from pipeline.model.form import Form, load_form  # noqa: E402 - needs the root on the path

MASTER = ROOT / "inputs" / "連携事業マスタ.xlsx"
SAMPLE = ROOT / "inputs" / "見本" / "連携事業マスタ_意見入り見本.xlsx"
PROJECTS = ROOT / "scripts" / "sample_projects.json"

# The table has one datum a cell: the letter and its label in two columns.
LEFT_OUT = "judgement"
WIDTHS = {"no": 6, "name": 30, "proposal.text": 70, "proposal.choice": 22, "judgement.label": 22}
WIDTHS |= {"opinion.choice": 22, "opinion.comment": 44, "accepted": 24}
MADE = dt.datetime(2026, 3, 9, tzinfo=dt.UTC)
NOTE = "見本・架空（意見と会議の情報は架空のものです）"

# Every status and every kind of comment; the real council's opinions are not known.
MADE_UP: dict[int, tuple[str, str]] = {
    3: ("一部見直しのうえ継続", "（架空）利用者の声を聞きながら、できる施設から始めてほしい。"),
    4: (
        "一部見直しのうえ継続",
        "（架空）廃止の前に、利用料の違いを住民に説明する場が必要である。\n（架空）共同設置の議論の時期も示してほしい。",
    ),
    7: ("意見なし", ""),
    12: ("保留", "（架空）次回、担当課の説明を聞いてから意見をまとめる。"),
    15: ("意見が分かれた", "（架空）「継続」と「一部見直しのうえ継続」の両方の意見があった。"),
    18: ("見直し", "（架空）名称も含めて見直してほしい。"),
}


def main() -> None:
    """Write both workbooks."""
    form = load_form("shiryo1")
    projects = json.loads(PROJECTS.read_text(encoding="utf-8"))
    SAMPLE.parent.mkdir(parents=True, exist_ok=True)
    MASTER.write_bytes(workbook(form, projects, {}, {}))
    meeting = {
        "council": "共生ビジョン懇談会（架空）",
        "session": "第２回",
        "date": dt.date(2026, 3, 9),
        "place": "（架空）市役所 大会議室",
        "note": NOTE,
    }
    opinions = {
        project["no"]: MADE_UP.get(project["no"], (project["proposal"]["choice"], ""))
        for project in projects
    }
    SAMPLE.write_bytes(workbook(form, projects, opinions, meeting))


def workbook(
    form: Form,
    projects: list[dict[str, Any]],
    opinions: dict[int, tuple[str, str]],
    meeting: dict[str, Any],
) -> bytes:
    """The bytes of one master; ``opinions`` by project number, ``meeting`` by field key."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = form.file.table_sheet
    _projects(sheet, form, projects, opinions)
    _meeting(book.create_sheet(form.file.meeting_sheet), form, meeting)
    _judgement(book.create_sheet(form.file.judgement_sheet), form)
    for each in book.worksheets:
        _page(each)
    book.properties.creator = "事務局"
    book.properties.title = form.file.description
    book.properties.created = book.properties.modified = MADE.replace(tzinfo=None)
    return _bytes(book)


def _projects(
    sheet: Worksheet,
    form: Form,
    projects: list[dict[str, Any]],
    opinions: dict[int, tuple[str, str]],
) -> None:
    columns = [column for column in form.columns if column.key != LEFT_OUT]
    _header(
        sheet,
        [column.title for column in columns],
        [WIDTHS.get(column.key, 12) for column in columns],
    )
    for row, project in enumerate(projects, start=2):
        for place, column in enumerate(columns, start=1):
            cell = sheet.cell(row, place, _value(project, column.key, opinions))
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.border = _grid()
    _drop_downs(sheet, form, [column.key for column in columns], len(projects) + 1)
    sheet.freeze_panes = "C2"


def _value(project: dict[str, Any], key: str, opinions: dict[int, tuple[str, str]]) -> Any:
    if key.startswith("opinion."):
        choice, comment = opinions.get(project["no"], ("", ""))
        return (choice if key == "opinion.choice" else comment) or None
    value: Any = project
    for part in key.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _drop_downs(sheet: Worksheet, form: Form, keys: list[str], last: int) -> None:
    words = form.file.opinion
    lists = {
        "proposal.choice": form.labels,
        "opinion.choice": (*form.labels, words.no_opinion, words.deferred, words.divided),
    }
    for key, labels in lists.items():
        letter = get_column_letter(keys.index(key) + 1)
        rule = DataValidation(
            type="list", formula1=f'"{",".join(labels)}"', allow_blank=True, showErrorMessage=True
        )
        rule.errorTitle, rule.error = "入力できません", "一覧から選んでください。"
        rule.add(f"{letter}2:{letter}{last + 100}")
        sheet.add_data_validation(rule)


def _meeting(sheet: Worksheet, form: Form, known: dict[str, Any]) -> None:
    _header(sheet, ["項目", "内容"], [16, 70])
    for row, field in enumerate(form.file.meeting, start=2):
        sheet.cell(row, 1, field.title)
        value = sheet.cell(row, 2, known.get(field.key, field.default))
        if isinstance(value.value, dt.date):
            value.number_format = "yyyy/m/d"
        for cell in (sheet.cell(row, 1), value):
            cell.border = _grid()
            cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")


def _judgement(sheet: Worksheet, form: Form) -> None:
    table = form.file.judgement
    if table is None:
        raise SystemExit(1)  # the shipped form always has one
    titles = [form.rating(table.rows).title, form.rating(table.columns).title]
    _header(sheet, [*titles, "判定", "判定区分", "根拠"], [14, 14, 8, 26, 12])
    for row, cell in enumerate(table.cells, start=2):
        shown = (
            cell.row,
            cell.column,
            cell.letter,
            cell.label,
            "確認済" if cell.attested else "推定",
        )
        for place, value in enumerate(shown, start=1):
            sheet.cell(row, place, value).border = _grid()
    sheet.freeze_panes = "A2"


def _header(sheet: Worksheet, titles: list[str], widths: list[int]) -> None:
    for place, (title, width) in enumerate(zip(titles, widths, strict=True), start=1):
        cell = sheet.cell(1, place, title)
        cell.font = Font(name="BIZ UDゴシック", bold=True)
        cell.fill = PatternFill("solid", fgColor="E7EEF7")
        cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
        cell.border = _grid()
        sheet.column_dimensions[get_column_letter(place)].width = width


def _grid() -> Border:
    line = Side(style="thin", color="808080")
    return Border(left=line, right=line, top=line, bottom=line)


def _page(sheet: Worksheet) -> None:
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _bytes(book: Workbook) -> bytes:
    """The workbook with fixed times: openpyxl writes the clock into zip and properties."""
    made = io.BytesIO()
    book.save(made)
    return pack(
        (name, _fixed_dates(part) if name == "docProps/core.xml" else part)
        for name, part in parts(made.getvalue())
    )


def _fixed_dates(core: bytes) -> bytes:
    """The properties with the fixed date: openpyxl sets ``modified`` at saving."""
    from lxml import etree  # noqa: PLC0415 - only here

    root = etree.fromstring(core)
    for element in root.iter(
        "{http://purl.org/dc/terms/}created", "{http://purl.org/dc/terms/}modified"
    ):
        element.text = f"{MADE:%Y-%m-%dT%H:%M:%SZ}"
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


if __name__ == "__main__":
    main()
