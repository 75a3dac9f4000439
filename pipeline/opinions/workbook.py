"""Read a workbook of ours: the cells that ``read`` found in, identity and opinions out.

The table is found by its headers, so that columns and rows may be moved. An opinion is
taken where its cell holds one known word in plain looks, its row nothing else, and no
other copy of the table says something else; everything else is a doubt of its row. In a
results workbook the column 確認 settles it.
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
    CHOICES_BETWEEN,
    EDIT_HEADERS,
    EDITS_SHEET,
    NAME,
    NO,
    OFFERED,
    ORIGIN,
    SETTLED,
    SETTLED_BY,
    compared,
    fill_role,
    headers,
    row_digest,
    seen_role,
    words,
)
from pipeline.model.values import Fill, Status
from pipeline.opinions.cells import cell_doubts
from pipeline.opinions.mentions import concerned, doubtful_remarks
from pipeline.opinions.written import clean_lines, written

_HEADER_ROWS = 20
# What keeps an answer from being read, whoever has settled it.
_UNREADABLE = frozenset({Reason.FORMULA, Reason.STRUCK, Reason.UNSEEN})
# What speaks of a row although its cells show nothing: from beside them, or a formula.
_WITHOUT_WORDS = frozenset(
    {
        Reason.DRAWN,
        Reason.FORMULA,
        Reason.OTHER_CELL,
        Reason.OTHER_SHEET,
        Reason.OUTSIDE,
        Reason.SEVERAL_COLUMNS,
    }
)


def kind_of(workbook: Workbook) -> BookKind | None:
    """Which of our workbooks it is, by its own word; None for any other."""
    told = _about(workbook).get("kind")
    return next((kind for kind in BookKind if kind.value == told), None)


def read_opinion_book(workbook: Workbook, form: Form) -> OpinionBook:
    """What a workbook of ours says, each row with the doubts about it.

    InputUnreadable (``not-an-opinion-book``) where it is none of ours, or its table is gone;
    ``opinion-book-format`` where nobody can tell what of it is struck through or hidden.
    """
    kind = kind_of(workbook)
    tables = list(_tables(workbook, form))
    if kind is None or not tables:
        raise InputUnreadable("not-an-opinion-book", path=workbook.path)
    if not workbook.has_looks:
        raise InputUnreadable("opinion-book-format", path=workbook.path)
    # The sheet that is in sight; a copy of it only speaks against it.
    table = next((each for each in tables if each.sheet.visible), tables[0])
    copies = [each for each in tables if each is not table]
    reading = _Reading(workbook, table, copies, form, kind, _about(workbook))
    said = tuple(reading.rows())
    return OpinionBook(
        path=workbook.path,
        sha256=workbook.sha256,
        identity=_identity(kind, _about(workbook)),
        opinions=said,
        extras=tuple(reading.extras()),
        edits=tuple(_edits(workbook)),
        notes=tuple(reading.notes()),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """The sheet, the header's row, and the columns by what they hold; one may stand twice."""

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
    """Every sheet with our header: the number, the name and something to fill in."""
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
    """The sheet as a formula of another workbook would name it."""
    return f"[{workbook.path.name}]{sheet.name}"


def _shown(value: CellValue) -> str:
    return "" if value is None else str(value)


# ---- about the workbook


def _about(workbook: Workbook) -> dict[str, str]:
    """What the sheet about the workbook says, by key; empty where there is none."""
    sheet = workbook.sheet(ABOUT_SHEET)
    keys = {compare_key(title): key for key, title in ABOUT.items()}
    told: dict[str, str] = {}
    if sheet is None:
        return told
    for row in range(1, len(sheet.rows) + 1):
        key = keys.get(compare_key(_shown(sheet.value(row, 1))))
        if key is not None and sheet.value(row, 2) is not None:
            told.setdefault(key, _shown(sheet.value(row, 2)))
    return told


def _identity(kind: BookKind, told: Mapping[str, str]) -> Identity:
    choices = told.get("choices", "")
    owner = Owner(
        form=told.get("form", ""),
        choices=tuple(choices.split(CHOICES_BETWEEN)) if choices else (),
        number=told.get("number", ""),
        council=told.get("council", ""),
        session=told.get("session", ""),
        date=told.get("date", ""),
    )
    return Identity(kind, told.get("master", ""), told.get("sha256", ""), owner)


def _edits(workbook: Workbook) -> Iterator[Edit]:
    """What a results workbook lists as edited in the handouts."""
    sheet = workbook.sheet(EDITS_SHEET)
    kinds = {kind.value: kind for kind in EditKind}
    if sheet is None:
        return
    for row in range(2, len(sheet.rows) + 1):
        told = [_shown(sheet.value(row, column)) for column in range(1, len(EDIT_HEADERS) + 1)]
        kind = kinds.get(told[2])
        if kind is not None:
            yield Edit(kind, told[1], told[3], told[4], parse_whole(told[0]), told[5])


# ---- the rows


@dataclass(slots=True)
class _Reading:
    """A workbook while it is read: its table, and other copies of it."""

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
    def carrying(self) -> tuple[str, ...]:
        """The columns whose looks matter: a struck name is a withdrawn project."""
        return (NO, NAME, *(seen_role(column) for column in compared(self.form)), *self.fills)

    def rows(self) -> Iterator[StatedOpinion]:
        """Each row that holds anything."""
        rows = [
            _Row(self, row)
            for row in self.table.body
            if any(self.table.text(row, role) for role in (NO, NAME, *self.fills))
        ]
        asides = [each for each in self.asides() if each.text.strip()]
        known = {each.no: each.name for each in rows if each.no is not None}
        choices = tuple(dict.fromkeys(c for column in self.form.fills for c in column.choices))
        words = (*choices, *self.form.words.by_status.values())
        heads = list(self._header_doubts())
        for each in rows:
            doubts = [
                Doubt(Reason.OUTSIDE, aside.text)
                for aside in asides
                if each.row in aside.near
                or each.no in concerned(aside.text, known, words, choices, strict=aside.is_strict)
            ]
            yield each.said([*heads, *doubts])

    def _header_doubts(self) -> Iterator[Doubt]:
        """What keeps the headers of the columns to fill in from being plain."""
        columns = [c for role in self.fills for c in self.table.columns[role]]
        for doubt in cell_doubts(self.table.sheet, self.table.top, columns):
            if doubt.reason in (Reason.STRUCK, Reason.UNSEEN):
                yield doubt

    def notes(self) -> Iterator[Edit]:
        """Every text that stands in no row of a project, with its place."""
        for each in self.asides():
            if each.text.strip():
                yield Edit(EditKind.ADDED, "表の外", "", each.text, at=each.at)

    def asides(self) -> Iterator[_Aside]:
        """Texts that stand in no numbered row: around the tables, and in further sheets."""
        numbered: set[tuple[str, int]] = set()
        for table in (self.table, *self.copies):
            for row in table.body:
                if table.text(row, NO):
                    numbered.add((_place(self.workbook, table.sheet), row))
                else:
                    text = " ".join(filter(None, (table.text(row, r) for r in self.carrying)))
                    near = self._near(row) if table is self.table else ()
                    yield _Aside(text, f"{table.sheet.name}!{row}行目", near)
        for at in self.extras():
            sheet = self.workbook.sheet(at.sheet.rpartition("]")[2])
            if (at.sheet, at.row) not in numbered and sheet is not None:
                yield from self._beside(sheet, at)

    def _beside(self, sheet: Sheet, at: CellRef) -> Iterator[_Aside]:
        """The text of a cell that is none of ours, and what is noted there."""
        place = (at.row, at.column)
        tables = (self.table, *self.copies)
        table = next((each for each in tables if each.sheet is sheet), None)
        is_entry = self.kind is BookKind.ENTRY
        where = f"{sheet.name}!{at.address}"
        if table is None or not self._is_ours(table, *place):
            # Nobody has to write into the lines above the table.
            is_head = table is not None and at.row < table.top and at.column == 1
            near = self._near(at.row) if table is self.table and at.row > table.top else ()
            yield _Aside(_shown(sheet.value(*place)), where, near, is_strict=is_head and is_entry)
        yield _Aside(sheet.notes.get(place, ""), where, is_strict=is_entry)

    def _near(self, row: int) -> tuple[int, ...]:
        """The numbered rows next to one that has no number and stands between two of them."""
        numbered = [each for each in self.table.body if self.table.text(each, NO)]
        before = [each for each in numbered if each < row][-1:]
        behind = [each for each in numbered if each > row][:1]
        return (*before, *behind) if behind else ()

    def extras(self) -> Iterator[CellRef]:
        """Cells that are none of ours: notes around the table, comments, further sheets."""
        tables = {each.sheet.name: each for each in (*self.copies, self.table)}
        for sheet in self.workbook.sheets:
            table = tables.get(sheet.name)
            written = {
                (r, c)
                for r, values in enumerate(sheet.rows, start=1)
                for c, value in enumerate(values, start=1)
                if value is not None and not self._is_of_ours(sheet, table, r, c)
            }
            for place in sorted(written | sheet.notes.keys()):
                yield CellRef(_place(self.workbook, sheet), *place)

    def _is_of_ours(self, sheet: Sheet, table: _Table | None, row: int, column: int) -> bool:
        if sheet.name == ABOUT_SHEET:
            return _is_about(sheet, row, column, self.kind, self.form)
        if sheet.name == EDITS_SHEET:
            kinds = {EDIT_HEADERS[2], *(kind.value for kind in EditKind)}
            return column <= len(EDIT_HEADERS) and _shown(sheet.value(row, 3)) in kinds
        return table is not None and self._is_ours(table, row, column)

    def _is_ours(self, table: _Table, row: int, column: int) -> bool:
        """Whether a cell of a table's sheet is the table's, or one of the lines above it."""
        if row >= table.top:
            return any(column in columns for columns in table.columns.values())
        lines = {compare_key(line) for line in self.about.get("head", "").split("\n")}
        return compare_key(_shown(table.sheet.value(row, column))) in lines


@dataclass(frozen=True, slots=True)
class _Aside:
    """A text in no row of a project and its place.

    ``near`` are the rows that it stands between; ``is_strict``: it speaks of all that it does
    not name, whatever it says.
    """

    text: str
    at: str
    near: tuple[int, ...] = ()
    is_strict: bool = False


def _is_about(sheet: Sheet, row: int, column: int, kind: BookKind, form: Form) -> bool:
    """Whether a cell of the sheet about the workbook is as it was written."""
    if column > len(("title", "value")):
        return False
    known = {*ABOUT_HELP[kind], *ABOUT.values(), *(OFFERED.format(c.name) for c in form.fills)}
    title = _shown(sheet.value(row, 1))
    if title or column == 1:
        return title in known
    offered = {word for each in form.fills for word in words(each, form)}
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

    def said(self, aside: Iterable[Doubt]) -> StatedOpinion:
        """What the row says."""
        seen = dict(self._seen())
        fills, misread = self._fills(seen)
        is_settled = self._is_settled()
        doubts = (*misread, *self._doubts(fills), *aside)
        if is_settled:
            # A person looked at it: then all that counts is that it can be read.
            told = self._looks((*self._reading.fills, SETTLED_BY))
            doubts = (*misread, *(each for each in told if each.reason in _UNREADABLE))
        elif self._says_nothing():
            doubts = tuple(each for each in doubts if each.reason in _WITHOUT_WORDS)
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
        """A cell of ours; the first one to fill in where the table lacks the column."""
        place = _place(self._reading.workbook, self._table.sheet)
        first = self._reading.fills[0]
        column = self._table.columns.get(role, self._table.columns[first])[0]
        return CellRef(place, self.row, column)

    def _seen(self) -> Iterator[tuple[str, str]]:
        """What the council had before it; a column that the workbook lacks does not tell."""
        for column in seen_columns(self._form):
            role = seen_role(column)
            if role not in self._table.columns:
                continue
            text = clean_lines(self.text(role))
            told = _choice(text, column) if column.is_choice else text
            if told is not None and (told or not column.is_choice):
                yield column.key, told

    def _shown(self) -> str:
        """What the cells to fill in show, each with its header where there are several."""
        titles, several = headers(self._form), len(fill_units(self._form)) > 1
        told = ((titles[role], self.text(role)) for role in self._reading.fills)
        return "／".join(f"{title}：{text}" if several else text for title, text in told if text)

    def _says_nothing(self) -> bool:
        """Whether neither the cells nor anything over them say anything."""
        is_empty = not any(self._texts(role) for role in self._reading.fills)
        return is_empty and not list(self._looks(self._reading.fills))

    def _texts(self, role: str) -> str:
        """The texts of every column of a header."""
        columns = self._table.columns[role]
        return "".join(_shown(self._table.sheet.value(self.row, c)) for c in columns).strip()

    def _looks(self, roles: Iterable[str]) -> Iterator[Doubt]:
        columns = [c for role in roles for c in self._table.columns.get(role, ())]
        return cell_doubts(self._table.sheet, self.row, columns)

    def _is_settled(self) -> bool:
        told = self.text(SETTLED_BY)
        # A cross may say no.
        is_marked = parse_mark(told) in (Mark.STRONG, Mark.WEAK) and compare_key(told) != "X"
        return is_marked or compare_key(told).rstrip("みりす") == compare_key(SETTLED)

    # ---- the words

    def _fills(self, seen: Mapping[str, str]) -> tuple[dict[str, Fill], list[Doubt]]:
        """The answers of the cells' words, and why some are none."""
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

    def _doubts(self, fills: Mapping[str, Fill]) -> Iterator[Doubt]:
        """What keeps the row from being unanimous."""
        yield from _row_doubts(self._table, self.row, self._reading)
        yield from self._overwritten()
        yield from self._copies()
        for line in doubtful_remarks(fills, self._form):
            yield Doubt(Reason.REMARK, line)

    def _overwritten(self) -> Iterator[Doubt]:
        """In the workbook of the day nobody changes the names and the proposals."""
        told = self._reading.about.get("rows", "")
        if told and self._reading.kind is BookKind.ENTRY:
            roles = (seen_role(column) for column in compared(self._form))
            seen = [self.text(role) for role in roles]
            if row_digest(self.no, (self.name, *seen)) not in told.split():
                yield Doubt(Reason.OTHER_CELL, "／".join((self.name, *seen)))

    def _copies(self) -> Iterator[Doubt]:
        """Another sheet with the same table that says something else of this row."""
        for copy in self._reading.copies:
            for row in copy.body:
                number = parse_whole(copy.text(row, NO))
                if number != self.no or number is None:
                    continue
                roles = (*self._reading.fills, NAME)
                told, ours = [copy.text(row, r) for r in roles], [self.text(r) for r in roles]
                odd = list(_row_doubts(copy, row, self._reading))
                if any(told[:-1]) or any(ours[:-1]):
                    is_another = list(map(compare_key, told)) != list(map(compare_key, ours))
                else:
                    # Where neither shows anything.
                    odd = [each for each in odd if each.reason in _WITHOUT_WORDS]
                    is_another = False
                if odd or is_another:
                    words = filter(None, (*told, *(each.seen for each in odd)))
                    yield Doubt(Reason.OTHER_SHEET, f"{copy.sheet.name}：{'／'.join(words)}")


def _row_doubts(table: _Table, row: int, reading: _Reading) -> Iterator[Doubt]:
    """What keeps one row of a table from being plain and alone."""
    columns = [c for role in reading.carrying for c in table.columns.get(role, ())]
    yield from cell_doubts(table.sheet, row, columns)
    yield from _twice(table, row, (NO, NAME, *reading.fills))
    yield from _beside(table, row, frozenset(columns))


def _twice(table: _Table, row: int, roles: Iterable[str]) -> Iterator[Doubt]:
    """A second column of the same header that says something else."""
    for role in roles:
        texts = [_shown(table.sheet.value(row, c)) for c in table.columns.get(role, ())]
        if len({compare_key(text) for text in texts}) > 1:
            yield Doubt(Reason.SEVERAL_COLUMNS, "／".join(filter(None, texts)))


def _beside(table: _Table, row: int, carrying: frozenset[int]) -> Iterator[Doubt]:
    """Something written in a column that is none of ours, or drawn where nobody answers."""
    sheet = table.sheet
    known = {column for columns in table.columns.values() for column in columns}
    others = [column for column in range(1, sheet.width + 1) if column not in known]
    for column in others:
        text = _shown(sheet.value(row, column))
        place = (row, column)
        if text.strip() or place in sheet.unresolved or place in sheet.errors:
            yield Doubt(Reason.OTHER_CELL, text or sheet.errors.get(place, ""))
    for doubt in cell_doubts(sheet, row, others):
        # A text that stands in another row and is shown in this one too.
        if doubt.reason is Reason.MERGED:
            yield Doubt(Reason.OTHER_CELL, doubt.seen)
    for (at, column), note in sheet.notes.items():
        if at == row and column not in carrying:
            yield Doubt(Reason.OTHER_CELL, note)


def _choice(text: str, column: Column) -> str | None:
    """The choice of a column that a text is; None for any other text."""
    known = {compare_key(label): label for label in column.choices}
    return known.get(compare_key(text))
