"""List the runs of the output folder: the folder in, runs out, newest first.

The folder may be on a share, and other users can write any file into it. So a manifest is read
only if it is a regular file, and with a size limit. A run that can't be read is a run without a
manifest; it stops neither the other runs nor publishing.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from pipeline.base.files import read_bounded
from pipeline.base.paths import MANIFEST, finished_folder
from pipeline.model.manifest import Run, read_manifest

# The manifest of 5,000 projects with several findings each has about 15 MB.
MANIFEST_LIMIT: Final = 64 * 2**20
_STAMP: Final = re.compile(r"(\d{8}-\d{6})(?:_|$)")
_STAMP_FORMAT: Final = "%Y%m%d-%H%M%S"
# The clocks of an office's computers differ by less than this.
_MAX_CLOCK_DIFFERENCE: Final = dt.timedelta(days=1)
_UNDATED: Final = ""


def history(
    output: Path,
    now: dt.datetime,
    *,
    newest: str | None = None,
    known: Mapping[str, Run] | None = None,
) -> list[Run]:
    """The runs, newest first; ``newest`` is the name of the run that was just published.

    ``known``: runs that were read before, by name; a run never changes. Links are left out, and
    so is a folder whose name can't be decoded (unpacked from another system), because no link
    can point to it. A name or a time in the future is not used to sort a run.
    """
    latest = f"{now + _MAX_CLOCK_DIFFERENCE:{_STAMP_FORMAT}}"
    folders = sorted(_folders(output), key=lambda folder: _sort_key(folder, latest), reverse=True)
    folders.sort(key=lambda folder: folder.name != newest)
    cached = known or {}
    runs = (cached.get(folder.name) or _run(folder) for folder in folders)
    return [replace(run, kept=_kept(output / run.name)) for run in runs]


def _folders(output: Path) -> list[Path]:
    try:
        with os.scandir(output) as entries:
            names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    visible = (name for name in names if not name.startswith(".") and _is_text(name))
    return [output / name for name in visible if os.path.lexists(output / name / MANIFEST)]


def _is_text(name: str) -> bool:
    """Whether a file name could be decoded: Python turns other bytes into surrogates."""
    return not any("\ud800" <= char <= "\udfff" for char in name)


def _run(folder: Path) -> Run:
    try:
        names = frozenset(path.name for path in folder.iterdir())
        manifest = read_manifest(read_bounded(folder / MANIFEST, MANIFEST_LIMIT))
        return Run(folder.name, names, manifest)
    except OSError:
        return Run(folder.name, frozenset(), None)


def _kept(folder: Path) -> tuple[str, ...]:
    """The names of the finished documents in the folder next to the run."""
    kept_folder = folder.with_name(finished_folder(folder.name))
    try:
        with os.scandir(kept_folder) as entries:
            names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    except OSError:
        return ()
    shown = (name for name in names if name.lower().endswith((".docx", ".pdf")) and _is_text(name))
    return tuple(sorted(shown))


def _sort_key(folder: Path, latest: str) -> tuple[str, int, str]:
    """The sort key of a run: the time in its name, then the time of its manifest.

    The rest of the name is not used, because the master's own name may end in a number. If the
    name has no time, or one in the future, the time of the manifest is used.
    """
    try:
        written = (folder / MANIFEST).lstat().st_mtime_ns
        moment = dt.datetime.fromtimestamp(written / 1e9)  # noqa: DTZ006 - names are local time
        by_manifest = f"{moment:{_STAMP_FORMAT}}"
    except (OSError, OverflowError, ValueError):
        written, by_manifest = 0, _UNDATED
    match = _STAMP.match(folder.name)
    stamps = (match[1] if match else _UNDATED, by_manifest)
    stamp = next((stamp for stamp in stamps if _UNDATED < stamp <= latest), _UNDATED)
    return stamp, written, folder.name
