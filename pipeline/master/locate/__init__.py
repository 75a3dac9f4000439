"""Find the table of a form in a workbook: by its header words, not by position.

In: a workbook and the form. Out: a :class:`Table` and findings. ``header_names`` knows
what header words mean, ``header`` reads a sheet's header with them, ``rows``
tells rows of the records from what else stands below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.base.errors import InputUnreadable, UsageMistake
from pipeline.base.text import closest, compare_key, near_hint
from pipeline.master.locate.header import HeaderReading, read_header
from pipeline.master.locate.header_names import HeaderNames, header_key
from pipeline.master.locate.rows import TableRows, table_rows
from pipeline.model.columns import Column
from pipeline.model.findings import Finding, finding
from pipeline.model.form import ACCEPTED, JUDGEMENT_SHEET, MEETING_SHEET, Form
from pipeline.model.grid import Sheet, Workbook, column_letters
from pipeline.model.table import Table

# A sheet that lacks more columns than this is another list, not another master.
_ALMOST_COMPLETE = 2


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sheet that has the table, with what it lacks and the rows it holds."""

    reading: HeaderReading
    missing: tuple[str, ...]
    found: TableRows
    later: frozenset[str]

    @property
    def rows(self) -> tuple[range, ...]:
        return self.found.rows

    @property
    def name(self) -> str:
        return self.reading.sheet.name

    @property
    def fullness(self) -> tuple[int, int]:
        """Rows, then filled cells."""
        reading = self.reading
        # These are filled in by and by; a former year's are no reason to take its sheet.
        later = {reading.columns.get(key) for key in self.later}
        for key in self.later:
            later.update(reading.choice_columns.get(key, {}).values())
        filled = sum(
            reading.sheet.value(row, column) is not None
            for block in self.rows
            for row in block
            for column in reading.used
            if column not in later
        )
        return len(self.rows), filled


def locate(
    workbook: Workbook,
    form: Form,
    *,
    sheet: str | None = None,
    mapping: Mapping[str, str] | None = None,
) -> tuple[Table | None, tuple[Finding, ...]]:
    """The table, and what there is to say about it; None where a finding blocks it.

    ``sheet`` names the sheet to take; ``mapping`` is header text → a key of the form.
    InputUnreadable where no sheet has such a table at all, UsageMistake where
    there is no sheet of that name.
    """
    names = HeaderNames(form, mapping or {})
    candidates = [
        _candidate(reading, form)
        for each in _sheets(workbook, sheet)
        if (reading := read_header(each, form, names))
    ]
    if not candidates:
        expected = "、".join(f"「{column.name}」" for column in form.columns if column.required)
        raise InputUnreadable("table-not-found", path=workbook.path, expected=expected)
    chosen, findings = _choose(candidates)
    if chosen is None:
        return None, findings
    findings = (*findings, *_unused_mapping(chosen.reading, mapping or {}))
    blocking = (*_missing_findings(chosen, form), *_ambiguous_findings(chosen, form))
    if blocking:
        return None, (*findings, *blocking)
    findings = (*findings, *chosen.found.left_out, *_unused(chosen))
    if not chosen.rows:
        at = chosen.reading.sheet.ref(chosen.reading.rows.stop, min(chosen.reading.used))
        return None, (*findings, finding("no-projects", at=at))
    return _table(chosen), findings


# What a workbook is for a form that it has no table of.
NOTHING = (False, 0)


def explained(workbook: Workbook, form: Form) -> tuple[bool, int]:
    """Whether some sheet completes the form, and how many of its columns are there."""
    names = HeaderNames(form, {})
    found = [
        (not tuple(_missing(reading, form)) and not reading.ambiguous, len(reading.keys))
        for sheet in _sheets(workbook, None)
        if (reading := read_header(sheet, form, names))
    ]
    return max(found, default=NOTHING)


def _sheets(workbook: Workbook, name: str | None) -> tuple[Sheet, ...]:
    """The sheets to look at: the one asked for, else the visible ones."""
    if name is None:
        others = {compare_key(MEETING_SHEET), compare_key(JUDGEMENT_SHEET)}
        lists = tuple(s for s in workbook.sheets if compare_key(s.name) not in others)
        return tuple(sheet for sheet in lists if sheet.visible) or lists
    asked = workbook.sheet(name)
    if asked is None:
        known = "、".join(each.name for each in workbook.sheets)
        raise UsageMistake("sheet-missing", path=workbook.path, name=name, known=known)
    return (asked,)


def _candidate(reading: HeaderReading, form: Form) -> _Candidate:
    later = frozenset({*(column.key for column in form.fills), ACCEPTED})
    return _Candidate(reading, tuple(_missing(reading, form)), table_rows(reading, form), later)


def _missing(reading: HeaderReading, form: Form) -> Iterator[str]:
    """The columns that a master must have and this sheet lacks.

    Of a column and those printed inside it any one will do: one cell may hold them all.
    """
    for column in form.columns:
        together = {column.key, *(inner.key for inner in form.inside(column.key))}
        if column.required and not reading.keys & together:
            yield column.key


def _choose(candidates: list[_Candidate]) -> tuple[_Candidate | None, tuple[Finding, ...]]:
    """The complete and fullest sheet; a tie can't be decided by a program."""
    complete = [each for each in candidates if not each.missing]
    if not complete:
        return max(candidates, key=lambda each: (-len(each.missing), each.fullness)), ()
    best = _fullest(complete) if len(complete) > 1 else complete
    if len(best) > 1:
        names = "、".join(each.name for each in best)
        return None, (finding("sheets-equally-full", sheet=best[0].name, names=names),)
    others = [
        each.name
        for each in candidates
        if each is not best[0] and each.rows and len(each.missing) <= _ALMOST_COMPLETE
    ]
    if not others:
        return best[0], ()
    return best[0], (finding("sheet-chosen", sheet=best[0].name, others="、".join(others)),)


def _fullest(candidates: list[_Candidate]) -> list[_Candidate]:
    """Those that have the most in them."""
    most = max(each.fullness for each in candidates)
    return [each for each in candidates if each.fullness == most]


def _missing_findings(candidate: _Candidate, form: Form) -> Iterable[Finding]:
    reading = candidate.reading
    seen = "、".join(title for _, title in sorted(reading.titles.items()))
    for key in candidate.missing:
        if key not in reading.ambiguous:
            at = reading.sheet.ref(reading.rows.start, 1)
            column = form.column(key)
            close = _nearest_header(reading, column)
            yield finding(
                "column-missing",
                at=at,
                title=column.name,
                seen=seen,
                key=key,
                header=close or "元の見出し",
                near=f"「{close}」がこの列であれば、" if close else "",
            )


def _nearest_header(reading: HeaderReading, column: Column) -> str | None:
    """The header among those that nothing was read from that is most like the column's."""
    used = set(reading.used)
    unread = {header_key(title): title for at, title in reading.titles.items() if at not in used}
    for name in (column.name, *column.synonyms):
        close = closest(header_key(name), unread, cutoff=0.6)
        if close is not None:
            return unread[close]
    return None


def _ambiguous_findings(candidate: _Candidate, form: Form) -> Iterable[Finding]:
    reading = candidate.reading
    for key, columns in reading.ambiguous.items():
        refs = [reading.sheet.ref(reading.rows[-1], column) for column in columns]
        yield finding(
            "column-ambiguous",
            at=refs[0],
            title=form.column(key).name,
            cells="、".join(ref.address for ref in refs),
        )


def _unused_mapping(reading: HeaderReading, mapping: Mapping[str, str]) -> Iterable[Finding]:
    """What ``--map`` names but the sheet does not have: most likely a slip."""
    seen = "、".join(title for _, title in sorted(reading.titles.items()))
    words = {header_key(word) for title in reading.titles.values() for word in title.split("／")}
    whole = {header_key(title) for title in reading.titles.values()}
    for header in mapping:
        if header_key(header) not in words | whole:
            near, sheet = near_hint(header, reading.titles.values()), reading.sheet.name
            yield finding("map-unused", sheet=sheet, value=header, seen=seen, near=near)


def _unused(candidate: _Candidate) -> tuple[Finding, ...]:
    """The columns that nothing was read from, those without a header included."""
    reading = candidate.reading
    used = set(reading.used)
    known = {reading.titles.get(column) for column in used}
    filled = {
        column
        for block in candidate.rows
        for row in block
        for column, value in enumerate(reading.sheet.rows[row - 1], start=1)
        if value is not None
    }
    titles = [
        reading.titles.get(column) or f"{column_letters(column)}列（見出しなし）"
        for column in sorted({*reading.titles, *filled} - used)
        # A header merged over an empty column beside its own says nothing.
        if column in filled or reading.titles[column] not in known
    ]
    if not titles:
        return ()
    shown = "、".join(dict.fromkeys(titles))
    return (finding("columns-unused", sheet=reading.sheet.name, titles=shown),)


def _table(candidate: _Candidate) -> Table:
    reading = candidate.reading
    return Table(
        sheet=reading.sheet.name,
        columns=dict(sorted(reading.columns.items(), key=lambda item: item[1])),
        choice_columns={key: dict(c) for key, c in reading.choice_columns.items()},
        rows=candidate.rows,
        groups=candidate.found.groups,
        total=candidate.found.total,
    )
