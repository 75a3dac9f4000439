"""Whether a remark can be taken as a remark: a line in, the doubt about it out.

A remark is free text, so only its safe kinds can be described: it is a line of its own,
begins like a sentence, and says nothing that could be an answer. What names a choice, a
word of the form, a mark, a count of votes or a correction is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.opinions.filled_handout.marks import EMPTY, TICKS, key, labels_in
from pipeline.opinions.written import OVERLAID

_SIGNS: Final = (TICKS | EMPTY | frozenset("×✕✗✘╳△▲▽▼⇒→⇨➡←⇐↔⇔★☆✖❌")) - frozenset("レvV")
_LONE_SIGN: Final = re.compile(r"(?:^|[\s、。（(])(?:レ|ﾚ|[vVxXｖＶｘＸoO])(?:$|[\s、。）)])")
_VOTES: Final = re.compile(
    r"[0-9一二三四五六七八九十]+(?:票|対[0-9一二三四五六七八九十])|多数決|賛成|反対|賛否|可決|否決|挙手|採決|賛同|棄権|異議あり|過半数|名中[0-9]"
)
# Words by which a person takes back or changes what stands above.
_TAKEN_BACK: Final = re.compile(
    r"訂正|取消|取り消|取りけ|撤回|誤|間違|無効|変更|未確定|未定|検討中|再考|白紙|仮(?![説定設])|差し替|差替|一任|以外|除く|不要|不可|上記|左記|右記|"
    r"見送|差し?戻|持ち帰|預かり|再検討|両論併記|結論(?:が|は)?出|^(?:廃止|中止|休止|凍結)(?:と?する|すべき)?$|"
    r"やめ|せず|ではな[いくか]|でな[いくか]|しな[いくか](?!ら)|なし$|(?<!少)(?<!危)(?<!足り)(?<!見え)ない$"
)
_AS_PROPOSED: Final = re.compile(
    r"(?:原|事務局)?案(?:の|に|と)?(?:とおり|通り|どおり|同じ)|同[上左右前様]|〃|同じ"
)
# Two letters at least, and none of the Latin ones: a figure, a sign or OK alone may be an answer.
_LETTERS: Final = re.compile(r"[^\W\d_a-zA-Z][^\W\d_a-zA-Z]")
# A line that goes on with the one above it begins with kana: with a particle or an ending.
# These begin a sentence.
_KANA: Final = re.compile(r"[ぁ-ゖゝゞー]")
_OPENINGS: Final = re.compile(
    r"なお|なるべく|また|さら|まず|もう(?:少し|一度)|もっと|できる(?:だけ|限り|こと)|できれば|ぜひ|より|これ|この|それ|その|ご"
    r"|お|まちづくり|ごみ|いい|いつ|うまく|どの|すぐ|すべて|あわせて|あらかじめ|きめ|きちんと|しかし|しっかり|わか|わずか"
    r"|みんな|こども|ひと|よい|よく|とくに|とても|たいへん|たくさん|ただし|つねに|ていねい|ほかの|やや|かなり"
)
# One word alone may be an answer that the paper does not offer: 却下, 承認, 不採択.
_LONE_WORD: Final = re.compile(r"[々〇一-鿿]{2,3}。?")
# What may follow the label that was ticked: the remark then takes it as given, or asks for it.
_GIVEN: Final = (
    r"(?:(?:する)?(?:に(?:当|あ)たっ?て?は?|に(?:当|あ)たり|に際して|上で|うえで|場合は)"
    r"|て(?:ほしい|もらいたい|いただきたい|ください)|する(?:こと|べき)|されたい)"
)
# A short note before a remark: （架空）.
_NOTE: Final = re.compile(r"^\([^()]{1,10}\)")
_QUOTES: Final = str.maketrans("", "", '「」『』“”"')
# The words of a remark on opinions that are divided.
_DIVIDED: Final = (
    r"(?:とする|との|という|と|や|、|,|及び|または|の|意見|声|考え|双方|両方|両論|が|に|も|"
    r"あった|あり|ありました|分かれた|。)"
)


def is_plain_remark(
    line: str,
    chosen: str | None,
    labels: Sequence[str],
    words: Sequence[str],
    *,
    divided: bool = False,
    begins: bool = True,
) -> bool:
    """Whether a line is a remark and nothing else.

    ``chosen`` is the label that was ticked, ``divided`` whether the opinions are said to be;
    ``begins`` where no other remark stands right above it.
    """
    told = key(line)
    if OVERLAID.search(line) or not _LETTERS.search(told):
        return False
    if divided and _tells_the_division(told, labels):
        return True
    # ○○委員 stands for a name.
    plain = re.sub("[○〇]{2}(?=[一-鿿])", "", told)
    if _names_a_word(told, chosen, labels, words) or any(sign in plain for sign in _SIGNS):
        return False
    if _LONE_WORD.fullmatch(told) or _LONE_SIGN.search(line):
        return False
    if _VOTES.search(told) or _AS_PROPOSED.search(told) or _takes_back(told):
        return False
    return not begins or not _KANA.match(told) or _OPENINGS.match(told) is not None


def _names_a_word(
    told: str, chosen: str | None, labels: Sequence[str], words: Sequence[str]
) -> bool:
    """Whether a remark names a choice or a word of the form, or has the verb of a choice."""
    given = _without_given(told, chosen)
    stems = (stem for stem in _stems(labels) if stem not in key(chosen or ""))
    return bool(labels_in(given, (*labels, *words))) or any(stem in given for stem in stems)


def _stems(labels: Sequence[str]) -> Iterator[str]:
    """The beginnings of labels that their verbs have as well: 見直 of 見直し and 見直す."""
    for label in labels:
        match = re.fullmatch(r"([^ぁ-ゖ]{2,})[ぁ-ゖ]{1,2}", key(label))
        if match is not None:
            yield match[1]


def _without_given(told: str, chosen: str | None) -> str:
    """The remark without the choice where it takes that as given."""
    if chosen is None:
        return told
    return re.sub(rf"{re.escape(key(chosen))}{_GIVEN}", "", told)


def _tells_the_division(told: str, labels: Sequence[str]) -> bool:
    """Whether a remark only names the opinions: 継続の意見と見直しの意見があった。 and its like."""
    if len(set(labels_in(told, labels))) < len(("one", "another")):
        return False
    longest = sorted(map(key, labels), key=len, reverse=True)
    told = _NOTE.sub("", told).translate(_QUOTES)
    return re.fullmatch(rf"(?:{'|'.join(map(re.escape, longest))}|{_DIVIDED})+", told) is not None


def _takes_back(told: str) -> bool:
    """Whether a remark takes back or changes what stands above; 「異議なし。」 agrees with it."""
    is_harmless = told.rstrip("。") in ("異議なし", "特になし", "特に異議なし")
    return not is_harmless and _TAKEN_BACK.search(told.rstrip("。.")) is not None
