"""No opinion is lost: two processes collect together, a workbook is open, a master is renamed."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from support.books import book_rows, fill, opened, write
from support.masters import row, write_master
from support.processes import run_and_kill

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
    made = entry.run(Source(master.parent, master, FORM), folder / "output").path
    assert made is not None
    return fill(made, {no: ("継続", f"意見{no}") for no in numbers})


def collected(master: Path, file: Path) -> Path:
    path = collect.run(file, Source(master.parent, master, FORM)).path
    assert path is not None
    return path


def chosen(results: Path) -> set[int]:
    opinions = opened(results).opinions
    return {each.no or 0 for each in opinions if each.fills["opinion"].status is Status.CHOSEN}


def intake_of(master: Path) -> Intake:
    return read_intake(Source(master.parent, master, FORM))


def codes(intake: Intake) -> list[str]:
    return [found.code for found in intake.findings]


def test_two_processes_that_collect_together_lose_no_opinion(tmp_path: Path) -> None:
    for pair in range(4):
        folder = tmp_path / str(pair)
        master = master_in(folder)
        files_to_collect = [entered(folder, master, 1), entered(folder, master, 2)]
        # With and without an existing results workbook.
        before = {3} if pair % 2 else set()
        if before:
            collected(master, entered(folder, master, *before))
        workers = [FORK.Process(target=collected, args=(master, file)) for file in files_to_collect]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
        assert [worker.exitcode for worker in workers] == [0, 0]
        (results,) = master.parent.glob("*_懇談会意見*.xlsx")
        assert chosen(results) == {1, 2} | before


@pytest.mark.parametrize("lock", ["~$台帳_懇談会意見.xlsx", ".~lock.台帳_懇談会意見.xlsx#"])
def test_open_results_workbook_is_not_overwritten(tmp_path: Path, lock: str) -> None:
    master = master_in(tmp_path)
    results = collected(master, entered(tmp_path, master, 1))
    before = results.read_bytes()
    (results.parent / lock).write_bytes(b"")
    file = entered(tmp_path, master, 2)
    with pytest.raises(OutputUnwritable) as caught:
        collected(master, file)
    assert (caught.value.exit_status, caught.value.code) == (5, "file-open-elsewhere")
    assert results.read_bytes() == before
    # The saved content is still read.
    assert codes(intake_of(master)) == codes(intake_of(master))
    assert not intake_of(master).blocked
    (results.parent / lock).unlink()
    assert chosen(collected(master, file)) == {1, 2}


@pytest.mark.parametrize("before", [(), (1,)], ids=["the first", "the second"])
def test_killed_collect_does_not_block_a_build(tmp_path: Path, before: tuple[int, ...]) -> None:
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
        intake = intake_of(master)
        assert not intake.blocked
        if results.exists():
            assert chosen(results) in ({*before}, {*before, 2})
        if worker.exitcode == 0:
            break
        for leftover in master.parent.glob(".writing-*"):
            leftover.unlink()
    assert worker.exitcode == 0, "it never came to its end"
    assert chosen(results) == {*before, 2}


def _killed_at(step: int, master: Path, file: Path) -> None:
    run_and_kill(files, step, lambda: collected(master, file))


def test_renamed_master_keeps_its_opinions_with_a_finding(tmp_path: Path) -> None:
    master = master_in(tmp_path)
    collected(master, entered(tmp_path, master, 1))
    renamed = master.rename(master.with_name("台帳 第２回.xlsx"))
    intake = intake_of(renamed)
    assert "results-of-renamed" in codes(intake)
    assert intake.records.rows[0].fill("comment").value == "意見1"


def test_renamed_and_changed_master_reports_lost_opinions(tmp_path: Path) -> None:
    master = master_in(tmp_path)
    collected(master, entered(tmp_path, master, 1))
    renamed = write_master(master.with_name("改訂.xlsx"), [row(n, progress=2) for n in range(1, 5)])
    # While the old master exists, the workbook belongs to it.
    assert "results-lost" not in codes(intake_of(renamed))
    master.unlink()
    intake = intake_of(renamed)
    (found,) = [each for each in intake.findings if each.code == "results-lost"]
    assert found.value == "台帳_懇談会意見.xlsx"
    assert "改訂_懇談会意見.xlsx に変えて" in found.message
    assert intake.records.rows[0].fill("opinion").is_blank
    # It is still reported after new opinions are collected.
    collected(renamed, entered(tmp_path, renamed, 2))
    assert "results-lost" in codes(intake_of(renamed))


def test_results_of_other_projects_are_not_reported_as_lost(tmp_path: Path) -> None:
    master = master_in(tmp_path)
    other = write_master(tmp_path / "他" / "別.xlsx", [row(n, name=f"別{n}") for n in range(1, 5)])
    records = intake_of(other).records
    write(master.parent / "別_懇談会意見.xlsx", book_rows(records))
    assert "results-lost" not in codes(intake_of(master))


@pytest.mark.parametrize("part", [0, 0.5], ids=["empty", "half"])
def test_truncated_results_workbook_is_reported_and_blocks_no_meeting_edition(
    tmp_path: Path, part: float
) -> None:
    """An interrupted copy can leave such a file; this program can't."""
    master = master_in(tmp_path)
    results = collected(master, entered(tmp_path, master, 1))
    content = results.read_bytes()
    results.write_bytes(content[: int(len(content) * part)])
    intake = intake_of(master)
    assert codes(intake) == ["results-unreadable"]
    assert not intake.blocked
    assert all(row.fill("opinion").is_blank for row in intake.records.rows)
    # The next collect writes another workbook, which is used from then on.
    collected(master, entered(tmp_path, master, 2))
    assert results.read_bytes() == content[: int(len(content) * part)]
    assert intake_of(master).records.rows[1].fill("comment").value == "意見2"
