"""Read a file into records as the commands do, for tests to check."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.master.locate import locate
from pipeline.master.meeting_sheet import read_meeting
from pipeline.master.normalise import normalise
from pipeline.master.read import read
from pipeline.model.findings import Finding
from pipeline.model.form import Form
from pipeline.model.grid import MergedRange, Sheet, Workbook
from pipeline.model.records import Row, as_json
from support.records import GOLDEN, seed_form
from support.shapes import Grid, Shape, laid_out

SEED: list[dict[str, Any]] = json.loads((GOLDEN / "records.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Outcome:
    """The result of reading a file; without rows if a finding blocks the table.

    ``records`` are the rows' values as ``records --json`` prints them.
    """

    rows: tuple[Row, ...]
    records: list[dict[str, Any]]
    findings: tuple[Finding, ...]
    sheet: str | None
    total: Row | None = None

    @property
    def codes(self) -> list[str]:
        return [found.code for found in self.findings]

    def finding_places(self) -> list[tuple[str, str | None, int | None]]:
        """The code, cell and project of each finding."""
        return [(found.code, found.cell, found.project) for found in self.findings]


def outcome(
    source: Path | Workbook,
    *,
    sheet: str | None = None,
    mapping: Mapping[str, str] | None = None,
    form: Form | None = None,
) -> Outcome:
    """Read a file or workbook, without the checks."""
    workbook = read(source) if isinstance(source, Path) else source
    form = form or seed_form()
    table, found = locate(workbook, form, sheet=sheet, mapping=mapping)
    if table is None:
        return Outcome((), [], found, None)
    meeting, meeting_findings = read_meeting(workbook, form)
    records, row_findings = normalise(table, workbook, form, meeting)
    rows: Any = as_json(records, form)["rows"]
    values = [row["values"] for row in rows]
    findings = (*found, *meeting_findings, *row_findings)
    return Outcome(records.rows, values, findings, table.sheet, records.total)


def as_sheet(grid: Grid, name: str = "台帳", **fields: Any) -> Sheet:
    """A sheet as the reader returns it, from a grid."""
    merged = tuple(MergedRange(*ends) for ends in grid.merged)
    return Sheet(name, tuple(map(tuple, grid.rows())), merged=merged, **fields)


def as_workbook(*sheets: Sheet | Grid) -> Workbook:
    """A workbook as the reader returns it, from sheets or grids."""
    whole = (as_sheet(each) if isinstance(each, Grid) else each for each in sheets)
    return Workbook(Path("台帳.xlsx"), "0" * 64, tuple(whole))


def seed_grid(shape: Shape | None = None) -> Grid:
    """The 18 projects of the seed, laid out in a shape."""
    return laid_out(SEED, shape or Shape())
