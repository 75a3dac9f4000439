"""Follow folders: report what changed in them, and wait until a saved file is complete.

Excel writes a temporary file and renames it, or writes in place for some time. A network drive
may send no events. So a folder is read after each event of the system and also at intervals.
"""

from __future__ import annotations

import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from watchfiles import watch

# Milliseconds without an event before changes are reported. Short, because ``_is_complete``
# recognises a workbook that is only partly written.
_DEBOUNCE: Final = 50
# Milliseconds after which the folders are read even without an event.
_POLL_INTERVAL: Final = 3_000
# Seconds between two checks of a file, which must find the same size and time. A format
# without an end mark (CSV) has only this check, and so a longer interval.
_CHECK_INTERVAL: Final = 0.03
_LONG_CHECK_INTERVAL: Final = 0.3
# Seconds after which a file is read even if it does not look complete.
_TIME_LIMIT: Final = 10.0
_ZIP_SUFFIXES: Final = (".xlsx", ".xlsm", ".ods", ".docx")

# Size in bytes and modification time in nanoseconds of each file.
Snapshot = Mapping[Path, tuple[int, int]]


def snapshots(folders: Callable[[], Sequence[Path]], stop: threading.Event) -> Iterator[Snapshot]:
    """Yield the files of the folders at the start and after each change, until ``stop`` is set.

    ``folders`` is called each time; a folder that does not exist counts as empty.
    """
    last = snapshot(folders())
    yield last
    while not stop.is_set():
        existing = [folder for folder in folders() if folder.is_dir()]
        if not existing:
            stop.wait(_POLL_INTERVAL / 1000)
        for _ in _changes(existing, stop):
            current = snapshot(folders())
            if current != last:
                last = current
                yield last
            if [folder for folder in folders() if folder.is_dir()] != existing:
                break


def _changes(folders: Sequence[Path], stop: threading.Event) -> Iterator[object]:
    return (
        watch(
            *folders,
            step=_DEBOUNCE,
            rust_timeout=_POLL_INTERVAL,
            recursive=False,
            yield_on_timeout=True,
            stop_event=stop,
            raise_interrupt=False,
        )
        if folders
        else iter([None])
    )


def snapshot(folders: Sequence[Path]) -> Snapshot:
    """Size and time of every file that is directly in the folders."""
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


def wait_until_complete(path: Path) -> bool:
    """Wait until no program writes to ``path``; False if it was deleted meanwhile.

    A file that is still incomplete after ``_TIME_LIMIT`` seconds counts as written: reading it
    reports the error.
    """
    pause = _CHECK_INTERVAL if _has_end_mark(path) else _LONG_CHECK_INTERVAL
    end = time.monotonic() + _TIME_LIMIT
    before = _facts(path)
    while time.monotonic() < end:
        time.sleep(pause)
        now = _facts(path)
        if now is not None and now == before and _is_complete(path):
            return True
        before = now
    return before is not None


def _facts(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _has_end_mark(path: Path) -> bool:
    return path.suffix.lower() in _ZIP_SUFFIXES


def _is_complete(path: Path) -> bool:
    """Whether the file ends as its format requires; True for a format without an end mark."""
    if not _has_end_mark(path):
        return True
    try:
        return zipfile.is_zipfile(path)
    except OSError:
        return False
