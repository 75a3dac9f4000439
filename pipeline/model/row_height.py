"""Rows that no page can hold, estimated from their text.

In: the texts of a row and the widths of its columns. Out: the part that makes the
row taller than a page. Only Word and WeasyPrint know their layout, so this counts
lines as the shipped templates set them. It errs by a line or two (a line may
not begin with 、), which matters little: a row that is nearly a page may split
as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from pipeline.base.text import half_widths
from pipeline.model.handout import Widths

# The shipped templates on A4: 7.5 pt characters and 0.6 mm of margin on either
# side. A3 is the same page enlarged.
_EM_MM: Final = 7.5 * 25.4 / 72
_MARGINS_MM: Final = 1.2
# 278 mm between the margins less 24 mm of header, in lines of 10.5 pt.
_LINES_A_PAGE: Final = 68


def too_tall_part(
    *, name: str, paragraphs: Iterable[str], boxes: int, said: Iterable[str], widths: Widths
) -> str | None:
    """The column, by its key, whose cell takes more lines than a page has; None if none does.

    The tallest, where several do. ``boxes`` is the number of choices, ``said`` what stands
    below them in the council's column; ``widths`` are in millimetres on A4.
    """
    lines = {
        "proposal.text": _wrapped(paragraphs, widths.text),
        "opinion.comment": boxes + _wrapped(said, widths.opinion),
        "name": _wrapped([name], widths.name),
    }
    tallest = max(lines, key=lambda key: lines[key])
    return tallest if lines[tallest] > _LINES_A_PAGE else None


def _wrapped(paragraphs: Iterable[str], width: float) -> int:
    """Lines that paragraphs take in a column of so many millimetres."""
    room = max(1, int((width - _MARGINS_MM) / _EM_MM))
    return sum(
        max(1, math.ceil(half_widths(line) / 2 / room))
        for text in paragraphs
        for line in text.split("\n")
    )
