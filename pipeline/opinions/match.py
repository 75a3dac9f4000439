"""Hold the rows of a filled-in document against the master: by number and by name.

In: what the rows say, and the records. Out: the rows by the number of their project, and
every difference. ``told`` puts the differences into findings of the document's rows.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.base.text import compare_key
from pipeline.model.collected import Difference, DifferenceKind, Matched, Said
from pipeline.model.findings import Finding, finding
from pipeline.model.records import Project, Records

# Names that share so much are one name with its wording corrected.
_ALIKE = 0.6
# The beginning of a name tells enough, and a cell may hold a million characters.
_LONGEST_COMPARED = 100


def match(said: Sequence[Said], records: Records) -> Matched:
    """Each row with its project; rows and projects that find none are differences.

    A row whose number is right and whose name was only reworded still belongs to its
    project. ``is_another`` where less than half of the rows are of this master.
    """
    master = _Master.of(records)
    paired: dict[int, Said] = {}
    differences: list[Difference] = []
    for row in said:
        project = master.by_number.get(row.no) if row.no is not None else None
        kind = _kind(row, project, master)
        if kind in (None, DifferenceKind.RENAMED) and project is not None:
            if project.no in paired:
                differences.append(Difference(DifferenceKind.REPEATED, row, project))
                continue
            paired[project.no or 0] = row
        if kind is not None:
            differences.append(Difference(kind, row, master.meant(kind, row) or project))
    gone = [
        Difference(DifferenceKind.REMOVED, None, project)
        for project in records.projects
        # Without a number nothing can be its row; that is told at its own cell.
        if project.no is not None
        and project.no not in paired
        and not _is_told(project, differences)
    ]
    return Matched(paired, (*differences, *gone), is_another=2 * len(paired) < len(said))


def told(matched: Matched, records: Records, document: str) -> tuple[Finding, ...]:
    """A finding for each difference, with both texts, and for each proposal that changed."""
    master = _Master.of(records)
    findings = [_told(each, master, matched, document) for each in matched.differences]
    return (*findings, *_proposals_changed(matched, master))


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
    # A detour through PDF may leave the number in the cell of the name.
    if project is not None and key in (
        own := compare_key(project.name),
        f"{project.no}{own}",
    ):
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


def _told(each: Difference, master: _Master, matched: Matched, document: str) -> Finding:
    said, project = each.said, each.project
    if said is None:
        if project is None:
            raise ValueError(each)
        cell = _cell(project, "name")
        return finding(
            "row-removed", project=project.no, value=project.name, cell=cell, document=document
        )
    shown = said.name or "（事業名なし）"
    about: dict[str, Any] = {"at": said.at, "project": said.no, "value": shown}
    if project is None:
        return finding("row-added", **about, near=_near(said, master))
    if each.kind is DifferenceKind.REPEATED:
        other = matched.said[project.no or 0].at.address
        return finding("row-repeated", **about, other=other)
    if each.kind is DifferenceKind.RENUMBERED:
        return finding("row-renumbered", **about, cell=_cell(project, "no"), number=project.no)
    if each.kind is DifferenceKind.UNNUMBERED:
        return finding("row-unnumbered", **about, cell=_cell(project, "no"))
    is_renamed = each.kind is DifferenceKind.RENAMED
    code = "row-renamed" if is_renamed else "row-of-another-project"
    return finding(code, **about, cell=_cell(project, "name"), name=project.name)


def _near(said: Said, master: _Master) -> str:
    """「No.3 路線バス」: the project whose name is most like the row's."""
    nearest = max(master.by_name.values(), key=lambda p: _likeness(said.name, p.name), default=None)
    return f"No.{nearest.no} {nearest.name}" if nearest else "なし"


def _cell(project: Project, key: str) -> str:
    at = project.source.cell(key)
    return f"{at.sheet}!{at.address}"


def _proposals_changed(matched: Matched, master: _Master) -> Iterator[Finding]:
    """Opinions that were given on another proposal than the master's now."""
    for number, said in matched.said.items():
        project = master.by_number[number]
        choice = project.proposal.choice
        if said.is_blank or said.proposal is None or choice in (None, said.proposal):
            continue
        yield finding(
            "proposal-changed",
            at=said.at,
            project=number,
            value=said.proposal,
            cell=_cell(project, "proposal.choice"),
            choice=choice,
        )
