"""Which projects a text outside of the table may speak of, and what remarks may answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pipeline.base.text import compare_key
from pipeline.model.fills import Fills
from pipeline.model.form import Form
from pipeline.model.values import Fill, Status
from pipeline.opinions.filled_handout.misplaced_answers import mentions
from pipeline.opinions.filled_handout.remarks import is_plain_remark

_NUMBERED = re.compile(r"(?:No\.?|№|番号|事業)([0-9]+)(?![0-9])(?:番|号)?", re.IGNORECASE)
_AGREES = re.compile(
    r"案の?(?:とおり|通り|どおり)|意見|賛成|反対|異議|全(?:件|事業|て)|すべて|保留"
)
_ALL = re.compile(r"全(?:件|事業|部|体|て)|すべて|各事業|分野")
_OTHERS = re.compile(r"[0-9]|全|すべて|各|他|以外")


def named(text: str, rows: Mapping[int, str]) -> tuple[set[int], bool]:
    """The projects that a text names, and whether it may speak of others as well.

    ``rows`` are the names of the projects by their identities.
    """
    rest = compare_key(text)
    names = {compare_key(name): identity for identity, name in rows.items() if name.strip()}
    found: set[int] = set()
    for name in sorted(names, key=len, reverse=True):
        if name in rest:
            found.add(names[name])
            rest = rest.replace(name, "\0")
    numbers = {int(each[1]) for each in _NUMBERED.finditer(rest)}
    found |= numbers & rows.keys()
    rest = _NUMBERED.sub("", rest)
    return found, bool(_OTHERS.search(rest) or numbers - rows.keys())


def speaks_of_all(text: str) -> bool:
    """Whether a text speaks of more projects than those beside it."""
    return _ALL.search(text) is not None


def speaks(text: str, words: Sequence[str]) -> bool:
    """Whether a text may be an answer: one of the form's words, a mark, an agreement."""
    return mentions(text, words) or _AGREES.search(text) is not None


def concerned(
    text: str,
    rows: Mapping[int, str],
    words: Sequence[str],
    choices: Sequence[str],
    *,
    strict: bool = False,
) -> frozenset[int]:
    """The projects that a note beside a workbook's table may speak of.

    ``strict``: a plain remark may speak of them as well.
    """
    found, is_all = named(text, rows)
    is_plain = not strict and is_plain_remark(text, None, choices, words, begins=False)
    if not (found or speaks(text, words) or not is_plain):
        return frozenset()
    return frozenset(rows) if is_all or not found else frozenset(found)


def doubtful_remarks(fills: Fills, form: Form) -> Iterator[str]:
    """Lines of the remarks that may be an answer of their own."""
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
