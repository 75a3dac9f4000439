"""Show findings to people: a table on a terminal, one sentence per line elsewhere.

In: findings. Out: text on standard error, errors first, readable without colour; findings that
the office has accepted come last. A pipe or a log gets one line per finding, so that no text
is cut and every text can be searched for.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import TextIO

from pipeline.model.catalogue import Severity
from pipeline.model.findings import Finding

ACCEPTED_TITLE = "確認済として扱ったもの"


def show_findings(findings: Sequence[Finding], stream: TextIO | None = None) -> None:
    """Print the findings, if any, to ``stream`` (standard error): open ones, then accepted ones."""
    if not findings:
        return
    stream = stream or sys.stderr
    still_open = [found for found in findings if found.accepted is None]
    accepted = [found for found in findings if found.accepted is not None]
    if stream.isatty():
        from pipeline.cli.findings_table import print_tables  # noqa: PLC0415 - rich takes 50 ms, terminals only

        print_tables(still_open, accepted, stream)
    else:
        stream.writelines(f"{line}\n" for line in _lines(still_open, accepted))
    stream.write(f"{summary(findings)}\n")


def _lines(still_open: Sequence[Finding], accepted: Sequence[Finding]) -> Iterable[str]:
    for found in sorted(still_open, key=attrgetter("order")):
        yield f"【{found.severity.label}】{printable(found.message)}"
    if accepted:
        yield f"{ACCEPTED_TITLE}:"
    for found in sorted(accepted, key=attrgetter("order")):
        yield f"【{found.severity.label}】{printable(found.message + reason(found))}"


def reason(found: Finding) -> str:
    """The office's reason for accepting the finding, in brackets; empty if it is open."""
    return "" if found.accepted is None else f"（確認済: {found.accepted}）"


def printable(text: str) -> str:
    """``text`` on one line without control characters, as a cell may contain terminal codes."""
    return "".join(c if unicodedata.category(c) not in {"Cc", "Zl", "Zp"} else " " for c in text)


def summary(findings: Sequence[Finding]) -> str:
    """The number of findings by severity: 「誤り 1 件、注意 0 件（うち確認済 1 件）」."""
    counts = "、".join(
        f"{severity.label} {sum(found.severity is severity for found in findings)} 件"
        for severity in Severity
    )
    accepted = sum(found.accepted is not None for found in findings)
    return counts + (f"（うち確認済 {accepted} 件）" if accepted else "")
