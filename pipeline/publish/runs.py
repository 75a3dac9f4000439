"""Publish a run: finished files in, a new folder of the output folder out.

All files are first written, flushed and read back in a hidden staging folder. One rename makes
the folder visible, so that a reader sees a complete run or none. One lock serialises the
writers; its holder may delete what a killed run left behind, because no other process can be
staging. The pointers are replaced last: if the process stops between the renames, they still
name an earlier run that exists.
"""

from __future__ import annotations

import datetime as dt
import errno
import functools
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.base.errors import OutputUnwritable, reason_of
from pipeline.base.files import (
    flush_folder,
    free_names,
    read_bounded,
    replace,
    write_flushed,
)
from pipeline.base.locks import exclusive
from pipeline.base.paths import ANNOTATED, LATEST, MANIFEST
from pipeline.base.windows import check_writable, retry_while_in_use, safe_name
from pipeline.model.findings import Finding, finding, from_error
from pipeline.model.manifest import Run, latest_run_name
from pipeline.publish.history import history

STAGING_PREFIX = ".staging-"
LOCK_NAME = ".publish.lock"
INDEX = "index.html"
_BLOCKED_RUN_FILES = frozenset({MANIFEST, ANNOTATED})
# The page of all runs contains this near its beginning; a foreign index.html does not.
PAGE_MARK = b'<meta name="generator" content="shiryo">'
_PAGE_MARK_LIMIT = 4_096
_POINTER_LIMIT = 64 * 2**20
# Errors of a rename if another process took the name a moment before.
_NAME_TAKEN = frozenset({errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR, errno.EISDIR})


@dataclass(frozen=True, slots=True)
class Published:
    """A run that is now visible: its folder and the SHA-256 of each file by name."""

    run: Path
    sha256: Mapping[str, str]
    findings: tuple[Finding, ...] = ()


def publish(
    output: Path,
    files: Mapping[str, bytes],
    *,
    label: str,
    now: dt.datetime,
    manifest: Mapping[str, object],
    index: Callable[[Sequence[Run]], bytes],
    is_blocked: bool = False,
) -> Published:
    """Write ``files`` (name → content) as one new run and point at it.

    A name may start with a folder (``pictures/…``). ``index`` makes the page of all runs from
    the runs, newest first. ``label`` (the master's stem) and ``now`` name the folder.
    OutputUnwritable if the folder can't be written; then no file of the run is visible. A
    pointer that can't be replaced is a finding, because the run itself exists.

    A run that ``is_blocked`` has no documents, only the reason: the page shows it, and
    ``latest.json`` still names the newest run with documents. It replaces earlier blocked runs
    of the same master, so that ten attempts leave one folder.
    """
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    whole = {**manifest, "files": [{"name": name, "sha256": sums[name]} for name in files]}
    try:
        output.mkdir(parents=True, exist_ok=True)
        # This comes before the lock, because other writers wait for it and old runs never change.
        known = {run.name: run for run in history(output, now)}
        with exclusive(output / LOCK_NAME):
            _clear_leftovers(output)
            staged = _stage(output, files, whole)
            run = _make_visible(staged, output, f"{now:%Y%m%d-%H%M%S}_{safe_name(label)}")
            _clear_blocked(output, known.values(), manifest)
            pointers: dict[str, Callable[[], bytes]] = {
                INDEX: lambda: index(history(output, now, newest=run.name, known=known))
            }
            if not is_blocked:
                pointers[LATEST] = lambda: _json(_pointer(run, sums))
            findings = _replace_pointers(output, pointers)
    except OSError as error:
        raise OutputUnwritable("output-unwritable", folder=output, reason=_reason(error)) from error
    return Published(run, sums, findings)


def _clear_leftovers(output: Path) -> None:
    for leftover in output.glob(f"{STAGING_PREFIX}*"):
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)


def _stage(output: Path, files: Mapping[str, bytes], manifest: Mapping[str, object]) -> Path:
    """A hidden folder with all files of the run, flushed to the disk."""
    check_writable(output)
    staged = Path(tempfile.mkdtemp(prefix=STAGING_PREFIX, dir=output))
    try:
        # mkdtemp makes a private folder, but all users of the office must be able to read the run.
        staged.chmod(0o755)
        for name, content in files.items():
            (staged / name).parent.mkdir(exist_ok=True)
            write_flushed(staged / name, content)
        write_flushed(staged / MANIFEST, _json(manifest))
        for folder in (*(path for path in staged.iterdir() if path.is_dir()), staged):
            flush_folder(folder)
        _verify(staged, files)
    except OSError:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    return staged


def _verify(staged: Path, files: Mapping[str, bytes]) -> None:
    """OSError if a file does not read back as it was written."""
    for name, content in files.items():
        if (staged / name).read_bytes() != content:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(staged / name))


def _make_visible(staged: Path, output: Path, name: str) -> Path:
    """Rename the staging folder to ``name``, or to ``name-2`` … if the name is taken."""
    for run in free_names(output, name):
        # A rename would silently replace an empty folder of that name.
        if os.path.lexists(run):
            continue
        try:
            retry_while_in_use(functools.partial(staged.rename, run))
        except OSError as error:
            if error.errno in _NAME_TAKEN:
                continue
            shutil.rmtree(staged, ignore_errors=True)
            raise
        break
    flush_folder(output)
    return run


def _clear_blocked(output: Path, runs: Iterable[Run], manifest: Mapping[str, object]) -> None:
    """Remove earlier runs of this master that made no document.

    A run stays if a user added a file to it, and its workbook stays if it is open in Excel.
    """
    for run in runs:
        has_no_documents = run.files <= _BLOCKED_RUN_FILES and run.manifest is not None
        if has_no_documents and _is_of_same_master(run, manifest):
            shutil.rmtree(output / run.name, ignore_errors=True)


def _is_of_same_master(run: Run, manifest: Mapping[str, object]) -> bool:
    master = manifest.get("master")
    name = master.get("name") if isinstance(master, Mapping) else None
    return run.manifest is not None and run.manifest.master.name == name


def _pointer(run: Path, sums: Mapping[str, str]) -> dict[str, object]:
    documents = [name for name in sums if "/" not in name]
    return {"run": run.name, "files": [f"{run.name}/{name}" for name in documents]}


def _replace_pointers(
    output: Path, pointers: Mapping[str, Callable[[], bytes]]
) -> tuple[Finding, ...]:
    """Replace the pointers; the run itself is already complete."""
    results = (_replace_pointer(output / name, content) for name, content in pointers.items())
    return tuple(result for result in results if result is not None)


def _replace_pointer(path: Path, content: Callable[[], bytes]) -> Finding | None:
    """Replace one pointer; a finding with the reason if that fails, else None."""
    try:
        if not _may_replace(path):
            return finding("pointer-not-ours", value=path.name, folder=path.parent)
        replace(content(), path)
    except OSError as error:
        return finding("pointer-stale", value=path.name, reason=reason_of(error))
    except OutputUnwritable as error:
        reason = from_error(error).fact.rstrip("。")
        return finding("pointer-stale", value=path.name, reason=error.params.get("reason", reason))
    return None


def _may_replace(path: Path) -> bool:
    """Whether a file may be replaced: this program wrote it, or it is empty or missing.

    OSError if the file can't be read.
    """
    try:
        content = read_bounded(path, _POINTER_LIMIT)
    except FileNotFoundError:
        return True
    if path.name == INDEX:
        return not content.strip() or PAGE_MARK in content[:_PAGE_MARK_LIMIT]
    return not content.strip() or latest_run_name(content) is not None


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _reason(error: OSError) -> str:
    if error.errno == errno.EIO:
        return "書き込んだ内容を読み返せません"
    return reason_of(error)
