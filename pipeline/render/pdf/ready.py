"""Check what the PDF needs on this machine: a form's folders in, conditions out.

Importing this module imports WeasyPrint, which raises ComponentMissing if Pango is missing.
The caller reports that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pipeline.base.errors import ComponentMissing
from pipeline.model.conditions import Condition, doubtful, fine, missing
from pipeline.model.findings import finding, from_error
from pipeline.model.font_families import families
from pipeline.render.pdf.fonts import require_font
from pipeline.render.pdf.weasyprint_loading import harfbuzz_subset, pango

# The oldest version that WeasyPrint supports, in Pango's numbering: 1.44.0.
OLDEST_PANGO: Final = 14400


def pango_condition() -> Condition:
    """Whether Pango, which lays out the text, is new enough; shows its version."""
    number = int(pango.pango_version())
    version = f"{number // 10000}.{number // 100 % 100}.{number % 100}"
    if number < OLDEST_PANGO:
        oldest = f"{OLDEST_PANGO // 10000}.{OLDEST_PANGO // 100 % 100}"
        return missing("Pango", finding("machine-pango-old", value=version, oldest=oldest))
    return fine("Pango", version)


def subsetting() -> Condition:
    """Whether HarfBuzz can embed fonts; without it fontTools embeds them, more slowly."""
    if harfbuzz_subset is None:
        return doubtful("HarfBuzz", finding("machine-harfbuzz"))
    return fine("HarfBuzz", "フォントを埋め込めます")


def fonts(folders: tuple[Path, ...], rare: Sequence[str]) -> Iterator[Condition]:
    """Whether each font family is installed: those of the form, then the ``rare`` ones.

    A missing family of the form is reported as missing, a ``rare`` one only as doubtful.
    """
    wanted = families(folders)
    for family in dict.fromkeys((*wanted, *rare)):
        title = f"フォント {family}"
        try:
            require_font(family)
        except ComponentMissing as error:
            if family in wanted:
                yield missing(title, from_error(error))
            else:
                yield doubtful(title, finding("machine-font-rare", value=family))
        else:
            yield fine(title, "あります")
