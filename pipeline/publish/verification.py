"""Verify a published run: its folder in, what became of each of its files out.

The manifest says which files the run had and what they held; the folder is only read.
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
from pipeline.model.manifest import points_at
from pipeline.publish.history import MANIFEST_LIMIT

# What Windows, macOS and an open Word put into any folder.
_NOT_OURS = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_LOCK_PREFIXES = ("~$", ".~lock.")
_CODES = {"changed": "file-changed", "missing": "file-gone", "extra": "file-added"}


@dataclass(frozen=True, slots=True)
class Checked:
    """One file: its name below the run and ``ok``, ``changed``, ``missing`` or ``extra``."""

    name: str
    status: str


def find_run(output: Path, asked: Path | None) -> Path:
    """The folder of the run: the one asked for, by path or name, else the newest.

    InputUnreadable where there is none.
    """
    if asked is not None:
        for folder in (asked, output / asked):
            if folder.is_dir():
                return folder
        raise InputUnreadable("run-missing", path=asked)
    try:
        name = points_at(read_bounded(output / LATEST, MANIFEST_LIMIT))
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
    """Every file of the run, those of the manifest first.

    InputUnreadable where the manifest is missing or is none.
    """
    sums = _sums(run / MANIFEST)
    listed = tuple(Checked(name, _status(run / name, told)) for name, told in sums.items())
    return (*listed, *(Checked(name, "extra") for name in _others(run, sums)))


def findings_of(checked: tuple[Checked, ...]) -> tuple[Finding, ...]:
    """A finding for each file that is not as it was."""
    return tuple(
        finding(_CODES[each.status], value=each.name) for each in checked if each.status in _CODES
    )


def _sums(manifest: Path) -> dict[str, str]:
    """The SHA-256 of each file by its name."""
    try:
        told: Any = json.loads(read_bounded(manifest, MANIFEST_LIMIT))
        sums = {str(each["name"]): str(each["sha256"]) for each in told["files"]}
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
    """The failure of a file of ours that is not as we wrote it, or that can't be opened."""
    reason = reason_of(error) if isinstance(error, OSError) else "書き換えられています"
    return InputUnreadable("manifest-unreadable", path=path, reason=reason)


def _is_inside(name: str, run: Path) -> bool:
    """Whether a name of the manifest is a file of the run, and of nowhere else."""
    return (run / name).resolve().is_relative_to(run.resolve())


def _status(path: Path, told: str) -> str:
    try:
        with open_regular(path) as stream:
            return "ok" if hashlib.file_digest(stream, "sha256").hexdigest() == told else "changed"
    except FileNotFoundError:
        return "missing"
    except OSError as error:
        raise InputUnreadable("file-unreadable", path=path, reason=reason_of(error)) from error


def _others(run: Path, sums: dict[str, str]) -> Iterator[str]:
    paths = (Path(folder, each) for folder, _, files in os.walk(run) for each in files)
    for path in sorted(paths):
        name = path.relative_to(run).as_posix()
        ours = path.name.lower() in _NOT_OURS or path.name.startswith(_LOCK_PREFIXES)
        if name not in sums and name != MANIFEST and not ours:
            yield name
