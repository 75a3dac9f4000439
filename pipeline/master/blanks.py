"""Gather what is empty in one row into one finding: findings in, fewer findings out.

A remark typed between the rows lacks everything that a row has, and one sentence says so.
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


def gathered(findings: Iterable[Finding], records: Records, form: Form) -> tuple[Finding, ...]:
    """The findings; those of a row that lacks several required values are one of it."""
    findings = tuple(findings)
    if not any(found.code in _EMPTY for found in findings):
        return findings
    rows = {(at.sheet, at.address): row for row in records.rows for at in _cells(row)}
    lacking: dict[int, list[Finding]] = {}
    for found in findings:
        row = rows.get((found.sheet or "", found.cell or ""))
        if row is not None and found.code in _EMPTY:
            lacking.setdefault(row.position, []).append(found)
    instead: dict[Finding, Finding | None] = {}
    for row in records.rows:
        empty = lacking.get(row.position, [])
        if sum(found.blocks for found in empty) > 1:
            told = _incomplete(row, form, {found.cell for found in empty})
            instead |= {**dict.fromkeys(empty), empty[0]: told}
    kept = (instead.get(found, found) for found in findings)
    return tuple(found for found in kept if found is not None)


def _cells(row: Row) -> Iterator[CellRef]:
    return map(row.source.cell, row.source.columns)


def _incomplete(row: Row, form: Form, cells: set[str | None]) -> Finding:
    """One sentence with every column of the row that is empty, left to right."""
    lacks: dict[CellRef, str] = {}
    for column in form.columns:
        at = row.source.cell(column.key)
        if column.key in row.source.columns and at.address in cells:
            lacks.setdefault(at, column.name)
    places, name = sorted(lacks), name_of(row, form)
    return finding(
        "row-incomplete",
        at=places[0],
        project=row.no,
        value=name or None,
        row=f"「{name}」の行" if name else "この行",
        titles="、".join(f"{lacks[at]}〔{at.address}〕" for at in places),
        count=len(places),
    )
