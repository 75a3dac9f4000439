from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path

import openpyxl
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook
from support.masters import row, write_master

from pipeline.commands.reading import read_intake
from pipeline.model.findings import Finding, finding
from pipeline.model.grid import CellRef, Sheet
from pipeline.model.grid import Workbook as Grid
from pipeline.model.request import Source
from pipeline.workbooks.annotate import annotate


def annotated(path: Path) -> tuple[Workbook, tuple[Finding, ...], bytes]:
    before = path.read_bytes()
    intake = read_intake(Source(path.parent, path))
    content = annotate(intake.workbook, intake.findings)
    assert path.read_bytes() == before
    return openpyxl.load_workbook(io.BytesIO(content)), intake.findings, content


def test_each_finding_is_a_comment_on_its_cell(tmp_path: Path) -> None:
    master = write_master(tmp_path / "台帳.xlsx", [row(1, progress=5), row(2)])
    book, findings, _ = annotated(master)
    cell = book["事業一覧"]["C2"]
    assert [f.cell for f in findings] == ["C2"]
    assert cell.value == 5
    assert cell.comment is not None
    assert "1〜4 の整数ではありません" in cell.comment.text
    assert cell.fill.fgColor.rgb == "00F8CBAD"
    assert book["事業一覧"]["C3"].comment is None


def test_sheet_of_findings_is_first_and_links_to_the_cells(tmp_path: Path) -> None:
    book, _, _ = annotated(write_master(tmp_path / "台帳.xlsx", [row(1, progress=5)]))
    assert book.sheetnames[0] == "検査結果"
    listing = book["検査結果"]
    assert [cell.value for cell in listing[2]][:3] == ["誤り", 1, "事業一覧!C2"]
    link = listing["C2"].hyperlink
    assert link is not None
    assert (link.location, link.target) == ("'事業一覧'!C2", None)


def test_notice_is_printed_above_the_findings(tmp_path: Path) -> None:
    path = write_master(tmp_path / "台帳.xlsx", [row(1, progress=5)])
    intake = read_intake(Source(path.parent, path))
    content = annotate(intake.workbook, intake.findings, "会議用は作っていません。")
    listing = openpyxl.load_workbook(io.BytesIO(content))["検査結果"]
    assert listing["A1"].value == "会議用は作っていません。"
    assert [cell.value for cell in listing[3]][:3] == ["誤り", 1, "事業一覧!C2"]
    assert listing.print_title_rows == "$2:$2"


def test_the_list_is_printed_on_a4_with_its_header_on_every_page(tmp_path: Path) -> None:
    book, _, _ = annotated(write_master(tmp_path / "台帳.xlsx", [row(1, progress=5)]))
    listing = book["検査結果"]
    assert listing.print_title_rows == "$1:$1"
    assert (listing.page_setup.paperSize, listing.page_setup.orientation) == (9, "landscape")
    assert listing.page_setup.fitToHeight == 0
    assert listing["D2"].border.left.style == "thin"


def test_only_the_sheet_of_findings_is_selected(tmp_path: Path) -> None:
    book, _, _ = annotated(write_master(tmp_path / "台帳.xlsx", [row(1)], meeting={"回": "第１回"}))
    selected = [sheet.title for sheet in book.worksheets if sheet.sheet_view.tabSelected]
    assert selected == ["検査結果"]


def test_two_findings_of_one_cell_share_its_comment(tmp_path: Path) -> None:
    grid = Grid(tmp_path / "台帳.csv", "", (Sheet("台帳", (("x",),)),))
    at = CellRef("台帳", 1, 1)
    twice = [
        finding("name-empty", title="事業名", at=at),
        finding("number-empty", title="No", at=at),
    ]
    book = openpyxl.load_workbook(io.BytesIO(annotate(grid, twice)))
    comment = book["台帳"]["A1"].comment
    assert comment is not None
    assert comment.text.count("【誤り】") == 2


def test_cell_has_the_colour_of_its_most_severe_open_finding(tmp_path: Path) -> None:
    at = CellRef("台帳", 1, 1)
    notice = finding("outside-cp932", at=at, value="𠮷", code_point="U+20BB7")
    warning = finding("number-missing", at=at, value="2")
    fills = {}
    for case, findings in {
        "both": [notice, warning],
        "one accepted": [notice, replace(warning, accepted="協議済")],
        "all accepted": [replace(notice, accepted="協議済")],
    }.items():
        grid = Grid(tmp_path / "台帳.csv", "", (Sheet("台帳", (("x",),)),))
        book = openpyxl.load_workbook(io.BytesIO(annotate(grid, findings)))
        fills[case] = book["台帳"]["A1"].fill.fgColor.rgb
    assert fills == {"both": "00FFE699", "one accepted": "00DDEBF7", "all accepted": "00EDEDED"}


def test_accepted_findings_are_listed_last_with_their_reason(tmp_path: Path) -> None:
    at = CellRef("台帳", 1, 1)
    accepted = replace(finding("number-missing", at=at, value="2"), accepted="協議済")
    grid = Grid(tmp_path / "台帳.csv", "", (Sheet("台帳", (("x",),)),))
    book = openpyxl.load_workbook(
        io.BytesIO(
            annotate(grid, [accepted, finding("name-empty", title="事業名", at=at, project=3)])
        )
    )
    rows = [[cell.value for cell in each] for each in book["検査結果"].iter_rows(min_row=2)]
    assert [(each[0], each[5]) for each in rows] == [("誤り", None), ("注意", "協議済")]


def test_row_of_a_long_finding_is_high_enough(tmp_path: Path) -> None:
    long = finding(
        "column-missing",
        title="事業名",
        seen="見出し、" * 40,
        key="name",
        header="元の見出し",
        near="",
    )
    grid = Grid(tmp_path / "台帳.csv", "", (Sheet("台帳", (("x",),)),))
    book = openpyxl.load_workbook(
        io.BytesIO(annotate(grid, [finding("name-empty", title="事業名"), long]))
    )
    heights = [book["検査結果"].row_dimensions[r].height for r in (2, 3)]
    # The headers have 160 characters; with their sentence they need 9 lines of about 23.
    assert heights == [15, 15 * 9]


def test_existing_comment_stays_above_the_finding(tmp_path: Path) -> None:
    master = write_master(tmp_path / "台帳.xlsx", [row(1, progress=5)])
    book = openpyxl.load_workbook(master)
    book["事業一覧"]["C2"].comment = Comment("要確認", "担当")
    book.save(master)
    shown = annotated(master)[0]["事業一覧"]["C2"].comment
    assert shown is not None
    assert shown.text.startswith("要確認\n【誤り】")


def test_finding_of_a_merged_range_is_on_its_visible_cell(tmp_path: Path) -> None:
    master = write_master(tmp_path / "台帳.xlsx", [row(1), row(2)])
    book = openpyxl.load_workbook(master)
    book["事業一覧"].merge_cells("B2:B3")
    book.save(master)
    digest = hashlib.sha256(master.read_bytes()).hexdigest()
    grid = Grid(master, digest, (Sheet("事業一覧", ()),))
    found = finding("name-empty", title="事業名", at=CellRef("事業一覧", 3, 2))
    shown = openpyxl.load_workbook(io.BytesIO(annotate(grid, [found])))["事業一覧"]
    assert shown["B2"].comment is not None


def test_copy_has_no_formula_and_keeps_text_like_a_formula(tmp_path: Path) -> None:
    master = write_master(tmp_path / "台帳.xlsx", [row(1, reason='=WEBSERVICE("http://x.test")')])
    book = openpyxl.load_workbook(master)
    book["事業一覧"]["B2"].value = "=1+1"
    book["事業一覧"]["B2"].data_type = "s"
    book.save(master)
    shown, findings, _ = annotated(master)
    assert [f.code for f in findings] == ["formula-unresolved"]
    assert shown["事業一覧"]["H2"].value is None
    assert (shown["事業一覧"]["B2"].value, shown["事業一覧"]["B2"].data_type) == ("=1+1", "s")


def test_master_that_openpyxl_cannot_read_is_copied_from_its_values(tmp_path: Path) -> None:
    broken = tmp_path / "台帳.xlsx"
    broken.write_bytes(b"PK - only calamine made sense of this")
    grid = Grid(broken, "", (Sheet("台帳", (("値",),)),))
    book = openpyxl.load_workbook(io.BytesIO(annotate(grid, [])))
    assert book["台帳"]["A1"].value == "値"


def test_sheet_with_a_forbidden_name_keeps_its_links(tmp_path: Path) -> None:
    name = "令和８年度[案]_" + "共生ビジョン連携事業一覧" * 3
    grid = Grid(tmp_path / f"{name}.csv", "", (Sheet(name, (("値",),)),))
    found = finding("name-empty", title="事業名", at=CellRef(name, 1, 1))
    book = openpyxl.load_workbook(io.BytesIO(annotate(grid, [found])))
    copy = book.worksheets[1]
    assert len(copy.title) == 31
    assert copy["A1"].comment is not None
    link = book["検査結果"]["C2"].hyperlink
    assert link is not None
    assert link.location == f"'{copy.title}'!A1"


def test_finding_omits_a_character_that_xml_forbids(tmp_path: Path) -> None:
    grid = Grid(tmp_path / "台帳.csv", "", (Sheet("台帳", (("\x01",),)),))
    found = finding("number-unreadable", at=CellRef("台帳", 1, 1), value="\x01")
    comment = openpyxl.load_workbook(io.BytesIO(annotate(grid, [found])))["台帳"]["A1"].comment
    assert comment is not None
    assert "「」" in comment.text


def test_csv_master_is_copied_and_no_text_becomes_a_formula(
    tmp_path: Path,
) -> None:
    grid = Grid(tmp_path / "台帳.csv", "", (Sheet("台帳", (("=1+1", None), ("髙", 4))),))
    book = openpyxl.load_workbook(io.BytesIO(annotate(grid, [])))
    assert [[cell.value for cell in each] for each in book["台帳"]] == [["=1+1", None], ["髙", 4]]
    assert book["台帳"]["A1"].data_type == "s"


def test_sheet_with_the_name_of_the_list_is_not_replaced(tmp_path: Path) -> None:
    grid = Grid(tmp_path / "台帳.csv", "", (Sheet("検査結果", (("前回",),)),))
    book = openpyxl.load_workbook(io.BytesIO(annotate(grid, [])))
    assert book.sheetnames == ["検査結果2", "検査結果"]
    assert book["検査結果"]["A1"].value == "前回"


def test_the_same_master_gives_the_same_bytes(tmp_path: Path) -> None:
    master = write_master(tmp_path / "台帳.xlsx", [row(1, progress=5)])
    sums = {hashlib.sha256(annotated(master)[2]).hexdigest() for _ in range(2)}
    assert len(sums) == 1


def test_master_saved_again_meanwhile_is_copied_as_it_was_read(tmp_path: Path) -> None:
    master = write_master(tmp_path / "台帳.xlsx", [row(1)])
    read = read_intake(Source(tmp_path, master)).workbook
    write_master(master, [row(1, name="あとの名前")])
    found = finding("name-empty", title="事業名", at=CellRef("事業一覧", 2, 2))
    shown = openpyxl.load_workbook(io.BytesIO(annotate(read, [found])))["事業一覧"]
    assert shown["B2"].value == read.sheets[0].value(2, 2) != "あとの名前"


def test_text_like_an_escape_code_of_excel_stays_text(tmp_path: Path) -> None:
    grid = Grid(tmp_path / "台帳.csv", "", (Sheet("表", (("_x0041_",),)),))
    content = annotate(grid, [finding("name-empty", title="事業名", at=CellRef("表", 1, 1))])
    assert openpyxl.load_workbook(io.BytesIO(content))["表"]["A1"].value == "_x005F_x0041_"
