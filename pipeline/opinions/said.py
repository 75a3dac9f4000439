"""From what was read to what is kept: rows in, opinions with their questions and findings out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.model.collected import (
    DifferenceKind,
    FilledRow,
    Matched,
    Said,
    combined,
    in_words,
)
from pipeline.model.doubts import Doubt, Edit, EditKind
from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form
from pipeline.model.grid import CellRef, RowRef
from pipeline.model.printed import exact_key
from pipeline.model.records import Opinion, OpinionStatus, Project, Records

_CODES = {
    EditKind.CHANGED: "handout-changed",
    EditKind.ADDED: "handout-added",
    EditKind.REMOVED: "handout-removed",
    EditKind.MASTER: "master-changed-since",
}
_LONGEST_SHOWN = 120
# What an Excel cell holds, less a margin.
_LONGEST_ASKED = 30_000
_NO_ROW = RowRef("", 1, 0)


# ---- a Word handout


def said_of(row: FilledRow, file: str) -> Said:
    """What a row of a handout says; blank, with the question, where there is any doubt."""
    at = row.at or replace(_NO_ROW, sheet=file)
    said = Said(
        no=row.identity,
        name=row.name,
        proposal=row.against,
        opinion=Opinion() if row.doubts else _opinion(row),
        at=at,
        comment_at=at,
        reason=_reason(row),
        doubts=row.doubts,
    )
    if row.doubts:
        where = f"{file} {at.address}" if row.at else file
        return replace(said, asked=question(row.doubts, row.shown, where))
    return said if said.is_blank else replace(said, origin=f"{file} {at.address}")


def _opinion(row: FilledRow) -> Opinion:
    answer, remark = row.answers.get("opinion"), row.answers.get("comment")
    if answer is None:
        return Opinion()
    return Opinion(OpinionStatus(answer.status), answer.choice, remark.text if remark else None)


def _reason(row: FilledRow) -> str | None:
    """The text beside the opinion as the council saw it, a paragraph a line."""
    told = row.cells.get("reason")
    if told is None:
        return None
    return "\n".join(line.strip() for line in told.split("\n") if line.strip())


def question(doubts: Sequence[Doubt], shown: str, where: str) -> str:
    """What a person is asked: the file and the row, the reasons, and what was seen."""
    reasons = "、".join(doubt.words for doubt in doubts)
    seen = "／".join(shown.split("\n")) or "なし"
    return f"〔{where}〕{reasons}。見えたもの：{seen}"[:_LONGEST_ASKED]


def handout_findings(
    rows: Sequence[FilledRow], edits: Sequence[Edit], records: Records, file: str
) -> Iterator[Finding]:
    """Each question, each edit with both texts, and each proposal that is another one now."""
    projects = {project.no: project for project in records.projects}
    for row in rows:
        project = projects.get(row.identity)
        if row.doubts:
            yield _asked(row.identity, row.doubts, row.shown, row.at, file)
        elif row.at is None and project is not None:
            cell = _cell(project, "name")
            name, no = row.name, row.identity
            yield finding("row-removed", project=no, value=name, cell=cell, document=file)
        elif project is not None and row.at is not None and _opinion(row) != Opinion():
            yield from _proposal_changed(row.against, project, row.at)
    for edit in edits:
        if not (edit.kind is EditKind.REMOVED and edit.row is not None):
            yield _edited(edit, file)


def _asked(
    project: int | None,
    doubts: Sequence[Doubt],
    shown: str,
    at: CellRef | RowRef | None,
    file: str,
) -> Finding:
    reasons = "、".join(doubt.words for doubt in doubts)
    seen = _short("／".join(shown.split("\n")))
    return finding(
        "opinion-asked", at=at, sheet=file, project=project, value=seen or "なし", reasons=reasons
    )


def _edited(edit: Edit, file: str) -> Finding:
    return finding(
        _CODES[edit.kind],
        sheet=" ".join(filter(None, (file, edit.at))),
        project=edit.row,
        value=_short(edit.seen),
        place=edit.place,
        printed=_short(edit.printed),
    )


def _short(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= _LONGEST_SHOWN else shown[:_LONGEST_SHOWN] + "…"


def _proposal_changed(
    proposal: str | None, project: Project, at: CellRef | RowRef
) -> Iterator[Finding]:
    choice = project.proposal.choice
    if proposal is not None and choice is not None and choice != proposal:
        yield finding(
            "proposal-changed",
            at=at,
            project=project.no,
            value=proposal,
            cell=_cell(project, "proposal.choice"),
            choice=choice,
        )


def _cell(project: Project, key: str) -> str:
    at = project.source.cell(key)
    return f"{at.sheet}!{at.address}"


# ---- a workbook


def asked_of(said: Said, file: str) -> Said:
    """A row of a workbook: with any doubt it is blank, and the question says what was seen."""
    if not said.doubts:
        is_new = not said.origin and not said.is_blank
        return replace(said, origin=f"{file} {said.at.address}") if is_new else said
    shown = "／".join(filter(None, (said.shown, said.opinion.comment or "")))
    asked = question(said.doubts, shown, f"{file} {said.at.address}")
    return replace(said, opinion=Opinion(), asked=asked, is_settled=False)


def book_findings(
    said: Mapping[int, Said], matched: Matched, records: Records, document: str
) -> Iterator[Finding]:
    """Each question, each proposal that is another now, each row and project without the other."""
    projects = {project.no: project for project in records.projects}
    for no, each in sorted(said.items()):
        if each.doubts:
            yield _asked(no, each.doubts, each.shown, each.at, document)
        elif no in projects and each.opinion != Opinion():
            yield from _proposal_changed(each.proposal, projects[no], each.at)
    for difference in matched.differences:
        row, project = difference.said, difference.project
        if row is not None and project is None:
            yield finding(
                "row-added", at=row.at, project=row.no, value=row.name or "（事業名なし）"
            )
        elif row is None and project is not None and difference.kind is DifferenceKind.REMOVED:
            cell = _cell(project, "name")
            name, number = project.name, project.no
            yield finding("row-removed", project=number, value=name, cell=cell, document=document)


# ---- what two files say of a project


def contradicts(old: Said, new: Said | None) -> bool:
    """Whether both say something, nothing is open, and the two are not the same."""
    if new is None or new.is_blank or old.is_blank or old.is_open or new.is_open:
        return False
    return combined(old.opinion, new.opinion) is None


def together(old: Said | None, new: Said | None, form: Form) -> Said:
    """One row of what was collected before and what is now.

    A question stays until it is settled. One about the same file goes where that file,
    corrected, asks no more.
    """
    if old is None or new is None:
        found = old or new
        if found is None:
            raise ValueError(old)
        return found
    if new.is_open:
        return _with_question(old, new)
    if old.is_open and not new.is_blank:
        return new if _is_of(old.asked, new) else _with_answer(old, new, form)
    opinion = combined(old.opinion, new.opinion)
    if opinion is None:
        raise ValueError(new)
    # The old row keeps its origin unless the new one says more.
    return (
        old
        if opinion == old.opinion or new.is_blank
        else replace(new, asked=old.asked, is_settled=old.is_settled)
    )


def _with_question(old: Said, new: Said) -> Said:
    """The old row with the new question; settled already where it asks nothing new."""
    if old.is_blank:
        return new
    lines = [line for line in new.asked.split("\n") if line not in old.asked.split("\n")]
    if not lines:
        return old
    asked = "\n".join(filter(None, (old.asked, *lines)))
    return replace(old, asked=asked, is_settled=False)


def _with_answer(old: Said, new: Said, form: Form) -> Said:
    """An open question to which another file now has an answer."""
    told = in_words(new.opinion, form)
    remark = f"（{new.opinion.comment}）" if new.opinion.comment else ""
    line = f"〔{new.origin}〕こちらでは：{told}{remark}".replace("\n", "／")
    lines = old.asked.split("\n")
    return old if line in lines else replace(old, asked="\n".join((*lines, line)))


def _is_of(asked: str, new: Said) -> bool:
    """Whether every question is about the file that answers now."""
    name = new.at.sheet.removeprefix("[").partition("]")[0] if new.at.sheet else ""
    return bool(name) and all(line.startswith(f"〔{name}") for line in asked.split("\n"))


def reason_changed(said: Said, project: Project) -> bool:
    """Whether the text beside the opinion is another one now than the council saw."""
    return said.reason is not None and exact_key(said.reason) != exact_key(project.proposal.text)
