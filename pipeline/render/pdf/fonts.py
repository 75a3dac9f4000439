"""The fonts of a form's templates: the form's folders in, an error for a missing font out.

For an unknown name fontconfig returns another font without a warning. The page would be
printed in that font, with other line breaks.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from pipeline.base.errors import ComponentMissing
from pipeline.model.font_families import has_own_fonts
from pipeline.render.pdf.weasyprint_loading import FontConfiguration, ffi, fontconfig

# Families that were found. A missing one is looked up again: a user may install it meanwhile.
_found: set[str] = set()


def font_configuration(folders: tuple[Path, ...]) -> FontConfiguration:
    """The fonts that a form's templates may use.

    The machine's fonts are loaded once, because Pango never frees the 0.2 MiB of a
    configuration. A form whose folders contain fonts has its own configuration.
    """
    return FontConfiguration() if has_own_fonts(folders) else _installed_font_configuration()


@functools.cache
def _installed_font_configuration() -> FontConfiguration:
    return FontConfiguration()


def require_font(family: str) -> None:
    """Raise ComponentMissing unless fontconfig finds ``family`` itself, not a substitute."""
    if family in _found:
        return
    if family.casefold() not in {name.casefold() for name in _names_of_match(family)}:
        _installed_fonts.cache_clear()
        raise ComponentMissing("font-missing", family=family)
    _found.add(family)


@functools.cache
def _installed_fonts() -> Any:
    """The machine's fonts as a configuration of fontconfig; it takes 4 ms to load."""
    return ffi.gc(fontconfig.FcInitLoadConfigAndFonts(), fontconfig.FcConfigDestroy)


def _names_of_match(family: str) -> list[str]:
    """Every name, Latin and Japanese, of the font that fontconfig selects for ``family``."""
    config = _installed_fonts()
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
