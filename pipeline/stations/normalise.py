"""Turn the cells of the table into records: a table in, records and findings out.

Scores, letters and marks are read through their normalised form; names and
prose keep every character. A value that can't be understood becomes None and
one finding with its cell; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.model.findings import Finding, finding
from pipeline.model.form import RATING_PREFIX, Form, Rating
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
from pipeline.text import compare_key, forbidden_characters, one_line, paragraphs, parse_whole

# Beside these, ○ is an empty box; without them it is the mark.
_STRONG = "■●☑✓✔✅☒◉◎レ🗹"
_WEAK = "○◯"
_EMPTY = "□☐▢"
_MARKED_CELLS = frozenset([*_STRONG, *_WEAK, "1", "V", "X", "*", "TRUE"])
_UNMARKED_CELLS = frozenset([*_EMPTY, "0", "-", "－", "ー", "FALSE"])
AS_PROPOSED = frozenset(
    compare_key(word)
    for word in ("案のとおり", "事務局案のとおり", "原案のとおり", "案の通り", "原案どおり")
)
_LETTER = re.compile(r"(?P<letter>[A-Z])?[:・.]?(?P<rest>.*)", re.DOTALL)


def normalise(
    table: Table, workbook: Workbook, form: Form, meeting: Meeting
) -> tuple[Records, tuple[Finding, ...]]:
    """The records of the table, in the master's order, and what could not be read.

    KeyError is impossible for a table that ``locate`` made of this workbook.
    """
    sheet = workbook.sheet(table.sheet)
    if sheet is None:
        raise KeyError(table.sheet)
    down = _merged_down(sheet)
    rows = [_Row(table, sheet, form, number, down) for number in table.rows]
    projects = tuple(row.project() for row in rows)
    return Records(meeting, projects), tuple(f for row in rows for f in row.findings)


def _merged_down(sheet: Sheet) -> dict[tuple[int, int], int]:
    """(row, column) → first row, for cells merged downwards: one value for several rows."""
    return {
        (row, merge.first_column): merge.first_row
        for merge in sheet.merged
        if merge.first_column == merge.last_column
        for row in range(merge.first_row + 1, merge.last_row + 1)
    }


@dataclass(slots=True)
class _Row:
    """One row while it is read; collects its findings."""

    table: Table
    sheet: Sheet
    form: Form
    number: int
    down: Mapping[tuple[int, int], int]
    findings: list[Finding] = field(default_factory=list)
    no: int | None = None

    def project(self) -> Project:
        self.no = self._no()
        proposal = Proposal(self._prose("proposal.text", required=True) or "", self._proposal())
        return Project(
            no=self.no,
            name=self._name(),
            ratings={r.key: self._rating(r) for r in self.form.file.ratings},
            judgement=self._judgement(),
            proposal=proposal,
            opinion=self._opinion(proposal.choice),
            source=Source(self.sheet.name, self.number, self._cells()),
            accepted=self._prose("accepted", required=False),
        )

    def _cells(self) -> dict[str, CellRef]:
        keys = (*self.table.columns, *self.table.choice_columns)
        cells = {key: self._at(key) for key in keys}
        whole = cells.get("judgement")
        if whole is not None:
            cells.setdefault("judgement.letter", whole)
            cells.setdefault("judgement.label", whole)
        return cells

    def _at(self, key: str) -> CellRef:
        return self.sheet.ref(self.number, self.table.column(key) or 1)

    def _title(self, key: str) -> str:
        return self.form.column(key).title

    def _say(self, code: str, key: str, *, value: object = None, **params: object) -> None:
        titled: dict[str, Any] = {"title": self._title(key), **params}
        self.findings.append(
            finding(code, at=self._at(key), project=self.no, value=value, **titled)
        )

    def _value(self, key: str, column: int | None = None) -> tuple[CellValue, bool]:
        """The cell's value, and whether it can be used at all (no error, no dead formula)."""
        column = column or self.table.columns.get(key)
        if column is None:
            return None, True
        row = self.down.get((self.number, column), self.number)
        if (row, column) in self.sheet.unresolved:
            self._say("formula-unresolved", key)
            return None, False
        if (row, column) in self.sheet.errors:
            self._say("error-value", key, value=self.sheet.errors[row, column])
            return None, False
        value = self.sheet.value(row, column)
        return (value if value is None or str(value).strip() else None), True

    def _text(self, key: str) -> tuple[str | None, bool]:
        value, usable = self._value(key)
        if value is None:
            return None, usable
        text = _as_text(value)
        forbidden = forbidden_characters(text)
        if forbidden:
            shown = "、".join(f"U+{ord(c):04X}" for c in forbidden)
            self._say("control-characters", key, value=shown)
        return text, usable

    def _no(self) -> int | None:
        value, usable = self._value("no")
        number = parse_whole(value)
        if usable and value is None:
            self._say("number-empty", "no")
        elif usable and number is None:
            self._say("number-unreadable", "no", value=value)
        return number

    def _name(self) -> str:
        text, usable = self._text("name")
        name = one_line(text or "")
        if usable and not name:
            self._say("name-empty", "name")
        return name

    def _prose(self, key: str, *, required: bool) -> str | None:
        text, usable = self._text(key)
        whole = "\n".join(paragraphs(text or ""))
        if required and usable and not whole:
            self._say("text-empty", key)
        return whole or None

    def _rating(self, rating: Rating) -> int | None:
        key = RATING_PREFIX + rating.key
        value, usable = self._value(key)
        bounds = {"minimum": rating.minimum, "maximum": rating.maximum}
        if value is None:
            if usable:
                self._say("rating-empty", key, **bounds)
            return None
        score = parse_whole(value)
        if score is None or not rating.minimum <= score <= rating.maximum:
            self._say("rating-out-of-range", key, value=value, **bounds)
            return None
        return score

    def _judgement(self) -> Judgement:
        if not self.form.has_judgement:
            return Judgement(None, None)
        key = "judgement" if "judgement" in self.table.columns else "judgement.letter"
        text, usable = self._text(key) if key in self.table.columns else (None, True)
        letter, label = _letter_and_label(one_line(text or ""), self._known_labels())
        if "judgement.label" in self.table.columns:
            own, label_usable = self._text("judgement.label")
            usable = usable and label_usable
            label = self._canonical(_unbracketed(one_line(own))) if own else label
        if letter is None and label is None and usable:
            self._say("judgement-empty", key if key in self.table.columns else "judgement.label")
        return Judgement(letter, label)

    def _known_labels(self) -> tuple[str, ...]:
        table = self.form.file.judgement
        cells = table.cells if table else ()
        return tuple(dict.fromkeys((*self.form.labels, *(c.label for c in cells if c.label))))

    def _canonical(self, text: str) -> str:
        """A known label written with other widths or spaces is that label."""
        known = {compare_key(label): label for label in self._known_labels()}
        return known.get(compare_key(text), text)

    def _proposal(self) -> str | None:
        key = "proposal.choice"
        chosen, usable = self._marked(key)
        if usable and chosen == ():
            self._say("choice-empty", key, labels=self._labels())
        return chosen[0] if chosen and len(chosen) == 1 else None

    def _opinion(self, proposed: str | None) -> Opinion:
        key = "opinion.choice"
        comment = self._prose("opinion.comment", required=False)
        status = self._status(key)
        if status is not None:
            return Opinion(status, None, comment)
        if self._is_as_proposed(key):
            return (
                Opinion(OpinionStatus.CHOSEN, proposed, comment)
                if proposed
                else Opinion(comment=comment)
            )
        chosen, _ = self._marked(key)
        if chosen and len(chosen) == 1:
            return Opinion(OpinionStatus.CHOSEN, chosen[0], comment)
        return Opinion(OpinionStatus.BLANK, None, comment)

    def _status(self, key: str) -> OpinionStatus | None:
        value = self._plain(key)
        words = self.form.file.opinion
        known = {
            words.blank: OpinionStatus.BLANK,
            words.no_opinion: OpinionStatus.NO_OPINION,
            words.deferred: OpinionStatus.DEFERRED,
            words.divided: OpinionStatus.DIVIDED,
        }
        return {compare_key(word): status for word, status in known.items()}.get(value)

    def _is_as_proposed(self, key: str) -> bool:
        return self._plain(key) in AS_PROPOSED

    def _plain(self, key: str) -> str:
        """The cell to compare by; empty for a dead cell, which ``_marked`` tells of."""
        column = self.table.columns.get(key)
        value = self.sheet.value(self.number, column) if column else None
        return compare_key(_as_text(value)) if value is not None else ""

    def _labels(self) -> str:
        return "、".join(self.form.labels)

    def _marked(self, key: str) -> tuple[tuple[str, ...] | None, bool]:
        """The labels that are chosen; None where a finding already tells why there is none."""
        if key in self.table.choice_columns:
            chosen, usable = self._marked_columns(key)
        else:
            text, usable = self._text(key)
            chosen = marked_labels(text, self.form.labels) if text else ()
            if chosen is None:
                self._say("choice-unknown", key, value=one_line(text or ""), labels=self._labels())
        if chosen is not None and len(chosen) > 1:
            self._say("choice-several", key, value="、".join(chosen))
        return chosen, usable

    def _marked_columns(self, key: str) -> tuple[tuple[str, ...] | None, bool]:
        strong: list[str] = []
        weak: list[str] = []
        for label, column in self.table.choice_columns[key].items():
            value, usable = self._value(key, column)
            mark = compare_key(_as_text(value)) if value is not None else ""
            if not usable or (mark and mark not in _MARKED_CELLS | _UNMARKED_CELLS):
                if usable:
                    self._say("mark-unreadable", key, value=value)
                return None, False
            if mark in _WEAK:
                weak += [label] if mark else []
            elif mark in _MARKED_CELLS:
                strong.append(label)
        everything = len(weak) == len(self.table.choice_columns[key])
        return tuple(strong or ([] if everything else weak)), True


def _as_text(value: CellValue) -> str:
    """A cell as text; a whole number as Excel shows it."""
    return value if isinstance(value, str) else str(value)


def _unbracketed(text: str) -> str:
    """（継続） → 継続."""
    return text[1:-1] if text[:1] in "（(" and text[-1:] in "）)" else text


def _letter_and_label(text: str, labels: tuple[str, ...]) -> tuple[str | None, str | None]:
    """``A（継続）``, ``Ａ 継続``, ``A`` or ``（継続）`` → letter and label.

    A label that is known is given in its known spelling, any other as it stands.
    """
    match = _LETTER.fullmatch(compare_key(text))
    if match is None or not text:
        return None, None
    letter = match["letter"]
    shown = _unbracketed(
        re.sub(r"^\s*[A-ZＡ-Ｚa-zａ-ｚ]\s*[:：・.．]?\s*", "", text) if letter else text
    )
    known = {compare_key(label): label for label in labels}
    return letter, known.get(compare_key(shown), shown) or None


def marked_labels(text: str, labels: tuple[str, ...]) -> tuple[str, ...] | None:
    """The labels marked in a cell; None where the cell says something else.

    ``継続`` alone is chosen. Of the printed lines those with ■ ● ☑ ✓ レ are; ○ is
    a mark only where no stronger one and not every line has it.
    """
    keys = {compare_key(label): label for label in labels}
    longest_first = sorted(keys, key=len, reverse=True)
    marks = re.escape(_STRONG + _WEAK + _EMPTY)
    one = re.compile(f"([{marks}]?)({'|'.join(map(re.escape, longest_first))})[、,・/]?")
    whole = compare_key(text)
    found, place = [], 0
    while place < len(whole):
        match = one.match(whole, place)
        if match is None:
            return None
        found.append((match[1], keys[match[2]]))
        place = match.end()
    return _chosen(found, labels)


def _chosen(found: list[tuple[str, str]], labels: tuple[str, ...]) -> tuple[str, ...]:
    strong = tuple(label for mark, label in found if mark and mark in _STRONG)
    weak = tuple(label for mark, label in found if mark and mark in _WEAK)
    if strong:
        return strong
    if weak:
        all_lines = len(weak) == len(labels) and len(labels) > 1
        return () if all_lines else weak
    unmarked = tuple(label for mark, label in found if not mark)
    # The labels without any mark are the empty form; one label alone is an answer.
    return unmarked if len(found) == 1 or len(unmarked) not in (0, len(labels)) else ()
