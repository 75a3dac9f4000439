"""Check the texts outside of the table: each is as it was printed, an edit, or a doubt."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.base.word import Odd, Oddity, Passage, WordDocument, WordTable
from pipeline.base.word.digests import IGNORED_ODDITIES, digest_of
from pipeline.model.doubts import Doubt, Edit, EditKind, Reason
from pipeline.model.identity import OUTSIDE_TABLE
from pipeline.model.printed import Printed, exact_key
from pipeline.opinions.filled_handout.project_rows import Found
from pipeline.opinions.filled_handout.remarks import is_plain_remark
from pipeline.opinions.mentions import may_contain_answer, mentioned_projects

# The words that end an official paper, and the words next to a page number.
_EMPTY_WORDS = frozenset({"", "以上", "了", "P", "p", "ページ", "頁"})
# Below the table a field may be a check box that a user added.
_IGNORED_BELOW = IGNORED_ODDITIES - {Oddity.FIELD, Oddity.LINK}


@dataclass(slots=True)
class Around:
    """The edits outside of the table, and the doubts by project."""

    edits: list[Edit] = field(default_factory=list)
    doubts: dict[int, list[Doubt]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text outside of the table. ``is_title``: above the table or on the edge of the page.

    ``is_near``: between two parts of the table, in another table below it, or in a drawing
    that may be over it.
    """

    text: str
    is_title: bool
    is_drawn: bool = False
    is_near: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """A passage outside of the table; the attributes are those of :class:`_Text`."""

    passage: Passage
    is_title: bool
    is_near: bool = False


def read_around(
    document: WordDocument, printed: Printed, found: Found, digests: Mapping[str, str]
) -> Around:
    """The edits and doubts from all texts outside of the table."""
    printed_texts = {exact_key(text) for _, text in printed.around}
    original = set(digests.get(OUTSIDE_TABLE, "").split())
    around = Around()
    places = list(_places(document, found))
    unknown = [
        text
        for place in places
        if digest_of(place.passage) not in original
        # A drawing on the edge of every page is a watermark: Word draws it behind the text.
        for text in _texts(place, is_edge=place.passage in document.edges)
        if text.is_drawn or exact_key(text.text) not in printed_texts
    ]
    unknown += [_Text(odd.text, is_title=False) for odd in document.loose]
    present = {exact_key(line.text) for place in places for line in place.passage.lines}
    is_whole = bool(original) and original <= {digest_of(place.passage) for place in places}
    missing = [
        (place, text)
        for place, text in printed.around
        if not is_whole and exact_key(text) not in present
    ]
    for text in unknown:
        _classify(text, missing, printed, around)
    around.edits += [Edit(EditKind.REMOVED, place, text, "") for place, text in missing]
    return around


def _classify(
    added: _Text, missing: list[tuple[str, str]], printed: Printed, around: Around
) -> None:
    """Record one text that was not printed: an edit, and a doubt about each project concerned."""
    if not added.is_drawn and _has_no_content(exact_key(added.text)):
        return
    place, was = "表の外", ""
    if added.is_title and missing and not added.is_drawn:
        place, was = missing.pop(0)
    kind = EditKind.CHANGED if was else EditKind.ADDED
    around.edits.append(Edit(kind, place, was, added.text))
    found, is_all = mentioned_projects(added.text, {row.identity: row.name for row in printed.rows})
    is_answer = may_contain_answer(added.text, printed.form_words)
    is_plain = added.is_title or is_plain_remark(
        added.text, None, printed.form_words, (), begins=False
    )
    is_drawn_or_near = added.is_drawn or added.is_near
    if is_plain and not is_drawn_or_near and not (is_answer or found):
        return
    identities = [row.identity for row in printed.rows] if is_all or not found else sorted(found)
    for identity in identities:
        around.doubts.setdefault(identity, []).append(Doubt(Reason.OUTSIDE, added.text))


def _has_no_content(text: str) -> bool:
    """Whether a text is only a page number or a line of dashes; a sign (■) may be a mark."""
    rest = (char for char in text if unicodedata.category(char)[0] not in "NP")
    return "".join(rest) in _EMPTY_WORDS


def _places(document: WordDocument, found: Found) -> Iterator[_Place]:
    """Every passage outside of the handout's tables."""
    table_places = [k for k, block in enumerate(document.body) if _number(block) in found.tables]
    first, last = (table_places[0], table_places[-1]) if table_places else (len(document.body),) * 2
    for k, block in enumerate(document.body):
        is_between = first < k < last
        if isinstance(block, Passage):
            floats = any(odd.floats for odd in block.odds)
            yield _Place(block, is_title=k < first, is_near=is_between or floats)
        elif k not in table_places:
            for row in block.rows:
                for cell in () if row.is_deleted else row.cells:
                    yield _Place(cell, is_title=False, is_near=k > first or block.floats)
    for passage in found.added:
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
    silent = IGNORED_ODDITIES if is_title else _IGNORED_BELOW
    for odd in place.passage.odds:
        if odd.kind not in silent:
            yield _Text(_description(odd), is_title, is_drawn=not is_edge)


def _description(odd: Odd) -> str:
    return odd.text.strip() or {"DRAWING": "図形", "COMMENT": "コメント"}.get(
        odd.kind.name, "図形など"
    )
