from __future__ import annotations

import datetime as dt

import pytest

from pipeline.model.columns import Column
from pipeline.model.grid import CellValue
from pipeline.model.kinds import CellText, Parsed
from pipeline.model.kinds.score_kind import Score

NUMBERS = Column(key="progress", title="③進捗状況", kind="score", scale=(1, 2, 3, 4))
MARKS = Column(key="self", title="自己評価", kind="score", scale=("◎", "○", "△", "×"))
LETTERS = Column(key="grade", title="評価", kind="score", scale=("Ａ", "Ｂ", "Ｃ"))
SCORE = Score()


@pytest.mark.parametrize("value", [4, 4.0, "4", "４", "４点", "④", " 4 ", "4\u200b"])
def test_number_score_is_read_in_any_notation(value: CellValue) -> None:
    assert SCORE.parse(CellText.of(value), NUMBERS) == Parsed(4)


@pytest.mark.parametrize(
    ("value", "column", "score"),
    [
        ("○", MARKS, "○"),
        ("◯", MARKS, "○"),
        ("〇", MARKS, "○"),
        ("△", MARKS, "△"),
        ("a", LETTERS, "Ａ"),
        ("Ｂ", LETTERS, "Ｂ"),
        (" C ", LETTERS, "Ｃ"),
    ],
)
def test_word_score_gets_the_spelling_of_the_scale(value: str, column: Column, score: str) -> None:
    parsed = SCORE.parse(CellText.of(value), column)
    assert parsed == Parsed(score)
    assert (SCORE.lines(parsed.value, column), SCORE.as_json(parsed.value)) == ((score,), score)


@pytest.mark.parametrize(
    ("value", "column", "scale"),
    [
        (5, NUMBERS, "1〜4 の整数"),
        (0, NUMBERS, "1〜4 の整数"),
        (2.5, NUMBERS, "1〜4 の整数"),
        (True, NUMBERS, "1〜4 の整数"),
        ("四", NUMBERS, "1〜4 の整数"),
        (dt.date(2026, 1, 4), NUMBERS, "1〜4 の整数"),
        ("良", MARKS, "◎、○、△、× のどれか"),
        ("D", LETTERS, "Ａ、Ｂ、Ｃ のどれか"),
    ],
)
def test_score_outside_of_the_scale_is_reported_with_the_scale(
    value: CellValue, column: Column, scale: str
) -> None:
    parsed = SCORE.parse(CellText.of(value), column)
    (problem,) = parsed.problems
    assert (parsed.value, problem.code, problem.params["scale"]) == (
        None,
        "score-out-of-scale",
        scale,
    )


@pytest.mark.parametrize("value", [None, "　"])
def test_empty_score_is_reported(value: CellValue) -> None:
    (problem,) = SCORE.parse(CellText.of(value), MARKS).problems
    assert problem.code == "score-empty"


def test_mistyped_number_fits_but_prose_does_not() -> None:
    assert SCORE.fits(5, NUMBERS)
    assert not SCORE.fits("良好", NUMBERS)
    assert SCORE.fits("◯", MARKS)
    assert not SCORE.fits("よい", MARKS)


def test_drop_down_has_every_score() -> None:
    assert SCORE.words(NUMBERS) == ("1", "2", "3", "4")
    assert SCORE.words(MARKS) == ("◎", "○", "△", "×")
    assert "1〜4 の整数" in SCORE.prompt(NUMBERS)
    assert SCORE.example(MARKS) in MARKS.scale
