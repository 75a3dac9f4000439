"""The rule for reading: a filled-in handout and the handout as it was printed in, rows out.

An answer is accepted only if all evidence agrees. Every readable text is either a printed
text, or the answer in its cell, or a doubt about the rows that it may refer to.
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
    usual_formatting,
)
from pipeline.opinions.filled_handout.misplaced_answers import may_add_answer
from pipeline.opinions.filled_handout.oddities import doubts_of, row_doubts
from pipeline.opinions.filled_handout.project_rows import Found, SeenRow, find_rows
from pipeline.opinions.filled_handout.shared_cells import split_cells
from pipeline.opinions.mentions import mentions_all
from pipeline.opinions.stated_opinions import question
from pipeline.opinions.written import clean_lines

# In a printed cell these do not change the words: furigana, tracked deletions, list numbers.
_HARMLESS = frozenset({Oddity.DELETED, Oddity.RUBY, Oddity.NUMBERED, Oddity.FRAMED})
# Also harmless in a cell that no answer depends on: strikethrough from a late rewording.
_HARMLESS_WORDING = _HARMLESS | {Oddity.STRUCK}


@dataclass(frozen=True, slots=True)
class Filled:
    """The opinions in a handout: a row for each project, and the edits.

    ``found`` is the number of printed rows that were found, ``total`` the number of those and
    of the unmatched rows.
    """

    rows: tuple[StatedOpinion, ...]
    edits: tuple[Edit, ...]
    found: int
    total: int


def read_filled(
    document: WordDocument, printed: Printed, file: str, digests: Mapping[str, str] | None = None
) -> Filled:
    """The answers for each project, or the question about them.

    ``digests`` are read from the file's properties: those of the printed rows by the projects'
    identities, and under ``around`` those of the texts outside of the table.
    """
    document = split_cells(document, printed)
    reading = _Reading(document, printed, file, digests or {}, find_rows(document, printed))
    reading.read()
    found = reading.found
    return Filled(
        tuple(reading.row(row) for row in printed.rows),
        tuple(dict.fromkeys(reading.edits)),
        len(found.rows),
        len(found.rows) + len(found.unmatched),
    )


@dataclass(slots=True)
class _Reading:
    """One file while it is read; doubts are collected by project before its row is read."""

    document: WordDocument
    printed: Printed
    file: str
    digests: Mapping[str, str]
    found: Found
    usual: dict[int, frozenset[str]] = field(default_factory=dict)
    doubts: dict[int, list[Doubt]] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)

    def read(self) -> None:
        """Read what concerns several rows: formatting, unmatched rows, texts outside the table."""
        for k in range(len(self.printed.columns)):
            self.usual[k] = self._usual(k)
        self._unmatched_rows()
        self._floating_drawings()
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
        return usual_formatting(cells, self.printed.columns[k].choices)

    def _unmatched_rows(self) -> None:
        """Doubts from rows of no project about the projects that they name, or the neighbours."""
        order = sorted(
            ((seen.table, seen.row.place), identity)
            for identity, rows in self.found.rows.items()
            for seen in rows
        )
        for seen, possible in self.found.unmatched:
            at = (seen.table, seen.row.place)
            text = _row_text(seen)
            self.edits.append(Edit(EditKind.ADDED, "表の行", "", text, at=self._at(seen).address))
            reason = Reason.ROW_DIFFERS if possible else Reason.OTHER_ROW
            before = [identity for place, identity in order if place < at][-1:]
            after = [identity for place, identity in order if place > at][:1]
            # At the beginning or the end of the table it may refer to all projects.
            concerns_all = not (before and after) or mentions_all(text)
            near = tuple(self._identities()) if concerns_all else (*before, *after)
            for identity in dict.fromkeys((*possible, *(() if possible else near))):
                self.doubts.setdefault(identity, []).append(Doubt(reason, text))

    def _floating_drawings(self) -> None:
        """Doubts from floating drawings: one that is anchored in a row may be over any other."""
        rows = [seen for seen, _ in self.found.unmatched]
        rows += [seen for found in self.found.rows.values() for seen in found]
        for seen in rows:
            if any(odd.floats for cell in seen.row.cells for odd in cell.odds):
                for identity in self._identities():
                    doubt = Doubt(Reason.DRAWN, self._at(seen).address)
                    self.doubts.setdefault(identity, []).append(doubt)

    def _order(self) -> None:
        """Doubts about rows without numbers that are not in their printed order."""
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
        """The opinion on a project; with any doubt it is blank and has a question."""
        doubts = self.doubts.setdefault(row.identity, [])
        rows = self.found.rows.get(row.identity, ())
        if not rows:
            if not doubts:
                self.edits.append(Edit(EditKind.REMOVED, "表の行", row.name, "", row=row.identity))
            no_row = replace(NO_ROW, sheet=self.file)
            return _with_question(
                StatedOpinion(row.identity, row.name, at=no_row), doubts, self.file
            )
        if len(rows) > 1:
            seen = "／".join(f"{self._at(found).address}：{_row_text(found)}" for found in rows)
            doubts.append(Doubt(Reason.ROW_REPEATED, seen))
        read = _Row(self, row, rows[0])
        read.read()
        doubts += read.doubts
        at = self._at(rows[0])
        stated = StatedOpinion(
            row.identity, row.name, read.answers, at, seen=read.seen_texts, shown=read.shown
        )
        return _with_question(stated, doubts, f"{self.file} {at.address}")


def _with_question(stated: StatedOpinion, doubts: Iterable[Doubt], where: str) -> StatedOpinion:
    """The opinion with its origin or, with any doubt, only with the question."""
    distinct = tuple(dict.fromkeys(doubts))
    if distinct:
        asked = question(distinct, stated.shown, where)
        return replace(stated, fills={}, doubts=distinct, asked=asked)
    return stated if stated.is_blank else replace(stated, origin=where)


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
        """Read the shape, the printed cells, then the headings and cells to fill in."""
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
        """Whether the printed cells have not changed since the file was generated."""
        digest = self.file.digests.get(str(self.printed.identity))
        texts = tuple(cell.text for cell in self.seen.row.cells)
        return digest is not None and digest == self.file.printed.digest(texts)

    def _printed_cell(
        self, k: int, column: PrintedColumn, cell: WordCell, *, untouched: bool
    ) -> None:
        """Read a cell that is not to be filled in: it is as it was printed, or an edit."""
        printed = self.printed.cells[k]
        is_compared = column.key in self.file.printed.against
        has_evidence = is_compared or bool(column.role)
        harmless = _HARMLESS if has_evidence else _HARMLESS_WORDING
        if k in self.printed.merged:
            harmless |= {Oddity.MERGED_DOWN}
        for doubt in doubts_of(cell, harmless):
            self.doubts.append(Doubt(Reason.OTHER_CELL, f"{column.title}：{doubt.words}"))
        if is_compared and column.has_boxes:
            for label in stressed(boxes_in(cell, column.choices), self.file.usual[k]):
                self.doubts.append(Doubt(Reason.STRESS, f"{column.title}：{label}"))
        self._record_seen(column, cell, printed)
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
        if is_compared or may_add_answer(printed, cell.text, words, column):
            self.doubts.append(Doubt(Reason.OTHER_CELL, f"{column.title}：{cell.text}"))

    def _record_seen(self, column: PrintedColumn, cell: WordCell, printed: str) -> None:
        """Record the text shown to the council; not for the empty rest of a merged cell."""
        if column.key not in self.file.printed.seen:
            return
        text: str | None = clean_lines(cell.text)
        if column.choices:
            text = choice_of(cell, column.choices, has_boxes=column.has_boxes)
        if text or (text is not None and printed):
            self.seen_texts[column.key] = text

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
        """Check that the cell is in its column: by the heading, or by controls and other cells."""
        headings = self.seen.headings
        if headings is None:
            is_tagged = any(control.of_a_row for control in cell.controls)
            if not is_tagged and (self.edited or not _is_as_printed(column, cell)):
                self.doubts.append(Doubt(Reason.NO_HEADING))
            return
        columns, own = self.file.printed.columns, compare_key(column.own)
        changed = [not _is_heading(other, headings[place]) for place, other in enumerate(columns)]
        if changed[k]:
            self.doubts.append(Doubt(Reason.HEADING, headings[k]))
        others = (text for place, text in enumerate(headings) if changed[place] and place != k)
        if own and any(own in text for text in others):
            self.doubts.append(Doubt(Reason.SEVERAL_COLUMNS))


def _is_heading(column: PrintedColumn, text: str) -> bool:
    """Whether a heading is one that was printed above a column."""
    return text in {compare_key(heading) for heading in column.headings}


def _is_as_printed(column: PrintedColumn, cell: WordCell) -> bool:
    """Whether a cell without heading and controls still has its printed boxes."""
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
    """The text of a cell with marks around the parts that are struck through."""
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
    """The text that a cell shows, with the words in its drawings and notes."""
    lines = [line.text.strip() for line in cell.lines]
    aside = cell.words_aside().strip()
    return "\n".join([*filter(None, lines), *([aside] if aside else [])])


def _row_text(seen: SeenRow) -> str:
    texts = (" ".join(_as_seen(cell).split()) for cell in seen.row.cells)
    return "｜".join(text for text in texts if text)
