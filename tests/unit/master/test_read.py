from __future__ import annotations

import datetime as dt
import itertools
import os
import re
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import openpyxl
import pytest
from support.forms import form_of
from support.reading import outcome
from support.shapes import Grid, write_csv, write_ods, write_xls, write_xlsx
from support.word import converted_by

from pipeline.base.errors import InputUnreadable
from pipeline.master.read import read
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.grid import MergedRange

SHEET_PART = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RARE = "２①㈱髙𠮷\ufa19葛\U000e0100"


def grid(*rows: Iterable[object]) -> Grid:
    made = Grid()
    for number, row in enumerate(rows, start=1):
        made.put(number, 1, *row)
    return made


def refused(path: Path, *, limit: int | None = None) -> InputUnreadable:
    with pytest.raises(InputUnreadable) as caught:
        read(path) if limit is None else read(path, unpacked_limit=limit)
    message = CATALOGUE[caught.value.code].message.format_map(caught.value.params)
    assert str(path) in message
    return caught.value


def with_part(
    path: Path, part: str, content: bytes | Iterable[bytes] | None, **others: bytes
) -> Path:
    """A small workbook with other content in ``part``; None leaves the part out."""
    plain = write_xlsx(path.with_name("plain.xlsx"), {"台帳": grid(["No", "事業名"], [1, "い"])})
    with (
        zipfile.ZipFile(plain) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made,
    ):
        for name in [each for each in source.namelist() if each != part]:
            made.writestr(name, others.get(name, source.read(name)))
        if content is not None:
            with made.open(part, "w") as stream:
                for chunk in [content] if isinstance(content, bytes) else content:
                    stream.write(chunk)
    return path


def sheet_xml(rows: str, after: str = "") -> bytes:
    return (f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>').encode()


# ---- values


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.xlsx", lambda path, made: write_xlsx(path, {"台帳": made})),
        ("a.xlsm", lambda path, made: write_xlsx(path, {"台帳": made})),
        ("a.xls", lambda path, made: write_xls(path, {"台帳": made})),
        ("a.ods", lambda path, made: write_ods(path, {"台帳": made})),
    ],
)
def test_every_file_type_keeps_the_places_of_its_cells(
    tmp_path: Path, name: str, write: Callable[[Path, Grid], Path]
) -> None:
    made = Grid()
    made.put(3, 2, "事業名", 4)
    made.put(5, 2, "一行目\n二行目", RARE)
    made.merge(3, 2, 4, 2)

    sheet = read(write(tmp_path / name, made)).sheets[0]

    assert sheet.name == "台帳"
    assert sheet.rows[0] == (None, None, None)
    assert sheet.value(3, 2) == "事業名"
    assert sheet.value(3, 3) == 4
    assert sheet.value(5, 2) == "一行目\n二行目"
    assert sheet.value(5, 3) == RARE
    assert sheet.merged == (MergedRange(3, 2, 4, 2),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_csv_is_read_in_the_encodings_of_offices(tmp_path: Path, encoding: str) -> None:
    path = write_csv(
        tmp_path / "台帳.csv", grid(["№", "①㈱髙"], ["１", "改\n行"]), encoding=encoding
    )
    sheet = read(path).sheets[0]
    assert sheet.name == "台帳"
    assert sheet.rows == (("№", "①㈱髙"), ("１", "改\n行"))


def test_titles_above_a_csv_table_do_not_change_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("資料１\n\nNo,事業名\n1,い\n", encoding="utf-8")
    assert read(path).sheets[0].rows == (
        ("資料１", None),
        (None, None),
        ("No", "事業名"),
        ("1", "い"),
    )


def test_tab_separated_table_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text("No\t事業名\n1\tい、ろ\n", encoding="utf-8")
    assert read(path).sheets[0].rows[1] == ("1", "い、ろ")


@pytest.mark.parametrize("word", ["NA", "None", "n/a", "nan", "NULL", "-", "TRUE", "  余白  "])
def test_words_that_look_like_missing_values_stay_words(tmp_path: Path, word: str) -> None:
    for path in (
        write_xlsx(tmp_path / "a.xlsx", {"台帳": grid(["x", word])}),
        write_csv(tmp_path / "a.csv", grid(["x", word])),
    ):
        assert read(path).sheets[0].rows == (("x", word),)


def test_cell_of_20000_characters_is_read_completely(tmp_path: Path) -> None:
    long = "長い説明。" * 4000
    path = write_xlsx(tmp_path / "a.xlsx", {"台帳": grid([long])})
    assert read(path).sheets[0].value(1, 1) == long


def test_blank_row_in_a_single_column_is_kept(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"台帳": grid(["a"], [None], ["b"])})
    assert read(path).sheets[0].rows == (("a",), (None,), ("b",))


def test_whole_numbers_dates_and_check_boxes_have_their_types(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append([4.0, 2.5, True, dt.date(2026, 3, 9), 46090])
    # Only the format, with the era year, shows that this number is a date.
    sheet["E1"].number_format = "[$-411]ggge年m月d日"
    book.save(tmp_path / "a.xlsx")

    values = read(tmp_path / "a.xlsx").sheets[0].rows[0]

    assert values == (4, 2.5, True, dt.datetime(2026, 3, 9), dt.datetime(2026, 3, 9))  # noqa: DTZ001 - cells have no zone
    assert isinstance(values[0], int)


def test_furigana_is_not_part_of_a_name(tmp_path: Path) -> None:
    strings = f"""<sst xmlns="{MAIN}"><si><t>事業</t>
        <rPh sb="0" eb="2"><t>ジギョウ</t></rPh></si></sst>"""
    cell = sheet_xml('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
    path = with_part(
        tmp_path / "a.xlsx", "xl/sharedStrings.xml", strings.encode(), **{SHEET_PART: cell}
    )
    assert read(path).sheets[0].rows == (("事業",),)


# ---- facts


def test_struck_text_has_no_furigana(tmp_path: Path) -> None:
    strings = f"""<sst xmlns="{MAIN}"><si>
        <r><rPr><strike/></rPr><t>事</t></r><r><rPr><strike val="0"/></rPr><t>業</t></r>
        <rPh sb="0" eb="2"><t>ジギョウ</t></rPh></si></sst>"""
    inline = "<is><r><rPr><strike/></rPr><t>前の</t></r><r><t>文</t></r></is>"
    cells = f'<c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr">{inline}</c>'
    cell = sheet_xml(f'<row r="1">{cells}</row>')
    path = with_part(
        tmp_path / "a.xlsx", "xl/sharedStrings.xml", strings.encode(), **{SHEET_PART: cell}
    )
    assert read(path).sheets[0].struck == {(1, 1): "事", (1, 2): "前の"}


def test_hidden_rows_sheets_and_filters_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.worksheets[0]
    for number in range(1, 5):
        first.append([number, number, number])
    first.row_dimensions[3].hidden = True
    first.auto_filter.ref = "A1:C4"
    first.auto_filter.add_filter_column(0, ["1", "2", "4"])
    second = book.create_sheet("旧年度")
    second.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")

    sheets = read(tmp_path / "a.xlsx").sheets

    assert sheets[0].hidden_rows == {3}
    assert sheets[0].filtered
    assert [sheet.visible for sheet in sheets] == [True, False]
    assert not sheets[1].filtered


def test_hidden_rows_of_an_ods_are_read(tmp_path: Path) -> None:
    made = grid([1], [2], [3])
    made.hidden_rows = {2}
    assert read(write_ods(tmp_path / "a.ods", {"台帳": made})).sheets[0].hidden_rows == {2}


def test_uncalculated_formula_is_unresolved(tmp_path: Path) -> None:
    made = grid(["=1+1", "x"])
    sheet = read(write_xlsx(tmp_path / "a.xlsx", {"台帳": made})).sheets[0]
    assert sheet.unresolved == {(1, 1)}
    assert sheet.value(1, 1) is None


def test_formula_with_a_stored_value_has_that_value(tmp_path: Path) -> None:
    row = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c>'
        '<c r="B1" t="str"><f>IF(1,"","")</f><v></v></c><c r="C1" t="str"><f>"い"</f><v>い</v></c>'
        '<c r="D1"><f>WEBSERVICE("http://example.invalid/")</f><v>5</v></c></row>'
    )
    sheet = read(with_part(tmp_path / "a.xlsx", SHEET_PART, sheet_xml(row))).sheets[0]
    assert sheet.rows == ((2, None, "い", 5),)
    assert not sheet.unresolved


def test_error_values_are_not_read_as_text(tmp_path: Path) -> None:
    row = '<row r="2"><c r="B2" t="e"><f>A1</f><v>#REF!</v></c></row>'
    sheet = read(with_part(tmp_path / "a.xlsx", SHEET_PART, sheet_xml(row))).sheets[0]
    assert sheet.errors == {(2, 2): "#REF!"}
    assert sheet.value(2, 2) is None


def test_prefixed_worksheet_without_addresses_is_read(tmp_path: Path) -> None:
    xml = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c>'
        "<x:c><x:f>1+1</x:f></x:c></x:row></x:sheetData></x:worksheet>"
    )
    sheet = read(with_part(tmp_path / "a.xlsx", SHEET_PART, xml.encode())).sheets[0]
    assert sheet.value(1, 1) == 1
    assert sheet.unresolved == {(1, 2)}


def test_modification_time_is_read_from_the_file_content(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "a.xlsx")
    path = with_part(
        tmp_path / "b.xlsx",
        "docProps/core.xml",
        b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        b'core-properties" xmlns:dcterms="http://purl.org/dc/terms/"><dcterms:modified>'
        b"2026-03-09T01:02:03Z</dcterms:modified></cp:coreProperties>",
    )
    os.utime(path, (0, 0))
    assert read(path).modified == dt.datetime(2026, 3, 9, 1, 2, 3, tzinfo=dt.UTC)


def test_master_is_not_changed(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"台帳": grid([1])})
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    path.chmod(0o444)
    read(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_content_and_not_the_name_determines_the_file_type(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"台帳": grid([1])}).rename(tmp_path / "a.xls")
    assert read(path).sheets[0].rows == ((1,),)


# ---- what is refused


def test_missing_file_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "a.xlsx").code == "workbook-missing"


def test_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").mkdir()
    assert refused(tmp_path / "a.xlsx").code == "workbook-is-folder"


def test_lock_file_is_refused_with_the_name_of_the_workbook(tmp_path: Path) -> None:
    (tmp_path / "~$台帳.xlsx").write_bytes(b"\x05user")
    assert refused(tmp_path / "~$台帳.xlsx").params["name"] == "台帳.xlsx"


def test_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"")
    assert refused(tmp_path / "a.xlsx").code == "file-empty"


@pytest.mark.parametrize(
    "content", [b"no zip at all", b"%PDF-1.7\n", b"<html><table></table></html>"]
)
@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.ods"])
def test_file_of_another_type_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert refused(tmp_path / name).code == "not-a-workbook"


def test_other_zip_file_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert refused(tmp_path / "a.xlsx").code == "not-a-workbook"


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.ods"])
def test_truncated_workbook_is_refused(tmp_path: Path, name: str) -> None:
    write = {"a.xlsx": write_xlsx, "a.xls": write_xls, "a.ods": write_ods}[name]
    path = write(tmp_path / name, {"台帳": grid([1, "い" * 3000])})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert refused(path).code == "file-damaged"


@pytest.mark.parametrize("part", [SHEET_PART, "xl/_rels/workbook.xml.rels"])
def test_workbook_without_a_required_part_is_refused(tmp_path: Path, part: str) -> None:
    assert refused(with_part(tmp_path / "a.xlsx", part, None)).code == "file-damaged"


def test_broken_xml_is_refused(tmp_path: Path) -> None:
    half = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>')[:-20]
    assert refused(with_part(tmp_path / "a.xlsx", SHEET_PART, half)).code == "file-damaged"


def test_csv_that_ends_inside_quotes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('No,事業名\n1,"い\n', encoding="utf-8")
    assert refused(tmp_path / "a.csv").code == "file-damaged"


def test_csv_in_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\x80\x81\xff\xfe\x00" * 20)
    assert refused(tmp_path / "a.csv").code == "csv-encoding"


def test_password_is_recognised_and_the_remedy_explains_its_removal(tmp_path: Path) -> None:
    # An encrypted .xlsx is a compound file with a stream of this name ([MS-OFFCRYPTO] 2.3.4).
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000
    (tmp_path / "a.xlsx").write_bytes(container + "EncryptedPackage".encode("utf-16-le"))
    code = refused(tmp_path / "a.xlsx").code
    assert code == "password-protected"
    assert "パスワードを消して" in CATALOGUE[code].remedy


def test_password_of_an_xls_is_recognised(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "a.xls", {"台帳": grid([1])})
    # CODEPAGE becomes FILEPASS, the record that marks an encrypted file.
    content = path.read_bytes().replace(b"\x42\x00\x02\x00\xb0\x04", b"\x2f\x00\x02\x00\x01\x00")
    path.write_bytes(content)
    assert refused(path).code == "password-protected"


def test_password_of_an_ods_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<a/>")
        archive.writestr("META-INF/manifest.xml", "<m><encryption-data/></m>")
    assert refused(path).code == "password-protected"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_with_entity_declarations_is_refused(tmp_path: Path, encoding: str) -> None:
    laughs = f"""<?xml version="1.0" encoding="{encoding}"?>
        <!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>"""
    xml = (laughs + sheet_xml("").decode()).encode(encoding)
    assert refused(with_part(tmp_path / "a.xlsx", SHEET_PART, xml)).code == "xml-forbidden"


def test_dtd_after_megabytes_of_comment_is_refused(tmp_path: Path) -> None:
    xml = b"<!--" + b" " * 3_000_000 + b"--><!DOCTYPE x>" + sheet_xml("")
    assert refused(with_part(tmp_path / "a.xlsx", SHEET_PART, xml)).code == "xml-forbidden"


def test_limit_applies_to_the_actual_unpacked_size(tmp_path: Path) -> None:
    padding = (b" " * 2**20 for _ in range(5))
    path = with_part(tmp_path / "a.xlsx", "xl/media/image1.bin", padding)
    assert path.stat().st_size < 100_000
    error = refused(path, limit=4 * 2**20)
    assert (error.code, error.params["limit"]) == ("too-large", 4)
    assert read(path, unpacked_limit=6 * 2**20).sheets


def test_archive_with_too_many_members_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        for number in range(10_001):
            archive.writestr(f"{number}", b"")
    assert refused(tmp_path / "a.xlsx").code == "too-large"


def test_single_far_cell_is_refused_with_its_address(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="90000"><c r="XFD90000"><v>1</v></c></row>'
    )
    error = refused(with_part(tmp_path / "a.xlsx", SHEET_PART, sheet_xml(rows)))
    assert (error.code, error.params["address"]) == ("cell-far-away", "XFD90000")


def test_repeated_rows_of_an_ods_are_counted_before_expansion(tmp_path: Path) -> None:
    path = write_ods(tmp_path / "a.ods", {"台帳": grid([1])})
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    repeated = b'<table:table-row table:number-rows-repeated="1000000">'
    content = members["content.xml"].replace(b"<table:table-row>", repeated)
    with zipfile.ZipFile(path, "w") as archive:
        for name, member in (members | {"content.xml": content}).items():
            archive.writestr(name, member)
    assert refused(path).code == "too-many-rows"


def test_xls_that_aborts_calamine_is_reported_as_damaged(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "a.xls", {"台帳": grid([1])})
    content = bytearray(path.read_bytes())
    # In the sector table, the only directory sector (8) now points to itself.
    last = content.rindex(b"\xfe\xff\xff\xff")
    content[last : last + 4] = (8).to_bytes(4, "little")
    path.write_bytes(content)
    assert refused(path).code == "file-damaged"


# ---- time and memory

MEASURED = """
import resource, sys, time
from pathlib import Path
from pipeline.base.errors import InputUnreadable
from pipeline.master.read import read
try:
    read(Path(sys.argv[1]))
except InputUnreadable as error:
    print(error.code)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time())
"""


def _million_rows() -> Iterable[bytes]:
    start, _, end = sheet_xml("|").partition(b"|")
    row = b'<row r="%d"><c r="A%d"><v>1</v></c><c r="B%d"><v>2</v></c></row>'
    yield start
    yield from _in_bulk(row % ((number,) * 3) for number in range(1, 1_000_001))
    yield end


def _bomb() -> Iterable[bytes]:
    yield b"<worksheet>"
    for _ in range(400):
        yield b" " * 2**20


def _merges() -> Iterable[bytes]:
    start, _, end = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>', "|").partition(b"|")
    yield start + b"<mergeCells>"
    merge = b'<mergeCell ref="A%d:XFD%d"/>'
    yield from _in_bulk(merge % (number, number) for number in range(1, 500_001))
    yield b"</mergeCells>" + end


def _strings() -> Iterable[bytes]:
    yield f'<sst xmlns="{MAIN}">'.encode()
    yield from _in_bulk(b"<si><t>%080d</t></si>" % number for number in range(2_000_000))
    yield b"</sst>"


def _in_bulk(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in fewer pieces, which is faster to write."""
    while bulk := b"".join(itertools.islice(pieces, 10_000)):
        yield bulk


@pytest.mark.parametrize(
    ("part", "content", "code"),
    [
        (SHEET_PART, _million_rows, "too-large"),
        (SHEET_PART, _bomb, "too-large"),
        (SHEET_PART, _merges, "too-many-merges"),
        ("xl/sharedStrings.xml", _strings, "too-large"),
    ],
)
def test_hostile_workbook_needs_under_20_seconds_and_1_gib(
    tmp_path: Path, part: str, content: Callable[[], Iterable[bytes]], code: str | None
) -> None:
    path = with_part(tmp_path / "a.xlsx", part, content())
    run = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path)], check=True, capture_output=True, text=True
    )
    *codes, memory, seconds = run.stdout.split()
    assert codes == ([code] if code else [])
    assert int(memory) < 2**20
    assert float(seconds) < 20
    assert run.stderr == ""


def test_ru_maxrss_is_in_kibibytes() -> None:
    assert 2**14 < resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2**24


# ---- addresses, counts and repetitions that need unlimited memory

CELL = "<table:table-cell office:value-type='string'><text:p>い</text:p></table:table-cell>"


def small_ods(path: Path, *rows: str, tables: int = 1) -> Path:
    """An .ods whose tables have these rows."""
    names = ("office", "table", "text")
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names
    )
    body = "".join(
        f'<table:table table:name="表{n}">{"".join(rows)}</table:table>' for n in range(tables)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>{body}"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


@pytest.mark.parametrize(
    "address", ["b90000000", "a1", "AAAA1", "A90000000", "A0", "XFE1", "A1048577", "1A", "", "Ａ1"]
)
def test_invalid_cell_address_is_refused(tmp_path: Path, address: str) -> None:
    xml = sheet_xml(f'<row r="1"><c r="A1"><v>1</v></c><c r="{address}"><v>2</v></c></row>')
    error = refused(with_part(tmp_path / "a.xlsx", SHEET_PART, xml))
    assert error.code == "cell-address-strange"
    assert error.params["address"] == address


def test_merge_with_an_invalid_address_is_refused(tmp_path: Path) -> None:
    merges = '<mergeCells><mergeCell ref="A1:b90000000"/></mergeCells>'
    xml = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>', merges)
    assert refused(with_part(tmp_path / "a.xlsx", SHEET_PART, xml)).code == "cell-address-strange"


def test_declared_but_missing_shared_texts_are_refused(tmp_path: Path) -> None:
    """calamine would allocate memory for all declared texts and abort the process."""
    strings = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        b'uniqueCount="4000000000"><si><t>a</t></si></sst>'
    )
    path = with_part(tmp_path / "a.xlsx", "xl/sharedStrings.xml", strings)
    assert refused(path).code == "sheet-too-full"


def test_long_text_in_many_cells_is_refused(tmp_path: Path) -> None:
    cells = "".join(f'<c r="A{n}" t="s"><v>0</v></c>' for n in range(1, 10_001))
    strings = f'<sst xmlns="{MAIN}" uniqueCount="1"><si><t>{"い" * 30_000}</t></si></sst>'
    sheet = {SHEET_PART: sheet_xml(f"<row>{cells}</row>")}
    path = with_part(tmp_path / "a.xlsx", "xl/sharedStrings.xml", strings.encode(), **sheet)
    assert refused(path).code == "sheet-too-full"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (CELL.replace("い", "い<text:s text:c='2000000000'/>"), "sheet-too-full"),
        (CELL.replace("い", "<text:s text:c='40000000'/>い" * 4), "sheet-too-full"),
        (
            CELL.replace("cell o", "cell table:number-columns-repeated='2000000000' o", 1),
            "cell-far-away",
        ),
        (CELL.replace("cell o", "cell table:number-columns-repeated='-5' o", 1), "file-damaged"),
        (
            CELL.replace("cell o", f"cell table:number-columns-repeated='{'9' * 5000}' o", 1),
            "file-damaged",
        ),
    ],
    ids=["spaces", "spaces bit by bit", "columns", "negative", "digits"],
)
def test_excessive_repetitions_and_spaces_are_refused_quickly(
    tmp_path: Path, row: str, code: str
) -> None:
    path = small_ods(tmp_path / "a.ods", f"<table:table-row>{row}</table:table-row>")
    start = time.process_time()
    assert refused(path).code == code
    assert time.process_time() - start < 5


def test_text_repeated_over_a_large_area_is_refused(tmp_path: Path) -> None:
    cell = CELL.replace("い", "い" * 30_000).replace(
        "cell o", "cell table:number-columns-repeated='1000' o", 1
    )
    row = f"<table:table-row table:number-rows-repeated='300'>{cell}</table:table-row>"
    assert refused(small_ods(tmp_path / "a.ods", row)).code == "sheet-too-full"


def test_empty_repetitions_to_the_end_of_the_sheet_are_read(tmp_path: Path) -> None:
    rest = "<table:table-cell table:number-columns-repeated='16384'/>"
    rows = (
        f"<table:table-row>{CELL}{rest}</table:table-row>",
        f"<table:table-row table:number-rows-repeated='1048570'>{rest}</table:table-row>",
    )
    (sheet,) = read(small_ods(tmp_path / "a.ods", *rows)).sheets
    assert sheet.rows == (("い",),)


def test_many_repeated_hidden_rows_are_read_quickly(tmp_path: Path) -> None:
    hidden = (
        "<table:table-row table:visibility='collapse' table:number-rows-repeated='40000000'>"
        "<table:table-cell/></table:table-row>"
    )
    start = time.process_time()
    (sheet,) = read(
        small_ods(tmp_path / "a.ods", f"<table:table-row>{CELL}</table:table-row>", hidden * 2_000)
    ).sheets
    assert time.process_time() - start < 5
    assert sheet.rows == (("い",),)


def test_too_many_sheets_are_refused(tmp_path: Path) -> None:
    path = small_ods(tmp_path / "a.ods", f"<table:table-row>{CELL}</table:table-row>", tables=501)
    assert refused(path).code == "sheets-strange"


@pytest.mark.parametrize("twin", [SHEET_PART, SHEET_PART.upper()])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_duplicate_part_is_refused(tmp_path: Path, twin: str) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"台帳": grid([1])})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(twin, sheet_xml('<row r="1"><c r="A1"><v>2</v></c></row>'))
    assert refused(path).code == "part-twice"


def test_sheet_size_is_checked_in_the_part_that_calamine_reads(tmp_path: Path) -> None:
    """For a target xl/…, calamine reads xl/…, but the standard defines xl/xl/…."""
    path = write_xlsx(tmp_path / "a.xlsx", {"台帳": grid([1])})
    far = sheet_xml('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>')
    decoy = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>')
    made = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/_rels/workbook.xml.rels":
                part = re.sub(rb'"[^"]*worksheets/', b'"xl/worksheets/', part)
            target.writestr(name, far if name == SHEET_PART else part)
        target.writestr(f"xl/{SHEET_PART}", decoy)
    assert refused(made).code in {"cell-far-away", "too-many-rows"}


def test_fifo_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.xlsx")
    assert refused(tmp_path / "a.xlsx").code == "file-unreadable"


def test_dates_have_the_text_of_their_format(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    day = dt.date(2026, 3, 9)
    formats = ('[$-411]ggge"年"m"月"d"日"', "yyyy-mm-dd", "m/d", "yyyy/m/d h:mm", "General")
    for column, code in enumerate(formats, start=1):
        sheet.cell(1, column, day).number_format = code
    path = tmp_path / "a.xlsx"
    book.save(path)
    shown = read(path).sheets[0].shown
    assert shown == {(1, 1): "令和8年3月9日", (1, 2): "2026-03-09", (1, 3): "3/9"}
    ods = read(converted_by(path, "ods", tmp_path)).sheets[0].shown
    assert ods.items() >= shown.items()


@pytest.mark.parametrize(
    ("code", "shown", "codes"),
    [
        ('[$-411]ggge"年"m"月"d"日"', "令和8年3月9日", []),
        ("[$-411]ge.m.d", "R8.3.9", []),
        ("yyyy年m月", "2026年3月", []),
        # Excel's format for a typed 3/9 or 3-9.
        ('m"月"d"日"', "3月9日", ["value-not-text"]),
        # The short date of the system.
        ("mm-dd-yy", "2026/3/9", ["value-not-text"]),
    ],
)
def test_date_is_printed_as_the_workbook_shows_it(
    tmp_path: Path, code: str, shown: str, codes: list[str]
) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["指標", "更新日"], ["受診率", dt.date(2026, 3, 9)]):
        sheet.append(row)
    sheet["B2"].number_format = code
    path = tmp_path / "a.xlsx"
    book.save(path)
    result = outcome(path, form=form_of('title = "一覧"\ncolumns = ["指標", "更新日"]'))
    assert (result.records, result.codes) == ([{"指標": "受診率", "更新日": shown}], codes)
