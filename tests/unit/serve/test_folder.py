"""Names and files from a browser."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from support.masters import row, write_master

from pipeline.base.errors import InputUnreadable
from pipeline.serve.folder import clean_name, save_upload

NOW = dt.datetime(2026, 3, 9, 21, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("台帳.xlsx", "台帳.xlsx"),
        ("../../etc/台帳.xlsx", "台帳.xlsx"),
        ("C:\\Windows\\台帳.xlsx", "台帳.xlsx"),
        ("/etc/cron.d/台帳.xlsx", "台帳.xlsx"),
        ("..\\..\\台帳.xlsx", "台帳.xlsx"),
        ("~$台帳.xlsx", "台帳.xlsx"),
        (".台帳.xlsx", "台帳.xlsx"),
        ("台\x00帳\n.xlsx", "台帳.xlsx"),
        ("台\u202excod.xlsx", "台xcod.xlsx"),
        ("CON.xlsx", "_CON.xlsx"),
        ("a:b|c?.docx", "a_b_c_.docx"),
        ("<script>.docx", "_script_.docx"),
    ],
)
def test_a_name_is_one_part_and_means_nothing_to_a_system(wish: str, name: str) -> None:
    assert clean_name(wish) == name


@pytest.mark.parametrize(
    "wish",
    ["", "..", "/", ".xlsx", "~$.xlsx", "a.exe", "a.html", "a.xlsx.lnk", "a", "desktop.ini", "a/"],
)
def test_any_other_kind_of_file_is_refused(wish: str) -> None:
    with pytest.raises(InputUnreadable) as refused:
        clean_name(wish)
    assert refused.value.code == "upload-kind"


def test_whatever_a_long_name_says_it_lies_in_the_folder(tmp_path: Path) -> None:
    kept = save_upload(b"x", "長" * 500 + ".docx", tmp_path / "inputs", NOW)
    assert kept.path.parent == tmp_path / "inputs"
    assert kept.path.suffix == ".docx"


def test_a_master_of_the_same_name_is_kept_aside(tmp_path: Path) -> None:
    inputs = tmp_path / "inputs"
    old = write_master(inputs / "台帳.xlsx", [row(1)]).read_bytes()
    new = write_master(tmp_path / "新.xlsx", [row(1), row(2)]).read_bytes()
    kept = save_upload(new, "台帳.xlsx", inputs, NOW)
    assert kept.path.read_bytes() == new
    assert kept.former is not None
    assert kept.former.read_bytes() == old
    assert kept.former.relative_to(inputs).as_posix() == "以前の台帳/台帳_20260309-210500.xlsx"


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    first = save_upload(b"x", "記入済み.docx", tmp_path, NOW)
    assert save_upload(b"x", "記入済み.docx", tmp_path, NOW) == first
    assert save_upload(b"y", "記入済み.docx", tmp_path, NOW).path.name == "記入済み-2.docx"
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        "記入済み-2.docx",
        "記入済み.docx",
    ]
