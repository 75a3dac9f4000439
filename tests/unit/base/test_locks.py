"""One process at a time between the reading of a file and its replacing."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from pipeline.base import locks
from pipeline.base.errors import OutputUnwritable
from pipeline.base.files import keep, replace
from pipeline.base.locks import exclusive_file

FORK = multiprocessing.get_context("fork")


def count_up(path: Path, times: int) -> None:
    for _ in range(times):
        with exclusive_file(path):
            replace(str(int(path.read_bytes()) + 1).encode(), path)


def test_of_many_that_change_a_file_at_once_none_is_lost(tmp_path: Path) -> None:
    path = keep(b"0", tmp_path / "意見.xlsx")
    workers = [FORK.Process(target=count_up, args=(path, 20)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert path.read_bytes() == b"80"


def test_a_process_that_dies_holds_nobody_up(tmp_path: Path) -> None:
    path = tmp_path / "意見.xlsx"

    def die() -> None:
        with exclusive_file(path):
            os._exit(9)

    worker = FORK.Process(target=die)
    worker.start()
    worker.join(30)
    with exclusive_file(path):
        pass


def test_one_who_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_a_lock_that_is_a_link_empties_no_file_elsewhere(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_bytes(b"theirs")
    (tmp_path / ".意見.xlsx.lock").symlink_to(elsewhere)
    with pytest.raises(OutputUnwritable), exclusive_file(tmp_path / "意見.xlsx"):
        pass
    assert elsewhere.read_bytes() == b"theirs"
