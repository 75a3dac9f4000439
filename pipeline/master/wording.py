"""Which choice a text of reasons decides on, by the words at the end of its sentences.

In: the text of 事務局案 and the labels of the choices. Out: labels that contradict the choice.
Only a decision counts: 継続する。 見直しを行う。 継続の方針とする。 継続が適当である。
No decision: a description (連携体制は継続し、…), a quotation, a condition (…場合は見直す。),
a note (なお、…) and a part of the project (周知方法を見直す。).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

# Endings of a verb of decision: する, したい, することとする.
_ENDS: Final = (
    "(?:する|します|したい|していく|していきます|していきたい|すべき"
    "|する(?:こと|もの)と(?:する|します|したい)|する(?:方針|予定|考え|方向)(?:とする)?)"
)
# The same for a verb in す: 見直す, 見直したい, 見直すこととする.
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
# A sentence with this beginning is a note, not the decision.
_NOTE_BEGINNING: Final = re.compile(
    r"\s*(?:なお|ただし|また|あわせて|併せて|その際|一方|加えて|さらに)[、,]?"
)
_CONDITION: Final = re.compile(r"場合|(?:れば|たら|なら)(?:ば)?[、は]|次第|際(?:に)?は")
# Words for the whole project; any other word before を is a part of it.
_WHOLE: Final = re.compile(
    r"(?:事業|取組み?|取り組み|連携|計画|制度|方針|[あ在]り方|枠組み?|施策|ビジョン|全体|これ|協定)$"
)
_ADVERBS: Final = re.compile(
    r"(?:引き?続き|今後も?|抜本的に|全面的に|大幅に|早急に|改めて|このまま|現行どおり|着実に"
    r"|次期共生ビジョンにおいても|、|\s)+$"
)
_CHANGED_FIRST: Final = re.compile(r"(?:うえで?|上で?|のち|後に?|つつ|ながら)、?$")


def contradicting(text: str, choice: str, labels: Sequence[str]) -> tuple[str, ...]:
    """The labels other than ``choice`` that the text decides on, each once, in text order.

    「一部を見直したうえで継続とする」 means 一部見直しのうえ継続 and does not contradict it.
    """
    stated = dict(stated_choices(text, tuple(labels)))
    return tuple(
        label
        for label, before in stated.items()
        if label != choice and not _is_end_of(choice, label, before)
    )


def stated_choices(text: str, labels: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each label that the text decides on, with the part of its sentence before the label."""
    plain = _without_quotations(text, labels)
    for match in _decision(labels).finditer(plain):
        yield _label(match, labels), _SENTENCE_ENDS.split(plain[: match.start()])[-1]
    last = _last_sentence(plain)
    verb = _plain_verb(labels).search(last)
    if verb and _decides_on_project(last[: verb.start()]):
        yield _label(verb, labels), last[: verb.start()]


def _label(match: re.Match[str], labels: Sequence[str]) -> str:
    groups = match.groupdict()
    return next(
        label for k, label in enumerate(labels) if groups[f"label{k}"] or groups.get(f"stem{k}")
    )


def _without_quotations(text: str, labels: Sequence[str]) -> str:
    """The text without quotations and brackets; a quoted label stays."""

    def kept(match: re.Match[str]) -> str:
        return match[0] if (match[1] or match[2]) in labels else "「」"

    return _BRACKETED.sub("", _QUOTED.sub(kept, text))


def _last_sentence(text: str) -> str:
    """The last sentence that is not a note; empty if there is none."""
    sentences = [sentence.strip() for sentence in _SENTENCE_ENDS.split(text)]
    return next(
        (
            sentence
            for sentence in reversed(sentences)
            if sentence and not _NOTE_BEGINNING.match(sentence)
        ),
        "",
    )


def _decides_on_project(before: str) -> bool:
    """Whether the words before a verb refer to the whole project, without a condition."""
    if _CONDITION.search(before):
        return False
    clause = _ADVERBS.sub("", before)
    subject = re.fullmatch(
        r"(?:.*[、,])?(?P<what>[^、,]*?)(?:については|に関しては|について|を|は|も)", clause
    )
    return subject is None or _WHOLE.search(_QUOTED.sub("事業", subject["what"])) is not None


def _is_end_of(choice: str, label: str, before: str) -> bool:
    """Whether ``label`` ends ``choice`` and the words ``before`` contain the rest of ``choice``."""
    if not choice.endswith(label):
        return False
    words = re.findall("[一-鿿]{2,}", choice.removesuffix(label))
    return any(word[-2:] in before for word in words) or _CHANGED_FIRST.search(before) is not None


@lru_cache(maxsize=16)
def _decision(labels: tuple[str, ...]) -> re.Pattern[str]:
    """A label and words of decision anywhere in a text; one group for each label."""
    return re.compile(
        f"(?:{_label_groups(labels)})[」』]?"
        "(?:とする|する|していく)?(?:の|という|との)?(?:方針|方向|こと|もの)?(?:で|が)?"
        # 「継続とする案もあった」 continues and is not a decision.
        "(?:とする|とします|としたい|とし|とすべき|すべき|適当|妥当|望ましい)"
        r"(?=である|です|と(?:考え|判断|思)|が、|[。、．，）)」\s]|$)"
    )


@lru_cache(maxsize=16)
def _plain_verb(labels: tuple[str, ...]) -> re.Pattern[str]:
    """A label with a plain verb at the end of a sentence: 継続する, 見直す, 見直しを行う."""
    verbs = "|".join(
        f"{_label_group(labels, k)}(?:を?{_ENDS}|を?{_DO}|{_CARRY_ON}.{{0,3}}{_ENDS}?)"
        for k in _longest_first(labels)
    )
    verbal = [k for k in _longest_first(labels) if labels[k].endswith("し")]
    stems = "|".join(f"(?P<stem{k}>{_loose_pattern(labels[k][:-1])}){_SU_ENDS}" for k in verbal)
    return re.compile(f"(?:{verbs}{'|' if stems else ''}{stems}){_AFTER}$")


def _label_groups(labels: Sequence[str]) -> str:
    """One group for each label, the longest first, because a label may contain another."""
    return "|".join(_label_group(labels, k) for k in _longest_first(labels))


def _label_group(labels: Sequence[str], k: int) -> str:
    return f"(?P<label{k}>{_loose_pattern(labels[k])})"


def _longest_first(labels: Sequence[str]) -> list[int]:
    return sorted(range(len(labels)), key=lambda k: len(labels[k]), reverse=True)


def _loose_pattern(label: str) -> str:
    """A pattern for variants of a label: other kana between its words, or an added を or の."""
    runs = re.findall(r"[ぁ-ん]+|[^ぁ-ん]+", label)
    patterns = []
    for index, run in enumerate(runs):
        is_kana = re.fullmatch("[ぁ-ん]+", run) is not None
        if is_kana and 0 < index < len(runs) - 1:
            patterns.append("[ぁ-ん上、]{0,6}")
        else:
            patterns.append(re.escape(run) if is_kana else "[をの]?".join(map(re.escape, run)))
    return "".join(patterns)
