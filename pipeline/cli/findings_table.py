"""Findings as tables on a terminal, drawn by rich."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cli.report import ACCEPTED_TITLE, printable, reason
from pipeline.model.catalogue import Severity
from pipeline.model.findings import Finding

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTICE: "cyan"}


def print_tables(
    still_open: Sequence[Finding], accepted: Sequence[Finding], stream: TextIO
) -> None:
    """Print a table of the open findings, then one of the accepted ones."""
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    if still_open:
        console.print(findings_table(still_open))
    if accepted:
        console.print(findings_table(accepted, title=ACCEPTED_TITLE))


def findings_table(findings: Iterable[Finding], *, title: str | None = None) -> Table:
    """A table of the findings, ordered by severity (errors first), then by row."""
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("区分", no_wrap=True, min_width=8)
    table.add_column("No", justify="right", no_wrap=True, min_width=2)
    table.add_column("場所", overflow="fold")
    table.add_column("内容と直し方", overflow="fold")
    for _, group in groupby(sorted(findings, key=attrgetter("order")), key=attrgetter("severity")):
        for found in group:
            table.add_row(*_cells(found))
        table.add_section()
    return table


def _cells(found: Finding) -> tuple[Text, Text, Text, Text]:
    return (
        Text(found.severity.label, style=_STYLES[found.severity]),
        Text("" if found.project is None else str(found.project)),
        Text(printable(found.where)),
        Text(printable(found.fact + found.remedy + reason(found))),
    )
