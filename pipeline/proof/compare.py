"""Compare what must be on the paper with what was read back, cell by cell.

White space is left out of the comparison, because a page breaks its lines (a Word file
does not: there it is compared too); the characters are compared as they are. Between the
values of a cell only punctuation may stand: a template is free to print （継続） or
「継続」, but not 見直し継続.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Final

from pipeline.base.text import shortened
from pipeline.model.handout import CHECKED, UNCHECKED, Line
from pipeline.model.proof_result import Band, Lost, Proof
from pipeline.proof.expected import Expected, ExpectedRow
from pipeline.proof.read_back import ReadCell, ReadFile, ReadRow, ReadTable, Rectangle

# pdfium reads the letters of ﬁ one by one, whatever the PDF says.
_LIGATURES: Final = {
    point: unicodedata.normalize("NFKC", chr(point)) for point in range(0xFB00, 0xFB05)
}
# A letter and marks that combine with it; か and U+3099 are drawn as one が.
_COMBINED: Final = re.compile("[^\u0300-\u036f\u3099\u309a][\u0300-\u036f\u3099\u309a]+")
# Drawn by nothing, though they are no white space and of no format category.
_SHAPELESS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
# Ink of neighbouring columns and rows may come this near (in points) and no nearer.
_TOLERANCE: Final = 0.5
_LONGEST_SHOWN: Final = 60
# Word sets a table so that its text, not its rule, stands at the margin.
_PADDING_MM: Final = 4


def squeezed(text: str) -> str:
    """``text`` as it is compared: no white space, nothing without a shape, marks combined.

    Unlike NFC this leaves every single character alone: 神 (U+FA19) is not 神. Which
    variant of 葛 a selector asks for is for the fonts to answer (``check_glyphs``); one
    that a font lacks leaves no trace in a PDF.
    """
    combined = _COMBINED.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)
    return combined.translate(_SHAPES)


class _Shapes(dict[int, int | str | None]):
    """What each character is compared as; made as they turn up."""

    def __missing__(self, point: int) -> int | str | None:
        character = chr(point)
        shapeless = (
            character.isspace()
            or character in _SHAPELESS
            or unicodedata.category(character) in {"Cf", "Cc"}
        )
        self[point] = None if shapeless else point
        return self[point]


_SHAPES: Final = _Shapes(
    {**dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]), **_LIGATURES}
)


def compare(wanted: Expected, reading: ReadFile) -> Proof:
    """Every value looked for in its place; the pages of each row where they are known."""
    lost = [*_around(wanted, reading), *_headings(wanted, reading)]
    places = _places(wanted, reading)
    aligned = _aligned(wanted.rows, [row for table in reading.tables for row in table.rows], places)
    pages: dict[str, tuple[int, ...]] = {}
    bands: dict[str, tuple[Band, ...]] = {}
    for row, parts in aligned.pairs:
        if parts is None:
            lost.append(Lost("row-lost", "行", row.no or row.first, project=row.no or None))
            continue
        if row.no:
            pages[row.no] = parts.pages
            bands[row.no] = tuple(parts.bands)
        for place, values in enumerate(row.cells):
            cell = parts.cell(places, place)
            title = wanted.columns[place].title
            told = _cell(values, cell, is_word=reading.is_word)
            lost += [replace(each, column=title, project=row.no or None) for each in told]
    lost += _surplus(aligned, places)
    lost += _overlapping(reading)
    lost += _too_wide(reading)
    known = {number: on for number, on in pages.items() if on}
    placed = {number: on for number, on in bands.items() if on}
    return Proof(_count(wanted, reading), tuple(lost), known, placed)


def compare_texts(texts: Iterable[str], note: str, reading: ReadFile) -> Proof:
    """Every text looked for behind the one before it, the note on every page."""
    whole = squeezed(reading.whole)
    lost = list(_notes(note, reading))
    at, values = 0, len(reading.around) if squeezed(note) else 0
    for text in texts:
        needle = squeezed(text)
        if not needle:
            continue
        values += 1
        found = whole.find(needle, at)
        if found < 0:
            lost.append(Lost("value-lost", "本文", _short(text), _short(whole[at:])))
        else:
            at = found + len(needle)
    cells = (cell for table in reading.tables for row in table.rows for cell in row.cells)
    unseen = chain([reading.unseen_around], (cell.unseen for cell in cells))
    lost += [Lost("value-unseen", "本文", _short(text)) for text in unseen if text]
    return Proof(values, tuple(lost))


def _count(wanted: Expected, reading: ReadFile) -> int:
    """How many values were looked for: the header's and the note count once a page."""
    values = sum(bool(squeezed(v.shown)) for row in wanted.rows for c in row.cells for v in c)
    headings = sum(bool(column.heading) for column in wanted.columns)
    around = sum(bool(squeezed(text)) for _, text in wanted.around)
    notes = len(reading.around) if squeezed(wanted.note or "") else 0
    return values + headings * max(1, len(reading.tables)) + around + notes


def _too_wide(reading: ReadFile) -> Iterator[Lost]:
    """Tables that hang out of their page; a cell's own padding may."""
    for table in reading.tables:
        if table.overhang > _PADDING_MM:
            yield Lost("table-too-wide", "表", f"{table.overhang:.0f} mm")


# --- outside of the rows ----------------------------------------------------------------


def _around(wanted: Expected, reading: ReadFile) -> Iterator[Lost]:
    """Number, title and facts once, the note on every page."""
    rest = squeezed("".join(reading.around))
    for column, text in sorted(wanted.around, key=lambda each: -len(each[1])):
        needle = squeezed(text)
        if needle not in rest:
            yield Lost("value-lost", column, text)
        rest = rest.replace(needle, "\n", 1)
    yield from _notes(wanted.note or "", reading)
    if reading.unseen_around:
        yield Lost("value-unseen", "表の外", _short(reading.unseen_around))


def _notes(note: str, reading: ReadFile) -> Iterator[Lost]:
    """The note on every page."""
    for number, page in enumerate(reading.around, start=1):
        if squeezed(note) not in squeezed(page):
            yield Lost("value-lost", f"注記（{number} ページ）", note)


def _headings(wanted: Expected, reading: ReadFile) -> Iterator[Lost]:
    """The words above each column, on every page."""
    for number, table in enumerate(reading.tables, start=1):
        place = f"表の見出し（{number} ページ）" if len(reading.tables) > 1 else "表の見出し"
        shown = [_bare(heading) for heading in table.headings if heading is not None]
        for column in wanted.columns:
            heading = _bare(column.heading)
            if heading in shown:
                shown.remove(heading)
            elif heading and None not in table.headings:
                yield Lost("value-lost", place, column.heading, _short("／".join(shown)))


def _bare(heading: str) -> str:
    """A heading as it is compared: a template may set it with other punctuation."""
    return "".join(c for c in squeezed(heading) if not _is_punctuation(c))


# --- columns and rows -------------------------------------------------------------------


def _places(wanted: Expected, reading: ReadFile) -> list[int | None]:
    """For each printed column the one that it should be, by the words above it.

    A template may put its columns in another order. One that no heading tells stands
    where the handout has it; one too many is None.
    """
    tables = reading.tables
    if not tables:
        return []
    width = max(len(table.headings) for table in tables)
    above = [next((h for h in _over(tables, k) if h is not None), None) for k in range(width)]
    free = list(range(len(wanted.columns)))
    places: list[int | None] = []
    headings = [_bare(column.heading) for column in wanted.columns]
    for heading in above:
        named = [k for k in free if heading is not None and headings[k] == _bare(heading)]
        places.append(named[0] if named else None)
        free = [k for k in free if k not in named[:1]]
    for k, heading in enumerate(above):
        if places[k] is None and (heading is None or len(above) == len(wanted.columns)):
            places[k] = free.pop(0) if free else None
    return places


def _over(tables: Sequence[ReadTable], column: int) -> Iterator[str | None]:
    return (t.headings[column] for t in tables if column < len(t.headings))


@dataclass(frozen=True, slots=True)
class _Parts:
    """One row of the paper: its parts, on one page or on several."""

    parts: tuple[ReadRow, ...]

    @property
    def pages(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(p.page for p in self.parts if p.page is not None))

    @property
    def bands(self) -> Iterator[Band]:
        """Where the ink of each part lies, top to bottom."""
        for part in self.parts:
            inked = [cell.at for cell in part.cells if cell.at is not None]
            if part.page is not None and inked:
                around = functools.reduce(Rectangle.joined, inked)
                yield Band(part.page, around.bottom, around.top)

    def cell(self, places: Sequence[int | None], place: int) -> ReadCell:
        """The cell of a column; an empty one where the paper has no such column."""
        return self.at(places.index(place)) if place in places else ReadCell()

    def at(self, column: int) -> ReadCell:
        """The cell in one of the paper's own columns."""
        cells = [part.cells[column] for part in self.parts if column < len(part.cells)]
        if len(cells) == 1:
            return cells[0]
        return ReadCell(
            "\n".join(cell.text for cell in cells),
            {tag: box for cell in cells for tag, box in cell.boxes.items()},
            "".join(cell.unseen for cell in cells),
        )


@dataclass(frozen=True, slots=True)
class _Aligned:
    """The expected rows with their rows on paper, and the rows that nobody expects."""

    pairs: tuple[tuple[ExpectedRow, _Parts | None], ...]
    surplus: tuple[_Parts, ...]

    @property
    def rows(self) -> list[_Parts]:
        """Every row on paper."""
        return [parts for _, parts in self.pairs if parts] + list(self.surplus)


def _aligned(
    wanted: Sequence[ExpectedRow], rows: Sequence[ReadRow], places: Sequence[int | None]
) -> _Aligned:
    """Each expected row with its row on paper, in their order.

    A row that goes on over a page is several on paper: it takes as many as its text needs.
    A row is known by its first text; one that is not there is lost, one too many is surplus.
    """
    pairs: list[tuple[ExpectedRow, _Parts | None]] = []
    surplus: list[_Parts] = []
    at = 0
    equally_many = _count_whole(rows) == len(wanted)
    for row in wanted:
        found = at if equally_many else _next(row, rows, at, places)
        if found is None or found >= len(rows):
            pairs.append((row, None))
            continue
        surplus += [_Parts((each,)) for each in rows[at:found]]
        at = _end(row, rows, found)
        pairs.append((row, _Parts(tuple(rows[found:at]))))
    surplus += [_Parts((each,)) for each in rows[at:]]
    return _Aligned(tuple(pairs), tuple(surplus))


def _count_whole(rows: Sequence[ReadRow]) -> int | None:
    """How many rows there are, where none can go on over a page."""
    torn = any(one.is_last and two.is_first for one, two in pairwise(rows))
    return None if torn else len(rows)


def _next(
    row: ExpectedRow, rows: Sequence[ReadRow], at: int, places: Sequence[int | None]
) -> int | None:
    """The next row on paper that begins as the expected one does."""
    first = squeezed(row.first)
    column = next((k for k, cell in enumerate(row.cells) if cell), 0)
    for place in range(at, len(rows)):
        shown = squeezed(_Parts((rows[place],)).cell(places, column).text)
        if shown.startswith(first) or (shown and first.startswith(shown) and _is_torn(rows, place)):
            return place
    return None


def _is_torn(rows: Sequence[ReadRow], place: int) -> bool:
    return rows[place].is_last and place + 1 < len(rows) and rows[place + 1].is_first


def _end(row: ExpectedRow, rows: Sequence[ReadRow], start: int) -> int:
    """Where a row on paper ends: behind as many parts as its text needs."""
    needed = len(squeezed(row.text))
    end = start + 1
    held = _size(rows[start])
    while held < needed and _is_torn(rows, end - 1):
        held += _size(rows[end])
        end += 1
    return end


def _size(row: ReadRow) -> int:
    return sum(len(squeezed(cell.text)) for cell in row.cells)


def _surplus(aligned: _Aligned, places: Sequence[int | None]) -> Iterator[Lost]:
    """Rows and columns that nothing and no heading accounts for, unless they are empty."""
    texts = [
        squeezed("".join(cell.text for cell in each.parts[0].cells)) for each in aligned.surplus
    ]
    if any(texts):
        yield Lost("value-extra", "表の行", _short("／".join(filter(None, texts))))
    for column, place in enumerate(places):
        inked = [squeezed(row.at(column).text) for row in aligned.rows]
        if place is None and any(inked):
            yield Lost("value-extra", "表の列", _short("／".join(filter(None, inked))))


# --- cells ------------------------------------------------------------------------------


def _cell(values: Iterable[Line], cell: ReadCell, *, is_word: bool) -> Iterator[Lost]:
    """What is wrong with one cell; its place is filled in by the caller."""
    text = squeezed(cell.text)
    at = 0
    whole = True
    for value in values:
        needle = squeezed(value.shown)
        found = text.find(needle, at)
        if found < 0 or not all(map(_is_punctuation, text[at:found])):
            found = -1
        elif needle:
            at = found + len(needle)
        kept = value.box is not None or not is_word or value.shown in cell.text
        if found < 0 or not kept:
            whole = False
            yield Lost("value-lost", "", value.shown, _short(cell.text))
        elif is_word:
            yield from _control(value, cell)
    if whole and not all(map(_is_punctuation, text[at:])):
        yield Lost("value-extra", "", _short(text[at:]), _short(cell.text))
    if cell.unseen:
        yield Lost("value-unseen", "", _short(cell.unseen))


def _control(value: Line, cell: ReadCell) -> Iterator[Lost]:
    """A council's box must be a control of its tag, once, in its state, with its mark."""
    box = value.box
    if box is None or box.tag is None:
        return
    boxes = cell.boxes.get(box.tag, ())
    if [(each.checked, each.mark) for each in boxes] != [(box.checked, box.mark)]:
        shown = "、".join(f"{each.mark}" for each in boxes)
        yield Lost("control-lost", "", f"{box.tag} {box.mark}", shown)


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PSZ" and character not in CHECKED + UNCHECKED


# --- where the ink lies -----------------------------------------------------------------


def _overlapping(reading: ReadFile) -> Iterator[Lost]:
    """Columns and rows whose ink runs into the next one's: then a cell is no cell."""
    for table in reading.tables:
        columns = [_around_column(table, k) for k in range(len(table.headings))]
        for left, right in pairwise(filter(None, columns)):
            if left[0] > right[1] + _TOLERANCE:
                yield Lost("value-misplaced", "表の列", _short(left[2]), _short(right[2]))
        for upper, lower in pairwise(table.rows):
            bottom = min((c.at.bottom for c in _single(upper) if c.at), default=None)
            top = max((c.at.top for c in _single(lower) if c.at), default=None)
            if bottom is not None and top is not None and top > bottom + _TOLERANCE:
                shown = "".join(cell.text for cell in lower.cells)
                yield Lost("value-misplaced", "表の行", _short(shown))


def _single(row: ReadRow) -> Iterator[ReadCell]:
    """The cells of a row that cover one cell of the grid."""
    return (cell for cell in row.cells if not cell.is_merged)


def _around_column(table: ReadTable, column: int) -> tuple[float, float, str] | None:
    """The right and left edge of a column's ink, and a text to name it by."""
    cells = [row.cells[column] for row in table.rows if column < len(row.cells)]
    inked = [(cell.at, cell.text) for cell in cells if cell.at and not cell.is_merged]
    if not inked:
        return None
    return max(at.right for at, _ in inked), min(at.left for at, _ in inked), inked[0][1]


def _short(text: str) -> str:
    return shortened(" ".join(text.split()), _LONGEST_SHOWN)
