"""The commands from the outside: a working folder, one command, and what lies there after."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def shiryo(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command of ours that has ended, in its working folder."""
    return subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-m", "pipeline", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def built(folder: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The status of ``build`` for one master, and its document."""
    done = shiryo(folder, "build", "--json", *arguments)
    return done.returncode, json.loads(done.stdout)


def published(folder: Path) -> list[Path]:
    """The folders of the runs that made any document, the oldest first."""
    made = folder.glob("output/*/*.docx"), folder.glob("output/*/*.pdf")
    return sorted({path.parent for paths in made for path in paths})
