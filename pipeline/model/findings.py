"""Findings: problems and notable facts in the data, each with its place.

:func:`finding` makes each message from the texts of the catalogue
(``pipeline.model.catalogue``); no other code writes messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.base.errors import PipelineError
from pipeline.model.catalogue import CATALOGUE, Severity
from pipeline.model.grid import CellRef, RowRef

# A remedy starts with what to do on the page; what a command can do follows in brackets.
_BY_COMMAND = re.compile(r"（コマンドでは(?:[^（）]|（[^（）]*）)*）")


def without_commands(text: str) -> str:
    """The text without the parts in brackets that describe commands."""
    return _BY_COMMAND.sub("", text)


def order(project: int | None, severity: Severity) -> tuple[int, int]:
    """The sort key of a finding: the most severe first, then by project."""
    return (severity.rank, -1 if project is None else project)


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. ``fact`` is the sentence without its place and remedy.

    ``accepted`` is the office's reason if it has accepted the finding.
    """

    code: str
    severity: Severity
    fact: str
    remedy: str
    sheet: str | None = None
    cell: str | None = None
    project: int | None = None
    value: str | None = None
    accepted: str | None = None

    @property
    def where(self) -> str:
        """「事業一覧!C2」, or 「資料１_会議用.docx 表の5行目」 for a Word file."""
        # Only the address of a cell is ASCII.
        between = "!" if self.cell is None or self.cell.isascii() else " "
        return between.join(part for part in (self.sheet, self.cell) if part)

    @property
    def place(self) -> str:
        """「事業一覧!C2（No.1）」, without the parts that are not known."""
        return self.where + (f"（No.{self.project}）" if self.project is not None else "")

    @property
    def message(self) -> str:
        """The whole sentence: place, fact, remedy."""
        gap = " " if self.place and not self.place.endswith("）") else ""
        return f"{self.place}{gap}{self.fact}{self.remedy}"

    @property
    def order(self) -> tuple[int, int]:
        """The sort key."""
        return order(self.project, self.severity)

    @property
    def blocks(self) -> bool:
        """Whether the finding prevents the documents from being made."""
        return self.severity is Severity.ERROR

    def as_json(self) -> dict[str, object]:
        """The finding in the JSON output, with the reason if it is accepted."""
        result: dict[str, object] = {
            "code": self.code,
            "severity": self.severity.value,
            "sheet": self.sheet,
            "cell": self.cell,
            "project": self.project,
            "value": self.value,
            "message": self.message,
            "remedy": self.remedy,
        }
        return result if self.accepted is None else {**result, "accepted": self.accepted}


def finding(
    code: str,
    *,
    at: CellRef | RowRef | None = None,
    sheet: str | None = None,
    project: int | None = None,
    value: object = None,
    **params: object,
) -> Finding:
    """A finding with the text of the catalogue; ``value`` and ``params`` fill its fields.

    KeyError if the catalogue lacks the code or a parameter of the text is missing.
    """
    entry = CATALOGUE[code]
    shown = None if value is None else str(value)
    filled = {"value": shown, "project": project, **params}
    return Finding(
        code=code,
        severity=entry.severity,
        fact=entry.message.format_map(filled),
        remedy=entry.remedy.format_map(filled),
        sheet=at.sheet if at else sheet,
        cell=at.address if at else None,
        project=project,
        value=shown,
    )


def from_error(error: PipelineError) -> Finding:
    """The finding for a failure, for the terminal and for JSON."""
    entry = CATALOGUE[error.code]
    return Finding(
        code=error.code,
        severity=entry.severity,
        fact=entry.message.format_map(error.params),
        remedy=entry.remedy.format_map(error.params),
        sheet=error.sheet,
        cell=error.cell,
    )


def any_blocks(findings: Iterable[Finding]) -> bool:
    """Whether any of the findings blocks the documents."""
    return any(found.blocks for found in findings)
