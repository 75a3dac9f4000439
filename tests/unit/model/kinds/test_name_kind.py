from __future__ import annotations

import pytest

from pipeline.model.columns import Column
from pipeline.model.kinds import CellText, Parsed, Problem
from pipeline.model.kinds.name_kind import Name

COLUMN = Column(key="name", title="事業名", kind="name")
NAME = Name()


def test_a_name_is_on_one_line_whatever_was_typed_into_it() -> None:
    told = NAME.parse(CellText.of("図書館の相互利\n用事業 "), COLUMN)
    assert told == Parsed("図書館の相互利用事業")
    assert NAME.lines(told.value, COLUMN) == ("図書館の相互利用事業",)
    assert NAME.as_json(told.value) == "図書館の相互利用事業"


@pytest.mark.parametrize("empty", [None, "　", "\n"])
def test_a_name_must_be_there(empty: str | None) -> None:
    assert NAME.parse(CellText.of(empty), COLUMN) == Parsed(None, (Problem("name-empty"),))


def test_what_is_told_of_a_text_is_told_of_a_name() -> None:
    told = NAME.parse(CellText(None, "3\x08月9日", is_typed=False), COLUMN)
    assert told.value == "3月9日"
    assert [each.code for each in told.problems] == ["control-characters", "value-not-text"]
