"""Propose a form from any table: a workbook in, the text of a ``form.toml`` out.

The form describes the largest table of the workbook: heading paths from its header rows, kinds
from the values of its columns, choices from repeated words, the paper from the widths.
If a kind is uncertain, the plainer one is used, so that every cell is printed unchanged.
An empty column whose heading names the council is filled in at the meeting.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.base.errors import InputUnreadable
from pipeline.base.text import (
    Mark,
    as_shown,
    compare_key,
    marked_labels,
    one_line,
    parse_mark,
    parse_whole,
    width_in_ems,
)
from pipeline.master.locate.header import HEADER_DEPTH, HeaderGrid
from pipeline.master.locate.rows import NOTE, TOTAL, begins_table, follows_blank
from pipeline.master.meeting_columns import (
    MeetingColumns,
    ProposedHeading,
    are_answers,
    meeting_columns,
)
from pipeline.model.columns import Column
from pipeline.model.form import GUIDE_SHEET, JUDGEMENT_SHEET, MEETING_SHEET
from pipeline.model.grid import CellValue, Sheet, Workbook
from pipeline.model.kinds import KINDS
from pipeline.model.kinds.number_kind import typed_number

_YEAR = re.compile("(?:19|20)[0-9]{2}")
# A header's cell is short; a longer one is prose.
_LONGEST_HEADING = 60
_LONGEST_NAME = 60
_LONGEST_CHOICE = 14
_MOST_CHOICES = 9
_FEWEST_ROWS = 4
_LONGEST_WORD = 4
_HIGHEST_SCORE = 5
_NUMBERED = re.compile(r"no\.?|№|番号|.*番号|項番|#", re.IGNORECASE)
_NAMED = re.compile(r".*(?:名|名称|件名|項目|事業|取組)")
_UNIT = re.compile(r"[（(]\s*単位.*[)）]")
# 令和８年３月現在 above a table is not a title.
_DATED = re.compile(r"(?:令和|平成|[0-9０-９]{2,4}年).*(?:[年月日]|現在)")
# The row with the sum of all rows; other sums are subtotals or averages.
_SUM = re.compile("総?合計|総計|計")
# The choices of a printed cell: a box before each.
_BOXED = re.compile(r"[□■☐☑☒]([^□■☐☑☒]+)")
_BOXES = re.compile(rf"\s*(?:{_BOXED.pattern})+")
# Ａ: the kind word would print it as a judgement letter, A.
_WIDE_LETTER = re.compile("[Ａ-Ｚａ-ｚ]")
_ANY = Column(key="any", title="any")
_CIRCLES = frozenset("○◯〇")
_LONGEST_KEY = 44
# Width in full-width characters of a column for an opinion, ticked or written by hand.
_OPINION_WIDTH = 10.0
# Total width of the columns, in full-width characters, that fits on each paper.
_PAPER_WIDTHS = (("A4 portrait", 70.0), ("A4 landscape", 104.0), ("A3 landscape", 1e9))


@dataclass(slots=True)
class _Column:
    """A column of the table: its heading path and the values below it."""

    place: int
    path: tuple[str, ...]
    values: list[CellValue]
    shown: list[str]
    merged: bool = False

    @property
    def filled(self) -> list[CellValue]:
        return [v for v in self.values if v is not None and str(v).strip()]

    @property
    def title(self) -> str:
        return self.path[-1] if self.path else ""

    @property
    def boxed(self) -> tuple[str, ...]:
        """The choices with boxes, if they are the same in every filled cell; else empty."""
        cells = {
            tuple(map(one_line, _BOXED.findall(text))) if _BOXES.fullmatch(text) else ()
            for text in self.shown
            if text.strip()
        }
        labels = cells.pop() if len(cells) == 1 else ()
        return labels if len(set(map(compare_key, labels))) == len(labels) > 1 else ()


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of a sheet, and the lines above it."""

    sheet: Sheet
    columns: tuple[_Column, ...]
    rows: tuple[int, ...]
    above: tuple[str, ...]
    total: str | None


def propose(workbook: Workbook) -> str:
    """The text of a form that prints the workbook's table.

    InputUnreadable if no sheet contains a table with a header.
    """
    skipped = {compare_key(name) for name in (MEETING_SHEET, JUDGEMENT_SHEET, GUIDE_SHEET)}
    sheets = [s for s in workbook.sheets if s.visible and compare_key(s.name) not in skipped]
    tables = [table for sheet in sheets for table in _tables(sheet)]
    if not tables:
        raise InputUnreadable("no-table-to-propose", path=workbook.path)
    table = max(tables, key=lambda each: len(each.rows) * len(each.columns))
    return "\n".join(_lines(table, workbook)) + "\n"


# ---- the table


def _tables(sheet: Sheet) -> Iterator[_Table]:
    """The tables of a sheet, from top to bottom."""
    header, above = _header(sheet, 1), 1
    while header is not None:
        columns = {c for row in header for c in sheet.filled(row)}
        later = range(header.stop + 1, len(sheet.rows) + 1)
        start = next((row for row in later if _begins_another(sheet, row, columns)), None)
        end = start or len(sheet.rows) + 1
        table = _table(sheet, header, range(header.stop, end), range(above, header.start))
        if table is not None:
            yield table
        header = _header(sheet, start) if start else None
        above = end - 1


def _begins_another(sheet: Sheet, row: int, columns: Collection[int]) -> bool:
    """Whether another table begins: one with numbers below its headings, or a wider one."""
    is_wider = len(sheet.filled(row)) > len(columns)
    return begins_table(sheet, row, columns) or (
        is_wider and follows_blank(sheet, row) and _is_heading_row(sheet, row)
    )


def _table(sheet: Sheet, header: range, below: range, above: range) -> _Table | None:
    grid = HeaderGrid(sheet, set(header))
    rows, total = _rows(sheet, below)
    if not rows:
        return None
    columns = []
    for place in range(1, sheet.width + 1):
        path = tuple(_heading(word) for word in grid.path(header, place))
        values = [_value(sheet, row, place) for row in rows]
        if any(v is not None and str(v).strip() for v in values) or path:
            shown = [
                sheet.shown.get((row, place)) or as_shown(_value(sheet, row, place)) for row in rows
            ]
            columns.append(_Column(place, path, values, shown, _is_merged_down(sheet, place, rows)))
    if not any(column.path for column in columns):
        return None
    return _Table(sheet, tuple(columns), rows, tuple(_texts_above(sheet, above)), total)


def _header(sheet: Sheet, first: int) -> range | None:
    """The rows of the header: the first row with several short words, and its continuation."""
    for row in range(first, len(sheet.rows) + 1):
        cells = sheet.filled(row).values()
        if len(cells) == 1 or all(map(_is_year, cells)) or not _is_heading_row(sheet, row):
            continue
        end = _end_of_unmerged(sheet, row)
        while end - row < HEADER_DEPTH and _continues_below(sheet, range(row, end)):
            end += 1
        if end == row + 1 and _is_above_header(sheet, row):
            continue
        return range(row, end)
    return None


def _end_of_unmerged(sheet: Sheet, first: int) -> int:
    """The row after a header whose group headings are only in the first column of the group.

    A CSV file has no merged cells. A row below belongs to the header if it fills the empty
    columns of the groups, and no column that already has a heading.
    """
    filled = set(sheet.filled(first))
    covered, end = set(filled), first + 1
    within = _below_groups(filled, range(min(filled), sheet.width + 1))
    if not filled <= within:
        while end - first < HEADER_DEPTH and _is_heading_row(sheet, end):
            cells = set(sheet.filled(end))
            if not cells <= within:
                break
            covered |= cells
            within = _below_groups(cells, within)
            end += 1
    has_gaps = len(covered) < max(covered) - min(covered) + 1
    return first + 1 if has_gaps else end


def _below_groups(cells: Collection[int], within: Collection[int]) -> set[int]:
    """The columns of each group: a cell with empty columns to its right, and these columns."""
    found: set[int] = set()
    group: int | None = None
    for column in sorted(within):
        if column in cells:
            group = column
        elif group is not None and column - 1 in within:
            found |= {group, column}
        else:
            group = None
    return found


def _is_above_header(sheet: Sheet, row: int) -> bool:
    """Whether the row is above the header: it has gaps (title on the left, 資料１ on the right)."""
    below = next((r for r in range(row + 1, len(sheet.rows) + 1) if sheet.filled(r)), row)
    return (
        below > row
        and _has_gaps(sheet, row)
        and (not _has_gaps(sheet, below) or _end_of_unmerged(sheet, below) > below + 1)
        and _is_heading_row(sheet, below)
        and len(sheet.filled(below)) > len(sheet.filled(row))
    )


def _has_gaps(sheet: Sheet, row: int) -> bool:
    """Whether there are empty cells between filled cells; a merged cell fills its whole range."""
    places = set(sheet.filled(row))
    for merge in sheet.merged:
        if merge.first_row <= row <= merge.last_row and merge.first_column in places:
            places |= set(range(merge.first_column, merge.last_column + 1))
    return len(places) < max(places, default=0) - min(places, default=1) + 1


def _is_heading_row(sheet: Sheet, row: int) -> bool:
    """Whether a row contains only short words and years."""
    cells = sheet.filled(row).values()
    return bool(cells) and all(_is_year(cell) or _is_heading(cell) for cell in cells)


def _is_heading(value: CellValue) -> bool:
    if not isinstance(value, str) or len(value) > _LONGEST_HEADING:
        return False
    return parse_whole(value) is None or not value.strip()[0].isdigit()


def _is_year(value: CellValue) -> bool:
    """Whether a heading is a year: 2026."""
    return _YEAR.fullmatch(str(value)) is not None


def _continues_below(sheet: Sheet, header: range) -> bool:
    """Whether the row below belongs to the header: merged into it, or below a merged group."""
    below = header.stop
    is_merged = any(
        merge.first_row in header and merge.last_row >= below and merge.first_row < below
        for merge in sheet.merged
    )
    if is_merged:
        return True
    last = header[-1]
    groups = [m for m in sheet.merged if m.first_row == last and m.last_column > m.first_column]
    if not groups or not _is_heading_row(sheet, below):
        return False
    covered = {c for m in groups for c in range(m.first_column, m.last_column + 1)}
    return set(sheet.filled(below)) <= covered


def _rows(sheet: Sheet, below: range) -> tuple[tuple[int, ...], str | None]:
    """The rows of the table below its header, and the label of its total row."""
    rows: list[int] = []
    total: str | None = None
    for row in below:
        values = sheet.filled(row)
        first = compare_key(str(next(iter(values.values()), "")))
        if not values or (len(values) == 1 and (NOTE.match(first) or len(sheet.rows[row - 1]) > 1)):
            continue
        if TOTAL.fullmatch(first):
            if rows and _SUM.match(first):
                total = one_line(str(next(iter(values.values()))))
            continue
        rows.append(row)
    return tuple(rows), total


def _value(sheet: Sheet, row: int, column: int) -> CellValue:
    """A cell's value; in vertically merged cells the value of the first cell."""
    for merge in sheet.merged:
        inside = merge.first_column == column and merge.first_row <= row <= merge.last_row
        if inside and merge.first_column == merge.last_column:
            return sheet.value(merge.first_row, column)
    return sheet.value(row, column)


def _is_merged_down(sheet: Sheet, column: int, rows: Sequence[int]) -> bool:
    return any(
        merge.first_column == merge.last_column == column
        and merge.last_row > merge.first_row
        and merge.first_row in rows
        for merge in sheet.merged
    )


def _texts_above(sheet: Sheet, above: range) -> Iterator[str]:
    """The texts above the table, each as one line."""
    for row in above:
        for value in sheet.filled(row).values():
            if isinstance(value, str):
                yield one_line(value)


def _heading(word: str) -> str:
    """A heading as in a form: a line break becomes an allowed break (|), spaces are removed."""
    lines = ["".join(line.split()) for line in word.replace("|", "｜").splitlines()]
    return "|".join(line for line in lines if line)


# ---- kinds


def _kind(column: _Column, table: _Table, named: bool) -> tuple[str, tuple[object, ...]]:  # noqa: FBT001 - two questions in one
    """The kind of a column, and its scale or choices."""
    filled = column.filled
    if _is_numbering(column, table):
        return "no", ()
    if filled and _has_numbers(column):
        return _number(column, table)
    if _marks(column) == {1} and len(filled) == len(table.rows):
        return "choice", column.boxed
    return _kind_of_words(column, _texts(column), named, len(filled) == len(table.rows))


def _has_numbers(column: _Column) -> bool:
    """Whether the column contains numbers, typed as numbers or texts, and dashes for none."""
    fits = all(KINDS["number"].fits(value, _ANY) for value in column.filled)
    return fits and any(typed_number(text) is not None for text in _texts(column))


def _kind_of_words(
    column: _Column,
    texts: Sequence[str],
    named: bool,  # noqa: FBT001 - two questions in one
    all_filled: bool,  # noqa: FBT001 - as above
) -> tuple[str, tuple[object, ...]]:
    """The kind of a column with words, and its choices."""
    if texts and set(texts) <= _CIRCLES:
        return "mark", ()
    if not named and _is_name(column, texts, all_filled=all_filled):
        return "name", ()
    if any(map(_BOXED.search, texts)):
        return "text", ()
    words = tuple(dict.fromkeys(texts))
    if all_filled and _are_choices(words, texts) and not column.merged:
        return "choice", words
    is_short = 0 < max(map(len, texts), default=0) <= _LONGEST_WORD
    # The kind word would print a cell without its brackets and without full-width letters.
    is_plain = not re.search("[（(]", "".join(texts)) and not _has_letters(column)
    return ("word" if is_short and is_plain else "text"), ()


def _has_letters(column: _Column) -> bool:
    """Whether the column contains grades, some of them as full-width letters."""
    texts = _texts(column)
    is_short = all(len(text) <= _LONGEST_WORD for text in texts)
    return is_short and any(map(_WIDE_LETTER.fullmatch, texts))


def _marks(column: _Column) -> set[int]:
    """The counts of marked boxes per cell (-1: unreadable); empty for a column without boxes."""
    if column.merged or not column.boxed:
        return set()
    cells = (marked_labels(text, column.boxed) for text in column.shown if text.strip())
    return {-1 if labels is None else len(labels) for labels in cells}


def _texts(column: _Column) -> list[str]:
    return [one_line(each) for each in column.shown if each.strip()]


def _is_numbering(column: _Column, table: _Table) -> bool:
    """Whether every row has a different number, typed as it is printed: 1, not １ or No.1."""
    has_title = _NUMBERED.fullmatch(column.title.replace("|", "")) or not column.path
    numbers = [parse_whole(value) for value in column.filled]
    plain = all(text.isascii() and text.isdigit() for text in _texts(column))
    are_unique = None not in numbers and len(set(numbers)) == len(table.rows) == len(numbers)
    return bool(has_title) and plain and are_unique


def _number(column: _Column, table: _Table) -> tuple[str, tuple[object, ...]]:
    """A score if several columns below the same heading are ratings, else a number."""
    ratings = [c for c in table.columns if c.path[:-1] == column.path[:-1] and _is_rating(c, table)]
    if len(column.path) > 1 and len(ratings) > 1 and _is_rating(column, table):
        highest = max(int(str(v)) for c in ratings for v in c.filled)
        return "score", (1, max(highest, 3))
    return "number", ()


def _is_rating(column: _Column, table: _Table) -> bool:
    return len(column.filled) == len(table.rows) and all(
        isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _HIGHEST_SCORE
        for value in column.filled
    )


def _is_name(column: _Column, texts: Sequence[str], *, all_filled: bool) -> bool:
    is_short = all(len(text) <= _LONGEST_NAME for text in texts)
    is_titled = _NAMED.fullmatch(column.title.replace("|", "")) is not None
    return all_filled and is_short and is_titled and len(set(texts)) == len(texts)


def _are_choices(words: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether the cells of a column repeat a few short words."""
    is_short = all(0 < len(word) <= _LONGEST_CHOICE for word in words)
    keys = {compare_key(word) for word in words}
    return (
        is_short
        and len(keys) == len(words)
        and len(texts) >= _FEWEST_ROWS
        and 1 < len(words) <= min(_MOST_CHOICES, len(texts) * 2 // 3)
    )


# ---- the form's text


def _lines(table: _Table, workbook: Workbook) -> Iterator[str]:
    columns = [
        column for column in table.columns if column.path or _is_unnamed_number(column, table)
    ]
    declared = _declared_columns(columns, table)
    meeting = _for_the_meeting(declared)
    units = [line for line in table.above if _UNIT.fullmatch(line)]
    titles = [line for line in table.above if line not in units and not _DATED.fullmatch(line)]
    title = max(titles, key=len, default="") or workbook.path.stem
    yield f"title = {_toml_value(title)}"
    paper = _paper(columns, meeting)
    if paper != _PAPER_WIDTHS[0][0]:
        yield f"paper = {_toml_value(paper)}"
    if units:
        yield f"note = {_toml_value(units[0])}"
    if table.total and any(declared_column.kind == "number" for declared_column in declared):
        yield f"total = {_toml_value(table.total)}"
    yield "columns = ["
    for place, declared_column in enumerate(declared):
        yield f"  {_declaration(declared_column, _filling(place, meeting, declared))},"
    yield "]"
    without_heading = [column.place for column in table.columns if column not in columns]
    if without_heading:
        yield f"# 見出しのない列が {len(without_heading)} 列あり、様式に入れていません。"
        yield "# 台帳に見出しを付けてください。"


def _is_unnamed_number(column: _Column, table: _Table) -> bool:
    """Whether a column without a heading contains the row numbers, as in many printed tables."""
    return not column.path and _kind(column, table, named=True)[0] == "no"


@dataclass(frozen=True, slots=True)
class _Declared:
    """A column of the form."""

    column: _Column
    kind: str
    words: tuple[object, ...]
    key: str | None
    nth: int | None

    @property
    def own_key(self) -> str:
        """The key; without a key the title."""
        return self.key or _plain_title(self.column.title)


def _declared_columns(columns: Sequence[_Column], table: _Table) -> list[_Declared]:
    paths = Counter(column.path for column in columns)
    titles = Counter(column.title for column in columns)
    seen: Counter[tuple[str, ...]] = Counter()
    keys: set[str] = set()
    kinds: set[str] = set()
    declared = []
    for column in columns:
        kind, words = _kind(column, table, named="name" in kinds)
        kind = "text" if kind in {"no", "name"} and kind in kinds else kind
        kinds.add(kind)
        seen[column.path] += 1
        nth = seen[column.path] if paths[column.path] > 1 else None
        key = _key(column, keys, is_alone=titles[column.title] == 1)
        declared.append(_Declared(column, kind, words, key, nth))
    return declared


def _for_the_meeting(declared: Sequence[_Declared]) -> MeetingColumns:
    """The columns that the council fills in."""
    headings = (
        ProposedHeading(
            entry.column.path,
            is_empty=(not entry.column.filled and not entry.column.merged)
            or (_marks(entry.column) == {0} and are_answers(entry.column.boxed)),
            choices=tuple(map(str, entry.words)) if entry.kind == "choice" else (),
        )
        for entry in declared
    )
    return meeting_columns(tuple(headings))


def _filling(
    place: int, meeting: MeetingColumns, declared: Sequence[_Declared]
) -> dict[str, object]:
    """The additional TOML values of a column that the council fills in; else empty."""
    if place not in meeting.fills:
        return {}
    column = declared[place].column
    choice: dict[str, object] = {"kind": "choice", "choices": list(column.boxed), "as": "boxes"}
    if place != meeting.answer or meeting.proposal is None:
        marked = _is_marked_elsewhere(column, declared)
        plain: dict[str, object] = {"kind": "mark" if marked else None}
        return (choice if column.boxed else plain) | {"fill": "meeting"}
    proposal = declared[meeting.proposal]
    if column.boxed in {(), proposal.words}:
        choice["choices"] = proposal.own_key
    return choice | {"fill": "meeting", "against": proposal.own_key}


def _is_marked_elsewhere(column: _Column, declared: Sequence[_Declared]) -> bool:
    """Whether a column of the same title contains marks: one column for each choice."""
    same_title = (other.column for other in declared if other.column.title == column.title)
    strong = {Mark.STRONG, Mark.WEAK}
    return any(
        other.filled and all(parse_mark(v) in strong for v in other.filled) for other in same_title
    )


def _key(column: _Column, keys: set[str], *, is_alone: bool) -> str | None:
    """A unique key, or None if the title itself is the key."""
    plain = _plain_title(column.title)
    wanted = plain if is_alone else "_".join(map(_plain_title, column.path))
    # The tags of the Word file contain the key of a column to fill in and limit its length.
    wanted = wanted[:_LONGEST_KEY]
    key, number = wanted or "no", 1
    while key in keys:
        number += 1
        key = f"{wanted}_{number}"
    keys.add(key)
    return None if key == plain else key


def _plain_title(title: str) -> str:
    return "".join(title.replace("|", "").split())


def _declaration(declared: _Declared, filling: Mapping[str, object]) -> str:
    """One column as a line of TOML; ``filling`` is added for the columns of the council."""
    column = declared.column
    parts: dict[str, object] = {"key": declared.key, "title": column.title or "No"}
    under = list(column.path[:-1])
    if not column.path:
        parts["printed"] = ""
    elif declared.nth is not None:
        # Several columns below one merged heading: the heading is their group.
        under, parts["printed"] = list(column.path), ""
    if under:
        parts["under"] = under
    if declared.kind != "text":
        parts["kind"] = declared.kind
    parts |= _print_options(declared)
    parts |= filling
    if declared.nth is not None:
        parts["nth"] = declared.nth
    if column.merged:
        parts["merge"] = True
    given = {name: value for name, value in parts.items() if value is not None}
    if set(given) == {"title"}:
        return _toml_value(column.title)
    return (
        "{ " + ", ".join(f"{name} = {_toml_value(value)}" for name, value in given.items()) + " }"
    )


def _print_options(declared: _Declared) -> dict[str, object]:
    """A column's scale or choices, and how they are printed."""
    if declared.words:
        parts: dict[str, object] = {
            "scale" if declared.kind == "score" else "choices": [*declared.words]
        }
        return parts | ({"as": "boxes"} if declared.column.boxed else {})
    return {"align": "center"} if declared.kind == "text" and _has_letters(declared.column) else {}


def _paper(columns: Sequence[_Column], meeting: MeetingColumns) -> str:
    """The smallest paper that is wide enough for the columns and their texts."""
    needed = 0.0
    for place, column in enumerate(columns):
        longest = max((width_in_ems(text) for text in column.shown), default=0.0)
        longest = _OPINION_WIDTH if place in meeting.fills else longest
        needed += 1 + min(max(longest, 3.0), 12.0)
    return next(paper for paper, room in _PAPER_WIDTHS if needed <= room)


def _toml_value(value: object) -> str:
    """A value as TOML; JSON strings, numbers and lists are valid TOML, except the character DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
