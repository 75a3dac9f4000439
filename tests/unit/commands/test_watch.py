from __future__ import annotations

import errno
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.masters import row, write_master

from pipeline.commands import watch


def test_a_whole_file_is_settled_at_once(tmp_path: Path) -> None:
    master = write_master(tmp_path / "台帳.xlsx", [row(1)])
    start = time.monotonic()
    assert watch.settled(master)
    assert time.monotonic() - start < 5 * watch._LOOK + 1


@pytest.mark.parametrize("name", ["台帳.xlsx", "台帳.csv"])
def test_a_file_that_still_grows_is_waited_for(tmp_path: Path, name: str) -> None:
    content = write_master(tmp_path / "元.xlsx", [row(1)]).read_bytes() * 4
    path = tmp_path / name
    step = len(content) // 8 + 1

    def write_slowly() -> None:
        with path.open("wb", buffering=0) as stream:
            for start in range(0, len(content), step):
                stream.write(content[start : start + step])
                time.sleep(watch._LOOK / 2)

    writer = threading.Thread(target=write_slowly)
    writer.start()
    time.sleep(watch._LOOK)
    assert watch.settled(path)
    assert path.stat().st_size == len(content)
    writer.join()


def test_a_pause_in_writing_a_table_without_an_end_is_not_its_end(tmp_path: Path) -> None:
    """Nothing in a CSV file tells that it is whole: a copy from a slow drive comes in pieces."""
    path = tmp_path / "台帳.csv"
    with path.open("wb", buffering=0) as stream:
        stream.write(b"No,")

        def write_the_rest() -> None:
            time.sleep(4 * watch._LOOK)
            stream.write(b"name\n")

        writer = threading.Thread(target=write_the_rest)
        writer.start()
        assert watch.settled(path)
        assert path.stat().st_size == len(b"No,name\n")
        writer.join()


def test_half_a_workbook_is_given_up_after_a_while(tmp_path: Path) -> None:
    whole = write_master(tmp_path / "元.xlsx", [row(1)]).read_bytes()
    half = tmp_path / "台帳.xlsx"
    half.write_bytes(whole[: len(whole) // 2])
    start = time.monotonic()
    assert watch.settled(half, patience=0.3)
    assert time.monotonic() - start >= 0.3


def test_a_file_that_goes_away_is_not_built(tmp_path: Path) -> None:
    assert not watch.settled(tmp_path / "台帳.xlsx", patience=0.2)


def test_looks_differ_after_a_save(tmp_path: Path) -> None:
    master = write_master(tmp_path / "台帳.xlsx", [row(1)])
    before = watch.looks(tmp_path, "懇談会意見")
    assert watch.looks(tmp_path, "懇談会意見") == before
    write_master(master, [row(1), row(2)])
    assert watch.looks(tmp_path, "懇談会意見") != before


def test_a_master_whose_opinions_were_collected_counts_as_saved(tmp_path: Path) -> None:
    write_master(tmp_path / "台帳.xlsx", [row(1)])
    before = watch.looks(tmp_path, "懇談会意見")
    (tmp_path / "台帳_懇談会意見.xlsx").write_bytes(b"PK")
    after = watch.looks(tmp_path, "懇談会意見")
    assert before[tmp_path / "台帳.xlsx"] != after[tmp_path / "台帳.xlsx"]


def test_a_folder_that_can_not_be_read_for_a_moment_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_master(tmp_path / "台帳.xlsx", [row(1)])
    monkeypatch.setattr(watch, "watch", lambda *_, **__: iter(range(3)))
    entries = Path.iterdir
    looked: list[Path] = []

    def iterdir(path: Path) -> Iterator[Path]:
        looked.append(path)
        if len(looked) == 1:
            raise OSError(errno.ESTALE, "stale")
        return entries(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    saved = list(watch.saved_masters(tmp_path, {}, "懇談会意見"))
    assert saved == [tmp_path / "台帳.xlsx"]
