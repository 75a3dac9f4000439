"""``collect``: a filled-in handout or workbook in, the results workbook of its master out.

What is not unanimous is not taken but asked: it stands in the workbook with what was seen
and where. Nothing that was collected before is lost: see ``_kept``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.base.archives import UNDATED
from pipeline.base.errors import InputUnreadable
from pipeline.base.files import keep
from pipeline.base.files import replace as put_in_place
from pipeline.base.locks import exclusive_file
from pipeline.base.word import Document
from pipeline.commands.entry import identity_of, properties_of
from pipeline.commands.reading import read_master
from pipeline.commands.results import candidate, lost_results
from pipeline.documents import present
from pipeline.master.find import SUFFIXES, results_path
from pipeline.master.read import read
from pipeline.model.collected import BookKind, BookRow, Matched, OpinionBook, Said, in_words
from pipeline.model.doubts import Edit
from pipeline.model.editions import A4, Edition
from pipeline.model.findings import Finding, any_blocks, finding, from_error
from pipeline.model.form import Form, load_form
from pipeline.model.identity import digests_of, edition_of, owner
from pipeline.model.intake import Intake
from pipeline.model.printed_handout import printed
from pipeline.model.records import OpinionStatus, Project
from pipeline.model.request import Source
from pipeline.opinions.handout import read_handout
from pipeline.opinions.handout.rule import Filled, read_filled
from pipeline.opinions.match import in_doubt, match
from pipeline.opinions.owner import of_another, strange_handout
from pipeline.opinions.said import (
    asked_of,
    book_findings,
    contradicts,
    handout_findings,
    said_of,
    together,
)
from pipeline.opinions.workbook import read_opinion_book

# What an Excel cell holds, less a margin.
_LONGEST_COMMENT = 32_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file.

    ``said`` is what it says of each project, by its number; ``edits`` what is not as it was
    printed. ``path`` is the workbook that was written, None where nothing was.
    """

    file: Path
    intake: Intake
    said: Mapping[int, Said]
    findings: tuple[Finding, ...]
    path: Path | None
    edits: tuple[Edit, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether an error kept the opinions from being written."""
        return any_blocks(self.findings)


def run(file: Path, source: Source, form_name: str, *, same_meeting: bool = False) -> Outcome:
    """Read the file, hold it against the master, write what it says and what it asks.

    ``same_meeting``: the officer vouches for a file whose meeting can't be told apart from
    the master's because one of them lacks the session or the day.
    """
    form = load_form(form_name)
    opened = _opened(file, form)
    intake = read_master(source, form)
    if intake.blocked:
        return Outcome(file, intake, {}, intake.findings, None)
    filled = _filled(opened, intake, form, file, same_meeting=same_meeting)
    lost = lost_results(intake.records, intake.workbook, form)
    findings = (*lost, *filled.findings, *_too_long(filled.said))
    if not any_blocks(findings) and all(each.is_blank for each in filled.said.values()):
        findings = (*findings, finding("nothing-filled-in", value=file.name))
        return Outcome(file, intake, filled.said, findings, None, filled.edits)
    if any_blocks(findings):
        return Outcome(file, intake, filled.said, findings, None, filled.edits)
    # Of two that collect at once, the second has to see what the first wrote.
    with exclusive_file(results_path(intake.path, form.file.headings.opinion)):
        path, told = _write(filled, intake, form)
    return Outcome(file, intake, filled.said, (*findings, *told), path, filled.edits)


@dataclass(frozen=True, slots=True)
class _Filled:
    """What the file says of each project, what was edited, and what there is to tell."""

    said: Mapping[int, Said]
    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]


def _opened(file: Path, form: Form) -> Document | OpinionBook:
    """The file as it is seen, whichever kind it is."""
    if file.suffix.lower() in SUFFIXES:
        return read_opinion_book(read(file), form)
    return read_handout(file)


def _filled(
    opened: Document | OpinionBook, intake: Intake, form: Form, file: Path, *, same_meeting: bool
) -> _Filled:
    """What the file says, held against the master."""
    ours = owner(intake.records.meeting, form.name, form.labels)
    if isinstance(opened, Document):
        handout = present(intake.records, form, Edition.MEETING, A4, date=UNDATED)
        paper = printed(handout, form)
        read_in = read_filled(opened, paper, file.name, digests_of(opened.properties))
        strange = strange_handout(opened, paper, ours, file.name, vouched=same_meeting)
        rows = read_in.rows
        # A companion has rows of the same projects, but nothing to fill in.
        is_handout = edition_of(opened.properties) in (None, *(each.label for each in Edition))
        if not read_in.total or not is_handout:
            raise InputUnreadable("not-a-handout", path=file)
        if 2 * read_in.found < read_in.total and not strange:
            raise _of_another_master(file, intake, read_in)
        said = {row.identity: said_of(row, file.name) for row in rows}
        asked = handout_findings(rows, read_in.edits, intake.records, file.name)
        return _Filled(said, read_in.edits, (*strange, *asked))
    matched = match(opened.said, intake.records)
    strange = of_another(opened.identity, ours, file.name, vouched=same_meeting)
    if matched.is_another and not strange:
        raise _book_of_another_master(file, intake, opened.said, matched)
    said = {no: asked_of(each, file.name) for no, each in in_doubt(matched).items()}
    told = (*opened.findings, *book_findings(said, matched, intake.records, file.name))
    return _Filled(said, (), (*strange, *told))


def _of_another_master(file: Path, intake: Intake, filled: Filled) -> InputUnreadable:
    """The failure, with the first row whose texts do not fit."""
    strays = [edit for edit in filled.edits if edit.place == "表の行" and edit.seen]
    example = f"資料の{strays[0].at}は「{strays[0].seen[:40]}」" if strays else "同じ行がない"
    return InputUnreadable(
        "of-another-master",
        path=file,
        master=intake.path.name,
        total=filled.total,
        matched=filled.found,
        example=example,
    )


def _book_of_another_master(
    file: Path, intake: Intake, said: Sequence[Said], matched: Matched
) -> InputUnreadable:
    """The same for a workbook."""
    stranger = next(each.said for each in matched.differences if each.said is not None)
    ours = next((p for p in intake.records.projects if p.no == stranger.no), None)
    there = f"台帳の No.{ours.no} は「{ours.name}」" if ours else "台帳にその番号はない"
    return InputUnreadable(
        "of-another-master",
        path=file,
        master=intake.path.name,
        total=len(said),
        matched=len(matched.said),
        example=f"資料の No.{stranger.no} は「{stranger.name}」、{there}",
    )


def _too_long(said: Mapping[int, Said]) -> tuple[Finding, ...]:
    return tuple(
        finding(
            "opinion-too-long",
            at=each.comment_at,
            project=no,
            value=len(comment),
            limit=f"{_LONGEST_COMMENT:,}",
        )
        for no, each in said.items()
        if len(comment := each.opinion.comment or "") > _LONGEST_COMMENT
    )


# ---- the workbook beside the master


def _write(filled: _Filled, intake: Intake, form: Form) -> tuple[Path, tuple[Finding, ...]]:
    """Write the results workbook: in the old one's place only if it holds all that one held."""
    path = results_path(intake.path, form.file.headings.opinion)
    if not path.exists():
        return keep(_content(filled.said, filled.edits, intake, form), path), ()
    old, edits, reason = _kept(path, filled.said, intake, form)
    if old is None:
        beside = keep(_content(filled.said, filled.edits, intake, form), path)
        said = finding("results-kept-beside", value=path.name, reason=reason, path=beside)
        return beside, (said,)
    both = {no: together(old.get(no), filled.said.get(no), form) for no in {*filled.said, *old}}
    every = tuple(dict.fromkeys((*edits, *filled.edits)))
    put_in_place(_content(both, every, intake, form), path)
    return path, tuple(
        finding(
            "opinion-kept",
            project=no,
            value=in_words(old[no].opinion, form),
            cell=f"{old[no].at.sheet}!{old[no].at.address}",
        )
        for no in sorted(old)
        if _is_only_old(no, filled.said, old)
    )


def _kept(
    path: Path, new: Mapping[int, Said], intake: Intake, form: Form
) -> tuple[Mapping[int, Said] | None, tuple[Edit, ...], str]:
    """What the old workbook holds, where a new one can hold it too; else None and the reason."""
    try:
        found = candidate(path, intake.records, form)
    except InputUnreadable as error:
        return None, (), from_error(error).fact.rstrip("。")
    if found.refused is not None or found.book is None or found.matched is None:
        return None, (), found.refused.fact.rstrip("。") if found.refused else ""
    reason = _not_to_be_held(found.book, found.matched.said, new)
    if reason:
        return None, (), reason
    return found.matched.said, found.book.edits, ""


def _not_to_be_held(book: OpinionBook, old: Mapping[int, Said], new: Mapping[int, Said]) -> str:
    """Why a new workbook would lose something of the old one; empty where it would not."""
    if book.extras:
        first = book.extras[0]
        return f"{first.sheet}!{first.address} などに書き込みがある"
    if any(each.doubts for each in book.said):
        return "読み取れない言葉か書式がある"
    differing = [f"No.{no}" for no, said in sorted(old.items()) if contradicts(said, new.get(no))]
    return f"{'、'.join(differing)} の意見が違う" if differing else ""


def _is_only_old(no: int, new: Mapping[int, Said], old: Mapping[int, Said]) -> bool:
    """Whether the old workbook alone says something: the new row is blank or not there."""
    says_nothing = no not in new or new[no].is_blank
    return says_nothing and old[no].opinion.status is not OpinionStatus.BLANK


def _content(said: Mapping[int, Said], edits: Sequence[Edit], intake: Intake, form: Form) -> bytes:
    """The workbook for all projects of the master, in its order."""
    from pipeline.workbooks.opinion_workbooks import write_book  # noqa: PLC0415 - openpyxl

    rows = [_row(project, said.get(project.no or 0)) for project in intake.records.projects]
    identity = identity_of(BookKind.RESULTS, intake, form)
    told = properties_of(BookKind.RESULTS, intake, form)
    meeting = intake.records.meeting
    return write_book(rows, identity, meeting, form, edits=edits, properties=told)


def _row(project: Project, said: Said | None) -> BookRow:
    # What the council had before it; the master's own where that is not known.
    proposal = (said.proposal if said else None) or project.proposal.choice or ""
    told = said.reason if said else None
    reason = project.proposal.text if told is None else told
    if said is None:
        return BookRow(project.no or 0, project.name, proposal, reason=reason)
    return BookRow(
        project.no or 0,
        project.name,
        proposal,
        said.opinion,
        said.origin,
        reason,
        said.asked,
        is_settled=said.is_settled,
    )
