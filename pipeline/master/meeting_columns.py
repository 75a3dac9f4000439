"""Which columns of an unknown table the council fills in: headings and kinds in, a plan out.

A column is the council's where nothing stands in it and its heading names the council or the
day together with what the council gives: 懇談会意見, 評価委員会の評価, 当日記入欄. An empty column
below a general heading, such as 備考, is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.base.text import compare_key
from pipeline.model.form import Words

# Between the levels of a heading.
_LEVEL: Final = "/"
_COUNCIL: Final = re.compile(
    r"懇談会|懇話会|委員会?|審議会|協議会|審査会|検討会|評価会|部会|会議|会合|当日|有識者|第三者"
)
_GIVEN: Final = re.compile(
    r"意見|評価|判定|判断|審議|審査|コメント|講評|所見|見解|指摘|提言|発言|助言|結果|結論|欄|記入"
)
# What is the council's by these words alone.
_GIVEN_ALONE: Final = re.compile(r"(?:ご|御)?意見(?:等|欄)?|審議(?:結果|内容)|外部評価.*|.*使用欄")
# What follows is about an opinion that was heard: 委員会意見への対応 is the office's.
_ABOUT: Final = re.compile(r"への|に対する|を受け|を踏まえ|の反映|反映")
# Beside a column of the council, words of its own.
_REMARK: Final = re.compile(r".*(?:意見|コメント|理由|内容|所見|講評)[)等欄]*")
_IN_WORDS: Final = re.compile(r"内容|コメント|理由|自由|記述|所見|講評")
# The one to be answered with a choice, and the column whose choices it has: the surest first.
_ANSWERS: Final = (re.compile(r"判定|判断|評価|方針|方向性"), re.compile(r"意見|結果|欄"))
_PROPOSALS: Final = (
    re.compile(r"事務局"),
    re.compile(r"案(?![件内])"),
    re.compile(r"方針|方向性|対応"),
)


@dataclass(frozen=True, slots=True)
class ProposedHeading:
    """A column as far as its heading tells: its path, whether it is empty, its choices."""

    path: tuple[str, ...]
    is_empty: bool
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingColumns:
    """Places of columns: those to fill in, the one answered with a choice, the one it answers."""

    fills: frozenset[int] = frozenset()
    answer: int | None = None
    proposal: int | None = None


def meeting_columns(columns: Sequence[ProposedHeading]) -> MeetingColumns:
    """The columns for the meeting, by their places from 0."""
    fills: set[int] = set()
    for place, column in enumerate(columns):
        is_beside = place - 1 in fills and _REMARK.fullmatch(_plain(column.path[-1:])) is not None
        if column.is_empty and (is_beside or _is_councils(_own_words(column, columns))):
            fills.add(place)
    proposal = _only(columns, [k for k, column in enumerate(columns) if can_lend(column.choices)])
    answer = _answer(columns, sorted(fills)) if proposal is not None else None
    return MeetingColumns(frozenset(fills), answer, proposal if answer is not None else None)


def _own_words(column: ProposedHeading, columns: Sequence[ProposedHeading]) -> str:
    """The heading with those above it that stand over empty columns alone."""
    path = [
        word
        for depth, word in enumerate(column.path, start=1)
        if all(each.is_empty for each in columns if each.path[:depth] == column.path[:depth])
    ]
    return _plain(path)


def _plain(words: Sequence[str]) -> str:
    """Words to compare, the levels of a heading apart."""
    return compare_key(_LEVEL.join(words)).replace("|", "")


def _is_councils(heading: str) -> bool:
    last = _ABOUT.split(heading)[-1]
    if _GIVEN_ALONE.fullmatch(last.rpartition(_LEVEL)[2]):
        return True
    # 審議会 is a council and no deliberation.
    return bool(_COUNCIL.search(last) and _GIVEN.search(_COUNCIL.sub("", last)))


def can_lend(choices: Sequence[str]) -> bool:
    """Whether choices can be answered with: none is a word for an opinion that is missing."""
    statuses = set(map(compare_key, Words().by_status.values()))
    return bool(choices) and statuses.isdisjoint(map(compare_key, choices))


def _only(columns: Sequence[ProposedHeading], places: Sequence[int]) -> int | None:
    """The one column that reads as a proposal; None where there is none or more than one."""
    for pattern in _PROPOSALS:
        found = [k for k in places if pattern.search(_plain(columns[k].path))]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _answer(columns: Sequence[ProposedHeading], fills: Sequence[int]) -> int | None:
    """The first column whose heading asks for an opinion in one word, not in sentences."""
    titles = {k: _plain(columns[k].path[-1:]) for k in fills}
    short = {k: title for k, title in titles.items() if not _IN_WORDS.search(title)}
    found = (k for each in _ANSWERS for k, title in short.items() if each.search(title))
    return next(found, None)
