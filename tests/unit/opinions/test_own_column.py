"""The master's own columns of opinions are held to the same rule as a filled-in file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font
from support.forms import PANEL, put_form, put_table
from support.masters import row, write_master

from pipeline.commands.reading import read_master
from pipeline.model.findings import Finding
from pipeline.model.intake import Intake
from pipeline.model.request import Source
from pipeline.model.values import Status

Change = Callable[[Any], None]


def taken(folder: Path, change: Change, rows: list[dict[str, Any]] | None = None) -> Intake:
    """The master of three rows with 継続 in the first, after a change of its workbook."""
    told = rows or [row(1, opinion="継続"), row(2), row(3)]
    path = write_master(folder / "inputs" / "台帳.xlsx", told)
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return read_master(Source(folder / "inputs"), "shiryo1")


def asked(intake: Intake) -> list[Finding]:
    return [found for found in intake.findings if found.code == "own-opinion-asked"]


def strike(book: Any) -> None:
    book.worksheets[0]["J2"].font = Font(strike=True)


def comment(book: Any) -> None:
    book.worksheets[0]["J2"].comment = Comment("本当は見直し", "委員")


def test_a_plain_opinion_is_taken_without_a_question(tmp_path: Path) -> None:
    intake = taken(tmp_path, lambda _: None)
    assert asked(intake) == []
    assert intake.records.rows[0].fill("opinion").value == "継続"


@pytest.mark.parametrize("change", [strike, comment])
def test_what_is_struck_or_commented_is_asked_with_its_cell_and_not_taken(
    tmp_path: Path, change: Change
) -> None:
    intake = taken(tmp_path, change)
    (found,) = asked(intake)
    assert (found.project, found.cell) == (1, "J2")
    assert "継続" in found.message
    assert intake.records.rows[0].fill("opinion").status is Status.BLANK


def test_what_the_office_has_accepted_is_taken_as_it_was_read(tmp_path: Path) -> None:
    def accept(book: Any) -> None:
        strike(book)
        book.worksheets[0]["L1"], book.worksheets[0]["L2"] = "確認済", "委員長に確認した"

    intake = taken(tmp_path, accept)
    assert asked(intake) == []
    assert intake.records.rows[0].fill("opinion").value == "継続"


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
    assert [found.project for found in asked(intake)] == [1]
    first, second = intake.records.rows
    assert (first.fill("verdict").is_blank, first.fill("grade").is_blank) == (True, True)
    assert (second.fill("verdict").value, second.fill("grade").value) == ("縮小", "Ｃ")


def test_a_copy_of_the_sheet_that_says_something_else_is_asked(tmp_path: Path) -> None:
    def copy(book: Any) -> None:
        other = book.copy_worksheet(book.worksheets[0])
        other["J2"], other.sheet_state = "見直し", "hidden"

    (found,) = asked(taken(tmp_path, copy))
    assert "見直し" in found.message
