"""Run whole processes in turn and keep what each cost.

In: commands. Out: wall seconds, processor seconds and the largest process of each
run. Runs of several commands are interleaved, so that a ratio compares neighbours.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "inputs" / "見本" / "連携事業マスタ_意見入り見本.xlsx"
# The peer fills templates of its own: ours print any form from a grid of cells.
FORM = ROOT / "benchmarks" / "templates"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
PIPELINE = (sys.executable, "-m", "pipeline")
# The four files that the peers make, and none of those that go with them.
SAME_FILES = ("--documents", "handout")

# Linux's PR_SET_CHILD_SUBREAPER.
_ADOPT = 36

Command = Sequence[str]
Row = dict[str, float]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: wall and processor seconds, and MiB of its largest process."""

    seconds: float
    processor: float
    peak: float


def cost(command: Command, folder: Path) -> Cost:
    """One run in ``folder``; a command that fails stops the benchmark."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
        start_new_session=True,
    )
    # With its own children, as far as it has waited for them.
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    all_used = (used, *_left_behind(process.pid))
    processor = sum(each.ru_utime + each.ru_stime for each in all_used)
    return Cost(seconds, processor, max(each.ru_maxrss for each in all_used) / 1024)


def adopt() -> None:
    """Have processes that a command leaves behind (its fork server) become ours to wait for."""
    ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)


def _left_behind(group: int) -> Iterator[resource.struct_rusage]:
    """What the processes used that ended after their command, with all that they waited for."""
    with contextlib.suppress(ChildProcessError):
        while True:
            yield os.wait4(-group, 0)[2]


def interleaved(
    commands: Mapping[str, Command], folder: Path, *, runs: int, warm_up: int = 1
) -> dict[str, list[Cost]]:
    """Every command ``runs`` times, in turn, after ``warm_up`` rounds that don't count."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(warm_up + runs):
        for name, command in commands.items():
            one = cost(command, folder)
            if turn >= warm_up:
                costs[name].append(one)
            print(f"  {name}: {one.seconds:.2f} s", file=sys.stderr, flush=True)
    return costs


def row(costs: Sequence[Cost]) -> Row:
    """The medians of a command, and how far its runs lay apart."""
    seconds = [each.seconds for each in costs]
    return {
        "runs": len(costs),
        "median_s": round(statistics.median(seconds), 3),
        "min_s": round(min(seconds), 3),
        "max_s": round(max(seconds), 3),
        "processor_s": round(statistics.median(each.processor for each in costs), 3),
        "peak_mib": round(max(each.peak for each in costs)),
    }


def ratio(ours: Sequence[Cost], peers: Sequence[Cost]) -> float:
    """The median of the ratios of neighbouring runs."""
    pairs = zip(ours, peers, strict=True)
    return round(statistics.median(a.seconds / b.seconds for a, b in pairs), 2)
