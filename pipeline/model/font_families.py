"""The fonts that a form's pages name: its folders in, families out.

Read from the text of its style sheets and pages, because whoever checks the master needs
them too and should not load a renderer for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

Folders = tuple[Path, ...]
_LIST: Final = re.compile(r"font-family\s*:\s*([^;}]+)")
_FONT_FACE: Final = re.compile(r"@font-face\s*\{[^}]*\}")
_GENERIC: Final = frozenset(
    {"serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui", "inherit", "initial"}
)


def brings_fonts(folders: Folders) -> bool:
    """Whether the form has fonts of its own."""
    return any(_FONT_FACE.search(text) for text in _sources(folders))


def families(folders: Folders, *, with_substitutes: bool = False) -> tuple[str, ...]:
    """The first family of each list, in order; those must be installed.

    Fonts that the form brings along (``@font-face``) need not be. ``with_substitutes``: every
    family of each list, which is what a character can be drawn with.
    """
    named: dict[str, None] = {}
    for text in _sources(folders):
        faces = "".join(_FONT_FACE.findall(text))
        brought = {name for names in _lists(faces) for name in names}
        for names in _lists(_FONT_FACE.sub("", text)):
            wanted = names if with_substitutes else names[:1]
            named |= dict.fromkeys(name for name in wanted if name not in brought | _GENERIC)
    return tuple(named)


def _sources(folders: Folders) -> Iterator[str]:
    seen: set[str] = set()
    for folder in folders:
        for path in sorted((*folder.glob("*.css"), *folder.glob("*.html"))):
            if path.name not in seen:
                seen.add(path.name)
                yield path.read_text(encoding="utf-8", errors="replace")


def _lists(text: str) -> Iterator[list[str]]:
    """The families of each list, without their quotes."""
    for found in _LIST.findall(text):
        yield [name.strip().strip("\"'") for name in found.split(",")]
