"""What the PDF needs from the machine: a form's folder in, conditions out.

Importing this imports WeasyPrint, which fails where Pango is missing; whoever asks says
that then.
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

# WeasyPrint's own bound, as Pango counts: 1.44.0.
OLDEST_PANGO: Final = 14400


def pango_condition() -> Condition:
    """The version of Pango, which lays the text out."""
    number = int(pango.pango_version())
    version = f"{number // 10000}.{number // 100 % 100}.{number % 100}"
    if number < OLDEST_PANGO:
        oldest = f"{OLDEST_PANGO // 10000}.{OLDEST_PANGO // 100 % 100}"
        return missing("Pango", finding("machine-pango-old", value=version, oldest=oldest))
    return fine("Pango", version)


def subsetting() -> Condition:
    """Whether HarfBuzz embeds the fonts; without it fontTools does, more slowly."""
    if harfbuzz_subset is None:
        return doubtful("HarfBuzz", finding("machine-harfbuzz"))
    return fine("HarfBuzz", "フォントを埋め込めます")


def fonts(folders: tuple[Path, ...], rare: Sequence[str]) -> Iterator[Condition]:
    """Each family that the form's page asks for, then those for ``rare`` characters."""
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
