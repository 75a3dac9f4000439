from __future__ import annotations

import pytest

from pipeline.model.columns import Column
from pipeline.model.kinds import CellText, Parsed, Problem
from pipeline.model.kinds.text_kind import Text

COLUMN = Column(key="reason", title="説明")
TEXT = Text()


def test_text_is_split_into_paragraphs_and_keeps_every_character() -> None:
    parsed = TEXT.parse(CellText.of(" 取組を継続し\nていく。\n㈱髙𠮷\ufa19。 "), COLUMN)
    assert parsed == Parsed("取組を継続していく。\n㈱髙𠮷\ufa19。")
    assert TEXT.lines(parsed.value, COLUMN) == ("取組を継続していく。", "㈱髙𠮷\ufa19。")


@pytest.mark.parametrize("empty", [None, "", " \n　"])
def test_empty_text_prints_no_line(empty: str | None) -> None:
    assert TEXT.parse(CellText.of(empty), COLUMN) == Parsed()
    assert TEXT.lines(None, COLUMN) == ()


def test_text_turned_into_a_date_is_reported_if_printed() -> None:
    cell = CellText(None, "2026/3/9", is_typed=False)
    problem = Problem("value-not-text", {"value": "2026/3/9"})
    assert TEXT.parse(cell, COLUMN) == Parsed("2026/3/9", (problem,))
    hidden = Column(key="accepted", title="確認済", prints=False)
    assert TEXT.parse(cell, hidden) == Parsed("2026/3/9")


def test_forbidden_characters_are_removed_and_reported() -> None:
    parsed = TEXT.parse(CellText.of("事\x08業\x00"), COLUMN)
    assert parsed.value == "事業"
    assert parsed.problems == (Problem("control-characters", {"value": "U+0008、U+0000"}),)


def test_any_value_fits() -> None:
    assert TEXT.fits("4", COLUMN)
    assert TEXT.fits("長い文章。" * 100, COLUMN)
    assert TEXT.as_json("継続") == "継続"


def test_prompt_depends_on_the_column() -> None:
    assert "文章" in TEXT.prompt(COLUMN)
    assert "会議" in TEXT.prompt(Column(key="x", title="意見", fill=True))
    assert "印刷しません" in TEXT.prompt(Column(key="x", title="確認済", prints=False))
