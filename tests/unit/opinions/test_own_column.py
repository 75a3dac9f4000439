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
from openpyxl.styles import Font
from support.forms import PANEL, put_form, put_table
from support.masters import row, write_master

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


def struck_name(book: Any) -> None:
    book["事業一覧"]["B2"].font = Font(strike=True)


def second_column(book: Any) -> None:
    book["事業一覧"]["P1"] = "懇談会意見"
    book["事業一覧"]["P2"] = "見直し"


def stale_copy(book: Any) -> None:
    copy = book.copy_worksheet(book["事業一覧"])
    copy["J2"] = "見直し"
    copy.sheet_state = "hidden"


@pytest.mark.parametrize(
    "change",
    [strike, strike_a_part, white, hidden_row, commented, struck_name, second_column, stale_copy],
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
