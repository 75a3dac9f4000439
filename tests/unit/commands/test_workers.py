"""Jobs in other processes: their results and errors, their limits, and how processes end."""

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
from support.processes import SECONDS, descendants, is_running, started_program, until

from pipeline.base.errors import ComponentMissing, InputUnreadable
from pipeline.commands import workers as module
from pipeline.commands.workers import Job, JobFailedError, Workers, as_done


def pid() -> int:
    return os.getpid()


def sleep(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def spin() -> None:
    while True:
        pass


def allocate_too_much() -> int:
    return len(b"x" * (8 * 2**30))


def kill_itself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def failing(kind: str) -> None:
    if kind == "ours":
        raise InputUnreadable("not-a-workbook", path=Path("台帳.xlsx"))
    raise UnpicklableError(kind, 2)


class UnpicklableError(Exception):
    """Pickle can't recreate it, because pickle passes the message as the only argument."""

    def __init__(self, first: str, second: int) -> None:
        super().__init__(f"{first} {second}")


def test_job_runs_in_another_process(workers: Workers) -> None:
    first = workers.schedule("甲", 0, pid).result()
    assert first != os.getpid()
    assert is_running(first)


def test_jobs_are_yielded_as_they_finish(workers: Workers) -> None:
    slow, quick = workers.schedule("遅", 0, sleep, 1.0), workers.schedule("速", 0, pid)
    assert [job.name for job in as_done([slow, quick])] == ["速", "遅"]


def test_pipeline_error_keeps_its_parameters(workers: Workers) -> None:
    with pytest.raises(InputUnreadable) as caught:
        workers.schedule("甲", 0, failing, "ours").result()
    assert caught.value.params == {"path": Path("台帳.xlsx")}


def test_unexpected_error_keeps_its_traceback(workers: Workers) -> None:
    with pytest.raises(JobFailedError, match="UnpicklableError: theirs 2") as caught:
        workers.schedule("甲", 0, failing, "theirs").result()
    assert "in failing" in caught.value.__notes__[0]


def test_endless_job_is_ended_and_no_other_job_fails(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = workers.schedule("別", 0, sleep, 1.0)
    monkeypatch.setattr(module, "SECONDS", 0.3)
    with pytest.raises(ComponentMissing) as caught:
        workers.schedule("甲.pdf", 0, spin).result()
    assert caught.value.code == "template-endless"
    assert caught.value.params["name"] == "甲.pdf"
    assert is_running(other.result())


def test_rows_extend_the_time_limit(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.1)
    assert workers.schedule("甲.pdf", 5, sleep, 0.5).result()


def test_job_over_the_memory_limit_fails_and_its_worker_continues() -> None:
    with Workers(1) as workers:
        before = workers.schedule("前", 0, pid).result()
        with pytest.raises(ComponentMissing) as caught:
            workers.schedule("甲.pdf", 0, allocate_too_much).result()
        assert (caught.value.code, caught.value.params) == (
            "template-too-large",
            {"name": "甲.pdf"},
        )
        assert workers.schedule("後", 0, pid).result() == before


def test_killed_worker_fails_only_its_own_job(workers: Workers) -> None:
    other = workers.schedule("別", 0, sleep, 0.5)
    with pytest.raises(ComponentMissing) as caught:
        workers.schedule("甲.pdf", 0, kill_itself).result()
    assert (caught.value.code, caught.value.params) == ("worker-lost", {"name": "甲.pdf"})
    assert other.result()


def test_killed_idle_workers_are_replaced() -> None:
    with Workers(1) as workers:
        first = workers.schedule("前", 0, pid).result()
        os.kill(first, signal.SIGKILL)
        until(lambda: not workers._pool.active)
        assert workers.schedule("後", 0, pid).result() != first


def test_job_lost_by_a_broken_pool_fails() -> None:
    pool = ProcessPool(1)
    pool.stop()  # type: ignore[no-untyped-call]  # pebble has no annotation
    pool.join()
    lost_job: Job[None] = Job("資料１.pdf", 1.0, Future(), pool)
    assert list(as_done([lost_job])) == [lost_job]
    with pytest.raises(ComponentMissing) as caught:
        lost_job.result()
    assert caught.value.code == "worker-lost"


def test_running_job_can_be_cancelled() -> None:
    with Workers(1) as workers:
        first = workers.schedule("前", 0, pid).result()
        job = workers.schedule("甲", 0, spin)
        until(job.future.running)
        job.cancel()
        assert workers.schedule("後", 0, pid).result() != first
        assert not is_running(first)


def test_close_ends_busy_and_idle_workers() -> None:
    # The fork server stays for the next workers.
    Workers(1).close()
    others = descendants(os.getpid())
    with Workers(2) as workers:
        waiting = workers.schedule("前", 0, pid).result()
        busy = workers.schedule("甲", 0, spin)
        until(busy.future.running)
        started = descendants(os.getpid()) - others
        assert waiting in started
        assert len(started) == 2
    assert not any(is_running(worker) for worker in started)


def test_workers_without_a_job_end() -> None:
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
def test_workers_end_with_the_main_process(sent: signal.Signals) -> None:
    with started_program(BUSY) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "busy\n"
        started = descendants(first.pid)
        assert len(started) >= 2
        first.send_signal(sent)
        first.communicate(timeout=SECONDS)
    until(lambda: not any(is_running(process) for process in started))


def test_only_the_main_process_reports_ctrl_c_during_start_up() -> None:
    program = BUSY.replace("        jobs =", "        print('early', flush=True)\n        jobs =")
    with started_program(program) as first:
        assert first.stdout is not None
        first.stdout.readline()
        until(lambda: len(descendants(first.pid)) >= 2)
        for process in (*descendants(first.pid), first.pid):
            os.kill(process, signal.SIGINT)
        _, messages = first.communicate(timeout=SECONDS)
    assert messages.count("Traceback") == 1


def test_preload_ignores_a_renderer_that_cannot_be_loaded() -> None:
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
