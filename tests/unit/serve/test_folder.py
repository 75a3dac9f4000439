"""Uploaded files and their names."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from support.masters import row, write_master

from pipeline.base.errors import InputUnreadable
from pipeline.serve.folder import clean_name, save_upload

NOW = dt.datetime(2026, 3, 9, 21, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("requested", "name"),
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
def test_name_is_cleaned_and_has_no_folder(requested: str, name: str) -> None:
    assert clean_name(requested) == name


@pytest.mark.parametrize(
    "requested",
    ["", "..", "/", ".xlsx", "~$.xlsx", "a.exe", "a.html", "a.xlsx.lnk", "a", "desktop.ini", "a/"],
)
def test_other_kinds_of_files_are_rejected(requested: str) -> None:
    with pytest.raises(InputUnreadable) as refused:
        clean_name(requested)
    assert refused.value.code == "upload-kind"


def test_file_with_a_long_name_is_saved_in_the_folder(tmp_path: Path) -> None:
    saved = save_upload(b"x", "長" * 500 + ".docx", tmp_path / "inputs", NOW)
    assert saved.path.parent == tmp_path / "inputs"
    assert saved.path.suffix == ".docx"


def test_older_master_of_the_same_name_is_moved(tmp_path: Path) -> None:
    inputs = tmp_path / "inputs"
    old = write_master(inputs / "台帳.xlsx", [row(1)]).read_bytes()
    new = write_master(tmp_path / "新.xlsx", [row(1), row(2)]).read_bytes()
    saved = save_upload(new, "台帳.xlsx", inputs, NOW)
    assert saved.path.read_bytes() == new
    assert saved.former is not None
    assert saved.former.read_bytes() == old
    assert saved.former.relative_to(inputs).as_posix() == "以前の台帳/台帳_20260309-210500.xlsx"


def test_uploading_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    first = save_upload(b"x", "記入済み.docx", tmp_path, NOW)
    assert save_upload(b"x", "記入済み.docx", tmp_path, NOW) == first
    assert save_upload(b"y", "記入済み.docx", tmp_path, NOW).path.name == "記入済み-2.docx"
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        "記入済み-2.docx",
        "記入済み.docx",
    ]
