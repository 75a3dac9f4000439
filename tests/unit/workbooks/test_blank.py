from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from support.forms import FORM, NEXT_YEAR, form_of
from support.records import seed_form, seed_records
from support.word import converted_by

from pipeline.commands.reading import read_intake
from pipeline.model.form import Form
from pipeline.model.request import Source
from pipeline.workbooks.blank import master_workbook


def book(form: Form | None = None) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(master_workbook(form or seed_form())))


def rules(sheet: Worksheet) -> dict[str, DataValidation]:
    """The rule of each column of the table, by the column's title."""
    found = {}
    for rule in sheet.data_validations.dataValidation:
        (area,) = rule.sqref.ranges
        found[str(sheet.cell(1, area.min_col).value)] = rule
    return found


def filled_master(path: Path) -> Path:
    """An empty master with the cells of the 18 projects typed in, as an office does it."""
    opened = book()
    sheet = opened.worksheets[0]
    columns = {str(cell.value): place for place, cell in enumerate(sheet[1], start=1)}
    for place, row in enumerate(seed_records().rows, start=2):
        for column in seed_form().columns:
            value: Any = None if column.fill else row.values[column.key]
            sheet.cell(place, columns[column.name], value)
    opened.save(path)
    return path


def test_every_choice_fits_its_column() -> None:
    form = seed_form()
    sheet = book(form).worksheets[0]
    widths = {sheet.cell(1, place).value: place for place in range(1, sheet.max_column + 1)}
    for title, word in (("判定区分", "一部見直しのうえ継続"), ("懇談会意見", "意見が分かれた")):
        letter = get_column_letter(widths[title])
        assert sheet.column_dimensions[letter].width >= 2 * len(word) + 4


@pytest.mark.parametrize("resaved", [False, True], ids=["as filled in", "saved by LibreOffice"])
def test_filled_master_is_read_as_the_same_projects(tmp_path: Path, *, resaved: bool) -> None:
    path = filled_master(tmp_path / "台帳.xlsx")
    read = converted_by(path, "xlsx", tmp_path) if resaved else path
    intake = read_intake(Source(Path(), read))
    assert [row.values for row in intake.records.rows] == [
        row.values for row in seed_records().rows
    ]
    # Only the known findings of the seed, none about the workbook.
    assert {found.code for found in intake.findings} == {
        "proposal-differs",
        "text-names-other-choice",
        "text-outside-choices",
    }


def test_one_plain_project_has_no_finding(tmp_path: Path) -> None:
    opened = book()
    values: list[Any] = [1, "図書館", 4, 4, 4, "A", "継続", "取組を続ける。", "継続"]
    for place, value in enumerate(values, start=1):
        opened.worksheets[0].cell(2, place, value)
    opened.save(tmp_path / "台帳.xlsx")
    intake = read_intake(Source(Path(), tmp_path / "台帳.xlsx"))
    assert len(intake.records.rows) == 1
    assert intake.findings == ()


def test_empty_master_has_only_the_finding_no_projects(tmp_path: Path) -> None:
    (tmp_path / "台帳.xlsx").write_bytes(master_workbook(seed_form()))
    findings = read_intake(Source(Path(), tmp_path / "台帳.xlsx")).findings
    assert [found.code for found in findings] == ["no-projects"]


def test_every_column_has_a_prompt_and_an_error_message_in_japanese() -> None:
    sheet = book().worksheets[0]
    found = rules(sheet)
    assert set(found) == {column.name for column in seed_form().columns}
    for rule in found.values():
        assert rule.showInputMessage
        assert (rule.prompt or "").endswith("。")
        assert rule.type is None or (rule.error or "").endswith(("。", "か。"))
        assert str(rule.sqref).endswith("1000")
    assert found["事業名"].imeMode == "hiragana"
    assert found["判定区分"].errorStyle == "warning"


def test_drop_downs_offer_exactly_the_words_that_are_read() -> None:
    opened = book()
    found = rules(opened.worksheets[0])
    titles = ("③進捗状況", "事務局案（方針）", "懇談会意見", "判定", "判定区分")
    offered = {title: offered_words(opened, found[title]) for title in titles}
    assert offered["③進捗状況"] == [1, 2, 3, 4]
    choices = list(seed_form().column("proposal").choices)
    assert offered["事務局案（方針）"] == choices
    assert offered["懇談会意見"] == ["案のとおり", *choices, "意見なし", "保留", "意見が分かれた"]
    assert offered["判定"] == list("ABCDEFGHIJKLMNOP")
    assert offered["判定区分"] == choices


def test_sheets_are_printed_on_a4_landscape_with_repeated_header() -> None:
    for sheet in book().worksheets:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert {cell.font.name for row in sheet.iter_rows() for cell in row if cell.value} == {
            "BIZ UDゴシック"
        }
        assert not sheet.protection.sheet
    table = book().worksheets[0]
    assert table.freeze_panes == "C2"
    assert table.print_title_rows == "$1:$1"


def test_another_councils_master_has_its_own_scores_and_choices_and_no_judgement() -> None:
    long_ones = [f"選択肢{n}，" + "長" * 80 for n in range(1, 6)]
    quoted = ", ".join(f'"{each}"' for each in long_ones)
    source = FORM.replace('"拡充", "現状維持", "改善", "縮小", "終了"', quoted)
    form = form_of(source.replace("[1, 5]", "[0, 100]"))
    opened = book(replace(form, words=replace(form.words, sheet="書き方")))
    assert opened.sheetnames == ["書き方", "会議情報", "書き方2"]
    found = rules(opened.worksheets[0])
    names = ["番号", "事業", "必要性", "効果", "費用", "案の理由", "案", "協議会の意見"]
    assert list(found) == names
    guide = opened.worksheets[-1]
    lines = [str(cell.value) for cell in guide["A"] if cell.value]
    assert not any("判定" in line or "懇談会意見" in line for line in lines)
    assert any("「協議会の意見」" in line for line in lines)
    offered = {
        name: offered_words(opened, found[name]) for name in ("必要性", "案", "協議会の意見")
    }
    assert offered["必要性"] == list(range(101))
    assert offered["案"] == long_ones
    words = ("意見なし", "保留", "意見が分かれた")
    assert offered["協議会の意見"] == ["案のとおり", *long_ones, *words]


def offered_words(opened: openpyxl.Workbook, rule: DataValidation) -> list[Any]:
    """The words that a drop-down offers."""
    sheet, _, area = str(rule.formula1).partition("!")
    return [cell.value for (cell,) in opened[sheet.strip("'")][area.replace("$", "")]]


def test_numbers_keep_the_format_of_their_column() -> None:
    source = NEXT_YEAR.replace('kind = "number" }', 'kind = "number", format = "#,##0;▲#,##0" }')
    table = book(form_of(source)).worksheets[0]
    names = [cell.value for cell in table[1]]
    place = names.index("令和８年度予算（千円）") + 1
    assert table.cell(2, place).number_format == "#,##0;▲#,##0"
    assert table.cell(2, place).alignment.horizontal == "right"


def test_the_same_form_gives_the_same_bytes() -> None:
    assert master_workbook(seed_form()) == master_workbook(seed_form())


def test_each_kind_has_its_own_prompt_and_a_judgement_the_forms_example() -> None:
    prompts = {name: str(rule.prompt) for name, rule in rules(book().worksheets[0]).items()}
    assert len({prompts[name] for name in ("No", "事業名", "③進捗状況", "懇談会意見")}) == 4
    assert all(prompts.values())
    guide = book()["書き方"]
    examples = {row[0].value: row[3].value for row in guide.iter_rows() if row[3].value}
    assert (examples["判定"], examples["判定区分"]) == ("A", "継続")
