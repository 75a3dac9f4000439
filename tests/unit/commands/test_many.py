from __future__ import annotations

from pathlib import Path

import pytest
from support.masters import row, write_master

from pipeline.base.errors import ComponentMissing, InputUnreadable
from pipeline.commands import build, making, many
from pipeline.commands.making import Files
from pipeline.commands.many import run_many
from pipeline.commands.planning import Plan
from pipeline.commands.workers import Workers
from pipeline.model.editions import DocumentFormat, Edition
from pipeline.model.request import BuildRequest, Source


def requests(folder: Path, *names: str) -> list[BuildRequest]:
    return [
        BuildRequest(
            source=Source(
                folder, write_master(folder / f"{name}.xlsx", [row(1, name=name)]), "shiryo1"
            ),
            editions=(Edition.MEETING,),
            formats=(DocumentFormat.DOCX,),
            paper=None,
            output=folder / "output",
            companions=False,
        )
        for name in names
    ]


def ignore_progress(_name: str, _done: int, _total: int) -> None:
    """No progress bar."""


def test_results_are_in_the_order_of_the_masters(tmp_path: Path, workers: Workers) -> None:
    batch = requests(tmp_path, "甲", "乙", "丙")
    results = list(run_many(batch, ignore_progress, workers))
    assert [result.workbook.stem for result in results] == ["甲", "乙", "丙"]
    latest = (tmp_path / "output" / "latest.json").read_text(encoding="utf-8")
    assert "_丙/" in latest


def test_lost_worker_fails_only_its_own_master(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = requests(tmp_path, "甲", "乙", "丙")
    made = making.Files.made

    def lose_one(files: making.Files, progress: making.Progress) -> tuple[making.Made, ...]:
        if "乙" in repr(files.tasks[0].document):
            raise ComponentMissing("worker-lost", name=files.tasks[0].name)
        return made(files, progress)

    monkeypatch.setattr(making.Files, "made", lose_one)
    results = list(run_many(batch, ignore_progress, workers))
    assert [result.failed for result in results] == [False, True, False]
    assert isinstance(results[1].error, ComponentMissing)


def test_progress_is_called_when_a_master_is_done(tmp_path: Path, workers: Workers) -> None:
    batch = requests(tmp_path, "甲", "乙", "丙")
    calls: list[tuple[str, int, int]] = []
    results = run_many(batch, lambda *each: calls.append(each), workers)
    assert calls == []
    list(results)
    assert calls == [("甲.xlsx", 1, 3), ("乙.xlsx", 2, 3), ("丙.xlsx", 3, 3)]


def test_unreadable_masters_are_errors_in_their_position(tmp_path: Path, workers: Workers) -> None:
    batch = requests(tmp_path, "甲", "乙", "丙")
    for name in ("甲", "丙"):
        (tmp_path / f"{name}.xlsx").write_bytes(b"x")
    results = list(run_many(batch, ignore_progress, workers))
    assert [type(each.error) for each in results] == [InputUnreadable, type(None), InputUnreadable]


def test_number_of_masters_in_memory_is_limited(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = requests(tmp_path, *"一二三四五六七八九十")
    begun: list[BuildRequest] = []

    def count_and_begin(request: BuildRequest, workers_used: Workers) -> tuple[Plan, Files]:
        begun.append(request)
        return build.begin(request, workers_used)

    monkeypatch.setattr(many, "begin", count_and_begin)
    in_memory = [
        len(begun) - number for number, _ in enumerate(run_many(batch, ignore_progress, workers))
    ]
    assert len(in_memory) == len(begun) == 10
    assert max(in_memory) <= many._MAX_AHEAD + 1
