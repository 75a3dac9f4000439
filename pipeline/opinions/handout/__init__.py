"""Read a filled-in Word handout: a path in, its rows as a reader sees them out.

Nothing is understood here but the table: which row is a project's, which cell is the
council's. The XML is read itself (``cells``), because python-docx sees neither content
controls nor tracked changes. The file is opened read-only and never saved.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lxml import etree

from pipeline.base.containers import Kind, Refusal, Refused, inspect, main_part
from pipeline.base.errors import InputUnreadable, reason_of
from pipeline.base.files import read_bounded
from pipeline.base.text import compare_key, one_line, parse_whole
from pipeline.model.collected import FilledRow, Line
from pipeline.model.form import Form
from pipeline.model.grid import RowRef
from pipeline.opinions.handout.cells import Cell, rows_of, tables

UNPACKED_LIMIT: Final = 256 * 2**20
_DOCUMENT: Final = "word/document.xml"
_TAG: Final = re.compile(r"opinion\.\d+\.\d+")
_REFUSALS: Final = {
    Refusal.UNKNOWN: "not-a-handout",
    Refusal.PROTECTED: "handout-protected",
    Refusal.DAMAGED: "handout-damaged",
    Refusal.TOO_LARGE: "handout-too-large",
    Refusal.FORBIDDEN_XML: "handout-forbidden",
    Refusal.REPEATED_PART: "part-twice",
}
# Number, name, proposal, opinion: a row with fewer cells is none of a project.
_FEWEST_CELLS: Final = 4


def read_handout(path: Path, form: Form) -> tuple[FilledRow, ...]:
    """The rows of the projects, in the document's order.

    InputUnreadable, with the reason, for a file that is no Word document, is protected,
    is damaged, or holds no table of ours.
    """
    content = _content(path)
    rows: list[FilledRow] = []
    try:
        body = etree.fromstring(_body(content), _parser())
        for number, table in enumerate(tables(body), start=1):
            rows += _rows(table, path.name, number, form)
    except (etree.XMLSyntaxError, RecursionError, zipfile.BadZipFile, KeyError) as error:
        raise InputUnreadable("handout-damaged", path=path) from error
    if not rows:
        raise InputUnreadable("not-a-handout", path=path)
    return tuple(rows)


def _content(path: Path) -> bytes:
    """The bytes of a Word file that may be unpacked."""
    if path.name.startswith("~$"):
        raise InputUnreadable("handout-lock-file", path=path)
    if path.is_dir():
        raise InputUnreadable("not-a-handout", path=path)
    try:
        content = read_bounded(path, UNPACKED_LIMIT)
    except FileNotFoundError as error:
        raise InputUnreadable("handout-missing", path=path) from error
    except OSError as error:
        raise InputUnreadable("file-unreadable", path=path, reason=reason_of(error)) from error
    if not content:
        raise InputUnreadable("handout-damaged", path=path)
    try:
        kind = inspect(content, UNPACKED_LIMIT)
    except Refused as error:
        code = _REFUSALS[error.refusal]
        raise InputUnreadable(code, path=path, limit=UNPACKED_LIMIT // 2**20) from error
    if kind is Kind.DOC:
        raise InputUnreadable("handout-legacy", path=path)
    if kind is not Kind.DOCX:
        raise InputUnreadable("not-a-handout", path=path)
    return content


def _body(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(main_part(archive) or _DOCUMENT)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


# ---- the table


def _rows(table: etree._Element, file: str, number: int, form: Form) -> Iterator[FilledRow]:
    """The projects of a table; none where the table is no handout's."""
    rows = [(place, cells) for place, cells in enumerate(rows_of(table), start=1)]
    column = _council_column([cells for _, cells in rows], form)
    if column is None and not any(_is_ours(cells, form) for _, cells in rows):
        return
    for place, cells in rows:
        council = _council_cell(cells, column)
        if council is None or council < _FEWEST_CELLS - 1:
            continue
        no, name = _text(cells[0]), _text(cells[1])
        if parse_whole(no) is None and not _has_tag(cells[council]):
            continue
        yield FilledRow(
            at=RowRef(file, number, place),
            no=no,
            name=name,
            proposal=cells[council - 1].lines,
            opinion=cells[council].lines,
            unread=cells[council].unread,
        )


def _text(cell: Cell) -> str:
    return one_line("\n".join(line.text for line in cell.lines))


def _key(lines: tuple[Line, ...]) -> str:
    return compare_key("".join(line.text for line in lines))


def _council_column(rows: list[list[Cell]], form: Form) -> int | None:
    """Where the column under 懇談会意見 begins in the table's grid, by its header."""
    heading = compare_key(form.file.headings.opinion)
    for cells in rows:
        if cells and parse_whole(_text(cells[0])) is None:
            for cell in cells:
                if _key(cell.lines).startswith(heading):
                    return cell.start
    return None


def _council_cell(cells: list[Cell], column: int | None) -> int | None:
    """The place of the council's cell in a row.

    Its controls tell it; where they are gone the header does; else it is the last.
    """
    for place, cell in enumerate(cells):
        if _has_tag(cell):
            return place
    for place, cell in enumerate(cells):
        if column is not None and cell.start <= column < cell.end:
            return place
    return len(cells) - 1 if cells else None


def _has_tag(cell: Cell) -> bool:
    return any(_TAG.fullmatch(tag) for tag in cell.tags)


def _is_ours(cells: list[Cell], form: Form) -> bool:
    """Whether the row has our controls, or every choice in its last cell."""
    if any(_has_tag(cell) for cell in cells):
        return True
    last = _key(cells[-1].lines) if len(cells) >= _FEWEST_CELLS else ""
    return all(compare_key(label) in last for label in form.labels)
