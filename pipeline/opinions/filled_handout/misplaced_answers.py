"""Check whether an edit of a printed text may be an answer that was written in the wrong place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.model.printed import PrintedColumn, loose_key
from pipeline.opinions.filled_handout.marks import EMPTY, TICKS, key, labels_in

_SIGNS = (TICKS | EMPTY) - frozenset("vVレ")


def may_add_answer(printed: str, seen: str, words: Sequence[str], column: PrintedColumn) -> bool:
    """Whether the edit of a cell adds a text that may be an answer or a remark.

    Such a text is an own line in addition to the printed lines, a text added to a figure or a
    letter, a further mark, or a further occurrence of one of the form's words. A change of
    wording inside a sentence is only an edit.
    """
    before = [key(line) for line in printed.split("\n") if key(line)]
    after = [key(line) for line in seen.split("\n") if key(line)]
    added = Counter(after) - Counter(before)
    if added and not Counter(before) - Counter(after):
        return True
    if not column.exact and loose_key(printed) and loose_key(printed) in loose_key(seen):
        return True
    if any(seen.count(sign) > printed.count(sign) for sign in _SIGNS):
        return True
    return bool(Counter(labels_in(seen, words)) - Counter(labels_in(printed, words)))


def contains_word_or_mark(text: str, words: Sequence[str]) -> bool:
    """Whether a text contains one of the form's words or a mark."""
    return bool(labels_in(text, words)) or any(sign in text for sign in _SIGNS)
