"""Findings as the page lists them: most severe first, the same fact of many rows joined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.base.text import ranges
from pipeline.model.catalogue import Severity
from pipeline.model.findings import order, without_commands
from pipeline.model.manifest import FindingLine


@dataclass(frozen=True, slots=True)
class JoinedFinding:
    """A finding, or several findings of different rows with the same fact."""

    severity: str
    kind: str
    place: str
    rows: str
    fact: str
    remedy: str
    accepted: str | None
    count: int = 1


# So many cells are listed; of more cells the first ones and the number of the others.
_MAX_LISTED_CELLS = 3


def lines_of(findings: Iterable[FindingLine]) -> list[JoinedFinding]:
    """The lines; findings of several rows with the same fact are joined."""
    ordered = sorted(findings, key=lambda line: order(line.project, Severity(line.severity)))
    groups: dict[tuple[str, ...], list[FindingLine]] = {}
    for line in ordered:
        key = (line.severity, line.code, _fact(line), line.remedy, line.accepted or "")
        groups.setdefault(key, []).append(line)
    return [_line(group) for group in groups.values()]


def _line(group: Sequence[FindingLine]) -> JoinedFinding:
    first = group[0]
    return JoinedFinding(
        severity=Severity(first.severity).label,
        kind=first.severity,
        place=_places(group),
        rows=_rows(group),
        fact=_fact(first),
        remedy=without_commands(first.remedy),
        accepted=first.accepted,
        count=len(group),
    )


def _places(group: Sequence[FindingLine]) -> str:
    """「事業一覧!C2、C5、C8 ほか 4 か所」: the sheet's name is printed only once."""
    sheet = group[0].sheet
    cells = list(dict.fromkeys(line.cell for line in group if line.cell and line.sheet == sheet))
    listed = "、".join(cells[:_MAX_LISTED_CELLS])
    more = f" ほか {len(cells) - _MAX_LISTED_CELLS} か所" if len(cells) > _MAX_LISTED_CELLS else ""
    # Only a cell address is ASCII; other places have a Japanese name.
    between = "!" if listed.isascii() or listed.split("、")[0].isascii() else " "
    return between.join(part for part in (sheet, listed) if part) + more


def _rows(group: Sequence[FindingLine]) -> str:
    numbers = [line.project for line in group if line.project is not None]
    return f"No.{ranges(numbers)}" if numbers else ""


def _fact(found: FindingLine) -> str:
    """The message without the place at its start and the remedy at its end."""
    between = "!" if found.cell is None or found.cell.isascii() else " "
    place = between.join(part for part in (found.sheet, found.cell) if part)
    text = found.message.removeprefix(place)
    if found.project is not None:
        text = text.removeprefix(f"（No.{found.project}）")
    return text.strip().removesuffix(found.remedy)


def summary_of(findings: Sequence[FindingLine]) -> str:
    """「注意 1 件、お知らせ 3 件（ほかに確認済 1 件）」; empty severities are left out."""
    open_counts = Counter(line.severity for line in findings if line.accepted is None)
    accepted = sum(line.accepted is not None for line in findings)
    summary = "、".join(
        f"{severity.label} {open_counts[severity.value]} 件"
        for severity in Severity
        if open_counts[severity.value]
    )
    return (summary or "指摘なし") + (f"（ほかに確認済 {accepted} 件）" if accepted else "")
