"""Which characters no font of the handout can draw: records in, findings out.

A renderer draws an empty box for such a character and says nothing that an
officer would see. Fonts are asked through their character maps; only characters
outside of JIS X 0208 are looked up, because every Japanese font has those.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
from collections.abc import Iterable, Sequence

from fontTools.ttLib import TTCollection, TTFont

from pipeline.model.findings import Finding, finding
from pipeline.model.records import Records

# In the order in which the templates ask for them.
FAMILIES = ("BIZ UDGothic", "IPAmjMincho")
# They change how the character before them looks and have no shape of their own.
_SELECTORS = frozenset([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), 0x200B, 0x200C, 0x200D])


def check_glyphs(records: Records, families: Sequence[str] = FAMILIES) -> tuple[Finding, ...]:
    """A finding for each character of each cell that none of ``families`` has.

    Nothing where fontconfig or all of the fonts are missing: that is told by the
    renderer, with what to install.
    """
    rare = {c for text in _texts(records) for c in text if not _is_common(c)}
    if not rare:
        return ()
    drawable = _drawable(tuple(families))
    lacking = {c for c in rare if drawable and ord(c) not in drawable}
    return tuple(_findings(records, lacking)) if lacking else ()


def _texts(records: Records) -> Iterable[str]:
    meeting = records.meeting
    yield from (meeting.title, meeting.number, meeting.council or "", meeting.place or "")
    for project in records.projects:
        yield from (project.name, project.proposal.text, project.opinion.comment or "")


def _findings(records: Records, lacking: set[str]) -> Iterable[Finding]:
    for project in records.projects:
        texts = {
            "name": project.name,
            "proposal.text": project.proposal.text,
            "opinion.comment": project.opinion.comment or "",
        }
        for key, text in texts.items():
            for character in dict.fromkeys(c for c in text if c in lacking):
                yield finding(
                    "glyph-missing",
                    at=project.source.cell(key),
                    project=project.no,
                    value=character,
                    code_point=f"U+{ord(character):04X}",
                )


def _is_common(character: str) -> bool:
    """Whether every Japanese font has the character: ASCII, JIS X 0208, a line break."""
    if character.isascii() or ord(character) in _SELECTORS:
        return True
    try:
        return len(character.encode("iso2022_jp")) > 1
    except UnicodeEncodeError:
        return False


@functools.cache
def _drawable(families: tuple[str, ...]) -> frozenset[int]:
    """The code points that the installed ones of ``families`` have."""
    points: set[int] = set()
    for family in families:
        for path in _font_files(family):
            points |= _code_points(path, family)
    return frozenset(points)


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


def _code_points(path: str, family: str) -> set[int]:
    """The character map of the face of ``family`` in one file."""
    if not path.lower().endswith((".ttc", ".otc")):
        with TTFont(path, lazy=True) as font:
            return set(font.getBestCmap() or ())
    with TTCollection(path, lazy=True) as collection:
        return {
            point
            for font in collection.fonts
            if font["name"].getBestFamilyName() == family
            for point in font.getBestCmap() or ()
        }
