"""``watch``: a folder in, a build for every master that is saved in it.

The workers and this process stay warm. A saved file is built once Excel has
finished writing it; what is saved during a build is built after it.
"""

from __future__ import annotations

import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from watchfiles import watch

from pipeline.base.errors import InputUnreadable
from pipeline.master.find import masters, results_books

# Milliseconds of quiet after which changes are told. Short, because a workbook that is not
# written to its end has no end yet (``_is_whole``).
_QUIET: Final = 20
# Milliseconds after which the folder is looked at in any case.
_AT_LEAST: Final = 2_000
# Seconds between two looks at a file that must be alike, and until it is read anyhow. A
# file of a kind that has no end to be seen has these looks alone, and takes longer ones.
_LOOK: Final = 0.03
_LONG_LOOK: Final = 0.3
_PATIENCE: Final = 10.0
_PACKED: Final = (".xlsx", ".xlsm", ".ods")


Look = tuple[tuple[int, int], ...]


def looks(folder: Path, heading: str) -> dict[Path, Look | None]:
    """Size and time of every master in ``folder``, to tell later which was saved.

    With each those of its results workbooks, which ``heading`` (懇談会意見) names.
    """
    return {path: _with_results(path, heading) for path in masters(folder)}


def saved_masters(folder: Path, known: dict[Path, Look | None], heading: str) -> Iterator[Path]:
    """Each master of ``folder`` that is no longer as ``known``, once it is written to its end.

    One whose opinions were collected meanwhile counts as well.

    Goes on for ever and keeps ``known`` up to date. Changes are told by the system; a
    network drive may tell none, so that the folder is also looked at now and then.
    """
    for _ in watch(
        folder, step=_QUIET, rust_timeout=_AT_LEAST, recursive=False, yield_on_timeout=True
    ):
        for path in _changed(folder, known, heading):
            if settled(path):
                known[path] = _with_results(path, heading)
                yield path


def _changed(folder: Path, known: dict[Path, Look | None], heading: str) -> list[Path]:
    """The masters that differ; none where the folder can't be read just now.

    A network drive comes and goes: the next look will tell.
    """
    try:
        now = looks(folder, heading)
    except InputUnreadable:
        return []
    return [path for path, look in now.items() if look != known.get(path)]


def settled(path: Path, patience: float = _PATIENCE) -> bool:
    """Wait until nobody writes to ``path``; False where it has gone meanwhile.

    A file that stays unreadable for ``patience`` seconds counts as written: reading
    it will tell what is wrong with it.
    """
    pause = _LOOK if _shows_its_end(path) else _LONG_LOOK
    end = time.monotonic() + patience
    before = _look(path)
    while time.monotonic() < end:
        time.sleep(pause)
        now = _look(path)
        if now is not None and now == before and _is_whole(path):
            return True
        before = now
    return before is not None


def _with_results(master: Path, heading: str) -> Look | None:
    try:
        return _look(master, *results_books(master, heading))
    except OSError:
        return None


def _look(*paths: Path) -> Look | None:
    """Size and time of each of ``paths``; None where the first has gone."""
    facts: list[tuple[int, int]] = []
    for path in paths:
        try:
            told = path.stat()
        except OSError:
            if not facts:
                return None
        else:
            facts.append((told.st_size, told.st_mtime_ns))
    return tuple(facts)


def _shows_its_end(path: Path) -> bool:
    return path.suffix.lower() in _PACKED


def _is_whole(path: Path) -> bool:
    """Whether the file has the end that its kind must have."""
    if not _shows_its_end(path):
        return True
    try:
        return zipfile.is_zipfile(path)
    except OSError:
        return False
