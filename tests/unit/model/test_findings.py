from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.base.errors import InputUnreadable
from pipeline.model.catalogue import Severity
from pipeline.model.findings import any_blocks, finding, from_error
from pipeline.model.grid import CellRef

AT = CellRef("事業一覧", 2, 3)
OUT_OF_SCALE = finding(
    "score-out-of-scale", at=AT, project=1, value=5, title="③進捗状況", scale="1〜4 の整数"
)


def test_message_joins_place_fact_and_remedy() -> None:
    assert OUT_OF_SCALE.message == (
        "事業一覧!C2（No.1）③進捗状況「5」は 1〜4 の整数ではありません。"
        "1〜4 の整数に直してください。"
    )


def test_place_contains_only_known_parts() -> None:
    empty = "番号がありません。1、2、3… の整数を入力してください。"
    assert finding("number-empty").message == empty
    assert finding("number-empty", sheet="一覧").message == f"一覧 {empty}"
    assert finding("number-empty", at=AT).message == f"事業一覧!C2 {empty}"
    assert finding("number-empty", project=3).message == f"（No.3）{empty}"


def test_json_has_all_fields() -> None:
    expected = {
        "code": "score-out-of-scale",
        "severity": "error",
        "sheet": "事業一覧",
        "cell": "C2",
        "project": 1,
        "value": "5",
        "message": OUT_OF_SCALE.message,
        "remedy": "1〜4 の整数に直してください。",
    }
    assert OUT_OF_SCALE.as_json() == expected
    assert replace(OUT_OF_SCALE, accepted="協議済").as_json() == {**expected, "accepted": "協議済"}


def test_value_with_braces_is_unchanged() -> None:
    assert "「{0} {x!r}」" in finding("number-unreadable", at=AT, value="{0} {x!r}").message


@pytest.mark.parametrize("code", ["no-such-code", "score-out-of-scale"])
def test_missing_code_or_parameter_is_a_key_error(code: str) -> None:
    with pytest.raises(KeyError):
        finding(code, value=5)


def test_only_errors_block() -> None:
    warning = finding("number-missing", value=1)
    assert warning.severity is Severity.WARNING
    assert not any_blocks([warning])
    assert any_blocks([warning, OUT_OF_SCALE])
    assert not any_blocks([])


def test_failure_becomes_a_finding() -> None:
    error = InputUnreadable("file-empty", path="inputs/台帳.xlsx")
    found = from_error(error)
    assert (found.code, found.severity) == ("file-empty", Severity.ERROR)
    assert found.message.startswith("inputs/台帳.xlsx は中身が空")


def test_each_severity_has_a_label() -> None:
    assert [severity.label for severity in Severity] == ["誤り", "注意", "お知らせ"]
