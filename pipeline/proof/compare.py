"""Compare the expected values with the text that was read back, cell by cell.

White space is ignored in a PDF, because lines are broken there; in a Word file it is compared
too. All other characters are compared exactly. Between the values of a cell only punctuation is
allowed: a template may print （継続） or 「継続」, but not 見直し継続.
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
from pipeline.model.proof_result import Band, MissingValue, Proof
from pipeline.proof.expected import Expected, ExpectedRow
from pipeline.proof.read_back import ReadCell, ReadFile, ReadRow, ReadTable, Rectangle

# pdfium returns the letters of ﬁ separately, even if the PDF contains the ligature.
_LIGATURES: Final = {
    point: unicodedata.normalize("NFKC", chr(point)) for point in range(0xFB00, 0xFB05)
}
# A character and its combining marks; か and U+3099 are displayed as one が.
_COMBINED: Final = re.compile("[^\u0300-\u036f\u3099\u309a][\u0300-\u036f\u3099\u309a]+")
# Invisible, although they are neither white space nor in a format category.
_SHAPELESS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
# In points: the ink of neighbouring columns and rows may overlap by this much.
_TOLERANCE: Final = 0.5
_MAX_SHOWN: Final = 60
# Word aligns the text of a table with the margin, not its border.
_PADDING_MM: Final = 4


def comparable(text: str) -> str:
    """``text`` for comparison: no white space, no invisible characters, marks combined.

    Unlike NFC, this does not replace single characters: 神 (U+FA19) is not 神. Variation
    selectors are ignored, because a variant that the font lacks is not visible in a PDF;
    ``check_glyphs`` checks whether the fonts have it.
    """
    combined = _COMBINED.sub(lambda match: unicodedata.normalize("NFC", match[0]), text)
    return combined.translate(_SHAPES)


class _Shapes(dict[int, int | str | None]):
    """Maps each code point to its replacement for the comparison; filled on first use."""

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
    """Search for every value in its place; the proof also has the pages of each row, if known."""
    lost = [*_around(wanted, reading), *_headings(wanted, reading)]
    places = _places(wanted, reading)
    aligned = _aligned(wanted.rows, [row for table in reading.tables for row in table.rows], places)
    pages: dict[str, tuple[int, ...]] = {}
    bands: dict[str, tuple[Band, ...]] = {}
    for row, parts in aligned.pairs:
        if parts is None:
            lost.append(MissingValue("row-lost", "行", row.no or row.first, project=row.no or None))
            continue
        if row.no:
            pages[row.no] = parts.pages
            bands[row.no] = tuple(parts.bands)
        for place, values in enumerate(row.cells):
            cell = parts.cell(places, place)
            title = wanted.columns[place].title
            results = _cell(values, cell, is_word=reading.is_word)
            lost += [replace(each, column=title, project=row.no or None) for each in results]
    lost += _extra(aligned, places)
    lost += _overlapping(reading)
    lost += _too_wide(reading)
    known = {number: on for number, on in pages.items() if on}
    placed = {number: on for number, on in bands.items() if on}
    return Proof(_count(wanted, reading), tuple(lost), known, placed)


def compare_texts(texts: Iterable[str], note: str, reading: ReadFile) -> Proof:
    """Search for the texts, each after the one before it, and for the note on every page."""
    whole = comparable(reading.whole)
    lost = list(_notes(note, reading))
    at, values = 0, len(reading.around) if comparable(note) else 0
    for text in texts:
        needle = comparable(text)
        if not needle:
            continue
        values += 1
        found = whole.find(needle, at)
        if found < 0:
            lost.append(MissingValue("value-lost", "本文", _short(text), _short(whole[at:])))
        else:
            at = found + len(needle)
    cells = (cell for table in reading.tables for row in table.rows for cell in row.cells)
    unseen = chain([reading.unseen_around], (cell.unseen for cell in cells))
    lost += [MissingValue("value-unseen", "本文", _short(text)) for text in unseen if text]
    return Proof(values, tuple(lost))


def _count(wanted: Expected, reading: ReadFile) -> int:
    """The number of checked values; headings and the note count once per page."""
    values = sum(bool(comparable(v.shown)) for row in wanted.rows for c in row.cells for v in c)
    headings = sum(bool(column.heading) for column in wanted.columns)
    around = sum(bool(comparable(text)) for _, text in wanted.around)
    notes = len(reading.around) if comparable(wanted.note or "") else 0
    return values + headings * max(1, len(reading.tables)) + around + notes


def _too_wide(reading: ReadFile) -> Iterator[MissingValue]:
    """Tables that are wider than their page by more than the padding of a cell."""
    for table in reading.tables:
        if table.overhang > _PADDING_MM:
            yield MissingValue("table-too-wide", "表", f"{table.overhang:.0f} mm")


# --- outside of the rows ----------------------------------------------------------------


def _around(wanted: Expected, reading: ReadFile) -> Iterator[MissingValue]:
    """Check number, title and facts once, and the note on every page."""
    rest = comparable("".join(reading.around))
    for column, text in sorted(wanted.around, key=lambda item: -len(item[1])):
        needle = comparable(text)
        if needle not in rest:
            yield MissingValue("value-lost", column, text)
        rest = rest.replace(needle, "\n", 1)
    yield from _notes(wanted.note or "", reading)
    if reading.unseen_around:
        yield MissingValue("value-unseen", "表の外", _short(reading.unseen_around))


def _notes(note: str, reading: ReadFile) -> Iterator[MissingValue]:
    """Check that the note is on every page."""
    for number, page in enumerate(reading.around, start=1):
        if comparable(note) not in comparable(page):
            yield MissingValue("value-lost", f"注記（{number} ページ）", note)


def _headings(wanted: Expected, reading: ReadFile) -> Iterator[MissingValue]:
    """Check the heading of each column, on every page."""
    for number, table in enumerate(reading.tables, start=1):
        place = f"表の見出し（{number} ページ）" if len(reading.tables) > 1 else "表の見出し"
        shown = [_without_punctuation(heading) for heading in table.headings if heading is not None]
        for column in wanted.columns:
            heading = _without_punctuation(column.heading)
            if heading in shown:
                shown.remove(heading)
            elif heading and None not in table.headings:
                yield MissingValue("value-lost", place, column.heading, _short("／".join(shown)))


def _without_punctuation(heading: str) -> str:
    """A heading for comparison, without punctuation: a template may print a different one."""
    return "".join(c for c in comparable(heading) if not _is_punctuation(c))


# --- columns and rows -------------------------------------------------------------------


def _places(wanted: Expected, reading: ReadFile) -> list[int | None]:
    """For each printed column the index of the expected column, found by the heading.

    A template may print its columns in another order. A column without a known heading has
    its place in the handout; an extra column is None.
    """
    tables = reading.tables
    if not tables:
        return []
    width = max(len(table.headings) for table in tables)
    above = [
        next((h for h in _headings_at(tables, k) if h is not None), None) for k in range(width)
    ]
    free = list(range(len(wanted.columns)))
    places: list[int | None] = []
    headings = [_without_punctuation(column.heading) for column in wanted.columns]
    for heading in above:
        named = [
            k for k in free if heading is not None and headings[k] == _without_punctuation(heading)
        ]
        places.append(named[0] if named else None)
        free = [k for k in free if k not in named[:1]]
    for k, heading in enumerate(above):
        if places[k] is None and (heading is None or len(above) == len(wanted.columns)):
            places[k] = free.pop(0) if free else None
    return places


def _headings_at(tables: Sequence[ReadTable], column: int) -> Iterator[str | None]:
    return (t.headings[column] for t in tables if column < len(t.headings))


@dataclass(frozen=True, slots=True)
class _Parts:
    """One printed row: its parts, on one page or on several pages."""

    parts: tuple[ReadRow, ...]

    @property
    def pages(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(p.page for p in self.parts if p.page is not None))

    @property
    def bands(self) -> Iterator[Band]:
        """The vertical position of each part's ink."""
        for part in self.parts:
            inked = [cell.at for cell in part.cells if cell.at is not None]
            if part.page is not None and inked:
                around = functools.reduce(Rectangle.joined, inked)
                yield Band(part.page, around.bottom, around.top)

    def cell(self, places: Sequence[int | None], place: int) -> ReadCell:
        """The cell of an expected column; an empty cell if that column is not printed."""
        return self.at(places.index(place)) if place in places else ReadCell()

    def at(self, column: int) -> ReadCell:
        """The cell of a printed column."""
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
    """The expected rows with their printed rows, and the extra printed rows."""

    pairs: tuple[tuple[ExpectedRow, _Parts | None], ...]
    extra: tuple[_Parts, ...]

    @property
    def rows(self) -> list[_Parts]:
        """Every printed row."""
        return [parts for _, parts in self.pairs if parts] + list(self.extra)


def _aligned(
    wanted: Sequence[ExpectedRow], rows: Sequence[ReadRow], places: Sequence[int | None]
) -> _Aligned:
    """Match each expected row with its printed row, in order.

    A row that continues on the next page is several printed rows: as many as its text needs.
    A row is identified by its first text. A missing row is matched with None.
    """
    pairs: list[tuple[ExpectedRow, _Parts | None]] = []
    extra: list[_Parts] = []
    at = 0
    equally_many = _count_whole(rows) == len(wanted)
    for row in wanted:
        found = at if equally_many else _next(row, rows, at, places)
        if found is None or found >= len(rows):
            pairs.append((row, None))
            continue
        extra += [_Parts((each,)) for each in rows[at:found]]
        at = _end(row, rows, found)
        pairs.append((row, _Parts(tuple(rows[found:at]))))
    extra += [_Parts((each,)) for each in rows[at:]]
    return _Aligned(tuple(pairs), tuple(extra))


def _count_whole(rows: Sequence[ReadRow]) -> int | None:
    """The number of rows; None if a row may continue on the next page."""
    continues = any(one.is_last and two.is_first for one, two in pairwise(rows))
    return None if continues else len(rows)


def _next(
    row: ExpectedRow, rows: Sequence[ReadRow], at: int, places: Sequence[int | None]
) -> int | None:
    """The index of the next printed row that begins like the expected one; None if none does."""
    first = comparable(row.first)
    column = next((k for k, cell in enumerate(row.cells) if cell), 0)
    for place in range(at, len(rows)):
        shown = comparable(_Parts((rows[place],)).cell(places, column).text)
        if shown.startswith(first) or (
            shown and first.startswith(shown) and _continues(rows, place)
        ):
            return place
    return None


def _continues(rows: Sequence[ReadRow], place: int) -> bool:
    return rows[place].is_last and place + 1 < len(rows) and rows[place + 1].is_first


def _end(row: ExpectedRow, rows: Sequence[ReadRow], start: int) -> int:
    """The index after the last part of a printed row: it has as many parts as its text needs."""
    needed = len(comparable(row.text))
    end = start + 1
    length = _length(rows[start])
    while length < needed and _continues(rows, end - 1):
        length += _length(rows[end])
        end += 1
    return end


def _length(row: ReadRow) -> int:
    return sum(len(comparable(cell.text)) for cell in row.cells)


def _extra(aligned: _Aligned, places: Sequence[int | None]) -> Iterator[MissingValue]:
    """Printed rows and columns that are not expected, unless they are empty."""
    texts = [comparable("".join(cell.text for cell in row.parts[0].cells)) for row in aligned.extra]
    if any(texts):
        yield MissingValue("value-extra", "表の行", _short("／".join(filter(None, texts))))
    for column, place in enumerate(places):
        column_texts = [comparable(row.at(column).text) for row in aligned.rows]
        if place is None and any(column_texts):
            yield MissingValue(
                "value-extra", "表の列", _short("／".join(filter(None, column_texts)))
            )


# --- cells ------------------------------------------------------------------------------


def _cell(values: Iterable[Line], cell: ReadCell, *, is_word: bool) -> Iterator[MissingValue]:
    """The errors in one cell; the caller adds the place."""
    text = comparable(cell.text)
    at = 0
    complete = True
    for value in values:
        needle = comparable(value.shown)
        found = text.find(needle, at)
        if found < 0 or not all(map(_is_punctuation, text[at:found])):
            found = -1
        elif needle:
            at = found + len(needle)
        spaces_match = value.box is not None or not is_word or value.shown in cell.text
        if found < 0 or not spaces_match:
            complete = False
            yield MissingValue("value-lost", "", value.shown, _short(cell.text))
        elif is_word:
            yield from _control(value, cell)
    if complete and not all(map(_is_punctuation, text[at:])):
        yield MissingValue("value-extra", "", _short(text[at:]), _short(cell.text))
    if cell.unseen:
        yield MissingValue("value-unseen", "", _short(cell.unseen))


def _control(value: Line, cell: ReadCell) -> Iterator[MissingValue]:
    """A box of the council must be exactly one control with its tag, state and mark."""
    box = value.box
    if box is None or box.tag is None:
        return
    boxes = cell.boxes.get(box.tag, ())
    if [(each.checked, each.mark) for each in boxes] != [(box.checked, box.mark)]:
        shown = "、".join(f"{each.mark}" for each in boxes)
        yield MissingValue("control-lost", "", f"{box.tag} {box.mark}", shown)


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PSZ" and character not in CHECKED + UNCHECKED


# --- position of the ink ----------------------------------------------------------------


def _overlapping(reading: ReadFile) -> Iterator[MissingValue]:
    """Neighbouring columns and rows whose ink overlaps."""
    for table in reading.tables:
        columns = [_around_column(table, k) for k in range(len(table.headings))]
        for left, right in pairwise(filter(None, columns)):
            if left[0] > right[1] + _TOLERANCE:
                yield MissingValue("value-misplaced", "表の列", _short(left[2]), _short(right[2]))
        for upper, lower in pairwise(table.rows):
            bottom = min((c.at.bottom for c in _unmerged(upper) if c.at), default=None)
            top = max((c.at.top for c in _unmerged(lower) if c.at), default=None)
            if bottom is not None and top is not None and top > bottom + _TOLERANCE:
                shown = "".join(cell.text for cell in lower.cells)
                yield MissingValue("value-misplaced", "表の行", _short(shown))


def _unmerged(row: ReadRow) -> Iterator[ReadCell]:
    """The cells of a row that cover one cell of the grid."""
    return (cell for cell in row.cells if not cell.is_merged)


def _around_column(table: ReadTable, column: int) -> tuple[float, float, str] | None:
    """The right and left edge of a column's ink, and a text that identifies the column."""
    cells = [row.cells[column] for row in table.rows if column < len(row.cells)]
    inked = [(cell.at, cell.text) for cell in cells if cell.at and not cell.is_merged]
    if not inked:
        return None
    return max(at.right for at, _ in inked), min(at.left for at, _ in inked), inked[0][1]


def _short(text: str) -> str:
    return shortened(" ".join(text.split()), _MAX_SHOWN)
