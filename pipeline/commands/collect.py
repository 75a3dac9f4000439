"""``collect``: a filled-in handout or workbook in, the results workbook of its master out.

An opinion that is not unanimous is not accepted: the workbook lists it for confirmation, with
what was read and where. No opinion that was collected before is lost: see ``_write``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.base.archives import UNDATED
from pipeline.base.errors import InputUnreadable, UsageMistake
from pipeline.base.files import replace as replace_file
from pipeline.base.files import write_new
from pipeline.base.locks import exclusive_file
from pipeline.base.word import WordDocument
from pipeline.commands.entry import book_of
from pipeline.commands.reading import read_master
from pipeline.commands.results import lost_results, results_file, stored_opinions
from pipeline.documents import present
from pipeline.master.find import SUFFIXES, results_path
from pipeline.master.read import read
from pipeline.model.collected import BookKind, Matched, OpinionBook, StatedOpinion, blank_opinion
from pipeline.model.doubts import Edit
from pipeline.model.editions import Edition
from pipeline.model.fills import (
    fill_text,
    fills_text,
    identity_of,
    is_blank,
    name_of,
    row_label,
)
from pipeline.model.findings import Finding, any_blocks, finding
from pipeline.model.form import Form
from pipeline.model.grid import Workbook
from pipeline.model.identity import EDITION, digests_of, owner
from pipeline.model.intake import Intake
from pipeline.model.printed_handout import printed
from pipeline.model.records import Row
from pipeline.model.request import Source
from pipeline.opinions.filled_handout import read_handout
from pipeline.opinions.filled_handout.rule import Filled, read_filled
from pipeline.opinions.match import match, with_difference_doubts
from pipeline.opinions.owner import check_handout_owner, check_owner
from pipeline.opinions.stated_opinions import (
    book_findings,
    combine_opinions,
    contradicts,
    handout_findings,
    note_findings,
    short,
    with_question,
)
from pipeline.opinions.workbook import read_opinion_book

# Characters; an Excel cell holds 32,767.
_MAX_TEXT_LENGTH = 32_000


@dataclass(frozen=True, slots=True)
class Collected:
    """The result of collecting one file.

    ``opinions`` maps a row's number or position to its opinion; ``edits`` are the differences
    from what was printed. ``path`` is the workbook that was written, None if none was.
    """

    file: Path
    intake: Intake
    opinions: Mapping[int, StatedOpinion]
    findings: tuple[Finding, ...]
    path: Path | None
    edits: tuple[Edit, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether an error prevented the opinions from being written."""
        return any_blocks(self.findings)


def run(
    file: Path,
    source: Source,
    *,
    same_meeting: bool = False,
    asks: bool = False,
) -> Collected:
    """Read the file, compare it with the master, write its opinions and those in doubt.

    ``asks``: an opinion that contradicts a stored one is marked as in doubt (the user can
    answer on the page), instead of being written to a second workbook.

    ``same_meeting``: the officer confirms that the file belongs to the master's meeting, where
    the session or the day is missing in one of them.
    """
    outcome, content = _read(file, source, same_meeting=same_meeting)
    if content is None:
        return outcome
    intake = outcome.intake
    # If two processes collect at the same time, the second must read what the first wrote.
    with exclusive_file(results_path(intake.path)):
        path, write_findings = _write(content, intake, asks=asks)
    return replace(outcome, findings=(*outcome.findings, *write_findings), path=path)


def preview(file: Path, source: Source, *, same_meeting: bool = False) -> Collected:
    """The result of ``run`` without writing it: the page shows it first."""
    return _read(file, source, same_meeting=same_meeting)[0]


def _read(
    file: Path, source: Source, *, same_meeting: bool
) -> tuple[Collected, _FileContent | None]:
    """The result so far, and the content to write; None if there is nothing to write."""
    opened = read(file) if file.suffix.lower() in SUFFIXES else read_handout(file)
    intake = read_master(source)
    form = intake.form
    if intake.blocked:
        return Collected(file, intake, {}, intake.findings, None), None
    content = _file_content(opened, intake, file, same_meeting=same_meeting)
    lost = lost_results(intake.records, intake.workbook, form)
    findings = (*lost, *content.findings, *_too_long(content.opinions, form))
    is_empty = all(each.is_blank for each in content.opinions.values())
    if is_empty and not any_blocks(findings):
        findings = (*findings, finding("nothing-filled-in", value=file.name))
    outcome = Collected(file, intake, content.opinions, findings, None, content.edits)
    return outcome, None if is_empty or any_blocks(findings) else content


@dataclass(frozen=True, slots=True)
class _FileContent:
    """What was read from a file: the opinion of each row, the edits, and the findings."""

    opinions: Mapping[int, StatedOpinion]
    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]


def _file_content(
    opened: WordDocument | Workbook, intake: Intake, file: Path, *, same_meeting: bool
) -> _FileContent:
    """Read the opinions of the file and compare them with the master."""
    form = intake.form
    if not form.fills:
        raise UsageMistake("nothing-to-fill-in", form=form.name)
    if isinstance(opened, WordDocument):
        return _handout_content(opened, intake, file, same_meeting=same_meeting)
    return _book_content(read_opinion_book(opened, form), intake, file, same_meeting=same_meeting)


def _handout_content(
    opened: WordDocument, intake: Intake, file: Path, *, same_meeting: bool
) -> _FileContent:
    """Read the opinions of a Word handout and compare them with the master."""
    form = intake.form
    master_owner = owner(intake.records.meeting, form)
    handout = present(intake.records, form, Edition.MEETING, form.paper, date=UNDATED)
    expected = printed(handout, form)
    filled = read_filled(opened, expected, file.name, digests_of(opened.properties))
    foreign = check_handout_owner(opened, expected, master_owner, file.name, vouched=same_meeting)
    # A companion has rows for the same projects, but nothing to fill in.
    editions = {form.words.of(edition) for edition in form.editions}
    if not filled.total or opened.properties.get(EDITION) not in {None, *editions}:
        raise InputUnreadable("not-a-handout", path=file)
    if 2 * filled.found < filled.total and not foreign:
        raise _handout_of_another_master(file, intake, filled)
    opinions = {row.no: row for row in filled.rows if row.no is not None}
    doubts = handout_findings(filled.rows, filled.edits, intake.records, form, file.name)
    return _FileContent(opinions, filled.edits, (*foreign, *doubts))


def _book_content(
    opened: OpinionBook, intake: Intake, file: Path, *, same_meeting: bool
) -> _FileContent:
    """Read the opinions of an entry or results workbook and compare them with the master."""
    form = intake.form
    master_owner = owner(intake.records.meeting, form)
    matched = match(opened.opinions, intake.records, form)
    foreign = check_owner(opened.identity.owner, master_owner, file.name, vouched=same_meeting)
    if matched.is_of_another_master and not foreign:
        raise _book_of_another_master(file, intake, opened.opinions, matched)
    doubtful = with_difference_doubts(matched, form)
    opinions = {no: with_question(each, file.name, form) for no, each in doubtful.items()}
    doubts = book_findings(opinions, matched, intake.records, form, file.name)
    notes = note_findings(opened.notes, form, file.name)
    return _FileContent(opinions, opened.notes, (*foreign, *opened.findings, *doubts, *notes))


def _handout_of_another_master(file: Path, intake: Intake, filled: Filled) -> InputUnreadable:
    """The error for a handout of another master, with the first row that does not match."""
    unmatched = [edit for edit in filled.edits if edit.place == "表の行" and edit.seen]
    example = (
        f"資料の{unmatched[0].at}は「{unmatched[0].seen[:40]}」" if unmatched else "同じ行がない"
    )
    return InputUnreadable(
        "of-another-master",
        path=file,
        master=intake.path.name,
        total=filled.total,
        matched=filled.found,
        example=example,
    )


def _book_of_another_master(
    file: Path, intake: Intake, opinions: Sequence[StatedOpinion], matched: Matched
) -> InputUnreadable:
    """The error for a workbook of another master, with the first row that does not match."""
    form = intake.form
    unmatched = next(each.stated for each in matched.differences if each.stated is not None)
    master_row = next((r for r in intake.records.rows if identity_of(r) == unmatched.no), None)
    number = row_label(unmatched.no, form)
    in_master = (
        f"台帳の {number} は「{name_of(master_row, form)}」"
        if master_row
        else "台帳にその番号はない"
    )
    return InputUnreadable(
        "of-another-master",
        path=file,
        master=intake.path.name,
        total=len(opinions),
        matched=len(matched.opinions),
        example=f"資料の {number} は「{unmatched.name}」、{in_master}",
    )


def _too_long(opinions: Mapping[int, StatedOpinion], form: Form) -> tuple[Finding, ...]:
    return tuple(
        finding(
            "opinion-too-long",
            at=each.place(column.key),
            project=no if form.of_kind("no") else None,
            title=column.name,
            value=len(text),
            limit=f"{_MAX_TEXT_LENGTH:,}",
        )
        for no, each in opinions.items()
        for column in form.fills
        if column.key in each.fills
        and len(text := fill_text(each.fills[column.key], column, form)) > _MAX_TEXT_LENGTH
    )


# ---- the results workbook next to the master


def _write(
    content: _FileContent, intake: Intake, *, asks: bool
) -> tuple[Path, tuple[Finding, ...]]:
    """Write the results workbook; replace an old one only if no content of it is lost."""
    form, path = intake.form, results_file(intake)
    if not path.exists():
        return write_new(content_of(content.opinions, content.edits, intake), path), ()
    stored = stored_opinions(path, intake)
    old = stored.opinions
    reason = stored.reason or ("" if asks else _contradictions(old, content.opinions, form))
    if reason:
        new_path = write_new(content_of(content.opinions, content.edits, intake), path)
        kept_beside = finding("results-kept-beside", value=path.name, reason=reason, path=new_path)
        return new_path, (kept_beside,)
    merged = {
        no: combine_opinions(old.get(no), content.opinions.get(no), form)
        for no in {*content.opinions, *old}
    }
    edits = tuple(dict.fromkeys((*stored.edits, *content.edits)))
    replace_file(content_of(merged, edits, intake), path)
    return path, tuple(_kept_opinions(content.opinions, old, form))


def _kept_opinions(
    new: Mapping[int, StatedOpinion], old: Mapping[int, StatedOpinion], form: Form
) -> Iterator[Finding]:
    """A finding for each opinion that only the old workbook contains."""
    for no, each in sorted(old.items()):
        if is_blank(each.fills) or (no in new and not new[no].is_blank):
            continue
        yield finding(
            "opinion-kept",
            project=no if form.of_kind("no") else None,
            value=short(fills_text(each.fills, form)),
            cell=f"{each.at.sheet}!{each.at.address}",
        )


def _contradictions(
    old: Mapping[int, StatedOpinion], new: Mapping[int, StatedOpinion], form: Form
) -> str:
    """A text that names the rows whose two opinions contradict; empty if there are none."""
    contradicted = [
        row_label(no, form)
        for no, stored in sorted(old.items())
        if contradicts(stored, new.get(no), form)
    ]
    return f"{'、'.join(contradicted)} の意見が違う" if contradicted else ""


def content_of(
    opinions: Mapping[int, StatedOpinion], edits: Sequence[Edit], intake: Intake
) -> bytes:
    """The bytes of the results workbook with all rows of the master, in the master's order."""
    rows = [_row_opinion(row, opinions, intake.form) for row in intake.records.rows]
    return book_of(BookKind.RESULTS, rows, intake, edits)


def _row_opinion(row: Row, opinions: Mapping[int, StatedOpinion], form: Form) -> StatedOpinion:
    blank = blank_opinion(row, form)
    stated = opinions.get(blank.no or 0)
    if stated is None:
        return blank
    # ``seen`` is what the council read; the master's values fill in what is not known.
    return replace(stated, no=blank.no, name=blank.name, seen={**blank.seen, **stated.seen})
