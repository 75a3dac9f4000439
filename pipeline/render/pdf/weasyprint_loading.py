"""WeasyPrint, loaded: every other module of this stage takes it from here.

Importing this raises ComponentMissing where Pango is missing.
"""

from __future__ import annotations

import contextlib
import io
import warnings

from pipeline.base.errors import ComponentMissing

try:
    # Where Pango is missing it prints advice of its own, where no font at all is installed it
    # warns in English: we tell of both.
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        import weasyprint
        from weasyprint.formatting_structure import boxes
        from weasyprint.text.ffi import ffi, fontconfig, harfbuzz_subset, pango
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import FatalURLFetchingError, URLFetcher
except (ImportError, OSError) as error:
    reason = (str(error) or type(error).__name__).splitlines()[0]
    raise ComponentMissing("machine-pango", reason=reason) from error

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
