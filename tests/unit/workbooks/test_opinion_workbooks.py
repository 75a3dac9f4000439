"""The workbooks of opinions: made to be typed in, read as they were typed."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from support.books import FIRST_ROW, book_rows, fill, identity, opened, write
from support.records import project, records, seed_form, seed_records
from support.word import converted_by

from pipeline.base.errors import InputUnreadable
from pipeline.base.paths import ABOUT_SHEET
from pipeline.model.collected import BookKind, Said
from pipeline.model.doubts import Doubt, Reason
from pipeline.model.records import Opinion, OpinionStatus

THREE = records(project(1), project(2), project(3))


def entry(folder: Path) -> Path:
    return write(folder / "当日入力.xlsx", book_rows(THREE))


def sheets(path: Path) -> tuple[Worksheet, Worksheet]:
    """The table and the sheet about the workbook."""
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["懇談会意見", ABOUT_SHEET]
    return book.worksheets[0], book.worksheets[1]


def changed(path: Path, change: Callable[[openpyxl.Workbook], None]) -> Path:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def said(path: Path) -> list[Opinion]:
    book = opened(path)
    assert not any(each.doubts for each in book.said)
    return [each.opinion for each in book.said]


def doubt(path: Path) -> tuple[Said, Doubt]:
    """The first row and the one doubt about it."""
    row = opened(path).said[0]
    (found,) = row.doubts
    return row, found


# ---- as it is made


def test_a_row_a_project_with_its_proposal_beside_it(tmp_path: Path) -> None:
    table, _ = sheets(write(tmp_path / "a.xlsx", book_rows(seed_records())))
    assert [cell.value for cell in table[FIRST_ROW - 1]] == [
        "No",
        "事業名",
        "事務局案",
        "懇談会意見",
        "懇談会意見（内容）",
    ]
    shown = [[cell.value for cell in row] for row in table.iter_rows(min_row=FIRST_ROW)]
    assert shown == [[p.no, p.name, p.proposal.choice, None, None] for p in seed_records().projects]


def test_the_drop_down_offers_the_proposal_each_choice_and_each_word(tmp_path: Path) -> None:
    table, about = sheets(entry(tmp_path))
    (validation,) = table.data_validations.dataValidation
    assert (validation.type, str(validation.sqref), validation.errorStyle) == (
        "list",
        "D5:D7",
        "stop",
    )
    assert all(text and not text.isascii() for text in (validation.error, validation.prompt))
    area = str(validation.formula1).rpartition("!")[2].replace("$", "")
    assert [row[0].value for row in about[area]] == [
        "案のとおり",
        "継続",
        "一部見直しのうえ継続",
        "見直し",
        "意見なし",
        "保留",
        "意見が分かれた",
    ]


def test_only_the_input_cells_take_input_and_no_password_locks_anybody_out(
    tmp_path: Path,
) -> None:
    table, _ = sheets(entry(tmp_path))
    assert table.protection.sheet
    assert not table.protection.password
    assert not table.protection.hashValue
    unlocked = [c.coordinate for row in table for c in row if not c.protection.locked]
    assert unlocked == ["D5", "E5", "D6", "E6", "D7", "E7"]
    assert all(table[cell].number_format == "@" for cell in unlocked)


def test_it_prints_on_a4_landscape_one_page_wide_with_its_header(tmp_path: Path) -> None:
    table, _ = sheets(entry(tmp_path))
    assert (table.page_setup.orientation, table.page_setup.paperSize) == ("landscape", 9)
    assert (table.page_setup.fitToWidth, table.page_setup.fitToHeight) == (1, 0)
    assert table.sheet_properties.pageSetUpPr is not None
    assert table.sheet_properties.pageSetUpPr.fitToPage
    assert table.print_title_rows == "$4:$4"
    assert table.freeze_panes == "C5"
    assert {cell.font.name for row in table for cell in row if cell.value} == {"BIZ UDゴシック"}


def test_it_names_handout_council_and_master(tmp_path: Path) -> None:
    table, about = sheets(entry(tmp_path))
    assert "資料１" in str(table["A1"].value)
    assert "共生ビジョン懇談会 第２回" in str(table["A2"].value)
    told = {row[0].value: row[1].value for row in about.iter_rows(max_col=2)}
    assert (told["台帳"], told["台帳の照合値（SHA-256）"]) == ("台帳.xlsx", "0" * 64)


def test_it_holds_no_macro_and_is_the_same_bytes_every_time(tmp_path: Path) -> None:
    first, second = entry(tmp_path), write(tmp_path / "乙.xlsx", book_rows(THREE))
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert not [name for name in archive.namelist() if "vba" in name.lower()]


def test_a_name_that_begins_like_a_formula_stays_a_name(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", book_rows(records(project(1, name="=1+1"))))
    assert opened(path).said[0].name == "=1+1"
    assert sheets(path)[0]["B5"].data_type == "s"


def test_what_excel_would_take_for_a_code_stays_text(tmp_path: Path) -> None:
    remark = "_x0041_ と _x005F_"
    rows = book_rows(THREE, {1: Opinion(OpinionStatus.DEFERRED, None, remark)})
    path = write(tmp_path / "a.xlsx", rows, identity(BookKind.RESULTS))
    assert opened(path).said[0].opinion.comment == remark


def test_the_results_workbook_is_open_to_the_officer_and_says_where_each_is_from(
    tmp_path: Path,
) -> None:
    rows = book_rows(THREE, {2: Opinion(OpinionStatus.DEFERRED)}, "資料１.docx 表の4行目")
    path = write(tmp_path / "a.xlsx", rows, identity(BookKind.RESULTS))
    table, _ = sheets(path)
    assert not table.protection.sheet
    assert [cell.value for cell in table[4]][5:] == [
        "確認すること",
        "確認",
        "読み取り元",
        "会議で示した説明",
    ]
    assert opened(path).said[1].origin == "資料１.docx 表の4行目"


# ---- as it is read


def test_what_was_typed_is_read_and_half_filled_is_fine(tmp_path: Path) -> None:
    path = fill(entry(tmp_path), {1: ("案のとおり", None), 3: ("保留", "次回に\n改めて聞く。")})
    assert said(path) == [
        Opinion(OpinionStatus.CHOSEN, "継続"),
        Opinion(),
        Opinion(OpinionStatus.DEFERRED, None, "次回に\n改めて聞く。"),
    ]


def test_as_proposed_is_the_proposal_that_stood_beside_it(tmp_path: Path) -> None:
    path = fill(entry(tmp_path), {1: ("案の通り", None)})

    def no_proposal(book: openpyxl.Workbook) -> None:
        book.worksheets[0]["C5"] = None

    assert said(path)[0].choice == "継続"
    first, found = doubt(changed(path, no_proposal))
    assert (found.reason, first.opinion) == (Reason.PROPOSAL, Opinion())


def test_a_word_that_is_no_choice_is_told_with_its_cell(tmp_path: Path) -> None:
    row, found = doubt(fill(entry(tmp_path), {1: ("賛成", None)}))
    assert (found, row.opinion) == (Doubt(Reason.UNKNOWN_WORD, "賛成"), Opinion())
    assert (row.at.sheet, row.at.address) == ("[当日入力.xlsx]懇談会意見", "D5")


def test_a_formula_without_a_result_is_told_and_not_taken_for_blank(tmp_path: Path) -> None:
    def formula(book: openpyxl.Workbook) -> None:
        book.worksheets[0]["D5"] = "=A1"

    row, found = doubt(changed(entry(tmp_path), formula))
    assert (found.reason, row.at.address) == (Reason.FORMULA, "D5")


def test_a_remark_without_number_and_name_is_not_passed_over(tmp_path: Path) -> None:
    def remark(book: openpyxl.Workbook) -> None:
        book.worksheets[0]["E9"] = "全体について"

    told = opened(changed(entry(tmp_path), remark)).said[-1]
    assert (told.no, told.name, told.opinion.comment) == (None, "", "全体について")


def test_rows_and_columns_may_be_moved(tmp_path: Path) -> None:
    path = fill(entry(tmp_path), {2: ("見直し", "内容")})

    def move(book: openpyxl.Workbook) -> None:
        sheet = book.worksheets[0]
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        sheet.insert_rows(1, 2)
        sheet.insert_cols(1)
        book.move_sheet(ABOUT_SHEET, -1)

    (_, second, _) = opened(changed(path, move)).said
    assert second.opinion == Opinion(OpinionStatus.CHOSEN, "見直し", "内容")
    assert second.at.address == "E8"


def test_identity_comes_back(tmp_path: Path) -> None:
    own = identity(BookKind.RESULTS)
    path = write(tmp_path / "a.xlsx", book_rows(THREE), own)
    assert opened(path).identity == own
    assert own.choices == seed_form().labels


def test_notes_beside_the_table_are_known_as_somebody_elses(tmp_path: Path) -> None:
    def note(book: openpyxl.Workbook) -> None:
        book.worksheets[0]["H6"] = "要確認"
        book.create_sheet("控え")["A1"] = "x"

    assert opened(entry(tmp_path)).extras == ()
    extras = opened(changed(entry(tmp_path), note)).extras
    assert [(each.sheet, each.address) for each in extras] == [
        ("[当日入力.xlsx]懇談会意見", "H6"),
        ("[当日入力.xlsx]控え", "A1"),
    ]


@pytest.mark.parametrize("sheet", [ABOUT_SHEET, "懇談会意見"])
def test_a_workbook_without_either_sheet_is_none_of_ours(tmp_path: Path, sheet: str) -> None:
    def remove(book: openpyxl.Workbook) -> None:
        book.remove(book[sheet])

    path = changed(entry(tmp_path), remove)
    with pytest.raises(InputUnreadable) as caught:
        opened(path)
    assert caught.value.code == "not-an-opinion-book"


def test_libreoffice_saves_it_again_and_it_reads_the_same(tmp_path: Path) -> None:
    path = fill(entry(tmp_path), {1: ("見直し", "時期を\n示すこと。"), 2: ("意見なし", None)})
    for kind in ("xlsx", "ods", "xls"):
        again = converted_by(path, kind, tmp_path)
        assert said(again) == said(path)
        assert opened(again).identity == opened(path).identity
