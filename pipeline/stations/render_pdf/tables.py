"""The tables that WeasyPrint laid out: a page in, its tables with their cells out.

WeasyPrint has no public way to a box; only this module and ``finish`` know its
inside (of version 70).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from weasyprint.formatting_structure import boxes


@dataclass(frozen=True, slots=True)
class LaidOutTable:
    """The part of a table that lies on one page: rows of its header and of its body."""

    header: tuple[Any, ...]
    body: tuple[Any, ...]
    lost_header: bool


def tables(page: Any) -> Iterator[LaidOutTable]:
    """The tables of a page, in reading order."""
    yield from _tables(page._page_box)  # noqa: SLF001 - there is no public way


def number_of(row: Any) -> str:
    """The number of the project in a row, empty where the template doesn't tell it."""
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
    return LaidOutTable(tuple(header), tuple(body), bool(has_header and body and not header))
