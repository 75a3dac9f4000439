"""Keep a file that people may have written in: content and a wanted name in, its path out.

Nothing is overwritten unless it is told to be, and nobody ever sees half a file: the
content is written beside and takes its name in one step.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from pipeline.errors import OutputUnwritable


def keep(content: bytes, wanted: Path) -> Path:
    """Write a new file under the wanted name, or ``name-2`` … where that is taken.

    OutputUnwritable where the folder does not let us; nothing is left behind then.
    """
    number = 1
    while True:
        path = wanted if number == 1 else wanted.with_stem(f"{wanted.stem}-{number}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Whoever makes the file has the name; it is filled in one step after that.
            path.open("xb").close()
        except FileExistsError:
            if path.parent.is_dir():
                number += 1
                continue
            raise _unwritable(path, "フォルダーではありません") from None
        except OSError as error:
            raise _unwritable(path, error.strerror) from error
        try:
            replace(content, path)
        except OutputUnwritable:
            path.unlink(missing_ok=True)
            raise
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
        raise _unwritable(path, error.strerror) from error


def _unwritable(path: Path, reason: str | None) -> OutputUnwritable:
    return OutputUnwritable("file-unwritable", path=path, reason=reason or "理由不明")
