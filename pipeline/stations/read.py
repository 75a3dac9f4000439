"""Read a workbook: a path in, cells and their facts out; nothing is ever saved.

Values come through pandas (calamine behind it: it alone gets the Japanese date
formats right); merged ranges, hidden rows, formulas and errors come from
openpyxl. The container is inspected before either library opens it, so that a
hostile file is refused instead of unpacked.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import logging
import math
import re
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import openpyxl
import pandas as pd
import python_calamine
from lxml import etree
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from pipeline.errors import InputUnreadable
from pipeline.model.grid import CellValue, MergedRange, Sheet, Workbook

UNPACKED_LIMIT: Final = 256 * 2**20
ROW_LIMIT: Final = 100_000
_CHUNK: Final = 2**20
_OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ERROR_VALUE: Final = re.compile(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)")

logger = logging.getLogger(__name__)


def read(path: Path, *, unpacked_limit: int = UNPACKED_LIMIT) -> Workbook:
    """The workbook of ``path`` (.xlsx, .xlsm, .xls, .ods or .csv).

    InputUnreadable, with the reason, for anything that is no workbook, is
    protected by a password, is damaged or is larger than ``unpacked_limit``
    bytes when unpacked.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputUnreadable("file-unreadable", path=path, reason=error.strerror) from error
    if not content:
        raise InputUnreadable("file-empty", path=path)
    sha256 = hashlib.sha256(content).hexdigest()
    if path.suffix.lower() == ".csv":
        return Workbook(path, sha256, (_csv_sheet(path, content, unpacked_limit),))
    is_zip = _inspect(path, content, unpacked_limit)
    try:
        with warnings.catch_warnings():
            # What a library warns of (unsupported extensions, styles) is no concern here.
            warnings.simplefilter("ignore")
            return _read_sheets(path, content, sha256, is_zip=is_zip)
    except InputUnreadable:
        raise
    except Exception as error:
        # Three parsers raise what they like on damaged files; all of it means this.
        raise InputUnreadable("not-a-workbook", path=path) from error


def _inspect(path: Path, content: bytes, limit: int) -> bool:
    """Refuse what must not be opened; True for a zip container, False for ``.xls``."""
    if content.startswith(_OLE_MAGIC):
        if _ENCRYPTED in content:
            raise InputUnreadable("password-protected", path=path)
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _inspect_members(path, archive, limit)
    except InputUnreadable:
        raise
    except Exception as error:
        raise InputUnreadable("not-a-workbook", path=path) from error
    return True


def _inspect_members(path: Path, archive: zipfile.ZipFile, limit: int) -> None:
    """Unpack every member once, counting: sizes that an archive declares can lie."""
    total = 0
    for member in archive.infolist():
        if member.flag_bits & 1:
            raise InputUnreadable("password-protected", path=path)
        rows = 0
        is_sheet = "worksheets/" in member.filename
        with archive.open(member) as stream:
            for number, chunk in enumerate(iter(lambda: stream.read(_CHUNK), b"")):
                total += len(chunk)
                if total > limit:
                    raise InputUnreadable("too-large", path=path, limit=limit // 2**20)
                if number == 0 and _declares_type(chunk):
                    raise InputUnreadable("xml-forbidden", path=path)
                rows += chunk.count(b"<row") if is_sheet else 0
                if rows > ROW_LIMIT:
                    raise InputUnreadable("too-many-rows", path=path, limit=f"{ROW_LIMIT:,}")


def _declares_type(start: bytes) -> bool:
    """Whether XML begins with a DTD, which an office file never has."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.decode("utf-16", errors="ignore").encode("utf-8", errors="ignore")
    return b"<!DOCTYPE" in start or b"<!ENTITY" in start


def _read_sheets(path: Path, content: bytes, sha256: str, *, is_zip: bool) -> Workbook:
    frames = pd.read_excel(
        io.BytesIO(content),
        sheet_name=None,
        header=None,
        dtype=object,
        na_filter=False,
        keep_default_na=False,
        engine="calamine",
    )
    is_ooxml = is_zip and path.suffix.lower() != ".ods" and b"xl/workbook.xml" in content
    facts = _ooxml_facts(content) if is_ooxml else _calamine_facts(content)
    sheets = tuple(
        _sheet(str(name), frame, facts.get(str(name), {})) for name, frame in frames.items()
    )
    return Workbook(path, sha256, sheets, _modified(content) if is_ooxml else None)


def _sheet(name: str, frame: pd.DataFrame, facts: dict[str, Any]) -> Sheet:
    """One sheet from its values and its facts; errors and dead formulas read as None."""
    formulas: frozenset[tuple[int, int]] = facts.pop("unresolved", frozenset())
    errors: dict[tuple[int, int], str] = dict(facts.pop("errors", {}))
    rows = []
    for r, row in enumerate(frame.itertuples(index=False, name=None), start=1):
        values = [_plain(value) for value in row]
        for c, value in enumerate(values, start=1):
            if isinstance(value, str) and _ERROR_VALUE.fullmatch(value):
                errors[r, c] = value
        rows.append(tuple(None if (r, c) in errors else v for c, v in enumerate(values, start=1)))
    return Sheet(name, tuple(rows), unresolved=formulas, errors=errors, **facts)


def _plain(value: Any) -> CellValue:
    """A pandas cell as a plain value: empty text and NaN are no value."""
    if value is None or value == "" or value is pd.NaT:
        return None
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    plain: CellValue = value
    return plain


def _ooxml_facts(content: bytes) -> dict[str, dict[str, Any]]:
    """What pandas drops, by sheet name."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=False, keep_links=False)
    unresolved = _formulas_without_value(content)
    return {
        sheet.title: {
            "merged": tuple(
                MergedRange(m.min_row, m.min_col, m.max_row, m.max_col)
                for m in sheet.merged_cells.ranges
            ),
            "hidden_rows": frozenset(r for r, d in sheet.row_dimensions.items() if d.hidden),
            "hidden_columns": frozenset(_hidden_columns(sheet)),
            "visible": sheet.sheet_state == "visible",
            "filtered": bool(sheet.auto_filter.ref and sheet.auto_filter.filterColumn),
            "unresolved": unresolved.get(sheet.title, frozenset()),
            "errors": _error_cells(sheet),
        }
        for sheet in book.worksheets
    }


def _error_cells(sheet: Any) -> dict[tuple[int, int], str]:
    return {
        (cell.row, cell.column): str(cell.value)
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "e"
    }


def _hidden_columns(sheet: Any) -> Iterator[int]:
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden and dimension.min and dimension.max:
            yield from range(dimension.min, min(dimension.max, sheet.max_column) + 1)


def _formulas_without_value(content: bytes) -> dict[str, frozenset[tuple[int, int]]]:
    """Formulas that were never calculated, by sheet name.

    A calculated empty text has an empty ``<v>``, one that was never calculated
    has none; openpyxl reads both as None, so the XML itself is asked.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            name: frozenset(_cells_without_value(archive.read(part)))
            for name, part in _sheet_parts(archive)
        }


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Sheet name and the part of the archive that holds it."""
    relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    book = etree.fromstring(archive.read("xl/workbook.xml"))
    for sheet in book.iter(f"{_MAIN}sheet"):
        target = str(targets.get(sheet.get(_RELATION), ""))
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if "worksheets/" in part and part in archive.namelist():
            yield str(sheet.get("name")), part


def _cells_without_value(part: bytes) -> Iterator[tuple[int, int]]:
    if b"<f" not in part:
        return
    for _, cell in etree.iterparse(io.BytesIO(part), tag=f"{_MAIN}c", resolve_entities=False):
        has_formula = cell.find(f"{_MAIN}f") is not None
        if has_formula and cell.find(f"{_MAIN}v") is None and cell.find(f"{_MAIN}is") is None:
            column, row = coordinate_from_string(cell.get("r"))
            yield row, column_index_from_string(column)
        cell.clear()


def _calamine_facts(content: bytes) -> dict[str, dict[str, Any]]:
    """The merged ranges of ``.xls`` and ``.ods``, as far as calamine knows them."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    facts: dict[str, dict[str, Any]] = {}
    for meta in book.sheets_metadata:
        ranges = book.get_sheet_by_name(meta.name).merged_cell_ranges or []
        visible = meta.visible == python_calamine.SheetVisibleEnum.Visible
        facts[meta.name] = {
            "merged": tuple(MergedRange(a[0] + 1, a[1] + 1, b[0] + 1, b[1] + 1) for a, b in ranges),
            "visible": visible,
        }
    return facts


def _modified(content: bytes) -> dt.datetime | None:
    """When the office last saved the file, by the file's own word."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "docProps/core.xml" not in archive.namelist():
            return None
        core = etree.fromstring(archive.read("docProps/core.xml"))
    stamp = core.findtext("{http://purl.org/dc/terms/}modified")
    try:
        when = dt.datetime.fromisoformat(stamp) if stamp else None
    except ValueError:
        return None
    return when.replace(tzinfo=when.tzinfo or dt.UTC) if when else None


def _csv_sheet(path: Path, content: bytes, limit: int) -> Sheet:
    """A CSV file as a sheet named after the file; every cell is text."""
    if len(content) > limit:
        raise InputUnreadable("too-large", path=path, limit=limit // 2**20)
    text = _decoded(path, content)
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
        width = max((len(line) for line in lines), default=0)
        if len(lines) > ROW_LIMIT:
            raise InputUnreadable("too-many-rows", path=path, limit=f"{ROW_LIMIT:,}")
        frame = pd.DataFrame([line + [""] * (width - len(line)) for line in lines], dtype=object)
    except csv.Error as error:
        raise InputUnreadable("not-a-workbook", path=path) from error
    return _sheet(path.stem, frame, {})


def _decoded(path: Path, content: bytes) -> str:
    """CSV text in UTF-8 (with or without BOM), UTF-16 with BOM, or cp932."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        # cp932, not shift_jis: only the former knows ① and ㈱.
        encodings = ("utf-8-sig", "cp932")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise InputUnreadable("csv-encoding", path=path)
