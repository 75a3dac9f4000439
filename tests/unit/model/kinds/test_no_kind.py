from __future__ import annotations

import pytest

from pipeline.model.columns import Column
from pipeline.model.grid import CellValue
from pipeline.model.kinds import CellText, Parsed, Problem
from pipeline.model.kinds.no_kind import No

COLUMN = Column(key="no", title="No", kind="no")
NO = No()


@pytest.mark.parametrize("value", [12, 12.0, "12", "１２．", "⑫", "(12)", "No.12", "第12号"])
def test_a_number_is_read_however_it_is_typed(value: CellValue) -> None:
    told = NO.parse(CellText.of(value), COLUMN)
    assert told == Parsed(12)
    assert NO.fits(value, COLUMN)
    assert (NO.lines(told.value, COLUMN), NO.as_json(told.value)) == (("12",), 12)


@pytest.mark.parametrize("value", [0, -3, 1.5, "い", "1-2", "第1-2号"])
def test_what_is_no_whole_number_above_zero_is_told_with_its_text(value: CellValue) -> None:
    told = NO.parse(CellText.of(value), COLUMN)
    assert told == Parsed(None, (Problem("number-unreadable", {"value": str(value)}),))


def test_a_number_must_be_there() -> None:
    assert NO.parse(CellText(), COLUMN) == Parsed(None, (Problem("number-empty"),))


def test_a_word_does_not_look_like_a_number() -> None:
    assert not NO.fits("図書館", COLUMN)
    assert not NO.fits(1.5, COLUMN)
