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
            source=Source(folder, write_master(folder / f"{name}.xlsx", [row(1, name=name)])),
            form_name="shiryo1",
            editions=(Edition.MEETING,),
            formats=(DocumentFormat.DOCX,),
            paper=None,
            output=folder / "output",
            companions=False,
        )
        for name in names
    ]


def quiet(_name: str, _done: int, _total: int) -> None:
    """No progress bar."""


def test_results_come_in_the_order_of_the_masters(tmp_path: Path, workers: Workers) -> None:
    asked = requests(tmp_path, "甲", "乙", "丙")
    told = list(run_many(asked, quiet, workers))
    assert [result.workbook.stem for result in told] == ["甲", "乙", "丙"]
    latest = (tmp_path / "output" / "latest.json").read_text(encoding="utf-8")
    assert "_丙/" in latest


def test_a_lost_worker_costs_its_own_master(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = requests(tmp_path, "甲", "乙", "丙")
    made = making.Files.made

    def losing(files: making.Files, progress: making.Progress) -> tuple[making.Made, ...]:
        if "乙" in repr(files.tasks[0].document):
            raise ComponentMissing("worker-lost", name=files.tasks[0].name)
        return made(files, progress)

    monkeypatch.setattr(making.Files, "made", losing)
    told = list(run_many(asked, quiet, workers))
    assert [result.failed for result in told] == [False, True, False]
    assert isinstance(told[1].error, ComponentMissing)


def test_a_master_is_told_once_it_is_done(tmp_path: Path, workers: Workers) -> None:
    asked = requests(tmp_path, "甲", "乙", "丙")
    told: list[tuple[str, int, int]] = []
    results = run_many(asked, lambda *each: told.append(each), workers)
    assert told == []
    list(results)
    assert told == [("甲.xlsx", 1, 3), ("乙.xlsx", 2, 3), ("丙.xlsx", 3, 3)]


def test_masters_that_can_not_be_read_are_told_in_their_place(
    tmp_path: Path, workers: Workers
) -> None:
    asked = requests(tmp_path, "甲", "乙", "丙")
    for name in ("甲", "丙"):
        (tmp_path / f"{name}.xlsx").write_bytes(b"x")
    told = list(run_many(asked, quiet, workers))
    assert [type(each.error) for each in told] == [InputUnreadable, type(None), InputUnreadable]


def test_so_many_masters_are_held_at_most(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = requests(tmp_path, *"一二三四五六七八九十")
    begun: list[BuildRequest] = []

    def counted(request: BuildRequest, by: Workers) -> tuple[Plan, Files]:
        begun.append(request)
        return build.begin(request, by)

    monkeypatch.setattr(many, "begin", counted)
    held = [len(begun) - number for number, _ in enumerate(run_many(asked, quiet, workers))]
    assert len(held) == len(begun) == 10
    assert max(held) <= many._MAX_AHEAD + 1
