"""Which columns of an unknown table the council fills in: headings in, column places out.

The council fills in a column if it is empty and its heading names the council or the day of
the meeting, and also an opinion: 懇談会意見, 評価委員会の評価, 当日記入欄. It does not fill in an
empty column with a general heading, such as 備考.
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
_OPINION: Final = re.compile(
    r"意見|評価|判定|判断|審議|審査|コメント|講評|所見|見解|指摘|提言|発言|助言|結果|結論|欄|記入"
)
# These words alone mark a column of the council.
_OPINION_ALONE: Final = re.compile(
    r"(?:ご|御)?意見(?:等|欄)?|審議(?:結果|内容)|外部評価.*|.*使用欄"
)
# After these words comes the response of the office to an opinion: 委員会意見への対応.
_RESPONSE: Final = re.compile(r"への|に対する|を受け|を踏まえ|の反映|反映")
# Headings of a remark, to the right of a column of the council.
_REMARK: Final = re.compile(r".*(?:意見|コメント|理由|内容|所見|講評)[)等欄]*")
_FREE_TEXT: Final = re.compile(r"内容|コメント|理由|自由|記述|所見|講評")
# Headings of the answer (a choice), and of the proposal with the same choices; best match first.
_ANSWERS: Final = (re.compile(r"判定|判断|評価|方針|方向性"), re.compile(r"意見|結果|欄"))
_PROPOSALS: Final = (
    re.compile(r"事務局"),
    re.compile(r"案(?![件内])"),
    re.compile(r"方針|方向性|対応"),
)


@dataclass(frozen=True, slots=True)
class ProposedHeading:
    """A column of the table: its heading path, whether it is empty, its choices."""

    path: tuple[str, ...]
    is_empty: bool
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingColumns:
    """Places of columns: all to fill in, the answer (a choice) and the proposal it answers."""

    fills: frozenset[int] = frozenset()
    answer: int | None = None
    proposal: int | None = None


def meeting_columns(columns: Sequence[ProposedHeading]) -> MeetingColumns:
    """The columns that the council fills in, by their places from 0."""
    fills: set[int] = set()
    for place, column in enumerate(columns):
        is_remark = place - 1 in fills and _REMARK.fullmatch(_plain(column.path[-1:])) is not None
        if column.is_empty and (is_remark or _names_council_opinion(_own_words(column, columns))):
            fills.add(place)
    proposal = _only_proposal(
        columns, [k for k, column in enumerate(columns) if are_answers(column.choices)]
    )
    answer = _answer(columns, sorted(fills)) if proposal is not None else None
    return MeetingColumns(frozenset(fills), answer, proposal if answer is not None else None)


def _own_words(column: ProposedHeading, columns: Sequence[ProposedHeading]) -> str:
    """The heading and the headings above it, without those that also cover filled columns."""
    path = [
        word
        for depth, word in enumerate(column.path, start=1)
        if all(other.is_empty for other in columns if other.path[:depth] == column.path[:depth])
    ]
    return _plain(path)


def _plain(words: Sequence[str]) -> str:
    """The comparison key of a heading, its levels separated."""
    return compare_key(_LEVEL.join(words)).replace("|", "")


def _names_council_opinion(heading: str) -> bool:
    last = _RESPONSE.split(heading)[-1]
    if _OPINION_ALONE.fullmatch(last.rpartition(_LEVEL)[2]):
        return True
    # 審議会 is the name of a council; its 審議 does not count as an opinion.
    return bool(_COUNCIL.search(last) and _OPINION.search(_COUNCIL.sub("", last)))


def are_answers(choices: Sequence[str]) -> bool:
    """Whether an opinion can be one of the choices: none of them means a missing opinion."""
    statuses = set(map(compare_key, Words().by_status.values()))
    return bool(choices) and statuses.isdisjoint(map(compare_key, choices))


def _only_proposal(columns: Sequence[ProposedHeading], places: Sequence[int]) -> int | None:
    """The only column with the heading of a proposal; None if there are none or several."""
    for pattern in _PROPOSALS:
        found = [k for k in places if pattern.search(_plain(columns[k].path))]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _answer(columns: Sequence[ProposedHeading], fills: Sequence[int]) -> int | None:
    """The first column whose heading asks for a choice, not for sentences."""
    titles = {k: _plain(columns[k].path[-1:]) for k in fills}
    short = {k: title for k, title in titles.items() if not _FREE_TEXT.search(title)}
    found = (k for pattern in _ANSWERS for k, title in short.items() if pattern.search(title))
    return next(found, None)
