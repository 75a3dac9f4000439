"""Verify a published run: its folder in, the status of each file out.

The manifest lists the files of the run with their checksums. The folder is only read.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.base.errors import InputUnreadable, reason_of
from pipeline.base.files import open_regular, read_bounded
from pipeline.base.paths import LATEST, MANIFEST
from pipeline.model.findings import Finding, finding
from pipeline.model.manifest import latest_run_name
from pipeline.publish.history import MANIFEST_LIMIT

# Files that Windows, macOS and an open Word document create in any folder.
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_LOCK_PREFIXES = ("~$", ".~lock.")
_CODES = {"changed": "file-changed", "missing": "file-gone", "extra": "file-added"}


@dataclass(frozen=True, slots=True)
class Checked:
    """One file: its name below the run and ``ok``, ``changed``, ``missing`` or ``extra``."""

    name: str
    status: str


def find_run(output: Path, requested: Path | None) -> Path:
    """The folder of the requested run, by path or name; None means the newest run.

    InputUnreadable if there is no such run.
    """
    if requested is not None:
        for folder in (requested, output / requested):
            if folder.is_dir():
                return folder
        raise InputUnreadable("run-missing", path=requested)
    try:
        name = latest_run_name(read_bounded(output / LATEST, MANIFEST_LIMIT))
    except FileNotFoundError as error:
        raise InputUnreadable("no-run-yet", path=output) from error
    except OSError as error:
        raise _unreadable(output / LATEST, error) from error
    if name is None:
        raise _unreadable(output / LATEST, None)
    run = output / name
    if not run.is_dir():
        raise InputUnreadable("run-missing", path=run)
    return run


def verify(run: Path) -> tuple[Checked, ...]:
    """Check every file of the run, those of the manifest first.

    InputUnreadable if the manifest is missing or invalid.
    """
    sums = _sums(run / MANIFEST)
    listed = tuple(Checked(name, _status(run / name, sha256)) for name, sha256 in sums.items())
    return (*listed, *(Checked(name, "extra") for name in _extra(run, sums)))


def findings_of(checked: tuple[Checked, ...]) -> tuple[Finding, ...]:
    """A finding for each file that is changed, missing or extra."""
    return tuple(
        finding(_CODES[each.status], value=each.name) for each in checked if each.status in _CODES
    )


def _sums(manifest: Path) -> dict[str, str]:
    """The SHA-256 of each file by its name."""
    try:
        content: Any = json.loads(read_bounded(manifest, MANIFEST_LIMIT))
        sums = {str(file["name"]): str(file["sha256"]) for file in content["files"]}
    except FileNotFoundError as error:
        raise InputUnreadable(
            "manifest-unreadable", path=manifest, reason="ファイルがありません"
        ) from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _unreadable(manifest, error) from error
    if not all(_is_inside(name, manifest.parent) for name in sums):
        raise InputUnreadable("manifest-unreadable", path=manifest, reason="書き換えられています")
    return sums


def _unreadable(path: Path, error: Exception | None) -> InputUnreadable:
    """The error for a file of this program that was changed or can't be opened."""
    reason = reason_of(error) if isinstance(error, OSError) else "書き換えられています"
    return InputUnreadable("manifest-unreadable", path=path, reason=reason)


def _is_inside(name: str, run: Path) -> bool:
    """Whether a name of the manifest is a path inside the run."""
    return (run / name).resolve().is_relative_to(run.resolve())


def _status(path: Path, expected: str) -> str:
    try:
        with open_regular(path) as stream:
            return (
                "ok" if hashlib.file_digest(stream, "sha256").hexdigest() == expected else "changed"
            )
    except FileNotFoundError:
        return "missing"
    except OSError as error:
        raise InputUnreadable("file-unreadable", path=path, reason=reason_of(error)) from error


def _extra(run: Path, sums: dict[str, str]) -> Iterator[str]:
    paths = (Path(folder, file) for folder, _, files in os.walk(run) for file in files)
    for path in sorted(paths):
        name = path.relative_to(run).as_posix()
        is_system_file = path.name.lower() in _SYSTEM_FILES or path.name.startswith(_LOCK_PREFIXES)
        if name not in sums and name != MANIFEST and not is_system_file:
            yield name
