"""Save uploaded files in the folder: a name and bytes in, the paths of the saved files out.

The name comes from the browser and is not trusted: only its last part is used, cleaned, for a
new file of a known kind in ``inputs/``. No file is overwritten.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pipeline.base.errors import InputUnreadable
from pipeline.base.files import write_new
from pipeline.base.windows import safe_name
from pipeline.master.find import SUFFIXES, masters

FORMER: Final = "以前の台帳"
FILLED: Final = ".docx"
# Invisible characters. Some change the writing direction, so that a name looks like another.
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class SavedFile:
    """Where a file was saved; ``former``: where the older file of that name was moved."""

    path: Path
    former: Path | None = None


def clean_name(requested_name: str) -> str:
    """The name without folders, invisible characters and prefixes with a meaning to a system.

    InputUnreadable if the page does not accept files of this kind.
    """
    last = requested_name.replace("\\", "/").rpartition("/")[2]
    visible = "".join(c for c in last if unicodedata.category(c) not in _INVISIBLE)
    stem, dot, kind = visible.lstrip("~$. ").rpartition(".")
    if f".{kind.lower()}" not in {*SUFFIXES, FILLED} or not stem.strip("._ "):
        raise InputUnreadable("upload-kind", name=last[:80] or "（名前なし）")
    return f"{safe_name(stem)}{dot}{kind}"


def save_upload(content: bytes, requested_name: str, inputs: Path, now: datetime) -> SavedFile:
    """Save a file in ``inputs``; an older master of the same name is moved to ``FORMER``."""
    target = inputs / clean_name(requested_name)
    inputs.mkdir(parents=True, exist_ok=True)
    if target.is_file() and target.read_bytes() == content:
        return SavedFile(target)
    if target not in masters(inputs):
        return SavedFile(write_new(content, target))
    former = inputs / FORMER / f"{target.stem}_{now:%Y%m%d-%H%M%S}{target.suffix}"
    moved = write_new(target.read_bytes(), former)
    target.unlink()
    return SavedFile(write_new(content, target), moved)


def move_to_unused(path: Path, inputs: Path) -> Path:
    """Move a file to a folder that no command reads."""
    moved = write_new(path.read_bytes(), inputs / "使わないもの" / path.name)
    path.unlink()
    return moved
