"""The files of a form's folder that the page renderer reads: which of them it must not.

In: the folder. Out: file and reason. WeasyPrint reads pictures with parsers that follow what
a picture declares, so a picture that declares entities, or is larger than any, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pipeline.base.containers import has_dtd
from pipeline.base.errors import reason_of
from pipeline.base.files import read_bounded

# A photograph for print has a few megabytes, a drawing less.
_PICTURE_LIMIT: Final = 32 * 2**20
_TEXT_LIMIT: Final = 4 * 2**20
_TEXTS: Final = frozenset({".html", ".css", ".svg", ".toml"})
_PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff"})
_DATA_SVG: Final = re.compile(rb"data:\s*image/svg", re.IGNORECASE)
_DTD: Final = "画像（SVG）に実体や DTD の宣言があります"
_INSIDE: Final = "data: の SVG は使えません。画像を様式のフォルダーに置いてください"


def file_slips(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file of a form's folder that is not to be read, and why."""
    for path in sorted(folder.rglob("*")):
        suffix = path.suffix.lower()
        if suffix in _TEXTS | _PICTURES and not path.is_dir():
            reason = _reason(path, suffix)
            if reason:
                yield path, reason


def _reason(path: Path, suffix: str) -> str:
    """Why a file is not to be read; empty where it is."""
    is_text = suffix in _TEXTS
    try:
        content = read_bounded(path, _TEXT_LIMIT if is_text else _PICTURE_LIMIT)
    except OSError as error:
        return reason_of(error)
    if suffix == ".svg" and has_dtd(content):
        return _DTD
    return _INSIDE if is_text and _DATA_SVG.search(content) else ""
