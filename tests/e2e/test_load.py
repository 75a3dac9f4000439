"""Two hundred builds by one process and its worker: no resource leaks."""

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


@pytest.mark.soak
def test_two_hundred_builds_leak_no_resources(tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    # A text that causes a finding, so that 検査結果.xlsx is written, too.
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1, reason="取組を廃止する。")])
    done = subprocess.run(
        [sys.executable, "-m", "support.many_builds", str(BUILDS), str(WARM)],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests"))),
            "TMPDIR": str(temporary),
        },
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
    # The only temporary file is the fork server's socket, while the program runs.
    assert last["temporary"] == warm["temporary"]
    assert last["worker"] == warm["worker"]
    assert list(temporary.iterdir()) == []
    # After 140 more builds: less than 0.1 MiB a build fills no office PC within a year.
    for before, after in zip(warm["kib"], last["kib"], strict=True):
        assert after - before < 8 * 1024
    assert [p.name for p in (tmp_path / "output").glob(".staging-*")] == []
