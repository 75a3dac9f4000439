"""WeasyPrint, loaded: every other module of this stage takes it from here.

Importing this raises ComponentMissing where Pango is missing.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator

from pipeline.base.errors import ComponentMissing


@contextlib.contextmanager
def _told_when_missing() -> Iterator[None]:
    """ComponentMissing where Pango can't be loaded, and nothing of WeasyPrint's own advice."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    except (ImportError, OSError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise ComponentMissing("machine-pango", reason=reason) from error


with _told_when_missing(), warnings.catch_warnings():
    # Where no font at all is installed it warns in English as it is imported; ``fonts``
    # tells what is missing.
    warnings.simplefilter("ignore", UserWarning)
    import weasyprint
    from weasyprint.formatting_structure import boxes
    from weasyprint.text.ffi import ffi, fontconfig, harfbuzz_subset, pango
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

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
