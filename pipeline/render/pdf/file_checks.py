"""Find the files in a form's folder that WeasyPrint must not read.

In: the folder. Out: file and reason. The parsers of pictures expand declared entities, so a
picture (SVG) with such declarations is rejected, and so is every file above a size limit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pipeline.base.containers import has_dtd
from pipeline.base.errors import reason_of
from pipeline.base.files import read_bounded

# A photograph for print has a few megabytes, a drawing less; text files are smaller still.
_PICTURE_LIMIT: Final = 32 * 2**20
_TEXT_LIMIT: Final = 4 * 2**20
_TEXTS: Final = frozenset({".html", ".css", ".svg", ".toml"})
_PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff"})
_DATA_SVG: Final = re.compile(rb"data:\s*image/svg", re.IGNORECASE)
_DTD: Final = "画像（SVG）に実体や DTD の宣言があります"
_EMBEDDED: Final = "data: の SVG は使えません。画像を様式のフォルダーに置いてください"


def file_mistakes(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file in a form's folder that must not be read, and the reason."""
    for path in sorted(folder.rglob("*")):
        suffix = path.suffix.lower()
        if suffix in _TEXTS | _PICTURES and not path.is_dir():
            reason = _reason(path, suffix)
            if reason:
                yield path, reason


def _reason(path: Path, suffix: str) -> str:
    """Why a file must not be read; empty if it may be read."""
    is_text = suffix in _TEXTS
    try:
        content = read_bounded(path, _TEXT_LIMIT if is_text else _PICTURE_LIMIT)
    except OSError as error:
        return reason_of(error)
    if suffix == ".svg" and has_dtd(content):
        return _DTD
    return _EMBEDDED if is_text and _DATA_SVG.search(content) else ""
