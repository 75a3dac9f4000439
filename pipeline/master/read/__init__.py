"""Read a workbook: a path in, cells and their facts out; nothing is saved.

pandas reads the values through calamine, the only engine that reads the Japanese date
formats correctly; it also reads ``.xls`` and ``.ods``. ``facts`` adds what
pandas drops. ``containers`` inspects the file before either opens it.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import hashlib
import io
import math
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, cast

import pandas as pd
from lxml import etree
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from pipeline.base.containers import ContainerKind, Refusal, Refused, inspect
from pipeline.base.date_format import format_date
from pipeline.base.errors import InputUnreadable, reason_of
from pipeline.base.files import read_bounded
from pipeline.master.read.facts import AREA_LIMIT, SheetFacts, ods_facts, ooxml_facts
from pipeline.master.read.legacy import read_legacy
from pipeline.model.grid import CellValue, MergedRange, Sheet, Workbook

UNPACKED_LIMIT: Final = 256 * 2**20
CSV_SUFFIXES: Final = (".csv", ".tsv", ".txt")
_ERROR_VALUE: Final = re.compile(
    r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)|Err:\d{3}"
)
_REFUSALS: Final = {
    Refusal.UNKNOWN: "not-a-workbook",
    Refusal.PROTECTED: "password-protected",
    Refusal.DAMAGED: "file-damaged",
    Refusal.TOO_LARGE: "too-large",
    Refusal.FORBIDDEN_XML: "xml-forbidden",
    Refusal.REPEATED_PART: "part-twice",
}
# Whole numbers above this are not exact in a workbook's floats.
_EXACT: Final = 2**53


def read(path: Path, *, unpacked_limit: int = UNPACKED_LIMIT) -> Workbook:
    """The workbook of ``path`` (.xlsx, .xlsm, .xls, .ods, .csv, .tsv or .txt).

    InputUnreadable, with the reason, if the file is not a workbook, is
    protected by a password, is damaged or is larger than ``unpacked_limit``
    bytes when unpacked. Its messages contain the path as given.
    """
    content = _content(path, unpacked_limit)
    sha256 = hashlib.sha256(content).hexdigest()
    if path.suffix.lower() in CSV_SUFFIXES:
        return Workbook(path, sha256, (_csv_sheet(path, content),))
    kind = _kind(path, content, unpacked_limit)
    with _parser_errors_converted(path), warnings.catch_warnings():
        # Ignore the warnings of the libraries (unsupported extensions, styles).
        warnings.simplefilter("ignore")
        read_sheets = (
            _legacy_sheets(content) if kind is ContainerKind.XLS else _sheets(content, kind)
        )
        sheets = tuple(read_sheets)
        has_formatting = kind is ContainerKind.OOXML
        return Workbook(path, sha256, sheets, _modified(content, kind), has_formatting)


def _content(path: Path, limit: int) -> bytes:
    """The bytes of the file; InputUnreadable if it is a lock file, empty or too large."""
    if path.name.startswith("~$"):
        raise InputUnreadable("lock-file", path=path, name=path.name.removeprefix("~$"))
    try:
        if path.is_dir():
            raise InputUnreadable("workbook-is-folder", path=path)
        if path.stat().st_size > limit:
            raise InputUnreadable("too-large", path=path, limit=limit // 2**20)
        content = read_bounded(path, limit)
    except FileNotFoundError as error:
        raise InputUnreadable("workbook-missing", path=path) from error
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "使えない名前です"
        raise InputUnreadable("file-unreadable", path=path, reason=reason) from error
    if not content:
        raise InputUnreadable("file-empty", path=path)
    return content


def _kind(path: Path, content: bytes, limit: int) -> ContainerKind:
    """The kind of the workbook; InputUnreadable if it must not be opened."""
    try:
        kind = inspect(content, limit)
    except Refused as error:
        code = _REFUSALS[error.refusal]
        raise InputUnreadable(code, path=path, limit=limit // 2**20) from error
    if kind in (ContainerKind.DOCX, ContainerKind.DOC):
        raise InputUnreadable(_REFUSALS[Refusal.UNKNOWN], path=path)
    return kind


@contextlib.contextmanager
def _parser_errors_converted(path: Path) -> Iterator[None]:
    """Convert every exception of a parser into InputUnreadable with the path of the file."""
    try:
        yield
    except InputUnreadable as error:
        params = {**error.params, "path": path}
        raise InputUnreadable(error.code, sheet=error.sheet, cell=error.cell, **params) from error
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        # The three parsers raise many types; a panic in calamine's Rust is not an Exception.
        raise InputUnreadable("file-damaged", path=path) from error


def _sheets(content: bytes, kind: ContainerKind) -> Iterator[Sheet]:
    """Every worksheet; the facts are read first because they refuse a sheet that is too large."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        known = ooxml_facts(archive) if kind is ContainerKind.OOXML else ods_facts(archive)
    with pd.ExcelFile(io.BytesIO(content), engine="calamine") as book:
        calamine = cast("CalamineWorkbook", book.book)
        visible = {
            meta.name: meta.visible == SheetVisibleEnum.Visible for meta in calamine.sheets_metadata
        }
        for name in map(str, book.sheet_names):
            facts = known.get(name)
            if facts is None:
                # calamine found a sheet whose size was not checked.
                raise InputUnreadable("file-damaged")
            yield _sheet(name, _values(book, name), facts, visible=visible.get(name, True))


def _values(book: pd.ExcelFile, name: str) -> list[list[Any]]:
    """The values of a sheet from A1, with the types of the workbook."""
    frame = pd.read_excel(
        book,
        sheet_name=name,
        header=None,
        dtype=object,
        na_filter=False,
        keep_default_na=False,
        index_col=None,
    )
    values: list[list[Any]] = frame.to_numpy(dtype=object).tolist()
    return values


def _legacy_sheets(content: bytes) -> Iterator[Sheet]:
    """The sheets of an ``.xls``, with the facts that calamine provides."""
    for sheet in read_legacy(content, AREA_LIMIT):
        facts = SheetFacts()
        if sheet["height"] and sheet["width"]:
            facts.count_cell(sheet["height"], sheet["width"])
        facts.merged = [
            MergedRange(first[0] + 1, first[1] + 1, last[0] + 1, last[1] + 1)
            for first, last in sheet["merged"]
        ]
        yield _sheet(sheet["name"], sheet["rows"], facts, visible=sheet["visible"])


def _sheet(
    name: str, values: Sequence[Sequence[Any]], facts: SheetFacts, *, visible: bool
) -> Sheet:
    """One sheet from its values and facts; errors and uncalculated formulas become None."""
    errors = dict(facts.errors)
    rows: list[tuple[CellValue, ...]] = []
    for r, row in enumerate(values, start=1):
        plain = [_plain(value) for value in row]
        for c, value in enumerate(plain, start=1):
            if (r, c) in errors:
                plain[c - 1] = None
            elif isinstance(value, str) and value[:1] in "#E" and _ERROR_VALUE.fullmatch(value):
                errors[r, c] = value
                plain[c - 1] = None
        rows.append(tuple(plain))
    whole = _padded(rows, facts)
    width = len(whole[0]) if whole else 0
    rule_ranges = {
        (row, column)
        for area in _clipped(facts.rule_ranges, len(whole), width)
        for row in range(area.first_row, area.last_row + 1)
        for column in range(area.first_column, area.last_column + 1)
        if whole[row - 1][column - 1] is not None
    }
    return Sheet(
        name,
        whole,
        merged=tuple(_clipped(facts.merged, len(whole), width)),
        hidden_rows=frozenset(facts.hidden_rows),
        visible=visible,
        filtered=facts.filtered,
        unresolved=frozenset(facts.unresolved),
        errors=errors,
        shown=facts.shown | dict(_dates_shown(whole, facts)),
        hidden_columns=frozenset(facts.looks.hidden_columns),
        formulas=frozenset(facts.looks.formulas),
        struck=dict(facts.looks.struck),
        unseen=frozenset(facts.looks.unseen | rule_ranges),
        notes=dict(facts.looks.notes),
    )


def _dates_shown(
    rows: Sequence[Sequence[CellValue]], facts: SheetFacts
) -> Iterator[tuple[tuple[int, int], str]]:
    """The dates of the sheet as the workbook shows them."""
    for (row, column), code in facts.dates.items():
        value = rows[row - 1][column - 1] if row <= len(rows) and column <= len(rows[0]) else None
        if isinstance(value, dt.date) and (text := format_date(value, code)):
            yield (row, column), text


def _padded(
    rows: list[tuple[CellValue, ...]], facts: SheetFacts
) -> tuple[tuple[CellValue, ...], ...]:
    """The rows, padded to equal width and to the last error or uncalculated formula."""
    without_value = [*facts.unresolved, *facts.errors]
    height = max([len(rows), *(row for row, _ in without_value)])
    width = max([*(len(row) for row in rows), *(column for _, column in without_value)], default=0)
    filled = [row + (None,) * (width - len(row)) for row in rows]
    return tuple(filled + [(None,) * width] * (height - len(rows)))


def _clipped(merged: Sequence[MergedRange], height: int, width: int) -> Iterator[MergedRange]:
    """The ranges limited to the filled area, so that a whole merged column costs no memory."""
    for area in merged:
        last_row, last_column = min(area.last_row, height), min(area.last_column, width)
        if area.first_row <= last_row and area.first_column <= last_column:
            yield MergedRange(area.first_row, area.first_column, last_row, last_column)


def _plain(value: Any) -> CellValue:
    """A pandas cell as a plain value: empty text and NaN become None."""
    if value is None or value == "" or value is pd.NaT:
        return None
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return int(value) if value.is_integer() and abs(value) < _EXACT else value
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if isinstance(value, pd.Timedelta):
        return value.to_pytimedelta()
    plain: CellValue = value
    return plain


def _modified(content: bytes, kind: ContainerKind) -> dt.datetime | None:
    """The modification time stored in the file, with a time zone, or None."""
    part, name = {
        ContainerKind.OOXML: ("docProps/core.xml", "{http://purl.org/dc/terms/}modified"),
        ContainerKind.ODS: ("meta.xml", "{http://purl.org/dc/elements/1.1/}date"),
        ContainerKind.XLS: (None, None),
    }[kind]
    if part is None or name is None:
        return None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if part not in archive.namelist():
            return None
        stamp = next(etree.fromstring(archive.read(part)).iter(name), None)
    try:
        modified = (
            dt.datetime.fromisoformat((stamp.text or "").strip()) if stamp is not None else None
        )
    except ValueError:
        return None
    return modified.replace(tzinfo=modified.tzinfo or dt.UTC) if modified else None


def _csv_sheet(path: Path, content: bytes) -> Sheet:
    """A CSV file as a sheet named after the file; every cell is text.

    The csv module is used because ``pandas.read_csv`` refuses rows of unequal length,
    which titles above the header cause.
    """
    text = _decoded(path, content)
    first = text.partition("\n")[0]
    delimiter = "\t" if "\t" in first and "," not in first else ","
    facts = SheetFacts()
    rows = []
    with _parser_errors_converted(path):
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for number, line in enumerate(lines, start=1):
            facts.count_cell(number, max(len(line), 1))
            rows.append(line)
    width = max((len(row) for row in rows), default=0)
    whole = [row + [""] * (width - len(row)) for row in rows]
    return _sheet(path.stem, whole, facts, visible=True)


def _decoded(path: Path, content: bytes) -> str:
    """CSV text in UTF-8 (with or without BOM), UTF-16 with BOM, or cp932."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        # cp932, not shift_jis: only cp932 contains ① and ㈱.
        encodings = ("utf-8-sig", "cp932")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise InputUnreadable("csv-encoding", path=path)
