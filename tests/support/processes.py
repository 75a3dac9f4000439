"""Processes under test: their child processes, and whether these still run."""

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


def started_command(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a command that runs while the test continues; messages on ``stderr``."""
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def started_program(source: str) -> subprocess.Popen[str]:
    """Start a Python program that can import ``support``; otherwise like ``begun``."""
    return subprocess.Popen(
        [sys.executable, "-c", source],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def run_and_kill(module: ModuleType, step: int, work: Callable[[], object]) -> None:
    """Do the work, and kill this process at the ``step``-th executed line of ``module``."""
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
    """Wait until ``happened()`` is true; fails after ``SECONDS``."""
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    return _status(pid)[0] not in "ZX"


def computes(pid: int) -> bool:
    """Whether the process uses a processor at this moment; one that waits for a job does not."""
    return _status(pid)[0] == "R"


def descendants(pid: int) -> set[int]:
    """Every running descendant of ``pid``."""
    parents = {
        int(proc.name): _status(int(proc.name))[1]
        for proc in Path("/proc").iterdir()
        if proc.name.isdecimal()
    }
    tree = {pid}
    while more := {each for each, parent in parents.items() if parent in tree} - tree:
        tree |= more
    return {each for each in tree - {pid} if is_running(each)}


def wait_count(pid: int) -> int:
    """How often the threads of a process have waited up to now."""
    statuses = Path(f"/proc/{pid}/task").glob("*/status")
    texts = (path.read_text(encoding="utf-8") for path in statuses)
    return sum(int(text.rpartition("\nvoluntary_ctxt_switches:")[2].split()[0]) for text in texts)


def is_at_work(pid: int) -> bool:
    """Whether the process has used half a second of processor time up to now."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return int(fields[11]) + int(fields[12]) > os.sysconf("SC_CLK_TCK") / 2


def workers_of(pid: int) -> set[int]:
    """The workers of ``pid``: descendants that are no children; those are Python's helpers."""
    return {each for each in descendants(pid) if _status(each)[1] != pid}


def _status(pid: int) -> tuple[str, int]:
    """The state letter of a process (X if it does not exist) and its parent."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2]
    except (FileNotFoundError, ProcessLookupError):
        return "X", 0
    state, parent, *_ = fields.split()
    return state, int(parent)
