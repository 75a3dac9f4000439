"""The printed date of a meeting keeps the weekday and the time that the office wrote."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.master.meeting_date import read_meeting_date

DAY = dt.date(2026, 11, 27)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("令和８年11月27日（金）午後２時～４時", "令和８年11月27日（金）午後２時～４時"),
        ("令和8年11月27日(金) 14:00～16:00", "令和8年11月27日(金) 14:00～16:00"),
        ("令和８年11月27日", "令和８年11月27日"),
        ("令和８年１１月２７日　金曜日　午後２時", "令和８年１１月２７日　金曜日　午後２時"),
        ("令和８年11月27日（金・祝）正午", "令和８年11月27日（金・祝）正午"),
        ("令和８年11月27日(金)\n午後２時から", "令和８年11月27日(金)午後２時から"),
        ("2026/11/27", "令和８年11月27日"),
        ("2026-11-27 14:00", "令和８年11月27日 14:00"),
        ("R8.11.27（金）10時", "令和８年11月27日（金）10時"),
        (DAY, "令和８年11月27日"),
        (dt.datetime.combine(DAY, dt.time()), "令和８年11月27日"),
        (dt.datetime.combine(DAY, dt.time(14)), "令和８年11月27日午後２時"),
        (dt.datetime.combine(DAY, dt.time(9, 30)), "令和８年11月27日午前９時30分"),
    ],
)
def test_date_is_printed_as_the_office_wrote_it(value: object, shown: str) -> None:
    found = read_meeting_date(value)
    assert found is not None
    assert (found.date, found.shown, found.wrong_weekday) == (DAY, shown, None)


@pytest.mark.parametrize(
    ("value", "weekday"),
    [
        ("令和８年11月27日（木）午後２時～４時", "木"),
        ("2026/11/27(土)", "土"),
        ("令和８年11月27日　日曜日", "日"),
        ("令和８年11月27日（月・祝）", "月"),
    ],
)
def test_wrong_weekday_is_detected(value: str, weekday: str) -> None:
    found = read_meeting_date(value)
    assert found is not None
    assert (found.date, found.weekday, found.wrong_weekday) == (DAY, "金", weekday)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "未定",
        "11月27日",
        "8年11月27日",
        "令和８年13月1日",
        "令和８年11月27日に予定",
        45000,
        None,
        True,
    ],
)
def test_invalid_date_is_none(value: object) -> None:
    assert read_meeting_date(value) is None
