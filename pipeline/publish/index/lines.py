"""Findings as people read them: the gravest first, the same fact of many rows once."""

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
    """A finding, or one that several rows share: severity in words, places, fact, remedy."""

    severity: str
    kind: str
    place: str
    rows: str
    fact: str
    remedy: str
    accepted: str | None
    count: int = 1


# Cells that are named one by one; of more the first are, and how many there are.
_NAMED = 3


def lines_of(findings: Iterable[FindingLine]) -> list[JoinedFinding]:
    """The lines, those that say the same of several rows joined."""
    ordered = sorted(findings, key=lambda each: order(each.project, Severity(each.severity)))
    groups: dict[tuple[str, ...], list[FindingLine]] = {}
    for each in ordered:
        key = (each.severity, each.code, _fact(each), each.remedy, each.accepted or "")
        groups.setdefault(key, []).append(each)
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
    """「事業一覧!C2、C5、C8 ほか 4 か所」: the sheet once."""
    sheet = group[0].sheet
    cells = list(dict.fromkeys(each.cell for each in group if each.cell and each.sheet == sheet))
    named = "、".join(cells[:_NAMED])
    more = f" ほか {len(cells) - _NAMED} か所" if len(cells) > _NAMED else ""
    # Only the address of a cell is ASCII.
    between = "!" if named.isascii() or named.split("、")[0].isascii() else " "
    return between.join(part for part in (sheet, named) if part) + more


def _rows(group: Sequence[FindingLine]) -> str:
    numbers = [each.project for each in group if each.project is not None]
    return f"No.{ranges(numbers)}" if numbers else ""


def _fact(found: FindingLine) -> str:
    """The sentence without its place in front and its remedy behind."""
    between = "!" if found.cell is None or found.cell.isascii() else " "
    place = between.join(part for part in (found.sheet, found.cell) if part)
    text = found.message.removeprefix(place)
    if found.project is not None:
        text = text.removeprefix(f"（No.{found.project}）")
    return text.strip().removesuffix(found.remedy)


def summary_of(findings: Sequence[FindingLine]) -> str:
    """「注意 1 件、お知らせ 3 件（ほかに確認済 1 件）」; what nobody found is left out."""
    still_open = Counter(each.severity for each in findings if each.accepted is None)
    accepted = sum(each.accepted is not None for each in findings)
    said = "、".join(
        f"{severity.label} {still_open[severity.value]} 件"
        for severity in Severity
        if still_open[severity.value]
    )
    return (said or "指摘なし") + (f"（ほかに確認済 {accepted} 件）" if accepted else "")
