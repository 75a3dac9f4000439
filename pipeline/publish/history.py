"""Every run of the output folder: the folder in, runs out, newest first.

The folder lies on a share, where others put what they like into it. So a manifest is read
under a limit of size and only where it is a regular file, and a run that can't be read is
one run without a manifest; it stops no other and no publishing.
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
from pipeline.base.paths import MANIFEST, kept_beside
from pipeline.model.manifest import Run, read_manifest

# Of 5,000 projects, each with several findings, a manifest has some 15 MB.
MANIFEST_LIMIT: Final = 64 * 2**20
_STAMP: Final = re.compile(r"(\d{8}-\d{6})(?:_|$)")
_STAMP_FORMAT: Final = "%Y%m%d-%H%M%S"
# The clocks of an office's computers differ by less.
_CLOCKS_DIFFER: Final = dt.timedelta(days=1)
_UNDATED: Final = ""


def history(
    output: Path,
    now: dt.datetime,
    *,
    newest: str | None = None,
    known: Mapping[str, Run] | None = None,
) -> list[Run]:
    """The runs, newest first; ``newest`` names the one that was published just now.

    ``known`` are runs that were read before, by name: a run never changes. A folder whose
    name is no text (unpacked from another system) can't be linked to and is left out, and so
    is a link. A name or a time that lies in the future says nothing of a run's age.
    """
    latest = f"{now + _CLOCKS_DIFFER:{_STAMP_FORMAT}}"
    folders = sorted(_folders(output), key=lambda each: _age(each, latest), reverse=True)
    folders.sort(key=lambda each: each.name != newest)
    read = known or {}
    runs = (read.get(folder.name) or _run(folder) for folder in folders)
    return [replace(run, kept=_kept(output / run.name)) for run in runs]


def _folders(output: Path) -> list[Path]:
    try:
        with os.scandir(output) as entries:
            names = [each.name for each in entries if each.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    visible = (name for name in names if not name.startswith(".") and _is_text(name))
    return [output / name for name in visible if os.path.lexists(output / name / MANIFEST)]


def _is_text(name: str) -> bool:
    """Whether a name of the file system stands for characters: other bytes come as surrogates."""
    return not any("\ud800" <= each <= "\udfff" for each in name)


def _run(folder: Path) -> Run:
    try:
        names = frozenset(path.name for path in folder.iterdir())
        manifest = read_manifest(read_bounded(folder / MANIFEST, MANIFEST_LIMIT))
        return Run(folder.name, names, manifest)
    except OSError:
        return Run(folder.name, frozenset(), None)


def _kept(folder: Path) -> tuple[str, ...]:
    """The documents that an officer has finished, in the folder beside the run, by name."""
    beside = folder.with_name(kept_beside(folder.name))
    try:
        with os.scandir(beside) as entries:
            names = [each.name for each in entries if each.is_file(follow_symlinks=False)]
    except OSError:
        return ()
    shown = (name for name in names if name.lower().endswith((".docx", ".pdf")) and _is_text(name))
    return tuple(sorted(shown))


def _age(folder: Path, latest: str) -> tuple[str, int, str]:
    """What runs are sorted by: the second in the name, then when the manifest was written.

    Not the rest of the name: a master's own may end in a number too. A run whose name has no
    second, or one of the future, has that of its manifest.
    """
    try:
        written = (folder / MANIFEST).lstat().st_mtime_ns
        moment = dt.datetime.fromtimestamp(written / 1e9)  # noqa: DTZ006 - names are local time
        by_manifest = f"{moment:{_STAMP_FORMAT}}"
    except (OSError, OverflowError, ValueError):
        written, by_manifest = 0, _UNDATED
    named = _STAMP.match(folder.name)
    stamps = (named[1] if named else _UNDATED, by_manifest)
    stamp = next((each for each in stamps if _UNDATED < each <= latest), _UNDATED)
    return stamp, written, folder.name
