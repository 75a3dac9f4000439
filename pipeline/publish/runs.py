"""Publish a run: finished files in, a new folder of the output folder out.

Everything is written, flushed and read back in a hidden staging folder first and
becomes visible by one rename, so that a reader sees a whole run or none. One lock
serialises writers; whoever holds it may clear what a killed run left behind,
because nobody else can be staging. The pointers come last: whatever stops the run
between the two renames, they name an earlier run that is still there.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import functools
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import filelock

from pipeline.base.errors import OutputUnwritable, reason_of
from pipeline.base.paths import ANNOTATED, LATEST, MANIFEST, kept_beside
from pipeline.base.windows import patiently, safe_name
from pipeline.model.findings import Finding, finding
from pipeline.model.manifest import Run, read_manifest

STAGING_PREFIX = ".staging-"
LOCK_NAME = ".publish.lock"
LOCK_SECONDS = 60.0
INDEX = "index.html"
_ALL_OF_A_BLOCKED_RUN = frozenset({MANIFEST, ANNOTATED})
# What a rename says where somebody took the name a moment ago.
_TAKEN = frozenset({errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR, errno.EISDIR})


@dataclass(frozen=True, slots=True)
class Published:
    """A run that is now visible: its folder and the files in it, by name."""

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

    A name may have a folder in front (``pictures/…``). ``index`` makes the page over all
    runs, newest first. ``label`` (the master's stem) and ``now`` name the folder. OutputUnwritable
    where the folder can't be written: nothing of the run is visible then. A pointer
    that can't be replaced is a finding, because the run itself is there.

    A run that ``is_blocked`` tells why there are no documents: the page shows it, and
    ``latest.json`` goes on naming the newest documents. It takes the place of one before it
    that was blocked as well, so that ten attempts leave one folder.
    """
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    whole = {**manifest, "files": [{"name": name, "sha256": sums[name]} for name in files]}
    try:
        output.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(output / LOCK_NAME, timeout=LOCK_SECONDS):
            _clear_leftovers(output)
            staged = _stage(output, files, whole)
            run = _reveal(staged, output, f"{now:%Y%m%d-%H%M%S}_{safe_name(label)}")
            _clear_blocked(output, run)
            findings = _point_at(output, run, sums, index, is_blocked=is_blocked)
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
    """A hidden folder with everything in it, flushed to the disk."""
    staged = Path(tempfile.mkdtemp(prefix=STAGING_PREFIX, dir=output))
    try:
        # mkdtemp makes a private folder; the run is for everyone in the office.
        staged.chmod(0o755)
        for name, content in files.items():
            (staged / name).parent.mkdir(exist_ok=True)
            _write(staged / name, content)
        _write(staged / MANIFEST, _json(manifest))
        for folder in (*(path for path in staged.iterdir() if path.is_dir()), staged):
            _flush_folder(folder)
        _verify(staged, files)
    except OSError:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    return staged


def _verify(staged: Path, files: Mapping[str, bytes]) -> None:
    """OSError unless each file reads back as it was written."""
    for name, content in files.items():
        if (staged / name).read_bytes() != content:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(staged / name))


def _reveal(staged: Path, output: Path, name: str) -> Path:
    """Rename the staging folder to ``name``, or to ``name-2`` … where that is taken."""
    number = 1
    while True:
        run = output / (name if number == 1 else f"{name}-{number}")
        number += 1
        # An empty folder in the way would be replaced in silence.
        if os.path.lexists(run):
            continue
        try:
            patiently(functools.partial(staged.rename, run))
        except OSError as error:
            if error.errno in _TAKEN:
                continue
            shutil.rmtree(staged, ignore_errors=True)
            raise
        _flush_folder(output)
        return run


def _clear_blocked(output: Path, newest: Path) -> None:
    """Remove what earlier attempts of this master left that made no document.

    Only where nobody has put anything beside it; one that is open in Excel stays.
    """
    runs = runs_in(output)
    own = next((run.manifest for run in runs if run.name == newest.name), None)
    for run in runs:
        is_older = run.name != newest.name and run.files == _ALL_OF_A_BLOCKED_RUN
        if own and is_older and run.manifest and run.manifest.master.name == own.master.name:
            shutil.rmtree(output / run.name, ignore_errors=True)


def _point_at(
    output: Path,
    run: Path,
    sums: Mapping[str, str],
    index: Callable[[Sequence[Run]], bytes],
    *,
    is_blocked: bool,
) -> tuple[Finding, ...]:
    """Replace the two pointers; the run itself is already safe."""
    documents = [name for name in sums if "/" not in name]
    pointer = {"run": run.name, "files": [f"{run.name}/{name}" for name in documents]}
    contents: dict[str, Callable[[], bytes]] = {
        LATEST: lambda: _json(pointer),
        INDEX: lambda: index(runs_in(output)),
    }
    if is_blocked:
        del contents[LATEST]
    stale = []
    for name, content in contents.items():
        try:
            _replace(output / name, content())
        except OSError as error:
            stale.append(finding("pointer-stale", value=name, reason=_reason(error)))
    return tuple(stale)


def runs_in(output: Path) -> list[Run]:
    """Every run of the output folder, newest first.

    A folder whose name is no text (unpacked from another system) can't be linked to.
    """
    folders = [path.parent for path in output.glob(f"*/{MANIFEST}")]
    return [
        _run(folder)
        for folder in sorted(folders, key=_age, reverse=True)
        if not folder.name.startswith(STAGING_PREFIX) and _is_text(folder.name)
    ]


def _is_text(name: str) -> bool:
    """Whether a name of the file system stands for characters: other bytes come as surrogates."""
    return not any("\ud800" <= each <= "\udfff" for each in name)


def _run(folder: Path) -> Run:
    """One run; an older one that can't be read keeps nobody from publishing a new one."""
    try:
        names = frozenset(path.name for path in folder.iterdir())
        manifest = read_manifest((folder / MANIFEST).read_bytes())
        return Run(folder.name, names, manifest, _kept(folder))
    except OSError:
        return Run(folder.name, frozenset(), None)


def _kept(folder: Path) -> tuple[str, ...]:
    """The Word and PDF files in the folder beside the run, by name."""
    beside = folder.with_name(kept_beside(folder.name))
    if not beside.is_dir():
        return ()
    names = (path.name for path in beside.iterdir() if path.suffix.lower() in {".docx", ".pdf"})
    return tuple(sorted(name for name in names if _is_text(name)))


def _age(folder: Path) -> tuple[str, int, str]:
    """What runs are sorted by: the second in the name, then when the manifest was written.

    Not the rest of the name: a master's own may end in a number too.
    """
    try:
        written = (folder / MANIFEST).stat().st_mtime_ns
    except OSError:
        written = 0
    return folder.name.partition("_")[0], written, folder.name


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _replace(path: Path, content: bytes) -> None:
    """Write beside and replace, so that a reader never sees half a file."""
    beside = path.with_name(f"{STAGING_PREFIX}{path.name}")
    try:
        _write(beside, content)
        patiently(lambda: beside.replace(path))
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _flush_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable, where the system knows how.

    Windows has no such call and network folders often refuse it; the files themselves
    have been flushed, so that a refusal is no reason to give up a whole run.
    """
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _reason(error: OSError) -> str:
    # A lock that could not be had is an OSError too.
    if isinstance(error, filelock.Timeout):
        return "ほかの処理が書き込み中です"
    if error.errno == errno.EIO:
        return "書き込んだ内容を読み返せません"
    return reason_of(error)
