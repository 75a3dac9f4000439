"""How the texts of a workbook look: its styles and runs in, struck and unreadable ones out.

``facts`` asks while it reads the cells of an Office workbook; an ``.ods`` is looked through
here, and only where its bytes show that there is anything to find.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from pipeline.base.xml_parts import parsed, value
from pipeline.model.grid import column_number

ADDRESS: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_STYLES: Final = "xl/styles.xml"
# Points; smaller letters nobody reads.
_SMALLEST: Final = 4.0
# A format whose sections are empty shows nothing.
_SHOWS_NOTHING: Final = re.compile(r'\s*(?:"\s*")?\s*;\s*;\s*;?\s*')
_OFF: Final = frozenset({"0", "false"})
_ON: Final = frozenset({"1", "true"})
_MOST_REPEATED: Final = 1000
_MOST_ROWS: Final = 2**20

CellPlace = tuple[int, int]


@dataclass(slots=True)
class SheetLooks:
    """The cells of one sheet that are not plain; rows and columns from 1."""

    struck: dict[CellPlace, str] = field(default_factory=dict)
    unseen: set[CellPlace] = field(default_factory=set)
    formulas: set[CellPlace] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    notes: dict[CellPlace, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StyleLooks:
    """The numbers of the cell formats of an ``.xlsx`` that strike text or hide it."""

    struck: frozenset[str] = frozenset()
    unseen: frozenset[str] = frozenset()

    @classmethod
    def of(cls, archive: zipfile.ZipFile) -> StyleLooks:
        """What the workbook's styles tell."""
        if _STYLES not in archive.namelist():
            return cls()
        return cls(*_odd_styles(parsed(archive.read(_STYLES))))


class Runs:
    """A text while its XML goes by: its length, its words and those of them that are struck.

    Fed with the local names of elements. How words are pronounced (furigana) is none of them.
    """

    def __init__(self) -> None:
        self.text: list[str] = []
        self.struck: list[str] = []
        self._in_words = self._in_reading = self._is_struck = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if name == "t":
            self._in_words = not self._in_reading
        elif name == "r":
            self._is_struck = False
        elif name == "strike":
            self._is_struck = attributes.get("val") not in _OFF
        elif name == "rPh":
            self._in_reading = True

    def characters(self, text: str) -> None:
        """Some text."""
        if self._in_words:
            self.text.append(text)
            if self._is_struck:
                self.struck.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "t":
            self._in_words = False
        elif name == "r":
            self._is_struck = False
        elif name == "rPh":
            self._in_reading = False


def notes_of(archive: zipfile.ZipFile, part: str) -> dict[CellPlace, str]:
    """The comments and drawings of a sheet, by the cell that they stand at, with their words."""
    folder, name = posixpath.split(part)
    rels = f"{folder}/_rels/{name}.rels"
    names = set(archive.namelist())
    notes: dict[CellPlace, str] = {}
    for relation in list(parsed(archive.read(rels))) if rels in names else []:
        kind = (relation.get("Type") or "").rpartition("/")[2]
        target = posixpath.normpath(posixpath.join("/" + folder, relation.get("Target") or ""))
        if kind in ("comments", "drawing") and target.lstrip("/") in names:
            root = parsed(archive.read(target.lstrip("/")))
            for at, words in _comments(root) if kind == "comments" else _drawings(root):
                notes[at] = " ".join(filter(None, (notes.get(at), words)))
    return notes


def _comments(root: etree._Element) -> Iterator[tuple[CellPlace, str]]:
    for each in root.iter("{*}comment"):
        match = ADDRESS.fullmatch(each.get("ref") or "")
        if match:
            yield (int(match[2]), column_number(match[1])), _words(each).strip() or "コメント"


def _drawings(root: etree._Element) -> Iterator[tuple[CellPlace, str]]:
    for anchor in root:
        start = anchor.find("{*}from")
        if start is None:
            continue
        first = int(start.findtext("{*}row") or 0) + 1
        last = int(anchor.findtext("{*}to/{*}row") or first - 1) + 1
        column = int(start.findtext("{*}col") or 0) + 1
        for row in range(first, min(last, first + _MOST_REPEATED) + 1):
            yield (row, column), _words(anchor).strip() or "図形"


def _words(element: etree._Element) -> str:
    return "".join(text.text or "" for text in element.iter("{*}t"))


def _is_struck(properties: etree._Element | None) -> bool:
    found = properties.find("{*}strike") if properties is not None else None
    return found is not None and found.get("val") not in _OFF


def _odd_styles(styles: etree._Element) -> tuple[frozenset[str], frozenset[str]]:
    """The numbers of the cell formats that strike, and of those that hide."""
    fonts = styles.find("{*}fonts")
    struck_fonts, unseen_fonts = set(), set()
    for number, font in enumerate(fonts if fonts is not None else ()):
        if _is_struck(font):
            struck_fonts.add(number)
        if _is_unreadable(font):
            unseen_fonts.add(number)
    formats = {
        each.get("numFmtId")
        for each in styles.iter("{*}numFmt")
        if _SHOWS_NOTHING.fullmatch(each.get("formatCode") or "")
    }
    struck: set[str] = set()
    unseen: set[str] = set()
    cells = styles.find("{*}cellXfs")
    for number, cell in enumerate(cells if cells is not None else ()):
        used = int(cell.get("fontId") or 0)
        if used in struck_fonts:
            struck.add(str(number))
        if used in unseen_fonts or cell.get("numFmtId") in formats:
            unseen.add(str(number))
    return frozenset(struck), frozenset(unseen)


def _is_unreadable(font: etree._Element) -> bool:
    """Whether a font is white, or too small to read."""
    size, colour = font.find("{*}sz"), font.find("{*}color")
    try:
        small = size is not None and float(size.get("val") or 11) < _SMALLEST
    except ValueError:
        small = False
    # Theme colour 0 is the paper's.
    white = colour is not None and (
        (colour.get("rgb") or "")[-6:].upper() == "FFFFFF"
        or (colour.get("theme") == "0" and not colour.get("tint"))
        or colour.get("indexed") in ("1", "9")
    )
    return small or white


def hidden_columns(column: Mapping[str, str]) -> Iterator[int]:
    """The columns that a ``col`` element hides, or makes too narrow to see."""
    is_narrow = column.get("customWidth") in _ON and column.get("width") in ("0", "0.0")
    if column.get("hidden") in _ON or is_narrow:
        first, last = int(column.get("min", 1)), int(column.get("max", 1))
        yield from range(first, min(last, first + _MOST_REPEATED) + 1)


# ---- OpenDocument


def ods_looks(content: bytes) -> dict[str, SheetLooks]:
    """The cells of each table of an ``.ods`` that are not plain."""
    if not any(word in content for word in (b"line-through", b"table:formula", b"collapse")):
        return {}
    root = parsed(content)
    struck = {
        value(style, "name")
        for style in root.iter("{*}style")
        for each in style.iter("{*}text-properties")
        if value(each, "text-line-through-style") not in (None, "none")
    }
    return {
        value(table, "name") or "": _ods_table(table, struck) for table in root.iter("{*}table")
    }


def _ods_table(table: etree._Element, struck: set[str | None]) -> SheetLooks:
    looks = SheetLooks()
    at = 0
    for column in table.iter("{*}table-column"):
        many = _repeated(column, "columns")
        if value(column, "visibility") in ("collapse", "filter"):
            looks.hidden_columns |= set(range(at + 1, at + min(many, _MOST_REPEATED) + 1))
        at += many
    number = 0
    for row in table.iter("{*}table-row"):
        _ods_row(row, number + 1, struck, looks)
        number += _repeated(row, "rows")
    return looks


def _ods_row(row: etree._Element, number: int, struck: set[str | None], looks: SheetLooks) -> None:
    at = 0
    for cell in row:
        if not isinstance(cell.tag, str):
            continue
        place = (number, at + 1)
        if value(cell, "formula") is not None:
            looks.formulas.add(place)
        words = "".join(map(str, cell.itertext()))
        spans = [each for each in cell.iter("{*}span") if value(each, "style-name") in struck]
        part = "".join("".join(map(str, each.itertext())) for each in spans)
        if value(cell, "style-name") in struck and words.strip():
            looks.struck[place] = words
        elif part:
            looks.struck[place] = part
        at += _repeated(cell, "columns")


def _repeated(element: etree._Element, of: str) -> int:
    """How many equal ones an element stands for; the empty rest of a sheet counts little."""
    told = value(element, f"number-{of}-repeated") or "1"
    return min(int(told), _MOST_ROWS) if told.isdecimal() else 1
