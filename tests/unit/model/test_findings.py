from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.base.errors import InputUnreadable
from pipeline.model.catalogue import Severity
from pipeline.model.findings import any_blocks, finding, from_error
from pipeline.model.grid import CellRef

AT = CellRef("事業一覧", 2, 3)
RANGE = finding(
    "score-out-of-scale", at=AT, project=1, value=5, title="③進捗状況", scale="1〜4 の整数"
)


def test_a_message_is_place_fact_and_remedy_in_one_sentence() -> None:
    assert RANGE.message == (
        "事業一覧!C2（No.1）③進捗状況「5」は 1〜4 の整数ではありません。"
        "1〜4 の整数に直してください。"
    )


def test_a_place_is_as_much_as_is_known() -> None:
    empty = "番号がありません。1、2、3… の整数を入力してください。"
    assert finding("number-empty").message == empty
    assert finding("number-empty", sheet="一覧").message == f"一覧 {empty}"
    assert finding("number-empty", at=AT).message == f"事業一覧!C2 {empty}"
    assert finding("number-empty", project=3).message == f"（No.3）{empty}"


def test_json_has_every_field_of_the_contract() -> None:
    told = {
        "code": "score-out-of-scale",
        "severity": "error",
        "sheet": "事業一覧",
        "cell": "C2",
        "project": 1,
        "value": "5",
        "message": RANGE.message,
        "remedy": "1〜4 の整数に直してください。",
    }
    assert RANGE.as_json() == told
    assert replace(RANGE, accepted="協議済").as_json() == {**told, "accepted": "協議済"}


def test_a_value_with_braces_is_shown_as_it_stands() -> None:
    assert "「{0} {x!r}」" in finding("number-unreadable", at=AT, value="{0} {x!r}").message


@pytest.mark.parametrize("code", ["no-such-code", "score-out-of-scale"])
def test_a_code_or_a_parameter_that_is_missing_is_our_own_mistake(code: str) -> None:
    with pytest.raises(KeyError):
        finding(code, value=5)


def test_only_an_error_blocks() -> None:
    warning = finding("number-missing", value=1)
    assert warning.severity is Severity.WARNING
    assert not any_blocks([warning])
    assert any_blocks([warning, RANGE])
    assert not any_blocks([])


def test_a_failure_is_told_like_a_finding() -> None:
    error = InputUnreadable("file-empty", path="inputs/台帳.xlsx")
    found = from_error(error)
    assert (found.code, found.severity) == ("file-empty", Severity.ERROR)
    assert found.message.startswith("inputs/台帳.xlsx は中身が空")


def test_the_severities_have_a_word_each() -> None:
    assert [severity.label for severity in Severity] == ["誤り", "注意", "お知らせ"]
