"""Which characters no font of the handout can draw: records in, findings out.

A renderer draws an empty box for such a character and says nothing that an
officer would see. Fonts are asked through their character maps; only characters
outside of Windows-31J (cp932) are looked up, because a font for Japanese Windows
has all of those, and half a second is much for a 髙.
"""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.model.findings import Finding, finding
from pipeline.model.grid import CellRef
from pipeline.model.records import Records

# In the order in which the templates ask for them.
FAMILIES = ("BIZ UDGothic", "IPAmjMincho")
# They change how the character before them looks and have no shape of their own.
_SELECTORS = frozenset([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x180E)])


# Those that choose among the variants of a kanji.
_VARIANT = re.compile("[^\ufe00-\ufe02\U000e0100-\U000e01ef][\ufe00-\ufe02\U000e0100-\U000e01ef]")
_VARIANTS_FORMAT = 14


@dataclass(frozen=True, slots=True)
class _Face:
    """What a font can draw: code points, and kanji with a selector."""

    points: frozenset[int]
    variants: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Printed:
    """A text of the paper and where it came from."""

    text: str
    at: CellRef | None = None
    project: int | None = None


def check_glyphs(records: Records, families: Sequence[str] = FAMILIES) -> tuple[Finding, ...]:
    """A finding for each character of each cell that none of ``families`` has.

    A variant of a kanji that its font lacks is told as well: it is drawn plain.

    Nothing where fontconfig or all of the fonts are missing: that is told by the
    renderer, with what to install.
    """
    texts = tuple(_texts(records))
    rare = {c for each in texts for c in each.text if not _needs_no_look(c)}
    variants = {pair for each in texts for pair in _variants_in(each.text)}
    if not rare and not variants:
        return ()
    faces = _faces(tuple(families))
    lacking = {c for c in rare if faces and all(ord(c) not in face.points for face in faces)}
    plain = {pair for pair in variants if not _draws_variant(faces, pair)}
    return tuple(found for each in texts for found in _findings_of(each, lacking, plain))


def _findings_of(text: _Printed, lacking: set[str], plain: set[str]) -> Iterator[Finding]:
    for character in dict.fromkeys(text.text):
        if character in lacking:
            yield finding(
                "glyph-missing",
                at=text.at,
                project=text.project,
                value=character,
                code_point=f"U+{ord(character):04X}",
            )
    for pair in _variants_in(text.text):
        if pair in plain:
            yield finding(
                "variant-missing",
                at=text.at,
                project=text.project,
                value=pair,
                code_point=" ".join(f"U+{ord(c):04X}" for c in pair),
            )


def _variants_in(text: str) -> Iterator[str]:
    """Each kanji with the selector that asks for a variant of it, once."""
    yield from dict.fromkeys(_VARIANT.findall(text))


def _draws_variant(faces: Sequence[_Face], pair: str) -> bool:
    """Whether the face that draws the kanji has the variant, or draws it no other way."""
    return next((pair in face.variants for face in faces if ord(pair[0]) in face.points), True)


def _texts(records: Records) -> Iterator[_Printed]:
    """Every text that is printed and comes from the master."""
    meeting = records.meeting
    for text in (
        *(meeting.number, meeting.title, meeting.council, meeting.session),
        *(meeting.place, meeting.members_label, meeting.note),
    ):
        yield _Printed(text or "")
    for project in records.projects:
        cells = {
            "name": project.name,
            "judgement.letter": project.judgement.letter,
            "judgement.label": project.judgement.label,
            "proposal.text": project.proposal.text,
            "opinion.comment": project.opinion.comment,
        }
        for key, text in cells.items():
            yield _Printed(text or "", project.source.cell(key), project.no)


def _needs_no_look(character: str) -> bool:
    """Whether a character is surely drawn (cp932) or has no shape to draw.

    cp932 also has room for 外字, which are in no font but the office's own.
    """
    if ord(character) in _SELECTORS or unicodedata.category(character) in {"Cc", "Cf"}:
        return True
    try:
        character.encode("cp932")
    except UnicodeEncodeError:
        return False
    return unicodedata.category(character) != "Co"


@functools.cache
def _faces(families: tuple[str, ...]) -> tuple[_Face, ...]:
    """What the installed ones of ``families`` can draw."""
    return tuple(_face(path, family) for family in families for path in _font_files(family))


def _font_files(family: str) -> tuple[str, ...]:
    """The regular file of a family, as fontconfig finds it; none for a substitute."""
    fc_list = shutil.which("fc-list")
    if fc_list is None:
        return ()
    done = subprocess.run(  # noqa: S603 - a program of the system, a name of ours
        [fc_list, f"{family}:style=Regular", "file"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        timeout=20,
        check=False,
    )
    return tuple(line.rstrip().rstrip(":") for line in done.stdout.splitlines())


def _face(path: str, family: str) -> _Face:
    """The character map of the face of ``family`` in one file."""
    # It costs 50 ms, and most masters have no rare character.
    from fontTools.ttLib import TTCollection, TTFont  # noqa: PLC0415

    if not path.lower().endswith((".ttc", ".otc")):
        with TTFont(path, lazy=True) as font:
            return _mapped(font)
    with TTCollection(path, lazy=True) as collection:
        named = (f for f in collection.fonts if f["name"].getBestFamilyName() == family)
        return next(map(_mapped, named), _Face(frozenset(), frozenset()))


def _mapped(font: Any) -> _Face:
    variants = {
        chr(base) + chr(selector)
        for table in font["cmap"].tables
        if table.format == _VARIANTS_FORMAT
        for selector, pairs in table.uvsDict.items()
        for base, _ in pairs
    }
    return _Face(frozenset(font.getBestCmap() or ()), frozenset(variants))
