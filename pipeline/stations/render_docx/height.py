"""Rows that no page can hold, estimated from their text.

Only Word knows its layout, so this counts lines as the shipped template sets
them. It errs by a line or two (a line may not begin with 、), which matters
little: a row that is nearly a page may split as well.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from typing import Final

from pipeline.model.handout import Handout, Row

# The shipped template on A4: 7.5 pt characters and 0.6 mm of margin on either side.
_EM_MM: Final = 7.5 * 25.4 / 72
_MARGINS_MM: Final = 1.2
# 278 mm between the margins less 24 mm of header, in lines of 10.5 pt.
_LINES_A_PAGE: Final = 68


def tall_rows(handout: Handout) -> tuple[Row, ...]:
    """The rows that are taller than a page."""
    return tuple(row for row in handout.rows if _lines(row, handout) > _LINES_A_PAGE)


def _lines(row: Row, handout: Handout) -> int:
    """Lines of the tallest cell of a row."""
    widths = handout.widths
    opinion = row.opinion
    said = (*([opinion.words] if opinion.words else []), *opinion.comment)
    return max(
        _wrapped([row.name], widths.name),
        _wrapped(row.paragraphs, widths.text),
        len(opinion.boxes) + _wrapped(said, widths.opinion),
    )


def _wrapped(paragraphs: Iterable[str], width: float) -> int:
    """Lines that paragraphs take in a column of so many millimetres."""
    room = max(1, int((width - _MARGINS_MM) / _EM_MM))
    return sum(
        max(1, math.ceil(_ems(line) / room)) for text in paragraphs for line in text.split("\n")
    )


def _ems(text: str) -> float:
    """Width of a text in full-width characters."""
    narrow = sum(unicodedata.east_asian_width(char) in {"Na", "H", "N"} for char in text)
    return len(text) - narrow / 2
