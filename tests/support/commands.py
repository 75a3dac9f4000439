"""Run commands as a user does: in a working folder, with their output and files as results.

:func:`shiryo` runs a command in the process of the tests; use it for tests of behaviour.
:func:`process` starts an interpreter, which takes 0.5 to 2 seconds; use it for what only a
process shows (its environment, its real exit status, its pipes, its workers).
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from pipeline.cli import main

ROOT = Path(__file__).resolve().parents[2]


def shiryo(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in this process, with ``folder`` as working folder, until it ends.

    As on a machine with one processor, one worker makes the files.
    """
    with (
        io.TextIOWrapper(io.BytesIO(), "utf-8") as out,
        io.TextIOWrapper(io.BytesIO(), "utf-8") as err,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        contextlib.chdir(folder),
    ):
        status = main(arguments)
        return subprocess.CompletedProcess(arguments, status, _written(out), _written(err))


def process(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a new process until it ends; ``environment`` adds variables."""
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
    """The exit status of ``build`` for one master, and its JSON output."""
    done = shiryo(folder, "build", "--json", *arguments)
    return done.returncode, json.loads(done.stdout)


def published(folder: Path) -> list[Path]:
    """The folders of the runs that made a document, the oldest first."""
    made = folder.glob("output/*/*.docx"), folder.glob("output/*/*.pdf")
    return sorted({path.parent for paths in made for path in paths})


def _written(stream: io.TextIOWrapper) -> str:
    """All printed text, as the reader of the pipe receives it."""
    stream.flush()
    written = stream.buffer
    assert isinstance(written, io.BytesIO)
    return written.getvalue().decode("utf-8")
