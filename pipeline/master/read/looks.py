"""How the texts of a workbook look: its styles and runs in, struck and unreadable texts out.

``facts`` uses this module while it reads the cells of an Office workbook. An ``.ods`` is parsed
here, and only if its bytes contain a word that indicates such a text.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from lxml import etree

from pipeline.base.paths import ANNOTATOR
from pipeline.base.xml_parts import parsed, value
from pipeline.master.read.book_colours import BLACK, BookColours, is_faint
from pipeline.model.grid import column_number

ADDRESS: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_STYLES: Final = "xl/styles.xml"
# Points; smaller letters are unreadable, and so is text in a row of less height.
_SMALLEST: Final = 4.0
# Characters; a narrower column shows no text.
_NARROWEST: Final = 1.0
# A format whose sections are empty shows nothing.
_SHOWS_NOTHING: Final = re.compile(r'\s*(?:"\s*")?\s*;\s*;\s*;?\s*')
_SECTION: Final = re.compile(r'((?:"[^"]*"|\\.|[^;"\\])*);')
# The section for texts if it shows them unchanged; it may contain colours and padding.
_PLAIN_TEXT: Final = re.compile(r"(?:\[\w+\]|[_*].|\s)*(?:@|General)(?:[_*].|\s)*", re.IGNORECASE)
_TEXT_SECTION: Final = 4
_OFF: Final = frozenset({"0", "false"})
_ON: Final = frozenset({"1", "true"})
_MOST_REPEATED: Final = 1000
_MOST_ROWS: Final = 2**20

CellPlace = tuple[int, int]


@dataclass(slots=True)
class SheetLooks:
    """The cells of one sheet with a special look; rows and columns from 1."""

    struck: dict[CellPlace, str] = field(default_factory=dict)
    unseen: set[CellPlace] = field(default_factory=set)
    formulas: set[CellPlace] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    notes: dict[CellPlace, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StyleLooks:
    """The numbers of the cell formats of an ``.xlsx`` that strike through or hide text.

    ``crossed``: formats with a diagonal line. ``conditional``: the formats of conditional
    formatting that strike through or hide text.
    """

    struck: frozenset[str] = frozenset()
    unseen: frozenset[str] = frozenset()
    crossed: frozenset[str] = frozenset()
    conditional: frozenset[str] = frozenset()
    colours: BookColours = field(default_factory=BookColours)

    @classmethod
    def of(cls, archive: zipfile.ZipFile) -> StyleLooks:
        """The formats from the styles of the workbook."""
        if _STYLES not in archive.namelist():
            return cls()
        root = parsed(archive.read(_STYLES))
        colours = BookColours.of(archive)
        struck, unseen, crossed = _odd_styles(root, colours)
        return cls(struck, unseen, crossed, _odd_rules(root, colours), colours)


class Runs:
    """Collects one text from XML events: its words, the struck ones, and whether all are readable.

    The events have the local names of elements. Furigana is not part of the words.
    """

    def __init__(self, colours: BookColours) -> None:
        self.text: list[str] = []
        self.struck: list[str] = []
        self.is_unseen = False
        self._colours = colours
        self._in_words = self._in_reading = self._is_struck = self._is_faint = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Handle the start of an element."""
        if name == "t":
            self._in_words = not self._in_reading
        elif name == "r":
            self._is_struck = self._is_faint = False
        elif name == "strike":
            self._is_struck = attributes.get("val") not in _OFF
        elif name == "color":
            self._is_faint |= is_faint(self._colours.rgb(attributes), None)
        elif name == "sz":
            self._is_faint |= is_narrow(attributes.get("val"))
        elif name == "rPh":
            self._in_reading = True

    def characters(self, text: str) -> None:
        """Handle a piece of text."""
        if self._in_words:
            self.text.append(text)
            if self._is_struck:
                self.struck.append(text)
            self.is_unseen |= self._is_faint and bool(text.strip())

    def end(self, name: str) -> None:
        """Handle the end of an element."""
        if name == "t":
            self._in_words = False
        elif name == "r":
            self._is_struck = self._is_faint = False
        elif name == "rPh":
            self._in_reading = False


def notes_of(archive: zipfile.ZipFile, part: str) -> dict[CellPlace, str]:
    """The texts of the comments and drawings of a sheet, by their cell."""
    folder, name = posixpath.split(part)
    rels = f"{folder}/_rels/{name}.rels"
    names = set(archive.namelist())
    notes: dict[CellPlace, str] = {}
    for relation in list(parsed(archive.read(rels))) if rels in names else []:
        kind = (relation.get("Type") or "").rpartition("/")[2]
        target = posixpath.normpath(posixpath.join("/" + folder, relation.get("Target") or ""))
        read = _NOTE_READERS.get(kind)
        if read is not None and target.lstrip("/") in names:
            root = parsed(archive.read(target.lstrip("/")))
            for at, words in read(root):
                notes[at] = " ".join(filter(None, (notes.get(at), words)))
    return notes


def _comments(root: etree._Element) -> Iterator[tuple[CellPlace, str]]:
    authors = [author.text for author in root.iter("{*}author")]
    own_author = str(authors.index(ANNOTATOR)) if ANNOTATOR in authors else None
    for comment in root.iter("{*}comment"):
        match = ADDRESS.fullmatch(comment.get("ref") or "")
        words = _words(comment).strip()
        # Our findings are not notes of the office; in a comment of the office they follow its text.
        is_own = comment.get("authorId") == own_author and words.startswith("【")
        if match and not is_own:
            yield (int(match[2]), column_number(match[1])), words or "コメント"


def _drawings(root: etree._Element) -> Iterator[tuple[CellPlace, str]]:
    # A drawing with an absolute position in the sheet counts as a drawing at A1.
    for anchor in root.iter("{*}twoCellAnchor", "{*}oneCellAnchor", "{*}absoluteAnchor"):
        first = int(anchor.findtext("{*}from/{*}row") or 0) + 1
        last = int(anchor.findtext("{*}to/{*}row") or first - 1) + 1
        column = int(anchor.findtext("{*}from/{*}col") or 0) + 1
        for row in range(first, min(last, first + _MOST_REPEATED) + 1):
            yield (row, column), _words(anchor).strip() or "図形"


def _threads(root: etree._Element) -> Iterator[tuple[CellPlace, str]]:
    """Threaded comments; Excel also stores them as plain comments, other programs may not."""
    for comment in root.iter("{*}threadedComment"):
        match = ADDRESS.fullmatch(comment.get("ref") or "")
        if match:
            yield (
                (int(match[2]), column_number(match[1])),
                comment.findtext("{*}text") or "コメント",
            )


_NOTE_READERS: Final = {"comments": _comments, "drawing": _drawings, "threadedComment": _threads}


def _words(element: etree._Element) -> str:
    return "".join(text.text or "" for text in element.iter("{*}t"))


def _is_struck(properties: etree._Element | None) -> bool:
    found = properties.find("{*}strike") if properties is not None else None
    return found is not None and found.get("val") not in _OFF


def _odd_styles(styles: etree._Element, colours: BookColours) -> Iterator[frozenset[str]]:
    """The numbers of the cell formats that strike through, hide and cross out text."""
    fonts, fills, borders = (_all_of(styles, name) for name in ("fonts", "fills", "borders"))
    formats = {
        number_format.get("numFmtId")
        for number_format in styles.iter("{*}numFmt")
        if _hides(number_format.get("formatCode") or "")
    }

    # A workbook may have a million formats, but only a few fonts, fills and borders.
    @cache
    def looks(font: str | None, fill: str | None, border: str | None) -> tuple[bool, bool, bool]:
        lines = _at(borders, border)
        return (
            _is_struck(_at(fonts, font)),
            _is_unreadable(_at(fonts, font), _at(fills, fill), colours),
            lines is not None and lines.find("{*}diagonal[@style]") is not None,
        )

    odd: tuple[set[str], ...] = (set(), set(), set())
    for number, cell in enumerate(_all_of(styles, "cellXfs")):
        result = looks(cell.get("fontId"), cell.get("fillId"), cell.get("borderId"))
        for place, is_odd in enumerate(result):
            if is_odd:
                odd[place].add(str(number))
        if cell.get("numFmtId") in formats:
            odd[1].add(str(number))
    return map(frozenset, odd)


def _odd_rules(styles: etree._Element, colours: BookColours) -> frozenset[str]:
    """The numbers of the conditional formats that may strike through or hide text."""
    return frozenset(
        str(number)
        for number, rule_format in enumerate(_all_of(styles, "dxfs"))
        if _is_struck(rule_format.find("{*}font"))
        or _is_unreadable(rule_format.find("{*}font"), rule_format.find("{*}fill"), colours)
        or any(_hides(code.get("formatCode") or "") for code in rule_format.iter("{*}numFmt"))
    )


def _all_of(styles: etree._Element, name: str) -> list[etree._Element]:
    found = styles.find(f"{{*}}{name}")
    return [] if found is None else list(found)


def _at(among: list[etree._Element], number: str | None) -> etree._Element | None:
    place = int(number or 0)
    return among[place] if place < len(among) else None


def _hides(code: str) -> bool:
    """Whether a number format does not show a text, or shows it changed."""
    sections = (_SECTION.findall(f"{code};") or [""])[:_TEXT_SECTION]
    shown = sections[-1] if len(sections) == _TEXT_SECTION or "@" in sections[-1] else "@"
    return bool(_SHOWS_NOTHING.fullmatch(code)) or not _PLAIN_TEXT.fullmatch(shown)


def _is_unreadable(
    font: etree._Element | None, fill: etree._Element | None, colours: BookColours
) -> bool:
    """Whether a font has nearly the colour of its background, or is too small to read."""
    size = font.find("{*}sz") if font is not None else None
    element = font.find("{*}color") if font is not None else None
    font_colour = colours.rgb(_attributes(element))
    is_known = font_colour is not None or element is None or element.get("auto") is not None
    backgrounds = list(_backgrounds(fill, colours)) or [None]
    faint = is_known and any(is_faint(font_colour, background) for background in backgrounds)
    return faint or (size is not None and is_narrow(size.get("val")))


def _backgrounds(fill: etree._Element | None, colours: BookColours) -> Iterator[str | None]:
    """The background colours of a text: one of a pattern, or all colours of a gradient."""
    if fill is None:
        return
    yield from (colours.rgb(_attributes(colour)) for colour in fill.iterfind(".//{*}stop/{*}color"))
    pattern = fill.find("{*}patternFill")
    if pattern is not None:
        # In a conditional format bgColor is the fill colour; patternType may be missing.
        is_solid = pattern.get("patternType") == "solid"
        front = colours.rgb(_attributes(pattern.find("{*}fgColor"))) if is_solid else None
        ground = front or colours.rgb(_attributes(pattern.find("{*}bgColor")))
        yield ground or (BLACK if is_solid and not len(pattern) else None)


def _attributes(element: etree._Element | None) -> dict[str, str] | None:
    return None if element is None else {str(k): str(v) for k, v in element.attrib.items()}


def is_narrow(size: str | None, least: float = _SMALLEST) -> bool:
    """Whether a height in points or a width in characters is too small to show letters."""
    try:
        return size is not None and float(size) < least
    except ValueError:
        return False


def hidden_columns(column: Mapping[str, str]) -> Iterator[int]:
    """The columns that a ``col`` element hides or makes too narrow to see."""
    if column.get("hidden") in _ON or is_narrow(column.get("width"), _NARROWEST):
        first, last = int(column.get("min", 1)), int(column.get("max", 1))
        yield from range(first, min(last, first + _MOST_REPEATED) + 1)


# ---- OpenDocument


def ods_looks(content: bytes) -> dict[str, SheetLooks]:
    """The cells with a special look in each table of an ``.ods``."""
    if not any(word in content for word in (b"line-through", b"table:formula", b"collapse")):
        return {}
    root = parsed(content)
    struck = {
        value(style, "name")
        for style in root.iter("{*}style")
        for properties in style.iter("{*}text-properties")
        if value(properties, "text-line-through-style") not in (None, "none")
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
        spans = [span for span in cell.iter("{*}span") if value(span, "style-name") in struck]
        part = "".join("".join(map(str, span.itertext())) for span in spans)
        if value(cell, "style-name") in struck and words.strip():
            looks.struck[place] = words
        elif part:
            looks.struck[place] = part
        at += _repeated(cell, "columns")


def _repeated(element: etree._Element, of: str) -> int:
    """How often an element is repeated, at most the number of rows of a sheet."""
    count = value(element, f"number-{of}-repeated") or "1"
    return min(int(count), _MOST_ROWS) if count.isdecimal() else 1
