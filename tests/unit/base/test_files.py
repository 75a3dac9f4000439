"""A file is written completely or not at all, and overwrites nothing unintentionally."""

from __future__ import annotations

import contextlib
import errno
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from support.processes import run_and_kill

from pipeline.base import files
from pipeline.base.errors import OutputUnwritable
from pipeline.base.files import open_regular, read_bounded, replace, write_new, write_new_as
from pipeline.model.findings import from_error


def test_existing_name_gets_a_number(tmp_path: Path) -> None:
    wanted = tmp_path / "新" / "当日入力.xlsx"
    names = [write_new(content, wanted).name for content in (b"1", b"2", b"3")]
    assert names == ["当日入力.xlsx", "当日入力-2.xlsx", "当日入力-3.xlsx"]
    assert wanted.read_bytes() == b"1"


def test_replacing_leaves_no_temporary_file(tmp_path: Path) -> None:
    path = write_new(b"old", tmp_path / "a.xlsx")
    replace(b"new", path)
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]
    if os.name != "nt":
        assert path.stat().st_mode & 0o777 == 0o644


def failing(*_: Any) -> NoReturn:
    raise PermissionError(13, "拒否されました")


def test_file_that_cannot_be_replaced_is_unchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows, a workbook that is open in Excel can't be replaced."""
    path = write_new(b"old", tmp_path / "a.xlsx")
    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OutputUnwritable) as caught:
        replace(b"new", path)
    assert (caught.value.code, caught.value.params["reason"]) == (
        "file-unwritable",
        "アクセスが許可されていません",
    )
    monkeypatch.setattr(Path, "hardlink_to", failing)
    with pytest.raises(OutputUnwritable):
        write_new(b"new", tmp_path / "b.xlsx")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a.xlsx", b"old")]


def test_file_in_place_of_a_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "output").write_text("x", encoding="utf-8")
    with pytest.raises(OutputUnwritable) as caught:
        write_new(b"x", tmp_path / "output" / "a.xlsx")
    assert caught.value.exit_status == 5
    assert caught.value.params["reason"] == "output はフォルダーではありません"
    # ``new`` and ``check`` have no option --output, so the message must not suggest it.
    assert "--output" not in from_error(caught.value).message


def test_existing_file_with_a_fixed_name_is_an_error(tmp_path: Path) -> None:
    path = write_new_as(b"1", tmp_path / "中" / "台帳.xlsx")
    with pytest.raises(OutputUnwritable) as caught:
        write_new_as(b"2", path)
    assert caught.value.code == "file-exists"
    assert path.read_bytes() == b"1"


def test_full_disk_is_reported_and_leaves_no_partial_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputUnwritable) as caught:
        write_new_as(b"1", tmp_path / "台帳.xlsx")
    assert caught.value.params["reason"] == "空き容量がありません"
    assert list(tmp_path.iterdir()) == []


def test_file_created_meanwhile_by_another_program_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = files._temporary_file

    @contextlib.contextmanager
    def create_same_name(content: bytes, path: Path) -> Iterator[Path]:
        with original(content, path) as temporary:
            path.write_bytes(b"theirs")
            yield temporary

    monkeypatch.setattr(files, "_temporary_file", create_same_name)
    with pytest.raises(OutputUnwritable):
        write_new_as(b"ours", tmp_path / "a.xlsx")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a.xlsx", b"theirs")]


def test_new_files_on_a_drive_without_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "hardlink_to", failing)
    paths = [write_new(content, tmp_path / "a.xlsx") for content in (b"1", b"2")]
    assert [(p.name, p.read_bytes()) for p in paths] == [("a.xlsx", b"1"), ("a-2.xlsx", b"2")]
    assert sorted(tmp_path.iterdir()) == sorted(paths)


def test_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = write_new(b"old", tmp_path / "a.xlsx")
    path.chmod(0o664)
    replace(b"new", path)
    assert path.stat().st_mode & 0o777 == 0o664


@pytest.mark.parametrize("lock", ["~$台帳_懇談会意見.xlsx", ".~lock.台帳_懇談会意見.xlsx#"])
def test_open_workbook_is_not_replaced(tmp_path: Path, lock: str) -> None:
    path = write_new(b"old", tmp_path / "台帳_懇談会意見.xlsx")
    (tmp_path / lock).write_bytes(b"")
    with pytest.raises(OutputUnwritable) as caught:
        replace(b"new", path)
    assert caught.value.exit_status == 5
    message = from_error(caught.value).message
    assert "開かれているため" in message
    assert lock in message
    assert path.read_bytes() == b"old"
    (tmp_path / lock).unlink()
    replace(b"new", path)
    assert path.read_bytes() == b"new"


def test_symlink_is_replaced_and_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_bytes(b"theirs")
    link = tmp_path / "a.xlsx"
    link.symlink_to(elsewhere)
    replace(b"ours", link)
    assert (elsewhere.read_bytes(), link.read_bytes()) == (b"theirs", b"ours")
    assert not link.is_symlink()
    nowhere = tmp_path / "b.xlsx"
    nowhere.symlink_to(tmp_path / "not there")
    assert write_new(b"ours", nowhere).name == "b-2.xlsx"
    assert not (tmp_path / "not there").exists()


def test_only_a_regular_file_up_to_the_limit_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert read_bounded(tmp_path / "a", 5) == b"12345"
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    (tmp_path / "null").symlink_to("/dev/zero")
    for name, limit in (("a", 4), ("fifo", 5), ("folder", 5), ("null", 5), ("none", 5)):
        with pytest.raises(OSError, match=r"大きすぎ|ふつう|[Dd]irectory"):
            read_bounded(tmp_path / name, limit)
    with pytest.raises(OSError, match="ふつう"), open_regular(tmp_path / "fifo"):
        pass


def test_temporary_file_of_a_killed_process_is_removed_after_a_day(tmp_path: Path) -> None:
    old, young = tmp_path / ".writing-old.tmp", tmp_path / ".writing-young.tmp"
    for path in (old, young):
        path.write_bytes(b"half")
    yesterday = time.time() - 25 * 60 * 60
    os.utime(old, (yesterday, yesterday))
    write_new(b"1", tmp_path / "a.xlsx")
    assert (old.exists(), young.exists()) == (False, True)


# --- killed processes and failing system calls -------------------------------------------

OLD, NEW = b"old" * 1_000, b"new" * 100_000
FORK = multiprocessing.get_context("fork")


def killed_at(step: int, folder: Path, work: Callable[[], object]) -> bool:
    """Run ``work`` and kill it at line ``step`` in ``files``; False if it ended before."""
    process = FORK.Process(target=run_and_kill, args=(files, step, work))
    process.start()
    process.join(30)
    assert process.exitcode in {0, -signal.SIGKILL}
    for leftover in folder.glob(".writing-*"):
        leftover.unlink()
    return process.exitcode != 0


def test_replacing_killed_at_any_line_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    path = tmp_path / "台帳_懇談会意見.xlsx"
    contents = set()
    for step in range(1, 200):
        path.write_bytes(OLD)
        if not killed_at(step, tmp_path, lambda: replace(NEW, path)):
            break
        contents.add(path.read_bytes())
    else:
        pytest.fail("it never came to its end")
    assert contents == {OLD, NEW}
    assert path.read_bytes() == NEW


def test_writing_killed_at_any_line_leaves_a_complete_file_or_none(tmp_path: Path) -> None:
    path = tmp_path / "台帳_懇談会意見.xlsx"
    contents = set()
    for step in range(1, 200):
        path.unlink(missing_ok=True)
        if not killed_at(step, tmp_path, lambda: write_new(NEW, path)):
            break
        contents.add(path.read_bytes() if path.exists() else None)
    else:
        pytest.fail("it never came to its end")
    assert contents == {None, NEW}
    visible = [each for each in tmp_path.iterdir() if not each.name.startswith(".")]
    assert visible == [path]


CALLS = ["open", "write", "fsync", "close", "replace", "link", "chmod"]


@pytest.mark.parametrize("writer", [write_new, replace])
@pytest.mark.parametrize("name", CALLS)
def test_failed_system_call_leaves_the_old_file_unchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, writer: Any
) -> None:
    """Here ``keep`` uses the next free name, and ``replace`` replaces the old file."""
    path = write_new(OLD, tmp_path / "a.xlsx")

    def full(*_: Any, **__: Any) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    if name == "write":
        monkeypatch.setattr(files, "write_flushed", full)
    else:
        monkeypatch.setattr(os, name, full)
    reason = None
    try:
        writer(NEW, path)
    except OutputUnwritable as error:
        reason = error.params["reason"]
    # No reason: the call is not used here, or only the flush of the folder failed.
    assert reason in {None, "空き容量がありません"}
    assert {each.read_bytes() for each in tmp_path.iterdir()} <= {OLD, NEW}
    if reason is not None:
        assert path.read_bytes() == OLD
        assert list(tmp_path.iterdir()) == [path]
