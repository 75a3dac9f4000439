"""``collect``: a filled-in handout or workbook in, the results workbook of its master out.

Nothing is written unless everything could be understood, and nothing that was collected
before is lost: see ``_kept``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.base.errors import InputUnreadable
from pipeline.base.files import keep
from pipeline.base.files import replace as put_in_place
from pipeline.base.locks import exclusive_file
from pipeline.commands.entry import identity_of
from pipeline.commands.reading import read_master
from pipeline.commands.results import candidate, lost_results
from pipeline.master.find import SUFFIXES, results_path
from pipeline.master.read import read
from pipeline.model.collected import (
    BookKind,
    BookRow,
    Identity,
    Matched,
    OpinionBook,
    Said,
    combined,
    in_words,
)
from pipeline.model.findings import Finding, any_blocks, finding, from_error
from pipeline.model.form import Form, load_form
from pipeline.model.intake import Intake
from pipeline.model.records import Opinion, OpinionStatus, Project, Records
from pipeline.model.request import Source
from pipeline.opinions.handout import read_handout
from pipeline.opinions.match import match, told
from pipeline.opinions.merge import of_another
from pipeline.opinions.stated import opinions
from pipeline.opinions.workbook import read_opinion_book

# What an Excel cell holds, less a margin.
_LONGEST_COMMENT = 32_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file.

    ``opinions`` are the collected ones by the number of their project; ``path`` is the
    workbook they were written to, None where nothing was written.
    """

    file: Path
    intake: Intake
    opinions: Mapping[int, Opinion]
    findings: tuple[Finding, ...]
    path: Path | None

    @property
    def failed(self) -> bool:
        """Whether an error kept the opinions from being written."""
        return any_blocks(self.findings)


def run(file: Path, source: Source, form_name: str, *, writes: bool = True) -> Outcome:
    """Read the file, match its rows to the master's projects, write what they say.

    Without ``writes`` only what would be written is told: the page shows it first.
    """
    form = load_form(form_name)
    filled = _filled(file, form)
    intake = read_master(source, form)
    if intake.blocked:
        return Outcome(file, intake, {}, intake.findings, None)
    lost = lost_results(intake.records, intake.workbook, form)
    matched = match(filled.said, intake.records)
    if matched.is_another:
        raise _of_another_master(file, intake, filled.said, matched)
    strange = _strange(filled.identity, intake.records, form, file)
    findings = (
        *lost,
        *strange,
        *filled.findings,
        *told(matched, intake.records, file.name),
        *_too_long(matched),
    )
    opinions_read = {no: each.opinion for no, each in matched.said.items()}
    if not any_blocks(findings) and all(each.is_blank for each in matched.said.values()):
        findings = (*findings, finding("nothing-filled-in", value=file.name))
        return Outcome(file, intake, opinions_read, findings, None)
    if any_blocks(findings):
        return Outcome(file, intake, opinions_read, findings, None)
    if not writes:
        return Outcome(file, intake, opinions_read, findings, None)
    # Of two that collect at once, the second has to see what the first wrote.
    with exclusive_file(results_path(intake.path, form.file.headings.opinion)):
        path, said_of_it = _write(matched, intake, form)
    return Outcome(file, intake, opinions_read, (*findings, *said_of_it), path)


@dataclass(frozen=True, slots=True)
class _Filled:
    """What the file says; ``identity`` where it is a workbook that carries one."""

    said: tuple[Said, ...]
    findings: tuple[Finding, ...]
    identity: Identity | None = None


def _filled(file: Path, form: Form) -> _Filled:
    """What the file says, row by row, whichever kind it is."""
    identity: Identity | None = None
    if file.suffix.lower() in SUFFIXES:
        book = read_opinion_book(read(file), form)
        said, findings, identity = book.said, book.findings, book.identity
    else:
        said, findings = opinions(read_handout(file, form), form)
    named = tuple(replace(each, origin=each.origin or _origin(file, each)) for each in said)
    return _Filled(named, findings, identity)


def _strange(
    identity: Identity | None, records: Records, form: Form, file: Path
) -> tuple[Finding, ...]:
    """Why a workbook is of another form or meeting; a Word file does not say."""
    found = of_another(identity, records.meeting, form, file.name) if identity else None
    return (found,) if found else ()


def _origin(file: Path, said: Said) -> str:
    """Where an opinion comes from, for the column 読み取り元."""
    return "" if said.is_blank else f"{file.name} {said.at.address}"


def _of_another_master(
    file: Path, intake: Intake, said: Sequence[Said], matched: Matched
) -> InputUnreadable:
    """The failure, with the first row whose texts do not fit."""
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


def _too_long(matched: Matched) -> tuple[Finding, ...]:
    return tuple(
        finding(
            "opinion-too-long",
            at=said.comment_at,
            project=no,
            value=len(comment),
            limit=f"{_LONGEST_COMMENT:,}",
        )
        for no, said in matched.said.items()
        if len(comment := said.opinion.comment or "") > _LONGEST_COMMENT
    )


# ---- the workbook beside the master


def _write(matched: Matched, intake: Intake, form: Form) -> tuple[Path, tuple[Finding, ...]]:
    """Write the results workbook: in the old one's place only if it holds all that one held."""
    path = results_path(intake.path, form.file.headings.opinion)
    if not path.exists():
        return keep(_content(matched.said, intake, form), path), ()
    old, reason = _kept(path, matched, intake.records, form)
    if old is None:
        beside = keep(_content(matched.said, intake, form), path)
        said = finding("results-kept-beside", value=path.name, reason=reason, path=beside)
        return beside, (said,)
    both = {no: _both(no, matched.said, old) for no in {*matched.said, *old}}
    put_in_place(_content(both, intake, form), path)
    return path, tuple(
        finding(
            "opinion-kept",
            project=no,
            value=in_words(old[no].opinion, form),
            cell=f"{old[no].at.sheet}!{old[no].at.address}",
        )
        for no in sorted(old)
        if _is_only_old(no, matched.said, old)
    )


def _kept(
    path: Path, matched: Matched, records: Records, form: Form
) -> tuple[Mapping[int, Said] | None, str]:
    """What the old workbook holds, where a new one can hold it too; else None and the reason."""
    try:
        found = candidate(path, records, form)
    except InputUnreadable as error:
        return None, from_error(error).fact.rstrip("。")
    if found.refused is not None or found.book is None or found.matched is None:
        return None, found.refused.fact.rstrip("。") if found.refused else ""
    reason = _not_to_be_held(found.book, found.matched, matched)
    return (None, reason) if reason else (found.matched.said, "")


def _not_to_be_held(book: OpinionBook, old: Matched, new: Matched) -> str:
    """Why a new workbook would lose something of the old one; empty where it would not."""
    if book.findings:
        return "読み取れない言葉がある"
    if book.extras:
        first = book.extras[0]
        return f"{first.sheet}!{first.address} などに書き込みがある"
    differing = [
        f"No.{no}"
        for no, said in sorted(old.said.items())
        if no in new.said and combined(said.opinion, new.said[no].opinion) is None
    ]
    return f"{'、'.join(differing)} の意見が違う" if differing else ""


def _both(no: int, new: Mapping[int, Said], old: Mapping[int, Said]) -> Said:
    """One project's row, of whichever of the two says something, or of both."""
    if no not in new or no not in old:
        return new[no] if no in new else old[no]
    opinion = combined(old[no].opinion, new[no].opinion)
    if opinion is None:
        raise ValueError(no)
    # The old row keeps its origin unless the new one says more.
    base = old[no] if opinion == old[no].opinion else new[no]
    return replace(base, opinion=opinion)


def _is_only_old(no: int, new: Mapping[int, Said], old: Mapping[int, Said]) -> bool:
    """Whether the old workbook alone says something: the new row is blank or not there."""
    says_nothing = no not in new or new[no].opinion.status is OpinionStatus.BLANK
    return says_nothing and old[no].opinion.status is not OpinionStatus.BLANK


def _content(said: Mapping[int, Said], intake: Intake, form: Form) -> bytes:
    """The workbook for all projects of the master, in its order."""
    from pipeline.workbooks.opinion_workbooks import write_book  # noqa: PLC0415 - openpyxl

    rows = [_row(project, said.get(project.no or 0)) for project in intake.records.projects]
    identity = identity_of(BookKind.RESULTS, intake, form)
    return write_book(rows, identity, intake.records.meeting, form)


def _row(project: Project, said: Said | None) -> BookRow:
    # The proposal that the council had before it; the master's own where that is not known.
    proposal = (said.proposal if said else None) or project.proposal.choice or ""
    if said is None:
        return BookRow(project.no or 0, project.name, proposal)
    return BookRow(project.no or 0, project.name, proposal, said.opinion, said.origin)
