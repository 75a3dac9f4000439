"""Rows that no page can hold, estimated from their text.

In: the texts of a row and the widths of its columns. Out: whether the row is
taller than a page. Only Word and WeasyPrint know their layout, so this counts
lines as the shipped templates set them. It errs by a line or two (a line may
not begin with 、), which matters little: a row that is nearly a page may split
as well.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from typing import Final

from pipeline.model.handout import Widths

# The shipped templates on A4: 7.5 pt characters and 0.6 mm of margin on either
# side. A3 is the same page enlarged.
_EM_MM: Final = 7.5 * 25.4 / 72
_MARGINS_MM: Final = 1.2
# 278 mm between the margins less 24 mm of header, in lines of 10.5 pt.
_LINES_A_PAGE: Final = 68


def is_taller_than_a_page(
    *, name: str, paragraphs: Iterable[str], boxes: int, said: Iterable[str], widths: Widths
) -> bool:
    """Whether the tallest cell of a row takes more lines than a page has.

    ``boxes`` is the number of choices, ``said`` what stands below them in the
    council's column; ``widths`` are in millimetres on A4.
    """
    lines = (
        lines_in([name], widths.name),
        lines_in(paragraphs, widths.text),
        boxes + lines_in(said, widths.opinion),
    )
    return max(lines) > _LINES_A_PAGE


def lines_in(paragraphs: Iterable[str], width: float) -> int:
    """Lines that paragraphs take in a column of so many millimetres."""
    room = max(1, int((width - _MARGINS_MM) / _EM_MM))
    return sum(
        max(1, math.ceil(_ems(line) / room)) for text in paragraphs for line in text.split("\n")
    )


def _ems(text: str) -> float:
    """Width of a text in full-width characters."""
    narrow = sum(unicodedata.east_asian_width(char) in {"Na", "H", "N"} for char in text)
    return len(text) - narrow / 2
