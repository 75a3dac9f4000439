"""Build many times in one process, and measure its resources.

In: two arguments, the number of builds and the number after which the process is warm. Out:
as JSON, the resources in use at these two points. ``tests/e2e/test_load.py`` runs it as a
separate program.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import os
import sys
import tempfile
import threading
from pathlib import Path

from pipeline.commands.build import run
from pipeline.commands.workers import Workers
from pipeline.model.editions import DocumentFormat
from pipeline.model.request import BuildRequest, Source

REQUEST = BuildRequest(
    source=Source(Path("inputs"), form_name="shiryo1"),
    editions=None,
    formats=tuple(DocumentFormat),
    paper=None,
    output=Path("output"),
    now=dt.datetime(2026, 3, 9, tzinfo=dt.UTC),
)


def main() -> None:
    """Build, and print the resources in use when warm and at the end."""
    last, warm = (int(argument) for argument in sys.argv[1:3])
    resources = {}
    with Workers(1) as workers:
        for count in range(1, last + 1):
            outcome = run(REQUEST, lambda *_: None, workers)
            if outcome.run is None or not outcome.findings:
                raise SystemExit(str(outcome))
            if count in (warm, last):
                worker = workers.schedule("worker", 0, os.getpid).result()
                resources[count] = resources_in_use(worker)
    sys.stdout.write(json.dumps(resources))


def resources_in_use(worker: int) -> dict[str, object]:
    """Memory and open files of this process and its worker; threads; temporary files."""
    gc.collect()
    both = [Path(f"/proc/{pid}") for pid in (os.getpid(), worker)]
    statuses = [(proc / "status").read_text(encoding="utf-8").splitlines() for proc in both]
    sizes = [next(line for line in lines if line.startswith("VmRSS")) for lines in statuses]
    return {
        "kib": [int(line.split()[1]) for line in sizes],
        "files": [len(list((proc / "fd").iterdir())) for proc in both],
        "threads": threading.active_count(),
        "temporary": sorted(path.name for path in Path(tempfile.gettempdir()).iterdir()),
        "worker": worker,
    }


if __name__ == "__main__":
    main()
