"""The fonts that a form's page is set in: its folders in, an error for a missing one.

fontconfig answers every name with some font, so that a page without its own font
comes out in another one, with other line breaks, and nobody is told.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from pipeline.base.errors import ComponentMissing
from pipeline.model.font_families import brings_fonts
from pipeline.render.pdf.weasyprint_loading import FontConfiguration, ffi, fontconfig

# Families that were found; a missing one is looked up again, it may be installed by then.
_found: set[str] = set()


def font_configuration(folders: tuple[Path, ...]) -> FontConfiguration:
    """The fonts that a form's page may use.

    Those of the machine are loaded once: Pango keeps 0.2 MiB of each configuration for
    ever. A form that brings fonts along has a configuration of its own.
    """
    return FontConfiguration() if brings_fonts(folders) else _of_machine()


@functools.cache
def _of_machine() -> FontConfiguration:
    return FontConfiguration()


def require_font(family: str) -> None:
    """ComponentMissing unless fontconfig has ``family`` itself, not a substitute."""
    if family in _found:
        return
    if family.casefold() not in {name.casefold() for name in _names_of_match(family)}:
        _installed.cache_clear()
        raise ComponentMissing("font-missing", family=family)
    _found.add(family)


@functools.cache
def _installed() -> Any:
    """What fontconfig knows of the machine's fonts; 4 ms to load."""
    return ffi.gc(fontconfig.FcInitLoadConfigAndFonts(), fontconfig.FcConfigDestroy)


def _names_of_match(family: str) -> list[str]:
    """Every name, Latin and Japanese, of the font that fontconfig gives for ``family``."""
    config = _installed()
    pattern = ffi.gc(fontconfig.FcPatternCreate(), fontconfig.FcPatternDestroy)
    fontconfig.FcPatternAddString(pattern, b"family", family.encode("utf-8"))
    fontconfig.FcConfigSubstitute(config, pattern, fontconfig.FcMatchPattern)
    fontconfig.FcDefaultSubstitute(pattern)
    match = fontconfig.FcFontMatch(config, pattern, ffi.new("FcResult *"))
    if match == ffi.NULL:
        return []
    return _families(ffi.gc(match, fontconfig.FcPatternDestroy))


def _families(pattern: Any) -> list[str]:
    names: list[str] = []
    name = ffi.new("FcChar8 **")
    while (
        fontconfig.FcPatternGetString(pattern, b"family", len(names), name)
        == fontconfig.FcResultMatch
    ):
        names.append(ffi.string(name[0]).decode("utf-8"))
    return names
