"""A filled-in workbook: what stands beside the words, and how they look, is asked."""

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
from pipeline.opinions.match import in_doubt, match
from pipeline.workbooks.opinion_workbooks import write_book

FORM = seed_form()
THREE = records(*(project(no, name=f"{no}番目の取組") for no in (1, 2, 3)))
# Cells of No.1 and of No.2; the header stands in the row above.
OPINION, REMARK, NEXT = f"D{FIRST_ROW}", f"E{FIRST_ROW}", f"D{FIRST_ROW + 1}"
SETTLED = f"G{FIRST_ROW}"

Change = Callable[[Any], None]


def read(path: Path, *changes: Change, kind: BookKind = BookKind.ENTRY) -> dict[int, StatedOpinion]:
    """What a workbook says of each project after changes of its sheet; No.1 is 継続."""
    made = write(path / "a.xlsx", book_rows(THREE, {1: stated("継続")}), identity(kind))
    book = openpyxl.load_workbook(made)
    for change in changes:
        change(book.worksheets[0])
    book.save(made)
    return in_doubt(match(opened(made).opinions, THREE, FORM), FORM)


def asked(said: dict[int, StatedOpinion]) -> list[int]:
    return [no for no, each in sorted(said.items()) if each.doubts]


def value(address: str, text: object) -> Change:
    return lambda sheet: sheet.__setitem__(address, text)


def note(address: str, text: str) -> Change:
    return lambda sheet: setattr(sheet[address], "comment", Comment(text, "委員"))


def test_plain_words_are_taken_without_a_question(tmp_path: Path) -> None:
    said = read(tmp_path)
    assert (asked(said), [is_blank(each.fills) for each in said.values()]) == (
        [],
        [False, True, True],
    )


@pytest.mark.parametrize("address", ["G2", "B30"])
def test_a_note_on_a_copy_of_the_sheet_is_asked(tmp_path: Path, address: str) -> None:
    def on_a_copy(sheet: Any) -> None:
        sheet.parent.copy_worksheet(sheet)[address] = "No.1は見直し"

    assert asked(read(tmp_path, on_a_copy)) == [1]


# ---- what speaks of a row from beside its cells, empty ones too


def renamed(sheet: Any) -> None:
    sheet[f"D{FIRST_ROW - 1}"], sheet[NEXT] = "委員Ａ", "見直し"


def filled_in_a_copy(sheet: Any) -> None:
    copy = sheet.parent.copy_worksheet(sheet)
    copy[NEXT] = "見直し"


def beside_a_copy(sheet: Any) -> None:
    sheet.parent.copy_worksheet(sheet)[f"H{FIRST_ROW + 1}"] = "見直し"


def a_formula_in_a_copy(sheet: Any) -> None:
    sheet.parent.copy_worksheet(sheet)[NEXT] = "=C6"


def a_formula_merged_down(sheet: Any) -> None:
    sheet[OPINION] = "=C5"
    sheet.merge_cells(f"{OPINION}:{NEXT}")


def on_a_sheet_of_its_own(sheet: Any) -> None:
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
        filled_in_a_copy,
        beside_a_copy,
        a_formula_in_a_copy,
        on_a_sheet_of_its_own,
    ],
)
def test_words_beside_an_empty_cell_are_asked(tmp_path: Path, change: Change) -> None:
    assert asked(read(tmp_path, change)) == [2]


def test_a_formula_that_is_merged_over_two_projects_is_asked_of_both(tmp_path: Path) -> None:
    assert asked(read(tmp_path, a_formula_merged_down)) == [1, 2]


def test_words_under_a_renamed_header_are_asked(tmp_path: Path) -> None:
    assert 2 in asked(read(tmp_path, renamed))


def test_a_note_that_speaks_of_nothing_and_an_empty_row_are_not_asked(tmp_path: Path) -> None:
    changes = (value("G1", "記録：事務局"), value("B20", "担当者の控え"))
    assert asked(read(tmp_path, *changes)) == []


def on_the_sheet_about_it(sheet: Any) -> None:
    sheet.parent.worksheets[-1]["D2"] = "No.2は見直しとする"


def below_the_sheet_about_it(sheet: Any) -> None:
    about = sheet.parent.worksheets[-1]
    about.cell(about.max_row + 2, 1).value = "No.2は見直しとする"


@pytest.mark.parametrize("change", [on_the_sheet_about_it, below_the_sheet_about_it])
def test_a_note_on_the_sheet_about_the_workbook_is_asked(tmp_path: Path, change: Change) -> None:
    assert asked(read(tmp_path, change)) == [2]


@pytest.mark.parametrize("address", ["A1", "A2", "A3"])
@pytest.mark.parametrize("text", ["第１回の結果", "全件、案のとおりとする。"])
def test_a_changed_line_above_the_table_is_asked_for_every_project(
    tmp_path: Path, address: str, text: str
) -> None:
    assert asked(read(tmp_path, value(address, text))) == [1, 2, 3]


@pytest.mark.parametrize(
    "change",
    [
        note(f"D{FIRST_ROW - 1}", "委員長の控え"),
        lambda sheet: setattr(sheet[f"D{FIRST_ROW - 1}"], "font", Font(strike=True)),
        lambda sheet: setattr(sheet[f"D{FIRST_ROW - 1}"], "font", Font(color="FEFEFE")),
    ],
)
def test_a_header_with_a_comment_or_struck_is_asked(tmp_path: Path, change: Change) -> None:
    assert 1 in asked(read(tmp_path, change))


@pytest.mark.parametrize("address", ["B6", "E6", "J6"])
def test_a_row_typed_between_two_projects_is_asked_for_both(tmp_path: Path, address: str) -> None:
    def between(sheet: Any) -> None:
        sheet.insert_rows(FIRST_ROW + 1)
        sheet[address] = "便数を増やすこと。"

    assert asked(read(tmp_path, between)) == [1, 2]


@pytest.mark.parametrize("address", [f"B{FIRST_ROW + 1}", f"C{FIRST_ROW + 1}"])
def test_a_name_or_a_proposal_typed_over_is_asked_where_nothing_is_said(
    tmp_path: Path, address: str
) -> None:
    assert asked(read(tmp_path, value(address, "2番目の取組　→見直し"))) == [2]


def test_in_a_results_workbook_names_and_proposals_may_be_corrected(tmp_path: Path) -> None:
    change = value(f"C{FIRST_ROW}", "見直し")
    assert asked(read(tmp_path, change, kind=BookKind.RESULTS)) == []


def test_what_stands_in_no_row_is_listed_with_its_place(tmp_path: Path) -> None:
    made = write(tmp_path / "a.xlsx", book_rows(THREE))
    book = openpyxl.load_workbook(made)
    book.worksheets[0]["D30"] = "便数を増やすこと。"
    book.create_sheet("メモ")["B2"] = "時期を示すこと。"
    book.save(made)
    assert [(each.at, each.seen) for each in opened(made).notes] == [
        ("懇談会意見!30行目", "便数を増やすこと。"),
        ("メモ!B2", "時期を示すこと。"),
    ]


def test_a_note_beside_the_listed_edits_is_one_that_a_new_workbook_would_lose(
    tmp_path: Path,
) -> None:
    edits = (Edit(EditKind.CHANGED, "表題", "方針一覧", "方針一覧（修正版）"),)
    path = tmp_path / "a.xlsx"
    content = write_book(book_rows(THREE), identity(BookKind.RESULTS), MEETING, FORM, edits=edits)
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
def test_what_is_drawn_is_asked_wherever_it_stands(tmp_path: Path, drawn: str) -> None:
    made = write(tmp_path / "a.xlsx", book_rows(THREE, {1: stated("継続")}))
    _draw(made, drawn)
    assert asked(in_doubt(match(opened(made).opinions, THREE, FORM), FORM)) == [2]


def _draw(path: Path, drawn: str) -> None:
    """Put a drawing onto the first sheet."""
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


# ---- how the words look


def look(**looks: Any) -> Change:
    def change(sheet: Any) -> None:
        for name, each in looks.items():
            setattr(sheet[OPINION], name, each)

    return change


def low_row(sheet: Any) -> None:
    sheet.row_dimensions[FIRST_ROW].height = 0.5


def narrow_column(sheet: Any) -> None:
    sheet.column_dimensions["D"].width = 0.3


def rule(**looks: Any) -> Change:
    return lambda sheet: sheet.conditional_formatting.add(
        "D1:D99",
        FormulaRule(formula=["TRUE"], **looks),  # type: ignore[no-untyped-call]
    )


@pytest.mark.parametrize(
    "change",
    [
        look(font=Font(color="FDFDFD")),
        look(font=Font(color="FFC000"), fill=PatternFill("solid", fgColor="FFC000")),
        look(border=Border(diagonal=Side("thin"), diagonalDown=True)),
        look(number_format='@"しない"'),
        look(number_format='0;0;0;"見直し"'),
        look(number_format="0;0;0;"),
        look(font=Font(color=Color(theme=0, tint=-0.05))),
        look(font=Font(color=Color(theme=4)), fill=PatternFill("solid", fgColor=Color(theme=4))),
        look(fill=PatternFill("solid", fgColor="000000")),
        look(fill=PatternFill("solid", fgColor="FF101010")),
        look(font=Font(color="000000"), fill=GradientFill(stop=("FFFFFFFF", "FF000001"))),
        value(OPINION, CellRichText(TextBlock(InlineFont(color=Color("FFFFFFFF")), "継続"))),
        value(OPINION, CellRichText(TextBlock(InlineFont(sz=1), "継"), "続")),
        rule(font=Font(strike=True)),
        rule(font=Font(color="FFFFFF")),
        rule(fill=PatternFill(bgColor="FF000001")),
        low_row,
        narrow_column,
    ],
)
def test_a_word_that_is_hidden_or_crossed_out_is_asked(tmp_path: Path, change: Change) -> None:
    assert 1 in asked(read(tmp_path, change))


@pytest.mark.parametrize(
    "change",
    [
        look(font=Font(color="FFFFFF"), fill=PatternFill("solid", fgColor="000080")),
        look(font=Font(color=Color(theme=1, tint=0.25))),
        look(font=Font(color=Color(theme=0)), fill=PatternFill("solid", fgColor=Color(theme=1))),
        value(
            OPINION, CellRichText(TextBlock(InlineFont(color=Color("FFFF0000"), b=True), "継続"))
        ),
        look(number_format="@"),
        look(number_format='_ * #,##0_ ;_ * "-"_ ;_ @_ '),
        look(number_format='0"点"'),
        rule(fill=PatternFill(bgColor="FF0000")),
        value(OPINION, "継続\u200b"),
    ],
)
def test_a_word_that_can_be_read_is_taken(tmp_path: Path, change: Change) -> None:
    said = read(tmp_path, change)
    assert (asked(said), said[1].fills) == ([], stated("継続"))


def with_rules(path: Path, rules: str) -> None:
    """Rules at the end of the first sheet."""
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
def test_a_rule_that_speaks_of_another_sheet_is_looked_at(
    tmp_path: Path, inside: str, *, is_asked: bool
) -> None:
    made = write(tmp_path / "a.xlsx", book_rows(THREE, {1: stated("継続")}))
    rules = (
        '<extLst><ext xmlns:x14="urn:a" xmlns:xm="urn:b"><x14:conditionalFormattings>'
        f"<x14:conditionalFormatting><x14:cfRule><xm:f>A!A1</xm:f><x14:dxf>{inside}</x14:dxf>"
        "</x14:cfRule><xm:sqref>D5:D7</xm:sqref></x14:conditionalFormatting>"
        "</x14:conditionalFormattings></ext></extLst>"
    )
    with_rules(made, rules)
    assert asked(in_doubt(match(opened(made).opinions, THREE, FORM), FORM)) == (
        [1] if is_asked else []
    )


def test_a_comment_with_answers_is_asked_without_its_copy_among_the_plain_ones(
    tmp_path: Path,
) -> None:
    made = write(tmp_path / "a.xlsx", book_rows(THREE, {1: stated("継続")}))
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
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("xl/worksheets/_rels/sheet1.xml.rels", relation)
        archive.writestr("xl/threadedComments/threadedComment1.xml", threads)
    assert asked(in_doubt(match(opened(made).opinions, THREE, FORM), FORM)) == [2]


# ---- settled


@pytest.mark.parametrize("mark", ["確認済", "済", "○", "✓"])
def test_what_is_settled_is_taken_whatever_stands_beside_it(tmp_path: Path, mark: str) -> None:
    changes = (value(SETTLED, mark), value(f"N{FIRST_ROW}", "要確認"))
    assert asked(read(tmp_path, *changes, kind=BookKind.RESULTS)) == []


@pytest.mark.parametrize(
    "change",
    [
        look(font=Font(strike=True)),
        lambda sheet: setattr(sheet[SETTLED], "font", Font(strike=True)),
        value(OPINION, "=1/0"),
        value(SETTLED, "x"),
        value(SETTLED, "未確認"),
    ],
)
def test_a_settled_answer_that_is_struck_or_taken_back_is_asked(
    tmp_path: Path, change: Change
) -> None:
    changes = (value(SETTLED, "確認済"), value(f"N{FIRST_ROW}", "要確認"), change)
    said = read(tmp_path, *changes, kind=BookKind.RESULTS)
    assert asked(said) == [1]
