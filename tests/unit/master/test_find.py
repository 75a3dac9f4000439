from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from support.books import book_rows, identity, write
from support.records import project, records

from pipeline.base.containers import Refusal, Refused, inspect
from pipeline.base.errors import InputUnreadable, UsageMistake
from pipeline.master.find import find, results_books, results_path, unmatched_results_books
from pipeline.model.collected import BookKind


def put(folder: Path, name: str, age: int) -> Path:
    path = folder / name
    path.write_bytes(b"x")
    os.utime(path, (1_000_000 - age, 1_000_000 - age))
    return path


def test_newest_workbook_is_used(tmp_path: Path) -> None:
    put(tmp_path, "古い.xlsx", age=10)
    newest = put(tmp_path, "新しい.ods", age=0)
    assert find(tmp_path) == newest


@pytest.mark.parametrize("name", ["~$台帳.xlsx", ".台帳.xlsx", "メモ.txt", "台帳.map.toml"])
def test_lock_files_and_other_files_are_not_masters(tmp_path: Path, name: str) -> None:
    master = put(tmp_path, "台帳.xlsx", age=10)
    put(tmp_path, name, age=0)
    assert find(tmp_path) == master


def test_workbooks_in_subfolders_are_ignored(tmp_path: Path) -> None:
    (tmp_path / "見本").mkdir()
    put(tmp_path / "見本", "見本.xlsx", age=0)
    with pytest.raises(InputUnreadable) as caught:
        find(tmp_path)
    assert caught.value.code == "no-workbook"


def test_two_equally_new_workbooks_are_an_error(tmp_path: Path) -> None:
    put(tmp_path, "甲.xlsx", age=0)
    put(tmp_path, "乙.xlsx", age=0)
    with pytest.raises(UsageMistake) as caught:
        find(tmp_path)
    assert caught.value.code == "workbooks-equally-new"
    assert "甲.xlsx" in str(caught.value.params["names"])
    assert "乙.xlsx" in str(caught.value.params["names"])


def test_missing_folder_is_reported_like_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable) as caught:
        find(tmp_path / "ない")
    assert caught.value.code == "no-workbook"


def test_requested_workbook_must_exist(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable) as caught:
        find(tmp_path, tmp_path / "ない.xlsx")
    assert caught.value.code == "workbook-missing"


@pytest.mark.parametrize("kind", BookKind)
def test_workbook_of_opinions_is_not_a_master_under_any_name(
    tmp_path: Path, kind: BookKind
) -> None:
    master = put(tmp_path, "台帳.xlsx", age=10)
    write(tmp_path / "記入済.xlsx", book_rows(records(project(1))), identity(kind))
    assert find(tmp_path) == master


def test_damaged_results_are_not_a_master_but_a_damaged_master_is(
    tmp_path: Path,
) -> None:
    master = put(tmp_path, "台帳.xlsx", age=10)
    put(tmp_path, "台帳_懇談会意見.xlsx", age=5)
    assert find(tmp_path) == master
    newest = put(tmp_path, "台帳_令和８年.xlsx", age=0)
    assert find(tmp_path) == newest


def test_results_have_the_name_of_the_master() -> None:
    assert results_path(Path("inputs/台帳.ods")) == Path("inputs/台帳_懇談会意見.xlsx")


def test_only_results_of_a_missing_master_are_unmatched(
    tmp_path: Path,
) -> None:
    for name in (
        "台帳",
        "台帳_懇談会意見-2",
        "旧台帳_懇談会意見",
        "~$旧台帳_懇談会意見",
        "_懇談会意見",
    ):
        put(tmp_path, f"{name}.xlsx", age=0)
    unmatched = unmatched_results_books(tmp_path / "台帳.xlsx")
    assert [path.stem for path in unmatched] == ["旧台帳_懇談会意見"]


def test_numbered_results_of_the_master_are_found(tmp_path: Path) -> None:
    for name in ("台帳", "台帳_懇談会意見-2", "台帳_懇談会意見-10", "台帳_懇談会意見"):
        put(tmp_path, f"{name}.xlsx", age=0)
    for name in ("台帳_懇談会意見入り", "台帳２_懇談会意見", "~$台帳_懇談会意見"):
        put(tmp_path, f"{name}.xlsx", age=0)
    assert [path.stem for path in results_books(tmp_path / "台帳.xlsx")] == [
        "台帳_懇談会意見",
        "台帳_懇談会意見-2",
        "台帳_懇談会意見-10",
    ]


def test_workbook_with_a_damaged_lzma_part_is_still_found(tmp_path: Path) -> None:
    path = tmp_path / "台帳.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>" * 100)
    content = bytearray(path.read_bytes())
    start = content.index(b"xl/workbook.xml") + len(b"xl/workbook.xml")
    content[start + 4 : start + 9] = b"\xff" * 5
    path.write_bytes(bytes(content))
    assert find(tmp_path) == path
    with pytest.raises(Refused) as caught:
        inspect(bytes(content), 2**20)
    assert caught.value.refusal is Refusal.DAMAGED


def test_unreadable_folder_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(InputUnreadable) as caught:
        find(tmp_path)
    assert (caught.value.code, caught.value.params["path"]) == ("file-unreadable", tmp_path)
