"""Builds in a row by one process: how often and after how many it is warm in, what it holds out.

Run as a program of its own by ``tests/e2e/test_load.py``.
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
    source=Source(Path("inputs")),
    form_name="shiryo1",
    editions=None,
    formats=tuple(DocumentFormat),
    paper=None,
    output=Path("output"),
    now=dt.datetime(2026, 3, 9, tzinfo=dt.UTC),
)


def main() -> None:
    """Build, and tell what was held when warm and at the end."""
    last, warm = (int(argument) for argument in sys.argv[1:3])
    seen = {}
    with Workers(1) as workers:
        for count in range(1, last + 1):
            made = run(REQUEST, lambda *_: None, workers)
            if made.run is None or not made.findings:
                raise SystemExit(str(made))
            if count in (warm, last):
                worker = workers.schedule("worker", 0, os.getpid).result()
                seen[count] = held(worker)
    sys.stdout.write(json.dumps(seen))


def held(worker: int) -> dict[str, object]:
    """Memory and files of this process and its worker; threads; what lies in the temporary."""
    gc.collect()
    both = [Path(f"/proc/{pid}") for pid in (os.getpid(), worker)]
    facts = [(each / "status").read_text(encoding="utf-8").splitlines() for each in both]
    pages = [next(line for line in lines if line.startswith("VmRSS")) for lines in facts]
    return {
        "kib": [int(line.split()[1]) for line in pages],
        "files": [len(list((each / "fd").iterdir())) for each in both],
        "threads": threading.active_count(),
        "temporary": sorted(each.name for each in Path(tempfile.gettempdir()).iterdir()),
        "worker": worker,
    }


if __name__ == "__main__":
    main()
