"""A filled-in workbook: what stands beside the words, and how they look, is asked."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Border, Font, PatternFill, Side
from support.books import FIRST_ROW, book_rows, identity, opened, write
from support.records import project, records, seed_form
from support.records import said as answer

from pipeline.model.collected import BookKind, Said
from pipeline.model.fills import is_blank
from pipeline.opinions.match import in_doubt, match

FORM = seed_form()
THREE = records(*(project(no, name=f"{no}番目の取組") for no in (1, 2, 3)))
# Cells of No.1 and of No.2; the header stands in the row above.
OPINION, REMARK, NEXT = f"D{FIRST_ROW}", f"E{FIRST_ROW}", f"D{FIRST_ROW + 1}"
SETTLED = f"G{FIRST_ROW}"

Change = Callable[[Any], None]


def read(path: Path, *changes: Change, kind: BookKind = BookKind.ENTRY) -> dict[int, Said]:
    """What a workbook says of each project after changes of its sheet; No.1 is 継続."""
    made = write(path / "a.xlsx", book_rows(THREE, {1: answer("継続")}), identity(kind))
    book = openpyxl.load_workbook(made)
    for change in changes:
        change(book.worksheets[0])
    book.save(made)
    return in_doubt(match(opened(made).said, THREE, FORM), FORM)


def asked(said: dict[int, Said]) -> list[int]:
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
        on_a_sheet_of_its_own,
    ],
)
def test_words_beside_an_empty_cell_are_asked(tmp_path: Path, change: Change) -> None:
    assert asked(read(tmp_path, change)) == [2]


def test_words_under_a_renamed_header_are_asked(tmp_path: Path) -> None:
    assert 2 in asked(read(tmp_path, renamed))


def test_a_note_that_speaks_of_nothing_and_an_empty_row_are_not_asked(tmp_path: Path) -> None:
    changes = (value("G1", "記録：事務局"), value("B20", "担当者の控え"))
    assert asked(read(tmp_path, *changes)) == []


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
    made = write(tmp_path / "a.xlsx", book_rows(THREE, {1: answer("継続")}))
    _draw(made, drawn)
    assert asked(in_doubt(match(opened(made).said, THREE, FORM), FORM)) == [2]


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
        rule(font=Font(strike=True)),
        rule(font=Font(color="FFFFFF")),
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
        look(number_format="@"),
        look(number_format='_ * #,##0_ ;_ * "-"_ ;_ @_ '),
        look(number_format='0"点"'),
        rule(fill=PatternFill(bgColor="FF0000")),
        value(OPINION, "継続\u200b"),
    ],
)
def test_a_word_that_can_be_read_is_taken(tmp_path: Path, change: Change) -> None:
    said = read(tmp_path, change)
    assert (asked(said), said[1].fills) == ([], answer("継続"))


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
