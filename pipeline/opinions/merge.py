"""Put a results workbook into the records: records and workbook in, records out.

The workbook is first held against the master: one of another master, another form,
another meeting or of projects that have changed since is refused with the reason. Then
each opinion goes to its project. Where the master says something else, both cells are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.model.collected import (
    Difference,
    DifferenceKind,
    Matched,
    OpinionBook,
    Said,
    combined,
    in_words,
)
from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form
from pipeline.model.grid import CellRef
from pipeline.model.identity import differing, is_of_another_form, owner
from pipeline.model.records import Opinion, OpinionStatus, Project, Records
from pipeline.opinions.said import reason_changed

# So many differences are told; the officer sees the rest when these are settled.
_SHOWN = 3
_LONGEST_SHOWN = 80


def refusal(book: OpinionBook, matched: Matched, records: Records, form: Form) -> Finding | None:
    """Why the workbook is not of this master as it is now; None where it is."""
    name = book.path.name
    if matched.is_another:
        return finding("results-of-another-master", value=name, master=book.identity.master)
    theirs, ours = book.identity.owner, owner(records.meeting, form.name, form.labels)
    if is_of_another_form(theirs, ours):
        choices = "、".join(theirs.choices)
        return finding("results-of-another-form", value=name, form=theirs.form, choices=choices)
    if differing(theirs, ours):
        code, other = "results-of-another-meeting", theirs.called
        return finding(code, value=name, theirs=other, ours=ours.called)
    if matched.differences:
        reasons = [_reason(each) for each in matched.differences]
        more = [f"ほか {len(reasons) - _SHOWN} 件"] if len(reasons) > _SHOWN else []
        reason = "、".join([*reasons[:_SHOWN], *more])
        return finding("results-of-an-older-master", value=name, reason=reason)
    return None


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
        if said.is_open or said.doubts:
            findings.append(_unsettled(project, said))
            projects.append(project)
            continue
        findings += _changed_since(project, said)
        both = combined(project.opinion, said.opinion)
        if both is None:
            findings += _contradictions(project, said, form)
            projects.append(project)
        else:
            projects.append(_with(project, both, said))
    return replace(records, projects=tuple(projects)), tuple(findings)


def _unsettled(project: Project, said: Said) -> Finding:
    """Why an opinion of the workbook is not used."""
    told = said.asked or "、".join(doubt.words for doubt in said.doubts)
    cell = f"{said.at.sheet}!{said.at.address}"
    return finding(
        "opinion-unsettled", at=said.at, project=project.no, value=_short(told), cell=cell
    )


def _changed_since(project: Project, said: Said) -> Iterator[Finding]:
    """What the council saw that is another text in the master now."""
    if said.opinion == Opinion():
        return
    choice, at = project.proposal.choice, said.at
    if said.proposal is not None and choice is not None and choice != said.proposal:
        yield finding(
            "proposal-changed",
            at=at,
            project=project.no,
            value=said.proposal,
            cell=_cell(project, "proposal.choice"),
            choice=choice,
        )
    if reason_changed(said, project):
        yield finding(
            "reason-changed",
            at=at,
            project=project.no,
            value=_short(said.reason or ""),
            cell=_cell(project, "proposal.text"),
            now=_short(project.proposal.text),
        )


def _cell(project: Project, key: str) -> str:
    at = project.source.cell(key)
    return f"{at.sheet}!{at.address}"


def _short(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= _LONGEST_SHOWN else shown[:_LONGEST_SHOWN] + "…"


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
    told_apart = {key for key, (one, other, *_) in pairs.items() if combined(one, other) is None}
    # A remark of one beside a choice of the other: neither contradicts, and they don't join.
    for key, (_, _, value, told, at) in pairs.items():
        if key in told_apart or (not told_apart and key == "opinion.comment"):
            yield finding(
                "opinion-contradicts",
                at=project.source.cell(key),
                project=project.no,
                value=value,
                other=f"{at.sheet}!{at.address}",
                said=told,
            )
