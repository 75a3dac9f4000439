"""Find the table of a form in a workbook: by its header words, not by position.

In: a workbook and the form. Out: a :class:`Table` and findings. ``header_names`` maps
header words to columns, ``header`` reads the header of a sheet with them, ``rows``
separates the rows of the records from the other rows below it.
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

# A sheet that lacks more columns than this is not a master.
_MAX_MISSING_COLUMNS = 2


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sheet with a header of the form, its missing columns and its rows."""

    reading: HeaderReading
    missing: tuple[str, ...]
    found: TableRows
    filled_later: frozenset[str]

    @property
    def rows(self) -> tuple[range, ...]:
        return self.found.rows

    @property
    def name(self) -> str:
        return self.reading.sheet.name

    @property
    def fullness(self) -> tuple[int, int]:
        """The number of rows and of filled cells, to compare candidates."""
        reading = self.reading
        # Opinions are filled in later; those of a former year must not make its sheet the best.
        filled_later = {reading.columns.get(key) for key in self.filled_later}
        for key in self.filled_later:
            filled_later.update(reading.choice_columns.get(key, {}).values())
        filled = sum(
            reading.sheet.value(row, column) is not None
            for block in self.rows
            for row in block
            for column in reading.used
            if column not in filled_later
        )
        return len(self.rows), filled


def locate(
    workbook: Workbook,
    form: Form,
    *,
    sheet: str | None = None,
    mapping: Mapping[str, str] | None = None,
) -> tuple[Table | None, tuple[Finding, ...]]:
    """The table and the findings about it; no table if a finding blocks it.

    ``sheet`` is the name of the requested sheet; ``mapping`` is header text → key of the form.
    InputUnreadable if no sheet has a table of the form, UsageMistake if
    there is no sheet with that name.
    """
    names = HeaderNames(form, mapping or {})
    candidates = [
        _candidate(reading, form)
        for searched in _sheets(workbook, sheet)
        if (reading := read_header(searched, form, names))
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


# The result of ``form_match`` for a workbook without a table of the form.
NO_MATCH = (False, 0)


def form_match(workbook: Workbook, form: Form) -> tuple[bool, int]:
    """Whether a sheet has all required columns of the form, and the number of columns found."""
    names = HeaderNames(form, {})
    found = [
        (not tuple(_missing(reading, form)) and not reading.ambiguous, len(reading.keys))
        for sheet in _sheets(workbook, None)
        if (reading := read_header(sheet, form, names))
    ]
    return max(found, default=NO_MATCH)


def _sheets(workbook: Workbook, name: str | None) -> tuple[Sheet, ...]:
    """The sheets to search: the requested one, else the visible ones."""
    if name is None:
        others = {compare_key(MEETING_SHEET), compare_key(JUDGEMENT_SHEET)}
        lists = tuple(s for s in workbook.sheets if compare_key(s.name) not in others)
        return tuple(sheet for sheet in lists if sheet.visible) or lists
    requested = workbook.sheet(name)
    if requested is None:
        known = "、".join(each.name for each in workbook.sheets)
        raise UsageMistake("sheet-missing", path=workbook.path, name=name, known=known)
    return (requested,)


def _candidate(reading: HeaderReading, form: Form) -> _Candidate:
    filled_later = frozenset({*(column.key for column in form.fills), ACCEPTED})
    return _Candidate(
        reading, tuple(_missing(reading, form)), table_rows(reading, form), filled_later
    )


def _missing(reading: HeaderReading, form: Form) -> Iterator[str]:
    """The keys of the required columns that the sheet lacks.

    A column and the columns printed inside it may share one cell, so one of them is enough.
    """
    for column in form.columns:
        shared_keys = {column.key, *(inner.key for inner in form.inside(column.key))}
        if column.required and not reading.keys & shared_keys:
            yield column.key


def _choose(candidates: list[_Candidate]) -> tuple[_Candidate | None, tuple[Finding, ...]]:
    """The complete sheet with the most content; a tie is reported, since only a user can decide."""
    complete = [candidate for candidate in candidates if not candidate.missing]
    if not complete:
        return max(
            candidates, key=lambda candidate: (-len(candidate.missing), candidate.fullness)
        ), ()
    best = _fullest(complete) if len(complete) > 1 else complete
    if len(best) > 1:
        names = "、".join(candidate.name for candidate in best)
        return None, (finding("sheets-equally-full", sheet=best[0].name, names=names),)
    others = [
        candidate.name
        for candidate in candidates
        if candidate is not best[0]
        and candidate.rows
        and len(candidate.missing) <= _MAX_MISSING_COLUMNS
    ]
    if not others:
        return best[0], ()
    return best[0], (finding("sheet-chosen", sheet=best[0].name, others="、".join(others)),)


def _fullest(candidates: list[_Candidate]) -> list[_Candidate]:
    """The candidates with the most rows and filled cells."""
    most = max(candidate.fullness for candidate in candidates)
    return [candidate for candidate in candidates if candidate.fullness == most]


def _missing_findings(candidate: _Candidate, form: Form) -> Iterable[Finding]:
    reading = candidate.reading
    seen = "、".join(title for _, title in sorted(reading.titles.items()))
    for key in candidate.missing:
        if key not in reading.ambiguous:
            at = reading.sheet.ref(reading.rows.start, 1)
            column = form.column(key)
            similar = _nearest_header(reading, column)
            yield finding(
                "column-missing",
                at=at,
                title=column.name,
                seen=seen,
                key=key,
                header=similar or "元の見出し",
                near=f"「{similar}」がこの列であれば、" if similar else "",
            )


def _nearest_header(reading: HeaderReading, column: Column) -> str | None:
    """The unused header that is most similar to a name of the column, or None."""
    used = set(reading.used)
    unused = {header_key(title): title for at, title in reading.titles.items() if at not in used}
    for name in (column.name, *column.synonyms):
        similar = closest(header_key(name), unused, cutoff=0.6)
        if similar is not None:
            return unused[similar]
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
    """Report headers in ``--map`` that the sheet does not have: probably typing errors."""
    seen = "、".join(title for _, title in sorted(reading.titles.items()))
    words = {header_key(word) for title in reading.titles.values() for word in title.split("／")}
    whole = {header_key(title) for title in reading.titles.values()}
    for header in mapping:
        if header_key(header) not in words | whole:
            near, sheet = near_hint(header, reading.titles.values()), reading.sheet.name
            yield finding("map-unused", sheet=sheet, value=header, seen=seen, near=near)


def _unused(candidate: _Candidate) -> tuple[Finding, ...]:
    """Report the unused columns, including those without a header."""
    reading = candidate.reading
    used = set(reading.used)
    known = {reading.titles.get(column) for column in used}
    filled = {
        column for block in candidate.rows for row in block for column in reading.sheet.filled(row)
    }
    titles = [
        reading.titles.get(column) or f"{column_letters(column)}列（見出しなし）"
        for column in sorted({*reading.titles, *filled} - used)
        # Ignore an empty column that only shares the merged header of a used one.
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
