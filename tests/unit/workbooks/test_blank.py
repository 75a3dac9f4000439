from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from support.records import seed_form, seed_records
from support.word import converted_by

from pipeline.commands.reading import take_in
from pipeline.model.form import Choice, Column, Form, Rating
from pipeline.model.records import as_json
from pipeline.model.request import Source
from pipeline.workbooks.blank import columns_of, master


def book(form: Form | None = None) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(master(form or seed_form())))


def rules(sheet: Worksheet) -> dict[str, DataValidation]:
    """The rule of each column of the table, by the column's title."""
    found = {}
    for rule in sheet.data_validations.dataValidation:
        (area,) = rule.sqref.ranges
        found[str(sheet.cell(1, area.min_col).value)] = rule
    return found


def filled(path: Path) -> Path:
    """An empty master, filled in as an office does: the cells of the 18 projects typed in."""
    opened = book()
    sheet = opened.worksheets[0]
    columns = {str(cell.value): place for place, cell in enumerate(sheet[1], start=1)}
    for row, project in enumerate(as_json(seed_records())["projects"], start=2):  # type: ignore[var-annotated, arg-type]  # JSON
        for column in columns_of(seed_form()):
            value: Any = project
            for part in column.key.split("."):
                value = value.get(part) if isinstance(value, dict) else None
            sheet.cell(row, columns[column.title], value)
    opened.save(path)
    return path


@pytest.mark.parametrize("again", [False, True], ids=["as filled in", "saved by LibreOffice"])
def test_a_filled_master_reads_back_to_the_same_projects(tmp_path: Path, *, again: bool) -> None:
    path = filled(tmp_path / "台帳.xlsx")
    intake = take_in(
        Source(Path(), converted_by(path, "xlsx", tmp_path) if again else path), seed_form()
    )
    expected = [(p.no, p.name, p.ratings, p.judgement, p.proposal) for p in seed_records().projects]
    assert [
        (p.no, p.name, p.ratings, p.judgement, p.proposal) for p in intake.records.projects
    ] == expected
    # What the seed itself is known for, and nothing about the workbook.
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
    intake = take_in(Source(Path(), tmp_path / "台帳.xlsx"), seed_form())
    assert len(intake.records.projects) == 1
    assert intake.findings == ()


def test_an_empty_one_asks_for_projects_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "台帳.xlsx").write_bytes(master(seed_form()))
    findings = take_in(Source(Path(), tmp_path / "台帳.xlsx"), seed_form()).findings
    assert [found.code for found in findings] == ["no-projects"]


def test_every_column_tells_what_it_takes_and_refuses_the_rest_in_japanese() -> None:
    sheet = book().worksheets[0]
    found = rules(sheet)
    assert set(found) == {column.title for column in columns_of(seed_form())}
    for rule in found.values():
        assert rule.showInputMessage
        assert (rule.prompt or "").endswith("。")
        assert rule.type is None or (rule.error or "").endswith(("。", "か。"))
        assert str(rule.sqref).endswith("1000")
    assert found["③進捗状況"].formula1 == '"1,2,3,4"'
    assert found["③進捗状況"].imeMode == "off"
    assert found["事業名"].imeMode == "hiragana"
    assert found["判定区分"].errorStyle == "warning"


def test_the_drop_downs_offer_exactly_the_words_that_are_read() -> None:
    opened = book()
    found = rules(opened.worksheets[0])
    offered = {}
    for title in ("事務局案（方針）", "懇談会意見", "判定", "判定区分"):
        sheet, _, area = str(found[title].formula1).partition("!")
        cells = opened[sheet.strip("'")][area.replace("$", "")]
        offered[title] = [cell.value for (cell,) in cells]
    choices = list(seed_form().labels)
    assert offered["事務局案（方針）"] == choices
    assert offered["懇談会意見"] == [*choices, "意見なし", "保留", "意見が分かれた"]
    assert offered["判定"] == list("ABCDEFGHIJKLMNOP")
    assert offered["判定区分"] == choices


def test_the_sheets_print_on_a4_landscape_with_their_header_on_every_page() -> None:
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


def test_another_councils_master_has_its_own_ratings_choices_and_no_judgement() -> None:
    columns = tuple(c for c in seed_form().file.columns if not c.key.startswith("judgement"))
    long_ones = tuple(Choice(label=f"選択肢{n}，" + "長" * 80) for n in range(1, 6))
    file = msgspec.structs.replace(
        seed_form().file,
        columns=tuple(c for c in columns if not c.key.startswith("opinion.")),
        ratings=(Rating(key="need", title="必要性", printed=("必要性",), minimum=0, maximum=100),),
        choices=long_ones,
        judgement=None,
        table_sheet="書き方",
    )
    opened = book(Form(Path(), file))
    assert opened.sheetnames == ["書き方", "会議情報", "書き方2"]
    found = rules(opened.worksheets[0])
    assert list(found) == [
        "No",
        "事業名",
        "必要性",
        "事務局案（説明）",
        "事務局案（方針）",
        "確認済",
    ]
    assert (found["必要性"].type, found["必要性"].formula1, found["必要性"].formula2) == (
        *("whole", "0", "100"),
    )
    guide = [str(cell.value) for cell in opened.worksheets[-1]["A"] if cell.value]
    assert not any("判定" in line or "懇談会意見" in line for line in guide)
    choices = [cell.value for cell in opened.worksheets[-1]["C"] if cell.value]
    assert choices[-5:] == [choice.label for choice in long_ones]


def test_a_combined_judgement_column_stays_one() -> None:
    kept = [c for c in seed_form().file.columns if not c.key.startswith("judgement.")]
    form = Form(Path(), msgspec.structs.replace(seed_form().file, columns=tuple(kept)))
    assert Column(key="judgement", title="今後の方針").key in [c.key for c in columns_of(form)]
    assert "今後の方針" in rules(book(form).worksheets[0])


def test_the_same_form_gives_the_same_bytes() -> None:
    assert master(seed_form()) == master(seed_form())


def test_the_example_of_a_judgement_is_the_forms_own_and_a_new_column_has_no_hint() -> None:
    own = seed_form()
    columns = (
        *(each for each in own.file.columns if each.key != "judgement.letter"),
        Column(key="other.kind", title="担当", required=False),
    )
    choices = (Choice(label="拡充"), Choice(label="縮小"))
    form = Form(
        own.folder,
        msgspec.structs.replace(own.file, columns=columns, choices=choices, judgement=None),
    )
    table = book(form).worksheets[0]
    assert "「A（拡充）」" in str(rules(table)["今後の方針"].prompt)
    assert not rules(table)["担当"].prompt
