from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from support.word import saved_as_csv

from pipeline.base.number_format import BUILT_IN, GENERAL, format_number, is_number_format

CASES: list[tuple[float, str, str]] = [
    # thousands, and the minus signs of official documents
    (48200, '#,##0;"▲"#,##0;0', "48,200"),
    (-960, '#,##0;"▲"#,##0;0', "▲960"),
    (0, '#,##0;"▲"#,##0;0', "0"),
    (0, '#,##0;"▲"#,##0;"－"', "－"),
    (0, '#,##0;"▲"#,##0;', ""),
    (0.4, '#,##0;"▲"#,##0;"－"', "0"),
    (-0.4, '#,##0;"▲"#,##0', "▲0"),
    (-960, "#,##0;▲#,##0", "▲960"),
    (1284567, "#,##0;▲#,##0", "1,284,567"),
    (-1234.5, '#,##0.00;"△"#,##0.00', "△1,234.50"),
    (-1284, "#,##0;[Red]-#,##0", "-1,284"),
    (-1284, "#,##0;[Red](#,##0)", "(1,284)"),
    (-12.3, "0_);(0)", "(12)"),
    (1e15, "#,##0", "1,000,000,000,000,000"),
    (1284, "* #,##0", "1,284"),
    # decimals; a half is rounded away from zero
    (21, "0.0", "21.0"),
    (20.95, "0.0", "21.0"),
    (-21.25, "0.0", "-21.3"),
    (-0.001, "0.0", "0.0"),
    (2.5, "0", "3"),
    (-2.5, "0", "-3"),
    (1.005, "0.00", "1.01"),
    (1.5, "0.##", "1.5"),
    (1.25, "0.0#", "1.25"),
    (0.5, "#.##", ".5"),
    # required and optional digits
    (7, "000", "007"),
    (1234, "00,000", "01,234"),
    (0, "#,###", ""),
    (1284, "#,###", "1,284"),
    # text around a number
    (3, '0"事業"', "3事業"),
    (12, '"第"0"号"', "第12号"),
    (12, "0\\点", "12点"),
    (4, 'General"点"', "4点"),
    (-4, 'General"点"', "-4点"),
    (1284, '#,##0 "千円"', "1,284 千円"),
    (12, '0 "%"', "12 %"),
    (1284, '"¥"#,##0', "¥1,284"),
    (1284, "[$¥-411]#,##0", "¥1,284"),
    # percent and thousands
    (0.125, "0%", "13%"),
    (0.1256, "0.0%", "12.6%"),
    (-0.5, "0%", "-50%"),
    (0.12, "0 %", "12 %"),
    (12345678, "#,##0,", "12,346"),
    (12345678, '#,##0,,"百万円"', "12百万円"),
    (1234567, "0.0,", "1234.6"),
    # conditions
    (5, '[>=10]0"多";[<10]0"少"', "5少"),
    (15, '[>=10]0"多";[<10]0"少"', "15多"),
    (-5, '[<0]"▲"0;0', "▲5"),
    (1, '[=1]"○";[=2]"△";0', "○"),
    (2, '[=1]"○";[=2]"△";0', "△"),
    (3, '[=1]"○";[=2]"△";0', "3"),
    (-300, "[>100]0;[<-100]0;0.0", "300"),
    # empty sections
    (12, "0;;", "12"),
    (-12, "0;;", ""),
    # no number format
    (1284, GENERAL, "1284"),
    (21.5, GENERAL, "21.5"),
    (0.1 + 0.2, GENERAL, "0.3"),
    (-0.00001234, GENERAL, "-0.00001234"),
    (12, "@", "12"),
]
# Cases where LibreOffice differs from Excel, for example because it shows more digits.
EXCEL_ONLY: list[tuple[float, str, str]] = [
    (1 / 3, GENERAL, "0.333333333"),
    (100 / 3, GENERAL, "33.33333333"),
    (-1 / 3, GENERAL, "-0.333333333"),
    (123456789012, GENERAL, "1.23457E+11"),
    (1, "0.##", "1."),
    (4, 'G/標準"点"', "4点"),
]


@pytest.mark.parametrize(("value", "code", "shown"), CASES + EXCEL_ONLY)
def test_number_is_formatted_as_in_excel(value: float, code: str, shown: str) -> None:
    assert format_number(value, code) == shown


def test_number_is_formatted_as_in_libreoffice(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row, (value, code, _) in enumerate(CASES, start=1):
        # The row number avoids an empty line, which the CSV reader would skip.
        sheet.cell(row, 1, row)
        sheet.cell(row, 2, value).number_format = code
    book.save(tmp_path / "a.xlsx")
    displayed = [line[1] for line in csv.reader(saved_as_csv(tmp_path / "a.xlsx").splitlines())]
    # The padding of the format aligns numbers in Excel; the handout aligns its cells.
    assert [text.strip() for text in displayed] == [shown for _, _, shown in CASES]


@pytest.mark.parametrize(
    "code",
    [
        "yyyy/m/d",
        'yyyy"年"m"月"d"日"',
        '[$-411]ggge"年"m"月"d"日"',
        "m月d日",
        "h:mm",
        "[h]:mm",
        "mm:ss.0",
        "0.00E+00",
        "# ?/?",
        "@",
        '@"様"',
        GENERAL,
        "",
    ],
)
def test_date_or_unknown_notation_is_not_a_number_format(code: str) -> None:
    assert not is_number_format(code)
    assert format_number(2.75, code) == "2.75"


@pytest.mark.parametrize("code", ["0", '0"年"', '#,##0"月分"', '[Red]0"日"', 'General"点"', ";;;"])
def test_quoted_text_is_not_a_date_notation(code: str) -> None:
    assert is_number_format(code)


def test_built_in_formats_of_japanese_excel() -> None:
    shown = {number: format_number(-1284.5, code) for number, code in BUILT_IN.items()}
    assert shown[3] == shown[37] == shown[38] == "-1,285"
    assert shown[4] == "-1,284.50"
    assert shown[5] == shown[6] == "¥-1,285"
    assert shown[9] == "-128450%"
    assert shown[41] == "-1,285"
    assert shown[0] == shown[49] == "-1284.5"
    assert format_number(0, BUILT_IN[41]) == "-"
