"""Work in other processes: every answer comes back, whatever happens there."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.processes import runs, until

from pipeline.base import crew as crews
from pipeline.base.crew import Answer, Crew, WorkerFailedError, WorkerLostError
from pipeline.base.errors import ComponentMissing, InputUnreadable

ROOT = Path(__file__).resolve().parents[3]


def double(number: int) -> int:
    return 2 * number


def unreadable(path: Path) -> None:
    raise InputUnreadable("file-unreadable", path=path, reason="試験", sheet="表", cell="C2")


class StubbornError(Exception):
    """Pickling gives another exception than the one that was raised."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(one + two)


def stubborn() -> None:
    raise StubbornError(1, 2)


def vanish() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def process_id(_: int) -> int:
    time.sleep(0.05)
    return os.getpid()


class Web:
    """What only a search for garbage finds; it tells when it was found."""

    def __init__(self, found: Path) -> None:
        self._found = found
        self._self = self

    def __del__(self) -> None:
        self._found.touch()


def leave(found: Path) -> None:
    Web(found)


@pytest.fixture
def crew() -> Iterator[Crew]:
    with Crew(2, ("json",)) as made:
        yield made


def answers(
    crew: Crew, jobs: list[tuple[Callable[..., object], tuple[object, ...]]]
) -> list[Answer]:
    """The answers to all jobs, in the order of the jobs."""
    found: dict[int, Answer] = {}
    waiting = list(enumerate(jobs))
    while len(found) < len(jobs):
        while waiting and crew.has_room:
            index, (function, arguments) = waiting.pop(0)
            crew.give(index, function, *arguments)
        found |= {answer.key: answer for answer in crew.collect()}
    return [found[index] for index in range(len(jobs))]


def test_each_answer_belongs_to_its_key(crew: Crew) -> None:
    told = answers(crew, [(double, (number,)) for number in range(9)])
    assert [answer.get() for answer in told] == [2 * number for number in range(9)]


def test_two_members_share_the_work(crew: Crew) -> None:
    members = {answer.get() for answer in answers(crew, [(process_id, (n,)) for n in range(8)])}
    assert len(members) == 2
    assert os.getpid() not in members


def test_a_failure_comes_back_with_everything_that_it_says(crew: Crew) -> None:
    (told,) = answers(crew, [(unreadable, (Path("台帳.xlsx"),))])
    with pytest.raises(InputUnreadable) as caught:
        told.get()
    error = caught.value
    assert (error.code, error.sheet, error.cell) == ("file-unreadable", "表", "C2")
    assert error.params == {"path": Path("台帳.xlsx"), "reason": "試験"}


def test_an_error_that_can_not_be_pickled_is_told_with_its_traceback(crew: Crew) -> None:
    (told,) = answers(crew, [(stubborn, ())])
    with pytest.raises(WorkerFailedError, match="StubbornError") as caught:
        told.get()
    assert "in stubborn" in caught.value.__notes__[0]


def test_a_lost_member_is_told_and_replaced(crew: Crew) -> None:
    lost, *others = answers(crew, [(vanish, ()), *((double, (number,)) for number in range(4))])
    with pytest.raises(WorkerLostError):
        lost.get()
    assert [answer.get() for answer in others] == [0, 2, 4, 6]
    # Both at once: the crew is as large as before.
    members = {answer.get() for answer in answers(crew, [(process_id, (n,)) for n in range(8)])}
    assert len(members) == 2


def test_a_job_that_was_given_up_is_never_answered(crew: Crew) -> None:
    crew.give(0, time.sleep, 600)
    crew.give(1, unreadable, Path("台帳.xlsx"))
    crew.abandon()
    assert crew.has_room
    assert crew.collect() == []
    # The same keys again: every answer is that of the new job.
    told = answers(crew, [(double, (number,)) for number in range(4)])
    assert [answer.get() for answer in told] == [0, 2, 4, 6]


def test_nothing_to_come_is_no_reason_to_wait(crew: Crew) -> None:
    assert crew.collect() == []


def test_closing_ends_a_member_in_the_middle_of_its_job() -> None:
    crew = Crew(1, ())
    crew.give(0, time.sleep, 600)
    start = time.monotonic()
    crew.close()
    assert time.monotonic() - start < crews._SECONDS_TO_END


# In a process of its own: only one without threads may fork, and pytest may have some.
FORKED = """
import os, sys, time
from pipeline.base.crew import Crew
import unit_crew_jobs as jobs

before = set(sys.modules)
crew = Crew(3, ("decimal", "no_such_module"))
told = []
given = 0
while len(told) < 9:
    while given < 9 and crew.has_room:
        crew.give(given, jobs.where, 0)
        given += 1
    told += [answer.get() for answer in crew.collect()]
loaded = "decimal" in sys.modules
crew.close()
print(len({pid for pid, _, _ in told}), all(d for _, d, _ in told), loaded)
print(len({parent for _, _, parent in told}))
for pid, _, _ in told:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        continue
    print("left behind", pid)
"""
JOBS = """
import os, sys, time
def where(_):
    time.sleep(0.1)
    return os.getpid(), "decimal" in sys.modules, os.getppid()
"""


def test_members_are_forked_from_the_one_that_loaded_the_modules(tmp_path: Path) -> None:
    (tmp_path / "unit_crew_jobs.py").write_text(JOBS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", FORKED],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    # Three members; two of them are children of the third, which is ours.
    assert done.stdout.splitlines() == ["3 True False", "2"]
    assert done.stderr == ""


PARENT = """
import sys, time
from pipeline.base.crew import Crew
import unit_crew_jobs as jobs

crew = Crew(2, ())
crew.give(0, jobs.where, 0)
crew.give(1, jobs.where, 0)
for _ in range(2):
    for answer in crew.collect():
        print(answer.value[0], flush=True)
crew.give(2, time.sleep, 600)
crew.give(3, time.sleep, 600)
print("busy", flush=True)
time.sleep(600)
"""


def test_members_end_with_a_process_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "unit_crew_jobs.py").write_text(JOBS, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as parent:
        assert parent.stdout is not None
        members = []
        for line in parent.stdout:
            if line == "busy\n":
                break
            members.append(int(line))
        parent.kill()
    assert len(set(members)) == 2
    until(lambda: not any(runs(member) for member in members))


def test_a_component_error_survives_twice() -> None:
    error = ComponentMissing("font-missing", family="BIZ UDGothic")
    again = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(error))))
    assert (type(again), again.code, again.params) == (
        ComponentMissing,
        "font-missing",
        {"family": "BIZ UDGothic"},
    )


def test_who_is_asked_to_leave_after_his_last_job_does_not_clear_up_first(
    crew: Crew, tmp_path: Path
) -> None:
    assert [each.error for each in answers(crew, [(leave, (tmp_path / "found",))])] == [None]
    time.sleep(0.5)
    crew.close()
    assert not (tmp_path / "found").exists()


def test_a_member_clears_up_before_its_next_job(tmp_path: Path) -> None:
    with Crew(1, ("json",)) as crew:
        answers(crew, [(leave, (tmp_path / "found",)), (double, (2,))])
    assert (tmp_path / "found").exists()
