"""Set the paper of a document, and scale every size of its template."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from pipeline.model.document import Document
from pipeline.render.docx.wordml import TWIPS_PER_MM, WORD

# The attributes of WordprocessingML that contain a length, by element. Character units,
# percentages and line heights in 240ths are relative to the text, so they need no scaling.
_LENGTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "pgMar": ("top", "right", "bottom", "left", "header", "footer", "gutter"),
    "ind": ("left", "right", "start", "end", "firstLine", "hanging"),
    "framePr": ("w", "h", "hSpace", "vSpace", "x", "y"),
    "tblpPr": ("leftFromText", "rightFromText", "topFromText", "bottomFromText", "tblpX", "tblpY"),
    "spacing": ("before", "after", "val"),
    "tab": ("pos",),
    "trHeight": ("val",),
    "position": ("val",),
    "defaultTabStop": ("val",),
    "gridCol": ("w",),
    "cols": ("space",),
    "col": ("w", "space"),
    "docGrid": ("linePitch",),
}
_TYPED_WIDTHS: Final = ("tblW", "tblInd", "tblCellSpacing", "tcW", "wBefore", "wAfter")
_SIDES: Final = ("top", "left", "start", "bottom", "right", "end", "insideH", "insideV")
_BORDERS: Final = (*_SIDES, "between", "bar", "bdr", "tl2br", "tr2bl")
# Limits of the schema: width in eighths of a point, gap in points.
_WIDEST_BORDER: Final = 96
_WIDEST_GAP: Final = 31


def scale(root: etree._Element, document: Document) -> None:
    """Multiply every size of a part by the document's scale (an A4 page on A3: root of two).

    It scales every length of WordprocessingML, so that an officer's changes in the template
    are scaled too.
    """
    if document.scale == 1:
        return
    for element in root.iter(WORD + "*"):
        _scale_element(element, document.scale)


def set_page(root: etree._Element, document: Document) -> None:
    """Set the document's paper and, if the document has margins, its margins."""
    paper = document.paper
    for page in root.iter(WORD + "pgSz"):
        page.set(WORD + "w", str(round(paper.width * TWIPS_PER_MM)))
        page.set(WORD + "h", str(round(paper.height * TWIPS_PER_MM)))
        if paper.is_landscape:
            page.set(WORD + "orient", "landscape")
    if document.margins is None:
        return
    top, right, bottom, left = document.margins
    for margin in root.iter(WORD + "pgMar"):
        # Header and footer are inside the margins in Word: a millimetre more above, less below.
        sides = {"top": top + 1, "right": right, "bottom": bottom - 1, "left": left}
        for side, size in sides.items():
            margin.set(WORD + side, str(round(size * TWIPS_PER_MM)))


def _scale_element(element: etree._Element, factor: float) -> None:
    """Multiply the lengths in one element's attributes."""
    kind = str(element.tag).removeprefix(WORD)
    names = _LENGTHS.get(kind, ())
    if kind == "spacing" and element.get(WORD + "lineRule") in {"exact", "atLeast"}:
        names = (*names, "line")
    is_width = kind in _TYPED_WIDTHS or kind in _SIDES
    if is_width and element.get(WORD + "type") == "dxa":
        names = (*names, "w")
    for name in names:
        _multiply(element, name, factor, round)
    if kind in {"sz", "szCs", "kern"}:
        # Round down: a line must still fit the same number of characters.
        _multiply(element, "val", factor, int)
    if kind in _BORDERS:
        _multiply(element, "sz", factor, lambda size: min(round(size), _WIDEST_BORDER))
        _multiply(element, "space", factor, lambda size: min(round(size), _WIDEST_GAP))


def _multiply(
    element: etree._Element, name: str, factor: float, whole: Callable[[float], int]
) -> None:
    """Multiply an attribute that is a whole number; other values (10pt, auto) are unchanged."""
    value = element.get(WORD + name, "")
    if re.fullmatch("-?[0-9]+", value):
        element.set(WORD + name, str(whole(int(value) * factor)))
