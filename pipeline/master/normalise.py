"""Turn the cells of the table into records: a table in, records and findings out.

Scores, letters and marks are read through their normalised form; names and
prose keep every character. A value that can't be understood becomes None and
one finding with its cell; nothing is guessed. What a definition tells (the label
of a letter in the judgement table) is filled in, and said so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.base.text import (
    Mark,
    as_shown,
    code_points,
    compare_key,
    forbidden_characters,
    marked_labels,
    one_line,
    paragraphs,
    parse_mark,
    parse_whole,
)
from pipeline.model.collected import is_as_proposed, statuses
from pipeline.model.findings import Finding, finding
from pipeline.model.form import JUDGEMENT_KEYS, RATING_PREFIX, Form, JudgementTable, Rating
from pipeline.model.grid import CellRef, CellValue, Sheet, Workbook
from pipeline.model.records import (
    Judgement,
    Meeting,
    Opinion,
    OpinionStatus,
    Project,
    Proposal,
    Records,
    Source,
)
from pipeline.model.table import Table

# A letter with nothing behind it that would make it a word (WG, A4).
_LETTER = re.compile(
    r"\s*(?P<letter>[A-Za-zＡ-Ｚａ-ｚ])(?![A-Za-zＡ-Ｚａ-ｚ0-9０-９])[\s:：・.．、]*"
)
_SHOWN = 60
_BRACKETS = {"（": "）", "(": ")", "「": "」", "［": "］", "[": "]", "【": "】", "〔": "〕"}


def normalise(
    table: Table, workbook: Workbook, form: Form, meeting: Meeting
) -> tuple[Records, tuple[Finding, ...]]:
    """The records of the table, in the master's order, and what could not be read.

    KeyError for a table that was not made of this workbook.
    """
    sheet = workbook.sheet(table.sheet)
    if sheet is None:
        raise KeyError(table.sheet)
    down = _merged_down(sheet)
    labels = _known_labels(form)
    empty = _circle_is_empty(table, sheet, down)
    rows = [_Row(table, sheet, form, block, down, labels, empty) for block in table.rows]
    projects = tuple(row.project() for row in rows)
    projects, completed = _with_judgement_completed(projects, form)
    findings = [found for row in rows for found in row.findings]
    return Records(meeting, projects), (*findings, *completed)


def _merged_down(sheet: Sheet) -> dict[tuple[int, int], int]:
    """(row, column) → first row, for cells merged downwards: one value for several rows."""
    last = len(sheet.rows)
    return {
        (row, merge.first_column): merge.first_row
        for merge in sheet.merged
        for row in range(merge.first_row + 1, min(merge.last_row, last) + 1)
    }


def _known_labels(form: Form) -> dict[str, str]:
    """Every label of the form by its key: the choices and those of the judgement table."""
    cells = form.file.judgement.cells if form.file.judgement else ()
    labels = (*form.labels, *(cell.label for cell in cells if cell.label))
    return {compare_key(label): label for label in labels}


def _circle_is_empty(table: Table, sheet: Sheet, down: Mapping[tuple[int, int], int]) -> bool:
    """Whether ○ stands beside ● somewhere in the columns of the choices, as an empty circle."""
    return any(
        {Mark.STRONG, Mark.WEAK}
        <= {parse_mark(sheet.value(down.get((block.start, c), block.start), c)) for c in columns}
        for block in table.rows
        for columns in (tuple(each.values()) for each in table.choice_columns.values())
    )


@dataclass(frozen=True, slots=True)
class _Cell:
    """What stands in a field: its value, None where empty; unusable where a finding was made.

    ``is_typed``: it looks as it was typed, which a date or a fraction need not.
    """

    value: CellValue = None
    usable: bool = True
    is_typed: bool = True

    @property
    def text(self) -> str:
        return as_shown(self.value)


@dataclass(slots=True)
class _Row:
    """One project's rows while they are read; collects the findings."""

    table: Table
    sheet: Sheet
    form: Form
    block: range
    down: Mapping[tuple[int, int], int]
    known_labels: Mapping[str, str]
    circle_is_empty: bool
    findings: list[Finding] = field(default_factory=list)
    no: int | None = None

    def project(self) -> Project:
        self.no = self._no()
        name = self._name()
        ratings = {rating.key: self._rating(rating) for rating in self.form.file.ratings}
        judgement = self._judgement()
        text = self._prose("proposal.text", required=True) or ""
        proposal = Proposal(text, self._proposal())
        return Project(
            no=self.no,
            name=name,
            ratings=ratings,
            judgement=judgement,
            proposal=proposal,
            opinion=self._opinion(proposal.choice),
            source=Source(self.sheet.name, self.block.start, self._cells()),
            accepted=self._prose("accepted", required=False),
        )

    # ---- cells

    def _cells(self) -> dict[str, CellRef]:
        cells = {key: self._at(key) for key in (*self.table.columns, *self.table.choice_columns)}
        known = [cells[key] for key in JUDGEMENT_KEYS if key in cells]
        for key in JUDGEMENT_KEYS if known else ():
            cells.setdefault(key, known[0])
        return cells

    def _at(self, key: str, column: int | None = None) -> CellRef:
        return self.sheet.ref(self.block.start, column or self.table.column(key) or 1)

    def _say(
        self,
        code: str,
        key: str,
        *,
        value: object = None,
        at: CellRef | None = None,
        **params: Any,
    ) -> None:
        params.setdefault("title", self.form.column(key).title)
        shown = _shown(value) if value is not None else None
        self.findings.append(
            finding(code, at=at or self._at(key), project=self.no, value=shown, **params)
        )

    def _cell(self, key: str, column: int | None = None) -> _Cell:
        """The field's value; the texts of several rows of one project one below the other."""
        column = column or self.table.columns.get(key)
        if column is None:
            return _Cell()
        values: list[CellValue] = []
        for row in dict.fromkeys(self.down.get((row, column), row) for row in self.block):
            if not self._is_alive(key, row, column):
                return _Cell(usable=False)
            value = self.sheet.value(row, column)
            if value is not None and str(value).strip():
                values.append(value)
        is_typed = all(isinstance(value, str | int) for value in values)
        is_typed = is_typed and not any(isinstance(value, bool) for value in values)
        if len(values) > 1:
            return _Cell("\n".join(map(as_shown, values)), is_typed=is_typed)
        return _Cell(values[0] if values else None, is_typed=is_typed)

    def _is_alive(self, key: str, row: int, column: int) -> bool:
        """Whether a cell has a value that can be trusted; else a finding says why not."""
        at = self.sheet.ref(row, column)
        if (row, column) in self.sheet.unresolved:
            self._say("formula-unresolved", key, at=at)
            return False
        if (row, column) in self.sheet.errors:
            self._say("error-value", key, at=at, value=self.sheet.errors[row, column])
            return False
        return True

    def _written(self, key: str) -> _Cell:
        """A text; characters that no document can hold are told of."""
        cell = self._cell(key)
        forbidden = forbidden_characters(cell.text)
        if forbidden:
            self._say("control-characters", key, value="、".join(map(code_points, forbidden)))
        return cell

    def _printed(self, key: str) -> _Cell:
        """A text of the paper; one that may look otherwise in Excel is told of."""
        cell = self._written(key)
        if not cell.is_typed:
            self._say("value-not-text", key, value=cell.text)
        return cell

    # ---- fields

    def _no(self) -> int | None:
        cell = self._cell("no")
        number = parse_whole(cell.value)
        if number is not None and number > 0:
            return number
        if cell.value is not None:
            self._say("number-unreadable", "no", value=cell.value)
        elif cell.usable:
            self._say("number-empty", "no")
        return None

    def _name(self) -> str:
        cell = self._printed("name")
        name = one_line(cell.text)
        if cell.usable and not name:
            self._say("name-empty", "name")
        return name

    def _prose(self, key: str, *, required: bool) -> str | None:
        cell = self._written(key) if key == "accepted" else self._printed(key)
        whole = "\n".join(paragraphs(cell.text))
        if required and cell.usable and not whole:
            self._say("text-empty", key)
        return whole or None

    def _rating(self, rating: Rating) -> int | None:
        key = RATING_PREFIX + rating.key
        cell = self._cell(key)
        bounds: dict[str, Any] = {"minimum": rating.minimum, "maximum": rating.maximum}
        score = parse_whole(cell.value)
        if score is not None and rating.minimum <= score <= rating.maximum:
            return score
        if cell.value is not None:
            self._say("rating-out-of-range", key, value=cell.value, **bounds)
        elif cell.usable:
            self._say("rating-empty", key, **bounds)
        return None

    def _judgement(self) -> Judgement:
        """Letter and label, from whichever of the three columns have them."""
        keys = [key for key in JUDGEMENT_KEYS if key in self.table.columns]
        cells = {key: self._written(key) for key in keys}
        letter: str | None = None
        label: str | None = None
        before: list[str] = []
        for key, cell in cells.items():
            own_letter, own_label = (
                (None, self._label(cell.text))
                if key == "judgement.label"
                else self._letter_and_label(cell.text)
            )
            if (letter and own_letter and letter != own_letter) or (
                label and own_label and compare_key(label) != compare_key(own_label)
            ):
                other = "」「".join(before)
                self._say("judgement-contradicts", key, value=cell.text, other=other)
            before += [cell.text] if cell.text else []
            # Where they contradict, what a column of its own says stands for its own cell.
            letter, label = own_letter or letter, own_label or label
        if keys and not letter and not label and all(cell.usable for cell in cells.values()):
            self._say("judgement-empty", keys[0])
        return Judgement(letter, label)

    def _letter_and_label(self, text: str) -> tuple[str | None, str | None]:
        """``A（継続）``, ``Ａ 継続``, ``A`` or ``（継続）`` → letter and label."""
        match = _LETTER.match(text)
        if match is None:
            return None, self._label(text)
        return compare_key(match["letter"]), self._label(text[match.end() :])

    def _label(self, text: str) -> str | None:
        """The label without its brackets; in its known spelling where it is known."""
        label = one_line(text).strip()
        if label[:1] in _BRACKETS and label.endswith(_BRACKETS[label[0]]):
            label = label[1:-1].strip()
        return self.known_labels.get(compare_key(label), label) or None

    def _proposal(self) -> str | None:
        key = "proposal.choice"
        chosen = self._marked(key, ())
        if chosen == ():
            self._say("choice-empty", key, labels=self._labels())
        return chosen[0] if chosen and len(chosen) == 1 else None

    def _opinion(self, proposed: str | None) -> Opinion:
        key = "opinion.choice"
        comment = self._prose("opinion.comment", required=False)
        if self._is_as_proposed(key):
            # Without a proposal there is an error already.
            status = OpinionStatus.CHOSEN if proposed else OpinionStatus.BLANK
            return Opinion(status, proposed, comment)
        known = statuses(self.form)
        chosen = self._marked(key, tuple(known))
        if not chosen or len(chosen) > 1:
            return Opinion(comment=comment)
        if chosen[0] in known:
            return Opinion(known[chosen[0]], None, comment)
        return Opinion(OpinionStatus.CHOSEN, chosen[0], comment)

    def _is_as_proposed(self, key: str) -> bool:
        column = self.table.columns.get(key)
        first = self.block.start
        row = self.down.get((first, column), first) if column else first
        value = self.sheet.value(row, column) if column else None
        return isinstance(value, str) and is_as_proposed(value)

    # ---- choices

    def _labels(self) -> str:
        return "、".join(self.form.labels)

    def _marked(self, key: str, words: tuple[str, ...]) -> tuple[str, ...] | None:
        """The labels that are chosen; None where a finding already tells why there is none."""
        if key in self.table.choice_columns:
            chosen = self._marked_columns(key)
        else:
            cell = self._cell(key)
            if not cell.usable:
                return None
            chosen = marked_labels(cell.text, self.form.labels, words)
            if chosen is None:
                labels = "、".join((*self.form.labels, *words))
                self._say("choice-unknown", key, value=cell.text, labels=labels)
        if chosen is not None and len(chosen) > 1:
            self._say("choice-several", key, value="、".join(chosen))
        return chosen

    def _marked_columns(self, key: str) -> tuple[str, ...] | None:
        """One column a choice: ● beats ○, and ○ beats an empty cell."""
        marked: dict[Mark, list[str]] = {mark: [] for mark in Mark}
        columns = self.table.choice_columns[key]
        readable = True
        for label, column in columns.items():
            cell = self._cell(key, column)
            mark = parse_mark(cell.value)
            if compare_key(cell.text) == compare_key(label):
                mark = Mark.STRONG
            if mark is not None:
                marked[mark].append(label)
            else:
                at = self._at(key, column)
                self._say("mark-unreadable", key, value=cell.value, at=at)
            readable = readable and cell.usable and mark is not None
        if not readable:
            return None
        weak = [] if self.circle_is_empty else marked[Mark.WEAK]
        return tuple(marked[Mark.STRONG] or weak)


def _shown(value: Any) -> str:
    """A value as Excel shows it, on one line and of bearable length."""
    text = one_line(as_shown(value))
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


# ---- what the judgement table tells


def _with_judgement_completed(
    projects: tuple[Project, ...], form: Form
) -> tuple[tuple[Project, ...], tuple[Finding, ...]]:
    """The projects with letters and labels that only the judgement table tells.

    Some masters have the letter alone, some the label alone. Only attested cells
    of the table are used, and one notice says how often.
    """
    table = form.file.judgement
    if table is None:
        return projects, tuple(_incomplete(projects)) if _asks_for_both(form) else ()
    done = tuple(replace(each, judgement=_completed(each, table)) for each in projects)
    findings = list(_incomplete(done))
    filled = [new for old, new in zip(projects, done, strict=True) if old != new]
    if filled:
        at = filled[0].source.cell("judgement")
        findings.append(finding("judgement-completed", at=at, value=len(filled)))
    return done, tuple(findings)


def _asks_for_both(form: Form) -> bool:
    """Whether the form has columns for letter and label."""
    keys = {column.key for column in form.columns}
    return keys >= {"judgement.letter", "judgement.label"}


def _incomplete(projects: Sequence[Project]) -> Iterator[Finding]:
    """Letters without a label and labels without a letter that no table completes."""
    for project in projects:
        letter, label = project.judgement.letter, project.judgement.label
        if bool(letter) != bool(label):
            yield finding(
                "judgement-incomplete",
                at=project.source.cell("judgement.label" if letter else "judgement.letter"),
                project=project.no,
                value=letter or label,
                part="区分" if letter else "文字",
            )


def _completed(project: Project, table: JudgementTable) -> Judgement:
    letter, label = project.judgement.letter, project.judgement.label
    attested = [cell for cell in table.cells if cell.attested and cell.label]
    if letter and not label:
        labels = {cell.label for cell in attested if cell.letter == letter}
        return Judgement(letter, next(iter(labels)) if len(labels) == 1 else None)
    row, column = project.ratings.get(table.rows), project.ratings.get(table.columns)
    if label and not letter and row is not None and column is not None:
        cell = table.cell(row, column)
        if cell is not None and cell.attested and cell.label == label:
            return Judgement(cell.letter, label)
    return project.judgement
