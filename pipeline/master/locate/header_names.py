"""What header words mean: the form's names in, column keys for a header out.

A header is a path of words from the top row to the bottom one (事務局案 › 説明).
Words are compared without white space, width, brackets and points; what follows
※ is a note and no part of the header.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from functools import lru_cache

from pipeline.base.text import compare_key
from pipeline.model.columns import Column, plain
from pipeline.model.form import Form

_NOTE = re.compile(r"[※＊*].*", re.DOTALL)
_PUNCTUATION = re.compile(r"[()\[\]「」『』【】〔〕<>・:;,、。._/|\-]")
# What may stand in brackets behind a header without changing what it means.
_ADDITION = re.compile(r"\((?:[0-9~〜\-ー点段階評価]+|必須|任意|選択|記入|[^()]*協議結果)\)")
_ORDINAL = re.compile(r"^\(?[0-9]+[).]?(?=\D)")


class Rank(IntEnum):
    """How a header came to its column; the lower, the surer."""

    MAPPED = 0
    PATH = 1
    TITLE = 2
    SYNONYM = 3
    LOOSE = 4
    GROUP = 5


@lru_cache(maxsize=4096)
def header_key(text: str) -> str:
    """A header to compare by; empty for a note."""
    key = compare_key(_NOTE.sub("", text))
    return _PUNCTUATION.sub("", key) or key


@lru_cache(maxsize=4096)
def _loose_key(text: str) -> str:
    """The same without its ordinal (③) and without additions such as （１〜４）."""
    key = compare_key(_NOTE.sub("", text))
    return _PUNCTUATION.sub("", _ORDINAL.sub("", _ADDITION.sub("", key)))


class HeaderNames:
    """The names of every column of a form, and of ``mapping`` (header → key)."""

    def __init__(self, form: Form, mapping: Mapping[str, str]) -> None:
        self.mapped = {header_key(header): key for header, key in mapping.items()}
        self._exact: dict[str, dict[str, Rank]] = {}
        self._loose: dict[str, dict[str, Rank]] = {}
        for column in form.columns:
            for name, rank in _names(column, form):
                self._exact.setdefault(header_key(name), {}).setdefault(column.key, rank)
                self._loose.setdefault(_loose_key(name), {}).setdefault(column.key, Rank.LOOSE)
        self._labels: dict[str, dict[str, str]] = {}
        for column in form.columns:
            if column.is_choice:
                words = (form.words.blank, *form.words.opinions) if column.fill else ()
                labels = {header_key(word): word for word in (*column.choices, *words)}
                self._labels[column.key] = labels

    def knows(self, text: str) -> bool:
        """Whether the words alone are the name of a column."""
        return bool(self._named([text]))

    def meanings(self, path: Sequence[str]) -> dict[str, Rank]:
        """The columns that a header can mean; empty for an unknown one.

        The bottom word with the words above it (事務局案 › 説明 is 事務局案（説明）) or alone
        comes first; a group's name alone is the last resort.
        """
        for start in range(len(path)):
            found = self._named(path[start:])
            if found:
                return found
        for word in reversed(path[:-1]):
            found = self._named([word])
            if found:
                return dict.fromkeys(found, Rank.GROUP)
        return {}

    def choice(self, path: Sequence[str]) -> tuple[str, str] | None:
        """Key and label where the header names one choice of a choice column."""
        # 項目21 is no choice 1 of 項目2 where it is a column itself.
        is_column = header_key(path[-1]) in self._exact
        for key, labels in self._labels.items():
            for label in sorted(labels, key=len, reverse=True):
                if header_key(path[-1]) == label:
                    if any(key in self._named([word]) for word in path[:-1]):
                        return key, labels[label]
                    break
                if not is_column and self._is_combined(key, header_key(path[-1]), label):
                    return key, labels[label]
        return self._mapped_choice(header_key(path[-1]))

    def _mapped_choice(self, word: str) -> tuple[str, str] | None:
        """継続=proposal: a column of one choice that the office has named itself."""
        key = self.mapped.get(word, "")
        labels = self._labels.get(key, {})
        for label in sorted(labels, key=len, reverse=True):
            if word.startswith(label) or word.endswith(label):
                return key, labels[label]
        return None

    def _is_combined(self, key: str, word: str, label: str) -> bool:
        """事務局案_継続 or 継続（事務局案）: column and choice in one cell."""
        rest = word.removesuffix(label) if word.endswith(label) else word.removeprefix(label)
        return rest not in ("", word) and (
            self.mapped.get(rest) == key or key in self._exact.get(rest, {})
        )

    def _named(self, words: Iterable[str]) -> dict[str, Rank]:
        words = list(words)
        exact = "".join(map(header_key, words))
        if exact in self.mapped:
            return {self.mapped[exact]: Rank.MAPPED}
        loose = "".join(map(_loose_key, words))
        return self._exact.get(exact) or self._loose.get(loose) or {}


def _names(column: Column, form: Form) -> Iterator[tuple[str, Rank]]:
    """Every name of a column: its title, alone and with its path, its synonyms, as printed.

    A column without a heading of its own on paper also has the name of its group.
    """
    path = [_plain(each, form) for each in column.under]
    yield column.name, Rank.TITLE
    # The whole path only: a shorter one could be another column's.
    if path:
        yield "".join((*path, column.name)), Rank.PATH
    for synonym in column.synonyms:
        yield synonym, Rank.SYNONYM
    heading = _plain(column.heading, form)
    if heading and heading != column.name:
        yield heading, Rank.SYNONYM
        yield "".join((*path, heading)), Rank.SYNONYM
    elif not heading and path:
        yield path[-1], Rank.SYNONYM


def _plain(heading: str, form: Form) -> str:
    """A heading without breaks, with the form's own values of 会議情報 in it."""
    words = plain(heading)
    for key, value in form.meeting.items():
        words = words.replace(f"{{{key}}}", value)
    return words
