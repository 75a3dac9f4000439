"""The rule: a filled-in handout as it is seen and the paper as it was printed in, rows out.

An answer is taken only where all evidence agrees. Everything readable is either what was
printed, or the answer in its own cell, or a doubt of the rows that it may speak of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pipeline.base.text import compare_key
from pipeline.base.word import Oddity, WordCell, WordDocument
from pipeline.model.collected import NO_ROW, StatedOpinion
from pipeline.model.doubts import Doubt, Edit, EditKind, Reason
from pipeline.model.grid import RowRef
from pipeline.model.printed import (
    FillKind,
    Printed,
    PrintedColumn,
    PrintedRow,
    exact_key,
    loose_key,
)
from pipeline.model.values import Fill, Status
from pipeline.opinions.filled_handout.around import read_around
from pipeline.opinions.filled_handout.cell import (
    Place,
    boxes_in,
    choice_of,
    read_cell,
    stressed,
    usual_look,
)
from pipeline.opinions.filled_handout.misplaced_answers import is_said_there
from pipeline.opinions.filled_handout.oddities import doubts_of, row_doubts
from pipeline.opinions.filled_handout.project_rows import Found, SeenRow, find_rows
from pipeline.opinions.filled_handout.shared_cells import parted
from pipeline.opinions.mentions import speaks_of_all
from pipeline.opinions.stated_opinions import question
from pipeline.opinions.written import clean_lines

# In a printed cell these change no words: furigana, tracked deletions, list numbers.
_HARMLESS = frozenset({Oddity.DELETED, Oddity.RUBY, Oddity.NUMBERED, Oddity.FRAMED})
# Looks that a last-minute wording may have in a cell that no answer rests on.
_WORDING = _HARMLESS | {Oddity.STRUCK}


@dataclass(frozen=True, slots=True)
class Filled:
    """What a handout says: a row for each project, and what was edited.

    ``found`` is how many rows of the paper are there at all.
    """

    rows: tuple[StatedOpinion, ...]
    edits: tuple[Edit, ...]
    found: int
    total: int


def read_filled(
    document: WordDocument, printed: Printed, file: str, digests: Mapping[str, str] | None = None
) -> Filled:
    """Each project's answers, or why they are asked for.

    ``digests`` are the rows as they were printed, by the projects' identities, and under
    ``around`` the texts outside of the table, as the file's properties have them.
    """
    document = parted(document, printed)
    reading = _Reading(document, printed, file, digests or {}, find_rows(document, printed))
    reading.read()
    found = reading.found
    return Filled(
        tuple(reading.row(each) for each in printed.rows),
        tuple(dict.fromkeys(reading.edits)),
        len(found.rows),
        len(found.rows) + len(found.stray),
    )


@dataclass(slots=True)
class _Reading:
    """One file while it is read; doubts are collected by project before its row is made."""

    document: WordDocument
    printed: Printed
    file: str
    digests: Mapping[str, str]
    found: Found
    usual: dict[int, frozenset[str]] = field(default_factory=dict)
    doubts: dict[int, list[Doubt]] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)

    def read(self) -> None:
        """What concerns more than one row: looks, stray rows, the text outside of the table."""
        for k in range(len(self.printed.columns)):
            self.usual[k] = self._usual(k)
        self._stray_rows()
        self._floating()
        if self.printed.place("no") is None:
            self._order()
        around = read_around(self.document, self.printed, self.found, self.digests)
        self.edits += around.edits
        for identity, doubts in around.doubts.items():
            self.doubts.setdefault(identity, []).extend(doubts)

    def _usual(self, k: int) -> frozenset[str]:
        cells = [
            seen.row.cells[k]
            for rows in self.found.rows.values()
            for seen in rows
            if len(seen.row.cells) == len(self.printed.columns)
        ]
        return usual_look(cells, self.printed.columns[k].choices)

    def _stray_rows(self) -> None:
        """Rows of nobody: they may speak of those that they name, and of their neighbours."""
        order = sorted(
            ((seen.table, seen.row.place), identity)
            for identity, rows in self.found.rows.items()
            for seen in rows
        )
        for seen, meant in self.found.stray:
            at = (seen.table, seen.row.place)
            text = _row_text(seen)
            self.edits.append(Edit(EditKind.ADDED, "表の行", "", text, at=self._at(seen).address))
            reason = Reason.ROW_DIFFERS if meant else Reason.OTHER_ROW
            before = [identity for place, identity in order if place < at][-1:]
            behind = [identity for place, identity in order if place > at][:1]
            # At either end of the table it may speak of all.
            is_of_all = not (before and behind) or speaks_of_all(text)
            near = tuple(self._identities()) if is_of_all else (*before, *behind)
            for identity in dict.fromkeys((*meant, *(() if meant else near))):
                self.doubts.setdefault(identity, []).append(Doubt(reason, text))

    def _floating(self) -> None:
        """A drawing that is anchored in a row may lie over any other."""
        rows = [seen for seen, _ in self.found.stray]
        rows += [each for found in self.found.rows.values() for each in found]
        for seen in rows:
            if any(odd.floats for cell in seen.row.cells for odd in cell.odds):
                for identity in self._identities():
                    doubt = Doubt(Reason.DRAWN, self._at(seen).address)
                    self.doubts.setdefault(identity, []).append(doubt)

    def _order(self) -> None:
        """Rows without numbers that stand in another order than they were printed in."""
        found = {identity: rows[0] for identity, rows in self.found.rows.items() if len(rows) == 1}
        order = sorted(
            found, key=lambda identity: (found[identity].table, found[identity].row.place)
        )
        for identity, expected in zip(order, sorted(found), strict=True):
            if identity != expected:
                doubt = Doubt(Reason.ROW_DIFFERS, self._at(found[identity]).address)
                self.doubts.setdefault(identity, []).append(doubt)

    def _identities(self) -> Iterator[int]:
        return (row.identity for row in self.printed.rows)

    def _at(self, seen: SeenRow) -> RowRef:
        return RowRef(self.file, seen.table, seen.row.place)

    # ---- one row

    def row(self, row: PrintedRow) -> StatedOpinion:
        """What the file says of a project; blank, with the question, where there is any doubt."""
        doubts = self.doubts.setdefault(row.identity, [])
        rows = self.found.rows.get(row.identity, ())
        if not rows:
            if not doubts:
                self.edits.append(Edit(EditKind.REMOVED, "表の行", row.name, "", row=row.identity))
            gone = replace(NO_ROW, sheet=self.file)
            return _asked(StatedOpinion(row.identity, row.name, at=gone), doubts, self.file)
        if len(rows) > 1:
            seen = "／".join(f"{self._at(each).address}：{_row_text(each)}" for each in rows)
            doubts.append(Doubt(Reason.ROW_REPEATED, seen))
        read = _Row(self, row, rows[0])
        read.read()
        doubts += read.doubts
        at = self._at(rows[0])
        said = StatedOpinion(
            row.identity, row.name, read.answers, at, seen=read.seen_texts, shown=read.shown
        )
        return _asked(said, doubts, f"{self.file} {at.address}")


def _asked(said: StatedOpinion, doubts: Iterable[Doubt], where: str) -> StatedOpinion:
    """The row with its origin or, with any doubt, with nothing but the question."""
    told = tuple(dict.fromkeys(doubts))
    if told:
        asked = question(told, said.shown, where)
        return replace(said, fills={}, doubts=told, asked=asked)
    return said if said.is_blank else replace(said, origin=where)


@dataclass(slots=True)
class _Row:
    """One row while it is read."""

    file: _Reading
    printed: PrintedRow
    seen: SeenRow
    doubts: list[Doubt] = field(default_factory=list)
    answers: dict[str, Fill] = field(default_factory=dict)
    seen_texts: dict[str, str] = field(default_factory=dict)
    shown: str = ""
    edited: bool = False

    def read(self) -> None:
        """Shape, headings, printed cells, then what was filled in."""
        columns, cells = self.file.printed.columns, self.seen.row.cells
        self.doubts += row_doubts(self.seen.row, self.printed.merged)
        if len(cells) != len(columns):
            self.doubts.append(Doubt(Reason.CELLS, _row_text(self.seen)))
            self.shown = _row_text(self.seen)
            return
        untouched = self._is_untouched()
        for k, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            if column.fill is None:
                self._printed_cell(k, column, cell, untouched=untouched)
        for k in self.file.printed.fill_places:
            self._filled_cell(k, columns[k], cells[k])

    def _is_untouched(self) -> bool:
        """Whether the printed cells are those of the file as it was made."""
        told = self.file.digests.get(str(self.printed.identity))
        texts = tuple(cell.text for cell in self.seen.row.cells)
        return told is not None and told == self.file.printed.digest(texts)

    def _printed_cell(
        self, k: int, column: PrintedColumn, cell: WordCell, *, untouched: bool
    ) -> None:
        """A cell that nobody has to fill in: as it was printed, or an edit."""
        printed = self.printed.cells[k]
        is_compared = column.key in self.file.printed.against
        carries = is_compared or bool(column.role)
        harmless = _HARMLESS if carries else _WORDING
        if k in self.printed.merged:
            harmless |= {Oddity.MERGED_DOWN}
        for doubt in doubts_of(cell, harmless):
            self.doubts.append(Doubt(Reason.OTHER_CELL, f"{column.title}：{doubt.words}"))
        if is_compared and column.has_boxes:
            for label in stressed(boxes_in(cell, column.choices), self.file.usual[k]):
                self.doubts.append(Doubt(Reason.STRESS, f"{column.title}：{label}"))
        self._see(column, cell, printed)
        if _is_same(column, cell.text, printed) and not _is_struck(cell):
            return
        self.edited = True
        kind = EditKind.MASTER if untouched else EditKind.CHANGED
        self.file.edits.append(
            Edit(
                kind,
                column.title,
                printed,
                _with_strikes(cell),
                row=self.printed.identity,
                at=self.file._at(self.seen).address,  # noqa: SLF001 - the same module's
            )
        )
        if untouched:
            return
        words = self.file.printed.form_words
        if is_compared or is_said_there(printed, cell.text, words, column):
            self.doubts.append(Doubt(Reason.OTHER_CELL, f"{column.title}：{cell.text}"))

    def _see(self, column: PrintedColumn, cell: WordCell, printed: str) -> None:
        """Note what the council had before it; a merged cell that only goes on does not tell."""
        if column.key not in self.file.printed.seen:
            return
        told: str | None = clean_lines(cell.text)
        if column.choices:
            told = choice_of(cell, column.choices, has_boxes=column.has_boxes)
        if told or (told is not None and printed):
            self.seen_texts[column.key] = told

    def _filled_cell(self, k: int, column: PrintedColumn, cell: WordCell) -> None:
        self._heading(k, column, cell)
        proposed = self.seen_texts.get(column.fill.column.against or "") if column.fill else None
        place = Place(self.printed.identity, proposed, self.file.usual[k], self.file.document.tags)
        reading = read_cell(cell, column, place)
        self.doubts += reading.doubts
        seen = _as_seen(cell)
        if seen and len(self.file.printed.fill_places) > 1:
            seen = f"{column.title}：{seen}"
        self.shown = "\n".join(filter(None, (self.shown, seen)))
        if column.fill is not None:
            self.answers[column.fill.key] = reading.answer
        if column.remarks is not None and reading.remark:
            self.answers[column.remarks.key] = Fill(Status.WRITTEN, reading.remark)

    def _heading(self, k: int, column: PrintedColumn, cell: WordCell) -> None:
        """The column is known by its heading, or else by its controls and all other cells."""
        told = self.seen.headings
        if told is None:
            is_tagged = any(control.of_a_row for control in cell.controls)
            if not is_tagged and (self.edited or not _is_as_printed(column, cell)):
                self.doubts.append(Doubt(Reason.NO_HEADING))
            return
        columns, own = self.file.printed.columns, compare_key(column.own)
        changed = [not _is_heading(each, told[place]) for place, each in enumerate(columns)]
        if changed[k]:
            self.doubts.append(Doubt(Reason.HEADING, told[k]))
        others = (each for place, each in enumerate(told) if changed[place] and place != k)
        if own and any(own in each for each in others):
            self.doubts.append(Doubt(Reason.SEVERAL_COLUMNS))


def _is_heading(column: PrintedColumn, told: str) -> bool:
    """Whether a heading is what was printed above a column."""
    return told in {compare_key(each) for each in column.headings}


def _is_as_printed(column: PrintedColumn, cell: WordCell) -> bool:
    """Whether a cell without heading and controls still has the boxes that were printed in it."""
    fill = column.fill
    if fill is None or fill.kind is not FillKind.BOXES:
        return False
    return tuple(box.label for box in boxes_in(cell, fill.choices)) == fill.choices


def _is_same(column: PrintedColumn, seen: str, printed: str) -> bool:
    key = exact_key if column.exact else loose_key
    return key(seen) == key(printed)


def _is_struck(cell: WordCell) -> bool:
    return any(Oddity.STRUCK in piece.oddities and piece.text.strip() for piece in cell.pieces())


def _with_strikes(cell: WordCell) -> str:
    """The text of a cell, what is struck through in it marked as such."""
    if not _is_struck(cell):
        return cell.text
    return "\n".join(
        "".join(
            f"［取り消し線：{piece.text}］" if Oddity.STRUCK in piece.oddities else piece.text
            for piece in line.pieces
            if piece.is_seen
        )
        for line in cell.lines
    )


def _as_seen(cell: WordCell) -> str:
    """What a cell shows, its words aside included."""
    lines = [line.text.strip() for line in cell.lines]
    aside = cell.words_aside().strip()
    return "\n".join([*filter(None, lines), *([aside] if aside else [])])


def _row_text(seen: SeenRow) -> str:
    texts = (" ".join(_as_seen(cell).split()) for cell in seen.row.cells)
    return "｜".join(text for text in texts if text)
