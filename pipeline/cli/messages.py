"""Everything that is printed: text for people on standard error, data on standard output."""

from __future__ import annotations

import json
import tempfile
import traceback
from pathlib import Path

import click

from pipeline.base.errors import Defect, PipelineError
from pipeline.model.findings import from_error

DONE, FINDINGS, INTERRUPTED = 0, 1, 130


def print_message(text: str) -> None:
    """Print one line for people."""
    click.echo(text, err=True)


def quoted(path: Path) -> str:
    """A path as an argument of a command line: in quotes if it contains a space."""
    name = path.as_posix()
    return f'"{name}"' if any(c.isspace() for c in name) else name


def print_json(document: object) -> None:
    """Print the JSON document of a command."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def fail(error: PipelineError, *, as_json: bool, **fields: object) -> int:
    """Print an error and return its exit status; with ``--json`` also print it as a finding.

    ``fields`` are the other fields of the command's JSON document.
    """
    found = from_error(error)
    print_message(found.message)
    if as_json:
        print_json({**fields, "findings": [found.as_json()]})
    return error.exit_status


def defect(error: Exception) -> PipelineError:
    """The error for a bug of ours: the traceback is written to a file that the message names."""
    reason = f"{type(error).__name__}: {error}"
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", errors="replace", prefix="shiryo-", suffix=".log", delete=False
        ) as log:
            traceback.print_exception(error, file=log)
    except OSError:
        # The disk may be full; without a log the original error must still be reported.
        return Defect("unexpected-unlogged", reason=reason)
    return Defect("unexpected", reason=reason, log=log.name)
