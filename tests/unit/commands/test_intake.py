from __future__ import annotations

from pathlib import Path

import openpyxl
from support.masters import row, write_master
from support.records import seed_form

from pipeline.commands.intake import Source, take_in


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
