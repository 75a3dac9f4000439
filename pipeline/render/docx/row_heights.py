"""Rows that no page can hold: only an estimate, because only Word knows its layout."""

from __future__ import annotations

from pipeline.model.handout import Handout, Row
from pipeline.model.row_height import too_tall_part


def tall_rows(handout: Handout) -> tuple[Row, ...]:
    """The rows that are taller than a page."""
    return tuple(row for row in handout.rows if _is_tall(row, handout))


def _is_tall(row: Row, handout: Handout) -> bool:
    words = row.opinion.words
    part = too_tall_part(
        name=row.name,
        paragraphs=row.paragraphs,
        boxes=len(row.opinion.boxes),
        said=(*([words] if words else []), *row.opinion.comment),
        widths=handout.widths,
    )
    return part is not None
