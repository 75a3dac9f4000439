"""見え消し is reported, and a row that is entirely struck through is not printed."""

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


def read_master(master: Path) -> Intake:
    return read_intake(Source(master.parent, master))


def edited(tmp_path: Path, **cells: object) -> Intake:
    """A master of three rows; each given cell is struck through or gets another value."""
    master = write_master(tmp_path / "台帳.xlsx", [row(1), row(2), row(3)])
    book = openpyxl.load_workbook(master)
    for address, change in cells.items():
        cell = book[SHEET][address]
        if change is STRUCK:
            cell.font = STRUCK
        else:
            cell.value = change
    book.save(master)
    return read_master(master)


def rich(*pieces: str) -> CellRichText:
    """Pieces of a text, every second one struck through."""
    return CellRichText(
        *(TextBlock(InlineFont(strike=k % 2 == 1), piece) for k, piece in enumerate(pieces))
    )


def reported(
    intake: Intake, code: str = "text-struck"
) -> list[tuple[str | None, int | None, str | None]]:
    return [(f.cell, f.project, f.value) for f in intake.findings if f.code == code]


def test_struck_cell_is_a_warning_with_its_cell(tmp_path: Path) -> None:
    intake = edited(tmp_path, B3=STRUCK, C4=STRUCK)
    assert reported(intake) == [("B3", 2, row(2)["name"]), ("C4", 3, "4")]
    assert not intake.blocked
    (first, _) = (f for f in intake.findings if f.code == "text-struck")
    assert "事業名" in first.message


def test_struck_part_is_reported_with_its_words(tmp_path: Path) -> None:
    text = rich("取組を", "廃止する。", "継続する。")
    assert reported(edited(tmp_path, H2=text)) == [("H2", 1, "廃止する。")]


def test_struck_row_is_reported_and_not_printed(tmp_path: Path) -> None:
    letters = [chr(ord("A") + n) for n in range(len(HEADERS))]
    intake = edited(tmp_path, **{f"{letter}3": STRUCK for letter in letters})
    assert [row.no for row in intake.records.rows] == [1, 3]
    ((cell, _, value),) = reported(intake, "row-struck")
    assert cell == "A3"
    assert str(row(2)["name"])[:5] in str(value)
    assert reported(intake) == []


def test_row_with_one_unstruck_cell_is_kept(tmp_path: Path) -> None:
    letters = [chr(ord("A") + n) for n in range(len(HEADERS))]
    intake = edited(tmp_path, **{f"{letter}3": STRUCK for letter in letters if letter != "B"})
    assert [row.no for row in intake.records.rows] == [1, 2, 3]
    assert reported(intake, "row-struck") == []
    assert reported(intake)


def test_row_with_one_unstruck_word_is_kept(tmp_path: Path) -> None:
    letters = [chr(ord("A") + n) for n in range(len(HEADERS))]
    struck = {f"{letter}3": STRUCK for letter in letters if letter != "H"}
    intake = edited(tmp_path, **struck, H3=rich("残す。", "消す。"))
    assert [row.no for row in intake.records.rows] == [1, 2, 3]


@pytest.mark.parametrize("address", ["Z2", "A9"])
def test_struck_text_outside_the_table_is_not_reported(tmp_path: Path, address: str) -> None:
    assert reported(edited(tmp_path, **{address: rich("残す", "消す")})) == []


def test_ods_without_struck_text_has_no_finding(tmp_path: Path) -> None:
    """An ``.ods`` without struck text has no finding."""
    from support.shapes import Grid, write_ods  # noqa: PLC0415 - odfpy is only for this one

    grid = Grid()
    grid.put(1, 1, *HEADERS.values())
    grid.put(2, 1, *(row(1).get(key) for key in HEADERS))
    master = write_ods(tmp_path / "台帳.ods", {SHEET: grid})
    assert reported(read_master(master)) == []
