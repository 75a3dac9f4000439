"""Find the table of projects in a workbook: by its header words, not by position.

In: a workbook and the form. Out: a :class:`Table` and findings. Headers of one
to three rows, merged across and down, are read as paths from the top word to
the bottom one; a header that fits two fields is settled by elimination or by
what stands below it, and never by a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.errors import InputUnreadable, UsageMistake
from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form
from pipeline.model.grid import CellRef, MergedRange, Sheet, Workbook
from pipeline.model.table import Table
from pipeline.text import compare_key, parse_whole

HEADER_DEPTH = 3
# A table that starts below this row of a sheet is not looked for.
SEARCH_ROWS = 100
# A merge over a whole sheet would cost more than it can tell.
MERGE_CELLS = 10_000
# Fewer fields than this, or no name column, is not our table.
ENOUGH_FIELDS = 3
JUDGEMENT_KEYS = ("judgement", "judgement.letter", "judgement.label")
_TOTALS = frozenset({"合計", "計", "小計", "総計", "平均", "件数"})
_PUNCTUATION = re.compile(r"[()\[\]「」『』【】・:;,、。.＿_/\-]")
_ORDINAL = re.compile(r"^\d+(?=\D)")
_MARKS = "■●☑✓✔✅☒◉◎レ○◯□☐▢"


@dataclass(slots=True)
class _Reading:
    """One way to read a sheet's header: what each column would hold."""

    sheet: Sheet
    first: int
    last: int
    columns: dict[str, int] = field(default_factory=dict)
    choice_columns: dict[str, dict[str, int]] = field(default_factory=dict)
    ambiguous: dict[str, list[int]] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)

    @property
    def keys(self) -> set[str]:
        return {*self.columns, *self.choice_columns}

    @property
    def used(self) -> set[int]:
        marked = (c for columns in self.choice_columns.values() for c in columns.values())
        return {*self.columns.values(), *marked}


def locate(
    workbook: Workbook,
    form: Form,
    *,
    sheet: str | None = None,
    mapping: Mapping[str, str] | None = None,
) -> tuple[Table | None, tuple[Finding, ...]]:
    """The table, and what there is to say about it; None where a finding blocks it.

    ``sheet`` names the sheet to take; ``mapping`` is header text → field key.
    InputUnreadable where no sheet has such a table at all.
    """
    names = _HeaderNames(form, mapping or {})
    readings = [r for s in _candidates(workbook, sheet) if (r := _best_reading(s, names))]
    complete = [reading for reading in readings if not _missing(reading, form)]
    if not readings:
        expected = "、".join(f"「{form.column(key).title}」" for key in ("no", "name"))
        raise InputUnreadable("table-not-found", path=workbook.path, expected=expected)
    if not complete:
        best = max(readings, key=lambda reading: len(reading.keys))
        return None, tuple(_missing_findings(best, form))
    reading, findings = _fullest(complete, form)
    if reading is None:
        return None, findings
    rows, left_out = _data_rows(reading, form)
    findings = (*findings, *left_out, *_unused(reading))
    if not rows:
        at = reading.sheet.ref(reading.last + 1, min(reading.used))
        return None, (*findings, finding("no-projects", at=at))
    return _table(reading, rows), findings


def _candidates(workbook: Workbook, name: str | None) -> tuple[Sheet, ...]:
    """The sheets to look at: the one asked for, else the visible ones."""
    if name is None:
        return tuple(s for s in workbook.sheets if s.visible) or workbook.sheets
    asked = workbook.sheet(name)
    if asked is None:
        known = "、".join(s.name for s in workbook.sheets)
        raise UsageMistake("sheet-missing", path=workbook.path, name=name, known=known)
    return (asked,)


def _header_key(text: str) -> str:
    """A header to compare by: brackets, points and white space do not count."""
    return _PUNCTUATION.sub("", compare_key(text)) or compare_key(text)


class _HeaderNames:
    """Which fields a header may mean: exact words first, then without their ordinal."""

    def __init__(self, form: Form, mapping: Mapping[str, str]) -> None:
        self.form = form
        self.mapped = {_header_key(header): key for header, key in mapping.items()}
        self.exact: dict[str, set[str]] = {}
        self.loose: dict[str, set[str]] = {}
        for column in form.columns:
            for name in (column.title, *column.synonyms):
                key = _header_key(name)
                self.exact.setdefault(key, set()).add(column.key)
                self.loose.setdefault(_ORDINAL.sub("", key), set()).add(column.key)
        self.labels = {_header_key(label): label for label in form.labels}

    def meanings(self, path: Sequence[str]) -> set[str]:
        """The field keys that a header path can mean; empty for an unknown one."""
        keys = [_header_key(word) for word in path]
        joined = ["".join(keys[start:]) for start in range(len(keys))]
        attempts = [*joined, *reversed(keys)]
        for attempt in attempts:
            if attempt in self.mapped:
                return {self.mapped[attempt]}
        for table in (self.exact, self.loose):
            for attempt in attempts:
                found = table.get(attempt if table is self.exact else _ORDINAL.sub("", attempt))
                if found:
                    return set(found)
        return set()

    def choice(self, path: Sequence[str]) -> tuple[str, str] | None:
        """Field key and label where the bottom word is a choice below a choice field."""
        label = self.labels.get(_header_key(path[-1])) if len(path) > 1 else None
        if label is None:
            return None
        above = self.meanings(path[:-1]) & {"proposal.choice", "opinion.choice"}
        return (above.pop(), label) if len(above) == 1 else None


def _best_reading(sheet: Sheet, names: _HeaderNames) -> _Reading | None:
    """The header that explains most fields; of equal ones the shortest and lowest."""
    best: _Reading | None = None
    expanded = _Expanded(sheet)
    for first in range(1, min(len(sheet.rows), SEARCH_ROWS) + 1):
        if not any(isinstance(value, str) for value in sheet.rows[first - 1]):
            continue
        for depth in range(1, HEADER_DEPTH + 1):
            if first + depth - 1 > len(sheet.rows):
                break
            reading = _read_header(sheet, expanded, names, first, first + depth - 1)
            if "name" in reading.keys and (best is None or len(reading.keys) > len(best.keys)):
                best = reading
    return best if best is not None and len(best.keys) >= ENOUGH_FIELDS else None


class _Expanded:
    """Header words with merged cells filled: each covered cell has the first one's text."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.first: dict[tuple[int, int], tuple[int, int]] = {}
        for merge in sheet.merged:
            if merge.first_row <= SEARCH_ROWS + HEADER_DEPTH and _area(merge) <= MERGE_CELLS:
                for row in range(merge.first_row, merge.last_row + 1):
                    for column in range(merge.first_column, merge.last_column + 1):
                        self.first[row, column] = (merge.first_row, merge.first_column)

    def word(self, row: int, column: int) -> str:
        value = self.sheet.value(*self.first.get((row, column), (row, column)))
        return str(value).strip() if value is not None else ""


def _area(merge: MergedRange) -> int:
    return (merge.last_row - merge.first_row + 1) * (merge.last_column - merge.first_column + 1)


def _read_header(
    sheet: Sheet, expanded: _Expanded, names: _HeaderNames, first: int, last: int
) -> _Reading:
    """What the columns hold if the header is rows ``first`` to ``last``."""
    below = _end_of_merges(sheet, first, last)
    reading = _Reading(sheet, first, below)
    meanings: dict[int, set[str]] = {}
    for column in range(1, sheet.width + 1):
        path = _path(expanded.word(row, column) for row in range(first, last + 1))
        if not path:
            continue
        reading.titles[column] = path[-1] if len(path) == 1 else "／".join(path)
        choice = names.choice(path)
        if choice is not None:
            reading.choice_columns.setdefault(choice[0], {}).setdefault(choice[1], column)
        else:
            meanings[column] = names.meanings(path)
    # One choice alone below a heading is a value of the first row, not a header.
    reading.choice_columns = {k: c for k, c in reading.choice_columns.items() if len(c) > 1}
    _settle(reading, {c: keys for c, keys in meanings.items() if keys}, names.form)
    _find_number_column(reading)
    return reading


def _end_of_merges(sheet: Sheet, first: int, last: int) -> int:
    """The last row of the header, merged cells that hang below it included."""
    hanging = [
        merge.last_row
        for merge in sheet.merged
        if first <= merge.first_row <= last < merge.last_row < first + HEADER_DEPTH
        or merge.first_row < first <= merge.last_row < first + HEADER_DEPTH
    ]
    return max([last, *hanging])


def _path(words: Iterable[str]) -> list[str]:
    """The words from top to bottom, without gaps and repetitions."""
    path: list[str] = []
    for word in words:
        if word and (not path or path[-1] != word):
            path.append(word)
    return path


def _settle(reading: _Reading, meanings: dict[int, set[str]], form: Form) -> None:
    """Give each field its column: certain ones first, the rest by elimination and content."""
    _settle_judgement(meanings)
    open_columns = {c: keys - set(reading.choice_columns) for c, keys in meanings.items()}
    while open_columns:
        certain = {c: next(iter(keys)) for c, keys in open_columns.items() if len(keys) == 1}
        if not certain:
            break
        for key in set(certain.values()):
            columns = [c for c, meant in certain.items() if meant == key]
            chosen = columns if len(columns) == 1 else _by_content(reading, columns, key, form)
            if len(chosen) == 1:
                reading.columns[key] = chosen[0]
            else:
                reading.ambiguous[key] = columns
        done = set(certain.values())
        open_columns = {
            c: keys - done for c, keys in open_columns.items() if c not in certain and keys - done
        }
    for key in sorted({key for keys in open_columns.values() for key in keys}):
        columns = [c for c, keys in open_columns.items() if key in keys]
        chosen = _by_content(reading, columns, key, form)
        if len(chosen) == 1:
            reading.columns[key] = chosen[0]
        else:
            reading.ambiguous[key] = columns


def _settle_judgement(meanings: dict[int, set[str]]) -> None:
    """判定 alone holds letter and label; beside a column of labels only the letter."""
    has_label = any(keys == {"judgement.label"} for keys in meanings.values())
    dropped = "judgement" if has_label else "judgement.letter"
    for column, keys in meanings.items():
        if {"judgement", "judgement.letter"} <= keys:
            meanings[column] = keys - {dropped}


def _by_content(reading: _Reading, columns: list[int], key: str, form: Form) -> list[int]:
    """Those of ``columns`` whose cells look like the field: choices or sentences."""
    labels = {compare_key(label) for label in form.labels}

    def looks_chosen(column: int) -> bool:
        values = _below(reading, column)
        keys = [compare_key(value) for value in values]
        return bool(values) and all(
            k in labels or (any(mark in k for mark in _MARKS) and any(x in k for x in labels))
            for k in keys
        )

    filled = [c for c in columns if _below(reading, c)]
    if key.endswith(".choice"):
        return [c for c in filled if looks_chosen(c)]
    if key == "proposal.text":
        return [c for c in filled if not looks_chosen(c)]
    return []


def _below(reading: _Reading, column: int) -> list[str]:
    sheet = reading.sheet
    rows = range(reading.last + 1, len(sheet.rows) + 1)
    return [str(v) for row in rows if (v := sheet.value(row, column)) is not None]


def _find_number_column(reading: _Reading) -> None:
    """The printed table has no header over its numbers: they stand left of the names."""
    if "no" in reading.keys or "name" not in reading.columns:
        return
    unnamed = [c for c in range(1, reading.columns["name"]) if c not in reading.titles]
    numbered = [
        c
        for c in unnamed
        if (values := _below(reading, c))
        and sum(parse_whole(v) is not None for v in values) * 2 > len(values)
    ]
    if len(numbered) == 1:
        reading.columns["no"] = numbered[0]
        reading.titles[numbered[0]] = ""


def _required(form: Form) -> list[str]:
    return [
        column.key
        for column in form.columns
        if column.required and column.key not in JUDGEMENT_KEYS
    ]


def _missing(reading: _Reading, form: Form) -> list[str]:
    """The required fields that the reading has no column for."""
    missing = [key for key in _required(form) if key not in reading.keys]
    needs_judgement = any(c.required and c.key in JUDGEMENT_KEYS for c in form.columns)
    if needs_judgement and not reading.keys & set(JUDGEMENT_KEYS):
        missing.append(next(c.key for c in form.columns if c.key in JUDGEMENT_KEYS))
    return missing


def _missing_findings(reading: _Reading, form: Form) -> Iterable[Finding]:
    seen = "、".join(title for _, title in sorted(reading.titles.items()) if title)
    for key in _missing(reading, form):
        title = form.column(key).title
        if key in reading.ambiguous:
            cells = "、".join(
                CellRef(reading.sheet.name, reading.first, c).address
                for c in reading.ambiguous[key]
            )
            yield finding("column-ambiguous", sheet=reading.sheet.name, title=title, cells=cells)
        else:
            at = reading.sheet.ref(reading.first, 1)
            yield finding("column-missing", at=at, title=title, seen=seen, key=key)


def _fullest(readings: list[_Reading], form: Form) -> tuple[_Reading | None, tuple[Finding, ...]]:
    """The reading with most filled cells; a tie can't be decided by a program."""
    fullness = [_fullness(reading, form) for reading in readings]
    most = max(fullness)
    best = [r for r, full in zip(readings, fullness, strict=True) if full == most]
    if len(best) > 1:
        names = "、".join(reading.sheet.name for reading in best)
        return None, (finding("sheets-equally-full", sheet=best[0].sheet.name, names=names),)
    others = "、".join(r.sheet.name for r in readings if r is not best[0])
    said = (finding("sheet-chosen", sheet=best[0].sheet.name, others=others),) if others else ()
    return best[0], said


def _fullness(reading: _Reading, form: Form) -> tuple[int, int]:
    rows, _ = _data_rows(reading, form)
    used = reading.used
    filled = sum(reading.sheet.value(r, c) is not None for r in rows for c in used)
    return len(rows), filled


def _data_rows(reading: _Reading, form: Form) -> tuple[tuple[int, ...], tuple[Finding, ...]]:
    """The rows that hold projects, and a notice for every other row that says something."""
    rows: list[int] = []
    findings: list[Finding] = []
    for row in range(reading.last + 1, len(reading.sheet.rows) + 1):
        words = _words(reading, row)
        if not words:
            continue
        if _is_aside(words) or _repeats_header(reading, row, form):
            continue
        identified = any(_has(reading, row, key) for key in ("no", "name"))
        if len(words) == 1 and (not identified or parse_whole(next(iter(words.values()))) is None):
            column, word = next(iter(words.items()))
            findings.append(
                finding("row-left-out", at=reading.sheet.ref(row, column), value=word[:30])
            )
            continue
        rows.append(row)
    return tuple(rows), tuple(findings)


def _words(reading: _Reading, row: int) -> dict[int, str]:
    """Column → text of the row's filled cells in the table's columns.

    A cell whose formula failed counts: its row must not vanish.
    """
    sheet = reading.sheet
    words = {}
    for column in sorted(reading.used):
        value = sheet.value(row, column)
        if value is not None and str(value).strip():
            words[column] = str(value).strip()
        elif (row, column) in sheet.unresolved or (row, column) in sheet.errors:
            words[column] = sheet.errors.get((row, column), "=")
    return words


def _has(reading: _Reading, row: int, key: str) -> bool:
    column = reading.columns.get(key)
    return column is not None and column in _words(reading, row)


def _is_aside(words: Mapping[int, str]) -> bool:
    """Whether the row is a note (※ …) or a total, which are no projects."""
    values = list(words.values())
    if len(values) == 1 and values[0].startswith(("※", "＊", "*", "注", "（注", "(注")):
        return True
    return any(compare_key(word) in _TOTALS for word in values[:2])


def _repeats_header(reading: _Reading, row: int, form: Form) -> bool:
    value = reading.sheet.value(row, reading.columns["name"])
    column = form.column("name")
    known = {compare_key(name) for name in (column.title, *column.synonyms)}
    return isinstance(value, str) and compare_key(value) in known


def _unused(reading: _Reading) -> tuple[Finding, ...]:
    titles = [t for c, t in sorted(reading.titles.items()) if c not in reading.used and t]
    if not titles:
        return ()
    shown = "、".join(dict.fromkeys(" ".join(title.split()) for title in titles))
    return (finding("columns-unused", sheet=reading.sheet.name, titles=shown),)


def _table(reading: _Reading, rows: tuple[int, ...]) -> Table:
    return Table(
        sheet=reading.sheet.name,
        first_header_row=reading.first,
        last_header_row=reading.last,
        columns=dict(reading.columns),
        choice_columns={key: dict(c) for key, c in reading.choice_columns.items()},
        rows=rows,
        titles={key: reading.titles.get(c, "") for key, c in reading.columns.items()},
    )
