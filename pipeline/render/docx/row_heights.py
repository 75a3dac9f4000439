"""Find the rows that are taller than a page. An estimate: only Word knows its layout.

The error is a line or two (no line may begin with 、). It matters little, because a row that
is nearly as tall as a page may split too.
"""

from __future__ import annotations

import math

from pipeline.base.text import width_in_ems
from pipeline.model.handout import Cell, Handout

# Of the shared template, in millimetres: a character and a line of the body, a cell's margins.
_EM: float = 7.5 * 25.4 / 72
_LINE: float = 10.5 * 25.4 / 72
_MARGINS: float = 1.2
# The greatest height of the title, and the height of a level of the header; millimetres.
_TITLE: float = 12.0
_LEVEL: float = 8.0


def tall_rows(handout: Handout) -> frozenset[str]:
    """The numbers of the rows that are taller than a page."""
    top, _, bottom, _ = handout.margins or (0.0, 0.0, 0.0, 0.0)
    used = (_TITLE + _LEVEL * len(handout.heading)) * handout.scale
    room = (handout.paper.height - top - bottom - used) / (_LINE * handout.scale)
    return frozenset(
        row.no
        for row in handout.rows
        if row.no and max(_lines(cell, handout) for cell in row.cells) > room
    )


def _lines(cell: Cell, handout: Handout) -> int:
    width = sum(handout.columns[cell.column : cell.column + cell.colspan])
    room = max(1, int((width / handout.scale - _MARGINS) / _EM))
    return sum(max(1, math.ceil(width_in_ems(line.shown) / room)) for line in cell.lines)
