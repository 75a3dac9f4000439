from __future__ import annotations

import hashlib
import io
from pathlib import Path

import openpyxl
from openpyxl.workbook import Workbook
from support.masters import row, write_master
from support.records import seed_form

from pipeline.commands.intake import Source, take_in
from pipeline.model.findings import Finding, finding
from pipeline.model.grid import CellRef, Sheet
from pipeline.model.grid import Workbook as Grid
from pipeline.stations.annotate import annotate


def taken(path: Path) -> tuple[Workbook, tuple[Finding, ...], bytes]:
    before = path.read_bytes()
    intake = take_in(Source(path.parent, path), seed_form())
    content = annotate(intake.workbook, intake.findings)
    assert path.read_bytes() == before
    return openpyxl.load_workbook(io.BytesIO(content)), intake.findings, content


def test_each_finding_is_a_comment_on_its_cell(tmp_path: Path) -> None:
    master = write_master(tmp_path / "台帳.xlsx", [row(1, progress=5), row(2)])
    book, findings, _ = taken(master)
    cell = book["事業一覧"]["C2"]
    assert [f.cell for f in findings] == ["C2"]
    assert cell.value == 5
    assert cell.comment is not None
    assert "1〜4 の範囲外" in cell.comment.text
    assert cell.fill.fgColor.rgb == "00F8CBAD"
    assert book["事業一覧"]["C3"].comment is None


def test_the_sheet_of_findings_comes_first_and_links_to_the_cells(tmp_path: Path) -> None:
    book, _, _ = taken(write_master(tmp_path / "台帳.xlsx", [row(1, progress=5)]))
    assert book.sheetnames[0] == "検査結果"
    listing = book["検査結果"]
    assert [cell.value for cell in listing[2]][:3] == ["誤り", 1, "事業一覧!C2"]
    link = listing["C2"].hyperlink
    assert link is not None
    assert "'事業一覧'!C2" in str(link.location or link.target)


def test_two_findings_of_one_cell_share_its_comment(tmp_path: Path) -> None:
    grid = Grid(tmp_path / "台帳.csv", "", (Sheet("台帳", (("x",),)),))
    at = CellRef("台帳", 1, 1)
    twice = [finding("name-empty", at=at), finding("number-empty", at=at)]
    book = openpyxl.load_workbook(io.BytesIO(annotate(grid, twice)))
    comment = book["台帳"]["A1"].comment
    assert comment is not None
    assert comment.text.count("【誤り】") == 2


def test_a_csv_master_is_shown_from_its_values_and_no_text_becomes_a_formula(
    tmp_path: Path,
) -> None:
    grid = Grid(tmp_path / "台帳.csv", "", (Sheet("台帳", (("=1+1", None), ("髙", 4))),))
    book = openpyxl.load_workbook(io.BytesIO(annotate(grid, [])))
    assert [[cell.value for cell in each] for each in book["台帳"]] == [["=1+1", None], ["髙", 4]]
    assert book["台帳"]["A1"].data_type == "s"


def test_a_sheet_of_that_name_is_not_replaced(tmp_path: Path) -> None:
    grid = Grid(tmp_path / "台帳.csv", "", (Sheet("検査結果", (("前回",),)),))
    book = openpyxl.load_workbook(io.BytesIO(annotate(grid, [])))
    assert book.sheetnames == ["検査結果2", "検査結果"]
    assert book["検査結果"]["A1"].value == "前回"


def test_the_same_master_gives_the_same_bytes(tmp_path: Path) -> None:
    master = write_master(tmp_path / "台帳.xlsx", [row(1, progress=5)])
    sums = {hashlib.sha256(taken(master)[2]).hexdigest() for _ in range(2)}
    assert len(sums) == 1
