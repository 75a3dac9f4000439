from __future__ import annotations

import pytest

from pipeline.model.columns import Column
from pipeline.model.kinds import CellText, Parsed, Problem
from pipeline.model.kinds.name_kind import Name

COLUMN = Column(key="name", title="事業名", kind="name")
NAME = Name()


def test_line_breaks_are_removed_from_a_name() -> None:
    parsed = NAME.parse(CellText.of("図書館の相互利\n用事業 "), COLUMN)
    assert parsed == Parsed("図書館の相互利用事業")
    assert NAME.lines(parsed.value, COLUMN) == ("図書館の相互利用事業",)
    assert NAME.as_json(parsed.value) == "図書館の相互利用事業"


@pytest.mark.parametrize("empty", [None, "　", "\n"])
def test_empty_name_is_reported(empty: str | None) -> None:
    assert NAME.parse(CellText.of(empty), COLUMN) == Parsed(None, (Problem("name-empty"),))


def test_text_problems_are_reported() -> None:
    parsed = NAME.parse(CellText(None, "3\x08月9日", is_typed=False), COLUMN)
    assert parsed.value == "3月9日"
    assert [each.code for each in parsed.problems] == ["control-characters", "value-not-text"]
