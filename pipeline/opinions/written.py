"""Read the answer in a column without choices: a cell's value in, the answer out."""

from __future__ import annotations

import re
from typing import Final

from pipeline.base.text import without_forbidden
from pipeline.model.columns import Column
from pipeline.model.grid import CellValue
from pipeline.model.kinds import CellText, kind_of
from pipeline.model.values import Fill, Status

# Combining strokes over letters, and control characters for the direction of a text.
OVERLAID: Final = re.compile("[\u0334-\u0338\u20d0-\u20ea\u202a-\u202e\u2066-\u2069]")


def written(value: CellValue, column: Column) -> Fill | None:
    """The answer, blank for an empty cell; None if the value does not fit the column's kind.

    A text keeps its lines, because they were typed as paragraphs.
    """
    text = clean_lines("" if value is None else str(value))
    if not text:
        return Fill()
    if OVERLAID.search(text):
        return None
    if column.kind == "text":
        # A text of signs only may be a mark.
        return Fill(Status.WRITTEN, text) if any(map(str.isalnum, text)) else None
    parsed = kind_of(column).parse(CellText.of(value), column)
    if parsed.problems or parsed.value is None:
        return None
    return Fill(Status.WRITTEN, parsed.value)


def clean_lines(text: str) -> str:
    """The text without its empty lines."""
    lines = (line.strip() for line in without_forbidden(text).split("\n"))
    return "\n".join(line for line in lines if line)
