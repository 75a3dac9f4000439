"""Read an entry workbook or a results workbook: its cells in, identity and opinions out.

The table is found by its headers, so that columns and rows may be moved. An opinion is
accepted if its cell contains one known word without unusual formatting, its row contains
nothing else, and no copy of the table differs; otherwise its row gets a doubt. In a results
workbook the column 確認 settles a doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.base.errors import InputUnreadable
from pipeline.base.paths import ABOUT_SHEET
from pipeline.base.text import (
    Mark,
    compare_key,
    is_as_proposed,
    one_line,
    parse_mark,
    parse_whole,
    without_forbidden,
)
from pipeline.model.collected import BookKind, Identity, OpinionBook, StatedOpinion
from pipeline.model.columns import Column
from pipeline.model.doubts import Doubt, Edit, EditKind, Reason
from pipeline.model.fills import fill_units, naming_column, seen_columns
from pipeline.model.form import Form
from pipeline.model.grid import CellRef, CellValue, Sheet, Workbook
from pipeline.model.identity import Owner
from pipeline.model.opinion_workbook import (
    ABOUT,
    ABOUT_HELP,
    ASKED,
    CHOICE_SEPARATOR,
    CONFIRMATION,
    DROP_DOWN_LABEL,
    EDIT_HEADERS,
    EDITS_SHEET,
    NAME,
    NO,
    ORIGIN,
    SETTLED,
    compared,
    fill_role,
    headers,
    row_digest,
    seen_role,
    words,
)
from pipeline.model.values import Fill, Status
from pipeline.opinions.cells import cell_doubts
from pipeline.opinions.mentions import doubtful_remarks, note_projects
from pipeline.opinions.written import clean_lines, written

_HEADER_ROWS = 20
# These make an answer unreadable even if a person has settled it.
_UNREADABLE = frozenset({Reason.FORMULA, Reason.STRUCK, Reason.UNSEEN})
# These are doubts even if the cells of the row show nothing.
_ALSO_IF_BLANK = frozenset(
    {
        Reason.DRAWN,
        Reason.FORMULA,
        Reason.OTHER_CELL,
        Reason.OTHER_SHEET,
        Reason.OUTSIDE,
        Reason.SEVERAL_COLUMNS,
    }
)


def book_kind(workbook: Workbook) -> BookKind | None:
    """The kind that the workbook states about itself; None for any other workbook."""
    value = _about(workbook).get("kind")
    return next((kind for kind in BookKind if kind.value == value), None)


def read_opinion_book(workbook: Workbook, form: Form) -> OpinionBook:
    """The opinions of an entry or results workbook, each row with the doubts about it.

    InputUnreadable (``not-an-opinion-book``) if it is another workbook or has no table;
    ``opinion-book-format`` if its format does not show what is struck through or hidden.
    """
    kind = book_kind(workbook)
    tables = list(_tables(workbook, form))
    if kind is None or not tables:
        raise InputUnreadable("not-an-opinion-book", path=workbook.path)
    if not workbook.has_formatting:
        raise InputUnreadable("opinion-book-format", path=workbook.path)
    # The opinions are read from the visible sheet; its copies are only compared with it.
    table = next((found for found in tables if found.sheet.visible), tables[0])
    copies = [found for found in tables if found is not table]
    reading = _Reading(workbook, table, copies, form, kind, _about(workbook))
    opinions = tuple(reading.rows())
    return OpinionBook(
        path=workbook.path,
        sha256=workbook.sha256,
        identity=_identity(kind, _about(workbook)),
        opinions=opinions,
        extras=tuple(reading.extras()),
        edits=tuple(_edits(workbook)),
        notes=tuple(reading.notes()),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """The sheet, the header's row, and the columns by their roles; a header may occur twice."""

    sheet: Sheet
    top: int
    columns: Mapping[str, tuple[int, ...]]

    def text(self, row: int, key: str) -> str:
        """The text of a cell, without white space at its ends."""
        columns = self.columns.get(key, ())
        return _shown(self.sheet.value(row, columns[0])).strip() if columns else ""

    @property
    def body(self) -> range:
        """The rows below the header."""
        return range(self.top + 1, len(self.sheet.rows) + 1)


def _tables(workbook: Workbook, form: Form) -> Iterator[_Table]:
    """Every sheet with a known header: the number, the name and a column to fill in."""
    names = {compare_key(title): role for role, title in headers(form).items()}
    fills = {fill_role(column) for column in form.fills}
    for sheet in workbook.sheets:
        for row, values in enumerate(sheet.rows[:_HEADER_ROWS], start=1):
            columns: dict[str, tuple[int, ...]] = {}
            for column, value in enumerate(values, start=1):
                role = names.get(compare_key(_shown(value)))
                if role is not None:
                    columns[role] = (*columns.get(role, ()), column)
            if {NO, NAME} <= columns.keys() and fills & columns.keys():
                yield _Table(sheet, row, columns)
                break


def _place(workbook: Workbook, sheet: Sheet) -> str:
    """The sheet in the notation of a formula in another workbook."""
    return f"[{workbook.path.name}]{sheet.name}"


def _shown(value: CellValue) -> str:
    return "" if value is None else str(value)


# ---- about the workbook


def _about(workbook: Workbook) -> dict[str, str]:
    """The values of the sheet about the workbook, by key; empty if there is no such sheet."""
    sheet = workbook.sheet(ABOUT_SHEET)
    keys = {compare_key(title): key for key, title in ABOUT.items()}
    values: dict[str, str] = {}
    if sheet is None:
        return values
    for row in range(1, len(sheet.rows) + 1):
        key = keys.get(compare_key(_shown(sheet.value(row, 1))))
        if key is not None and sheet.value(row, 2) is not None:
            values.setdefault(key, _shown(sheet.value(row, 2)))
    return values


def _identity(kind: BookKind, about: Mapping[str, str]) -> Identity:
    choices = about.get("choices", "")
    owner = Owner(
        form=about.get("form", ""),
        choices=tuple(choices.split(CHOICE_SEPARATOR)) if choices else (),
        number=about.get("number", ""),
        council=about.get("council", ""),
        session=about.get("session", ""),
        date=about.get("date", ""),
    )
    return Identity(kind, about.get("master", ""), about.get("sha256", ""), owner)


def _edits(workbook: Workbook) -> Iterator[Edit]:
    """The edits of the handouts that a results workbook lists."""
    sheet = workbook.sheet(EDITS_SHEET)
    kinds = {kind.value: kind for kind in EditKind}
    if sheet is None:
        return
    for row in range(2, len(sheet.rows) + 1):
        values = [_shown(sheet.value(row, column)) for column in range(1, len(EDIT_HEADERS) + 1)]
        kind = kinds.get(values[2])
        if kind is not None:
            yield Edit(kind, values[1], values[3], values[4], parse_whole(values[0]), values[5])


# ---- the rows


@dataclass(slots=True)
class _Reading:
    """A workbook while it is read: its table, and copies of the table."""

    workbook: Workbook
    table: _Table
    copies: list[_Table]
    form: Form
    kind: BookKind
    about: Mapping[str, str]

    @property
    def fills(self) -> tuple[str, ...]:
        """The columns to fill in that the table has."""
        roles = (fill_role(column) for column in self.form.fills)
        return tuple(role for role in roles if role in self.table.columns)

    @property
    def checked_roles(self) -> tuple[str, ...]:
        """The columns whose formatting matters: a struck name is a withdrawn project."""
        return (NO, NAME, *(seen_role(column) for column in compared(self.form)), *self.fills)

    def rows(self) -> Iterator[StatedOpinion]:
        """The opinion of each row that is not empty."""
        rows = [
            _Row(self, row)
            for row in self.table.body
            if any(self.table.text(row, role) for role in (NO, NAME, *self.fills))
        ]
        notes = [note for note in self.outside_texts() if note.text.strip()]
        known = {row.no: row.name for row in rows if row.no is not None}
        choices = tuple(dict.fromkeys(c for column in self.form.fills for c in column.choices))
        words = (*choices, *self.form.words.by_status.values())
        header_doubts = list(self._header_doubts())
        for row in rows:
            doubts = [
                Doubt(Reason.OUTSIDE, note.text)
                for note in notes
                if row.row in note.near
                or row.no in note_projects(note.text, known, words, choices, strict=note.is_strict)
            ]
            yield row.opinion([*header_doubts, *doubts])

    def _header_doubts(self) -> Iterator[Doubt]:
        """Doubts about the headers of the columns to fill in: struck or invisible."""
        columns = [c for role in self.fills for c in self.table.columns[role]]
        for doubt in cell_doubts(self.table.sheet, self.table.top, columns):
            if doubt.reason in (Reason.STRUCK, Reason.UNSEEN):
                yield doubt

    def notes(self) -> Iterator[Edit]:
        """Every text that is not in the row of a project, with its place."""
        for note in self.outside_texts():
            if note.text.strip():
                yield Edit(EditKind.ADDED, "表の外", "", note.text, at=note.at)

    def outside_texts(self) -> Iterator[_OutsideText]:
        """Texts that are not in a numbered row: around the tables, and in further sheets."""
        numbered: set[tuple[str, int]] = set()
        for table in (self.table, *self.copies):
            for row in table.body:
                if table.text(row, NO):
                    numbered.add((_place(self.workbook, table.sheet), row))
                else:
                    text = " ".join(filter(None, (table.text(row, r) for r in self.checked_roles)))
                    near = self._near(row) if table is self.table else ()
                    yield _OutsideText(text, f"{table.sheet.name}!{row}行目", near)
        for at in self.extras():
            sheet = self.workbook.sheet(at.sheet.rpartition("]")[2])
            if (at.sheet, at.row) not in numbered and sheet is not None:
                yield from self._texts_of_extra(sheet, at)

    def _texts_of_extra(self, sheet: Sheet, at: CellRef) -> Iterator[_OutsideText]:
        """The text of an extra cell, and its comments."""
        place = (at.row, at.column)
        tables = (self.table, *self.copies)
        table = next((found for found in tables if found.sheet is sheet), None)
        is_entry = self.kind is BookKind.ENTRY
        where = f"{sheet.name}!{at.address}"
        if table is None or not self._is_table_cell(table, *place):
            # The lines above the table are not meant to be edited.
            is_head = table is not None and at.row < table.top and at.column == 1
            near = self._near(at.row) if table is self.table and at.row > table.top else ()
            yield _OutsideText(
                _shown(sheet.value(*place)), where, near, is_strict=is_head and is_entry
            )
        yield _OutsideText(sheet.notes.get(place, ""), where, is_strict=is_entry)

    def _near(self, row: int) -> tuple[int, ...]:
        """The numbered rows before and after a row that is between two of them."""
        numbered = [other for other in self.table.body if self.table.text(other, NO)]
        before = [other for other in numbered if other < row][-1:]
        after = [other for other in numbered if other > row][:1]
        return (*before, *after) if after else ()

    def extras(self) -> Iterator[CellRef]:
        """Cells that a user added: notes around the table, comments, further sheets."""
        tables = {table.sheet.name: table for table in (*self.copies, self.table)}
        for sheet in self.workbook.sheets:
            table = tables.get(sheet.name)
            written = {
                (r, c)
                for r, values in enumerate(sheet.rows, start=1)
                for c, value in enumerate(values, start=1)
                if value is not None and not self._is_generated_cell(sheet, table, r, c)
            }
            for place in sorted(written | sheet.notes.keys()):
                yield CellRef(_place(self.workbook, sheet), *place)

    def _is_generated_cell(self, sheet: Sheet, table: _Table | None, row: int, column: int) -> bool:
        if sheet.name == ABOUT_SHEET:
            return _is_generated_about(sheet, row, column, self.kind, self.form)
        if sheet.name == EDITS_SHEET:
            kinds = {EDIT_HEADERS[2], *(kind.value for kind in EditKind)}
            return column <= len(EDIT_HEADERS) and _shown(sheet.value(row, 3)) in kinds
        return table is not None and self._is_table_cell(table, row, column)

    def _is_table_cell(self, table: _Table, row: int, column: int) -> bool:
        """Whether a cell is in a column of the table, or is one of the lines above the table."""
        if row >= table.top:
            return any(column in columns for columns in table.columns.values())
        lines = {compare_key(line) for line in self.about.get("head", "").split("\n")}
        return compare_key(_shown(table.sheet.value(row, column))) in lines


@dataclass(frozen=True, slots=True)
class _OutsideText:
    """A text that is not in the row of a project, with its place.

    ``near`` are the rows before and after it. ``is_strict``: even a plain remark may refer to
    the projects.
    """

    text: str
    at: str
    near: tuple[int, ...] = ()
    is_strict: bool = False


def _is_generated_about(sheet: Sheet, row: int, column: int, kind: BookKind, form: Form) -> bool:
    """Whether a cell of the sheet about the workbook has its original text."""
    if column > len(("title", "value")):
        return False
    known = {
        *ABOUT_HELP[kind],
        *ABOUT.values(),
        *(DROP_DOWN_LABEL.format(c.name) for c in form.fills),
    }
    title = _shown(sheet.value(row, 1))
    if title or column == 1:
        return title in known
    offered = {word for fill in form.fills for word in words(fill, form)}
    return _shown(sheet.value(row, 2)) in offered


class _Row:
    """One row of the table while it is read."""

    def __init__(self, reading: _Reading, row: int) -> None:
        self._reading, self._table, self.row = reading, reading.table, row
        self._form = reading.form
        naming = naming_column(reading.form)
        is_text = naming is not None and naming.kind == "text"
        self.name = clean_lines(self.text(NAME)) if is_text else one_line(self.text(NAME))
        self.no = parse_whole(self._table.sheet.value(row, self._table.columns[NO][0]))

    def text(self, role: str) -> str:
        """The text of a cell, without white space at its ends."""
        return self._table.text(self.row, role)

    def opinion(self, further_doubts: Iterable[Doubt]) -> StatedOpinion:
        """The opinion of the row, with its doubts."""
        seen = dict(self._seen())
        fills, misread = self._fills(seen)
        is_settled = self._is_settled()
        doubts = (*misread, *self._all_doubts(fills), *further_doubts)
        if is_settled:
            # A person has checked the row: it only has to be readable.
            found = self._cell_doubts((*self._reading.fills, CONFIRMATION))
            doubts = (*misread, *(doubt for doubt in found if doubt.reason in _UNREADABLE))
        elif self._is_blank():
            doubts = tuple(doubt for doubt in doubts if doubt.reason in _ALSO_IF_BLANK)
        places = {column.key: self._at(fill_role(column)) for column in self._form.fills}
        return StatedOpinion(
            no=self.no,
            name=self.name,
            fills=fills,
            at=self._at(self._reading.fills[0]),
            places=places,
            seen=seen,
            origin=self.text(ORIGIN),
            doubts=tuple(dict.fromkeys(doubts)),
            shown=self._shown(),
            asked=without_forbidden(self.text(ASKED)),
            is_settled=is_settled,
        )

    def _at(self, role: str) -> CellRef:
        """The cell of a role; the first cell to fill in if the table lacks the column."""
        place = _place(self._reading.workbook, self._table.sheet)
        first = self._reading.fills[0]
        column = self._table.columns.get(role, self._table.columns[first])[0]
        return CellRef(place, self.row, column)

    def _seen(self) -> Iterator[tuple[str, str]]:
        """The texts shown to the council, by column key; without columns the workbook lacks."""
        for column in seen_columns(self._form):
            role = seen_role(column)
            if role not in self._table.columns:
                continue
            text = clean_lines(self.text(role))
            value = _choice(text, column) if column.is_choice else text
            if value is not None and (value or not column.is_choice):
                yield column.key, value

    def _shown(self) -> str:
        """The texts of the cells to fill in, with their headers if there are several."""
        titles, several = headers(self._form), len(fill_units(self._form)) > 1
        texts = ((titles[role], self.text(role)) for role in self._reading.fills)
        return "／".join(f"{title}：{text}" if several else text for title, text in texts if text)

    def _is_blank(self) -> bool:
        """Whether the cells to fill in are empty and have no unusual formatting or comment."""
        is_empty = not any(self._texts(role) for role in self._reading.fills)
        return is_empty and not list(self._cell_doubts(self._reading.fills))

    def _texts(self, role: str) -> str:
        """The texts of every column of a header."""
        columns = self._table.columns[role]
        return "".join(_shown(self._table.sheet.value(self.row, c)) for c in columns).strip()

    def _cell_doubts(self, roles: Iterable[str]) -> Iterator[Doubt]:
        columns = [c for role in roles for c in self._table.columns.get(role, ())]
        return cell_doubts(self._table.sheet, self.row, columns)

    def _is_settled(self) -> bool:
        text = self.text(CONFIRMATION)
        # A cross may mean no.
        is_marked = parse_mark(text) in (Mark.STRONG, Mark.WEAK) and compare_key(text) != "X"
        return is_marked or compare_key(text).rstrip("みりす") == compare_key(SETTLED)

    # ---- the words

    def _fills(self, seen: Mapping[str, str]) -> tuple[dict[str, Fill], list[Doubt]]:
        """The answers in the cells, and a doubt for each text that is no answer."""
        fills: dict[str, Fill] = {}
        doubts: list[Doubt] = []
        for column in self._form.fills:
            proposed = seen.get(column.against or "")
            fill = self._fill(column, proposed)
            if isinstance(fill, Doubt):
                doubts.append(fill)
            else:
                fills[column.key] = fill
        return fills, doubts

    def _fill(self, column: Column, proposed: str | None) -> Fill | Doubt:
        role = fill_role(column)
        text = self.text(role)
        known = {compare_key(w): status for status, w in self._form.words.by_status.items()}
        status = known.get(compare_key(text), None if text else Status.BLANK)
        if status is Status.BLANK:
            return Fill()
        if not column.is_choice:
            value = self._table.sheet.value(self.row, self._table.columns[role][0])
            fill = written(value, column)
            return Doubt(Reason.UNKNOWN_WORD, text) if fill is None else fill
        if status is not None:
            return Fill(status)
        if is_as_proposed(text):
            is_known = proposed in column.choices
            return Fill(Status.CHOSEN, proposed) if is_known else Doubt(Reason.PROPOSAL, text)
        label = _choice(text, column)
        return Doubt(Reason.UNKNOWN_WORD, text) if label is None else Fill(Status.CHOSEN, label)

    def _all_doubts(self, fills: Mapping[str, Fill]) -> Iterator[Doubt]:
        """Doubts about the row, about other copies of it and about its remarks."""
        yield from _row_doubts(self._table, self.row, self._reading)
        yield from self._overwritten()
        yield from self._copy_doubts()
        for line in doubtful_remarks(fills, self._form):
            yield Doubt(Reason.REMARK, line)

    def _overwritten(self) -> Iterator[Doubt]:
        """In an entry workbook the names and the proposals must not change."""
        digests = self._reading.about.get("rows", "")
        if digests and self._reading.kind is BookKind.ENTRY:
            roles = (seen_role(column) for column in compared(self._form))
            seen = [self.text(role) for role in roles]
            if row_digest(self.no, (self.name, *seen)) not in digests.split():
                yield Doubt(Reason.OTHER_CELL, "／".join((self.name, *seen)))

    def _copy_doubts(self) -> Iterator[Doubt]:
        """Doubts about copies of the table in which this row differs."""
        for copy in self._reading.copies:
            for row in copy.body:
                number = parse_whole(copy.text(row, NO))
                if number != self.no or number is None:
                    continue
                roles = (*self._reading.fills, NAME)
                theirs, ours = [copy.text(row, r) for r in roles], [self.text(r) for r in roles]
                doubts = list(_row_doubts(copy, row, self._reading))
                if any(theirs[:-1]) or any(ours[:-1]):
                    differs = list(map(compare_key, theirs)) != list(map(compare_key, ours))
                else:
                    # Neither of the two rows shows an answer.
                    doubts = [doubt for doubt in doubts if doubt.reason in _ALSO_IF_BLANK]
                    differs = False
                if doubts or differs:
                    words = filter(None, (*theirs, *(doubt.seen for doubt in doubts)))
                    yield Doubt(Reason.OTHER_SHEET, f"{copy.sheet.name}：{'／'.join(words)}")


def _row_doubts(table: _Table, row: int, reading: _Reading) -> Iterator[Doubt]:
    """Doubts about one row of a table: its cells, repeated columns, and other columns."""
    columns = [c for role in reading.checked_roles for c in table.columns.get(role, ())]
    yield from cell_doubts(table.sheet, row, columns)
    yield from _repeated_columns(table, row, (NO, NAME, *reading.fills))
    yield from _other_cells(table, row, frozenset(columns))


def _repeated_columns(table: _Table, row: int, roles: Iterable[str]) -> Iterator[Doubt]:
    """Columns with the same header and different texts."""
    for role in roles:
        texts = [_shown(table.sheet.value(row, c)) for c in table.columns.get(role, ())]
        if len({compare_key(text) for text in texts}) > 1:
            yield Doubt(Reason.SEVERAL_COLUMNS, "／".join(filter(None, texts)))


def _other_cells(table: _Table, row: int, checked_columns: frozenset[int]) -> Iterator[Doubt]:
    """Doubts about texts in columns outside of the table, and comments in unchecked columns."""
    sheet = table.sheet
    known = {column for columns in table.columns.values() for column in columns}
    others = [column for column in range(1, sheet.width + 1) if column not in known]
    for column in others:
        text = _shown(sheet.value(row, column))
        place = (row, column)
        if text.strip() or place in sheet.unresolved or place in sheet.errors:
            yield Doubt(Reason.OTHER_CELL, text or sheet.errors.get(place, ""))
    for doubt in cell_doubts(sheet, row, others):
        # A text of another row that is also shown in this row.
        if doubt.reason is Reason.MERGED:
            yield Doubt(Reason.OTHER_CELL, doubt.seen)
    for (note_row, column), note in sheet.notes.items():
        if note_row == row and column not in checked_columns:
            yield Doubt(Reason.OTHER_CELL, note)


def _choice(text: str, column: Column) -> str | None:
    """The choice of a column that equals a text; None for any other text."""
    known = {compare_key(label): label for label in column.choices}
    return known.get(compare_key(text))
