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
from support.masters import row, write_master
from support.records import seed_form

from pipeline.commands.reading import read_master
from pipeline.model.intake import Intake
from pipeline.model.request import Source


def read(path: Path, change: Callable[[Any], None] | None = None) -> Intake:
    """A master with the opinion 継続 for No.1 and 見直し for No.2, after a change of it."""
    rows = [row(1, opinion="継続"), row(2, opinion="見直し", comment="時期を示すこと。"), row(3)]
    write_master(path / "inputs" / "台帳.xlsx", rows)
    if change is not None:
        book = openpyxl.load_workbook(path / "inputs" / "台帳.xlsx")
        change(book)
        book.save(path / "inputs" / "台帳.xlsx")
    return read_master(Source(path / "inputs"), seed_form())


def choices(intake: Intake) -> list[str | None]:
    return [project.opinion.choice for project in intake.records.projects]


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
