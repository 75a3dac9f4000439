"""What tells a passage from any other: a passage in, eight digits out."""

from __future__ import annotations

import hashlib

from pipeline.base.word.seen import Oddity, Passage

# They change by themselves, or change nothing that is said.
SILENT = frozenset(
    {Oddity.FIELD, Oddity.FRAMED, Oddity.NUMBERED, Oddity.DELETED, Oddity.LINK, Oddity.MERGED_DOWN}
)


def digest_of(passage: Passage) -> str:
    """The digest of a passage's words and things; empty for an empty one.

    White space and fields (a page's number) are left out.
    """
    text = "".join(p.text for p in passage.pieces() if Oddity.FIELD not in p.oddities)
    words = "".join(text.split())
    odds = [f"{odd.kind.name} {odd.text}" for odd in passage.odds if odd.kind not in SILENT]
    if not words and not odds:
        return ""
    told = "\x1f".join((words, *sorted(odds)))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:8]
