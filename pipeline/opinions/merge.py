"""Put a results workbook into the records: records and workbook in, records out.

The workbook is first held against the master: one of another master, another form,
another meeting or of projects that have changed since is refused with the reason. Then
each opinion goes to its project. Where the master says something else, both cells are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.base.text import compare_key, era_date, parse_date
from pipeline.model.collected import (
    Difference,
    DifferenceKind,
    Identity,
    Matched,
    OpinionBook,
    Said,
    combined,
    in_words,
)
from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form
from pipeline.model.grid import CellRef
from pipeline.model.records import Meeting, Opinion, OpinionStatus, Project, Records

# So many differences are told; the officer sees the rest when these are settled.
_SHOWN = 3


def refusal(book: OpinionBook, matched: Matched, records: Records, form: Form) -> Finding | None:
    """Why the workbook is not of this master as it is now; None where it is."""
    name = book.path.name
    if matched.is_another:
        return finding("results-of-another-master", value=name, master=book.identity.master)
    another = of_another(book.identity, records.meeting, form, name)
    if another is not None:
        return another
    if matched.differences:
        reasons = [_reason(each) for each in matched.differences]
        more = [f"ほか {len(reasons) - _SHOWN} 件"] if len(reasons) > _SHOWN else []
        reason = "、".join([*reasons[:_SHOWN], *more])
        return finding("results-of-an-older-master", value=name, reason=reason)
    return None


def of_another(theirs: Identity, meeting: Meeting, form: Form, name: str) -> Finding | None:
    """Why a workbook called ``name`` is of another form or meeting; None where it is not."""
    if theirs.form != form.name or theirs.choices != form.labels:
        choices = "、".join(theirs.choices)
        return finding("results-of-another-form", value=name, form=theirs.form, choices=choices)
    if _is_another_meeting(theirs, meeting):
        date = meeting.date.isoformat() if meeting.date else None
        return finding(
            "results-of-another-meeting",
            value=name,
            theirs=_called(theirs.session, theirs.date),
            ours=_called(meeting.session, date),
        )
    return None


def _is_another_meeting(theirs: Identity, ours: Meeting) -> bool:
    """Whether session or date, where both are known, are different ones."""
    date = ours.date.isoformat() if ours.date else None
    sessions = {compare_key(each) for each in (theirs.session, ours.session) if each}
    dates = {each for each in (theirs.date, date) if each}
    return len(sessions) > 1 or len(dates) > 1


def _called(session: str | None, date: str | None) -> str:
    day = parse_date(date)
    return " ".join(part for part in (session, era_date(day) if day else None) if part) or "不明"


def _reason(each: Difference) -> str:
    """「No.3「旧名」は台帳では「新名」」, as short as it can be told."""
    said, project = each.said, each.project
    theirs = _named(said.no, said.name) if said else ""
    ours = _named(project.no, project.name) if project else ""
    if each.kind is DifferenceKind.REPEATED:
        return f"{theirs}が２行ある"
    if each.kind is DifferenceKind.UNNUMBERED:
        return f"{theirs}の番号が台帳では読み取れない"
    if not ours:
        return f"{theirs}が台帳にない"
    return f"{theirs}が台帳では{ours}" if theirs else f"台帳の{ours}がない"


def _named(no: int | None, name: str) -> str:
    return f"「{name}」" if no is None else f"No.{no}「{name}」"


def merge(
    records: Records, book: OpinionBook, matched: Matched, form: Form, sha256: str
) -> tuple[Records, tuple[Finding, ...]]:
    """The records with the workbook's opinions, and where the master says otherwise.

    ``sha256`` is the master's as it is now.
    """
    projects: list[Project] = []
    findings: list[Finding] = list(book.findings)
    if book.identity.sha256 != sha256:
        findings.append(finding("results-master-changed", value=book.path.name))
    for project in records.projects:
        said = matched.said.get(project.no or 0)
        if said is None:
            projects.append(project)
            continue
        both = combined(project.opinion, said.opinion)
        if both is None:
            findings += _contradictions(project, said, form)
            projects.append(project)
        else:
            projects.append(_with(project, both, said))
    return replace(records, projects=tuple(projects)), tuple(findings)


def _with(project: Project, opinion: Opinion, said: Said) -> Project:
    """The project with its opinion and the cells that it now comes from.

    A blank one is to be typed in the workbook, so findings point there.
    """
    cells = dict(project.source.cells)
    ours = project.opinion.status
    if ours is OpinionStatus.BLANK and isinstance(said.at, CellRef):
        cells["opinion.choice"] = said.at
    if project.opinion.comment != opinion.comment and isinstance(said.comment_at, CellRef):
        cells["opinion.comment"] = said.comment_at
    return replace(project, opinion=opinion, source=replace(project.source, cells=cells))


def _contradictions(project: Project, said: Said, form: Form) -> Iterator[Finding]:
    """Both cells of an opinion that master and workbook tell differently."""
    ours, theirs = project.opinion, said.opinion
    pairs = {
        "opinion.choice": (
            replace(ours, comment=None),
            replace(theirs, comment=None),
            in_words(ours, form),
            in_words(theirs, form),
            said.at,
        ),
        "opinion.comment": (
            Opinion(comment=ours.comment),
            Opinion(comment=theirs.comment),
            ours.comment or "",
            theirs.comment or "",
            said.comment_at,
        ),
    }
    for key, (one, other, value, told, at) in pairs.items():
        if combined(one, other) is None:
            yield finding(
                "opinion-contradicts",
                at=project.source.cell(key),
                project=project.no,
                value=value,
                other=f"{at.sheet}!{at.address}",
                said=told,
            )
