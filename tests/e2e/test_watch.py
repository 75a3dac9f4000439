"""``watch`` from outside: save a master as Excel does, and see what is told and made."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from support.commands import published, shiryo
from support.masters import row, write_master
from support.processes import begun, family, runs, until, workers_of


@contextmanager
def watching(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """``watch`` once it is ready; ended by Ctrl+C, which is no failure."""
    (folder / "inputs").mkdir(exist_ok=True)
    with begun(folder, "watch", "--json", *arguments) as watch:
        assert watch.stderr is not None
        try:
            for line in watch.stderr:
                if "Ctrl+C" in line:
                    break
            yield watch
            started = family(watch.pid)
            watch.send_signal(signal.SIGINT)
            _, messages = watch.communicate(timeout=60)
            assert watch.returncode == 0
            assert "見張りを終わりました" in messages
            # Python's own helpers end by themselves, a moment after the command.
            until(lambda: not any(runs(process) for process in started))
        finally:
            watch.kill()


def told(watch: subprocess.Popen[str]) -> dict[str, Any]:
    """The document of the next build."""
    assert watch.stdout is not None
    document: dict[str, Any] = json.loads(watch.stdout.readline())
    return document


def save(
    folder: Path, name: str, *rows: dict[str, Any], meeting: Mapping[str, Any] | None = None
) -> None:
    """As Excel saves: a file of another name beside it, then a rename over the old one."""
    beside = write_master(folder / "別" / "0A1B2C3D.xlsx", rows, meeting=meeting)
    moved = beside.replace(folder / "inputs" / "0A1B2C3D")
    moved.replace(folder / "inputs" / name)


def test_a_saved_master_is_built_and_built_again(tmp_path: Path) -> None:
    with watching(tmp_path) as watch:
        for text in ("取組を続ける。", "取組を見直す。"):
            save(tmp_path, "台帳.xlsx", row(1, text=text))
            document = told(watch)
            assert document["workbook"] == "inputs/台帳.xlsx"
            assert [Path(file["path"]).suffix for file in document["files"]] == [
                ".docx",
                ".pdf",
            ] * 2
    assert len(published(tmp_path)) == 2


def test_warm_workers_make_the_same_bytes_as_build(tmp_path: Path) -> None:
    with watching(tmp_path) as watch:
        warm = []
        for comment in ("一度目の意見。", "二度目の意見。"):
            said = row(1, opinion="見直し", comment=comment)
            # The day of the meeting dates the files; without it the master's last save does.
            day = {"開催日": "2026年3月9日"}
            save(tmp_path, "台帳.xlsx", said, row(2, opinion="継続"), meeting=day)
            warm.append(checksums(told(watch)))
    assert checksums(json.loads(shiryo(tmp_path, "build", "--json").stdout)) == warm[1]
    same = {name for name, checksum in warm[0].items() if warm[1][name] == checksum}
    assert {"資料１_会議用.docx", "資料１_会議用.pdf"} <= same
    assert not {"資料１_結果版.docx", "資料１_結果版.pdf"} & same


def checksums(document: dict[str, Any]) -> dict[str, str]:
    """Of each file of a run, by its name."""
    return {Path(file["path"]).name: file["sha256"] for file in document["files"]}


def test_a_bad_save_is_told_and_the_watching_goes_on(tmp_path: Path) -> None:
    with watching(tmp_path, "--format", "docx") as watch:
        save(tmp_path, "台帳.xlsx", row(1, progress=5))
        assert [found["code"] for found in told(watch)["findings"]] == ["rating-out-of-range"]
        (tmp_path / "inputs" / "台帳.csv").write_bytes(b"\xff\xfe\xff")
        assert [found["code"] for found in told(watch)["findings"]] == ["csv-encoding"]
        save(tmp_path, "台帳.xlsx", row(1))
        assert len(told(watch)["files"]) == 2


def test_workers_that_are_lost_between_two_saves_are_replaced(tmp_path: Path) -> None:
    with watching(tmp_path, "--format", "pdf") as watch:
        until(lambda: len(workers_of(watch.pid)) > 1)
        workers = workers_of(watch.pid)
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        until(lambda: not any(runs(worker) for worker in workers))
        save(tmp_path, "台帳.xlsx", row(1))
        assert len(told(watch)["files"]) == 2


def test_what_excel_keeps_for_itself_starts_nothing(tmp_path: Path) -> None:
    with watching(tmp_path, "--format", "docx") as watch:
        (tmp_path / "inputs" / "~$台帳.xlsx").write_bytes(b"\x05office")
        (tmp_path / "inputs" / "メモ.txt").write_text("覚え", encoding="utf-8")
        save(tmp_path, "台帳.xlsx", row(1))
        assert told(watch)["workbook"] == "inputs/台帳.xlsx"
    assert len(published(tmp_path)) == 1


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    done = shiryo(tmp_path, "watch")
    assert done.returncode == 3
    assert "見張るフォルダー inputs がありません" in done.stderr
