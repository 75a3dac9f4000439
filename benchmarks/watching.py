"""From the save of a master to the finished files, while ``watch`` runs."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from benchmarks.material import corrected
from benchmarks.measuring import ENVIRONMENT, PIPELINE, Command, Cost, cost


def latencies(
    place: Path, cold: Command, options: Command, column: str, *, runs: int
) -> tuple[list[Cost], list[Cost]]:
    """Costs of saves under ``watch`` and of cold builds between them, after one of each.

    Each save corrects one cell of ``column``. ``options`` say which documents are watched
    for. Of a save only the wall seconds are known.
    """
    inputs = place / "watched"
    inputs.mkdir(exist_ok=True)
    command = (*PIPELINE, "watch", "--json", "--inputs", str(inputs), *options)
    saves: list[Cost] = []
    colds: list[Cost] = []
    with subprocess.Popen(
        command,
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=ENVIRONMENT,
    ) as watch:
        assert watch.stdout is not None
        assert watch.stderr is not None
        for line in watch.stderr:
            if "Ctrl+C" in line:
                break
        for turn in range(runs + 1):
            beside = corrected(inputs / "0A1B2C3D", column, f"（{turn + 1} 度目の直し）")
            saves.append(Cost(_save(beside, watch), 0, 0))
            colds.append(cost(cold, place))
        # Not Ctrl+C: a benchmark that was started in the background hands on a deaf ear.
        watch.terminate()
        watch.communicate()
    return saves[1:], colds[1:]


def _save(beside: Path, watch: subprocess.Popen[str]) -> float:
    """As Excel saves: beside the master, then a rename; the seconds until the run is told."""
    assert watch.stdout is not None
    start = time.perf_counter()
    beside.replace(beside.with_name("台帳.xlsx"))
    told = watch.stdout.readline()
    seconds = time.perf_counter() - start
    if '"run": "' not in told:
        message = f"the watched build failed: {told}"
        raise RuntimeError(message)
    return seconds
