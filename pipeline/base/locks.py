"""Locks between processes: a path in; while the context is open, no other process has the lock.

The lock file is next to the file that it protects, so that it also works on a network share.
It is not deleted: the system releases the lock when the process ends, even when it is killed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import filelock

from pipeline.base.errors import OutputUnwritable, reason_of

SECONDS: Final = 60.0


@contextlib.contextmanager
def exclusive(lock: Path) -> Iterator[None]:
    """Hold the lock file ``lock``.

    OSError if the lock can't be acquired within SECONDS, with a Japanese reason if it is known.
    """
    # filelock would try again until the time limit.
    if lock.is_symlink():
        raise OSError("リンクの先には書き込みません")
    held = filelock.FileLock(lock, timeout=SECONDS)
    try:
        held.acquire()
    except filelock.Timeout as error:
        raise OSError("ほかの処理が書き込み中です") from error
    except NotImplementedError as error:
        raise OSError("このフォルダーでは、同時の書き込みを防げません") from error
    try:
        yield
    finally:
        held.release()


@contextlib.contextmanager
def exclusive_file(path: Path) -> Iterator[None]:
    """Prevent other runs of this program from changing ``path`` while it is read and replaced.

    OutputUnwritable if the lock can't be acquired.
    """
    with contextlib.ExitStack() as stack:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            stack.enter_context(exclusive(path.with_name(f".{path.name}.lock")))
        except OSError as error:
            reason = reason_of(error)
            raise OutputUnwritable("file-unwritable", path=path, reason=reason) from error
        yield
