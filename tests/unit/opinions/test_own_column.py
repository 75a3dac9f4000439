"""The master's own column of opinions: plain ones are accepted, others are only reported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, PatternFill, Side
from support.forms import PANEL, put_form, put_table
from support.masters import row, write_master
from support.shapes import Grid, write_ods

from pipeline.base.paths import ANNOTATOR
from pipeline.commands.reading import read_master
from pipeline.model.intake import Intake
from pipeline.model.request import Source
from pipeline.model.values import Plain


def read(path: Path, change: Callable[[Any], None] | None = None) -> Intake:
    """A changed master with the opinions 継続 for No.1 and 見直し for No.2."""
    rows = [row(1, opinion="継続"), row(2, opinion="見直し", comment="時期を示すこと。"), row(3)]
    write_master(path / "inputs" / "台帳.xlsx", rows)
    if change is not None:
        book = openpyxl.load_workbook(path / "inputs" / "台帳.xlsx")
        change(book)
        book.save(path / "inputs" / "台帳.xlsx")
    return read_master(Source(path / "inputs", form_name="shiryo1"))


def choices(intake: Intake) -> list[Plain]:
    return [row.fill("opinion").value for row in intake.records.rows]


def asked(intake: Intake) -> list[int | None]:
    return [each.project for each in intake.findings if each.code == "own-opinion-asked"]


def test_plain_opinions_are_accepted(tmp_path: Path) -> None:
    intake = read(tmp_path)
    assert (choices(intake), asked(intake)) == (["継続", "見直し", None], [])


def strike(book: Any) -> None:
    book["事業一覧"]["J2"].font = Font(strike=True)


def strike_part_of_text(book: Any) -> None:
    pieces = (TextBlock(InlineFont(strike=True), "継"), TextBlock(InlineFont(), "続"))
    book["事業一覧"]["J2"].value = CellRichText(*pieces)


def white_text(book: Any) -> None:
    book["事業一覧"]["J2"].font = Font(color="FFFFFFFF")


def hidden_column(book: Any) -> None:
    book["事業一覧"].column_dimensions["J"].hidden = True


def hidden_row(book: Any) -> None:
    book["事業一覧"].row_dimensions[2].hidden = True


def with_comment(book: Any) -> None:
    book["事業一覧"]["J2"].comment = Comment("やはり見直し", "委員長")


def crossed(book: Any) -> None:
    book["事業一覧"]["J2"].border = Border(diagonal=Side("thin"), diagonalUp=True)


def same_color_as_background(book: Any) -> None:
    book["事業一覧"]["J2"].font = Font(color="FFC000")
    book["事業一覧"]["J2"].fill = PatternFill("solid", fgColor="FFC000")


def correction_in_remarks(book: Any) -> None:
    book["事業一覧"]["K2"] = "訂正：見直し"


def struck_name(book: Any) -> None:
    book["事業一覧"]["B2"].font = Font(strike=True)


def second_column_with_heading(book: Any) -> None:
    book["事業一覧"]["P1"] = "懇談会意見"
    book["事業一覧"]["P2"] = "見直し"


def struck_heading(book: Any) -> None:
    book["事業一覧"]["J1"].font = Font(strike=True)


def heading_with_comment(book: Any) -> None:
    book["事業一覧"]["J1"].comment = Comment("全件、保留とする。", "委員")


def next_to_table(book: Any) -> None:
    book["事業一覧"]["N2"] = "見直しに変更"


def below_table(book: Any) -> None:
    book["事業一覧"]["B9"] = "※ No.1は見直しとする。"


def stale_copy(book: Any) -> None:
    copy = book.copy_worksheet(book["事業一覧"])
    copy["J2"] = "見直し"
    copy.sheet_state = "hidden"


@pytest.mark.parametrize(
    "change",
    [
        strike,
        strike_part_of_text,
        white_text,
        same_color_as_background,
        hidden_row,
        with_comment,
        crossed,
        correction_in_remarks,
        struck_name,
        second_column_with_heading,
        next_to_table,
        below_table,
        stale_copy,
    ],
)
def test_unusual_opinion_is_reported_and_not_accepted(
    tmp_path: Path, change: Callable[[Any], None]
) -> None:
    intake = read(tmp_path, change)
    if intake.blocked:
        # With two equal columns or sheets no table is found, so no opinion is read.
        assert not choices(intake)
        return
    assert choices(intake)[0] is None
    assert 1 in asked(intake)
    assert choices(intake)[1] == "見直し"


@pytest.mark.parametrize("change", [struck_heading, heading_with_comment])
def test_struck_heading_or_answer_in_its_comment_concerns_every_opinion(
    tmp_path: Path, change: Callable[[Any], None]
) -> None:
    intake = read(tmp_path, change)
    assert (choices(intake), asked(intake)) == ([None, None, None], [1, 2])


def test_notes_without_an_answer_are_not_reported(tmp_path: Path) -> None:
    def note(book: Any) -> None:
        sheet = book["事業一覧"]
        sheet["J1"].comment = Comment("当日に入力する欄です。", "事務局")
        sheet["N2"], sheet["B9"] = "担当と調整する。", "※ No.1は令和６年度に始めた。"
        sheet["B10"] = "見直しの考え方は参考資料のとおり。"

    assert asked(read(tmp_path, note)) == []


def test_comment_on_empty_cell_is_reported(tmp_path: Path) -> None:
    def comment(book: Any) -> None:
        book["事業一覧"]["J4"].comment = Comment("見直し", "委員長")

    assert asked(read(tmp_path, comment)) == [3]


def test_finding_written_into_a_cell_comment_is_ignored(tmp_path: Path) -> None:
    def comment(book: Any) -> None:
        for cell, before in (("J2", ""), ("J3", "やはり継続\n"), ("J4", "")):
            text = f"{before}【注意】意見が未入力です。"
            book["事業一覧"][cell].comment = Comment(text, ANNOTATOR)

    assert asked(read(tmp_path, comment)) == [2]


@pytest.mark.parametrize("opinion", ["継続", None])
def test_file_format_without_cell_formatting_is_reported_if_there_are_opinions(
    tmp_path: Path, opinion: str | None
) -> None:
    master = openpyxl.load_workbook(write_master(tmp_path / "台帳.xlsx", [row(1, opinion=opinion)]))
    (tmp_path / "inputs").mkdir()
    grid = Grid()
    for number, values in enumerate(master["事業一覧"].iter_rows(values_only=True), start=1):
        grid.put(number, 1, *values)
    write_ods(tmp_path / "inputs" / "台帳.ods", {"事業一覧": grid})
    intake = read_master(Source(tmp_path / "inputs", form_name="shiryo1"))
    codes = [each.code for each in intake.findings if each.code == "own-opinion-looks"]
    assert codes == (["own-opinion-looks"] if opinion else [])


def test_hidden_column_concerns_every_opinion(tmp_path: Path) -> None:
    assert asked(read(tmp_path, hidden_column)) == [1, 2]


def test_merge_over_two_projects_concerns_both(tmp_path: Path) -> None:
    def merge(book: Any) -> None:
        book["事業一覧"].merge_cells("J2:J3")

    intake = read(tmp_path, merge)
    assert choices(intake) == [None, None, None]
    assert asked(intake) == [1, 2]


def test_opinion_accepted_by_the_office_is_kept(tmp_path: Path) -> None:
    def accept(book: Any) -> None:
        strike(book)
        book["事業一覧"]["L1"], book["事業一覧"]["L2"] = "確認済", "委員長に確認した"

    intake = read(tmp_path, accept)
    assert (choices(intake)[0], asked(intake)) == ("継続", [])


def test_doubt_in_one_of_several_columns_concerns_the_row(tmp_path: Path) -> None:
    put_form(tmp_path, PANEL, "hyoka")
    path = put_table(
        tmp_path / "inputs" / "評価.xlsx",
        [
            ["No", "施策", "自己評価", "理由", "方向性（案）", "委員会の意見", "委員会の評価"],
            [1, "緑化", "Ｂ", "順調。", "維持", "拡大", "Ａ"],
            [2, "防災", "Ｃ", "少ない。", "縮小", "縮小", "Ｃ"],
        ],
    )
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["G2"].font = Font(strike=True)
    book.save(path)
    # Forms are found in the working folder.
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        intake = read_master(Source(tmp_path / "inputs", form_name="hyoka"))
    assert asked(intake) == [1]
    first, second = intake.records.rows
    assert (first.fill("verdict").is_blank, first.fill("grade").is_blank) == (True, True)
    assert (second.fill("verdict").value, second.fill("grade").value) == ("縮小", "Ｃ")
