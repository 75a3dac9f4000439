"""The meaning of header words: the form's names in, column keys for a header out.

A header is a path of words from the top row to the bottom row (事務局案 › 説明).
The comparison ignores white space, character width, brackets and punctuation. Text after
※ is a note and not part of the header.
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
# Additions in brackets after a header that do not change its meaning.
_ADDITION = re.compile(r"\((?:[0-9~〜\-ー点段階評価]+|必須|任意|選択|記入|[^()]*協議結果)\)")
_ORDINAL = re.compile(r"^\(?[0-9]+[).]?(?=\D)")


class Rank(IntEnum):
    """How a header matches its column; a lower value is more certain."""

    MAPPED = 0
    PATH = 1
    TITLE = 2
    SYNONYM = 3
    LOOSE = 4
    GROUP = 5


@lru_cache(maxsize=4096)
def header_key(text: str) -> str:
    """The comparison key of a header; empty for a note."""
    key = compare_key(_NOTE.sub("", text))
    return _PUNCTUATION.sub("", key) or key


@lru_cache(maxsize=4096)
def _loose_key(text: str) -> str:
    """The key of a header without its ordinal (③) and additions such as （１〜４）."""
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
        """Whether the text is the name of a column."""
        return bool(self._named([text]))

    def meanings(self, path: Sequence[str]) -> dict[str, Rank]:
        """The columns that a header may mean; empty for an unknown header.

        First the bottom word with the words above it (事務局案 › 説明 is 事務局案（説明）) or
        alone; the name of a group alone is used only if nothing else matches.
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
        """Key and label if the header is one choice of a choice column, else None."""
        # 項目21 is not choice 1 of 項目2 if 項目21 is a column.
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
        """The choice for a mapping such as 継続=proposal: a column for a single choice."""
        key = self.mapped.get(word, "")
        labels = self._labels.get(key, {})
        for label in sorted(labels, key=len, reverse=True):
            if word.startswith(label) or word.endswith(label):
                return key, labels[label]
        return None

    def _is_combined(self, key: str, word: str, label: str) -> bool:
        """Whether a word combines column and choice: 事務局案_継続 or 継続（事務局案）."""
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
    """Every name of a column: title, title with path, synonyms, printed heading.

    A column without a printed heading also has the name of its group.
    """
    path = [_plain_heading(each, form) for each in column.under]
    yield column.name, Rank.TITLE
    # Only the whole path: a shorter one could belong to another column.
    if path:
        yield "".join((*path, column.name)), Rank.PATH
    for synonym in column.synonyms:
        yield synonym, Rank.SYNONYM
    heading = _plain_heading(column.heading, form)
    if heading and heading != column.name:
        yield heading, Rank.SYNONYM
        yield "".join((*path, heading)), Rank.SYNONYM
    elif not heading and path:
        yield path[-1], Rank.SYNONYM


def _plain_heading(heading: str, form: Form) -> str:
    """A heading without breaks; placeholders are replaced by the form's values of 会議情報."""
    words = plain(heading)
    for key, value in form.meeting.items():
        words = words.replace(f"{{{key}}}", value)
    return words
