"""The facts that pandas drops: an archive in, :class:`SheetFacts` by sheet name out.

Merged ranges, hidden rows and columns, filters, error values and formulas that
were never calculated. They are read from the sheets' XML as a stream. openpyxl
provides most of them, but does not distinguish a formula with an empty text as its
result (``<v></v>`` with ``t="str"``) from one without a result, and it builds the whole
workbook first. The size of the sheet is checked during reading, so that a single
cell at XFD1048576 is refused before calamine allocates a grid for it.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Final
from xml.parsers import expat

from lxml import etree

from pipeline.base.date_format import BUILT_IN_DATES
from pipeline.base.errors import InputUnreadable
from pipeline.base.number_format import BUILT_IN, GENERAL, format_number, is_number_format
from pipeline.master.read.book_colours import BookColours
from pipeline.master.read.looks import (
    ADDRESS,
    CellPlace,
    Runs,
    SheetLooks,
    StyleLooks,
    hidden_columns,
    is_narrow,
    notes_of,
    ods_looks,
)
from pipeline.model.grid import MergedRange, column_letters, column_number

# A council has tens of projects; a larger sheet is not a master.
ROW_LIMIT = 100_000
AREA_LIMIT = 4_000_000
# The last cell in Excel is XFD1048576.
_LAST_ROW = 1_048_576
_LAST_COLUMN = 16_384
# A shared text counts once for each of its cells, because calamine copies it.
TEXT_LIMIT = 128 * 2**20
MERGE_LIMIT = 50_000
SHEET_LIMIT = 500
_CHUNK = 2**18
_STRINGS = "xl/sharedStrings.xml"
# Some writers count empty texts as well.
_COUNT_TOLERANCE = 1_000
_SHOWN = 30
_RELATION = re.compile(r"\{[^}]*/relationships\}id")

# Formats that show the value unchanged: no format, and the text format.
_PLAIN: Final = frozenset({GENERAL, "", "@"})
Attributes = Mapping[str, str]


@dataclass(slots=True)
class SheetFacts:
    """The facts of one sheet in addition to its values; rows and columns from 1."""

    merged: list[MergedRange] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    filtered: bool = False
    unresolved: set[CellPlace] = field(default_factory=set)
    errors: dict[CellPlace, str] = field(default_factory=dict)
    shown: dict[CellPlace, str] = field(default_factory=dict)
    # Number formats of cells that may be dates; the value of the cell decides.
    dates: dict[CellPlace, str] = field(default_factory=dict)
    looks: SheetLooks = field(default_factory=SheetLooks)
    # Ranges in which a conditional format may strike through or hide text.
    rule_ranges: list[MergedRange] = field(default_factory=list)
    last_row: int = 0
    last_column: int = 0
    text: int = 0

    def count_cell(self, row: int, column: int) -> None:
        """Count a cell with a value; InputUnreadable if the sheet becomes too large."""
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)
        if self.last_row > ROW_LIMIT:
            raise InputUnreadable("too-many-rows", limit=f"{ROW_LIMIT:,}")
        if self.last_row * self.last_column > AREA_LIMIT:
            raise InputUnreadable("cell-far-away", address=f"{column_letters(column)}{row}")

    def count_text(self, characters: int) -> None:
        """Count the length of a text; InputUnreadable if all texts together become too long."""
        self.text += characters
        if self.text > TEXT_LIMIT:
            raise InputUnreadable("sheet-too-full")

    def add_merge(self, merge: MergedRange) -> None:
        """Add a merged range; InputUnreadable if there are too many."""
        self.merged.append(merge)
        if len(self.merged) > MERGE_LIMIT:
            raise InputUnreadable("too-many-merges", limit=f"{MERGE_LIMIT:,}")


def ooxml_facts(archive: zipfile.ZipFile) -> dict[str, SheetFacts]:
    """The facts of every worksheet of an ``.xlsx`` or ``.xlsm``, by sheet name."""
    facts = {}
    formats = _formats(archive)
    styles = StyleLooks.of(archive)
    keeps_words = bool(styles.struck or styles.unseen or styles.crossed)
    texts = _SharedTexts(styles.colours, keeps_words=keeps_words).read(archive)
    parts = list(_sheet_parts(archive))
    names = [name.casefold() for name, _ in parts]
    if len(set(names)) < len(names) or len(names) > SHEET_LIMIT:
        raise InputUnreadable("sheets-strange", limit=SHEET_LIMIT)
    for name, part in parts:
        with archive.open(part) as stream:
            facts[name] = _OoxmlSheet(formats, styles, texts).read(stream)
        facts[name].looks.notes |= notes_of(archive, part)
    return facts


def _formats(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """The number format of each cell style, by its index, without plain formats."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    root = etree.fromstring(archive.read("xl/styles.xml"))
    codes = {str(number): code for number, code in (BUILT_IN | BUILT_IN_DATES).items()}
    codes |= {
        str(number_format.get("numFmtId")): str(number_format.get("formatCode", ""))
        for number_format in root.iter("{*}numFmt")
    }
    styles = next(root.iter("{*}cellXfs"), ())
    wanted = (codes.get(str(style.get("numFmtId")), GENERAL) for style in styles)
    return {str(index): code for index, code in enumerate(wanted) if code.strip() not in _PLAIN}


def ods_facts(archive: zipfile.ZipFile) -> dict[str, SheetFacts]:
    """The facts of every table of an ``.ods``, by sheet name."""
    with archive.open("content.xml") as stream:
        facts = _OdsContent().read(stream)
    for name, looks in ods_looks(archive.read("content.xml")).items():
        if name in facts:
            facts[name].looks = looks
    return facts


class _SharedTexts:
    """The shared texts by their number: the length of each, and its struck part.

    ``unseen``: numbers of texts with an unreadable part. ``words``: the texts themselves, only
    if a cell format of the workbook may strike or hide them.
    """

    def __init__(self, colours: BookColours, *, keeps_words: bool) -> None:
        self.lengths: list[int] = []
        self.struck: dict[int, str] = {}
        self.unseen: set[int] = set()
        self.words: list[str] = []
        self._keeps_words = keeps_words
        self._declared = 0
        self._colours = colours
        self._runs = Runs(colours)
        self._length = 0

    def read(self, archive: zipfile.ZipFile) -> _SharedTexts:
        """Read the texts; InputUnreadable if the part declares more texts than it contains.

        calamine would allocate memory for the declared number.
        """
        if _STRINGS in archive.namelist():
            with archive.open(_STRINGS) as stream:
                _parse(stream, self._start, self._characters, self._end)
        if self._declared > len(self.lengths) + _COUNT_TOLERANCE:
            raise InputUnreadable("sheet-too-full")
        return self

    def _start(self, name: str, attributes: Attributes) -> None:
        name = _local(name)
        if name == "sst":
            self._declared = int(attributes.get("uniqueCount", 0))
        elif name == "si":
            self._runs, self._length = Runs(self._colours), 0
        else:
            self._runs.start(name, attributes)

    def _characters(self, text: str) -> None:
        # Characters outside the words count as well, because calamine reads them.
        self._length += len(text)
        self._runs.characters(text)

    def _end(self, name: str) -> None:
        name = _local(name)
        self._runs.end(name)
        if name == "si":
            if self._runs.struck:
                self.struck[len(self.lengths)] = "".join(self._runs.struck)
            if self._runs.is_unseen:
                self.unseen.add(len(self.lengths))
            if self._keeps_words:
                self.words.append("".join(self._runs.text))
            self.lengths.append(self._length)


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Sheet name and archive member of each sheet, by the same rules as calamine."""
    # Ignore the case; two names that differ only in case were refused before.
    names = {name.casefold(): name for name in archive.namelist()}
    relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {str(relation.get("Id")): str(relation.get("Target", "")) for relation in relations}
    book = etree.fromstring(archive.read("xl/workbook.xml"))
    for sheet in book.iter("{*}sheet"):
        keys = [str(value) for name, value in sheet.items() if _RELATION.fullmatch(str(name))]
        target = targets.get(keys[0], "") if keys else ""
        found = names.get(_plain_path(target).casefold())
        if found is not None:
            yield str(sheet.get("name")), found


def _plain_path(target: str) -> str:
    """The part name for a target of the workbook's relationships."""
    path = target.replace("\\", "/")
    below = path if path.startswith(("/", "xl/")) else f"xl/{path}"
    return posixpath.normpath(below.lstrip("/"))


def _parse(
    stream: IO[bytes],
    start: Callable[[str, Attributes], None],
    characters: Callable[[str], None],
    end: Callable[[str], None] | None = None,
) -> None:
    """Call the functions for each start of an element, each text and each end."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.CharacterDataHandler = characters
    parser.EndElementHandler = end
    parser.buffer_text = True
    while chunk := stream.read(_CHUNK):
        parser.Parse(chunk, False)  # noqa: FBT003 - expat's own signature
    parser.Parse(b"", True)  # noqa: FBT003 - expat's own signature


def _local(name: str) -> str:
    """The name without its prefix: some writers use ``x:c`` for ``c``."""
    return name.rpartition(":")[2] if ":" in name else name


class _OoxmlSheet:
    """Reads one worksheet part, element by element."""

    def __init__(
        self, formats: Mapping[str, str], styles: StyleLooks, shared: _SharedTexts
    ) -> None:
        """``formats``: number formats by style."""
        self.facts = SheetFacts()
        self._formats = formats
        self._styles = styles
        self._shared = shared
        self._style = ""
        self._runs: Runs | None = None
        self._rows_seen = 0
        self._row = 0
        self._column = 0
        self._type = ""
        self._has_formula = False
        self._has_value = False
        self._text: list[str] | None = None
        self._starts: dict[str, Callable[[Attributes], None]] = {
            "row": self._start_row,
            "c": self._start_cell,
            "f": self._start_formula,
            "v": self._start_value,
            "is": self._start_inline,
            "mergeCell": self._start_merge,
            "filterColumn": self._start_filter,
            "col": self._start_column,
            "conditionalFormatting": self._start_rules,
            "cfRule": self._start_rule,
            "dxf": self._start_own_format,
            "font": self._start_own_font,
            "sqref": self._start_ranges,
        }
        self._rule_range_text = ""
        # A rule that refers to other sheets contains its format, followed by its ranges.
        self._has_own_format = self._has_own_font = False

    def read(self, stream: IO[bytes]) -> SheetFacts:
        _parse(stream, self._start, self._characters, self._end)
        return self.facts

    def _start(self, name: str, attributes: Attributes) -> None:
        name = _local(name)
        handler = self._starts.get(name)
        if handler is not None:
            handler(attributes)
        elif self._runs is not None:
            self._runs.start(name, attributes)

    def _end(self, name: str) -> None:
        name = _local(name)
        if name == "c":
            self._end_cell()
        elif name == "sqref" and self._text is not None:
            self._end_ranges("".join(self._text))
            self._text = None
        elif self._runs is not None:
            self._runs.end(name)

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)
        elif self._runs is not None:
            self._runs.characters(text)

    def _start_column(self, attributes: Attributes) -> None:
        self.facts.looks.hidden_columns.update(hidden_columns(attributes))

    def _start_row(self, attributes: Attributes) -> None:
        self._rows_seen += 1
        if self._rows_seen > ROW_LIMIT:
            raise InputUnreadable("too-many-rows", limit=f"{ROW_LIMIT:,}")
        self._row = int(attributes.get("r", self._row + 1))
        self._column = 0
        if attributes.get("hidden") in ("1", "true") or is_narrow(attributes.get("ht")):
            self.facts.hidden_rows.add(self._row)

    def _start_cell(self, attributes: Attributes) -> None:
        address = attributes.get("r")
        if address is None:
            self._column += 1
        else:
            self._row, self._column = self._place(address)
        self._type = attributes.get("t", "")
        self._style = attributes.get("s", "")
        self._has_formula = self._has_value = False
        self._text = self._runs = None

    def _place(self, address: str) -> CellPlace:
        """Row and column; InputUnreadable if Excel has no such address.

        calamine accepts more than Excel writes: it would read b90000000 as a row.
        """
        match = ADDRESS.fullmatch(address)
        row, column = (int(match[2]), column_number(match[1])) if match else (0, 0)
        if not (1 <= row <= _LAST_ROW and column <= _LAST_COLUMN):
            raise InputUnreadable("cell-address-strange", address=address[:_SHOWN])
        return row, column

    def _start_formula(self, _: Attributes) -> None:
        self._has_formula = True
        self._text = None

    def _start_value(self, _: Attributes) -> None:
        # A calculated empty text is an empty <v> of type str; a formula written by a
        # library has an empty <v> without a type.
        self._has_value = self._type == "str"
        self._text = []

    def _start_inline(self, _: Attributes) -> None:
        self._has_value = True
        self._runs = Runs(self._styles.colours)

    def _end_cell(self) -> None:
        at = (self._row, self._column)
        text = "".join(self._text or ())
        self._text = None
        if self._has_formula:
            self.facts.looks.formulas.add(at)
        if text or self._has_value:
            self.facts.count_cell(*at)
            self._end_value(at, text)
        elif self._has_formula:
            self.facts.count_cell(*at)
            self.facts.unresolved.add(at)

    def _end_value(self, at: CellPlace, text: str) -> None:
        """Record the facts of a cell with a value."""
        words, struck, length = text, "", len(text)
        if self._runs is not None:
            words, struck = "".join(self._runs.text), "".join(self._runs.struck)
            length = len(words)
            if self._runs.is_unseen:
                self.facts.looks.unseen.add(at)
        elif self._type == "s" and text.isdecimal() and int(text) < len(self._shared.lengths):
            number = int(text)
            length = self._shared.lengths[number]
            struck = self._shared.struck.get(number, "")
            if number in self._shared.unseen:
                self.facts.looks.unseen.add(at)
            words = self._shared.words[number] if self._shared.words else text
        self.facts.count_text(length)
        if self._type == "e":
            self.facts.errors[at] = text
        elif text and self._type in ("", "n") and (code := self._formats.get(self._style)):
            if is_number_format(code):
                self.facts.shown[at] = format_number(float(text), code)
            else:
                self.facts.dates[at] = code
        self._record_style(at, words, struck)

    def _record_style(self, at: CellPlace, words: str, struck: str) -> None:
        """Record a text that is struck through (entirely or in part), unreadable or crossed out."""
        if self._style in self._styles.struck and words.strip():
            struck = words
        if struck:
            self.facts.looks.struck[at] = struck
        if self._style in self._styles.unseen and words.strip():
            self.facts.looks.unseen.add(at)
        if self._style in self._styles.crossed and words.strip():
            self.facts.looks.notes[at] = "斜線"

    def _start_merge(self, attributes: Attributes) -> None:
        ends = [self._place(end) for end in attributes.get("ref", "").split(":")]
        if len(ends) == 2:  # noqa: PLR2004 - first and last cell
            self.facts.add_merge(MergedRange(*ends[0], *ends[1]))

    def _start_rules(self, attributes: Attributes) -> None:
        self._rule_range_text = attributes.get("sqref", "")

    def _start_rule(self, attributes: Attributes) -> None:
        if attributes.get("dxfId") in self._styles.conditional:
            self._add_rule_ranges(self._rule_range_text)

    def _add_rule_ranges(self, ranges: str) -> None:
        for area in ranges.split():
            ends = [self._place(end) for end in area.split(":")]
            self.facts.rule_ranges.append(MergedRange(*ends[0], *ends[-1]))

    def _start_own_format(self, _: Attributes) -> None:
        self._has_own_format = True

    def _start_own_font(self, _: Attributes) -> None:
        self._has_own_font = self._has_own_format

    def _start_ranges(self, _: Attributes) -> None:
        self._text = []

    def _end_ranges(self, ranges: str) -> None:
        if self._has_own_font:
            self._add_rule_ranges(ranges)
        self._has_own_format = self._has_own_font = False

    def _start_filter(self, _: Attributes) -> None:
        self.facts.filtered = True


class _OdsContent:
    """Reads ``content.xml``; one row or cell element may mean many equal ones."""

    def __init__(self) -> None:
        self.tables: dict[str, SheetFacts] = {}
        self._facts = SheetFacts()
        self._row = 0
        self._rows = 1
        self._column = 0
        self._cell: Attributes | None = None
        self._columns = 1
        self._text: list[str] = []
        self._spaces = 0

    def read(self, stream: IO[bytes]) -> dict[str, SheetFacts]:
        _parse(stream, self._start, self._characters, self._end)
        return self.tables

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == "table:table":
            name = attributes.get("table:name", "")
            if name in self.tables or len(self.tables) >= SHEET_LIMIT:
                raise InputUnreadable("sheets-strange", limit=SHEET_LIMIT)
            self._facts = self.tables[name] = SheetFacts()
            self._row, self._rows = 0, 1
        elif name == "table:table-row":
            self._start_row(attributes)
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._cell = attributes
            self._columns = _repetitions(attributes, "table:number-columns-repeated")
            self._text = []
            self._spaces = 0
        elif name == "text:s" and self._cell is not None:
            # calamine writes every space.
            self._spaces += _repetitions(attributes, "text:c")
            if self._spaces > TEXT_LIMIT:
                raise InputUnreadable("sheet-too-full")

    def _start_row(self, attributes: Attributes) -> None:
        self._row += self._rows if self._row else 1
        self._rows = _repetitions(attributes, "table:number-rows-repeated")
        self._column = 0
        visibility = attributes.get("table:visibility", "visible")
        if visibility != "visible":
            last = min(self._row + self._rows, ROW_LIMIT + 1)
            self._facts.hidden_rows.update(range(self._row, last))
            self._facts.filtered = self._facts.filtered or visibility == "filter"

    def _characters(self, text: str) -> None:
        if self._cell is not None:
            self._text.append(text)

    def _end(self, name: str) -> None:
        if name in ("table:table-cell", "table:covered-table-cell") and self._cell is not None:
            self._end_cell(self._cell, covered=name == "table:covered-table-cell")
            self._cell = None
            self._column += self._columns

    def _end_cell(self, cell: Attributes, *, covered: bool) -> None:
        row, column = self._row, self._column + 1
        text = "".join(self._text)
        kind = cell.get("office:value-type") or cell.get("calcext:value-type")
        if not covered:
            self._record_span(cell, row, column)
        if not kind and not text:
            if "table:formula" in cell:
                self._facts.count_cell(row, column)
                self._facts.unresolved.add((row, column))
            return
        self._facts.count_cell(row + self._rows - 1, column + self._columns - 1)
        self._facts.count_text((len(text) + self._spaces) * self._rows * self._columns)
        if cell.get("calcext:value-type") == "error":
            self._facts.errors[row, column] = text
        elif kind in {"float", "percentage", "currency", "date"} and text:
            self._facts.shown[row, column] = text

    def _record_span(self, cell: Attributes, row: int, column: int) -> None:
        rows = int(cell.get("table:number-rows-spanned", 1))
        columns = int(cell.get("table:number-columns-spanned", 1))
        if rows > 1 or columns > 1:
            last = row + rows - 1, column + columns - 1
            self._facts.add_merge(MergedRange(row, column, *last))


def _repetitions(attributes: Attributes, name: str) -> int:
    """How often an element is repeated; ValueError if the attribute is not such a number."""
    number = int(attributes.get(name, 1))
    if number < 0:
        raise ValueError(name)
    return number
