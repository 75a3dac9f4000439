"""Follow folders: what changed in them, and when a saved file is written to its end.

Excel saves beside and renames, or writes in place over some time; a network drive may tell of
nothing. So the folder is looked at whenever the system tells of something, and now and then.
"""

from __future__ import annotations

import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from watchfiles import watch

# Milliseconds of quiet after which changes are told. Short, because a workbook that is not
# written to its end has no end yet (``_is_whole``).
_QUIET: Final = 50
# Milliseconds after which the folders are looked at in any case.
_AT_LEAST: Final = 3_000
# Seconds between two looks at a file that must be alike, and until it is read anyhow. A
# file of a kind that has no end to be seen has these looks alone, and takes longer ones.
_LOOK: Final = 0.03
_LONG_LOOK: Final = 0.3
_PATIENCE: Final = 10.0
_PACKED: Final = (".xlsx", ".xlsm", ".ods", ".docx")

# Size and time of each file.
Snapshot = Mapping[Path, tuple[int, int]]


def looks(folders: Callable[[], Sequence[Path]], stop: threading.Event) -> Iterator[Snapshot]:
    """The files of the folders at first, and again whenever they are no longer the same.

    Goes on until ``stop`` is set. ``folders`` is asked each time: one that is missing is empty
    until it is made.
    """
    known = look(folders())
    yield known
    while not stop.is_set():
        there = [folder for folder in folders() if folder.is_dir()]
        if not there:
            stop.wait(_AT_LEAST / 1000)
        for _ in _changes(there, stop):
            now = look(folders())
            if now != known:
                known = now
                yield known
            if [folder for folder in folders() if folder.is_dir()] != there:
                break


def _changes(folders: Sequence[Path], stop: threading.Event) -> Iterator[object]:
    return (
        watch(
            *folders,
            step=_QUIET,
            rust_timeout=_AT_LEAST,
            recursive=False,
            yield_on_timeout=True,
            stop_event=stop,
            raise_interrupt=False,
        )
        if folders
        else iter([None])
    )


def look(folders: Sequence[Path]) -> Snapshot:
    """Size and time of every file that lies directly in the folders."""
    return {path: facts for folder in folders for path, facts in _files(folder)}


def _files(folder: Path) -> Iterator[tuple[Path, tuple[int, int]]]:
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return
    for path in paths:
        facts = _facts(path)
        if facts is not None and path.is_file():
            yield path, facts


def settled(path: Path) -> bool:
    """Wait until nobody writes to ``path``; False where it has gone meanwhile.

    A file that stays unreadable for ``_PATIENCE`` seconds counts as written: reading
    it will tell what is wrong with it.
    """
    pause = _LOOK if _shows_its_end(path) else _LONG_LOOK
    end = time.monotonic() + _PATIENCE
    before = _facts(path)
    while time.monotonic() < end:
        time.sleep(pause)
        now = _facts(path)
        if now is not None and now == before and _is_whole(path):
            return True
        before = now
    return before is not None


def _facts(path: Path) -> tuple[int, int] | None:
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_size, told.st_mtime_ns


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
