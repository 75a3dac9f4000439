"""The command ``new``: it makes a blank master and overwrites no file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from support.commands import shiryo


def test_new_master_is_filled_in_and_built(tmp_path: Path) -> None:
    (tmp_path / "inputs").mkdir()
    done = shiryo(tmp_path, "new", "--json")
    assert done.returncode == 0
    path = tmp_path / json.loads(done.stdout)["workbook"]
    assert path == tmp_path / "台帳_新規.xlsx"
    assert list((tmp_path / "inputs").iterdir()) == []
    book = openpyxl.load_workbook(path)
    values: list[Any] = [1, "図書館", 4, 4, 4, "A", "継続", "取組を続ける。", "継続", "継続"]
    for place, value in enumerate(values, start=1):
        book.worksheets[0].cell(2, place, value)
    book.save(tmp_path / "inputs" / path.name)
    report = json.loads(shiryo(tmp_path, "build", "--json", "--format", "docx").stdout)
    assert [each["edition"] for each in report["files"]] == [
        *("meeting", "results"),
        *("summary", "minutes", "reference"),
    ]
    assert [each["code"] for each in report["findings"]] == [
        *("opinions-present", "judgement-unconfirmed")
    ]


def test_second_new_master_gets_a_number(tmp_path: Path) -> None:
    (tmp_path / "台帳_新規.xlsx").write_bytes("記入済み".encode())
    for _ in range(2):
        assert shiryo(tmp_path, "new").returncode == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        *("台帳_新規.xlsx", "台帳_新規-2.xlsx", "台帳_新規-3.xlsx"),
    }
    assert (tmp_path / "台帳_新規.xlsx").read_bytes() == "記入済み".encode()


@pytest.mark.parametrize(
    ("target", "status", "words"),
    [
        ("台帳.xlsx", 5, "すでにある"),
        ("台帳.csv", 2, ".xlsx"),
        ("ある/台帳.xlsx", 5, "書き込めません"),
    ],
)
def test_unwritable_name_is_refused(tmp_path: Path, target: str, status: int, words: str) -> None:
    (tmp_path / "台帳.xlsx").write_bytes(b"x")
    (tmp_path / "ある").write_bytes(b"a file")
    done = shiryo(tmp_path, "new", target)
    assert done.returncode == status
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "台帳.xlsx").read_bytes() == b"x"


def test_new_accepts_a_path_and_refuses_an_unknown_form(tmp_path: Path) -> None:
    assert shiryo(tmp_path, "new", "inputs/新しい台帳.xlsx").returncode == 0
    assert (tmp_path / "inputs" / "新しい台帳.xlsx").is_file()
    done = shiryo(tmp_path, "new", "--form", "ない")
    assert done.returncode == 2
    assert "shiryo1" in done.stderr
