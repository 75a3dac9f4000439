"""The tables that WeasyPrint laid out: a page in, its tables with their cells out.

WeasyPrint has no public interface to its boxes. Only this module and ``structure`` use its
internals (of version 70).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pipeline.render.pdf.weasyprint_loading import boxes

# The HTML template gives this class to cells with one choice and its box on each line.
_CHOICES: Final = "boxes"


@dataclass(frozen=True, slots=True)
class LaidOutTable:
    """The part of a table on one page: the rows of its header and of its body.

    ``lost_header`` is true if WeasyPrint left the table's header out on this page.
    """

    element: Any
    header: tuple[Any, ...]
    body: tuple[Any, ...]
    lost_header: bool


def tables(page: Any) -> Iterator[LaidOutTable]:
    """The tables of a page, in reading order."""
    yield from _tables(page._page_box)  # noqa: SLF001 - there is no public interface


def number_of(row: Any) -> str:
    """The project's number in a row; empty if the template doesn't write it."""
    return str(row.element.get("data-no", ""))


def _tables(box: Any) -> Iterator[LaidOutTable]:
    if isinstance(box, boxes.TableBox):
        yield _table(box)
    elif isinstance(box, boxes.ParentBox) and not isinstance(box, boxes.LineBox):
        for child in box.children:
            yield from _tables(child)


def _table(box: Any) -> LaidOutTable:
    header: list[Any] = []
    body: list[Any] = []
    for group in box.children:
        (header if group.is_header else body).extend(group.children)
    has_header = any(child.tag == "thead" for child in box.element)
    return LaidOutTable(
        box.element, tuple(header), tuple(body), bool(has_header and body and not header)
    )


def contains_choices(cell: Any) -> bool:
    """Whether each line of the cell is one choice."""
    return _CHOICES in (cell.element.get("class") or "").split()


def choices_wrap(table: LaidOutTable) -> bool:
    """Whether a choice in the table's first row takes more than one line."""
    return any(
        _text_lines(cell) > 1 + (cell.element.text or "").count("\n")
        for row in table.body[:1]
        for cell in row.children
        if contains_choices(cell)
    )


def _text_lines(cell: Any) -> int:
    """The number of lines of the cell's own text, without the paragraphs after it."""
    lines = 0
    for child in cell.children:
        if isinstance(child, boxes.LineBox):
            lines += 1
        elif child.element is cell.element:
            lines += _text_lines(child)
    return lines
