"""A master after reading and checking: the input for all documents.

All values are frozen, so that it can be sent to another process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.model.collected import OpinionBook
from pipeline.model.findings import Finding, any_blocks
from pipeline.model.form import Form, JudgementTable
from pipeline.model.grid import Workbook
from pipeline.model.records import Records


@dataclass(frozen=True, slots=True)
class Intake:
    """A master after reading and checking: the workbook, its records and the findings.

    ``judgement`` is the judgement table in use: the 判定表 of the master, else the form's.
    ``results`` is the results workbook whose opinions were merged into the records, if any.
    ``mapping`` (header → key) is the requested mapping and the one stored next to the master;
    the requested one has priority.
    """

    path: Path
    workbook: Workbook
    form: Form
    records: Records
    findings: tuple[Finding, ...]
    judgement: JudgementTable | None = None
    results: OpinionBook | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocked(self) -> bool:
        """Whether an error prevents the documents from being made."""
        return any_blocks(self.findings)

    @property
    def missing(self) -> int:
        """How many of the form's columns the table lacks."""
        return sum(found.code == "column-missing" for found in self.findings)
