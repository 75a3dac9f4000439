"""Fill in a Word handout as users and their programs do, by editing its XML.

``edited``, ``filled``, ``as_word_saves`` and ``without_controls`` take the bytes of a .docx
and return new ones; the others edit its tree. ``as_word_saves`` and ``without_controls``
change XML around the marks and nothing visible.
"""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lxml import etree

from pipeline.model.columns import Column
from pipeline.model.fills import Fills, fill_text
from pipeline.model.form import Form
from pipeline.model.values import Fill, Status
from support.word import W14, W

XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def edited(content: bytes, edit: Callable[[Any], None]) -> bytes:
    """The file after ``edit`` has changed the tree of its document in place."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == "word/document.xml":
                tree = etree.fromstring(part)
                edit(tree)
                part = etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
            target.writestr(name, part)
    return stream.getvalue()


def filled(content: bytes, opinions: Mapping[int, Fills], form: Form) -> bytes:
    """The handout with boxes clicked and words, values and remarks typed.

    ``opinions``: row number → fills.
    """

    def fill(tree: Any) -> None:
        for no, fills in opinions.items():
            for column in form.fills:
                if not fills.get(column.key, Fill()).is_blank:
                    _enter(tree, no, column, fills[column.key], form)

    return edited(content, fill)


def _enter(tree: Any, no: int, column: Column, fill: Fill, form: Form) -> None:
    """Enter one fill, as a person does."""
    if column.boxes and fill.status is Status.CHOSEN:
        click(tree, no, 1 + column.choices.index(str(fill.value)), column.key)
        return
    cell = cell_in(tree, no, form.host(column).key, form)
    for line in fill_text(fill, column, form).split("\n"):
        cell.append(paragraph(line))


def cell_in(tree: Any, no: int, key: str, form: Form) -> Any:
    """The cell of a column in row ``no``.

    The row is found by its control or, in a form without boxes, by its position in the body.
    """
    place = [column.key for column in form.printed].index(key)
    boxes = next((column for column in form.fills if column.boxes), None)
    if boxes is not None:
        return list(row_of(tree, no, boxes.key).iter(W + "tc"))[place]
    rows = [row for row in tree.iter(W + "tr") if not list(row.iter(W + "tblHeader"))]
    return list(rows[no - 1].iter(W + "tc"))[place]


def control(tree: Any, no: int, k: int, key: str = "opinion") -> Any:
    """The check-box control of the k-th choice of project ``no``."""
    (found,) = (tag for tag in tree.iter(W + "tag") if tag.get(W + "val") == f"{key}.{no}.{k}")
    return found.getparent().getparent()


def click(tree: Any, no: int, k: int, key: str = "opinion") -> None:
    """Click a box as in Word: the state and the mark change, and the run gets a font."""
    box = control(tree, no, k, key)
    (state,) = box.iter(W14 + "checked")
    state.set(W14 + "val", "1")
    mark(tree, no, k, "■", key)
    for run in box.iter(W + "r"):
        properties = etree.Element(W + "rPr")
        fonts = etree.SubElement(properties, W + "rFonts")
        fonts.set(W + "ascii", "BIZ UDゴシック")
        fonts.set(W + "hint", "eastAsia")
        run.insert(0, properties)


def mark(tree: Any, no: int, k: int, sign: str, key: str = "opinion") -> None:
    """Type a sign over the box; the state of the control is unchanged."""
    (text,) = control(tree, no, k, key).iter(W + "t")
    text.text = sign


def cell_of(tree: Any, no: int) -> Any:
    """The council's cell of a project."""
    return next(control(tree, no, 1).iterancestors(W + "tc"))


def row_of(tree: Any, no: int, key: str = "opinion") -> Any:
    return next(control(tree, no, 1, key).iterancestors(W + "tr"))


def paragraph(text: str) -> Any:
    """A paragraph as typed in Word: a line feed becomes a break."""
    made = etree.Element(W + "p")
    run = etree.SubElement(made, W + "r")
    for place, line in enumerate(text.split("\n")):
        if place:
            etree.SubElement(run, W + "br")
        piece = etree.SubElement(run, W + "t")
        piece.set(XML_SPACE, "preserve")
        piece.text = line
    return made


def type_below(tree: Any, no: int, text: str) -> None:
    """Type a paragraph below the boxes."""
    cell_of(tree, no).append(paragraph(text))


def as_word_saves(content: bytes) -> bytes:
    """The file as saved by Word: split runs, spelling marks, revision ids, bookmarks."""
    return edited(content, save_as_word)


def save_as_word(tree: Any) -> None:
    """Change a tree as :func:`as_word_saves` does a file."""
    for number, line in enumerate(list(tree.iter(W + "p"))):
        line.set(W + "rsidR", f"00{number:06X}")
    for number, text in enumerate(list(tree.iter(W + "t"))):
        if len(text.text or "") > 1 and text.getparent().tag == W + "r":
            _split(text, number)


def _split(text: Any, number: int) -> None:
    run = text.getparent()
    words, middle = text.text, 1 + number % (len(text.text) - 1)
    second = copy.deepcopy(run)
    text.text = words[:middle]
    text.set(XML_SPACE, "preserve")
    for piece in second.iter(W + "t"):
        piece.text = words[middle:]
        piece.set(XML_SPACE, "preserve")
    run.addnext(second)
    for name in ("proofErr", "bookmarkStart", "lastRenderedPageBreak"):
        if name == "lastRenderedPageBreak":
            second.insert(0, etree.Element(W + name))
        else:
            run.addnext(etree.Element(W + name))


def without_controls(content: bytes) -> bytes:
    """The file as another program may save it: without controls, the marks as plain text."""
    return edited(content, strip_controls)


def strip_controls(tree: Any) -> None:
    """Change a tree as :func:`without_controls` does a file."""
    for box in list(tree.iter(W + "sdt")):
        for child in box.find(W + "sdtContent"):
            box.addprevious(child)
        box.getparent().remove(box)


def cells(tree: Any, no: int) -> Iterator[Any]:
    """All cells of a project's row."""
    yield from row_of(tree, no).iter(W + "tc")


def set_text(cell: Any, text: str) -> None:
    """Replace the content of a cell by one paragraph with ``text``."""
    for line in cell.findall(W + "p"):
        cell.remove(line)
    cell.append(paragraph(text))
