"""A short hash that identifies the content of a passage: a passage in, eight digits out."""

from __future__ import annotations

import hashlib

from pipeline.base.word.seen import Oddity, Passage

# Oddities that change without an edit, or that do not change the content.
IGNORED_ODDITIES = frozenset(
    {Oddity.FIELD, Oddity.FRAMED, Oddity.NUMBERED, Oddity.DELETED, Oddity.LINK, Oddity.MERGED_DOWN}
)


def digest_of(passage: Passage) -> str:
    """The hash of a passage's text and oddities; empty for an empty passage.

    White space and fields (such as the page number) are ignored.
    """
    text = "".join(p.text for p in passage.pieces() if Oddity.FIELD not in p.oddities)
    words = "".join(text.split())
    odds = [
        f"{odd.kind.name} {odd.text}" for odd in passage.odds if odd.kind not in IGNORED_ODDITIES
    ]
    if not words and not odds:
        return ""
    content = "\x1f".join((words, *sorted(odds)))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:8]
