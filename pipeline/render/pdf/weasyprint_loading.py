"""Load WeasyPrint: every other module of this stage imports it from here.

Importing this module raises ComponentMissing if Pango is missing.
"""

from __future__ import annotations

import contextlib
import io
import warnings

from pipeline.base.errors import ComponentMissing

try:
    # WeasyPrint prints advice if Pango is missing and warns in English if no font is installed;
    # the pipeline reports both in Japanese.
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
