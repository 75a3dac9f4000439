"""What stands outside of the table: each text is what was printed, an edit, or a doubt."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.base.word import Odd, Oddity, Passage, WordDocument, WordTable
from pipeline.base.word.digests import SILENT, digest_of
from pipeline.model.doubts import Doubt, Edit, EditKind, Reason
from pipeline.model.identity import AROUND
from pipeline.model.printed import Printed, exact_key
from pipeline.opinions.filled_handout.project_rows import Found
from pipeline.opinions.filled_handout.remarks import is_plain_remark
from pipeline.opinions.mentions import named, speaks

# What ends an official paper, and what stands beside a page's number.
_EMPTY_WORDS = frozenset({"", "以上", "了", "P", "p", "ページ", "頁"})
# Below the table a field may be a check box that somebody put there.
_SILENT_BELOW = SILENT - {Oddity.FIELD, Oddity.LINK}


@dataclass(slots=True)
class Around:
    """The edits outside of the table, and the doubts by project."""

    edits: list[Edit] = field(default_factory=list)
    doubts: dict[int, list[Doubt]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text outside of the table; ``is_title`` above it or on the edge of the page.

    ``is_near``: it stands between two parts of the table, in a table of its own below it, or
    may lie over it.
    """

    text: str
    is_title: bool
    is_drawn: bool = False
    is_near: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """A passage outside of the table, with where it stands as in :class:`_Text`."""

    passage: Passage
    is_title: bool
    is_near: bool = False


def read_around(
    document: WordDocument, printed: Printed, found: Found, digests: Mapping[str, str]
) -> Around:
    """Edits and doubts of every text outside of the table."""
    known = {exact_key(text) for _, text in printed.around}
    made = set(digests.get(AROUND, "").split())
    around = Around()
    places = list(_places(document, found))
    unknown = [
        text
        for place in places
        if digest_of(place.passage) not in made
        # Word draws what stands on the edge of every page behind the text: a watermark.
        for text in _texts(place, is_edge=place.passage in document.edges)
        if text.is_drawn or exact_key(text.text) not in known
    ]
    unknown += [_Text(odd.text, is_title=False) for odd in document.loose]
    present = {exact_key(line.text) for place in places for line in place.passage.lines}
    is_whole = bool(made) and made <= {digest_of(place.passage) for place in places}
    missing = [
        (place, text)
        for place, text in printed.around
        if not is_whole and exact_key(text) not in present
    ]
    for each in unknown:
        _take(each, missing, printed, around)
    around.edits += [Edit(EditKind.REMOVED, place, text, "") for place, text in missing]
    return around


def _take(each: _Text, missing: list[tuple[str, str]], printed: Printed, around: Around) -> None:
    """One text that was not printed: an edit; and a doubt of those it may speak of."""
    if not each.is_drawn and _says_nothing(exact_key(each.text)):
        return
    place, was = "表の外", ""
    if each.is_title and missing and not each.is_drawn:
        place, was = missing.pop(0)
    kind = EditKind.CHANGED if was else EditKind.ADDED
    around.edits.append(Edit(kind, place, was, each.text))
    found, is_all = named(each.text, {row.identity: row.name for row in printed.rows})
    is_answer = speaks(each.text, printed.form_words)
    is_plain = each.is_title or is_plain_remark(
        each.text, None, printed.form_words, (), begins=False
    )
    is_beside = each.is_drawn or each.is_near
    if is_plain and not is_beside and not (is_answer or found):
        return
    identities = [row.identity for row in printed.rows] if is_all or not found else sorted(found)
    for identity in identities:
        around.doubts.setdefault(identity, []).append(Doubt(Reason.OUTSIDE, each.text))


def _says_nothing(text: str) -> bool:
    """Whether a text is a page's number or a rule of dashes; a sign (■) may be a mark."""
    rest = (char for char in text if unicodedata.category(char)[0] not in "NP")
    return "".join(rest) in _EMPTY_WORDS


def _places(document: WordDocument, found: Found) -> Iterator[_Place]:
    """Every passage outside of the handout's table."""
    ours = [k for k, block in enumerate(document.body) if _number(block) in found.tables]
    first, last = (ours[0], ours[-1]) if ours else (len(document.body),) * 2
    for k, block in enumerate(document.body):
        is_between = first < k < last
        if isinstance(block, Passage):
            floats = any(odd.floats for odd in block.odds)
            yield _Place(block, is_title=k < first, is_near=is_between or floats)
        elif k not in ours:
            for row in block.rows:
                for cell in () if row.is_deleted else row.cells:
                    yield _Place(cell, is_title=False, is_near=k > first or block.floats)
    for passage in found.others:
        yield _Place(passage, is_title=False)
    for passage in document.edges:
        yield _Place(passage, is_title=True)


def _number(block: Passage | WordTable) -> int | None:
    return block.number if isinstance(block, WordTable) else None


def _texts(place: _Place, *, is_edge: bool) -> Iterator[_Text]:
    is_title, is_near = place.is_title, place.is_near
    for line in place.passage.lines:
        if line.text.strip():
            yield _Text(line.text.strip(), is_title, is_near=is_near)
        if line.unseen.strip():
            yield _Text(line.unseen.strip(), is_title, is_drawn=True)
    silent = SILENT if is_title else _SILENT_BELOW
    for odd in place.passage.odds:
        if odd.kind not in silent:
            yield _Text(_words(odd), is_title, is_drawn=not is_edge)


def _words(odd: Odd) -> str:
    return odd.text.strip() or {"DRAWING": "図形", "COMMENT": "コメント"}.get(
        odd.kind.name, "図形など"
    )
