"""Write a file that the office asked for, beside whatever is there already."""

from __future__ import annotations

from itertools import chain, count
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import OutputUnwritable


def write_new(path: Path, content: bytes) -> Path:
    """Write ``content`` to ``path``, where nothing may be yet.

    OutputUnwritable where something is, or where the folder can't be written; no half
    file is left behind.
    """
    if not _created(path, content):
        raise OutputUnwritable("file-exists", path=path)
    return path


def write_numbered(path: Path, content: bytes) -> Path:
    """Write ``content`` to ``path``, or to ``name-2`` … where that is taken; the path used.

    OutputUnwritable where the folder can't be written.
    """
    numbered = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2))
    return next(each for each in chain([path], numbered) if _created(each, content))


def _created(path: Path, content: bytes) -> bool:
    """Whether the file could be made; False where there is one of that name."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            stream = path.open("xb")
        except FileExistsError:
            return False
        with stream:
            _write(stream, content, path)
    except OSError as error:
        reason = _reason(error)
        raise OutputUnwritable("output-unwritable", folder=path.parent, reason=reason) from error
    return True


def _write(stream: BinaryIO, content: bytes, path: Path) -> None:
    try:
        stream.write(content)
        stream.flush()
    except OSError:
        stream.close()
        path.unlink(missing_ok=True)
        raise


def _reason(error: OSError) -> str:
    reasons: dict[type[OSError], str] = {
        FileExistsError: "同じ名前のファイルがあります",
        NotADirectoryError: "フォルダーではありません",
        PermissionError: "書き込みが許可されていません",
    }
    return reasons.get(type(error)) or error.strerror or str(error)
