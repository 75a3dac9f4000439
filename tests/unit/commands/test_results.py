"""Opinions are never lost: two that collect at once, a workbook that is open, a new name."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from support.books import book_rows, fill, opened, write
from support.masters import row, write_master
from support.processes import killed_in

from pipeline.base import files
from pipeline.base.errors import OutputUnwritable
from pipeline.commands import collect, entry
from pipeline.commands.reading import read_intake
from pipeline.model.intake import Intake
from pipeline.model.request import Source
from pipeline.model.values import Status

FORK = multiprocessing.get_context("fork")
FORM = "shiryo1"


def master_in(folder: Path, name: str = "台帳.xlsx") -> Path:
    return write_master(folder / "inputs" / name, [row(n) for n in range(1, 5)])


def entered(folder: Path, master: Path, *numbers: int) -> Path:
    """An entry workbook in which the council chose 継続 for these projects."""
    made = entry.run(Source(master.parent, master), FORM, folder / "output").path
    assert made is not None
    return fill(made, {no: ("継続", f"意見{no}") for no in numbers})


def collected(master: Path, file: Path) -> Path:
    path = collect.run(file, Source(master.parent, master), FORM).path
    assert path is not None
    return path


def chosen(results: Path) -> set[int]:
    said = opened(results).opinions
    return {each.no or 0 for each in said if each.fills["opinion"].status is Status.CHOSEN}


def taken(master: Path) -> Intake:
    return read_intake(Source(master.parent, master), FORM)


def codes(intake: Intake) -> list[str]:
    return [found.code for found in intake.findings]


def test_of_two_that_collect_at_once_neither_loses_its_opinions(tmp_path: Path) -> None:
    for pair in range(4):
        folder = tmp_path / str(pair)
        master = master_in(folder)
        both = [entered(folder, master, 1), entered(folder, master, 2)]
        # A results workbook that is there already, and one that is not.
        before = {3} if pair % 2 else set()
        if before:
            collected(master, entered(folder, master, *before))
        workers = [FORK.Process(target=collected, args=(master, file)) for file in both]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
        assert [worker.exitcode for worker in workers] == [0, 0]
        (results,) = master.parent.glob("*_懇談会意見*.xlsx")
        assert chosen(results) == {1, 2} | before


@pytest.mark.parametrize("lock", ["~$台帳_懇談会意見.xlsx", ".~lock.台帳_懇談会意見.xlsx#"])
def test_a_results_workbook_that_is_open_is_left_to_its_editor(tmp_path: Path, lock: str) -> None:
    master = master_in(tmp_path)
    results = collected(master, entered(tmp_path, master, 1))
    before = results.read_bytes()
    (results.parent / lock).write_bytes(b"")
    file = entered(tmp_path, master, 2)
    with pytest.raises(OutputUnwritable) as caught:
        collected(master, file)
    assert (caught.value.exit_status, caught.value.code) == (5, "file-open-elsewhere")
    assert results.read_bytes() == before
    # It is read all the same: what is saved counts.
    assert codes(taken(master)) == codes(taken(master))
    assert not taken(master).blocked
    (results.parent / lock).unlink()
    assert chosen(collected(master, file)) == {1, 2}


@pytest.mark.parametrize("before", [(), (1,)], ids=["the first", "the second"])
def test_a_collect_that_is_killed_anywhere_in_its_writing_blocks_no_build(
    tmp_path: Path, before: tuple[int, ...]
) -> None:
    master = master_in(tmp_path)
    if before:
        results = collected(master, entered(tmp_path, master, *before))
        content = results.read_bytes()
    file = entered(tmp_path, master, 2)
    for step in range(1, 200, 7):
        results = master.parent / "台帳_懇談会意見.xlsx"
        if before:
            results.write_bytes(content)
        else:
            results.unlink(missing_ok=True)
        worker = FORK.Process(target=_killed_at, args=(step, master, file))
        worker.start()
        worker.join(60)
        intake = taken(master)
        assert not intake.blocked
        if results.exists():
            assert chosen(results) in ({*before}, {*before, 2})
        if worker.exitcode == 0:
            break
        for left in master.parent.glob(".writing-*"):
            left.unlink()
    assert worker.exitcode == 0, "it never came to its end"
    assert chosen(results) == {*before, 2}


def _killed_at(step: int, master: Path, file: Path) -> None:
    killed_in(files, step, lambda: collected(master, file))


def test_a_renamed_master_finds_its_opinions_and_says_so(tmp_path: Path) -> None:
    master = master_in(tmp_path)
    collected(master, entered(tmp_path, master, 1))
    renamed = master.rename(master.with_name("台帳 第２回.xlsx"))
    intake = taken(renamed)
    assert "results-of-renamed" in codes(intake)
    assert intake.records.rows[0].fill("comment").value == "意見1"


def test_a_master_renamed_and_changed_says_that_its_opinions_are_lost(tmp_path: Path) -> None:
    master = master_in(tmp_path)
    collected(master, entered(tmp_path, master, 1))
    renamed = write_master(master.with_name("改訂.xlsx"), [row(n, progress=2) for n in range(1, 5)])
    # While the older master is there, the workbook is that one's.
    assert "results-lost" not in codes(taken(renamed))
    master.unlink()
    intake = taken(renamed)
    (found,) = [each for each in intake.findings if each.code == "results-lost"]
    assert found.value == "台帳_懇談会意見.xlsx"
    assert "改訂_懇談会意見.xlsx に変えて" in found.message
    assert intake.records.rows[0].fill("opinion").is_blank
    # It goes on being told when new ones are collected beside it.
    collected(renamed, entered(tmp_path, renamed, 2))
    assert "results-lost" in codes(taken(renamed))


def test_results_of_other_projects_are_nobody_s_lost_ones(tmp_path: Path) -> None:
    master = master_in(tmp_path)
    other = write_master(tmp_path / "他" / "別.xlsx", [row(n, name=f"別{n}") for n in range(1, 5)])
    records = taken(other).records
    write(master.parent / "別_懇談会意見.xlsx", book_rows(records))
    assert "results-lost" not in codes(taken(master))


@pytest.mark.parametrize("part", [0, 0.5], ids=["empty", "half"])
def test_a_results_workbook_that_is_empty_or_half_is_told_and_blocks_no_meeting_edition(
    tmp_path: Path, part: float
) -> None:
    """A copy that was broken off leaves one: nothing of ours does."""
    master = master_in(tmp_path)
    results = collected(master, entered(tmp_path, master, 1))
    content = results.read_bytes()
    results.write_bytes(content[: int(len(content) * part)])
    intake = taken(master)
    assert codes(intake) == ["results-unreadable"]
    assert not intake.blocked
    assert all(row.fill("opinion").is_blank for row in intake.records.rows)
    # What is collected next goes beside it; then that is the one.
    collected(master, entered(tmp_path, master, 2))
    assert results.read_bytes() == content[: int(len(content) * part)]
    assert taken(master).records.rows[1].fill("comment").value == "意見2"
