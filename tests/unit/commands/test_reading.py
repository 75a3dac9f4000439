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

CONTRADICTING_REASON = "取組を廃止する。"
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
    return read_intake(Source(master.parent, master, "shiryo1")).findings


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("No.2 協議済", "協議済"),
        ("No.2　説明と方針の違い: 協議済", "説明と方針の違い: 協議済"),
        ("№２ 協議済", "協議済"),
        ("２番、協議済", "協議済"),
    ],
)
def test_meeting_sheet_can_accept_a_finding(tmp_path: Path, written: str, reason: str) -> None:
    master = write_master(
        tmp_path / "台帳.xlsx",
        [row(1, reason=CONTRADICTING_REASON), row(2, reason=CONTRADICTING_REASON)],
        meeting={"資料番号": "資料１", "確認済": written},
    )
    assert [(f.project, f.accepted) for f in found_in(master)] == [(1, None), (2, reason)]


def test_acceptance_without_a_number_is_reported_with_its_cell(tmp_path: Path) -> None:
    master = write_master(tmp_path / "台帳.xlsx", [row(1)], meeting={"確認済": "協議済"})
    (found,) = found_in(master)
    assert (found.code, found.sheet, found.cell) == ("acceptance-unreadable", "会議情報", "B1")


def test_column_can_accept_a_finding_of_the_reader(tmp_path: Path) -> None:
    master = write_master(
        tmp_path / "台帳.xlsx",
        [row(1, label=None, letter="J", feasibility=1, accepted="確認した")],
        headers={**HEADERS, "accepted": "確認済"},
    )
    found = {f.code: f.accepted for f in found_in(master)}
    assert found == {"judgement-incomplete": "確認した"}


def test_empty_cells_of_one_row_are_one_finding(tmp_path: Path) -> None:
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
    (incomplete, _) = (found for found in findings if found.blocks)
    assert (
        "「備考のみ」の行には、空の欄が 7 個あります（No〔A3〕、③進捗状況〔C3〕、"
        in incomplete.message
    )
    assert "事務局案（説明）〔H3〕、事務局案（方針）〔I3〕" in incomplete.message
    # No other finding of the row is reported.
    assert not [
        found for found in findings if found is not incomplete and found.cell in {"H3", "F3"}
    ]


def test_bad_row_of_the_judgement_table_is_reported_once(
    tmp_path: Path,
) -> None:
    master = write_master(tmp_path / "台帳.xlsx", [row(1), row(2)])
    book = openpyxl.load_workbook(master)
    sheet = book.create_sheet("判定表")
    sheet.append(["⑤実現可能性", "⑥広域メリット", "判定", "判定区分"])
    sheet.append(["四", 4, "A", "継続"])
    sheet.append([3, 4, "B", "継続"])
    book.save(master)
    intake = read_intake(Source(master.parent, master, "shiryo1"))
    assert [(found.code, found.cell) for found in intake.findings] == [
        ("judgement-row-unreadable", "A2")
    ]
    assert intake.blocked


def test_characters_are_checked_with_the_fonts_of_the_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    master = write_master(tmp_path / "台帳.xlsx", [row(1, name="𠀁の事業")])
    folder = form_in(tmp_path)
    monkeypatch.chdir(tmp_path)
    reported = {}
    for css, fonts in {
        "two": 'html { font-family: "BIZ UDGothic", "IPAmjMincho" }',
        "one": 'html { font-family: "BIZ UDGothic" }',
        "own": "@font-face { font-family: A; src: url(a.ttf) } html { font-family: A }",
    }.items():
        for page in folder.glob("*.css"):
            page.write_text(fonts, encoding="utf-8")
        codes = {each.code for each in read_intake(Source(tmp_path, master, "shiryo1")).findings}
        reported[css] = sorted(codes - {"outside-cp932"})
    assert reported == {"two": [], "one": ["glyph-missing"], "own": []}


# ---- which form a master is for

ANSWERS = 'title = "回答一覧"\ncolumns = [{ title = "番号", kind = "no" }, "意見", "回答"]'
LONGER = ANSWERS.replace('"回答"]', '"回答", "担当課"]')
TABLE: list[list[object]] = [["番号", "意見", "回答"], [1, "ア", "イ"]]


@pytest.fixture
def forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with its own forms."""
    put_form(tmp_path, ANSWERS, "kaitou")
    put_form(tmp_path, LONGER, "kaitou_nagai")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def form_for(master: Path, requested: str | None = None) -> str:
    return read_intake(Source(master.parent, master, requested)).form.name


def test_form_that_matches_the_headers_completely_is_used(forms: Path) -> None:
    assert form_for(put_table(forms / "a.xlsx", TABLE)) == "kaitou"
    assert form_for(write_master(forms / "b.xlsx", [row(1)])) == "shiryo1"


def test_complete_form_that_matches_more_columns_is_used(forms: Path) -> None:
    longer = [[*TABLE[0], "担当課"], [*TABLE[1], "企画課"]]
    assert form_for(put_table(forms / "a.xlsx", longer)) == "kaitou_nagai"


def test_complete_form_is_preferred_to_a_larger_incomplete_one(
    forms: Path,
) -> None:
    wide = ANSWERS.replace("]", ', "担当課", "期限", "備考", "根拠"]')
    put_form(forms, wide, "wide")
    table: list[list[object]] = [
        ["番号", "意見", "回答", "期限", "備考", "根拠"],
        [1, "ア", "イ", "ウ", "エ", "オ"],
    ]
    assert form_for(put_table(forms / "a.xlsx", table)) == "kaitou"


def test_meeting_sheet_overrides_the_headers(forms: Path) -> None:
    put_form(forms, ANSWERS, "kaitou2")
    master = put_table(forms / "a.xlsx", TABLE)
    book = openpyxl.load_workbook(master)
    book.create_sheet("会議情報").append(["様式", "kaitou2"])
    book.save(master)
    assert form_for(master) == "kaitou2"


def test_requested_form_overrides_the_meeting_sheet(forms: Path) -> None:
    master = write_master(forms / "a.xlsx", [row(1)], meeting={"様式": "kaitou"})
    assert form_for(master, "shiryo1") == "shiryo1"


def test_unknown_form_named_in_the_workbook_is_an_error(forms: Path) -> None:
    master = write_master(forms / "a.xlsx", [row(1)], meeting={"様式": "kaito"})
    with pytest.raises(UsageMistake) as caught:
        form_for(master)
    assert caught.value.code == "form-unknown"
    assert "もしかして「kaitou」ですか" in from_error(caught.value).message


def test_tie_between_forms_is_an_error_with_their_names(forms: Path) -> None:
    put_form(forms, ANSWERS.replace("一覧", "表"), "kaitou2")
    master = put_table(forms / "a.xlsx", TABLE)
    with pytest.raises(UsageMistake) as caught:
        form_for(master)
    assert caught.value.code == "form-tie"
    assert "kaitou、kaitou2" in from_error(caught.value).message


def test_missing_column_of_the_best_form_is_reported(forms: Path) -> None:
    headers = {**HEADERS, "reason": "なにか"}
    master = write_master(forms / "a.xlsx", [row(1)], headers=headers)
    intake = read_intake(Source(forms, master))
    assert intake.form.name == "shiryo1"
    assert [each.code for each in intake.findings if each.blocks] == ["column-missing"]


def test_master_that_fits_no_form_is_an_error(forms: Path) -> None:
    master = put_table(forms / "a.xlsx", [["あ", "い"], [1, 2]])
    with pytest.raises(InputUnreadable) as caught:
        form_for(master)
    assert caught.value.code == "table-not-found"


def test_broken_form_is_a_warning_if_another_form_is_complete(forms: Path) -> None:
    put_form(forms, "title = 3", "broken")
    intake = read_intake(Source(forms, put_table(forms / "a.xlsx", TABLE)))
    assert intake.form.name == "kaitou"
    (skipped,) = (found for found in intake.findings if found.code == "form-skipped")
    assert (skipped.severity.value, "broken" in skipped.message) == ("warning", True)
    assert "1 行目: 「title」には文字列を書きます" in skipped.message
    assert "「kaitou」" in skipped.message


def test_broken_form_is_an_error_if_no_other_form_is_complete(forms: Path) -> None:
    put_form(forms, "title = 3", "broken")
    with pytest.raises(ComponentMissing) as caught:
        form_for(put_table(forms / "a.xlsx", [["番号", "意見"], [1, "ア"]]))
    assert caught.value.code == "form-broken"


def test_tie_also_lists_broken_forms(forms: Path) -> None:
    put_form(forms, "title = 3", "broken")
    put_form(forms, ANSWERS, "kaitou2")
    with pytest.raises(UsageMistake) as caught:
        form_for(put_table(forms / "a.xlsx", TABLE))
    assert "kaitou、kaitou2、" in from_error(caught.value).message
    assert "broken/form.toml は読み取れません" in from_error(caught.value).message
