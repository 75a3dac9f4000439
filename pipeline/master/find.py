"""Find the master: in comes what was asked for, out goes one path.

Names and times decide; of a file's content only the names of its sheets are looked at,
because a workbook of opinions that lies among the masters is none. The rest is ``read``'s.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

from pipeline.base.containers import DAMAGE
from pipeline.base.errors import InputUnreadable, UsageMistake, reason_of
from pipeline.base.files import is_hidden
from pipeline.base.paths import ABOUT_SHEET, RESULTS_ENDING
from pipeline.base.text import without_directions

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods", ".csv")
# Behind the name of results: their meeting where another's has the plain name, and a number.
_BEHIND = r"(_第[^_-]+回)?(-\d+)?"
# The list of sheets stands well within this much of its part.
_SHEET_NAMES = 2**18


def find(inputs: Path, asked: Path | None = None) -> Path:
    """The workbook to use: the one asked for, else the newest in ``inputs``.

    A damaged file that is called like the results of a master is no master.

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
    candidates = [path for path in candidates if not _was_results(path, candidates)]
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
    """Every workbook lying directly in ``inputs``, sorted by name.

    InputUnreadable where the folder may not be looked into.
    """
    try:
        if not inputs.is_dir():
            return []
        return sorted(path for path in inputs.iterdir() if _is_master(path))
    except OSError as error:
        raise InputUnreadable("file-unreadable", path=inputs, reason=reason_of(error)) from error


def masters_of(asked: Iterable[Path]) -> tuple[Path, ...]:
    """The workbooks that are meant: those named, and for a folder every master in it.

    Each once, in the order of the command line; a folder without any stays, to be told.
    """
    found = (path for each in asked for path in (masters(each) or [each]))
    return tuple({path.resolve(): path for path in found}.values())


def results_books(master: Path) -> list[Path]:
    """The results workbooks that bear a master's name, the plain name first."""
    beside = master.parent.iterdir() if master.parent.is_dir() else ()
    found = [path for path in beside if _bears_name(path, master) and path.is_file()]
    return sorted(found, key=lambda path: (len(path.stem), path.name))


def unmatched_results_books(master: Path) -> list[Path]:
    """Workbooks beside a master that are called like results, but of no master that is there."""
    if not master.parent.is_dir():
        return []
    there = list(master.parent.iterdir())
    owners = [path for path in there if path.suffix.lower() in SUFFIXES]
    ending = re.compile(rf".+{re.escape(RESULTS_ENDING)}{_BEHIND}")
    named = (path for path in there if path.suffix == ".xlsx" and ending.fullmatch(path.stem))
    return sorted(
        path
        for path in named
        if not is_hidden(path.name)
        and path.is_file()
        and not any(_bears_name(path, owner) for owner in owners)
    )


def _bears_name(path: Path, master: Path) -> bool:
    """Whether a file is called like a master's results, with a meeting and a number or without."""
    plain = results_path(master)
    if path.suffix.lower() != plain.suffix or not path.stem.startswith(plain.stem):
        return False
    return re.fullmatch(_BEHIND, path.stem.removeprefix(plain.stem)) is not None


def results_path(master: Path) -> Path:
    """``inputs/台帳.xlsx`` → ``inputs/台帳_懇談会意見.xlsx``."""
    stem = without_directions(master.stem)
    return master.with_name(f"{stem}{RESULTS_ENDING}.xlsx")


def _is_master(path: Path) -> bool:
    if is_hidden(path.name) or path.suffix.lower() not in SUFFIXES or not path.is_file():
        return False
    return not _holds_opinions(path)


def _was_results(path: Path, candidates: list[Path]) -> bool:
    """Whether a file is no workbook any more, and by its name was the results of another."""
    others = (other for other in candidates if other != path)
    return any(_bears_name(path, other) for other in others) and not (zipfile.is_zipfile(path))


def _holds_opinions(path: Path) -> bool:
    """Whether the file is 当日入力 or a results workbook, by the names of its sheets."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("xl/workbook.xml") as part:
            return f'name="{ABOUT_SHEET}"'.encode() in part.read(_SHEET_NAMES)
    except DAMAGE:
        # What is no workbook at all is told by ``read``, with the reason.
        return False
