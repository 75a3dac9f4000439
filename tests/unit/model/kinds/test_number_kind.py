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


def test_a_number_prints_as_excel_shows_it_and_is_the_number_itself_in_json() -> None:
    told = NUMBER.parse(CellText(-960, "▲960"), COLUMN)
    assert told == Parsed(Number(-960, "▲960"))
    assert NUMBER.lines(told.value, COLUMN) == ("▲960",)
    assert NUMBER.as_json(told.value) == -960


def test_the_format_of_the_form_comes_before_that_of_the_cell() -> None:
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
def test_a_typed_number_is_read_however_offices_type_it(typed: str, value: float | None) -> None:
    assert typed_number(typed) == value
    if value is not None:
        # Without a format it prints as it was typed.
        assert NUMBER.parse(CellText.of(typed), COLUMN) == Parsed(Number(value, typed))
        assert NUMBER.fits(typed, COLUMN)


def test_a_text_that_is_no_number_prints_as_it_stands_and_is_told() -> None:
    told = NUMBER.parse(CellText.of("未定"), COLUMN)
    assert told == Parsed(Number(None, "未定"), (Problem("value-no-number", {"value": "未定"}),))
    assert NUMBER.as_json(told.value) == "未定"
    assert not NUMBER.fits("未定", COLUMN)


@pytest.mark.parametrize("nothing", ["―", "－", "-", "ー"])
def test_a_dash_stands_for_none_and_is_not_told(nothing: str) -> None:
    assert NUMBER.parse(CellText.of(nothing), COLUMN) == Parsed(Number(None, nothing))
    assert NUMBER.fits(nothing, COLUMN)


@pytest.mark.parametrize("value", [None, "", "　"])
def test_a_number_may_be_empty(value: CellValue) -> None:
    assert NUMBER.parse(CellText.of(value), COLUMN) == Parsed()
    assert NUMBER.lines(None, COLUMN) == ()


def test_a_check_box_is_no_number() -> None:
    ticked: CellValue = True
    assert not NUMBER.fits(ticked, COLUMN)
    (problem,) = NUMBER.parse(CellText.of(ticked), COLUMN).problems
    assert problem.code == "value-no-number"


@pytest.mark.parametrize(("value", "json"), [(21.0, 21), (2.5, 2.5), (1e15, 10**15)])
def test_json_has_whole_numbers_as_such(value: float, json: float) -> None:
    made = NUMBER.as_json(Number(value, ""))
    assert (made, type(made)) == (json, type(json))
