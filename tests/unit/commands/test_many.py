from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from support.masters import row, write_master

from pipeline.base.crew import Answer, Crew, WorkerLostError
from pipeline.base.errors import ComponentMissing, InputUnreadable
from pipeline.commands import many
from pipeline.commands.many import run_many
from pipeline.commands.reading import take_in
from pipeline.model.editions import A4, DocumentFormat, Edition
from pipeline.model.form import Form
from pipeline.model.intake import Intake
from pipeline.model.request import Request, Source


class Workers:
    """Stands for a crew: the last job that was given is the first that is answered."""

    def __init__(self, *, lost: int | None = None) -> None:
        self._given: list[tuple[int, Callable[..., object], tuple[object, ...]]] = []
        self._lost = lost

    @property
    def has_room(self) -> bool:
        return len(self._given) < 2

    def give(self, key: int, function: Callable[..., object], *arguments: object) -> None:
        assert self.has_room
        self._given.append((key, function, arguments))

    def collect(self, *, block: bool = True) -> list[Answer]:
        if not self._given or not block:
            return []
        key, function, arguments = self._given.pop()
        if key == self._lost:
            return [Answer(key, error=WorkerLostError())]
        return [Answer(key, function(*arguments))]


def requests(folder: Path, *names: str) -> list[Request]:
    return [
        Request(
            source=Source(folder, write_master(folder / f"{name}.xlsx", [row(1)])),
            form_name="shiryo1",
            editions=(Edition.MEETING,),
            formats=(DocumentFormat.DOCX,),
            paper=A4,
            output=folder / "output",
        )
        for name in names
    ]


def quiet(_name: str, _done: int, _total: int) -> None:
    """No progress bar."""


def test_results_come_in_the_order_of_the_masters(tmp_path: Path) -> None:
    asked = requests(tmp_path, "甲", "乙", "丙")
    told = list(run_many(asked, quiet, cast("Crew", Workers())))
    assert [result.workbook.stem for result in told] == ["甲", "乙", "丙"]
    latest = (tmp_path / "output" / "latest.json").read_text(encoding="utf-8")
    assert "_丙/" in latest


def test_a_lost_worker_fails_its_master_by_name(tmp_path: Path) -> None:
    asked = requests(tmp_path, "甲", "乙", "丙")
    told = list(run_many(asked, quiet, cast("Crew", Workers(lost=1))))
    assert [result.failed for result in told] == [False, True, False]
    error = told[1].error
    assert isinstance(error, ComponentMissing)
    assert (error.code, error.params) == ("worker-lost", {"name": "乙.xlsx"})


@pytest.mark.parametrize("workers", [None, Workers()], ids=["alone", "crew"])
def test_a_master_is_told_once_it_is_done(tmp_path: Path, workers: Workers | None) -> None:
    asked = requests(tmp_path, "甲", "乙", "丙")
    told: list[tuple[str, int, int]] = []
    results = run_many(asked, lambda *each: told.append(each), cast("Crew | None", workers))
    assert told == []
    list(results)
    assert sorted(name for name, _, _ in told) == sorted(["甲.xlsx", "乙.xlsx", "丙.xlsx"])
    assert [(done, total) for _, done, total in told] == [(1, 3), (2, 3), (3, 3)]


def test_without_a_crew_a_bad_master_stops_no_other_either(tmp_path: Path) -> None:
    asked = requests(tmp_path, "甲", "乙")
    (tmp_path / "甲.xlsx").write_bytes(b"x")
    told = list(run_many(asked, quiet))
    assert isinstance(told[0].error, InputUnreadable)
    assert told[1].outcome is not None
    assert told[1].outcome.run is not None


@pytest.mark.parametrize("workers", [None, Workers()], ids=["alone", "crew"])
def test_masters_that_can_not_be_read_are_told_in_their_place(
    tmp_path: Path, workers: Workers | None
) -> None:
    asked = requests(tmp_path, "甲", "乙", "丙")
    for name in ("甲", "丙"):
        (tmp_path / f"{name}.xlsx").write_bytes(b"x")
    told = list(run_many(asked, quiet, cast("Crew | None", workers)))
    assert [type(each.error) for each in told] == [InputUnreadable, type(None), InputUnreadable]


def test_so_many_masters_are_held_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = requests(tmp_path, *"一二三四五六七八九十")
    taken: list[str] = []

    def counted(source: Source, form: Form) -> Intake:
        taken.append(str(source.workbook))
        return take_in(source, form)

    monkeypatch.setattr(many, "take_in", counted)
    monkeypatch.setattr(many, "_READ_AHEAD", 1)
    monkeypatch.setattr(many, "_AHEAD", 4)
    held = [
        len(taken) - number
        for number, _ in enumerate(run_many(asked, quiet, cast("Crew", Workers())))
    ]
    assert len(held) == len(taken) == 10
    assert max(held) <= 4
