"""Several masters in one command, and interrupted or killed runs in several processes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from pathlib import Path
from typing import Any

from support.commands import ROOT, process, published, shiryo
from support.masters import row, with_opinions, write_master
from support.processes import (
    computes,
    descendants,
    is_at_work,
    is_running,
    started_command,
    until,
    workers_of,
)

INTERRUPTED = "中断しました。作成済みの資料は元のままです。"


def built(folder: Path, *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    """The exit status, the JSON output (a list, one report a master), and the messages."""
    done = shiryo(folder, "build", "--json", *arguments)
    return done.returncode, json.loads(done.stdout), done.stderr


def latest(folder: Path) -> str:
    pointer = json.loads((folder / "output" / "latest.json").read_text(encoding="utf-8"))
    return str(pointer["run"])


def test_invalid_master_stops_no_other_master(tmp_path: Path) -> None:
    write_master(tmp_path / "甲.xlsx", [row(1)])
    (tmp_path / "壊.xlsx").write_bytes(b"x")
    write_master(tmp_path / "誤.xlsx", [row(1, progress=5)])
    write_master(tmp_path / "乙.xlsx", with_opinions([row(1), row(2)]))
    write_master(tmp_path / "半.xlsx", [*with_opinions([row(1)]), row(2)])
    names = ("甲.xlsx", "壊.xlsx", "誤.xlsx", "半.xlsx", "乙.xlsx")
    status, reports, messages = built(tmp_path, *names)
    assert status == 1
    assert [each["workbook"] for each in reports] == list(names)
    assert [len(each["files"]) for each in reports] == [4, 0, 0, 4, 9]
    assert [each["findings"][0]["code"] for each in reports[1:3]] == [
        "not-a-workbook",
        "score-out-of-scale",
    ]
    for report in reports:
        assert all((tmp_path / file["path"]).is_file() for file in report["files"])
    summary = messages.splitlines()[-4:]
    assert summary[0] == "台帳 5 件: 作成 2 件、一部だけ作成 1 件、作成できなかったもの 2 件"
    assert summary[1].startswith("  壊.xlsx: ")
    assert summary[2] == "  誤.xlsx: 誤り 1 件のため作成していません。"
    assert summary[3] == "  半.xlsx: 誤り 1 件のため一部だけ作成しました。"


def test_newest_run_is_that_of_the_last_master(tmp_path: Path) -> None:
    long = [row(number, reason="取組を続ける。" * 20) for number in range(1, 200)]
    write_master(tmp_path / "長.xlsx", long)
    write_master(tmp_path / "短.xlsx", [row(1)])
    for first, last in (("長", "短"), ("短", "長")):
        status, reports, _ = built(tmp_path, f"{first}.xlsx", f"{last}.xlsx", "--format", "docx")
        assert status == 0
        assert [Path(each["run"]).name.rsplit("_")[1][0] for each in reports] == [first, last]
        assert latest(tmp_path) == Path(reports[-1]["run"]).name


def test_several_masters_give_the_same_bytes_as_single_ones(tmp_path: Path) -> None:
    for name in ("甲", "乙"):
        write_master(tmp_path / f"{name}.xlsx", with_opinions([row(1), row(2, name=name)]))
    together = built(tmp_path, "甲.xlsx", "乙.xlsx", "--edition", "results")[1]
    alone = ("build", "--json", "--edition", "results")
    for name, report in zip(("甲", "乙"), together, strict=True):
        single = json.loads(shiryo(tmp_path, *alone, f"{name}.xlsx").stdout)
        assert [f["sha256"] for f in single["files"]] == [f["sha256"] for f in report["files"]]
        assert single["findings"] == report["findings"]


def test_every_master_of_a_folder_is_built_once(tmp_path: Path) -> None:
    for name in ("い.xlsx", "あ.xlsx", "~$あ.xlsx"):
        write_master(tmp_path / "台帳" / name, [row(1)])
    status, reports, _ = built(tmp_path, "台帳", "台帳/い.xlsx", "--format", "docx")
    assert status == 0
    assert [each["workbook"] for each in reports] == ["台帳/あ.xlsx", "台帳/い.xlsx"]


def test_folder_without_a_master_is_reported(tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    write_master(tmp_path / "甲.xlsx", [row(1)])
    status, reports, messages = built(tmp_path, "空", "甲.xlsx", "--format", "docx")
    assert status == 1
    assert [len(each["files"]) for each in reports] == [0, 2]
    assert "フォルダー 空 に台帳（.xlsx など）がありません" in messages


def test_unwritable_output_fails_every_master(tmp_path: Path) -> None:
    for name in ("甲", "乙"):
        write_master(tmp_path / f"{name}.xlsx", [row(1)])
    (tmp_path / "output").write_text("a file", encoding="utf-8")
    status, reports, messages = built(tmp_path, "甲.xlsx", "乙.xlsx", "--format", "docx")
    assert status == 1
    assert [each["findings"][0]["code"] for each in reports] == ["output-unwritable"] * 2
    assert "Traceback" not in messages


def test_killed_worker_is_reported(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1)])
    with started_command(tmp_path, "build", "--format", "pdf") as build:
        # Repeatedly, because a worker killed before it has a job is replaced.
        while build.poll() is None:
            for worker in workers_of(build.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
        _, messages = build.communicate()
    assert build.returncode == 4
    names = ("資料１_会議用.pdf", "参考資料_各判定の考え方.pdf")
    lost = "を作っている途中で、作業用のプロセスが止められました"
    assert any(messages.startswith(f"{name} {lost}") for name in names)
    assert "Traceback" not in messages
    assert published(tmp_path) == []


def kill_a_busy_worker(pid: int) -> bool:
    """Kill a worker in the middle of a job: one that dies while it receives a job keeps a lock."""
    busy = next(filter(computes, workers_of(pid)), None)
    if busy is not None:
        os.kill(busy, signal.SIGKILL)
    return busy is not None


def test_killed_worker_fails_only_its_own_master(tmp_path: Path) -> None:
    names = [f"{number}.xlsx" for number in range(1, 7)]
    for name in names:
        write_master(tmp_path / name, [row(number) for number in range(1, 80)])
    with started_command(tmp_path, "build", "--json", "--format", "docx", *names) as build:
        until(lambda: bool(published(tmp_path)))
        until(lambda: kill_a_busy_worker(build.pid))
        output, messages = build.communicate()
    # No master failed if the worker was killed between two jobs.
    codes = [each["findings"][0]["code"] for each in json.loads(output) if not each["files"]]
    assert codes in ([], ["worker-lost"])
    assert f"台帳 6 件: 作成 {6 - len(codes)} 件" in messages
    assert build.returncode == len(codes)


def test_interrupted_run_leaves_no_files_and_processes(tmp_path: Path) -> None:
    long = with_opinions([row(number, reason="取組を続ける。" * 20) for number in range(1, 200)])
    write_master(tmp_path / "inputs" / "台帳.xlsx", long)
    with started_command(tmp_path, "build") as build:
        # Only then: Python may lose Ctrl+C while it loads modules.
        until(lambda: any(map(is_at_work, workers_of(build.pid))))
        started = descendants(build.pid)
        build.send_signal(signal.SIGINT)
        _, messages = build.communicate()
    assert build.returncode == 130
    assert messages.strip() == INTERRUPTED
    # Python's own helpers end by themselves, a moment after the command.
    until(lambda: not any(is_running(process) for process in started))
    assert published(tmp_path) == []


def test_status_is_130_if_interrupted_during_an_import(tmp_path: Path) -> None:
    source = "import os, signal; os.kill(os.getpid(), signal.SIGINT); sum(range(10**7))"
    (tmp_path / "pandas.py").write_text(f"exec({source!r})", encoding="utf-8")
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1)])
    done = process(tmp_path, "check", PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert (done.returncode, done.stderr.strip()) == (130, INTERRUPTED)


def test_folder_with_one_master_gives_a_list(tmp_path: Path) -> None:
    write_master(tmp_path / "台帳" / "甲.xlsx", [row(1)])
    status, reports, _ = built(tmp_path, "台帳", "--format", "docx")
    assert (status, [len(each["files"]) for each in reports]) == (0, [2])
