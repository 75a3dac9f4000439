"""Find the boxes and labels in a line of a cell: the line in, its boxes out."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipeline.base.text import without_invisible
from pipeline.base.word import Piece, WordLine

EMPTY: Final = frozenset("□☐▢◻◽⬜")
# Signs that count as a tick if they replace a printed box.
TICKS: Final = frozenset("■☑✓✔✅レ○◯〇⭕●◉◎☒🗹vV◼▪⬛")


class BoxMark(enum.Enum):
    """What a sign means for the choice behind it."""

    TICK = enum.auto()
    EMPTY = enum.auto()
    UNCLEAR = enum.auto()


@dataclass(frozen=True, slots=True)
class SeenBox:
    """A box as it is seen: its label, its mark, and the pieces of its sign and of its words."""

    label: str
    mark: BoxMark
    sign: tuple[Piece, ...]
    words: tuple[Piece, ...]

    @property
    def stress(self) -> frozenset[str]:
        """The formatting of all of its pieces."""
        formats = [p.stress for p in (*self.sign, *self.words) if p.text.strip()]
        return frozenset().union(*formats)

    @property
    def controls(self) -> frozenset[int | None]:
        """The numbers of the controls around its sign, None for a piece outside of a control."""
        return frozenset(piece.control for piece in self.sign)


def key(text: str) -> str:
    """The text in a form to compare: NFKC, without white space and invisible characters."""
    return "".join(unicodedata.normalize("NFKC", without_invisible(text)).split())


def boxes_of(line: WordLine, labels: tuple[str, ...]) -> tuple[SeenBox, ...] | None:
    """The boxes of a line that consists only of boxes; None for any other line."""
    if not labels:
        return None
    letters = [(char, piece) for piece in line.pieces if piece.is_seen for char in piece.text]
    letters = [(char, piece) for char, piece in letters if key(char)]
    text = "".join(char for char, _ in letters)
    match = _boxes_pattern(labels).fullmatch(text)
    if match is None:
        return None
    found = []
    for box in _box_pattern(labels).finditer(text):
        sign = tuple(piece for _, piece in letters[box.start("sign") : box.end("sign")])
        words = tuple(piece for _, piece in letters[box.start("label") : box.end("label")])
        label = next(label for label in labels if _without_spaces(label) == box["label"])
        found.append(SeenBox(label, _mark_of(box["sign"]), sign, words))
    return tuple(found)


def _without_spaces(label: str) -> str:
    return "".join(label.split())


def _mark_of(sign: str) -> BoxMark:
    folded = key(sign)
    if folded in EMPTY:
        return BoxMark.EMPTY
    return BoxMark.TICK if folded in TICKS else BoxMark.UNCLEAR


@lru_cache(maxsize=32)
def _box_pattern(labels: tuple[str, ...]) -> re.Pattern[str]:
    """The pattern of one sign and a label; the longest labels are tried first."""
    longest = sorted(map(_without_spaces, labels), key=len, reverse=True)
    named = "|".join(map(re.escape, longest))
    return re.compile(rf"(?P<sign>[^\w\s\u3001\u3002]|[レﾚvVｖＶ○〇◯])(?P<label>{named})")


@lru_cache(maxsize=32)
def _boxes_pattern(labels: tuple[str, ...]) -> re.Pattern[str]:
    one = _box_pattern(labels).pattern.replace("?P<sign>", "?:").replace("?P<label>", "?:")
    return re.compile(f"(?:{one})+")


def labels_in(text: str, labels: Sequence[str]) -> tuple[str, ...]:
    """The labels that occur in a text; a label inside of a longer label is not counted."""
    rest = key(text)
    found: list[tuple[int, str]] = []
    for label in sorted(labels, key=len, reverse=True):
        folded = key(label)
        while folded and (at := rest.find(folded)) >= 0:
            found.append((at, label))
            rest = rest[:at] + "\0" * len(folded) + rest[at + len(folded) :]
    return tuple(label for _, label in sorted(found))
