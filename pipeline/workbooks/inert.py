"""A copy of somebody else's workbook that does nothing: an openpyxl workbook in, bare sheets out.

A rule, a drop-down, a name or a link of a stranger's can fetch from elsewhere or call another
program when the copy is opened or clicked. What stays is what a sheet shows: values, formats,
widths, merged cells and notes.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.packaging.custom import CustomPropertyList
from openpyxl.workbook.protection import DocumentSecurity
from openpyxl.worksheet.datavalidation import DataValidationList
from openpyxl.worksheet.scenario import ScenarioList
from openpyxl.worksheet.table import TableList

from pipeline.base.archives import parts
from pipeline.model.grid import column_number

# openpyxl makes an object of each format, and one of each cell of a merged range.
_STYLE_TAGS: Final = 100_000
_MERGED_CELLS: Final = 200_000
_RULES: Final = 20_000
_OTHER_BYTES: Final = 16 * 2**20
_MERGE: Final = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"')
_RULE: Final = re.compile(
    rb"<(?:\w+:)?(?:col|hyperlink|conditionalFormatting|cfRule|dataValidation|brk|tablePart)[\s/>]"
)
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
_VALUES: Final = frozenset({"xl/sharedStrings.xml", "xl/styles.xml"})
# Every part that openpyxl writes for values, formats and notes.
_PLAIN_PARTS: Final = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(?:core|app)\.xml"
    r"|xl/(?:workbook|styles|sharedStrings)\.xml|xl/theme/theme\d+\.xml"
    r"|xl/_rels/workbook\.xml\.rels|xl/worksheets/sheet\d+\.xml"
    r"|xl/worksheets/_rels/sheet\d+\.xml\.rels|xl/comments/comment\d+\.xml"
    r"|xl/drawings/commentsDrawing\d+\.vml"
)
_ACTIVE: Final = re.compile(
    rb"<(?:f|conditionalFormatting|dataValidation|oleObject|control|legacyDrawingHF|picture)[\s/>]"
    # openpyxl keeps what is printed and filtered as names of Excel's own.
    rb'|<definedName (?!name="_xlnm\.)|TargetMode="External"'
)


def is_light(content: bytes) -> bool:
    """Whether openpyxl reads an ``.xlsx`` in a few seconds, whatever is declared in it."""
    other = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            name = member.filename
            if name == "xl/styles.xml" and archive.read(name).count(b"<") > _STYLE_TAGS:
                return False
            if _SHEET.fullmatch(name):
                if not _is_light_sheet(archive.read(name)):
                    return False
            elif name not in _VALUES:
                other += member.file_size
    return other <= _OTHER_BYTES


def _is_light_sheet(sheet: bytes) -> bool:
    merged = sum(_area(*found.groups()) for found in _MERGE.finditer(sheet))
    return merged <= _MERGED_CELLS and len(_RULE.findall(sheet)) <= _RULES


def _area(left: bytes, top: bytes, right: bytes, bottom: bytes) -> int:
    """The cells of a merged range."""
    first, last = column_number(left.decode("ascii")), column_number(right.decode("ascii"))
    return (last - first + 1) * (int(bottom) - int(top) + 1)


def strip(book: Workbook) -> None:
    """Take out of a workbook everything that acts."""
    for sheet in book.chartsheets:
        book.remove(sheet)
    book.defined_names.clear()
    book.security = DocumentSecurity()
    book.custom_doc_props = CustomPropertyList()  # type: ignore[attr-defined]  # no type for it
    for each in book.worksheets:
        _strip_sheet(each)


def _strip_sheet(sheet: Any) -> None:
    sheet.conditional_formatting = ConditionalFormattingList()
    sheet.data_validations = DataValidationList()
    sheet.scenarios = ScenarioList()
    sheet.legacy_drawing = None
    sheet.defined_names.clear()
    sheet._tables = TableList()  # noqa: SLF001 - openpyxl has no other way to take them out
    for name in ("_hyperlinks", "_images", "_charts", "_pivots"):
        setattr(sheet, name, [])
    for row in sheet.iter_rows():
        for cell in row:
            if getattr(cell, "_hyperlink", None) is not None:
                cell._hyperlink = None  # noqa: SLF001 - its setter would add another


def is_inert(content: bytes) -> bool:
    """Whether a workbook as it is written holds values, formats and notes, and nothing else."""
    return all(
        _PLAIN_PARTS.fullmatch(name) is not None and _ACTIVE.search(part) is None
        for name, part in parts(content)
    )
