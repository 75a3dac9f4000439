"""Show findings on a terminal: a table grouped by project, readable without colour."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.model.catalogue import Severity
from pipeline.model.findings import Finding

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTICE: "cyan"}
# A pipe or a file has no width: nothing may be cut there.
_FILE_WIDTH = 200


def print_findings(findings: Sequence[Finding]) -> None:
    """Print all findings to standard error: open ones first, accepted ones after them."""
    width = None if sys.stderr.isatty() else _FILE_WIDTH
    console = Console(stderr=True, width=width, highlight=False, markup=False)
    still_open = [found for found in findings if found.accepted is None]
    accepted = [found for found in findings if found.accepted is not None]
    if still_open:
        console.print(findings_table(still_open))
    if accepted:
        console.print(findings_table(accepted, title="確認済として扱ったもの"))
    console.print(summary(findings))


def findings_table(findings: Sequence[Finding], *, title: str | None = None) -> Table:
    """The findings in the order of their projects; those of the whole file come first."""
    table = Table(title=title, title_justify="left", show_lines=False, expand=False)
    table.add_column("区分", no_wrap=True)
    table.add_column("No", justify="right", no_wrap=True)
    table.add_column("場所", overflow="fold")
    table.add_column("内容と直し方", overflow="fold", ratio=1)
    for found in sorted(findings, key=_order):
        where = "!".join(part for part in (found.sheet, found.cell) if part)
        said = found.fact + found.remedy
        if found.accepted is not None:
            said += f"（確認済: {found.accepted}）"
        number = "" if found.project is None else str(found.project)
        severity = Text(found.severity.label, style=_STYLES[found.severity])
        table.add_row(severity, number, where, said)
    return table


def _order(found: Finding) -> tuple[int, int]:
    ranks = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTICE: 2}
    return (-1 if found.project is None else found.project, ranks[found.severity])


def summary(findings: Sequence[Finding]) -> str:
    """「誤り 1 件、注意 0 件、お知らせ 3 件（うち確認済 1 件）」."""
    counts = "、".join(
        f"{severity.label} {sum(found.severity is severity for found in findings)} 件"
        for severity in Severity
    )
    accepted = sum(found.accepted is not None for found in findings)
    return counts + (f"（うち確認済 {accepted} 件）" if accepted else "")
