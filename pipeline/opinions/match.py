"""Hold the rows of a filled-in workbook against the master: by number and by name.

In: what the rows say, and the records. Out: the rows by the number of their project, and
every difference. ``in_doubt`` makes the differences doubts of the projects they may mean.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.base.text import compare_key
from pipeline.model.collected import Difference, DifferenceKind, Matched, Said
from pipeline.model.doubts import Doubt, Reason
from pipeline.model.records import Opinion, Project, Records

# Names that share so much are one name with its wording corrected.
_ALIKE = 0.6
# The beginning of a name tells enough, and a cell may hold a million characters.
_LONGEST_COMPARED = 100


def match(said: Sequence[Said], records: Records) -> Matched:
    """Each row with its project; rows and projects that find none are differences.

    A row is a project's by number and name together. ``is_another`` where less than half
    of the rows are of this master.
    """
    master = _Master.of(records)
    paired: dict[int, Said] = {}
    differences: list[Difference] = []
    for row in said:
        project = master.by_number.get(row.no) if row.no is not None else None
        kind = _kind(row, project, master)
        meant = master.named(row)
        if kind is None and project is not None:
            if project.no in paired:
                differences.append(Difference(DifferenceKind.REPEATED, row, project, meant))
                continue
            paired[project.no or 0] = row
        if kind is not None:
            of = master.meant(kind, row) or project
            differences.append(Difference(kind, row, of, meant))
    gone = [
        Difference(DifferenceKind.REMOVED, None, project)
        for project in records.projects
        # Without a number nothing can be its row; that is told at its own cell.
        if project.no is not None
        and project.no not in paired
        and not _is_told(project, differences)
    ]
    return Matched(paired, (*differences, *gone), is_another=2 * len(paired) < len(said))


def in_doubt(matched: Matched) -> dict[int, Said]:
    """The rows by the number of their project, each stray row a doubt of those it may mean."""
    rows = dict(matched.said)
    for each in matched.differences:
        row = each.said
        if row is None or (row.is_blank and not row.doubts):
            continue
        is_repeated = each.kind is DifferenceKind.REPEATED
        reason = Reason.ROW_REPEATED if is_repeated else Reason.ROW_DIFFERS
        seen = f"{row.at.address} No.{row.no}「{row.name}」：{row.shown}"
        for no in each.meant:
            known = rows.get(no) or replace(row, no=no, opinion=Opinion(), doubts=())
            rows[no] = replace(known, doubts=(*known.doubts, Doubt(reason, seen)))
    return rows


@dataclass(frozen=True, slots=True)
class _Master:
    """The projects by their number and by their name; those without a number by name alone."""

    by_number: Mapping[int, Project]
    by_name: Mapping[str, Project]
    unnumbered: Mapping[str, Project]

    @classmethod
    def of(cls, records: Records) -> _Master:
        numbered = {p.no: p for p in reversed(records.projects) if p.no is not None}
        named = [(compare_key(p.name), p) for p in reversed(records.projects) if p.name]
        return cls(
            numbered,
            {key: p for key, p in named if p.no is not None},
            {key: p for key, p in named if p.no is None},
        )

    def named(self, row: Said) -> tuple[int, ...]:
        """The projects that a row's number or its name tells."""
        found = (self.by_number.get(row.no or 0), self.by_name.get(compare_key(row.name)))
        return tuple(dict.fromkeys(p.no for p in found if p is not None and p.no is not None))

    def meant(self, kind: DifferenceKind, row: Said) -> Project | None:
        """The project that a row's name tells, where its number tells another or none."""
        if kind is DifferenceKind.RENUMBERED:
            return self.by_name[compare_key(row.name)]
        if kind is DifferenceKind.UNNUMBERED:
            return self.unnumbered[compare_key(row.name)]
        return None


def _kind(row: Said, project: Project | None, master: _Master) -> DifferenceKind | None:
    """How a row differs from the project of its number; None where it does not."""
    key = compare_key(row.name)
    if project is not None and key == compare_key(project.name):
        return None
    if key in master.by_name:
        return DifferenceKind.RENUMBERED
    if key in master.unnumbered:
        return DifferenceKind.UNNUMBERED
    if project is not None:
        return DifferenceKind.RENAMED if _is_alike(row, project) else DifferenceKind.ADDED
    return DifferenceKind.ADDED


def _is_alike(row: Said, project: Project) -> bool:
    return _likeness(row.name, project.name) >= _ALIKE


def _likeness(one: str, other: str) -> float:
    first, second = (compare_key(each)[:_LONGEST_COMPARED] for each in (one, other))
    return difflib.SequenceMatcher(None, first, second).ratio()


def _is_told(project: Project, differences: Iterable[Difference]) -> bool:
    """Whether a difference names the project already, so that it is not missing as well."""
    return any(each.project is project for each in differences)
