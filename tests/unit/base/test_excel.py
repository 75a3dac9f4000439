from __future__ import annotations

import openpyxl
import pytest

from pipeline.base.excel import csv_text, put, row_height, sheet_name


@pytest.mark.parametrize(
    ("value", "stored", "kind"),
    [
        ("=1+1", "=1+1", "s"),
        ("_x0041_", "_x005F_x0041_", "s"),
        ("a\x0bb", "a\nb", "s"),
        (3, 3, "n"),
        (True, True, "b"),
    ],
)
def test_value_is_written_unchanged(value: object, stored: object, kind: str) -> None:
    cell = openpyxl.Workbook().worksheets[0]["A1"]
    put(cell, value)
    assert (cell.value, cell.data_type) == (stored, kind)


@pytest.mark.parametrize(
    ("wanted", "allowed"),
    [("a/b:c[d]", "a_b_c_d_"), ("'x'", "x"), ("長" * 40, "長" * 31), ("'", "")],
)
def test_sheet_name_is_valid_in_excel(wanted: str, allowed: str) -> None:
    assert sheet_name(wanted) == allowed


def test_row_height_is_limited() -> None:
    assert row_height(3, 16) == 48
    assert row_height(1_000, 16) == 409


@pytest.mark.parametrize(
    "text",
    [
        '=WEBSERVICE("x")',
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "＝1+1",
        "－A1",
        "＋x",
        "＠x",
    ],
)
def test_formula_in_a_csv_file_is_escaped(text: str) -> None:
    assert csv_text(text) == f"'{text}"


@pytest.mark.parametrize(
    "value", [None, 3, -3, 2.5, "", "-", "－", "＋", "-3", "+1,284", "-2.5%", "継続", "a=b", "▲960"]
)
def test_numbers_and_plain_text_in_a_csv_file_are_unchanged(value: object) -> None:
    assert csv_text(value) == value
