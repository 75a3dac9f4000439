"""A file appears whole and replaces nothing that it was not told to."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any, NoReturn

import pytest

from pipeline.base.errors import OutputUnwritable
from pipeline.base.files import keep, keep_as, replace
from pipeline.model.findings import from_error


def test_a_taken_name_gets_a_number(tmp_path: Path) -> None:
    wanted = tmp_path / "新" / "当日入力.xlsx"
    names = [keep(content, wanted).name for content in (b"1", b"2", b"3")]
    assert names == ["当日入力.xlsx", "当日入力-2.xlsx", "当日入力-3.xlsx"]
    assert wanted.read_bytes() == b"1"


def test_a_file_is_replaced_in_one_step_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = keep(b"old", tmp_path / "a.xlsx")
    replace(b"new", path)
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]
    if os.name != "nt":
        assert path.stat().st_mode & 0o777 == 0o644


def failing(*_: Any) -> NoReturn:
    raise PermissionError(13, "拒否されました")


def test_what_can_not_be_replaced_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows a workbook that Excel holds open can't be replaced."""
    path = keep(b"old", tmp_path / "a.xlsx")
    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OutputUnwritable) as caught:
        replace(b"new", path)
    assert (caught.value.code, caught.value.params["reason"]) == (
        "file-unwritable",
        "アクセスが許可されていません",
    )
    with pytest.raises(OutputUnwritable):
        keep(b"new", tmp_path / "b.xlsx")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a.xlsx", b"old")]


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "output").write_text("x", encoding="utf-8")
    with pytest.raises(OutputUnwritable) as caught:
        keep(b"x", tmp_path / "output" / "a.xlsx")
    assert caught.value.exit_status == 5
    assert caught.value.params["reason"] == "output はフォルダーではありません"
    # ``new`` and ``check`` have no --output that this could advise.
    assert "--output" not in from_error(caught.value).message


def test_a_name_that_must_not_change_is_refused_where_it_is_taken(tmp_path: Path) -> None:
    path = keep_as(b"1", tmp_path / "中" / "台帳.xlsx")
    with pytest.raises(OutputUnwritable) as caught:
        keep_as(b"2", path)
    assert caught.value.code == "file-exists"
    assert path.read_bytes() == b"1"


def test_a_full_disk_is_told_in_japanese_and_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputUnwritable) as caught:
        keep_as(b"1", tmp_path / "台帳.xlsx")
    assert caught.value.params["reason"] == "空き容量がありません"
    assert list(tmp_path.iterdir()) == []
