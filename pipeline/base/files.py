"""Write and read single files safely: content and a path in; a path, or limited bytes, out.

A file is written completely or not at all. An existing file is never overwritten, except by
``replace``. The content is first written and flushed to a temporary file in the same folder,
which then gets its final name in one step. If the process ends in between (SIGKILL, a full
disk), the older file is unchanged; a later write removes the temporary file after a day.
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
from pipeline.base.windows import WINDOWS, check_writable, retry_while_in_use

# Differs from the prefix of the folders that publishing removes: these are runs in progress.
_WRITING_PREFIX: Final = ".writing-"
_ABANDONED_SECONDS: Final = 24 * 60 * 60
_MODE: Final = 0o644
# The lock files of Excel and LibreOffice next to an open workbook.
_EDITOR_LOCKS: Final = ("~${}", ".~lock.{}#")


def write_new(content: bytes, wanted: Path) -> Path:
    """Write a new file with the wanted name, or ``name-2`` … if that exists.

    OutputUnwritable if the file can't be written; then no partial file remains.
    """
    names = free_names(wanted.parent, wanted.stem, wanted.suffix)
    return next(path for path in names if _create(content, path))


def write_new_as(content: bytes, path: Path) -> Path:
    """Write a new file with exactly this name; otherwise like ``keep``.

    OutputUnwritable also if a file with this name exists; that file is unchanged.
    """
    if not _create(content, path):
        raise OutputUnwritable("file-exists", path=path)
    return path


def free_names(folder: Path, stem: str, suffix: str = "") -> Iterator[Path]:
    """The paths ``stem``, ``stem-2``, ``stem-3`` … with the suffix, without end."""
    numbers = chain([""], (f"-{number}" for number in count(2)))
    return (folder / f"{stem}{number}{suffix}" for number in numbers)


def replace(content: bytes, path: Path) -> None:
    """Replace a file by one with this content, in one step; a link is replaced, not followed.

    OutputUnwritable if that fails, or if Excel or LibreOffice has the file open; then the
    file is unchanged.
    """
    lock = editor_lock(path)
    if lock is not None:
        raise OutputUnwritable("file-open-elsewhere", path=path, lock=lock.name)
    try:
        with _temporary_file(content, path) as temporary:
            retry_while_in_use(lambda: temporary.replace(path))
    except OSError as error:
        raise _unwritable(path, reason_of(error)) from error
    flush_folder(path.parent)


def editor_lock(path: Path) -> Path | None:
    """The lock file of Excel or LibreOffice for an open ``path``; None if there is none."""
    locks = (path.with_name(pattern.format(path.name)) for pattern in _EDITOR_LOCKS)
    return next((lock for lock in locks if os.path.lexists(lock)), None)


def is_hidden(name: str) -> bool:
    """Whether it is the name of a hidden file, or of a lock file of Excel or Word."""
    return name.startswith(("~$", "."))


def read_bounded(path: Path, limit: int) -> bytes:
    """The bytes of a regular file of at most ``limit`` bytes.

    OSError for anything else: a larger file, a folder, a device, or a FIFO, which could block
    the reader forever.
    """
    with open_regular(path) as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise OSError("大きすぎます")
    return content


@contextlib.contextmanager
def open_regular(path: Path) -> Iterator[BufferedReader]:
    """Open a regular file for reading; OSError for anything else, as in ``read_bounded``."""
    # Without O_NONBLOCK, opening a FIFO blocks. Windows has neither FIFOs nor O_NONBLOCK.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as stream:  # noqa: PTH123 - a descriptor, not a path
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise OSError("ふつうのファイルではありません")
        yield stream


def write_flushed(path: Path, content: bytes) -> None:
    """Write a file and flush it to the disk before returning."""
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def flush_folder(folder: Path) -> None:
    """Flush the names in ``folder`` to the disk, if the system supports it.

    Windows has no such call, and network folders often refuse it. An error is ignored, because
    the files themselves have been flushed.
    """
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _create(content: bytes, path: Path) -> bool:
    """Create the file; False if the name exists. OutputUnwritable for any other error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise _unwritable(path, f"{path.parent.name} はフォルダーではありません") from error
    except OSError as error:
        raise _unwritable(path, reason_of(error)) from error
    try:
        if os.path.lexists(path):
            return False
        with _temporary_file(content, path) as temporary:
            return _rename(temporary, path)
    except OSError as error:
        raise _unwritable(path, reason_of(error)) from error


def _rename(temporary: Path, path: Path) -> bool:
    """Give the temporary file its final name; False if that name exists now.

    A hard link never replaces a file, nor does a rename on Windows. On a drive without hard
    links (FAT, some shares), a file created between the check and the rename is replaced.
    """
    try:
        if WINDOWS:
            retry_while_in_use(lambda: temporary.rename(path))
        else:
            path.hardlink_to(temporary)
    except FileExistsError:
        return False
    except OSError:
        if WINDOWS or os.path.lexists(path):
            raise
        temporary.replace(path)
    flush_folder(path.parent)
    return True


@contextlib.contextmanager
def _temporary_file(content: bytes, path: Path) -> Iterator[Path]:
    """A hidden temporary file with the content in the same folder; deleted when the block ends."""
    _remove_abandoned(path.parent)
    check_writable(path.parent)
    descriptor, name = tempfile.mkstemp(prefix=_WRITING_PREFIX, suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        os.close(descriptor)
        write_flushed(temporary, content)
        # mkstemp makes a private file; this one must be readable for everyone in the office.
        temporary.chmod(_mode_of(path))
        yield temporary
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _mode_of(path: Path) -> int:
    """The permissions of the file to be replaced, or those of a new file."""
    try:
        found = path.lstat().st_mode
    except OSError:
        return _MODE
    return stat.S_IMODE(found) & 0o777 if stat.S_ISREG(found) else _MODE


def _remove_abandoned(folder: Path) -> None:
    """Remove temporary files that killed processes left here at least a day ago."""
    oldest = time.time() - _ABANDONED_SECONDS
    for path in folder.glob(f"{_WRITING_PREFIX}*.tmp"):
        with contextlib.suppress(OSError):
            if path.lstat().st_mtime < oldest:
                path.unlink()


def _unwritable(path: Path, reason: str) -> OutputUnwritable:
    return OutputUnwritable("file-unwritable", path=path, reason=reason)
