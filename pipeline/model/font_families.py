"""The fonts that a form's pages use: its folders in, font families out.

They are read from the text of its style sheets and pages: the check of the master needs
them too, and must not load a renderer.
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


def has_own_fonts(folders: Folders) -> bool:
    """Whether the form contains its own fonts."""
    return any(_FONT_FACE.search(text) for text in _sources(folders))


def families(folders: Folders, *, with_substitutes: bool = False) -> tuple[str, ...]:
    """The first family of each ``font-family`` list, in order: these must be installed.

    Fonts that the form contains (``@font-face``) are left out. ``with_substitutes``: every
    family of each list, because a character can be drawn with any of them.
    """
    named: dict[str, None] = {}
    for text in _sources(folders):
        font_faces = "".join(_FONT_FACE.findall(text))
        included = {name for names in _lists(font_faces) for name in names}
        for names in _lists(_FONT_FACE.sub("", text)):
            wanted = names if with_substitutes else names[:1]
            named |= dict.fromkeys(name for name in wanted if name not in included | _GENERIC)
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
