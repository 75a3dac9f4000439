"""Which characters no font of the handout can draw: records in, findings out.

A renderer draws an empty box for such a character and prints no message that an
officer would see. The character maps of the fonts show what they can draw. Only
characters outside of Windows-31J (cp932) are looked up: a font for Japanese Windows
has all the others, and opening the fonts takes half a second.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.base.text import characters, code_points, compare_key
from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form, JudgementTable
from pipeline.model.grid import CellRef, Sheet
from pipeline.model.meeting import MEETING_FIELDS
from pipeline.model.records import Records, Row, printed_text

# A table and the sheet that it was read from.
OwnTable = tuple[JudgementTable, Sheet]

# In the order of the templates.
FAMILIES = ("BIZ UDGothic", "IPAmjMincho")
# The file of Windows 10 and later, and the files that are offered for download.
_WINDOWS_FILES = {
    "BIZ UDGothic": ("BIZ-UDGothicR.ttc", "BIZUDGothic-Regular.ttf"),
    "IPAmjMincho": ("ipamjm.ttf",),
}
# They change the shape of the character before them and have no shape themselves.
_SELECTORS = frozenset([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x180E)])
# They choose between text and emoji, and change nothing in a text font.
_PRESENTATION_SELECTORS = frozenset({0xFE0E, 0xFE0F})
# Seconds; fontconfig may have to scan every font first.
_TIMEOUT = 20


def check_glyphs(
    records: Records,
    form: Form,
    families: Sequence[str] = FAMILIES,
    *,
    judgement: OwnTable | None = None,
) -> tuple[Finding, ...]:
    """A finding for each character of each cell that none of ``families`` has.

    ``families``: the font families of the form's pages (``model.font_families``). ``judgement``:
    the office's own 判定表 and its sheet, if 参考資料 prints it.

    A notice if a font has the character, but not in the shape that its variation
    selector requests. No findings if fontconfig or all fonts are missing:
    the renderer reports that, with what to install.
    """
    own = tuple(_judgement_texts(*judgement)) if judgement else ()
    # Look up each character once: a table of 5,000 rows has 600,000, but 1,000 different ones.
    texts = (*(text for text, _, _ in _texts(records, form)), *(text for text, _ in own))
    rare = {character for character in _used("\n".join(texts)) if not _needs_no_lookup(character)}
    faces = [face for family in families if (face := _face(family)).points] if rare else []
    verdicts = {c: code for c in rare if (code := _verdict(c, faces))} if faces else {}
    return tuple(_glyph_findings(verdicts, records, form, own)) if verdicts else ()


def _glyph_findings(
    verdicts: Mapping[str, str], records: Records, form: Form, own: Sequence[tuple[str, CellRef]]
) -> Iterator[Finding]:
    """A finding for each character with a verdict in each cell."""
    cells = [
        (text, row.source.cell(key) if row else None, row.no if row else None)
        for text, row, key in _texts(records, form)
    ]
    for text, at, project in (*cells, *((text, at, None) for text, at in own)):
        for character in dict.fromkeys(characters(text)):
            if character in verdicts:
                points = code_points(character)
                code = verdicts[character]
                yield finding(code, at=at, project=project, value=character, code_point=points)


def _used(text: str) -> set[str]:
    """The characters of a text, each with its variation selectors."""
    used = set(text)
    return used if all(ord(c) not in _SELECTORS for c in used) else set(characters(text))


def _verdict(character: str, faces: Sequence[_Face]) -> str | None:
    """The finding code for a character, or None if it is drawn as written."""
    base = ord(character[0])
    # The renderer takes the first font that has the character; it ignores the selector.
    face = next((face for face in faces if base in face.points), None)
    if face is None:
        return "glyph-missing"
    selectors = [ord(c) for c in character[1:] if ord(c) not in _PRESENTATION_SELECTORS]
    drawn = all((base, selector) in face.variants for selector in selectors)
    return None if drawn else "variant-missing"


def _texts(records: Records, form: Form) -> Iterator[tuple[str, Row | None, str]]:
    """Every printed text of the master, with its row and the key of its column."""
    for field in MEETING_FIELDS:
        value = getattr(records.meeting, field.key)
        yield str(value) if value is not None else "", None, field.key
    printed = [column for column in form.columns if column.prints]
    for row in records.rows:
        yield row.group or "", row, form.group or ""
        for column in printed:
            yield printed_text(row, column), row, column.key


def _judgement_texts(table: JudgementTable, sheet: Sheet) -> Iterator[tuple[str, CellRef]]:
    """The cells of the sheet that contain a letter or a label of the table."""
    printed = {compare_key(text) for c in table.cells for text in (c.letter, c.label) if text}
    for row, values in enumerate(sheet.rows, start=1):
        for column, value in enumerate(values, start=1):
            if isinstance(value, str) and compare_key(value) in printed:
                yield value, sheet.ref(row, column)


def _needs_no_lookup(character: str) -> bool:
    """Whether a character is certain to be drawn (cp932) or has no shape to draw.

    cp932 also encodes 外字; only the office's own font has these.
    """
    if ord(character[0]) in _SELECTORS or unicodedata.category(character[0]) in {"Cc", "Cf"}:
        return True
    try:
        character.encode("cp932")
    except UnicodeEncodeError:
        return False
    return unicodedata.category(character) != "Co"


@dataclass(frozen=True, slots=True)
class _Face:
    """What a font can draw: code points, and pairs of code point and variation selector."""

    points: frozenset[int]
    variants: frozenset[tuple[int, int]]


@functools.cache
def _face(family: str) -> _Face:
    """What the installed font of a family can draw; empty if it is not installed."""
    points: set[int] = set()
    variants: set[tuple[int, int]] = set()
    for path in _font_files(family):
        for font in _fonts(path, family):
            points.update(font.getBestCmap() or ())
            for table in font["cmap"].tables:
                for selector, drawn in getattr(table, "uvsDict", {}).items():
                    variants.update((base, selector) for base, _ in drawn)
    return _Face(frozenset(points), frozenset(variants))


def _font_files(family: str) -> tuple[str, ...]:
    """The regular file of a family, as fontconfig finds it; empty for a substitute.

    Windows has no ``fc-list``; its font files have known names in known folders.
    """
    fc_list = shutil.which("fc-list")
    if fc_list is None:
        return _windows_font_files(family)
    try:
        done = subprocess.run(  # noqa: S603 - a system program, our own arguments
            [fc_list, f"{family}:style=Regular", "file"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(line.rstrip().rstrip(":") for line in done.stdout.splitlines())


def _windows_font_files(family: str) -> tuple[str, ...]:
    """The family's file in the fonts folder of Windows or of the user (installed without admin)."""
    roots = (
        ("WINDIR", "Fonts"),
        ("LOCALAPPDATA", "Microsoft/Windows/Fonts"),
    )
    folders = [Path(os.environ[name], below) for name, below in roots if name in os.environ]
    places = (folder / name for folder in folders for name in _WINDOWS_FILES.get(family, ()))
    return tuple(str(place) for place in places if place.is_file())[:1]


def _fonts(path: str, family: str) -> Iterator[Any]:
    """The faces of ``family`` in one file; the file is open while the caller uses them."""
    # The import takes 50 ms, and most masters have no rare character.
    from fontTools.ttLib import TTCollection, TTFont  # noqa: PLC0415

    if not path.lower().endswith((".ttc", ".otc")):
        with TTFont(path, lazy=True) as font:
            yield font
        return
    with TTCollection(path, lazy=True) as collection:
        for font in collection.fonts:
            if font["name"].getBestFamilyName() == family:
                yield font
