"""Two hundred builds in a row, by one process and its worker: nothing is left behind anywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.commands import ROOT, published
from support.masters import row, write_master

BUILDS = 200
WARM = 60
MANY = """
import datetime as dt, gc, json, os, sys, tempfile, threading
from pathlib import Path
from pipeline.commands.build import run
from pipeline.commands.workers import Workers
from pipeline.model.request import Request
from pipeline.model.request import Source
from pipeline.model.editions import DocumentFormat

def measured(worker):
    gc.collect()
    both = [Path(f"/proc/{pid}") for pid in (os.getpid(), worker)]
    facts = [(each / "status").read_text(encoding="utf-8").splitlines() for each in both]
    pages = [next(line for line in lines if line.startswith("VmRSS")) for lines in facts]
    return {
        "kib": [int(line.split()[1]) for line in pages],
        "files": [len(os.listdir(each / "fd")) for each in both],
        "threads": threading.active_count(),
        "temporary": sorted(os.listdir(tempfile.gettempdir())),
        "worker": worker,
    }

request = Request(
    source=Source(Path("inputs")),
    form_name="shiryo1",
    editions=None,
    formats=tuple(DocumentFormat),
    paper=None,
    output=Path("output"),
    now=dt.datetime(2026, 3, 9, tzinfo=dt.UTC),
)
seen = {}
with Workers(1) as workers:
    for count in range(1, int(sys.argv[1]) + 1):
        outcome = run(request, lambda *_: None, workers)
        assert outcome.run is not None and outcome.findings, outcome
        if count in (int(sys.argv[2]), int(sys.argv[1])):
            seen[count] = measured(workers.schedule("worker", 0, os.getpid).result())
print(json.dumps(seen))
"""


@pytest.mark.soak
def test_two_hundred_builds_leak_no_memory_no_file_and_no_temporary_file(tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    # An odd text, so that 検査結果.xlsx is written as well.
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1, reason="取組を廃止する。")])
    done = subprocess.run(
        [sys.executable, "-c", MANY, str(BUILDS), str(WARM)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)},
        capture_output=True,
        encoding="utf-8",
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    warm, last = json.loads(done.stdout).values()
    assert len(published(tmp_path)) == BUILDS
    assert last["files"] == warm["files"]
    assert last["threads"] == warm["threads"]
    # The fork server's socket, while the program runs.
    assert last["temporary"] == warm["temporary"]
    assert last["worker"] == warm["worker"]
    assert list(temporary.iterdir()) == []
    # 140 builds more: less than 0.1 MiB each would still fill no office PC in a year.
    for before, after in zip(warm["kib"], last["kib"], strict=True):
        assert after - before < 8 * 1024
    assert [p.name for p in (tmp_path / "output").glob(".staging-*")] == []
