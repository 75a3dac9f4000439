from __future__ import annotations

import pytest

from pipeline.model.columns import Column
from pipeline.model.grid import CellValue
from pipeline.model.kinds import CellText, Parsed, Problem
from pipeline.model.kinds.mark_kind import MarkKind

COLUMN = Column(key="visit", title="現地視察", kind="mark")
MARK = MarkKind()


@pytest.mark.parametrize("value", ["○", "◯", "●", "レ", "✓", "■", True, 1, "v"])
def test_a_mark_is_a_circle_however_it_was_typed(value: CellValue) -> None:
    told = MARK.parse(CellText.of(value), COLUMN)
    assert (told.value, told.problems) == (True, ())
    assert MARK.lines(told.value, COLUMN) == ("○",)
    assert MARK.as_json(told.value) is True
    assert MARK.fits(value, COLUMN)


@pytest.mark.parametrize("value", [None, "", "□", "×", "－", False, 0])
def test_an_empty_box_is_nothing(value: CellValue) -> None:
    told = MARK.parse(CellText.of(value), COLUMN)
    assert told == Parsed()
    assert MARK.lines(told.value, COLUMN) == ()


def test_a_word_is_no_mark() -> None:
    told = MARK.parse(CellText.of("予定あり"), COLUMN)
    assert told == Parsed(None, (Problem("mark-unreadable", {"value": "予定あり"}),))
    assert not MARK.fits("予定あり", COLUMN)


def test_its_drop_down_has_the_circle() -> None:
    assert MARK.words(COLUMN) == ("○",) == (MARK.example(COLUMN),)
