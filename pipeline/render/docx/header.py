"""A group without a heading has no level of its own: its columns take both rows of the header.

In: the table's XML. Out: the same, changed in place. A template can't say it,
because a merge of cells down is an attribute, and those can't hold Jinja.
"""

from __future__ import annotations

import copy
from itertools import accumulate

from lxml import etree

from pipeline.render.docx.names import WORD


def raise_columns(root: etree._Element) -> None:
    """Lift the columns below an empty group to the upper of two header rows."""
    for table in root.iter(WORD + "tbl"):
        rows = [row for row in table.iterchildren(WORD + "tr") if _is_header(row)]
        if len(rows) == 2:  # noqa: PLR2004 - the two levels of the handout
            upper, lower = rows
            for group, below in _empty_groups(upper, lower):
                _raise(group, below)
            if all(_merge(cell) == "continue" for cell in lower.iterchildren(WORD + "tc")):
                _drop(upper, lower)


def _is_header(row: etree._Element) -> bool:
    return row.find(f"{WORD}trPr/{WORD}tblHeader") is not None


def _empty_groups(
    upper: etree._Element, lower: etree._Element
) -> list[tuple[etree._Element, list[etree._Element]]]:
    """Each group without a word, with the cells that lie below it."""
    below = _starts(lower)
    groups = []
    for start, group in _starts(upper).items():
        has_words = any((text.text or "").strip() for text in group.iter(WORD + "t"))
        if not has_words and _merge(group) is None:
            columns = range(start, start + span_of(group))
            groups.append((group, [cell for at, cell in below.items() if at in columns]))
    return groups


def _starts(row: etree._Element) -> dict[int, etree._Element]:
    """The cells of a row by the column that they begin at."""
    cells = list(row.iterchildren(WORD + "tc"))
    return dict(zip(accumulate((span_of(cell) for cell in cells), initial=0), cells, strict=False))


def _raise(group: etree._Element, below: list[etree._Element]) -> None:
    """The cells below in the place of the group, merged with what is left of them."""
    for cell in below:
        raised = copy.deepcopy(cell)
        _set_merge(raised, "restart")
        group.addprevious(raised)
        _set_merge(cell, "continue")
        for content in list(cell)[1:]:
            cell.remove(content)
        etree.SubElement(cell, WORD + "p")
    parent = group.getparent()
    if below and parent is not None:
        parent.remove(group)


def _drop(upper: etree._Element, lower: etree._Element) -> None:
    """One row is left of the header: nothing is merged any more."""
    for merge in list(upper.iter(WORD + "vMerge")):
        parent = merge.getparent()
        if parent is not None:
            parent.remove(merge)
    table = lower.getparent()
    if table is not None:
        table.remove(lower)


def span_of(cell: etree._Element) -> int:
    """How many columns of the grid a cell covers."""
    span = cell.find(f"{WORD}tcPr/{WORD}gridSpan")
    return int(span.get(WORD + "val") or 1) if span is not None else 1


def _merge(cell: etree._Element) -> str | None:
    """What a cell says of merging down: restart, continue, or nothing."""
    merge = cell.find(f"{WORD}tcPr/{WORD}vMerge")
    return None if merge is None else merge.get(WORD + "val", "continue")


def _set_merge(cell: etree._Element, value: str) -> None:
    """Merge a cell down; the schema has the mark after width and span."""
    properties = cell.find(WORD + "tcPr")
    if properties is None:
        properties = etree.Element(WORD + "tcPr")
        cell.insert(0, properties)
    before = ("cnfStyle", "tcW", "gridSpan")
    at = sum(len(properties.findall(WORD + name)) for name in before)
    properties.insert(at, etree.Element(WORD + "vMerge", {WORD + "val": value}))
