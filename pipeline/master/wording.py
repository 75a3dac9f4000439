"""Which choice a reasoning decides on, by the words that offices end it with.

In: the text of 事務局案 and the labels of the choices. Out: the labels that contradict the mark.
Only what decides counts: 継続する。 見直しを行う。 継続の方針とする。 継続が適当である。
A description (連携体制は継続し、…), a quotation, a condition (…場合は見直す。), a note (なお、…)
and a part of the project (周知方法を見直す。) decide nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

# How a verb of decision ends: する, したい, することとする.
_ENDS: Final = (
    "(?:する|します|したい|していく|していきます|していきたい|すべき"
    "|する(?:こと|もの)と(?:する|します|したい)|する(?:方針|予定|考え|方向)(?:とする)?)"
)
# The same of a verb in す: 見直す, 見直したい, 見直すこととする.
_SU_ENDS: Final = (
    "(?:す|します|したい|していく|していきます|していきたい|すべき"
    "|す(?:こと|もの)と(?:する|します|したい)|す(?:方針|予定|考え|方向)(?:とする)?)"
)
_DO: Final = (
    "(?:(?:行|おこな)(?:う|います|いたい|っていく|うこととする|うべき)"
    "|(?:図|はか)(?:る|ります|りたい|っていく|ることとする)|進め(?:る|ます|たい|ていく|ることとする))"
)
_CARRY_ON: Final = "して(?:実施|推進|運営|開催|取り?組|行|進め)"
_AFTER: Final = "(?:もの)?(?:である|です|と(?:考え|判断|思).{0,6})?"
_SENTENCE_ENDS: Final = re.compile(r"[。．\n]")
_QUOTED: Final = re.compile(r"「([^「」]*)」|『([^『』]*)』")
_BRACKETED: Final = re.compile(r"（[^（）]*）|\([^()]*\)")
# A sentence that begins so is about something beside the decision.
_ASIDE: Final = re.compile(
    r"\s*(?:なお|ただし|また|あわせて|併せて|その際|一方|加えて|さらに)[、,]?"
)
_CONDITION: Final = re.compile(r"場合|(?:れば|たら|なら)(?:ば)?[、は]|次第|際(?:に)?は")
# What a reasoning speaks of as a whole; anything else before を is a part of it.
_WHOLE: Final = re.compile(
    r"(?:事業|取組み?|取り組み|連携|計画|制度|方針|[あ在]り方|枠組み?|施策|ビジョン|全体|これ|協定)$"
)
_ADVERBS: Final = re.compile(
    r"(?:引き?続き|今後も?|抜本的に|全面的に|大幅に|早急に|改めて|このまま|現行どおり|着実に"
    r"|次期共生ビジョンにおいても|、|\s)+$"
)
_CHANGED_FIRST: Final = re.compile(r"(?:うえで?|上で?|のち|後に?|つつ|ながら)、?$")


def contradicting(text: str, choice: str, labels: Sequence[str]) -> tuple[str, ...]:
    """The labels other than ``choice`` that the text decides on, each once, in its order.

    「一部を見直したうえで継続とする」 is another wording of 一部見直しのうえ継続.
    """
    stated = dict(stated_choices(text, tuple(labels)))
    return tuple(
        label
        for label, before in stated.items()
        if label != choice and not _is_rest_of(choice, label, before)
    )


def stated_choices(text: str, labels: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each label that the text decides on, with its sentence up to there."""
    plain = _without_quotations(text, labels)
    for match in _decision(labels).finditer(plain):
        yield _label(match, labels), _SENTENCE_ENDS.split(plain[: match.start()])[-1]
    last = _last_sentence(plain)
    verb = _plain_verb(labels).search(last)
    if verb and _is_about_the_whole(last[: verb.start()]):
        yield _label(verb, labels), last[: verb.start()]


def _label(match: re.Match[str], labels: Sequence[str]) -> str:
    groups = match.groupdict()
    return next(
        label for k, label in enumerate(labels) if groups[f"label{k}"] or groups.get(f"stem{k}")
    )


def _without_quotations(text: str, labels: Sequence[str]) -> str:
    """The text without what it quotes and adds in brackets; a label in quotes is none."""

    def kept(match: re.Match[str]) -> str:
        return match[0] if (match[1] or match[2]) in labels else "「」"

    return _BRACKETED.sub("", _QUOTED.sub(kept, text))


def _last_sentence(text: str) -> str:
    """The last sentence that is no note beside the decision; empty where there is none."""
    sentences = [each.strip() for each in _SENTENCE_ENDS.split(text)]
    return next((each for each in reversed(sentences) if each and not _ASIDE.match(each)), "")


def _is_about_the_whole(before: str) -> bool:
    """Whether the words before a verb make it decide on the project."""
    if _CONDITION.search(before):
        return False
    clause = _ADVERBS.sub("", before)
    subject = re.fullmatch(
        r"(?:.*[、,])?(?P<what>[^、,]*?)(?:については|に関しては|について|を|は|も)", clause
    )
    return subject is None or _WHOLE.search(_QUOTED.sub("事業", subject["what"])) is not None


def _is_rest_of(choice: str, label: str, before: str) -> bool:
    """Whether ``label`` ends the longer ``choice``, whose beginning the sentence told before."""
    if not choice.endswith(label):
        return False
    words = re.findall("[一-鿿]{2,}", choice.removesuffix(label))
    return any(word[-2:] in before for word in words) or _CHANGED_FIRST.search(before) is not None


@lru_cache(maxsize=16)
def _decision(labels: tuple[str, ...]) -> re.Pattern[str]:
    """A label and the words that decide on it wherever they stand, one group a label."""
    return re.compile(
        f"(?:{_named(labels)})[」』]?"
        "(?:とする|する|していく)?(?:の|という|との)?(?:方針|方向|こと|もの)?(?:で|が)?"
        # 「継続とする案もあった」 goes on and decides nothing.
        "(?:とする|とします|としたい|とし|とすべき|すべき|適当|妥当|望ましい)"
        r"(?=である|です|と(?:考え|判断|思)|が、|[。、．，）)」\s]|$)"
    )


@lru_cache(maxsize=16)
def _plain_verb(labels: tuple[str, ...]) -> re.Pattern[str]:
    """A label with a plain verb at the end of a sentence: 継続する, 見直す, 見直しを行う."""
    verbs = "|".join(
        f"{_named_one(labels, k)}(?:を?{_ENDS}|を?{_DO}|{_CARRY_ON}.{{0,3}}{_ENDS}?)"
        for k in _longest_first(labels)
    )
    verbal = [k for k in _longest_first(labels) if labels[k].endswith("し")]
    stems = "|".join(f"(?P<stem{k}>{_loosely(labels[k][:-1])}){_SU_ENDS}" for k in verbal)
    return re.compile(f"(?:{verbs}{'|' if stems else ''}{stems}){_AFTER}$")


def _named(labels: Sequence[str]) -> str:
    """One group a label, the longest first, because labels contain one another."""
    return "|".join(_named_one(labels, k) for k in _longest_first(labels))


def _named_one(labels: Sequence[str], k: int) -> str:
    return f"(?P<label{k}>{_loosely(labels[k])})"


def _longest_first(labels: Sequence[str]) -> list[int]:
    return sorted(range(len(labels)), key=lambda k: len(labels[k]), reverse=True)


def _loosely(label: str) -> str:
    """The label as people vary it: kana between its words changes, を and の slip in."""
    runs = re.findall(r"[ぁ-ん]+|[^ぁ-ん]+", label)
    loose = []
    for place, run in enumerate(runs):
        is_kana = re.fullmatch("[ぁ-ん]+", run) is not None
        if is_kana and 0 < place < len(runs) - 1:
            loose.append("[ぁ-ん上、]{0,6}")
        else:
            loose.append(re.escape(run) if is_kana else "[をの]?".join(map(re.escape, run)))
    return "".join(loose)
