"""A master as it was taken in: what the documents are made from.

It holds frozen values only, so that it can be carried to another process.
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
    """A master taken in: the workbook, its records and all that was found.

    ``judgement`` is the table in force, the office's own 判定表 before the form's.
    ``results`` is the workbook of opinions that went into the records, if any did.
    ``mapping`` (header → key) is what was asked for over what is kept beside the master.
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
        """Whether an error keeps the documents from being made."""
        return any_blocks(self.findings)

    @property
    def missing(self) -> int:
        """How many of the form's columns the table lacks."""
        return sum(found.code == "column-missing" for found in self.findings)
