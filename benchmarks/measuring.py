"""Run commands in turn as whole processes and measure the cost of each run.

In: commands. Out: wall seconds, processor seconds and the memory of the largest process of
each run. Runs of several commands are interleaved, so that a ratio compares adjacent runs.
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
# The bare script has its own templates: ours print any form from a grid of cells.
FORM = ROOT / "benchmarks" / "templates"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
PIPELINE = (sys.executable, "-m", "pipeline")
# Only the four files that the peers make, without the other documents.
SAME_FILES = ("--documents", "handout")

# Linux's PR_SET_CHILD_SUBREAPER.
_ADOPT = 36

Command = Sequence[str]
Row = dict[str, float]


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one run: wall and processor seconds, and MiB of its largest process."""

    seconds: float
    processor: float
    peak: float


def cost(command: Command, folder: Path) -> Cost:
    """Run a command once in ``folder``; raises CalledProcessError if it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
        start_new_session=True,
    )
    # Includes the children for which the process has waited.
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    usages = (usage, *_orphan_usages(process.pid))
    processor = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    return Cost(seconds, processor, max(usage.ru_maxrss for usage in usages) / 1024)


def adopt() -> None:
    """Become the parent of processes that outlive their command (its fork server)."""
    ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)


def _orphan_usages(group: int) -> Iterator[resource.struct_rusage]:
    """The usage of processes that ended after their command, including their children."""
    with contextlib.suppress(ChildProcessError):
        while True:
            yield os.wait4(-group, 0)[2]


def interleaved(
    commands: Mapping[str, Command], folder: Path, *, runs: int, warm_up: int = 1
) -> dict[str, list[Cost]]:
    """Run all commands in turn, ``runs`` times, after ``warm_up`` rounds that don't count."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for round_number in range(warm_up + runs):
        for name, command in commands.items():
            run = cost(command, folder)
            if round_number >= warm_up:
                costs[name].append(run)
            print(f"  {name}: {run.seconds:.2f} s", file=sys.stderr, flush=True)
    return costs


def row(costs: Sequence[Cost]) -> Row:
    """The medians of a command's runs, and their least and greatest times."""
    seconds = [run.seconds for run in costs]
    return {
        "runs": len(costs),
        "median_s": round(statistics.median(seconds), 3),
        "min_s": round(min(seconds), 3),
        "max_s": round(max(seconds), 3),
        "processor_s": round(statistics.median(run.processor for run in costs), 3),
        "peak_mib": round(max(run.peak for run in costs)),
    }


def ratio(ours: Sequence[Cost], peers: Sequence[Cost]) -> float:
    """The median of the ratios of adjacent runs."""
    pairs = zip(ours, peers, strict=True)
    return round(statistics.median(a.seconds / b.seconds for a, b in pairs), 2)
