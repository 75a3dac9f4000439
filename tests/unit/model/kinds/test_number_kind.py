from __future__ import annotations

import pytest

from pipeline.model.columns import Column
from pipeline.model.grid import CellValue
from pipeline.model.kinds import CellText, Parsed, Problem
from pipeline.model.kinds.number_kind import NumberKind, typed_number
from pipeline.model.values import Number

COLUMN = Column(key="予算", title="予算", kind="number")
OWN = Column(key="差引", title="差引", kind="number", format="#,##0;▲#,##0")
NUMBER = NumberKind()


def test_number_prints_as_excel_shows_it_and_is_a_plain_number_in_json() -> None:
    parsed = NUMBER.parse(CellText(-960, "▲960"), COLUMN)
    assert parsed == Parsed(Number(-960, "▲960"))
    assert NUMBER.lines(parsed.value, COLUMN) == ("▲960",)
    assert NUMBER.as_json(parsed.value) == -960


def test_format_of_the_form_overrides_that_of_the_cell() -> None:
    assert NUMBER.parse(CellText(-1284, "-1284"), OWN).value == Number(-1284, "▲1,284")
    assert NUMBER.parse(CellText("-1,284", "-1,284"), OWN).value == Number(-1284, "▲1,284")


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1284", 1284),
        ("1,284", 1284),
        ("１，２８４", 1284),
        ("21.0", 21),
        ("▲960", -960),
        ("△960", -960),
        ("-960", -960),
        ("－960", -960),
        ("(960)", -960),
        ("¥1,284", 1284),
        ("￥1,284", 1284),
        ("12.5%", 0.125),
        ("1,28", None),
        ("12-5", None),
        ("約100", None),
        ("未定", None),
    ],
)
def test_typed_number_is_read_in_any_notation(typed: str, value: float | None) -> None:
    assert typed_number(typed) == value
    if value is not None:
        # Without a format it prints as it was typed.
        assert NUMBER.parse(CellText.of(typed), COLUMN) == Parsed(Number(value, typed))
        assert NUMBER.fits(typed, COLUMN)


def test_other_text_is_printed_unchanged_and_reported() -> None:
    parsed = NUMBER.parse(CellText.of("未定"), COLUMN)
    assert parsed == Parsed(Number(None, "未定"), (Problem("value-no-number", {"value": "未定"}),))
    assert NUMBER.as_json(parsed.value) == "未定"
    assert not NUMBER.fits("未定", COLUMN)


@pytest.mark.parametrize("dash", ["―", "－", "-", "ー"])
def test_dash_is_not_reported(dash: str) -> None:
    assert NUMBER.parse(CellText.of(dash), COLUMN) == Parsed(Number(None, dash))
    assert NUMBER.fits(dash, COLUMN)


@pytest.mark.parametrize("value", [None, "", "　"])
def test_number_may_be_empty(value: CellValue) -> None:
    assert NUMBER.parse(CellText.of(value), COLUMN) == Parsed()
    assert NUMBER.lines(None, COLUMN) == ()


def test_boolean_is_not_a_number() -> None:
    ticked: CellValue = True
    assert not NUMBER.fits(ticked, COLUMN)
    (problem,) = NUMBER.parse(CellText.of(ticked), COLUMN).problems
    assert problem.code == "value-no-number"


@pytest.mark.parametrize(("value", "json"), [(21.0, 21), (2.5, 2.5), (1e15, 10**15)])
def test_json_has_whole_numbers_as_integers(value: float, json: float) -> None:
    result = NUMBER.as_json(Number(value, ""))
    assert (result, type(result)) == (json, type(json))
