"""Doubts about the content of a passage that is not plain text: its oddities in, doubts out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.base.word import Oddity, Passage, WordRow
from pipeline.model.doubts import Doubt, Reason

# Oddities in a cell that have no meaning for the answer.
_HARMLESS: Final = frozenset({Oddity.DELETED})
_REASONS: Final = {
    Oddity.STRUCK: Reason.STRUCK,
    Oddity.HIDDEN: Reason.UNSEEN,
    Oddity.FAINT: Reason.UNSEEN,
    Oddity.TINY: Reason.UNSEEN,
    Oddity.EFFECT: Reason.UNSEEN,
    Oddity.DRAWING: Reason.DRAWN,
    Oddity.TEXT_BOX: Reason.DRAWN,
    Oddity.COMMENT: Reason.DRAWN,
    Oddity.NOTE: Reason.DRAWN,
    Oddity.EQUATION: Reason.SPECIAL,
    Oddity.MERGED_DOWN: Reason.CELLS,
    Oddity.SHIFTED: Reason.CELLS,
    Oddity.INSERTED: Reason.CELLS,
    Oddity.TABLE: Reason.CELLS,
    Oddity.BOUND: Reason.CONTROLS,
    Oddity.CONTROL: Reason.CONTROLS,
    Oddity.PLACEHOLDER: Reason.CONTROLS,
}


def doubts_of(passage: Passage, harmless: frozenset[Oddity] = _HARMLESS) -> Iterator[Doubt]:
    """A doubt for each kind of oddity of the passage and of its text."""
    found: dict[Reason, list[str]] = {}
    for odd in passage.odds:
        if odd.kind not in harmless:
            found.setdefault(reason_of(odd.kind), []).append(odd.text)
    for piece in passage.pieces():
        if not piece.text.strip():
            continue
        for oddity in piece.oddities - harmless:
            found.setdefault(reason_of(oddity), []).append(piece.text)
    for reason, texts in found.items():
        yield Doubt(reason, " ".join(dict.fromkeys(text for text in texts if text.strip())))


def row_doubts(row: WordRow, merged: frozenset[int] = frozenset()) -> Iterator[Doubt]:
    """Doubts about a row as a whole: hidden, inserted, shifted, or with merged cells.

    ``merged`` are the places of the cells that were merged when printed.
    """
    comments = [odd.text for odd in row.odds if odd.kind is Oddity.COMMENT]
    if len(comments) < len(row.odds):
        yield Doubt(Reason.ROW_ODD)
    for text in comments:
        yield Doubt(Reason.DRAWN, text)
    shape = {Oddity.MERGED_DOWN, Oddity.SHIFTED, Oddity.INSERTED}
    for place, cell in enumerate(row.cells):
        kinds = {odd.kind for odd in cell.odds}
        if place in merged:
            kinds.discard(Oddity.MERGED_DOWN)
        if kinds & shape:
            yield Doubt(Reason.CELLS)
            return


def reason_of(oddity: Oddity) -> Reason:
    """The reason why an opinion with this oddity is not accepted."""
    return _REASONS.get(oddity, Reason.SPECIAL)
