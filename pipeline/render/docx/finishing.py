"""Finish the XML: a part of the filled Word file in, the part as it is published out.

Set here is what Jinja can't say inside a Word file that has to open as a
template too: numbers, check marks, widths, sizes.
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

# Word refuses an alias or a tag that is longer.
_LONGEST_ALIAS: Final = 64
# Characters in a line of a narrow column, and lines that a page surely holds.
_FEWEST_A_LINE: Final = 10
_FULL_ROW: Final = 50


def finish(
    name: str, content: bytes, document: Document, tall: frozenset[str]
) -> tuple[str, bytes]:
    """A part as it goes into the file; parts that are not Word's XML stay as they are.

    ``tall`` names the rows of a handout that no page can hold.
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
    _let_full_rows_split(root, document, tall)
    scale(root, document)
    set_page(root, document)
    set_widths(root, document)
    return name, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _place_tabs_and_breaks(root: etree._Element) -> None:
    """A tab or a line feed inside a text as the element that Word has for it."""
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
    """A paragraph in each cell whose loop found nothing: Word refuses one without."""
    for cell in root.iter(WORD + "tc"):
        if len(cell) == 0 or cell[-1].tag != WORD + "p":
            etree.SubElement(cell, WORD + "p")


def _number_controls(root: etree._Element) -> None:
    """A number of its own for each content control, and a name that Word accepts."""
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
    """The state of a check-box control and the mark that it shows."""
    for checked in control.iter(WORD_2010 + "checked"):
        checked.set(WORD_2010 + "val", "1" if box.checked else "0")
    texts = list(control.iter(WORD + "t"))
    for text in texts:
        text.text = ""
    for text in texts[:1]:
        text.text = box.mark


def _let_full_rows_split(root: etree._Element, document: Document, tall: frozenset[str]) -> None:
    """A row that no page holds may split; kept whole, Word could cut its text off.

    The rows of a handout are measured; of other documents a row of very much text may split.
    """
    rows = [row for row in root.iter(WORD + "tr") if row.find(_HEAD) is None]
    for place, row in enumerate(rows):
        if isinstance(document, Handout):
            may_split = _number(place, document) in tall
        else:
            texts = [text.text or "" for text in row.iter(WORD + "t")]
            may_split = sum(1 + len(text) // _FEWEST_A_LINE for text in texts) > _FULL_ROW
        for kept in list(row.iter(WORD + "cantSplit")) if may_split else ():
            _parent(kept).remove(kept)


_HEAD: Final = f"{WORD}trPr/{WORD}tblHeader"


def _number(place: int, handout: Handout) -> str:
    """What names the row at a place below the header of a handout; empty for other rows."""
    return handout.rows[place].no if place < len(handout.rows) else ""


def _add_styles(root: etree._Element, document: Document) -> None:
    """A style for each column that the template has none for, on the style of its kind."""
    known = {style.get(WORD + "styleId") for style in root.iter(WORD + "style")}
    for style in document.styles if isinstance(document, Handout) else ():
        if style.identity not in known:
            root.append(_style(style, style.base if style.base in known else "Normal"))


def _style(style: Style, base: str) -> etree._Element:
    values = {"type": "paragraph", "customStyle": "1", "styleId": style.identity}
    element = etree.Element(WORD + "style", {WORD + key: text for key, text in values.items()})
    etree.SubElement(element, WORD + "name", {WORD + "val": f"資料 列 {style.name}"})
    etree.SubElement(element, WORD + "basedOn", {WORD + "val": base})
    etree.SubElement(element, WORD + "qFormat")
    if style.align:
        looks = etree.SubElement(element, WORD + "pPr")
        etree.SubElement(looks, WORD + "jc", {WORD + "val": style.align})
    return element


def _parent(element: etree._Element) -> etree._Element:
    """The parent of an element that is known to have one."""
    parent = element.getparent()
    if parent is None:
        raise ValueError(element.tag)
    return parent
