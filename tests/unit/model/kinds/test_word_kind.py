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
def test_brackets_around_the_whole_word_are_removed(typed: str | None, word: str | None) -> None:
    parsed = WORD.parse(CellText.of(typed), COLUMN)
    assert parsed == Parsed(word)
    assert WORD.lines(parsed.value, COLUMN) == ((word,) if word else ())
    assert WORD.as_json(parsed.value) == word


def test_only_a_short_text_fits() -> None:
    assert WORD.fits("一部見直しのうえ継続", COLUMN)
    assert not WORD.fits("取組の効果が高いので、次期の計画でも継続する。", COLUMN)


def test_text_problems_are_reported() -> None:
    parsed = WORD.parse(CellText(None, "3/9", is_typed=False), COLUMN)
    assert [each.code for each in parsed.problems] == ["value-not-text"]
