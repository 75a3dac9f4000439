from __future__ import annotations

import pytest

from pipeline.model.columns import Column
from pipeline.model.kinds import CellText, Parsed
from pipeline.model.kinds.choice_kind import Choice

CHOICES = ("継続", "一部見直しのうえ継続", "見直し")
COLUMN = Column(key="proposal", title="方針", kind="choice", choices=CHOICES)
OPINION = Column(key="opinion", title="意見", kind="choice", choices=CHOICES, fill=True)
CHOICE = Choice()


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("継続", "継続"),
        ("（見直し）", "見直し"),
        ("一部見直しの\nうえ継続", "一部見直しのうえ継続"),
        ("□ 継続\n■ 一部見直しのうえ継続\n□見直し", "一部見直しのうえ継続"),
        ("○継続\n●一部見直しのうえ継続\n○見直し", "一部見直しのうえ継続"),
    ],
)
def test_choice_is_read_as_a_word_or_as_printed_lines(typed: str, chosen: str) -> None:
    parsed = CHOICE.parse(CellText.of(typed), COLUMN)
    assert parsed == Parsed(chosen)
    assert (CHOICE.lines(parsed.value, COLUMN), CHOICE.as_json(parsed.value)) == ((chosen,), chosen)
    assert CHOICE.fits(typed, COLUMN)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("廃止", "choice-unknown"),
        ("■継続\n□一部見直しのうえ継続\n■見直し", "choice-several"),
        ("□継続\n□一部見直しのうえ継続\n□見直し", "choice-empty"),
        (None, "choice-empty"),
    ],
)
def test_unknown_several_or_no_choices_are_reported(typed: str | None, code: str) -> None:
    parsed = CHOICE.parse(CellText.of(typed), COLUMN)
    assert (parsed.value, [each.code for each in parsed.problems]) == (None, [code])


def test_council_column_may_be_empty_but_not_an_unknown_word() -> None:
    empty = "□継続\n□一部見直しのうえ継続\n□見直し"
    assert CHOICE.parse(CellText.of(empty), OPINION) == Parsed()
    (problem,) = CHOICE.parse(CellText.of("よいと思う"), OPINION).problems
    assert problem.code == "choice-unknown"
    assert problem.params["labels"] == "継続、一部見直しのうえ継続、見直し"


def test_prose_does_not_fit() -> None:
    assert not CHOICE.fits("継続の方針とする。", COLUMN)


def test_drop_down_has_every_choice() -> None:
    assert CHOICE.words(COLUMN) == CHOICES
    assert CHOICE.example(COLUMN) == "継続"
    # Before the meeting the column is empty.
    assert CHOICE.example(OPINION) == ""
