"""Only one process at a time reads and replaces a file."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from pipeline.base import locks
from pipeline.base.errors import OutputUnwritable
from pipeline.base.files import replace, write_new
from pipeline.base.locks import exclusive_file

FORK = multiprocessing.get_context("fork")


def increment(path: Path, times: int) -> None:
    for _ in range(times):
        with exclusive_file(path):
            replace(str(int(path.read_bytes()) + 1).encode(), path)


def test_concurrent_changes_are_all_kept(tmp_path: Path) -> None:
    path = write_new(b"0", tmp_path / "意見.xlsx")
    workers = [FORK.Process(target=increment, args=(path, 20)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert path.read_bytes() == b"80"


def test_killed_process_releases_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "意見.xlsx"

    def exit_with_lock() -> None:
        with exclusive_file(path):
            os._exit(9)

    worker = FORK.Process(target=exit_with_lock)
    worker.start()
    worker.join(30)
    with exclusive_file(path):
        pass


def test_waiting_too_long_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "SECONDS", 0.05)
    path = tmp_path / "意見.xlsx"
    with exclusive_file(path):
        worker = FORK.Process(target=_expect_busy, args=(path,))
        worker.start()
        worker.join(30)
    assert worker.exitcode == 0


def _expect_busy(path: Path) -> None:
    with pytest.raises(OutputUnwritable) as caught, exclusive_file(path):
        pass
    assert caught.value.params["reason"] == "ほかの処理が書き込み中です"


def test_symlink_as_lock_file_leaves_its_target_unchanged(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_bytes(b"theirs")
    (tmp_path / ".意見.xlsx.lock").symlink_to(elsewhere)
    with pytest.raises(OutputUnwritable), exclusive_file(tmp_path / "意見.xlsx"):
        pass
    assert elsewhere.read_bytes() == b"theirs"
