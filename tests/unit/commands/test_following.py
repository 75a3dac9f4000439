from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.masters import row, write_master

from pipeline.commands import following


def test_a_whole_file_is_settled_at_once(tmp_path: Path) -> None:
    master = write_master(tmp_path / "台帳.xlsx", [row(1)])
    start = time.monotonic()
    assert following.settled(master)
    assert time.monotonic() - start < 5 * following._LOOK + 1


@pytest.mark.parametrize("name", ["台帳.xlsx", "台帳.csv"])
def test_a_file_that_still_grows_is_waited_for(tmp_path: Path, name: str) -> None:
    content = write_master(tmp_path / "元.xlsx", [row(1)]).read_bytes() * 4
    path = tmp_path / name
    step = len(content) // 8 + 1

    def write_slowly() -> None:
        with path.open("wb", buffering=0) as stream:
            for start in range(0, len(content), step):
                stream.write(content[start : start + step])
                time.sleep(following._LOOK / 2)

    writer = threading.Thread(target=write_slowly)
    writer.start()
    time.sleep(following._LOOK)
    assert following.settled(path)
    assert path.stat().st_size == len(content)
    writer.join()


def test_a_pause_in_writing_a_table_without_an_end_is_not_its_end(tmp_path: Path) -> None:
    """Nothing in a CSV file tells that it is whole: a copy from a slow drive comes in pieces."""
    path = tmp_path / "台帳.csv"
    with path.open("wb", buffering=0) as stream:
        stream.write(b"No,")

        def write_the_rest() -> None:
            time.sleep(4 * following._LOOK)
            stream.write(b"name\n")

        writer = threading.Thread(target=write_the_rest)
        writer.start()
        assert following.settled(path)
        assert path.stat().st_size == len(b"No,name\n")
        writer.join()


def test_half_a_workbook_is_given_up_after_a_while(tmp_path: Path) -> None:
    whole = write_master(tmp_path / "元.xlsx", [row(1)]).read_bytes()
    half = tmp_path / "台帳.xlsx"
    half.write_bytes(whole[: len(whole) // 2])
    start = time.monotonic()
    assert following.settled(half, patience=0.3)
    assert time.monotonic() - start >= 0.3


def test_a_file_that_goes_away_is_not_built(tmp_path: Path) -> None:
    assert not following.settled(tmp_path / "台帳.xlsx", patience=0.2)


@contextmanager
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
        thread.join(10)
        assert not thread.is_alive()


def test_a_save_is_told_at_once(tmp_path: Path) -> None:
    master = write_master(tmp_path / "台帳.xlsx", [row(1)])
    with followed(tmp_path) as told:
        first = told.get(timeout=10)
        assert list(first) == [master]
        time.sleep(0.3)
        write_master(tmp_path / "別" / "新.xlsx", [row(1), row(2)]).replace(master)
        start = time.monotonic()
        assert told.get(timeout=10)[master] != first[master]
        assert time.monotonic() - start < 2


def test_a_folder_that_is_made_later_is_followed_from_then_on(tmp_path: Path) -> None:
    inputs = tmp_path / "inputs"
    with followed(inputs) as told:
        assert told.get(timeout=10) == {}
        master = write_master(inputs / "台帳.xlsx", [row(1)])
        assert list(told.get(timeout=10)) == [master]


def test_what_lies_deeper_is_not_told(tmp_path: Path) -> None:
    write_master(tmp_path / "以前の台帳" / "台帳.xlsx", [row(1)])
    assert following.look([tmp_path]) == {}
