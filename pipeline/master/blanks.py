"""Merge the findings about the empty cells of one row: findings in, fewer findings out.

A remark typed between the rows has none of the required values; one finding reports them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.model.fills import name_of
from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form
from pipeline.model.grid import CellRef
from pipeline.model.records import Records, Row

_EMPTY = frozenset(
    {"number-empty", "name-empty", "score-empty", "choice-empty", "judgement-empty", "text-empty"}
)


def merge_empty_findings(
    findings: Iterable[Finding], records: Records, form: Form
) -> tuple[Finding, ...]:
    """Return the findings; several about missing required values of one row become one."""
    findings = tuple(findings)
    if not any(found.code in _EMPTY for found in findings):
        return findings
    rows = {(at.sheet, at.address): row for row in records.rows for at in _cells(row)}
    empty_by_row: dict[int, list[Finding]] = {}
    for found in findings:
        row = rows.get((found.sheet or "", found.cell or ""))
        if row is not None and found.code in _EMPTY:
            empty_by_row.setdefault(row.position, []).append(found)
    replacements: dict[Finding, Finding | None] = {}
    for row in records.rows:
        empty = empty_by_row.get(row.position, [])
        if sum(found.blocks for found in empty) > 1:
            incomplete = _incomplete(row, form, {found.cell for found in empty})
            replacements |= {**dict.fromkeys(empty), empty[0]: incomplete}
    kept = (replacements.get(found, found) for found in findings)
    return tuple(found for found in kept if found is not None)


def _cells(row: Row) -> Iterator[CellRef]:
    return map(row.source.cell, row.source.columns)


def _incomplete(row: Row, form: Form, cells: set[str | None]) -> Finding:
    """One finding that lists every empty column of the row, from left to right."""
    titles: dict[CellRef, str] = {}
    for column in form.columns:
        at = row.source.cell(column.key)
        if column.key in row.source.columns and at.address in cells:
            titles.setdefault(at, column.name)
    refs, name = sorted(titles), name_of(row, form)
    return finding(
        "row-incomplete",
        at=refs[0],
        project=row.no,
        value=name or None,
        row=f"「{name}」の行" if name else "この行",
        titles="、".join(f"{titles[at]}〔{at.address}〕" for at in refs),
        count=len(refs),
    )
