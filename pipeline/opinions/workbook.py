"""Read a workbook of ours: the cells that ``read`` found in, identity and opinions out.

The table is found by its headers, so that columns and rows may be moved. Line breaks in
a remark are the office's own and stay: the cell is wide, nobody breaks it by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from pipeline.base.errors import InputUnreadable
from pipeline.base.paths import ABOUT_SHEET
from pipeline.base.text import compare_key, marked_labels, one_line, parse_whole, without_forbidden
from pipeline.model.collected import (
    BookKind,
    Identity,
    OpinionBook,
    Said,
    is_as_proposed,
    statuses,
)
from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form
from pipeline.model.grid import CellRef, CellValue, Sheet, Workbook
from pipeline.model.opinion_workbook import (
    ABOUT,
    CHOICES_BETWEEN,
    Headers,
    headers,
)
from pipeline.model.records import Opinion, OpinionStatus

_HEADER_ROWS = 20


def kind_of(workbook: Workbook) -> BookKind | None:
    """Which of our workbooks it is, by its own word; None for any other."""
    told = _about(workbook).get("kind")
    return next((kind for kind in BookKind if kind.value == told), None)


def read_opinion_book(workbook: Workbook, form: Form) -> OpinionBook:
    """What a workbook of ours says; what can't be read is among its findings.

    InputUnreadable (``not-an-opinion-book``) where it is none of ours, or its table is gone.
    """
    kind = kind_of(workbook)
    found = _table(workbook, headers(form))
    if kind is None or found is None:
        raise InputUnreadable("not-an-opinion-book", path=workbook.path)
    sheet, top, columns = found
    rows = [
        _Row(sheet, row, columns, form, _place(workbook, sheet))
        for row in range(top + 1, len(sheet.rows) + 1)
    ]
    filled = [row for row in rows if row.no_text or row.name or row.says_anything]
    # Each row collects its findings while it is asked what it says.
    said = tuple(row.said() for row in filled)
    return OpinionBook(
        path=workbook.path,
        sha256=workbook.sha256,
        identity=_identity(kind, _about(workbook)),
        said=said,
        extras=tuple(_extras(workbook, sheet, top, columns)),
        findings=tuple(finding for row in filled for finding in row.findings),
    )


def _place(workbook: Workbook, sheet: Sheet) -> str:
    """The sheet as a formula of another workbook would name it."""
    return f"[{workbook.path.name}]{sheet.name}"


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
    return Identity(
        kind=kind,
        master=told.get("master", ""),
        sha256=told.get("sha256", ""),
        form=told.get("form", ""),
        choices=tuple(choices.split(CHOICES_BETWEEN)) if choices else (),
        session=told.get("session"),
        date=told.get("date"),
    )


def _table(workbook: Workbook, wanted: Headers) -> tuple[Sheet, int, dict[str, int]] | None:
    """The sheet, the header's row and the columns by what they hold."""
    names = {compare_key(title): key for key, title in asdict(wanted).items()}
    for sheet in workbook.sheets:
        for row, values in enumerate(sheet.rows[:_HEADER_ROWS], start=1):
            columns: dict[str, int] = {}
            for column, value in enumerate(values, start=1):
                key = names.get(compare_key(_shown(value)))
                if key is not None:
                    columns.setdefault(key, column)
            if {"no", "name", "opinion"} <= columns.keys():
                return sheet, row, columns
    return None


def _shown(value: CellValue) -> str:
    return "" if value is None else str(value)


def _extras(
    workbook: Workbook, table: Sheet, top: int, columns: Mapping[str, int]
) -> Iterable[CellRef]:
    """Cells that are none of ours: notes beside and below the table, and further sheets."""
    known = set(columns.values())
    for sheet in workbook.sheets:
        if sheet.name == ABOUT_SHEET:
            continue
        for r, values in enumerate(sheet.rows, start=1):
            for c, value in enumerate(values, start=1):
                ours = sheet is table and (r < top or c in known)
                if value is not None and not ours:
                    yield CellRef(_place(workbook, sheet), r, c)


class _Row:
    """One row of the table while it is read; collects the findings."""

    def __init__(
        self, sheet: Sheet, row: int, columns: Mapping[str, int], form: Form, place: str
    ) -> None:
        self._sheet, self._row, self._columns = sheet, row, columns
        self._form, self._place = form, place
        self.findings: list[Finding] = []
        self.no_text = self.text("no")
        self.name = one_line(self.text("name"))
        self._no = parse_whole(sheet.value(row, columns["no"]))

    def text(self, key: str) -> str:
        """The text of a cell, without white space at its ends."""
        column = self._columns.get(key)
        value = self._sheet.value(self._row, column) if column else None
        return _shown(value).strip()

    @property
    def says_anything(self) -> bool:
        """Whether there is an opinion or a remark."""
        return bool(self.text("opinion") or self.text("comment"))

    def said(self) -> Said:
        """What the row says of its project."""
        proposal = self._label(self.text("proposal"))
        return Said(
            no=self._no,
            name=self.name,
            proposal=proposal,
            opinion=self._opinion(proposal),
            at=self._at("opinion"),
            comment_at=self._at("comment"),
            origin=self.text("origin"),
        )

    def _at(self, key: str) -> CellRef:
        column = self._columns.get(key, self._columns["opinion"])
        return CellRef(self._place, self._row, column)

    def _label(self, text: str) -> str | None:
        known = {compare_key(label): label for label in self._form.labels}
        return known.get(compare_key(text))

    def _opinion(self, proposal: str | None) -> Opinion:
        lines = (line.strip() for line in without_forbidden(self._alive("comment")).split("\n"))
        comment = "\n".join(line for line in lines if line) or None
        text = self._alive("opinion")
        if text and is_as_proposed(text):
            if proposal is None:
                self._say("proposal-unreadable", "opinion", value=text)
                return Opinion(comment=comment)
            return Opinion(OpinionStatus.CHOSEN, proposal, comment)
        known = statuses(self._form)
        chosen = marked_labels(text, self._form.labels, tuple(known)) if text else ()
        if chosen is None:
            labels = "、".join((*self._form.labels, *known))
            self._say("choice-unknown", "opinion", value=text, labels=labels)
        elif len(chosen) > 1:
            self._say("choice-several", "opinion", value="、".join(chosen))
        if not chosen or len(chosen) > 1:
            return Opinion(comment=comment)
        if chosen[0] in known:
            return Opinion(known[chosen[0]], None, comment)
        return Opinion(OpinionStatus.CHOSEN, chosen[0], comment)

    def _alive(self, key: str) -> str:
        """The text of a cell whose value can be trusted; else a finding and nothing."""
        place = (self._row, self._columns.get(key, 0))
        if place in self._sheet.unresolved:
            self._say("formula-unresolved", key)
        elif place in self._sheet.errors:
            self._say("error-value", key, value=self._sheet.errors[place])
        return self.text(key)

    def _say(self, code: str, key: str, *, value: str | None = None, **params: str) -> None:
        title = asdict(headers(self._form))[key]
        shown = None if value is None else one_line(value)
        self.findings.append(
            finding(code, at=self._at(key), project=self._no, value=shown, title=title, **params)
        )
