"""Check whether a line is only a remark: a line in, yes or no out.

A remark is free text, so only safe remarks are accepted: a separate line that begins like a
sentence and contains nothing that could be an answer. A line with a choice, a word of the
form, a mark, a count of votes or a correction is a doubt.
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
# Words by which a person withdraws or changes the text above.
_WITHDRAWAL: Final = re.compile(
    r"訂正|取消|取り消|取りけ|撤回|誤|間違|無効|変更|未確定|未定|検討中|再考|白紙|仮(?![説定設])|差し替|差替|一任|以外|除く|不要|不可|上記|左記|右記|"
    r"見送|差し?戻|持ち帰|預かり|再検討|両論併記|結論(?:が|は)?出|^(?:廃止|中止|休止|凍結)(?:と?する|すべき)?$|"
    r"やめ|せず|ではな[いくか]|でな[いくか]|しな[いくか](?!ら)|なし$|(?<!少)(?<!危)(?<!足り)(?<!見え)ない$"
)
_AS_PROPOSED: Final = re.compile(
    r"(?:原|事務局)?案(?:の|に|と)?(?:とおり|通り|どおり|同じ)|同[上左右前様]|〃|同じ"
)
# At least two letters that are not Latin: a figure, a sign or OK alone may be an answer.
_LETTERS: Final = re.compile(r"[^\W\d_a-zA-Z][^\W\d_a-zA-Z]")
# A line that begins with kana, a particle or an ending, may continue the line above it.
# The openings below begin a new sentence.
_KANA: Final = re.compile(r"[ぁ-ゖゝゞー]")
_OPENINGS: Final = re.compile(
    r"なお|なるべく|また|さら|まず|もう(?:少し|一度)|もっと|できる(?:だけ|限り|こと)|できれば|ぜひ|より|これ|この|それ|その|ご"
    r"|お|まちづくり|ごみ|いい|いつ|うまく|どの|すぐ|すべて|あわせて|あらかじめ|きめ|きちんと|しかし|しっかり|わか|わずか"
    r"|みんな|こども|ひと|よい|よく|とくに|とても|たいへん|たくさん|ただし|つねに|ていねい|ほかの|やや|かなり"
)
# A single word may be an answer that the handout does not offer: 却下, 承認, 不採択.
_LONE_WORD: Final = re.compile(r"[々〇一-鿿]{2,3}。?")
# Words after the ticked label that only refer to that choice or request it.
_AFTER_CHOSEN: Final = (
    r"(?:(?:する)?(?:に(?:当|あ)たっ?て?は?|に(?:当|あ)たり|に際して|上で|うえで|場合は)"
    r"|て(?:ほしい|もらいたい|いただきたい|ください)|する(?:こと|べき)|されたい)"
)
# A short note before a remark: （架空）.
_NOTE: Final = re.compile(r"^\([^()]{1,10}\)")
_QUOTES: Final = str.maketrans("", "", '「」『』“”"')
# The words of a remark that states that the opinions are divided.
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
    """Whether a line is only a remark.

    ``chosen`` is the label that was ticked. ``divided``: the answer is that the opinions are
    divided. ``begins``: no other remark is directly above the line.
    """
    text = key(line)
    if OVERLAID.search(line) or not _LETTERS.search(text):
        return False
    if divided and _only_states_division(text, labels):
        return True
    # ○○委員 is a placeholder for a name.
    plain = re.sub("[○〇]{2}(?=[一-鿿])", "", text)
    if _contains_word_or_verb(text, chosen, labels, words) or any(sign in plain for sign in _SIGNS):
        return False
    if _LONE_WORD.fullmatch(text) or _LONE_SIGN.search(line):
        return False
    if _VOTES.search(text) or _AS_PROPOSED.search(text) or _withdraws(text):
        return False
    return not begins or not _KANA.match(text) or _OPENINGS.match(text) is not None


def _contains_word_or_verb(
    text: str, chosen: str | None, labels: Sequence[str], words: Sequence[str]
) -> bool:
    """Whether a remark contains a choice, a word of the form, or the verb of a choice."""
    rest = _without_chosen(text, chosen)
    stems = (stem for stem in _stems(labels) if stem not in key(chosen or ""))
    return bool(labels_in(rest, (*labels, *words))) or any(stem in rest for stem in stems)


def _stems(labels: Sequence[str]) -> Iterator[str]:
    """The stems that labels share with their verbs: 見直 of 見直し and 見直す."""
    for label in labels:
        match = re.fullmatch(r"([^ぁ-ゖ]{2,})[ぁ-ゖ]{1,2}", key(label))
        if match is not None:
            yield match[1]


def _without_chosen(text: str, chosen: str | None) -> str:
    """The remark without the chosen label where the remark only refers to that choice."""
    if chosen is None:
        return text
    return re.sub(rf"{re.escape(key(chosen))}{_AFTER_CHOSEN}", "", text)


def _only_states_division(text: str, labels: Sequence[str]) -> bool:
    """Whether a remark only lists the opinions, as 継続の意見と見直しの意見があった。 does."""
    if len(set(labels_in(text, labels))) < len(("one", "another")):
        return False
    longest = sorted(map(key, labels), key=len, reverse=True)
    text = _NOTE.sub("", text).translate(_QUOTES)
    return re.fullmatch(rf"(?:{'|'.join(map(re.escape, longest))}|{_DIVIDED})+", text) is not None


def _withdraws(text: str) -> bool:
    """Whether a remark withdraws or changes the text above; 「異議なし。」 agrees with it."""
    is_harmless = text.rstrip("。") in ("異議なし", "特になし", "特に異議なし")
    return not is_harmless and _WITHDRAWAL.search(text.rstrip("。.")) is not None
