"""Is this machine ready? Its Python, libraries, folders and text encoding in, conditions out.

Nothing but the standard library stands behind this, so that a machine on which a library is
missing can still say so. What WeasyPrint brings is asked in ``render/pdf/ready.py``.
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
# A run with its pictures takes a megabyte or two; a full disk fails in stranger ways.
LEAST_FREE: Final = 200 * 1024 * 1024
_MEGABYTE: Final = 1024 * 1024


def python() -> Condition:
    """The interpreter's version; an older one than ours does not even load this."""
    return fine("Python", platform.python_version())


def libraries() -> Iterator[Condition]:
    """Every library that the package asks for, against the versions it was tested with."""
    tested = tested_versions()
    alike = 0
    for name in _required():
        title = f"部品 {name}"
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield missing(title, finding("machine-library-missing", value=name))
            continue
        expected = tested.get(_normal(name))
        if expected in (version, None):
            alike += 1
        else:
            said = finding("machine-library-differs", value=f"{name} {version}", tested=expected)
            yield doubtful(title, said)
    same = "試験した版と同じです" if tested else "入っています（試験した版の一覧がありません）"
    yield fine("部品", f"{alike} 個は{same}")


def _required() -> tuple[str, ...]:
    """The names of our dependencies; our own where we are not installed at all."""
    try:
        lines = importlib.metadata.requires(DISTRIBUTION) or ()
    except importlib.metadata.PackageNotFoundError:
        return (DISTRIBUTION,)
    return tuple(re.split(r"[<>=!~;\[ ]", line)[0] for line in lines if _is_for_this_system(line))


def _is_for_this_system(requirement: str) -> bool:
    """The only condition that our dependencies bear is that the system is Windows."""
    return "win32" not in requirement.partition(";")[2] or sys.platform == "win32"


def tested_versions() -> Mapping[str, str]:
    """Library → version, from the constraints that the tests were run with."""
    path = tested_versions_file()
    if path is None:
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    pinned = (line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    return {_normal(name): version.strip() for name, version in pinned}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def encoding() -> Condition:
    """Whether Japanese file names and messages survive."""
    names, shown = sys.getfilesystemencoding(), getattr(sys.stderr, "encoding", None) or "utf-8"
    for used in (names, shown):
        try:
            "資料１_会議用".encode(used)
        except (UnicodeEncodeError, LookupError):
            return doubtful("文字コード", finding("machine-encoding", value=used))
    return fine("文字コード", f"ファイル名 {names}、画面 {shown}")


def output(folder: Path) -> Condition:
    """Whether runs can be written: a file is made in the folder, or where it would be made."""
    title = f"書き込み（{folder.as_posix()}）"
    place = _existing(folder)
    try:
        check_writable(place)
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        said = finding("output-unwritable", folder=folder, reason=reason_of(error))
        return missing(title, said)
    return fine(title, "書き込めます")


def disk(folder: Path) -> Condition:
    """The room that is left where runs are written."""
    free = shutil.disk_usage(_existing(folder)).free
    if free < LEAST_FREE:
        return missing("空き容量", finding("machine-disk", value=free // _MEGABYTE))
    return fine("空き容量", f"{free // _MEGABYTE:,} MB")


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    whole = folder.absolute()
    # os.path, not Path: what may not be looked at is not there for us either.
    return next((each for each in (whole, *whole.parents) if os.path.exists(each)), whole)  # noqa: PTH110


def open_workbooks(inputs: Path) -> Iterator[Condition]:
    """The workbooks of ``inputs`` that someone has open."""
    workbooks = (path for path in inputs.glob("*") if path.suffix.lower() in SUFFIXES)
    found = sorted(path.name for path in workbooks if editor_lock(path))
    for name in found:
        yield doubtful("開いている台帳", finding("machine-workbook-open", value=name))
    if not found:
        yield fine("開いている台帳", "ありません")


def templates(form: Form) -> Iterator[Condition]:
    """The templates that the form's handout is printed through."""
    lacking = [name for name in ("handout.docx", "handout.html") if form.resource(name) is None]
    for name in lacking:
        yield missing(f"様式 {name}", finding("template-missing", path=name))
    if not lacking:
        yield fine("様式", form.folders[0].as_posix())


def own_folders(output: Path) -> tuple[Path, ...]:
    """Where a run may write: the working folder, ``output``, and where this tool is installed."""
    tool = Path(__file__).resolve().parents[2]
    # In the folder for Windows, Python and the libraries lie in ``program``.
    return (Path(), output, tool, Path(sys.prefix), Path(sys.base_prefix))


def traces(found: Collection[str]) -> Condition:
    """What was changed or reached outside of those folders and of the temporary one."""
    if found:
        return doubtful("痕跡", finding("machine-traces", value="、".join(sorted(found))))
    return fine("痕跡", "このフォルダーと一時フォルダーのほかに、書き込みも通信もありません")
