"""WeasyPrint, loaded: every other module of this station takes it from here.

cffi looks for a library under each of WeasyPrint's names for it, those of Windows
and macOS first, and asks ``ldconfig`` (and compilers, where there are any) in a
process of its own for each: a third of the time that WeasyPrint takes to load. On
Linux the loader itself knows every library under its versioned name, which is
among the names that are tried (docs/decisions/0022).

What the first document would load or work out besides is done here too, once for all
processes that are forked: ``email.policy``, which the answer to every address needs, and
names of C types, which cffi parses where they are first used, 3 ms each.
"""

from __future__ import annotations

import contextlib
import ctypes.util
import email.policy  # noqa: F401 - loaded here, used by EmailMessage
import io
import sys
import warnings
from collections.abc import Iterator
from typing import Final

from pipeline.base.errors import ComponentMissing

# What WeasyPrint 70 allocates for any document, and ``fonts`` with it.
_C_TYPES: Final = (
    *("char[]", "char[4]", "hb_tag_t[100]", "unsigned int *"),
    *("FcChar8 **", "FcResult *", "PangoFcFontMap *", "PangoLogAttr[]", "PangoRectangle *"),
)


@contextlib.contextmanager
def _asking_the_loader_only() -> Iterator[None]:
    """Have :func:`ctypes.util.find_library` know nothing, so that only dlopen is asked."""
    before = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = _nothing
    try:
        yield
    finally:
        ctypes.util.find_library = before


def _nothing(name: str) -> str | None:
    """No path for any ``name``."""
    del name
    return None


@contextlib.contextmanager
def _told_when_missing() -> Iterator[None]:
    """ComponentMissing where Pango can't be loaded, and nothing of WeasyPrint's own advice."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    except (ImportError, OSError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise ComponentMissing("machine-pango", reason=reason) from error


with _told_when_missing(), _asking_the_loader_only(), warnings.catch_warnings():
    # Where no font at all is installed it warns in English as it is imported; ``fonts``
    # tells what is missing.
    warnings.simplefilter("ignore", UserWarning)
    import weasyprint
    from weasyprint.formatting_structure import boxes
    from weasyprint.text.ffi import ffi, fontconfig, harfbuzz_subset, pango
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

for _name in _C_TYPES:
    ffi.typeof(_name)

__all__ = (
    "FatalURLFetchingError",
    "FontConfiguration",
    "URLFetcher",
    "boxes",
    "ffi",
    "fontconfig",
    "harfbuzz_subset",
    "pango",
    "weasyprint",
)
