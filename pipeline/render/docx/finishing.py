"""Finish the XML: a part of the filled Word file in, the part as it is published out.

This module sets what Jinja can't express in a template that Word can open: numbers, check
marks, widths and sizes.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from pipeline.model.document import Document
from pipeline.model.handout import Box, Handout, Style
from pipeline.render.docx.scale import scale, set_page
from pipeline.render.docx.table_widths import set_widths
from pipeline.render.docx.wordml import WORD, WORD_2010

# Word rejects a longer alias or tag.
_LONGEST_ALIAS: Final = 64
# Characters in a line of a narrow column, and lines that fit on any page.
_FEWEST_A_LINE: Final = 10
_LINES_A_PAGE: Final = 50


def finish(
    name: str, content: bytes, document: Document, tall: frozenset[str]
) -> tuple[str, bytes]:
    """Name and content of a part for the published file; parts without Word's XML are unchanged.

    ``tall`` contains the numbers of the handout's rows that are taller than a page.
    """
    if not (name.startswith("word/") and name.endswith(".xml")):
        return name, content
    root = etree.fromstring(content)
    if name == "word/styles.xml":
        _add_styles(root, document)
    _place_tabs_and_breaks(root)
    _complete_cells(root)
    _number_controls(root)
    if isinstance(document, Handout):
        _set_boxes(root, document)
    _let_tall_rows_split(root, document, tall)
    scale(root, document)
    set_page(root, document)
    set_widths(root, document)
    return name, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _place_tabs_and_breaks(root: etree._Element) -> None:
    """Replace each tab and line feed inside a text by Word's own element for it."""
    for text in list(root.iter(WORD + "t")):
        if not re.search("[\t\n]", text.text or ""):
            continue
        for piece in re.split("([\t\n])", text.text or ""):
            if piece:
                kind = {"\t": "tab", "\n": "br"}.get(piece, "t")
                new = etree.Element(WORD + kind)
                if kind == "t":
                    new.text = piece
                    new.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
                text.addprevious(new)
        _parent(text).remove(text)


def _complete_cells(root: etree._Element) -> None:
    """Add a paragraph to each cell whose loop was empty: Word rejects a cell without one."""
    for cell in root.iter(WORD + "tc"):
        if len(cell) == 0 or cell[-1].tag != WORD + "p":
            etree.SubElement(cell, WORD + "p")


def _number_controls(root: etree._Element) -> None:
    """Give each content control a unique number, and a name that is short enough for Word."""
    for number, control in enumerate(root.iter(WORD + "sdt"), start=1):
        properties = control.find(WORD + "sdtPr")
        if properties is None:
            continue
        identity = properties.find(WORD + "id")
        if identity is not None:
            identity.set(WORD + "val", str(number))
        alias = properties.find(WORD + "alias")
        if alias is not None:
            alias.set(WORD + "val", (alias.get(WORD + "val") or "")[:_LONGEST_ALIAS])


def _set_boxes(root: etree._Element, handout: Handout) -> None:
    """Check the boxes that the handout checks."""
    boxes = {box.tag: box for box in handout.boxes}
    for control in root.iter(WORD + "sdt"):
        tag = control.find(f"{WORD}sdtPr/{WORD}tag")
        box = boxes.get(tag.get(WORD + "val")) if tag is not None else None
        if box is not None:
            _set_box(control, box)


def _set_box(control: etree._Element, box: Box) -> None:
    """Set the state of a check-box control and the mark that it shows."""
    for checked in control.iter(WORD_2010 + "checked"):
        checked.set(WORD_2010 + "val", "1" if box.checked else "0")
    texts = list(control.iter(WORD + "t"))
    for text in texts:
        text.text = ""
    for text in texts[:1]:
        text.text = box.mark


def _let_tall_rows_split(root: etree._Element, document: Document, tall: frozenset[str]) -> None:
    """Let a row that is taller than a page split: otherwise Word could cut its text off.

    For a handout ``tall`` contains these rows; in another document a row with very much
    text may split.
    """
    rows = [row for row in root.iter(WORD + "tr") if row.find(_HEADER_MARK) is None]
    for place, row in enumerate(rows):
        if isinstance(document, Handout):
            may_split = _row_number(place, document) in tall
        else:
            texts = [text.text or "" for text in row.iter(WORD + "t")]
            may_split = sum(1 + len(text) // _FEWEST_A_LINE for text in texts) > _LINES_A_PAGE
        for keep_whole in list(row.iter(WORD + "cantSplit")) if may_split else ():
            _parent(keep_whole).remove(keep_whole)


_HEADER_MARK: Final = f"{WORD}trPr/{WORD}tblHeader"


def _row_number(place: int, handout: Handout) -> str:
    """The number of the row at a place below the handout's header; empty for other rows."""
    return handout.rows[place].no if place < len(handout.rows) else ""


def _add_styles(root: etree._Element, document: Document) -> None:
    """Add a style, based on that of its kind, for each column without one in the template."""
    known = {style.get(WORD + "styleId") for style in root.iter(WORD + "style")}
    for style in document.styles if isinstance(document, Handout) else ():
        if style.identity not in known:
            root.append(_column_style(style, style.base if style.base in known else "Normal"))


def _column_style(style: Style, base: str) -> etree._Element:
    values = {"type": "paragraph", "customStyle": "1", "styleId": style.identity}
    element = etree.Element(WORD + "style", {WORD + key: text for key, text in values.items()})
    etree.SubElement(element, WORD + "name", {WORD + "val": f"資料 列 {style.name}"})
    etree.SubElement(element, WORD + "basedOn", {WORD + "val": base})
    etree.SubElement(element, WORD + "qFormat")
    if style.align:
        paragraph_properties = etree.SubElement(element, WORD + "pPr")
        etree.SubElement(paragraph_properties, WORD + "jc", {WORD + "val": style.align})
    return element


def _parent(element: etree._Element) -> etree._Element:
    """The parent of an element; ValueError if it has none."""
    parent = element.getparent()
    if parent is None:
        raise ValueError(element.tag)
    return parent
