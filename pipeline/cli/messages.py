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
    """A line for people."""
    click.echo(text, err=True)


def quoted(path: Path) -> str:
    """A path as it is typed in a command: a space would end it."""
    name = path.as_posix()
    return f'"{name}"' if any(c.isspace() for c in name) else name


def print_json(document: object) -> None:
    """The one JSON document of a command."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def fail(error: PipelineError, *, as_json: bool, **known: object) -> int:
    """Tell of a failure; with ``--json`` the document holds it as its one finding.

    ``known`` is what else the command's document has.
    """
    found = from_error(error)
    print_message(found.message)
    if as_json:
        print_json({**known, "findings": [found.as_json()]})
    return error.exit_status


def defect(error: Exception) -> PipelineError:
    """Our own mistake: the traceback goes to a file, its name to the user."""
    reason = f"{type(error).__name__}: {error}"
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", errors="replace", prefix="shiryo-", suffix=".log", delete=False
        ) as log:
            traceback.print_exception(error, file=log)
    except OSError:
        # A full disk may be what went wrong: that there is no log must not hide it.
        return Defect("unexpected-unlogged", reason=reason)
    return Defect("unexpected", reason=reason, log=log.name)
