from __future__ import annotations

import pytest

from pipeline.model.columns import Column
from pipeline.model.grid import CellValue
from pipeline.model.kinds import CellText, Parsed, Problem
from pipeline.model.kinds.no_kind import No

COLUMN = Column(key="no", title="No", kind="no")
NO = No()


@pytest.mark.parametrize("value", [12, 12.0, "12", "１２．", "⑫", "(12)", "No.12", "第12号"])
def test_number_is_read_in_any_notation(value: CellValue) -> None:
    parsed = NO.parse(CellText.of(value), COLUMN)
    assert parsed == Parsed(12)
    assert NO.fits(value, COLUMN)
    assert (NO.lines(parsed.value, COLUMN), NO.as_json(parsed.value)) == (("12",), 12)


@pytest.mark.parametrize("value", [0, -3, 1.5, "い", "1-2", "第1-2号"])
def test_other_value_is_reported_with_its_text(value: CellValue) -> None:
    parsed = NO.parse(CellText.of(value), COLUMN)
    assert parsed == Parsed(None, (Problem("number-unreadable", {"value": str(value)}),))


def test_empty_number_is_reported() -> None:
    assert NO.parse(CellText(), COLUMN) == Parsed(None, (Problem("number-empty"),))


def test_word_and_fraction_do_not_fit() -> None:
    assert not NO.fits("図書館", COLUMN)
    assert not NO.fits(1.5, COLUMN)
