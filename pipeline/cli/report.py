"""Show findings to people: a table on a terminal, whole sentences anywhere else.

In: findings. Out: text on standard error, the gravest first, readable without
colour; what the office has accepted comes last. A pipe or a log gets one line a
finding, so that nothing is cut and anything can be searched for.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, TextIO

from pipeline.model.catalogue import Severity
from pipeline.model.findings import Finding

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTICE: "cyan"}
_ACCEPTED_TITLE = "確認済として扱ったもの"


def print_findings(findings: Sequence[Finding], stream: TextIO | None = None) -> None:
    """Print all findings to ``stream`` (standard error): open ones first, then accepted ones."""
    stream = stream or sys.stderr
    still_open = [found for found in findings if found.accepted is None]
    accepted = [found for found in findings if found.accepted is not None]
    if stream.isatty():
        from rich.console import Console  # noqa: PLC0415 - 50 ms, which a pipe need not wait

        console = Console(file=stream, highlight=False, markup=False, emoji=False)
        if still_open:
            console.print(findings_table(still_open))
        if accepted:
            console.print(findings_table(accepted, title=_ACCEPTED_TITLE))
    else:
        stream.writelines(f"{line}\n" for line in _lines(still_open, accepted))
    stream.write(f"{summary(findings)}\n")


def _lines(still_open: Sequence[Finding], accepted: Sequence[Finding]) -> Iterable[str]:
    for found in sorted(still_open, key=attrgetter("order")):
        yield f"【{found.severity.label}】{_printable(found.message)}"
    if accepted:
        yield f"{_ACCEPTED_TITLE}:"
    for found in sorted(accepted, key=attrgetter("order")):
        yield f"【{found.severity.label}】{_printable(found.message + _reason(found))}"


def findings_table(findings: Iterable[Finding], *, title: str | None = None) -> Table:
    """The findings, the gravest first, then in the order of their projects."""
    from rich.table import Table  # noqa: PLC0415 - for terminals only

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
    from rich.text import Text  # noqa: PLC0415 - for terminals only

    return (
        Text(found.severity.label, style=_STYLES[found.severity]),
        Text("" if found.project is None else str(found.project)),
        Text(_printable(found.where)),
        Text(_printable(found.fact + found.remedy + _reason(found))),
    )


def _reason(found: Finding) -> str:
    return "" if found.accepted is None else f"（確認済: {found.accepted}）"


def _printable(text: str) -> str:
    """``text`` on one line and without control characters: a cell may hold a terminal's."""
    return "".join(c if unicodedata.category(c) not in {"Cc", "Zl", "Zp"} else " " for c in text)


def summary(findings: Sequence[Finding]) -> str:
    """「誤り 1 件、注意 0 件、お知らせ 3 件（うち確認済 1 件）」."""
    counts = "、".join(
        f"{severity.label} {sum(found.severity is severity for found in findings)} 件"
        for severity in Severity
    )
    accepted = sum(found.accepted is not None for found in findings)
    return counts + (f"（うち確認済 {accepted} 件）" if accepted else "")
