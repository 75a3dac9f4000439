"""Read a PDF: its cells, its text, its structure for screen readers. Or make a plain PDF."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import page
import pdfplumber
import pdfplumber.pdf
import pydyf
import pypdf


@functools.lru_cache(maxsize=12)
def opened(content: bytes) -> pdfplumber.pdf.PDF:
    """An opened PDF, cached because reading a PDF costs more than making it."""
    return pdfplumber.open(io.BytesIO(content))


def cells(content: bytes) -> list[list[list[str]]]:
    """Per page, the table's rows that begin with a number; a cell's lines as printed."""
    pages = [sheet.extract_table() or [] for sheet in opened(content).pages]
    return [
        [[cell or "" for cell in row] for row in rows if (row[0] or "").isdigit()] for rows in pages
    ]


def text(content: bytes) -> list[str]:
    """The text of each page, in lines."""
    return [sheet.extract_text() for sheet in opened(content).pages]


@dataclass(frozen=True)
class Placed:
    """A character on its page: its top left corner and its size, in points."""

    page: int
    text: str
    x: float
    y: float
    size: float
    font: str


def characters(content: bytes) -> list[Placed]:
    """Every character of the file, as drawn."""
    return [
        Placed(number, char["text"], char["x0"], char["top"], char["size"], char["fontname"])
        for number, sheet in enumerate(opened(content).pages)
        for char in sheet.chars
    ]


def paper_of(content: bytes) -> tuple[float, float]:
    """Width and height of the pages, in millimetres."""
    (size,) = {(sheet.width, sheet.height) for sheet in opened(content).pages}
    return size[0] * 25.4 / 72, size[1] * 25.4 / 72


def fonts(content: bytes) -> set[str]:
    """The names of the fonts in use, without the prefix of their subset."""
    return {
        char["fontname"].split("+")[-1] for sheet in opened(content).pages for char in sheet.chars
    }


def failures(content: bytes) -> list[str]:
    """The violations of PDF/UA-1 and PDF/A-2a in the file."""
    return [
        f"{profile.name}: {failure}"
        for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A)
        for failure in page.validate_pdf_bytes(content, profile=profile).failures
    ]


@dataclass(frozen=True)
class TaggedCell:
    """A cell in the structure tree: kind, scope, paragraphs, the texts of its headers."""

    kind: str
    scope: str | None
    paragraphs: tuple[str, ...]
    headers: tuple[str, ...]

    @property
    def words(self) -> str:
        return "".join(self.paragraphs)


def tagged_rows(content: bytes) -> list[list[list[TaggedCell]]]:
    """Per page, the rows of its table from the structure tree, header rows included."""
    pages = [
        (_marked_texts(sheet), list(_descendants(sheet.structure_tree, "TR")))
        for sheet in opened(content).pages
    ]
    # The heading of a group may be on an earlier page than its rows.
    words = {
        cell["id"]: "".join(_paragraphs(cell, marked))
        for marked, rows in pages
        for row in rows
        for cell in row["children"]
        if "id" in cell
    }
    return [
        [[_cell(cell, marked, words) for cell in row["children"]] for row in rows]
        for marked, rows in pages
    ]


def _cell(cell: dict[str, Any], marked: dict[int, str], words: dict[str, str]) -> TaggedCell:
    attributes = cell.get("attributes", {})
    headers = [words[name.decode("ascii")] for name in attributes.get("Headers", [])]
    return TaggedCell(
        cell["type"], attributes.get("Scope"), tuple(_paragraphs(cell, marked)), tuple(headers)
    )


def _descendants(elements: list[dict[str, Any]], kind: str) -> Iterator[dict[str, Any]]:
    for element in elements:
        if element["type"] == kind:
            yield element
        yield from _descendants(element.get("children", []), kind)


def _paragraphs(element: dict[str, Any], marked: dict[int, str]) -> list[str]:
    """The texts of an element's paragraphs; its whole text if it has no paragraphs."""
    inner = list(_descendants(element.get("children", []), "P"))
    if not inner:
        whole = _marked(element, marked)
        return [whole] if whole else []
    return [_marked(paragraph, marked) for paragraph in inner]


def _marked(element: dict[str, Any], marked: dict[int, str]) -> str:
    own = "".join(marked.get(number, "") for number in element.get("mcids", []))
    return own + "".join(_marked(child, marked) for child in element.get("children", []))


def read_texts(content: bytes) -> list[list[str]]:
    """Per page, the texts that assistive technology reads, in reading order, not split."""
    return [_read_texts_on(sheet) for sheet in opened(content).pages]


def _read_texts_on(sheet: Any) -> list[str]:
    marked = _marked_texts(sheet)
    return [_marked(leaf, marked) for leaf in _leaves(sheet.structure_tree)]


def artifact_texts(content: bytes) -> list[str]:
    """Per page, the text of the artifacts: printed, but not read by assistive technology."""
    return [_artifact_text_on(sheet) for sheet in opened(content).pages]


def _artifact_text_on(sheet: Any) -> str:
    tagged = {
        mark
        for element in _all_descendants(sheet.structure_tree)
        for mark in element.get("mcids", [])
    }
    return "".join(char["text"] for char in sheet.chars if char.get("mcid") not in tagged)


def replacements(content: bytes) -> list[str]:
    """Every replacement text, which assistive technology reads instead of the printed text."""
    return [
        str(element[key])
        for sheet in opened(content).pages
        for element in _all_descendants(sheet.structure_tree)
        for key in ("alt_text", "actual_text")
        if element.get(key)
    ]


def _marked_texts(sheet: Any) -> dict[int, str]:
    marked: dict[int, str] = {}
    for char in sheet.chars:
        if char.get("mcid") is not None:
            marked[char["mcid"]] = marked.get(char["mcid"], "") + char["text"]
    return marked


def _all_descendants(elements: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for element in elements:
        yield element
        yield from _all_descendants(element.get("children", []))


def _leaves(elements: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The cells, and the paragraphs and headings outside tables."""
    for element in elements:
        if element["type"] in {"TH", "TD", "P", "H1"}:
            yield element
        else:
            yield from _leaves(element.get("children", []))


def crossing(content: bytes) -> list[str]:
    """Characters that cross the left or right border of their cell."""
    return [text for sheet in opened(content).pages for text in _crossing_on(sheet)]


def _crossing_on(sheet: Any) -> Iterator[str]:
    boxes = [box for table in sheet.find_tables() for box in table.cells]
    for char in sheet.chars:
        x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
        for left, top, right, bottom in boxes:
            if left < x < right and top < y < bottom and not char["text"].isspace():
                if char["x0"] < left or char["x1"] > right:
                    yield char["text"]
                break


def without_spaces(text: str) -> str:
    """A text without spaces and line breaks, which a page may insert anywhere."""
    return "".join(text.split())


def plain(pages: int) -> bytes:
    """A PDF of A4 pages with a cross-reference stream, like those of WeasyPrint."""
    document = pydyf.PDF()
    for _ in range(pages):
        content = pydyf.Stream()
        content.rectangle(100, 700, 200, 50)
        content.fill()
        document.add_object(content)
        media = pydyf.Array([0, 0, 595, 842])
        sheet = {"Type": "/Page", "Parent": document.pages.reference, "MediaBox": media}
        document.add_page(pydyf.Dictionary({**sheet, "Contents": content.reference}))
    document.catalog["Metadata"] = "1 0 R"
    stream = io.BytesIO()
    document.write(stream, version=b"1.7", identifier=b"same", compress=True)
    return stream.getvalue()


def tagged_headers(content: bytes) -> list[list[tuple[str, tuple[str, ...]]]]:
    """Each cell of each row below the header: its text, and the texts of its headers.

    They are read from the structure tree, which includes empty cells.
    """
    pages = [
        (_marked_texts(sheet), list(_descendants(sheet.structure_tree, "TR")))
        for sheet in opened(content).pages
    ]
    words = {
        cell["id"]: without_spaces("".join(_paragraphs(cell, marked)))
        for marked, rows in pages
        for row in rows
        for cell in row["children"]
        if "id" in cell
    }
    root = pypdf.PdfReader(io.BytesIO(content)).root_object["/StructTreeRoot"]
    found = []
    for row in _elements(root, "/TR"):
        cells = [cell for kid in _kids(row) if (cell := kid.get_object())]
        attributes = [_table_attributes(cell) for cell in cells]
        if not any(own.get("/Scope") == "/Column" for own in attributes):
            found.append(
                [
                    (
                        words.get(_text_id(cell), ""),
                        tuple(words[_name(h)] for h in own.get("/Headers", [])),
                    )
                    for cell, own in zip(cells, attributes, strict=True)
                ]
            )
    return found


def _elements(element: Any, kind: str) -> Iterator[Any]:
    """Every structure element of a kind, in reading order."""
    for kid in _kids(element):
        child = kid.get_object()
        if isinstance(child, dict):
            if child.get("/S") == kind:
                yield child
            yield from _elements(child, kind)


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", []) if isinstance(element, dict) else []
    kids = kids.get_object() if hasattr(kids, "get_object") else kids
    return kids if isinstance(kids, list) else [kids]


def _table_attributes(cell: Any) -> dict[str, Any]:
    found = cell.get("/A", {})
    found = found.get_object() if hasattr(found, "get_object") else found
    return {
        k: v for each in (found if isinstance(found, list) else [found]) for k, v in each.items()
    }


def _text_id(cell: Any) -> str:
    return _name(cell["/ID"]) if "/ID" in cell else ""


def _name(value: Any) -> str:
    return value.decode("ascii") if isinstance(value, bytes) else str(value)
