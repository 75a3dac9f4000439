"""Keep a file that people may have written in: content and a wanted name in, its path out.

Nothing is overwritten unless it is told to be, and nobody ever sees half a file: the
content is written beside and takes its name in one step.
"""

from __future__ import annotations

import os
import tempfile
from itertools import chain, count
from pathlib import Path

from pipeline.base.errors import OutputUnwritable, reason_of


def keep(content: bytes, wanted: Path) -> Path:
    """Write a new file under the wanted name, or ``name-2`` … where that is taken.

    OutputUnwritable where the folder does not let us; nothing is left behind then.
    """
    numbered = (wanted.with_stem(f"{wanted.stem}-{number}") for number in count(2))
    return next(path for path in chain([wanted], numbered) if _created(content, path))


def keep_as(content: bytes, path: Path) -> Path:
    """Write a new file under this very name; else like ``keep``.

    OutputUnwritable also where there is a file of that name: it is left as it is.
    """
    if not _created(content, path):
        raise OutputUnwritable("file-exists", path=path)
    return path


def replace(content: bytes, path: Path) -> None:
    """Put the content in the place of a file, in one step.

    OutputUnwritable where that can't be done (Excel holds the file open); it is then as
    it was.
    """
    beside: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=".staging-", suffix=".tmp", delete=False
        ) as stream:
            beside = Path(stream.name)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        # A temporary file is private; this one is for everyone in the office.
        beside.chmod(0o644)
        beside.replace(path)
    except OSError as error:
        if beside is not None:
            beside.unlink(missing_ok=True)
        raise _unwritable(path, reason_of(error)) from error


def _created(content: bytes, path: Path) -> bool:
    """Whether the file could be made; False where there is something of that name."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Whoever makes the file has the name; it is filled in one step after that.
        path.open("xb").close()
    except FileExistsError as error:
        if path.parent.is_dir():
            return False
        raise _unwritable(path, f"{path.parent.name} はフォルダーではありません") from error
    except OSError as error:
        raise _unwritable(path, reason_of(error)) from error
    try:
        replace(content, path)
    except OutputUnwritable:
        path.unlink(missing_ok=True)
        raise
    return True


def _unwritable(path: Path, reason: str) -> OutputUnwritable:
    return OutputUnwritable("file-unwritable", path=path, reason=reason)
