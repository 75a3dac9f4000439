"""A filled-in workbook: texts next to the answers and unusual formatting raise doubts."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Border, Color, Font, GradientFill, PatternFill, Side
from support.books import FIRST_ROW, MEETING, book_rows, identity, opened, write
from support.records import project, records, seed_form, stated

from pipeline.model.collected import BookKind, StatedOpinion
from pipeline.model.doubts import Edit, EditKind
from pipeline.model.fills import is_blank
from pipeline.opinions.match import match, with_difference_doubts
from pipeline.workbooks.opinion_workbooks import write_opinion_workbook

FORM = seed_form()
THREE = records(*(project(no, name=f"{no}番目の取組") for no in (1, 2, 3)))
# Cells of No.1 and of No.2; the header is in the row above.
OPINION, REMARK, NEXT = f"D{FIRST_ROW}", f"E{FIRST_ROW}", f"D{FIRST_ROW + 1}"
SETTLED = f"G{FIRST_ROW}"

Change = Callable[[Any], None]


def read(path: Path, *changes: Change, kind: BookKind = BookKind.ENTRY) -> dict[int, StatedOpinion]:
    """The opinion on each project in a workbook with a changed sheet; No.1 is 継続."""
    workbook_path = write(path / "a.xlsx", book_rows(THREE, {1: stated("継続")}), identity(kind))
    book = openpyxl.load_workbook(workbook_path)
    for change in changes:
        change(book.worksheets[0])
    book.save(workbook_path)
    return with_difference_doubts(match(opened(workbook_path).opinions, THREE, FORM), FORM)


def doubtful(opinions: dict[int, StatedOpinion]) -> list[int]:
    return [no for no, each in sorted(opinions.items()) if each.doubts]


def value(address: str, text: object) -> Change:
    return lambda sheet: sheet.__setitem__(address, text)


def note(address: str, text: str) -> Change:
    return lambda sheet: setattr(sheet[address], "comment", Comment(text, "委員"))


def test_plain_words_are_accepted(tmp_path: Path) -> None:
    opinions = read(tmp_path)
    assert (doubtful(opinions), [is_blank(each.fills) for each in opinions.values()]) == (
        [],
        [False, True, True],
    )


@pytest.mark.parametrize("address", ["G2", "B30"])
def test_note_on_copied_sheet_raises_doubt(tmp_path: Path, address: str) -> None:
    def write_into_copy(sheet: Any) -> None:
        sheet.parent.copy_worksheet(sheet)[address] = "No.1は見直し"

    assert doubtful(read(tmp_path, write_into_copy)) == [1]


# ---- texts next to the cells of a row, also of an empty row


def rename_header(sheet: Any) -> None:
    sheet[f"D{FIRST_ROW - 1}"], sheet[NEXT] = "委員Ａ", "見直し"


def fill_in_copy(sheet: Any) -> None:
    copy = sheet.parent.copy_worksheet(sheet)
    copy[NEXT] = "見直し"


def write_next_to_copy(sheet: Any) -> None:
    sheet.parent.copy_worksheet(sheet)[f"H{FIRST_ROW + 1}"] = "見直し"


def formula_in_copy(sheet: Any) -> None:
    sheet.parent.copy_worksheet(sheet)[NEXT] = "=C6"


def formula_merged_down(sheet: Any) -> None:
    sheet[OPINION] = "=C5"
    sheet.merge_cells(f"{OPINION}:{NEXT}")


def note_on_extra_sheet(sheet: Any) -> None:
    sheet.parent.create_sheet("メモ")["A1"] = "No.2は見直しとする"


@pytest.mark.parametrize(
    "change",
    [
        value(f"H{FIRST_ROW + 1}", "見直し"),
        value(f"H{FIRST_ROW + 1}", "=C6"),
        value("G2", "No.2は見直しとする"),
        value("B20", "No.2は見直しとする"),
        note(NEXT, "見直し"),
        note(f"B{FIRST_ROW + 1}", "見直し"),
        note(f"L{FIRST_ROW + 1}", "見直し"),
        note("B30", "No.2は見直しとする"),
        note("G2", "No.2は見直しとする"),
        fill_in_copy,
        write_next_to_copy,
        formula_in_copy,
        note_on_extra_sheet,
    ],
)
def test_text_next_to_an_empty_cell_raises_doubt(tmp_path: Path, change: Change) -> None:
    assert doubtful(read(tmp_path, change)) == [2]


def test_formula_merged_over_two_projects_puts_both_in_doubt(tmp_path: Path) -> None:
    assert doubtful(read(tmp_path, formula_merged_down)) == [1, 2]


def test_text_under_a_renamed_header_raises_doubt(tmp_path: Path) -> None:
    assert 2 in doubtful(read(tmp_path, rename_header))


def test_note_without_project_and_empty_row_raise_no_doubt(tmp_path: Path) -> None:
    changes = (value("G1", "記録：事務局"), value("B20", "担当者の控え"))
    assert doubtful(read(tmp_path, *changes)) == []


def note_on_about_sheet(sheet: Any) -> None:
    sheet.parent.worksheets[-1]["D2"] = "No.2は見直しとする"


def note_below_about_sheet(sheet: Any) -> None:
    about = sheet.parent.worksheets[-1]
    about.cell(about.max_row + 2, 1).value = "No.2は見直しとする"


@pytest.mark.parametrize("change", [note_on_about_sheet, note_below_about_sheet])
def test_note_on_about_sheet_raises_doubt(tmp_path: Path, change: Change) -> None:
    assert doubtful(read(tmp_path, change)) == [2]


@pytest.mark.parametrize("address", ["A1", "A2", "A3"])
@pytest.mark.parametrize("text", ["第１回の結果", "全件、案のとおりとする。"])
def test_changed_line_above_the_table_puts_every_project_in_doubt(
    tmp_path: Path, address: str, text: str
) -> None:
    assert doubtful(read(tmp_path, value(address, text))) == [1, 2, 3]


@pytest.mark.parametrize(
    "change",
    [
        note(f"D{FIRST_ROW - 1}", "委員長の控え"),
        lambda sheet: setattr(sheet[f"D{FIRST_ROW - 1}"], "font", Font(strike=True)),
        lambda sheet: setattr(sheet[f"D{FIRST_ROW - 1}"], "font", Font(color="FEFEFE")),
    ],
)
def test_header_with_comment_or_strikethrough_raises_doubt(tmp_path: Path, change: Change) -> None:
    assert 1 in doubtful(read(tmp_path, change))


@pytest.mark.parametrize("address", ["B6", "E6", "J6"])
def test_row_between_two_projects_puts_both_in_doubt(tmp_path: Path, address: str) -> None:
    def insert_row(sheet: Any) -> None:
        sheet.insert_rows(FIRST_ROW + 1)
        sheet[address] = "便数を増やすこと。"

    assert doubtful(read(tmp_path, insert_row)) == [1, 2]


@pytest.mark.parametrize("address", [f"B{FIRST_ROW + 1}", f"C{FIRST_ROW + 1}"])
def test_overwritten_name_or_proposal_of_a_blank_row_raises_doubt(
    tmp_path: Path, address: str
) -> None:
    assert doubtful(read(tmp_path, value(address, "2番目の取組　→見直し"))) == [2]


def test_results_workbook_may_have_corrected_names_and_proposals(tmp_path: Path) -> None:
    change = value(f"C{FIRST_ROW}", "見直し")
    assert doubtful(read(tmp_path, change, kind=BookKind.RESULTS)) == []


def test_text_outside_of_project_rows_is_listed_with_its_place(tmp_path: Path) -> None:
    workbook_path = write(tmp_path / "a.xlsx", book_rows(THREE))
    book = openpyxl.load_workbook(workbook_path)
    book.worksheets[0]["D30"] = "便数を増やすこと。"
    book.create_sheet("メモ")["B2"] = "時期を示すこと。"
    book.save(workbook_path)
    assert [(each.at, each.seen) for each in opened(workbook_path).notes] == [
        ("懇談会意見!30行目", "便数を増やすこと。"),
        ("メモ!B2", "時期を示すこと。"),
    ]


def test_note_next_to_the_listed_edits_is_an_extra_cell(
    tmp_path: Path,
) -> None:
    edits = (Edit(EditKind.CHANGED, "表題", "方針一覧", "方針一覧（修正版）"),)
    path = tmp_path / "a.xlsx"
    content = write_opinion_workbook(
        book_rows(THREE), identity(BookKind.RESULTS), MEETING, FORM, edits=edits
    )
    path.write_bytes(content)
    assert opened(path).extras == ()
    book = openpyxl.load_workbook(path)
    book["資料の書き換え"]["G2"] = "台帳に反映済み"
    book.save(path)
    assert [each.address for each in opened(path).extras] == ["G2"]


def anchor(kind: str, column: int, row: int, words: str = "") -> str:
    return (
        f"<xdr:{kind}><xdr:from><xdr:col>{column}</xdr:col><xdr:row>{row}</xdr:row></xdr:from>"
        f"<xdr:sp><xdr:txBody><a:p><a:r><a:t>{words}</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
        f"</xdr:{kind}>"
    )


@pytest.mark.parametrize(
    "drawn",
    [
        anchor("oneCellAnchor", 3, FIRST_ROW),
        # A check box of a form.
        f"<mc:AlternateContent>{anchor('twoCellAnchor', 3, FIRST_ROW)}</mc:AlternateContent>",
        anchor("oneCellAnchor", 9, FIRST_ROW, "見直し"),
        anchor("oneCellAnchor", 1, 20, "No.2は見直し"),
        anchor("absoluteAnchor", 0, 0, "No.2は見直し"),
    ],
)
def test_drawing_anywhere_raises_doubt(tmp_path: Path, drawn: str) -> None:
    workbook_path = write(tmp_path / "a.xlsx", book_rows(THREE, {1: stated("継続")}))
    _add_drawing(workbook_path, drawn)
    assert doubtful(
        with_difference_doubts(match(opened(workbook_path).opinions, THREE, FORM), FORM)
    ) == [2]


def _add_drawing(path: Path, drawn: str) -> None:
    """Add a drawing to the first sheet."""
    base = "http://schemas.openxmlformats.org/"
    relations = (
        f'<Relationships xmlns="{base}package/2006/relationships"><Relationship Id="rIdD" '
        f'Type="{base}officeDocument/2006/relationships/drawing" '
        'Target="../drawings/drawing1.xml"/></Relationships>'
    )
    drawing = (
        f'<xdr:wsDr xmlns:xdr="{base}drawingml/2006/spreadsheetDrawing" '
        f'xmlns:a="{base}drawingml/2006/main" '
        f'xmlns:mc="{base}markup-compatibility/2006">{drawn}</xdr:wsDr>'
    )
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/worksheets/_rels/sheet1.xml.rels", relations)
        archive.writestr("xl/drawings/drawing1.xml", drawing)


# ---- formatting of the words


def formatted(**formats: Any) -> Change:
    def change(sheet: Any) -> None:
        for name, setting in formats.items():
            setattr(sheet[OPINION], name, setting)

    return change


def make_row_low(sheet: Any) -> None:
    sheet.row_dimensions[FIRST_ROW].height = 0.5


def make_column_narrow(sheet: Any) -> None:
    sheet.column_dimensions["D"].width = 0.3


def conditional_format(**formats: Any) -> Change:
    return lambda sheet: sheet.conditional_formatting.add(
        "D1:D99",
        FormulaRule(formula=["TRUE"], **formats),  # type: ignore[no-untyped-call]
    )


@pytest.mark.parametrize(
    "change",
    [
        formatted(font=Font(color="FDFDFD")),
        formatted(font=Font(color="FFC000"), fill=PatternFill("solid", fgColor="FFC000")),
        formatted(border=Border(diagonal=Side("thin"), diagonalDown=True)),
        formatted(number_format='@"しない"'),
        formatted(number_format='0;0;0;"見直し"'),
        formatted(number_format="0;0;0;"),
        formatted(font=Font(color=Color(theme=0, tint=-0.05))),
        formatted(
            font=Font(color=Color(theme=4)), fill=PatternFill("solid", fgColor=Color(theme=4))
        ),
        formatted(fill=PatternFill("solid", fgColor="000000")),
        formatted(fill=PatternFill("solid", fgColor="FF101010")),
        formatted(font=Font(color="000000"), fill=GradientFill(stop=("FFFFFFFF", "FF000001"))),
        value(OPINION, CellRichText(TextBlock(InlineFont(color=Color("FFFFFFFF")), "継続"))),
        value(OPINION, CellRichText(TextBlock(InlineFont(sz=1), "継"), "続")),
        conditional_format(font=Font(strike=True)),
        conditional_format(font=Font(color="FFFFFF")),
        conditional_format(fill=PatternFill(bgColor="FF000001")),
        make_row_low,
        make_column_narrow,
    ],
)
def test_hidden_or_crossed_out_word_raises_doubt(tmp_path: Path, change: Change) -> None:
    assert 1 in doubtful(read(tmp_path, change))


@pytest.mark.parametrize(
    "change",
    [
        formatted(font=Font(color="FFFFFF"), fill=PatternFill("solid", fgColor="000080")),
        formatted(font=Font(color=Color(theme=1, tint=0.25))),
        formatted(
            font=Font(color=Color(theme=0)), fill=PatternFill("solid", fgColor=Color(theme=1))
        ),
        value(
            OPINION, CellRichText(TextBlock(InlineFont(color=Color("FFFF0000"), b=True), "継続"))
        ),
        formatted(number_format="@"),
        formatted(number_format='_ * #,##0_ ;_ * "-"_ ;_ @_ '),
        formatted(number_format='0"点"'),
        conditional_format(fill=PatternFill(bgColor="FF0000")),
        value(OPINION, "継続\u200b"),
    ],
)
def test_readable_word_is_accepted(tmp_path: Path, change: Change) -> None:
    opinions = read(tmp_path, change)
    assert (doubtful(opinions), opinions[1].fills) == ([], stated("継続"))


def add_rules(path: Path, rules: str) -> None:
    """Add rules to the end of the first sheet's XML."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = "xl/worksheets/sheet1.xml"
    parts[part] = parts[part].replace(b"</worksheet>", f"{rules}</worksheet>".encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    ("inside", "is_asked"), [("<font><strike/></font>", True), ("<fill/>", False)]
)
def test_conditional_format_that_refers_to_another_sheet_is_checked(
    tmp_path: Path, inside: str, *, is_asked: bool
) -> None:
    workbook_path = write(tmp_path / "a.xlsx", book_rows(THREE, {1: stated("継続")}))
    rules = (
        '<extLst><ext xmlns:x14="urn:a" xmlns:xm="urn:b"><x14:conditionalFormattings>'
        f"<x14:conditionalFormatting><x14:cfRule><xm:f>A!A1</xm:f><x14:dxf>{inside}</x14:dxf>"
        "</x14:cfRule><xm:sqref>D5:D7</xm:sqref></x14:conditionalFormatting>"
        "</x14:conditionalFormattings></ext></extLst>"
    )
    add_rules(workbook_path, rules)
    assert doubtful(
        with_difference_doubts(match(opened(workbook_path).opinions, THREE, FORM), FORM)
    ) == ([1] if is_asked else [])


def test_threaded_comment_without_its_plain_copy_raises_doubt(
    tmp_path: Path,
) -> None:
    workbook_path = write(tmp_path / "a.xlsx", book_rows(THREE, {1: stated("継続")}))
    base = "http://schemas.microsoft.com/office/"
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rIdT" Type="{base}2017/10/relationships/threadedComment" '
        'Target="../threadedComments/threadedComment1.xml"/></Relationships>'
    )
    threads = (
        f'<ThreadedComments xmlns="{base}spreadsheetml/2018/threadedcomments">'
        f'<threadedComment ref="{NEXT}"><text>やはり見直し</text></threadedComment>'
        "</ThreadedComments>"
    )
    with zipfile.ZipFile(workbook_path, "a") as archive:
        archive.writestr("xl/worksheets/_rels/sheet1.xml.rels", relation)
        archive.writestr("xl/threadedComments/threadedComment1.xml", threads)
    assert doubtful(
        with_difference_doubts(match(opened(workbook_path).opinions, THREE, FORM), FORM)
    ) == [2]


# ---- settled


@pytest.mark.parametrize("mark", ["確認済", "済", "○", "✓"])
def test_settled_opinion_is_accepted_despite_a_note_next_to_it(tmp_path: Path, mark: str) -> None:
    changes = (value(SETTLED, mark), value(f"N{FIRST_ROW}", "要確認"))
    assert doubtful(read(tmp_path, *changes, kind=BookKind.RESULTS)) == []


@pytest.mark.parametrize(
    "change",
    [
        formatted(font=Font(strike=True)),
        lambda sheet: setattr(sheet[SETTLED], "font", Font(strike=True)),
        value(OPINION, "=1/0"),
        value(SETTLED, "x"),
        value(SETTLED, "未確認"),
    ],
)
def test_settled_answer_that_is_struck_or_withdrawn_raises_doubt(
    tmp_path: Path, change: Change
) -> None:
    changes = (value(SETTLED, "確認済"), value(f"N{FIRST_ROW}", "要確認"), change)
    opinions = read(tmp_path, *changes, kind=BookKind.RESULTS)
    assert doubtful(opinions) == [1]
