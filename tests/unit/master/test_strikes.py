"""見え消し is told, and a row that is struck through whole is not printed as if it stood."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from support.masters import HEADERS, row, write_master

from pipeline.commands.reading import read_intake
from pipeline.model.intake import Intake
from pipeline.model.request import Source

STRUCK = Font(strike=True)
SHEET = "事業一覧"


def taken(master: Path) -> Intake:
    return read_intake(Source(master.parent, master), None)


def edited(tmp_path: Path, **cells: object) -> Intake:
    """A master of three rows; a cell is struck whole, or is given another value."""
    master = write_master(tmp_path / "台帳.xlsx", [row(1), row(2), row(3)])
    book = openpyxl.load_workbook(master)
    for address, change in cells.items():
        cell = book[SHEET][address]
        if change is STRUCK:
            cell.font = STRUCK
        else:
            cell.value = change
    book.save(master)
    return taken(master)


def rich(*pieces: str) -> CellRichText:
    """Pieces of a text, every second one struck through."""
    return CellRichText(
        *(TextBlock(InlineFont(strike=k % 2 == 1), piece) for k, piece in enumerate(pieces))
    )


def told(
    intake: Intake, code: str = "text-struck"
) -> list[tuple[str | None, int | None, str | None]]:
    return [(f.cell, f.project, f.value) for f in intake.findings if f.code == code]


def test_a_cell_struck_through_whole_is_a_warning_with_its_cell(tmp_path: Path) -> None:
    intake = edited(tmp_path, B3=STRUCK, C4=STRUCK)
    assert told(intake) == [("B3", 2, row(2)["name"]), ("C4", 3, "4")]
    assert not intake.blocked
    (first, _) = (f for f in intake.findings if f.code == "text-struck")
    assert "事業名" in first.message


def test_a_part_struck_through_is_told_with_its_words(tmp_path: Path) -> None:
    text = rich("取組を", "廃止する。", "継続する。")
    assert told(edited(tmp_path, H2=text)) == [("H2", 1, "廃止する。")]


def test_a_row_struck_through_whole_is_told_and_not_printed(tmp_path: Path) -> None:
    letters = [chr(ord("A") + n) for n in range(len(HEADERS))]
    intake = edited(tmp_path, **{f"{letter}3": STRUCK for letter in letters})
    assert [row.no for row in intake.records.rows] == [1, 3]
    ((cell, _, value),) = told(intake, "row-struck")
    assert cell == "A3"
    assert str(row(2)["name"])[:5] in str(value)
    assert told(intake) == []


def test_a_row_with_one_cell_that_stands_is_a_row(tmp_path: Path) -> None:
    letters = [chr(ord("A") + n) for n in range(len(HEADERS))]
    intake = edited(tmp_path, **{f"{letter}3": STRUCK for letter in letters if letter != "B"})
    assert [row.no for row in intake.records.rows] == [1, 2, 3]
    assert told(intake, "row-struck") == []
    assert told(intake)


def test_a_row_with_one_word_that_stands_is_a_row(tmp_path: Path) -> None:
    letters = [chr(ord("A") + n) for n in range(len(HEADERS))]
    struck = {f"{letter}3": STRUCK for letter in letters if letter != "H"}
    intake = edited(tmp_path, **struck, H3=rich("残す。", "消す。"))
    assert [row.no for row in intake.records.rows] == [1, 2, 3]


@pytest.mark.parametrize("address", ["Z2", "A9"])
def test_what_is_not_printed_may_be_struck_through(tmp_path: Path, address: str) -> None:
    assert told(edited(tmp_path, **{address: rich("残す", "消す")})) == []


def test_an_ods_is_read_alike(tmp_path: Path) -> None:
    """LibreOffice's own file, made by hand: whole cells by their style, parts by a span."""
    from support.shapes import Grid, write_ods  # noqa: PLC0415 - odfpy is only for this one

    grid = Grid()
    grid.put(1, 1, *HEADERS.values())
    grid.put(2, 1, *(row(1).get(key) for key in HEADERS))
    master = write_ods(tmp_path / "台帳.ods", {SHEET: grid})
    assert told(taken(master)) == []
