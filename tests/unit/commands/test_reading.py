from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from support.forms import form_in, put_form, put_table
from support.masters import HEADERS, row, write_master

from pipeline.base.errors import ComponentMissing, InputUnreadable, UsageMistake
from pipeline.commands.reading import read_intake
from pipeline.model.findings import Finding, from_error
from pipeline.model.request import Source

ODD = "取組を廃止する。"
_REQUIRED = (
    "progress",
    "feasibility",
    "regional_merit",
    "letter",
    "label",
    "reason",
    "proposal",
)


def found_in(master: Path) -> tuple[Finding, ...]:
    return read_intake(Source(master.parent, master), "shiryo1").findings


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("No.2 協議済", "協議済"),
        ("No.2　説明と方針の違い: 協議済", "説明と方針の違い: 協議済"),
        ("№２ 協議済", "協議済"),
        ("２番、協議済", "協議済"),
    ],
)
def test_the_meeting_sheet_accepts_a_finding(tmp_path: Path, written: str, reason: str) -> None:
    master = write_master(
        tmp_path / "台帳.xlsx",
        [row(1, reason=ODD), row(2, reason=ODD)],
        meeting={"資料番号": "資料１", "確認済": written},
    )
    assert [(f.project, f.accepted) for f in found_in(master)] == [(1, None), (2, reason)]


def test_an_acceptance_without_a_number_is_told_with_its_cell(tmp_path: Path) -> None:
    master = write_master(tmp_path / "台帳.xlsx", [row(1)], meeting={"確認済": "協議済"})
    (found,) = found_in(master)
    assert (found.code, found.sheet, found.cell) == ("acceptance-unreadable", "会議情報", "B1")


def test_the_column_accepts_what_reading_found_too(tmp_path: Path) -> None:
    master = write_master(
        tmp_path / "台帳.xlsx",
        [row(1, label=None, letter="J", feasibility=1, accepted="確認した")],
        headers={**HEADERS, "accepted": "確認済"},
    )
    found = {f.code: f.accepted for f in found_in(master)}
    assert found == {"judgement-incomplete": "確認した"}


def test_what_one_row_lacks_is_one_finding_with_every_column(tmp_path: Path) -> None:
    master = write_master(
        tmp_path / "台帳.xlsx",
        [
            row(1),
            row(2, name="備考のみ") | dict.fromkeys(("no", *_REQUIRED)),
            row(2, progress=None),
            *map(row, range(3, 7)),
        ],
    )
    findings = found_in(master)
    assert [(found.code, found.cell, found.project) for found in findings if found.blocks] == [
        ("row-incomplete", "A3", None),
        ("score-empty", "C4", 2),
    ]
    (told, _) = (found for found in findings if found.blocks)
    assert (
        "「備考のみ」の行には、空の欄が 7 個あります（No〔A3〕、③進捗状況〔C3〕、" in told.message
    )
    assert "事務局案（説明）〔H3〕、事務局案（方針）〔I3〕" in told.message
    # Nothing of the row is told beside it.
    assert not [found for found in findings if found is not told and found.cell in {"H3", "F3"}]


def test_one_bad_row_of_the_judgement_table_is_told_once_and_not_of_every_project(
    tmp_path: Path,
) -> None:
    master = write_master(tmp_path / "台帳.xlsx", [row(1), row(2)])
    book = openpyxl.load_workbook(master)
    sheet = book.create_sheet("判定表")
    sheet.append(["⑤実現可能性", "⑥広域メリット", "判定", "判定区分"])
    sheet.append(["四", 4, "A", "継続"])
    sheet.append([3, 4, "B", "継続"])
    book.save(master)
    intake = read_intake(Source(master.parent, master), "shiryo1")
    assert [(found.code, found.cell) for found in intake.findings] == [
        ("judgement-row-unreadable", "A2")
    ]
    assert intake.blocked


def test_the_fonts_of_the_form_say_which_characters_can_be_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    master = write_master(tmp_path / "台帳.xlsx", [row(1, name="𠀁の事業")])
    folder = form_in(tmp_path)
    monkeypatch.chdir(tmp_path)
    told = {}
    for css, fonts in {
        "two": 'html { font-family: "BIZ UDGothic", "IPAmjMincho" }',
        "one": 'html { font-family: "BIZ UDGothic" }',
        "own": "@font-face { font-family: A; src: url(a.ttf) } html { font-family: A }",
    }.items():
        for page in folder.glob("*.css"):
            page.write_text(fonts, encoding="utf-8")
        codes = {each.code for each in read_intake(Source(tmp_path, master), "shiryo1").findings}
        told[css] = sorted(codes - {"outside-cp932"})
    assert told == {"two": [], "one": ["glyph-missing"], "own": []}


# ---- which form a master is for

ANSWERS = 'title = "回答一覧"\ncolumns = [{ title = "番号", kind = "no" }, "意見", "回答"]'
LONGER = ANSWERS.replace('"回答"]', '"回答", "担当課"]')
TABLE: list[list[object]] = [["番号", "意見", "回答"], [1, "ア", "イ"]]


@pytest.fixture
def forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with forms of its own."""
    put_form(tmp_path, ANSWERS, "kaitou")
    put_form(tmp_path, LONGER, "kaitou_nagai")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def form_for(master: Path, asked: str | None = None) -> str:
    return read_intake(Source(master.parent, master), asked).form.name


def test_the_form_that_the_headers_complete_is_taken(forms: Path) -> None:
    assert form_for(put_table(forms / "a.xlsx", TABLE)) == "kaitou"
    assert form_for(write_master(forms / "b.xlsx", [row(1)])) == "shiryo1"


def test_of_two_complete_forms_the_one_that_explains_more_is_taken(forms: Path) -> None:
    longer = [[*TABLE[0], "担当課"], [*TABLE[1], "企画課"]]
    assert form_for(put_table(forms / "a.xlsx", longer)) == "kaitou_nagai"


def test_a_complete_form_is_taken_before_one_that_knows_more_and_lacks_something(
    forms: Path,
) -> None:
    wide = ANSWERS.replace("]", ', "担当課", "期限", "備考", "根拠"]')
    put_form(forms, wide, "wide")
    told: list[list[object]] = [
        ["番号", "意見", "回答", "期限", "備考", "根拠"],
        [1, "ア", "イ", "ウ", "エ", "オ"],
    ]
    assert form_for(put_table(forms / "a.xlsx", told)) == "kaitou"


def test_the_line_of_the_meeting_sheet_comes_before_the_headers(forms: Path) -> None:
    put_form(forms, ANSWERS, "kaitou2")
    master = put_table(forms / "a.xlsx", TABLE)
    book = openpyxl.load_workbook(master)
    book.create_sheet("会議情報").append(["様式", "kaitou2"])
    book.save(master)
    assert form_for(master) == "kaitou2"


def test_what_is_asked_for_comes_before_everything(forms: Path) -> None:
    master = write_master(forms / "a.xlsx", [row(1)], meeting={"様式": "kaitou"})
    assert form_for(master, "shiryo1") == "shiryo1"


def test_a_form_that_is_named_in_the_workbook_and_does_not_exist_is_told(forms: Path) -> None:
    master = write_master(forms / "a.xlsx", [row(1)], meeting={"様式": "kaito"})
    with pytest.raises(UsageMistake) as caught:
        form_for(master)
    assert caught.value.code == "form-unknown"
    assert "もしかして「kaitou」ですか" in from_error(caught.value).message


def test_a_tie_is_told_with_the_names_and_never_guessed(forms: Path) -> None:
    put_form(forms, ANSWERS.replace("一覧", "表"), "kaitou2")
    master = put_table(forms / "a.xlsx", TABLE)
    with pytest.raises(UsageMistake) as caught:
        form_for(master)
    assert caught.value.code == "form-tie"
    assert "kaitou、kaitou2" in from_error(caught.value).message


def test_where_no_form_is_complete_what_the_nearest_lacks_is_told(forms: Path) -> None:
    headers = {**HEADERS, "reason": "なにか"}
    master = write_master(forms / "a.xlsx", [row(1)], headers=headers)
    intake = read_intake(Source(forms, master), None)
    assert intake.form.name == "shiryo1"
    assert [each.code for each in intake.findings if each.blocks] == ["column-missing"]


def test_a_master_that_fits_no_form_says_which_headers_were_looked_for(forms: Path) -> None:
    master = put_table(forms / "a.xlsx", [["あ", "い"], [1, 2]])
    with pytest.raises(InputUnreadable) as caught:
        form_for(master)
    assert caught.value.code == "table-not-found"


def test_a_broken_form_is_a_warning_where_another_one_is_complete(forms: Path) -> None:
    put_form(forms, "title = 3", "broken")
    intake = read_intake(Source(forms, put_table(forms / "a.xlsx", TABLE)), None)
    assert intake.form.name == "kaitou"
    (told,) = (found for found in intake.findings if found.code == "form-skipped")
    assert (told.severity.value, "broken" in told.message) == ("warning", True)
    assert "1 行目: 「title」には文字列を書きます" in told.message
    assert "「kaitou」" in told.message


def test_a_broken_form_stops_where_no_other_one_is_complete(forms: Path) -> None:
    put_form(forms, "title = 3", "broken")
    with pytest.raises(ComponentMissing) as caught:
        form_for(put_table(forms / "a.xlsx", [["番号", "意見"], [1, "ア"]]))
    assert caught.value.code == "form-broken"


def test_a_tie_beside_a_broken_form_tells_both(forms: Path) -> None:
    put_form(forms, "title = 3", "broken")
    put_form(forms, ANSWERS, "kaitou2")
    with pytest.raises(UsageMistake) as caught:
        form_for(put_table(forms / "a.xlsx", TABLE))
    assert "kaitou、kaitou2、" in from_error(caught.value).message
    assert "broken/form.toml は読み取れません" in from_error(caught.value).message
