"""The master's own column of opinions: plain and alone, or told and not taken."""

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
    """A master with the opinion 継続 for No.1 and 見直し for No.2, after a change of it."""
    rows = [row(1, opinion="継続"), row(2, opinion="見直し", comment="時期を示すこと。"), row(3)]
    write_master(path / "inputs" / "台帳.xlsx", rows)
    if change is not None:
        book = openpyxl.load_workbook(path / "inputs" / "台帳.xlsx")
        change(book)
        book.save(path / "inputs" / "台帳.xlsx")
    return read_master(Source(path / "inputs"), "shiryo1")


def choices(intake: Intake) -> list[Plain]:
    return [row.fill("opinion").value for row in intake.records.rows]


def asked(intake: Intake) -> list[int | None]:
    return [each.project for each in intake.findings if each.code == "own-opinion-asked"]


def test_plain_opinions_are_taken_without_a_word(tmp_path: Path) -> None:
    intake = read(tmp_path)
    assert (choices(intake), asked(intake)) == (["継続", "見直し", None], [])


def strike(book: Any) -> None:
    book["事業一覧"]["J2"].font = Font(strike=True)


def strike_a_part(book: Any) -> None:
    pieces = (TextBlock(InlineFont(strike=True), "継"), TextBlock(InlineFont(), "続"))
    book["事業一覧"]["J2"].value = CellRichText(*pieces)


def white(book: Any) -> None:
    book["事業一覧"]["J2"].font = Font(color="FFFFFFFF")


def hidden_column(book: Any) -> None:
    book["事業一覧"].column_dimensions["J"].hidden = True


def hidden_row(book: Any) -> None:
    book["事業一覧"].row_dimensions[2].hidden = True


def commented(book: Any) -> None:
    book["事業一覧"]["J2"].comment = Comment("やはり見直し", "委員長")


def crossed(book: Any) -> None:
    book["事業一覧"]["J2"].border = Border(diagonal=Side("thin"), diagonalUp=True)


def of_its_ground(book: Any) -> None:
    book["事業一覧"]["J2"].font = Font(color="FFC000")
    book["事業一覧"]["J2"].fill = PatternFill("solid", fgColor="FFC000")


def corrected(book: Any) -> None:
    book["事業一覧"]["K2"] = "訂正：見直し"


def struck_name(book: Any) -> None:
    book["事業一覧"]["B2"].font = Font(strike=True)


def second_column(book: Any) -> None:
    book["事業一覧"]["P1"] = "懇談会意見"
    book["事業一覧"]["P2"] = "見直し"


def struck_heading(book: Any) -> None:
    book["事業一覧"]["J1"].font = Font(strike=True)


def commented_heading(book: Any) -> None:
    book["事業一覧"]["J1"].comment = Comment("全件、保留とする。", "委員")


def beside_the_table(book: Any) -> None:
    book["事業一覧"]["N2"] = "見直しに変更"


def below_the_table(book: Any) -> None:
    book["事業一覧"]["B9"] = "※ No.1は見直しとする。"


def stale_copy(book: Any) -> None:
    copy = book.copy_worksheet(book["事業一覧"])
    copy["J2"] = "見直し"
    copy.sheet_state = "hidden"


@pytest.mark.parametrize(
    "change",
    [
        strike,
        strike_a_part,
        white,
        of_its_ground,
        hidden_row,
        commented,
        crossed,
        corrected,
        struck_name,
        second_column,
        beside_the_table,
        below_the_table,
        stale_copy,
    ],
)
def test_an_opinion_that_is_not_plain_and_alone_is_told_and_not_taken(
    tmp_path: Path, change: Callable[[Any], None]
) -> None:
    intake = read(tmp_path, change)
    if intake.blocked:
        # Two equal columns, or two equal sheets, are no table at all: asked as well.
        assert not choices(intake)
        return
    assert choices(intake)[0] is None
    assert 1 in asked(intake)
    assert choices(intake)[1] == "見直し"


@pytest.mark.parametrize("change", [struck_heading, commented_heading])
def test_a_heading_that_is_struck_or_answers_in_a_comment_asks_for_every_opinion(
    tmp_path: Path, change: Callable[[Any], None]
) -> None:
    intake = read(tmp_path, change)
    assert (choices(intake), asked(intake)) == ([None, None, None], [1, 2])


def test_notes_that_tell_no_answer_are_no_question(tmp_path: Path) -> None:
    def note(book: Any) -> None:
        sheet = book["事業一覧"]
        sheet["J1"].comment = Comment("当日に入力する欄です。", "事務局")
        sheet["N2"], sheet["B9"] = "担当と調整する。", "※ No.1は令和６年度に始めた。"
        sheet["B10"] = "見直しの考え方は参考資料のとおり。"

    assert asked(read(tmp_path, note)) == []


def test_a_comment_on_an_empty_cell_is_told(tmp_path: Path) -> None:
    def comment(book: Any) -> None:
        book["事業一覧"]["J4"].comment = Comment("見直し", "委員長")

    assert asked(read(tmp_path, comment)) == [3]


def test_a_finding_that_the_check_wrote_onto_the_cell_is_no_comment(tmp_path: Path) -> None:
    def comment(book: Any) -> None:
        for cell, before in (("J2", ""), ("J3", "やはり継続\n"), ("J4", "")):
            text = f"{before}【注意】意見が未入力です。"
            book["事業一覧"][cell].comment = Comment(text, ANNOTATOR)

    assert asked(read(tmp_path, comment)) == [2]


@pytest.mark.parametrize("opinion", ["継続", None])
def test_a_format_that_hides_how_a_cell_looks_is_told_where_there_are_opinions(
    tmp_path: Path, opinion: str | None
) -> None:
    made = openpyxl.load_workbook(write_master(tmp_path / "台帳.xlsx", [row(1, opinion=opinion)]))
    (tmp_path / "inputs").mkdir()
    grid = Grid()
    for number, values in enumerate(made["事業一覧"].iter_rows(values_only=True), start=1):
        grid.put(number, 1, *values)
    write_ods(tmp_path / "inputs" / "台帳.ods", {"事業一覧": grid})
    intake = read_master(Source(tmp_path / "inputs"), "shiryo1")
    told = [each.code for each in intake.findings if each.code == "own-opinion-looks"]
    assert told == (["own-opinion-looks"] if opinion else [])


def test_a_hidden_column_is_asked_for_every_opinion(tmp_path: Path) -> None:
    assert asked(read(tmp_path, hidden_column)) == [1, 2]


def test_a_merge_over_two_projects_is_asked_for_both(tmp_path: Path) -> None:
    def merge(book: Any) -> None:
        book["事業一覧"].merge_cells("J2:J3")

    intake = read(tmp_path, merge)
    assert choices(intake) == [None, None, None]
    assert asked(intake) == [1, 2]


def test_what_the_office_has_accepted_is_taken_as_it_was_read(tmp_path: Path) -> None:
    def accept(book: Any) -> None:
        strike(book)
        book["事業一覧"]["L1"], book["事業一覧"]["L2"] = "確認済", "委員長に確認した"

    intake = read(tmp_path, accept)
    assert (choices(intake)[0], asked(intake)) == ("継続", [])


def test_of_several_columns_any_one_in_doubt_asks_for_the_row(tmp_path: Path) -> None:
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
    # The working folder's forms are found from there.
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        intake = read_master(Source(tmp_path / "inputs"), "hyoka")
    assert asked(intake) == [1]
    first, second = intake.records.rows
    assert (first.fill("verdict").is_blank, first.fill("grade").is_blank) == (True, True)
    assert (second.fill("verdict").value, second.fill("grade").value) == ("縮小", "Ｃ")
