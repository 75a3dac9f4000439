"""Which projects a text outside of the table may speak of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.base.text import compare_key
from pipeline.opinions.filled_handout.misplaced_answers import mentions
from pipeline.opinions.filled_handout.remarks import is_plain_remark

_NUMBERED = re.compile(r"(?:No\.?|№|番号|事業)([0-9]+)(?![0-9])(?:番|号)?", re.IGNORECASE)
_AGREES = re.compile(
    r"案の?(?:とおり|通り|どおり)|意見|賛成|反対|異議|全(?:件|事業|て)|すべて|保留"
)
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


def speaks(text: str, words: Sequence[str]) -> bool:
    """Whether a text may be an answer: one of the form's words, a mark, an agreement."""
    return mentions(text, words) or _AGREES.search(text) is not None


def concerned(
    text: str, rows: Mapping[int, str], words: Sequence[str], choices: Sequence[str]
) -> frozenset[int]:
    """The projects that a note beside a workbook's table may speak of."""
    found, is_all = named(text, rows)
    is_plain = is_plain_remark(text, None, choices, words, begins=False)
    if not (found or speaks(text, words) or not is_plain):
        return frozenset()
    return frozenset(rows) if is_all or not found else frozenset(found)
