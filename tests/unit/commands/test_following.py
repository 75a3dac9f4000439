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
    """A clock that goes on when somebody sleeps; ``steps`` are what happens meanwhile, in turn."""

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
    """No real time: how long a machine stops between two looks is nobody's promise."""
    made = Clock()
    monkeypatch.setattr(following, "time", made)
    return made


def append(path: Path, content: bytes) -> None:
    with path.open("ab") as stream:
        stream.write(content)


def nothing() -> None:
    pass


def test_a_whole_file_is_settled_at_once(tmp_path: Path, clock: Clock) -> None:
    assert following.settled(write_master(tmp_path / "台帳.xlsx", [row(1)]))
    assert clock.now == following._CHECK_INTERVAL


@pytest.mark.parametrize("name", ["台帳.xlsx", "台帳.csv"])
def test_a_file_that_still_grows_is_waited_for(tmp_path: Path, name: str, clock: Clock) -> None:
    content = write_master(tmp_path / "元.xlsx", [row(1)]).read_bytes() * 4
    path = tmp_path / name
    step = len(content) // 8 + 1
    path.write_bytes(content[:step])
    rest = range(step, len(content), step)
    clock.steps = [partial(append, path, content[start : start + step]) for start in rest]
    assert following.settled(path)
    assert path.stat().st_size == len(content)


def test_half_a_workbook_that_pauses_is_waited_for(tmp_path: Path, clock: Clock) -> None:
    content = write_master(tmp_path / "元.xlsx", [row(1)]).read_bytes()
    path = tmp_path / "台帳.xlsx"
    path.write_bytes(content[:100])
    clock.steps = [*[nothing] * 20, partial(append, path, content[100:])]
    assert following.settled(path)
    assert path.stat().st_size == len(content)


def test_a_table_without_an_end_is_looked_at_less_often(tmp_path: Path, clock: Clock) -> None:
    """Nothing in a CSV file tells that it is whole: a copy from a slow drive comes in pieces."""
    path = tmp_path / "台帳.csv"
    path.write_bytes(b"No,name\n")
    assert following.settled(path)
    assert clock.now == following._LONG_CHECK_INTERVAL


def test_half_a_workbook_is_given_up_after_a_while(tmp_path: Path, clock: Clock) -> None:
    whole = write_master(tmp_path / "元.xlsx", [row(1)]).read_bytes()
    half = tmp_path / "台帳.xlsx"
    half.write_bytes(whole[: len(whole) // 2])
    assert following.settled(half)
    assert following._PATIENCE <= clock.now < following._PATIENCE + 1


@pytest.mark.usefixtures("clock")
def test_a_file_that_goes_away_is_not_built(tmp_path: Path) -> None:
    assert not following.settled(tmp_path / "台帳.xlsx")


@contextlib.contextmanager
def followed(*folders: Path) -> Iterator[queue.Queue[following.Snapshot]]:
    """What is told of the folders, in a thread."""
    stop = threading.Event()
    told: queue.Queue[following.Snapshot] = queue.Queue()

    def follow() -> None:
        for each in following.looks(lambda: folders, stop):
            told.put(each)

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        yield told
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive()


def test_a_save_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nobody looks before the system tells of it.
    monkeypatch.setattr(following, "_POLL_INTERVAL", 600_000)
    master = write_master(tmp_path / "台帳.xlsx", [row(1)])
    with followed(tmp_path) as told:
        first = told.get(timeout=60)
        assert list(first) == [master]
        # What is saved before the system watches is told with what is saved next.
        for rows in range(2, 60):
            saved = [row(no) for no in range(1, rows + 1)]
            write_master(tmp_path / "別" / "新.xlsx", saved).replace(master)
            with contextlib.suppress(queue.Empty):
                assert told.get(timeout=1)[master] != first[master]
                return
    raise AssertionError


def test_a_folder_that_is_made_later_is_followed_from_then_on(tmp_path: Path) -> None:
    inputs = tmp_path / "inputs"
    with followed(inputs) as told:
        assert told.get(timeout=60) == {}
        master = write_master(inputs / "台帳.xlsx", [row(1)])
        assert list(told.get(timeout=60)) == [master]


def test_what_lies_deeper_is_not_told(tmp_path: Path) -> None:
    write_master(tmp_path / "以前の台帳" / "台帳.xlsx", [row(1)])
    assert following.look([tmp_path]) == {}
