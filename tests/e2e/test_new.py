"""``new`` from the outside: a master to fill in, and nothing written over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from support.commands import shiryo


def test_new_build_and_fill_in(tmp_path: Path) -> None:
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
    told = json.loads(shiryo(tmp_path, "build", "--json", "--format", "docx").stdout)
    assert [each["edition"] for each in told["files"]] == [
        *("meeting", "results"),
        *("summary", "minutes", "reference"),
    ]
    assert [each["code"] for each in told["findings"]] == [
        *("opinions-present", "judgement-unconfirmed")
    ]


def test_a_second_one_gets_a_number_and_the_first_is_untouched(tmp_path: Path) -> None:
    (tmp_path / "台帳_新規.xlsx").write_bytes("記入済み".encode())
    for _ in range(2):
        assert shiryo(tmp_path, "new").returncode == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        *("台帳_新規.xlsx", "台帳_新規-2.xlsx", "台帳_新規-3.xlsx"),
    }
    assert (tmp_path / "台帳_新規.xlsx").read_bytes() == "記入済み".encode()


@pytest.mark.parametrize(
    ("target", "status", "said"),
    [
        ("台帳.xlsx", 5, "すでにある"),
        ("台帳.csv", 2, ".xlsx"),
        ("ある/台帳.xlsx", 5, "書き込めません"),
    ],
)
def test_a_name_that_can_not_be_written_is_refused_in_a_sentence(
    tmp_path: Path, target: str, status: int, said: str
) -> None:
    (tmp_path / "台帳.xlsx").write_bytes(b"x")
    (tmp_path / "ある").write_bytes(b"a file")
    done = shiryo(tmp_path, "new", target)
    assert done.returncode == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "台帳.xlsx").read_bytes() == b"x"


def test_a_name_of_ones_own_and_a_form_of_ones_own(tmp_path: Path) -> None:
    assert shiryo(tmp_path, "new", "inputs/新しい台帳.xlsx").returncode == 0
    assert (tmp_path / "inputs" / "新しい台帳.xlsx").is_file()
    done = shiryo(tmp_path, "new", "--form", "ない")
    assert done.returncode == 2
    assert "shiryo1" in done.stderr
