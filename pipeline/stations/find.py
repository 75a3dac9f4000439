"""Find the master: in comes what was asked for, out goes one path.

Only names and times are looked at here; the file itself is opened by ``read``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline.errors import InputUnreadable, UsageMistake

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods", ".csv")
# Excel marks a workbook that someone has open with a file of this prefix.
LOCK_PREFIX = "~$"


def find(inputs: Path, asked: Path | None = None) -> Path:
    """The workbook to use: the one asked for, else the newest in ``inputs``.

    InputUnreadable where there is none; UsageMistake where two are equally new,
    because picking one would be a guess.
    """
    if asked is not None:
        if asked.is_dir():
            if not masters(asked):
                raise InputUnreadable("no-workbook", folder=asked)
            raise InputUnreadable("workbook-is-folder", path=asked)
        if not asked.is_file():
            raise InputUnreadable("workbook-missing", path=asked)
        return asked
    candidates = masters(inputs)
    if not candidates:
        raise InputUnreadable("no-workbook", folder=inputs)
    newest = max(path.stat().st_mtime_ns for path in candidates)
    latest = [path for path in candidates if path.stat().st_mtime_ns == newest]
    if len(latest) > 1:
        names = "、".join(path.name for path in latest)
        raise UsageMistake(
            "workbooks-equally-new", folder=inputs, names=names, example=latest[0].as_posix()
        )
    return latest[0]


def masters(inputs: Path) -> list[Path]:
    """Every workbook lying directly in ``inputs``, sorted by name."""
    if not inputs.is_dir():
        return []
    return sorted(path for path in inputs.iterdir() if _is_master(path))


def masters_of(asked: Iterable[Path]) -> tuple[Path, ...]:
    """The workbooks that are meant: those named, and for a folder every master in it.

    Each once, in the order of the command line; a folder without any stays, to be told.
    """
    found = (path for each in asked for path in (masters(each) or [each]))
    return tuple({path.resolve(): path for path in found}.values())


def _is_master(path: Path) -> bool:
    hidden = path.name.startswith((LOCK_PREFIX, "."))
    return path.suffix.lower() in SUFFIXES and not hidden and path.is_file()
