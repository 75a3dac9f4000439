"""Remove active content from a workbook of another office.

In: an openpyxl workbook. Out: its sheets with values, formats, widths, merged cells and notes
only. A foreign rule, drop-down, name or link could fetch a file or start another program when
a user opens or clicks the copy.
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

# openpyxl creates an object for each format and for each cell of a merged range.
_STYLE_TAGS: Final = 100_000
_MERGED_CELLS: Final = 200_000
_RULES: Final = 20_000
_BYTES_OF_OTHER_PARTS: Final = 16 * 2**20
_MERGE: Final = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"')
_RULE: Final = re.compile(
    rb"<(?:\w+:)?(?:col|hyperlink|conditionalFormatting|cfRule|dataValidation|brk|tablePart)[\s/>]"
)
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
_VALUE_PARTS: Final = frozenset({"xl/sharedStrings.xml", "xl/styles.xml"})
# The parts that openpyxl writes for values, formats and notes.
_PLAIN_PARTS: Final = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(?:core|app)\.xml"
    r"|xl/(?:workbook|styles|sharedStrings)\.xml|xl/theme/theme\d+\.xml"
    r"|xl/_rels/workbook\.xml\.rels|xl/worksheets/sheet\d+\.xml"
    r"|xl/worksheets/_rels/sheet\d+\.xml\.rels|xl/comments/comment\d+\.xml"
    r"|xl/drawings/commentsDrawing\d+\.vml"
)
_ACTIVE: Final = re.compile(
    rb"<(?:f|conditionalFormatting|dataValidation|oleObject|control|legacyDrawingHF|picture)[\s/>]"
    # openpyxl writes print areas and filters as names with Excel's own prefix.
    rb'|<definedName (?!name="_xlnm\.)|TargetMode="External"'
)


def is_small_enough(content: bytes) -> bool:
    """Whether openpyxl can read an ``.xlsx`` in a few seconds, whatever it declares."""
    other_bytes = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            name = member.filename
            if name == "xl/styles.xml" and archive.read(name).count(b"<") > _STYLE_TAGS:
                return False
            if _SHEET.fullmatch(name):
                if not _is_small_sheet(archive.read(name)):
                    return False
            elif name not in _VALUE_PARTS:
                other_bytes += member.file_size
    return other_bytes <= _BYTES_OF_OTHER_PARTS


def _is_small_sheet(sheet: bytes) -> bool:
    merged = sum(_cell_count(*found.groups()) for found in _MERGE.finditer(sheet))
    return merged <= _MERGED_CELLS and len(_RULE.findall(sheet)) <= _RULES


def _cell_count(left: bytes, top: bytes, right: bytes, bottom: bytes) -> int:
    """The number of cells in a merged range."""
    first, last = column_number(left.decode("ascii")), column_number(right.decode("ascii"))
    return (last - first + 1) * (int(bottom) - int(top) + 1)


def remove_active_content(book: Workbook) -> None:
    """Remove everything from a workbook that can fetch a file or start a program."""
    for sheet in book.chartsheets:
        book.remove(sheet)
    book.defined_names.clear()
    book.security = DocumentSecurity()
    book.custom_doc_props = CustomPropertyList()  # type: ignore[attr-defined]  # no type for it
    for each in book.worksheets:
        _clear_sheet(each)


def _clear_sheet(sheet: Any) -> None:
    sheet.conditional_formatting = ConditionalFormattingList()
    sheet.data_validations = DataValidationList()
    sheet.scenarios = ScenarioList()
    sheet.legacy_drawing = None
    sheet.defined_names.clear()
    sheet._tables = TableList()  # noqa: SLF001 - openpyxl has no other way to remove them
    for name in ("_hyperlinks", "_images", "_charts", "_pivots"):
        setattr(sheet, name, [])
    for row in sheet.iter_rows():
        for cell in row:
            if getattr(cell, "_hyperlink", None) is not None:
                cell._hyperlink = None  # noqa: SLF001 - its setter would add another


def is_inert(content: bytes) -> bool:
    """Whether the file of a workbook contains only values, formats and notes."""
    return all(
        _PLAIN_PARTS.fullmatch(name) is not None and _ACTIVE.search(part) is None
        for name, part in parts(content)
    )
