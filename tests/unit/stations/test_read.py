"""What ``read`` refuses, and what it keeps as it stands."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from support.masters import seed_rows, write_master

from pipeline.archive import pack, parts
from pipeline.errors import InputUnreadable
from pipeline.stations.read import read


@pytest.fixture
def master(tmp_path: Path) -> Path:
    return write_master(tmp_path / "台帳.xlsx", seed_rows())


def changed(master: Path, change: Callable[[bytes], bytes], part: str = "sheet1.xml") -> Path:
    """The master with one part changed."""
    whole = [
        (name, change(each) if name.endswith(part) else each)
        for name, each in parts(master.read_bytes())
    ]
    master.write_bytes(pack(whole))
    return master


def refused(path: Path, **options: Any) -> str:
    with pytest.raises(InputUnreadable) as caught:
        read(path, **options)
    return caught.value.code


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "台帳.xlsx").write_bytes(b"")
    assert refused(tmp_path / "台帳.xlsx") == "file-empty"


def test_a_file_that_is_no_zip_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "台帳.xlsx").write_bytes(b"hello")
    assert refused(tmp_path / "台帳.xlsx") == "not-a-workbook"


def test_another_kind_of_zip_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "台帳.xlsx", "w") as archive:
        archive.writestr("readme.txt", "x")
    assert refused(tmp_path / "台帳.xlsx") == "not-a-workbook"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_told_as_damaged(master: Path, share: float) -> None:
    content = master.read_bytes()
    master.write_bytes(content[: int(len(content) * share)])
    assert refused(master) in {"file-damaged", "not-a-workbook"}


def test_a_password_is_told_with_how_to_remove_it(tmp_path: Path) -> None:
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    container += "EncryptedPackage".encode("utf-16-le") + bytes(400)
    (tmp_path / "台帳.xlsx").write_bytes(container)
    assert refused(tmp_path / "台帳.xlsx") == "password-protected"


@pytest.mark.parametrize("declaration", [b"<!DOCTYPE x>", b'<!DOCTYPE x [<!ENTITY a "b">]>'])
def test_xml_with_a_dtd_is_refused(master: Path, declaration: bytes) -> None:
    path = changed(master, lambda part: part.replace(b"<worksheet", declaration + b"<worksheet", 1))
    assert refused(path) == "xml-forbidden"


def test_an_archive_that_unpacks_beyond_the_limit_is_refused(master: Path) -> None:
    path = changed(master, lambda part: part + b" " * 2**22)
    assert refused(path, unpacked_limit=2**21) == "too-large"


def test_a_million_rows_are_refused(master: Path) -> None:
    rows = b"".join(
        b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (r, r) for r in range(100, 1_000_100)
    )
    path = changed(master, lambda part: part.replace(b"</sheetData>", rows + b"</sheetData>"))
    assert refused(path) == "too-many-rows"


def test_a_formula_without_a_stored_value_is_a_fact_and_no_blank(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["x", "=A1"])
    book.save(tmp_path / "台帳.xlsx")
    (sheet,) = read(tmp_path / "台帳.xlsx").sheets
    assert (1, 2) in sheet.unresolved
    assert sheet.value(1, 2) is None


def test_a_formula_with_a_stored_empty_text_is_a_blank(master: Path) -> None:
    cell = b'<c r="A40" t="str"><f>IF(1,"","")</f><v></v></c>'
    path = changed(
        master,
        lambda part: part.replace(b"</sheetData>", b'<row r="40">%b</row></sheetData>' % cell),
    )
    assert read(path).sheets[0].unresolved == frozenset()


def test_an_error_value_is_a_fact(master: Path) -> None:
    cell = b'<c r="A40" t="e"><v>#REF!</v></c>'
    path = changed(
        master,
        lambda part: part.replace(b"</sheetData>", b'<row r="40">%b</row></sheetData>' % cell),
    )
    sheet = read(path).sheets[0]
    assert dict(sheet.errors) == {(40, 1): "#REF!"}
    assert sheet.value(40, 1) is None


@pytest.mark.parametrize(
    "text",
    [
        "NA",
        "None",
        "n/a",
        "NULL",
        "髙𠮷神㈱①２",
        "葛\U000e0100",
        "あ" * 20_000,
        "{{ 7*7 }} <b>&amp;",
        " 前後 ",
    ],
    ids=lambda text: text[:10],
)
def test_text_comes_in_character_for_character(tmp_path: Path, text: str) -> None:
    book = Workbook()
    book.worksheets[0].append([text, 4])
    book.save(tmp_path / "台帳.xlsx")
    assert read(tmp_path / "台帳.xlsx").sheets[0].value(1, 1) == text


def test_rows_and_columns_are_counted_as_excel_shows_them(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0]["C5"] = "x"
    book.save(tmp_path / "台帳.xlsx")
    sheet = read(tmp_path / "台帳.xlsx").sheets[0]
    assert sheet.value(5, 3) == "x"
    assert sheet.ref(5, 3).address == "C5"


def test_a_file_changed_by_one_byte_never_ends_in_anything_but_a_refusal(master: Path) -> None:
    content = master.read_bytes()
    for at in range(0, len(content), max(1, len(content) // 150)):
        damaged = bytearray(content)
        damaged[at] ^= 0xFF
        master.write_bytes(bytes(damaged))
        try:
            read(master)
        except InputUnreadable as error:
            assert error.exit_status == 3  # noqa: PT017 - either way is right, no other is


def test_the_office_s_own_date_is_read_from_the_file(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["x"])
    stream = io.BytesIO()
    book.save(stream)
    (tmp_path / "台帳.xlsx").write_bytes(stream.getvalue())
    modified = read(tmp_path / "台帳.xlsx").modified
    assert modified is not None
    assert modified.tzinfo is not None
