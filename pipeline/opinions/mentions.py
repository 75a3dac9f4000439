"""Find the projects that a text outside of the table may mention, and remarks that may answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pipeline.base.text import compare_key
from pipeline.model.fills import Fills
from pipeline.model.form import Form
from pipeline.model.values import Fill, Status
from pipeline.opinions.filled_handout.misplaced_answers import contains_word_or_mark
from pipeline.opinions.filled_handout.remarks import is_plain_remark

_NUMBERED = re.compile(r"(?:No\.?|№|番号|事業)([0-9]+)(?![0-9])(?:番|号)?", re.IGNORECASE)
_AGREEMENT = re.compile(
    r"案の?(?:とおり|通り|どおり)|意見|賛成|反対|異議|全(?:件|事業|て)|すべて|保留"
)
_ALL = re.compile(r"全(?:件|事業|部|体|て)|すべて|各事業|分野")
_OTHERS = re.compile(r"[0-9]|全|すべて|各|他|以外")


def mentioned_projects(text: str, rows: Mapping[int, str]) -> tuple[set[int], bool]:
    """The projects that a text mentions, and whether it may refer to others as well.

    ``rows`` are the names of the projects by their identities.
    """
    rest = compare_key(text)
    names = {compare_key(name): identity for identity, name in rows.items() if name.strip()}
    found: set[int] = set()
    for name in sorted(names, key=len, reverse=True):
        if name in rest:
            found.add(names[name])
            rest = rest.replace(name, "\0")
    numbers = {int(number[1]) for number in _NUMBERED.finditer(rest)}
    found |= numbers & rows.keys()
    rest = _NUMBERED.sub("", rest)
    return found, bool(_OTHERS.search(rest) or numbers - rows.keys())


def mentions_all(text: str) -> bool:
    """Whether a text mentions more projects than the neighbouring ones."""
    return _ALL.search(text) is not None


def may_contain_answer(text: str, words: Sequence[str]) -> bool:
    """Whether a text contains one of the form's words, a mark or an agreement."""
    return contains_word_or_mark(text, words) or _AGREEMENT.search(text) is not None


def note_projects(
    text: str,
    rows: Mapping[int, str],
    words: Sequence[str],
    choices: Sequence[str],
    *,
    strict: bool = False,
) -> frozenset[int]:
    """The projects that a note next to a workbook's table may refer to.

    ``strict``: even a plain remark may refer to them.
    """
    found, is_all = mentioned_projects(text, rows)
    is_plain = not strict and is_plain_remark(text, None, choices, words, begins=False)
    if not (found or may_contain_answer(text, words) or not is_plain):
        return frozenset()
    return frozenset(rows) if is_all or not found else frozenset(found)


def doubtful_remarks(fills: Fills, form: Form) -> Iterator[str]:
    """Lines of the remarks that may themselves be an answer."""
    words = tuple(form.words.by_status.values())
    for column in form.opinions:
        answer = fills.get(column.key, Fill())
        chosen = str(answer.value) if answer.status is Status.CHOSEN else None
        divided = answer.status is Status.DIVIDED
        for remark in form.comments(column):
            for line in str(fills.get(remark.key, Fill()).value or "").split("\n"):
                if line and not is_plain_remark(
                    line, chosen, column.choices, words, divided=divided, begins=False
                ):
                    yield line
