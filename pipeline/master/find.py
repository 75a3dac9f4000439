"""Find the master: the requested path or a folder in, one path out.

File names and modification times decide. Of the content only the sheet names are read,
to exclude workbooks of opinions in the same folder. ``read`` does everything else.
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
# At the end of a results file's name: the meeting, if the plain name is in use, and a number.
_RESULTS_SUFFIX = r"(_第[^_-]+回)?(-\d+)?"
# Bytes; the list of sheets is near the beginning of its part.
_SHEET_NAMES_LENGTH = 2**18


def find(inputs: Path, requested: Path | None = None) -> Path:
    """The workbook to use: the requested one, else the newest in ``inputs``.

    A damaged file with the name of a master's results is not a master.

    InputUnreadable if there is none; UsageMistake if two are equally new,
    because choosing one would be a guess.
    """
    if requested is not None:
        if requested.is_dir():
            if not masters(requested):
                raise InputUnreadable("no-workbook", folder=requested)
            raise InputUnreadable("workbook-is-folder", path=requested)
        if not requested.is_file():
            raise InputUnreadable("workbook-missing", path=requested)
        return requested
    candidates = masters(inputs)
    candidates = [path for path in candidates if not _is_damaged_results(path, candidates)]
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
    """Every master directly in ``inputs``, sorted by name.

    InputUnreadable if the folder can't be listed.
    """
    try:
        if not inputs.is_dir():
            return []
        return sorted(path for path in inputs.iterdir() if _is_master(path))
    except OSError as error:
        raise InputUnreadable("file-unreadable", path=inputs, reason=reason_of(error)) from error


def requested_masters(requested: Iterable[Path]) -> tuple[Path, ...]:
    """The requested workbooks: the given files, and for a folder every master in it.

    Each path once, in the order of the command line. A folder without masters is
    returned unchanged, so that it is reported later.
    """
    found = (path for given in requested for path in (masters(given) or [given]))
    return tuple({path.resolve(): path for path in found}.values())


def results_books(master: Path) -> list[Path]:
    """The results workbooks with the name of a master, the plain name first."""
    siblings = master.parent.iterdir() if master.parent.is_dir() else ()
    found = [path for path in siblings if _has_results_name(path, master) and path.is_file()]
    return sorted(found, key=lambda path: (len(path.stem), path.name))


def unmatched_results_books(master: Path) -> list[Path]:
    """Workbooks next to a master that have a results name, but match no master in the folder."""
    if not master.parent.is_dir():
        return []
    siblings = list(master.parent.iterdir())
    workbooks = [path for path in siblings if path.suffix.lower() in SUFFIXES]
    ending = re.compile(rf".+{re.escape(RESULTS_ENDING)}{_RESULTS_SUFFIX}")
    named = (path for path in siblings if path.suffix == ".xlsx" and ending.fullmatch(path.stem))
    return sorted(
        path
        for path in named
        if not is_hidden(path.name)
        and path.is_file()
        and not any(_has_results_name(path, workbook) for workbook in workbooks)
    )


def _has_results_name(path: Path, master: Path) -> bool:
    """Whether a file has the name of a master's results, with or without meeting and number."""
    plain = results_path(master)
    if path.suffix.lower() != plain.suffix or not path.stem.startswith(plain.stem):
        return False
    return re.fullmatch(_RESULTS_SUFFIX, path.stem.removeprefix(plain.stem)) is not None


def results_path(master: Path) -> Path:
    """``inputs/台帳.xlsx`` → ``inputs/台帳_懇談会意見.xlsx``."""
    stem = without_directions(master.stem)
    return master.with_name(f"{stem}{RESULTS_ENDING}.xlsx")


def _is_master(path: Path) -> bool:
    if is_hidden(path.name) or path.suffix.lower() not in SUFFIXES or not path.is_file():
        return False
    return not _is_opinions_workbook(path)


def _is_damaged_results(path: Path, candidates: list[Path]) -> bool:
    """Whether a file is a damaged results workbook of another candidate, by its name."""
    others = (other for other in candidates if other != path)
    return any(_has_results_name(path, other) for other in others) and not (
        zipfile.is_zipfile(path)
    )


def _is_opinions_workbook(path: Path) -> bool:
    """Whether the file is 当日入力 or a results workbook, by the names of its sheets."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("xl/workbook.xml") as part:
            return f'name="{ABOUT_SHEET}"'.encode() in part.read(_SHEET_NAMES_LENGTH)
    except DAMAGE:
        # ``read`` reports a file that is not a workbook, with the reason.
        return False
