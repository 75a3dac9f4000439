"""Read a PDF back: its cells, its text, what a screen reader is told. Or make a plain one."""

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
    """A PDF to look into; it stays open, because reading it costs more than making it."""
    return pdfplumber.open(io.BytesIO(content))


def cells(content: bytes) -> list[list[list[str]]]:
    """Per page, the table's rows that begin with a number; a cell's lines as printed."""
    pages = [each.extract_table() or [] for each in opened(content).pages]
    return [
        [[cell or "" for cell in row] for row in rows if (row[0] or "").isdigit()] for rows in pages
    ]


def text(content: bytes) -> list[str]:
    """The text of each page, in lines."""
    return [each.extract_text() for each in opened(content).pages]


@dataclass(frozen=True)
class Placed:
    """A character on its page: the corner where it begins and its size, in points."""

    page: int
    text: str
    x: float
    y: float
    size: float
    font: str


def characters(content: bytes) -> list[Placed]:
    """Every character of the file, as drawn."""
    return [
        Placed(number, each["text"], each["x0"], each["top"], each["size"], each["fontname"])
        for number, one in enumerate(opened(content).pages)
        for each in one.chars
    ]


def paper_of(content: bytes) -> tuple[float, float]:
    """Width and height of the pages, in millimetres."""
    (size,) = {(each.width, each.height) for each in opened(content).pages}
    return size[0] * 25.4 / 72, size[1] * 25.4 / 72


def fonts(content: bytes) -> set[str]:
    """The names of the fonts that draw something, without the letters of their subset."""
    return {each["fontname"].split("+")[-1] for one in opened(content).pages for each in one.chars}


def failures(content: bytes) -> list[str]:
    """What PDF/UA-1 and PDF/A-2a find wrong with the file."""
    return [
        f"{profile.name}: {failure}"
        for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A)
        for failure in page.validate_pdf_bytes(content, profile=profile).failures
    ]


@dataclass(frozen=True)
class ToldCell:
    """A cell as a screen reader has it: kind, scope, its paragraphs, its headers' words."""

    kind: str
    scope: str | None
    paragraphs: tuple[str, ...]
    headers: tuple[str, ...]

    @property
    def words(self) -> str:
        return "".join(self.paragraphs)


def told(content: bytes) -> list[list[list[ToldCell]]]:
    """Per page, the rows of its table, header rows included, from the structure tree."""
    pages = [
        (_marked_texts(one), list(_below(one.structure_tree, "TR")))
        for one in opened(content).pages
    ]
    # The heading of a group may stand on an earlier page than its rows.
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


def _cell(cell: dict[str, Any], marked: dict[int, str], words: dict[str, str]) -> ToldCell:
    attributes = cell.get("attributes", {})
    headers = [words[name.decode("ascii")] for name in attributes.get("Headers", [])]
    return ToldCell(
        cell["type"], attributes.get("Scope"), tuple(_paragraphs(cell, marked)), tuple(headers)
    )


def _below(elements: list[dict[str, Any]], kind: str) -> Iterator[dict[str, Any]]:
    for element in elements:
        if element["type"] == kind:
            yield element
        yield from _below(element.get("children", []), kind)


def _paragraphs(element: dict[str, Any], marked: dict[int, str]) -> list[str]:
    """The texts of the paragraphs of an element; one text where it has none."""
    inner = list(_below(element.get("children", []), "P"))
    if not inner:
        whole = _marked(element, marked)
        return [whole] if whole else []
    return [_marked(each, marked) for each in inner]


def _marked(element: dict[str, Any], marked: dict[int, str]) -> str:
    own = "".join(marked.get(number, "") for number in element.get("mcids", []))
    return own + "".join(_marked(child, marked) for child in element.get("children", []))


def spoken(content: bytes) -> list[list[str]]:
    """Per page, the texts that assistive technology reads, in its order, none of them split."""
    return [_spoken_on(one) for one in opened(content).pages]


def _spoken_on(one: Any) -> list[str]:
    marked = _marked_texts(one)
    return [_marked(each, marked) for each in _leaves(one.structure_tree)]


def unspoken(content: bytes) -> list[str]:
    """Per page, what is printed and not read: the artifacts."""
    return [_unspoken_on(one) for one in opened(content).pages]


def _unspoken_on(one: Any) -> str:
    told = {mark for each in _all_below(one.structure_tree) for mark in each.get("mcids", [])}
    return "".join(each["text"] for each in one.chars if each.get("mcid") not in told)


def replacements(content: bytes) -> list[str]:
    """Every text that is read in place of what is printed."""
    return [
        str(each[key])
        for one in opened(content).pages
        for each in _all_below(one.structure_tree)
        for key in ("alt_text", "actual_text")
        if each.get(key)
    ]


def _marked_texts(one: Any) -> dict[int, str]:
    marked: dict[int, str] = {}
    for each in one.chars:
        if each.get("mcid") is not None:
            marked[each["mcid"]] = marked.get(each["mcid"], "") + each["text"]
    return marked


def _all_below(elements: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for element in elements:
        yield element
        yield from _all_below(element.get("children", []))


def _leaves(elements: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The cells, and what stands outside of tables: paragraphs and headings."""
    for element in elements:
        if element["type"] in {"TH", "TD", "P", "H1"}:
            yield element
        else:
            yield from _leaves(element.get("children", []))


def crossing(content: bytes) -> list[str]:
    """Characters that reach over the border of the cell they stand in."""
    return [each for one in opened(content).pages for each in _crossing_on(one)]


def _crossing_on(one: Any) -> Iterator[str]:
    boxes = [box for table in one.find_tables() for box in table.cells]
    for each in one.chars:
        x, y = (each["x0"] + each["x1"]) / 2, (each["top"] + each["bottom"]) / 2
        for left, top, right, bottom in boxes:
            if left < x < right and top < y < bottom and not each["text"].isspace():
                if each["x0"] < left or each["x1"] > right:
                    yield each["text"]
                break


def squeezed(text: str) -> str:
    """A text without its spaces and line breaks, which a page has anywhere."""
    return "".join(text.split())


def plain(pages: int) -> bytes:
    """A PDF of A4 pages with a cross-reference stream, as WeasyPrint writes them."""
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


def headers_told(content: bytes) -> list[list[tuple[str, tuple[str, ...]]]]:
    """Each cell of each row below the header: its words, and those of its headers.

    From the structure itself, which has empty cells too.
    """
    pages = [
        (_marked_texts(one), list(_below(one.structure_tree, "TR")))
        for one in opened(content).pages
    ]
    words = {
        cell["id"]: squeezed("".join(_paragraphs(cell, marked)))
        for marked, rows in pages
        for row in rows
        for cell in row["children"]
        if "id" in cell
    }
    root = pypdf.PdfReader(io.BytesIO(content)).root_object["/StructTreeRoot"]
    found = []
    for row in _elements(root, "/TR"):
        cells = [each for kid in _kids(row) if (each := kid.get_object())]
        facts = [_table_facts(cell) for cell in cells]
        if not any(each.get("/Scope") == "/Column" for each in facts):
            found.append(
                [
                    (
                        words.get(_text_id(cell), ""),
                        tuple(words[_name(h)] for h in each.get("/Headers", [])),
                    )
                    for cell, each in zip(cells, facts, strict=True)
                ]
            )
    return found


def _elements(element: Any, kind: str) -> Iterator[Any]:
    """Every structure element of a kind, in reading order."""
    for kid in _kids(element):
        each = kid.get_object()
        if isinstance(each, dict):
            if each.get("/S") == kind:
                yield each
            yield from _elements(each, kind)


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", []) if isinstance(element, dict) else []
    kids = kids.get_object() if hasattr(kids, "get_object") else kids
    return kids if isinstance(kids, list) else [kids]


def _table_facts(cell: Any) -> dict[str, Any]:
    told = cell.get("/A", {})
    told = told.get_object() if hasattr(told, "get_object") else told
    return {k: v for each in (told if isinstance(told, list) else [told]) for k, v in each.items()}


def _text_id(cell: Any) -> str:
    return _name(cell["/ID"]) if "/ID" in cell else ""


def _name(told: Any) -> str:
    return told.decode("ascii") if isinstance(told, bytes) else str(told)
