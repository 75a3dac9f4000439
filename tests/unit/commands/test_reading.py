from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from support.masters import HEADERS, row, write_master
from support.records import seed_form

from pipeline.commands.reading import take_in
from pipeline.model.findings import Finding
from pipeline.model.form import Form
from pipeline.model.request import Source

ODD = "取組を廃止する。"


def found_in(master: Path) -> tuple[Finding, ...]:
    return take_in(Source(master.parent, master), seed_form()).findings


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
        [row(1, text=ODD), row(2, text=ODD)],
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
    intake = take_in(Source(master.parent, master), seed_form())
    assert [(found.code, found.cell) for found in intake.findings] == [
        ("judgement-row-unreadable", "A2")
    ]
    assert intake.blocked


def test_the_fonts_of_the_form_say_which_characters_can_be_drawn(tmp_path: Path) -> None:
    master = write_master(tmp_path / "台帳.xlsx", [row(1, name="𠀁の事業")])
    folder = tmp_path / "様式"
    shutil.copytree(seed_form().folder, folder)
    form = Form(folder, seed_form().file)
    told = {}
    for css, fonts in {
        "two": 'html { font-family: "BIZ UDGothic", "IPAmjMincho" }',
        "one": 'html { font-family: "BIZ UDGothic" }',
        "own": "@font-face { font-family: A; src: url(a.ttf) } html { font-family: A }",
    }.items():
        for page in folder.glob("*.css"):
            page.write_text(fonts, encoding="utf-8")
        codes = {each.code for each in take_in(Source(tmp_path, master), form).findings}
        told[css] = sorted(codes - {"outside-cp932"})
    assert told == {"two": [], "one": ["glyph-missing"], "own": []}
