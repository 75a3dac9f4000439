"""Locks between processes: a path in, the right to change what it stands for while inside.

A lock file lies beside what it guards, so that it holds on a share as well, and stays there:
the system releases the lock when its process ends, however it ends.
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

    OSError, with a reason in Japanese where we know one, where it can't be had in SECONDS.
    """
    # filelock would try again until the time is up.
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
    """Keep other processes of ours from changing ``path`` between its reading and replacing.

    OutputUnwritable where that can't be had.
    """
    with contextlib.ExitStack() as stack:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            stack.enter_context(exclusive(path.with_name(f".{path.name}.lock")))
        except OSError as error:
            reason = reason_of(error)
            raise OutputUnwritable("file-unwritable", path=path, reason=reason) from error
        yield
