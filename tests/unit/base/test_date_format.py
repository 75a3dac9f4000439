from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from support.word import saved_as_csv

from pipeline.base.date_format import format_date

DAY = dt.date(2026, 3, 9)
CASES = [
    ("yyyy-mm-dd", "2026-03-09"),
    ("yyyy/m/d;@", "2026/3/9"),
    ('yyyy"年"m"月"d"日"', "2026年3月9日"),
    ("yyyy年m月", "2026年3月"),
    ('[$-411]ggge"年"m"月"d"日"', "令和8年3月9日"),
    ('[$-411]ggge"年"mm"月"dd"日"\\(aaa\\)', "令和8年03月09日(月)"),
    ("[$-411]ge.m.d", "R8.3.9"),
    ("[$-411]gee.mm.dd", "R08.03.09"),
    ("m/d", "3/9"),
    ("[$-411]yy.mm.dd aaaa", "26.03.09 月曜日"),
]


@pytest.mark.parametrize(("code", "shown"), CASES)
def test_date_is_formatted_as_in_excel(code: str, shown: str) -> None:
    assert format_date(DAY, code) == shown
    assert format_date(dt.datetime(2026, 3, 9, 14, 30), code) == shown  # noqa: DTZ001 - a cell


def test_date_is_formatted_as_in_libreoffice(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row, (code, _) in enumerate(CASES, start=1):
        sheet.cell(row, 1, DAY).number_format = code
    path = tmp_path / "a.xlsx"
    book.save(path)
    assert saved_as_csv(path).splitlines() == [shown for _, shown in CASES]


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (dt.date(2019, 5, 1), "令和1年5月1日"),
        (dt.date(2019, 4, 30), "平成31年4月30日"),
        (dt.date(1926, 12, 25), "昭和1年12月25日"),
        (dt.date(1926, 12, 24), None),
    ],
)
def test_date_has_the_year_of_its_era(day: dt.date, shown: str | None) -> None:
    assert format_date(day, 'ggge"年"m"月"d"日"') == shown


def test_first_year_is_gannen_if_the_notation_requests_it() -> None:
    code = '[$-ja-JP-x-gannen]ggge"年"m"月"d"日";@'
    assert format_date(dt.date(2019, 5, 1), code) == "令和元年5月1日"
    assert format_date(DAY, code) == "令和8年3月9日"


@pytest.mark.parametrize(
    "code",
    ["h:mm", "yyyy/m/d h:mm", "d-mmm-yy", "General", "@", "0.00", "[h]:mm", "", "#,##0", "[Red]m"],
)
def test_other_notation_is_not_a_date_format(code: str) -> None:
    assert format_date(DAY, code) is None
