"""Files that come from the browser, into the folder: a name and bytes in, what was done out.

A name from outside is a wish: its last part, cleaned, may become the name of a new file of a
known kind in ``inputs/``. Nothing is written over.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pipeline.base.errors import InputUnreadable
from pipeline.base.files import keep
from pipeline.base.windows import safe_name
from pipeline.master.find import SUFFIXES, masters

FORMER: Final = "以前の台帳"
FILLED: Final = ".docx"
# Marks that turn the direction of writing: a name that ends in .xlsx may look like another.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a file went; ``former`` is where the one went that had its name."""

    path: Path
    former: Path | None = None


def clean_name(wish: str) -> str:
    """A name without any folder, hidden mark or beginning that means something to a system.

    InputUnreadable where it is no kind of file that the page takes.
    """
    last = wish.replace("\\", "/").rpartition("/")[2]
    seen = "".join(c for c in last if unicodedata.category(c) not in _UNSEEN)
    stem, dot, kind = seen.lstrip("~$. ").rpartition(".")
    if f".{kind.lower()}" not in {*SUFFIXES, FILLED} or not stem.strip("._ "):
        raise InputUnreadable("upload-kind", name=last[:80] or "（名前なし）")
    return f"{safe_name(stem)}{dot}{kind}"


def put(content: bytes, wish: str, inputs: Path, now: datetime) -> Kept:
    """Put a file into ``inputs``; the master that had its name is kept aside."""
    target = inputs / clean_name(wish)
    inputs.mkdir(parents=True, exist_ok=True)
    if target.is_file() and target.read_bytes() == content:
        return Kept(target)
    if target not in masters(inputs):
        return Kept(keep(content, target))
    former = inputs / FORMER / f"{target.stem}_{now:%Y%m%d-%H%M%S}{target.suffix}"
    moved = keep(target.read_bytes(), former)
    target.unlink()
    return Kept(keep(content, target), moved)


def put_aside(path: Path, inputs: Path) -> Path:
    """Take a file out of the way, into a folder that nothing is read from."""
    moved = keep(path.read_bytes(), inputs / "使わないもの" / path.name)
    path.unlink()
    return moved
