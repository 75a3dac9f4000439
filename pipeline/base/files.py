"""Write and read single files safely: content and a path in; the path, or bounded bytes, out.

A file appears whole or not at all, and a name that is taken is never written over unless
the caller replaces it: the content is written and flushed beside it first and takes its
name in one step. Whatever ends the process in between (SIGKILL, a full disk) leaves the
older file whole; what it leaves behind is removed a day later.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from io import BufferedReader
from itertools import chain, count
from pathlib import Path
from typing import Final

from pipeline.base.errors import OutputUnwritable, reason_of
from pipeline.base.windows import WINDOWS, check_writable, patiently

# Not the prefix that publishing removes: its folders are other processes' work in progress.
_WRITING_PREFIX: Final = ".writing-"
_ABANDONED_SECONDS: Final = 24 * 60 * 60
_MODE: Final = 0o644
# What Excel and LibreOffice put beside a workbook while it is open.
_EDITOR_LOCKS: Final = ("~${}", ".~lock.{}#")


def keep(content: bytes, wanted: Path) -> Path:
    """Write a new file under the wanted name, or ``name-2`` … where that is taken.

    OutputUnwritable where the folder does not let us; nothing is left behind then.
    """
    names = free_names(wanted.parent, wanted.stem, wanted.suffix)
    return next(path for path in names if _created(content, path))


def keep_as(content: bytes, path: Path) -> Path:
    """Write a new file under this very name; else like ``keep``.

    OutputUnwritable also where there is a file of that name: it is left as it is.
    """
    if not _created(content, path):
        raise OutputUnwritable("file-exists", path=path)
    return path


def free_names(folder: Path, stem: str, suffix: str = "") -> Iterator[Path]:
    """``stem``, ``stem-2``, ``stem-3`` … with the suffix, in the folder, without end."""
    numbers = chain([""], (f"-{number}" for number in count(2)))
    return (folder / f"{stem}{number}{suffix}" for number in numbers)


def replace(content: bytes, path: Path) -> None:
    """Put the content in the place of a file, in one step; a link is replaced, not followed.

    OutputUnwritable where that can't be done, or where Excel or LibreOffice has the file
    open: it is then as it was.
    """
    lock = editor_lock(path)
    if lock is not None:
        raise OutputUnwritable("file-open-elsewhere", path=path, lock=lock.name)
    try:
        with _written_beside(content, path) as beside:
            patiently(lambda: beside.replace(path))
    except OSError as error:
        raise _unwritable(path, reason_of(error)) from error
    flush_folder(path.parent)


def editor_lock(path: Path) -> Path | None:
    """The file that tells that Excel or LibreOffice has ``path`` open; None where none does."""
    locks = (path.with_name(pattern.format(path.name)) for pattern in _EDITOR_LOCKS)
    return next((lock for lock in locks if os.path.lexists(lock)), None)


def is_hidden(name: str) -> bool:
    """Whether a file is none of the office's: hidden, or what Excel and Word put beside one."""
    return name.startswith(("~$", "."))


def read_bounded(path: Path, limit: int) -> bytes:
    """The bytes of a regular file of at most ``limit`` bytes.

    OSError for anything else: a larger file, a folder, a device, and a FIFO, which would keep
    a reader waiting for ever.
    """
    with open_regular(path) as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise OSError("大きすぎます")
    return content


@contextlib.contextmanager
def open_regular(path: Path) -> Iterator[BufferedReader]:
    """A regular file to read from; OSError for anything else, as in ``read_bounded``."""
    # Without O_NONBLOCK the opening of a FIFO waits already; Windows knows neither.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as stream:  # noqa: PTH123 - a descriptor, not a path
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise OSError("ふつうのファイルではありません")
        yield stream


def write_flushed(path: Path, content: bytes) -> None:
    """Write a file and have it on the disk before returning."""
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def flush_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable, where the system knows how.

    Windows has no such call and network folders often refuse it; the files themselves
    have been flushed, so that a refusal is no reason to give up what was written.
    """
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _created(content: bytes, path: Path) -> bool:
    """Whether the file could be made; False where there is something of that name."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise _unwritable(path, f"{path.parent.name} はフォルダーではありません") from error
    except OSError as error:
        raise _unwritable(path, reason_of(error)) from error
    try:
        if os.path.lexists(path):
            return False
        with _written_beside(content, path) as beside:
            return _took_name(beside, path)
    except OSError as error:
        raise _unwritable(path, reason_of(error)) from error


def _took_name(beside: Path, path: Path) -> bool:
    """Give a file its name; False where that was taken meanwhile.

    A hard link never replaces a file, nor does a rename on Windows. A drive that knows no
    hard links (FAT, some shares) leaves an instant between looking and renaming.
    """
    try:
        if WINDOWS:
            patiently(lambda: beside.rename(path))
        else:
            path.hardlink_to(beside)
    except FileExistsError:
        return False
    except OSError:
        if WINDOWS or os.path.lexists(path):
            raise
        beside.replace(path)
    flush_folder(path.parent)
    return True


@contextlib.contextmanager
def _written_beside(content: bytes, path: Path) -> Iterator[Path]:
    """A hidden file in the same folder with the content, flushed; gone when the block ends."""
    _remove_abandoned(path.parent)
    check_writable(path.parent)
    descriptor, name = tempfile.mkstemp(prefix=_WRITING_PREFIX, suffix=".tmp", dir=path.parent)
    beside = Path(name)
    try:
        os.close(descriptor)
        write_flushed(beside, content)
        # A temporary file is private; this one is for everyone in the office.
        beside.chmod(_mode_of(path))
        yield beside
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def _mode_of(path: Path) -> int:
    """The permissions of the file that is to be replaced; those of a new one else."""
    try:
        found = path.lstat().st_mode
    except OSError:
        return _MODE
    return stat.S_IMODE(found) & 0o777 if stat.S_ISREG(found) else _MODE


def _remove_abandoned(folder: Path) -> None:
    """Remove what a process that was killed while writing left here at least a day ago."""
    before = time.time() - _ABANDONED_SECONDS
    for path in folder.glob(f"{_WRITING_PREFIX}*.tmp"):
        with contextlib.suppress(OSError):
            if path.lstat().st_mtime < before:
                path.unlink()


def _unwritable(path: Path, reason: str) -> OutputUnwritable:
    return OutputUnwritable("file-unwritable", path=path, reason=reason)
