from __future__ import annotations

import pytest

from pipeline.model.columns import Column
from pipeline.model.grid import CellValue
from pipeline.model.kinds import CellText, Parsed, Problem
from pipeline.model.kinds.mark_kind import MarkKind

COLUMN = Column(key="visit", title="現地視察", kind="mark")
MARK = MarkKind()


@pytest.mark.parametrize("value", ["○", "◯", "●", "レ", "✓", "■", True, 1, "v"])
def test_every_typed_mark_becomes_a_circle(value: CellValue) -> None:
    parsed = MARK.parse(CellText.of(value), COLUMN)
    assert (parsed.value, parsed.problems) == (True, ())
    assert MARK.lines(parsed.value, COLUMN) == ("○",)
    assert MARK.as_json(parsed.value) is True
    assert MARK.fits(value, COLUMN)


@pytest.mark.parametrize("value", [None, "", "□", "×", "－", False, 0])
def test_no_mark_is_an_empty_value(value: CellValue) -> None:
    parsed = MARK.parse(CellText.of(value), COLUMN)
    assert parsed == Parsed()
    assert MARK.lines(parsed.value, COLUMN) == ()


def test_word_is_reported() -> None:
    parsed = MARK.parse(CellText.of("予定あり"), COLUMN)
    assert parsed == Parsed(None, (Problem("mark-unreadable", {"value": "予定あり"}),))
    assert not MARK.fits("予定あり", COLUMN)


def test_drop_down_has_the_circle() -> None:
    assert MARK.words(COLUMN) == ("○",) == (MARK.example(COLUMN),)
