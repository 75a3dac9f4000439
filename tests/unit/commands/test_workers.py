"""Jobs in other processes: what comes back, and what ends one that goes wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from pathlib import Path

import pytest
from pebble import ProcessPool
from support.processes import SECONDS, begun_program, family, runs, until

from pipeline.base.errors import ComponentMissing, InputUnreadable
from pipeline.commands import workers as module
from pipeline.commands.workers import Job, JobFailedError, Workers, as_done


def pid() -> int:
    return os.getpid()


def sleeping(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def spinning() -> None:
    while True:
        pass


def greedy() -> int:
    return len(b"x" * (8 * 2**30))


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def failing(kind: str) -> None:
    if kind == "ours":
        raise InputUnreadable("not-a-workbook", path=Path("台帳.xlsx"))
    raise UnpicklableError(kind, 2)


class UnpicklableError(Exception):
    """Can't be made again from its message alone, as pickle tries it."""

    def __init__(self, first: str, second: int) -> None:
        super().__init__(f"{first} {second}")


def test_a_job_is_done_in_another_process(workers: Workers) -> None:
    first = workers.schedule("甲", 0, pid).result()
    assert first != os.getpid()
    assert runs(first)


def test_jobs_come_as_they_are_done(workers: Workers) -> None:
    slow, quick = workers.schedule("遅", 0, sleeping, 1.0), workers.schedule("速", 0, pid)
    assert [job.name for job in as_done([slow, quick])] == ["速", "遅"]


def test_an_error_of_ours_comes_back_whole(workers: Workers) -> None:
    with pytest.raises(InputUnreadable) as caught:
        workers.schedule("甲", 0, failing, "ours").result()
    assert caught.value.params == {"path": Path("台帳.xlsx")}


def test_any_other_error_is_told_with_its_traceback(workers: Workers) -> None:
    with pytest.raises(JobFailedError, match="UnpicklableError: theirs 2") as caught:
        workers.schedule("甲", 0, failing, "theirs").result()
    assert "in failing" in caught.value.__notes__[0]


def test_a_job_without_end_is_ended_and_costs_no_other(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = workers.schedule("別", 0, sleeping, 1.0)
    monkeypatch.setattr(module, "SECONDS", 0.3)
    with pytest.raises(ComponentMissing) as caught:
        workers.schedule("甲.pdf", 0, spinning).result()
    assert caught.value.code == "template-endless"
    assert caught.value.params["name"] == "甲.pdf"
    assert runs(beside.result())


def test_rows_allow_a_job_more_time(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.1)
    assert workers.schedule("甲.pdf", 5, sleeping, 0.5).result()


def test_a_job_that_wants_all_memory_is_ended_and_its_worker_goes_on() -> None:
    with Workers(1) as workers:
        before = workers.schedule("前", 0, pid).result()
        with pytest.raises(ComponentMissing) as caught:
            workers.schedule("甲.pdf", 0, greedy).result()
        assert (caught.value.code, caught.value.params) == (
            "template-too-large",
            {"name": "甲.pdf"},
        )
        assert workers.schedule("後", 0, pid).result() == before


def test_a_worker_that_is_killed_costs_its_own_job(workers: Workers) -> None:
    beside = workers.schedule("別", 0, sleeping, 0.5)
    with pytest.raises(ComponentMissing) as caught:
        workers.schedule("甲.pdf", 0, killed).result()
    assert (caught.value.code, caught.value.params) == ("worker-lost", {"name": "甲.pdf"})
    assert beside.result()


def test_workers_that_are_killed_while_they_wait_are_replaced() -> None:
    with Workers(1) as workers:
        first = workers.schedule("前", 0, pid).result()
        os.kill(first, signal.SIGKILL)
        until(lambda: not workers._pool.active)
        assert workers.schedule("後", 0, pid).result() != first


def test_a_job_that_a_broken_pool_forgot_is_told_and_waited_for_no_longer() -> None:
    pool = ProcessPool(1)
    pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it out
    pool.join()
    forgotten: Job[None] = Job("資料１.pdf", 1.0, Future(), pool)
    assert list(as_done([forgotten])) == [forgotten]
    with pytest.raises(ComponentMissing) as lost:
        forgotten.result()
    assert lost.value.code == "worker-lost"


def test_a_job_that_runs_can_be_given_up() -> None:
    with Workers(1) as workers:
        first = workers.schedule("前", 0, pid).result()
        job = workers.schedule("甲", 0, spinning)
        until(job.future.running)
        job.cancel()
        assert workers.schedule("後", 0, pid).result() != first
        assert not runs(first)


def test_nothing_is_left_after_the_end_whatever_was_at_work() -> None:
    # The fork server stays, for the next workers.
    Workers(1).close()
    others = family(os.getpid())
    with Workers(2) as workers:
        waiting = workers.schedule("前", 0, pid).result()
        busy = workers.schedule("甲", 0, spinning)
        until(busy.future.running)
        started = family(os.getpid()) - others
        assert waiting in started
        assert len(started) == 2
    assert not any(runs(worker) for worker in started)


def test_workers_that_get_no_job_end_too() -> None:
    Workers(1).close()


BUSY = """
import sys
from support.jobs import spin
from pipeline.commands.workers import Workers
if __name__ == "__main__":
    with Workers(2) as workers:
        jobs = [workers.schedule("甲", 0, spin) for _ in range(2)]
        while not all(job.future.running() for job in jobs):
            pass
        print("busy", flush=True)
        jobs[0].result()
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_first_however_it_ends(sent: signal.Signals) -> None:
    with begun_program(BUSY) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "busy\n"
        started = family(first.pid)
        assert len(started) >= 2
        first.send_signal(sent)
        first.communicate(timeout=SECONDS)
    until(lambda: not any(runs(process) for process in started))


def test_ctrl_c_while_the_workers_start_is_told_by_the_first_process_alone() -> None:
    program = BUSY.replace("        jobs =", "        print('early', flush=True)\n        jobs =")
    with begun_program(program) as first:
        assert first.stdout is not None
        first.stdout.readline()
        until(lambda: len(family(first.pid)) >= 2)
        for process in (*family(first.pid), first.pid):
            os.kill(process, signal.SIGINT)
        _, messages = first.communicate(timeout=SECONDS)
    assert messages.count("Traceback") == 1


def test_where_no_renderer_can_be_loaded_the_job_tells() -> None:
    program = """
import sys
sys.modules["pipeline.commands.pdf_files"] = None
from pipeline.commands import preload
print("loaded")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, encoding="utf-8"
    )
    assert done.stdout == "loaded\n"
