from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from support.masters import row, write_master

from pipeline.commands import following


class Clock:
    """A clock that advances only in ``sleep``; each sleep also runs the next of ``steps``."""

    def __init__(self) -> None:
        self.now = 0.0
        self.steps: list[Callable[[], object]] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self.steps:
            self.steps.pop(0)()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A fake clock, because the real time between two checks depends on the machine."""
    fake = Clock()
    monkeypatch.setattr(following, "time", fake)
    return fake


def append(path: Path, content: bytes) -> None:
    with path.open("ab") as stream:
        stream.write(content)


def nothing() -> None:
    pass


def test_complete_file_is_settled_after_one_check(tmp_path: Path, clock: Clock) -> None:
    assert following.wait_until_complete(write_master(tmp_path / "台帳.xlsx", [row(1)]))
    assert clock.now == following._CHECK_INTERVAL


@pytest.mark.parametrize("name", ["台帳.xlsx", "台帳.csv"])
def test_growing_file_is_waited_for(tmp_path: Path, name: str, clock: Clock) -> None:
    content = write_master(tmp_path / "元.xlsx", [row(1)]).read_bytes() * 4
    path = tmp_path / name
    step = len(content) // 8 + 1
    path.write_bytes(content[:step])
    rest = range(step, len(content), step)
    clock.steps = [partial(append, path, content[start : start + step]) for start in rest]
    assert following.wait_until_complete(path)
    assert path.stat().st_size == len(content)


def test_incomplete_workbook_is_waited_for(tmp_path: Path, clock: Clock) -> None:
    content = write_master(tmp_path / "元.xlsx", [row(1)]).read_bytes()
    path = tmp_path / "台帳.xlsx"
    path.write_bytes(content[:100])
    clock.steps = [*[nothing] * 20, partial(append, path, content[100:])]
    assert following.wait_until_complete(path)
    assert path.stat().st_size == len(content)


def test_csv_file_is_checked_at_longer_intervals(tmp_path: Path, clock: Clock) -> None:
    """A CSV file has no end mark, and a copy from a slow drive arrives in pieces."""
    path = tmp_path / "台帳.csv"
    path.write_bytes(b"No,name\n")
    assert following.wait_until_complete(path)
    assert clock.now == following._LONG_CHECK_INTERVAL


def test_workbook_that_stays_incomplete_is_read_after_a_time_limit(
    tmp_path: Path, clock: Clock
) -> None:
    whole = write_master(tmp_path / "元.xlsx", [row(1)]).read_bytes()
    half = tmp_path / "台帳.xlsx"
    half.write_bytes(whole[: len(whole) // 2])
    assert following.wait_until_complete(half)
    assert following._TIME_LIMIT <= clock.now < following._TIME_LIMIT + 1


@pytest.mark.usefixtures("clock")
def test_deleted_file_is_not_settled(tmp_path: Path) -> None:
    assert not following.wait_until_complete(tmp_path / "台帳.xlsx")


@contextlib.contextmanager
def followed(*folders: Path) -> Iterator[queue.Queue[following.Snapshot]]:
    """The snapshots of the folders, which a thread puts into a queue."""
    stop = threading.Event()
    snapshots: queue.Queue[following.Snapshot] = queue.Queue()

    def follow() -> None:
        for each in following.snapshots(lambda: folders, stop):
            snapshots.put(each)

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        yield snapshots
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive()


def test_save_is_reported_immediately(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # No polling, so that only an event of the system causes a snapshot.
    monkeypatch.setattr(following, "_POLL_INTERVAL", 600_000)
    master = write_master(tmp_path / "台帳.xlsx", [row(1)])
    with followed(tmp_path) as snapshots:
        first = snapshots.get(timeout=60)
        assert list(first) == [master]
        # A save before the watch has started is reported together with the next save.
        for rows in range(2, 60):
            saved = [row(no) for no in range(1, rows + 1)]
            write_master(tmp_path / "別" / "新.xlsx", saved).replace(master)
            with contextlib.suppress(queue.Empty):
                assert snapshots.get(timeout=1)[master] != first[master]
                return
    raise AssertionError


def test_folder_that_is_created_later_is_followed(tmp_path: Path) -> None:
    inputs = tmp_path / "inputs"
    with followed(inputs) as snapshots:
        assert snapshots.get(timeout=60) == {}
        master = write_master(inputs / "台帳.xlsx", [row(1)])
        assert list(snapshots.get(timeout=60)) == [master]


def test_subfolders_are_ignored(tmp_path: Path) -> None:
    write_master(tmp_path / "以前の台帳" / "台帳.xlsx", [row(1)])
    assert following.snapshot([tmp_path]) == {}
