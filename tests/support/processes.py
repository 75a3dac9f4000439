"""Processes under test, seen from outside: what they started, and whether it still runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60


def begun(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """A command of ours that goes on while the test looks at it; messages on ``stderr``."""
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def begun_program(source: str) -> subprocess.Popen[str]:
    """A Python program that may use the tests' own support, as ``begun``."""
    return subprocess.Popen(
        [sys.executable, "-c", source],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def killed_in(module: ModuleType, step: int, work: Callable[[], object]) -> None:
    """Do the work; this process is killed at the ``step``-th line of ``module`` that runs."""
    left = step

    def trace(frame: Any, _event: str, _argument: object) -> Any:
        nonlocal left
        if frame.f_code.co_filename != module.__file__:
            return None
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    work()


def until(happened: Callable[[], bool]) -> None:
    """Wait for something; fails where it does not happen."""
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def runs(pid: int) -> bool:
    """Whether the process does anything; one that nobody has waited for yet does not."""
    return _status(pid)[0] not in "ZX"


def family(pid: int) -> set[int]:
    """Every process below ``pid`` that runs."""
    parents = {
        int(each.name): _status(int(each.name))[1]
        for each in Path("/proc").iterdir()
        if each.name.isdecimal()
    }
    below = {pid}
    while more := {each for each, parent in parents.items() if parent in below} - below:
        below |= more
    return {each for each in below - {pid} if runs(each)}


def wakes(pid: int) -> int:
    """How often the threads of a process have waited for something by now."""
    statuses = Path(f"/proc/{pid}/task").glob("*/status")
    told = (each.read_text(encoding="utf-8") for each in statuses)
    return sum(int(each.rpartition("\nvoluntary_ctxt_switches:")[2].split()[0]) for each in told)


def is_at_work(pid: int) -> bool:
    """Whether the process has used half a second of a processor by now."""
    try:
        facts = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return int(facts[11]) + int(facts[12]) > os.sysconf("SC_CLK_TCK") / 2


def workers_of(pid: int) -> set[int]:
    """The processes that work for ``pid``: its children are Python's own helpers."""
    return {each for each in family(pid) if _status(each)[1] != pid}


def _status(pid: int) -> tuple[str, int]:
    """A letter for what the process does, X for one that is gone, and its parent."""
    try:
        facts = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2]
    except (FileNotFoundError, ProcessLookupError):
        return "X", 0
    state, parent, *_ = facts.split()
    return state, int(parent)
