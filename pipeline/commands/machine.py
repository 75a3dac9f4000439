"""Check this machine: its Python, libraries, folders and text encoding in, conditions out.

This module needs only the standard library, so that it can report a missing library.
``render/pdf/ready.py`` checks the libraries of WeasyPrint.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from pipeline.base.errors import reason_of
from pipeline.base.files import editor_lock
from pipeline.base.paths import tested_versions_file
from pipeline.base.windows import check_writable
from pipeline.master.find import SUFFIXES
from pipeline.model.conditions import Condition, doubtful, fine, missing
from pipeline.model.findings import finding
from pipeline.model.form import Form

DISTRIBUTION: Final = "shiryo-handouts"
# Bytes. A run with its pictures takes 1 to 2 MB; a full disk causes errors that are hard to trace.
LEAST_FREE: Final = 200 * 1024 * 1024
_MEGABYTE: Final = 1024 * 1024


def python() -> Condition:
    """The interpreter's version; one that is too old can't load this module."""
    return fine("Python", platform.python_version())


def libraries() -> Iterator[Condition]:
    """Every library that the package requires, compared with the version it was tested with."""
    tested = tested_versions()
    tested_count = 0
    for name in _required():
        title = f"部品 {name}"
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield missing(title, finding("machine-library-missing", value=name))
            continue
        expected = tested.get(_normal(name))
        if expected in (version, None):
            tested_count += 1
        else:
            differs = finding("machine-library-differs", value=f"{name} {version}", tested=expected)
            yield doubtful(title, differs)
    same = "試験した版と同じです" if tested else "入っています（試験した版の一覧がありません）"
    yield fine("部品", f"{tested_count} 個は{same}")


def _required() -> tuple[str, ...]:
    """The names of our dependencies; our own name if this package is not installed."""
    try:
        lines = importlib.metadata.requires(DISTRIBUTION) or ()
    except importlib.metadata.PackageNotFoundError:
        return (DISTRIBUTION,)
    return tuple(re.split(r"[<>=!~;\[ ]", line)[0] for line in lines if _is_for_this_system(line))


def _is_for_this_system(requirement: str) -> bool:
    """Whether a requirement applies here; the only condition that we use is Windows."""
    return "win32" not in requirement.partition(";")[2] or sys.platform == "win32"


def tested_versions() -> Mapping[str, str]:
    """Library → version, from the constraints that the tests ran with."""
    path = tested_versions_file()
    if path is None:
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    pinned = (line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    return {_normal(name): version.strip() for name, version in pinned}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def encoding() -> Condition:
    """Whether Japanese file names and messages can be encoded."""
    names, shown = sys.getfilesystemencoding(), getattr(sys.stderr, "encoding", None) or "utf-8"
    for used in (names, shown):
        try:
            "資料１_会議用".encode(used)
        except (UnicodeEncodeError, LookupError):
            return doubtful("文字コード", finding("machine-encoding", value=used))
    return fine("文字コード", f"ファイル名 {names}、画面 {shown}")


def output(folder: Path) -> Condition:
    """Whether runs can be written: create a file in the folder or its nearest existing parent."""
    title = f"書き込み（{folder.as_posix()}）"
    place = _existing(folder)
    try:
        check_writable(place)
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        unwritable = finding("output-unwritable", folder=folder, reason=reason_of(error))
        return missing(title, unwritable)
    return fine(title, "書き込めます")


def disk(folder: Path) -> Condition:
    """The free space of the disk that runs are written to."""
    free = shutil.disk_usage(_existing(folder)).free
    if free < LEAST_FREE:
        return missing("空き容量", finding("machine-disk", value=free // _MEGABYTE))
    return fine("空き容量", f"{free // _MEGABYTE:,} MB")


def _existing(folder: Path) -> Path:
    """The folder, or its nearest parent that exists."""
    absolute = folder.absolute()
    # os.path, not Path: os.path.exists returns False where access is denied; Path raises.
    return next((each for each in (absolute, *absolute.parents) if os.path.exists(each)), absolute)  # noqa: PTH110


def open_workbooks(inputs: Path) -> Iterator[Condition]:
    """The workbooks of ``inputs`` that are open in an editor."""
    workbooks = (path for path in inputs.glob("*") if path.suffix.lower() in SUFFIXES)
    found = sorted(path.name for path in workbooks if editor_lock(path))
    for name in found:
        yield doubtful("開いている台帳", finding("machine-workbook-open", value=name))
    if not found:
        yield fine("開いている台帳", "ありません")


def templates(form: Form) -> Iterator[Condition]:
    """Whether the form has the templates of its handout."""
    missing_names = [
        name for name in ("handout.docx", "handout.html") if form.resource(name) is None
    ]
    for name in missing_names:
        yield missing(f"様式 {name}", finding("template-missing", path=name))
    if not missing_names:
        yield fine("様式", form.folders[0].as_posix())


def own_folders(output: Path) -> tuple[Path, ...]:
    """Folders that a run may write to: the working folder, ``output`` and the installation."""
    tool = Path(__file__).resolve().parents[2]
    # In the folder for Windows, Python and the libraries are in ``program``.
    return (Path(), output, tool, Path(sys.prefix), Path(sys.base_prefix))


def traces(found: Collection[str]) -> Condition:
    """Files and machines that were changed or reached outside the allowed folders."""
    if found:
        return doubtful("痕跡", finding("machine-traces", value="、".join(sorted(found))))
    return fine("痕跡", "このフォルダーと一時フォルダーのほかに、書き込みも通信もありません")
