from __future__ import annotations

import pytest

from pipeline.model.columns import Column
from pipeline.model.kinds import CellText, Parsed
from pipeline.model.kinds.word_kind import Word

COLUMN = Column(key="label", title="判定区分", kind="word")
WORD = Word()


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("継続", "継続"),
        ("（継続）", "継続"),
        ("「継続」", "継続"),
        ("継\n続", "継続"),
        ("A（継続）", "A（継続）"),
        (None, None),
        ("（）", None),
    ],
)
def test_a_word_loses_brackets_around_the_whole_of_it(typed: str | None, word: str | None) -> None:
    told = WORD.parse(CellText.of(typed), COLUMN)
    assert told == Parsed(word)
    assert WORD.lines(told.value, COLUMN) == ((word,) if word else ())
    assert WORD.as_json(told.value) == word


def test_only_a_short_text_looks_like_a_word() -> None:
    assert WORD.fits("一部見直しのうえ継続", COLUMN)
    assert not WORD.fits("取組の効果が高いので、次期の計画でも継続する。", COLUMN)


def test_what_is_told_of_a_text_is_told_of_a_word() -> None:
    told = WORD.parse(CellText(None, "3/9", is_typed=False), COLUMN)
    assert [each.code for each in told.problems] == ["value-not-text"]
