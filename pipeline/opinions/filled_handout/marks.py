"""The signs and labels of a line: which boxes it holds, and nothing else beside them."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipeline.base.text import visible
from pipeline.base.word import Piece, WordLine

EMPTY: Final = frozenset("□☐▢◻◽⬜")
# Signs that tick a printed box, whoever typed them over it.
TICKS: Final = frozenset("■☑✓✔✅レ○◯〇⭕●◉◎☒🗹vV◼▪⬛")


class BoxMark(enum.Enum):
    """What a sign says of the choice behind it."""

    TICK = enum.auto()
    EMPTY = enum.auto()
    UNCLEAR = enum.auto()


@dataclass(frozen=True, slots=True)
class SeenBox:
    """A box as it is seen: its label, its sign, and the pieces that each is made of."""

    label: str
    mark: BoxMark
    sign: tuple[Piece, ...]
    words: tuple[Piece, ...]

    @property
    def stress(self) -> frozenset[str]:
        """The looks of all of its pieces."""
        each = [p.stress for p in (*self.sign, *self.words) if p.text.strip()]
        return frozenset().union(*each)

    @property
    def controls(self) -> frozenset[int | None]:
        """The controls that its sign stands in, None for none."""
        return frozenset(piece.control for piece in self.sign)


def key(text: str) -> str:
    """The text without what has no width and no white space, folded to compare by."""
    return "".join(unicodedata.normalize("NFKC", visible(text)).split())


def boxes_of(line: WordLine, labels: tuple[str, ...]) -> tuple[SeenBox, ...] | None:
    """The boxes of a line that holds boxes and nothing else; None for any other line."""
    if not labels:
        return None
    letters = [(char, piece) for piece in line.pieces if piece.is_seen for char in piece.text]
    letters = [(char, piece) for char, piece in letters if key(char)]
    text = "".join(char for char, _ in letters)
    match = _lines(labels).fullmatch(text)
    if match is None:
        return None
    found = []
    for each in _box(labels).finditer(text):
        sign = tuple(piece for _, piece in letters[each.start("sign") : each.end("sign")])
        words = tuple(piece for _, piece in letters[each.start("label") : each.end("label")])
        label = next(label for label in labels if _written(label) == each["label"])
        found.append(SeenBox(label, _mark(each["sign"]), sign, words))
    return tuple(found)


def _written(label: str) -> str:
    return "".join(label.split())


def _mark(sign: str) -> BoxMark:
    told = key(sign)
    if told in EMPTY:
        return BoxMark.EMPTY
    return BoxMark.TICK if told in TICKS else BoxMark.UNCLEAR


@lru_cache(maxsize=32)
def _box(labels: tuple[str, ...]) -> re.Pattern[str]:
    """A sign of one character and a label, the longest first."""
    longest = sorted(map(_written, labels), key=len, reverse=True)
    named = "|".join(map(re.escape, longest))
    return re.compile(rf"(?P<sign>[^\w\s\u3001\u3002]|[レﾚvVｖＶ○〇◯])(?P<label>{named})")


@lru_cache(maxsize=32)
def _lines(labels: tuple[str, ...]) -> re.Pattern[str]:
    one = _box(labels).pattern.replace("?P<sign>", "?:").replace("?P<label>", "?:")
    return re.compile(f"(?:{one})+")


def labels_in(text: str, labels: Sequence[str]) -> tuple[str, ...]:
    """The labels that a text mentions; one inside of a longer one counts once."""
    rest = key(text)
    found: list[tuple[int, str]] = []
    for label in sorted(labels, key=len, reverse=True):
        told = key(label)
        while told and (at := rest.find(told)) >= 0:
            found.append((at, label))
            rest = rest[:at] + "\0" * len(told) + rest[at + len(told) :]
    return tuple(label for _, label in sorted(found))
