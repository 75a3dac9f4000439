from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.errors import InputUnreadable, UsageMistake
from pipeline.stations.find import find


def put(folder: Path, name: str, age: int) -> Path:
    path = folder / name
    path.write_bytes(b"x")
    os.utime(path, (1_000_000 - age, 1_000_000 - age))
    return path


def test_the_newest_workbook_is_taken(tmp_path: Path) -> None:
    put(tmp_path, "古い.xlsx", age=10)
    newest = put(tmp_path, "新しい.ods", age=0)
    assert find(tmp_path) == newest


@pytest.mark.parametrize("name", ["~$台帳.xlsx", ".台帳.xlsx", "メモ.txt", "台帳.map.toml"])
def test_lock_files_and_other_files_are_no_masters(tmp_path: Path, name: str) -> None:
    master = put(tmp_path, "台帳.xlsx", age=10)
    put(tmp_path, name, age=0)
    assert find(tmp_path) == master


def test_workbooks_in_folders_below_are_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "見本").mkdir()
    put(tmp_path / "見本", "見本.xlsx", age=0)
    with pytest.raises(InputUnreadable) as caught:
        find(tmp_path)
    assert caught.value.code == "no-workbook"


def test_two_equally_new_ones_are_not_guessed_between(tmp_path: Path) -> None:
    put(tmp_path, "甲.xlsx", age=0)
    put(tmp_path, "乙.xlsx", age=0)
    with pytest.raises(UsageMistake) as caught:
        find(tmp_path)
    assert caught.value.code == "workbooks-equally-new"
    assert "甲.xlsx" in str(caught.value.params["names"])
    assert "乙.xlsx" in str(caught.value.params["names"])


def test_a_missing_folder_is_told_like_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable) as caught:
        find(tmp_path / "ない")
    assert caught.value.code == "no-workbook"


def test_a_workbook_that_was_asked_for_must_exist(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable) as caught:
        find(tmp_path, tmp_path / "ない.xlsx")
    assert caught.value.code == "workbook-missing"
