"""``collect``: a filled-in handout or workbook in, the results workbook of its master out.

What is not unanimous is not taken but asked: it stands in the workbook with what was seen
and where. Nothing that was collected before is lost: see ``_write``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.base.archives import UNDATED
from pipeline.base.errors import InputUnreadable, UsageMistake
from pipeline.base.files import keep
from pipeline.base.files import replace as put_in_place
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
    all_in_words,
    called,
    identity_of,
    in_words,
    is_blank,
    name_of,
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
from pipeline.opinions.match import in_doubt, match
from pipeline.opinions.owner import foreign_handout, of_another
from pipeline.opinions.stated_opinions import (
    asked_of,
    book_findings,
    contradicts,
    handout_findings,
    note_findings,
    short,
    together,
)
from pipeline.opinions.workbook import read_opinion_book

# What an Excel cell holds, less a margin.
_LONGEST_ANSWER = 32_000


@dataclass(frozen=True, slots=True)
class Collected:
    """What came of a file.

    ``said`` is what it says of each row, by its number or its position; ``edits`` what is not
    as it was printed. ``path`` is the workbook that was written, None where nothing was.
    """

    file: Path
    intake: Intake
    opinions: Mapping[int, StatedOpinion]
    findings: tuple[Finding, ...]
    path: Path | None
    edits: tuple[Edit, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether an error kept the opinions from being written."""
        return any_blocks(self.findings)


def run(
    file: Path,
    source: Source,
    form_name: str | None,
    *,
    same_meeting: bool = False,
    asks: bool = False,
) -> Collected:
    """Read the file, hold it against the master, write what it says and what it asks.

    ``asks``: what contradicts an opinion that is there already becomes a question about it
    (the page can answer one), instead of a workbook beside the other.

    ``same_meeting``: the officer vouches for a file whose meeting can't be told apart from
    the master's because one of them lacks the session or the day.
    """
    outcome, filled = _read(file, source, form_name, same_meeting=same_meeting)
    if filled is None:
        return outcome
    intake = outcome.intake
    # Of two that collect at once, the second has to see what the first wrote.
    with exclusive_file(results_path(intake.path)):
        path, told = _write(filled, intake, asks=asks)
    return replace(outcome, findings=(*outcome.findings, *told), path=path)


def look(
    file: Path, source: Source, form_name: str | None, *, same_meeting: bool = False
) -> Collected:
    """What ``run`` would write, without writing it: the page shows it first."""
    return _read(file, source, form_name, same_meeting=same_meeting)[0]


def _read(
    file: Path, source: Source, form_name: str | None, *, same_meeting: bool
) -> tuple[Collected, _Filled | None]:
    """What came of the file, and what there is to write; None where that is nothing."""
    opened = read(file) if file.suffix.lower() in SUFFIXES else read_handout(file)
    intake = read_master(source, form_name)
    form = intake.form
    if intake.blocked:
        return Collected(file, intake, {}, intake.findings, None), None
    filled = _filled(opened, intake, file, same_meeting=same_meeting)
    lost = lost_results(intake.records, intake.workbook, form)
    findings = (*lost, *filled.findings, *_too_long(filled.opinions, form))
    is_empty = all(each.is_blank for each in filled.opinions.values())
    if is_empty and not any_blocks(findings):
        findings = (*findings, finding("nothing-filled-in", value=file.name))
    outcome = Collected(file, intake, filled.opinions, findings, None, filled.edits)
    return outcome, None if is_empty or any_blocks(findings) else filled


@dataclass(frozen=True, slots=True)
class _Filled:
    """What the file says of each row, what was edited, and what there is to tell."""

    opinions: Mapping[int, StatedOpinion]
    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]


def _filled(
    opened: WordDocument | Workbook, intake: Intake, file: Path, *, same_meeting: bool
) -> _Filled:
    """What the file says, held against the master."""
    form = intake.form
    if not form.fills:
        raise UsageMistake("nothing-to-fill-in", form=form.name)
    if isinstance(opened, WordDocument):
        return _handout(opened, intake, file, same_meeting=same_meeting)
    return _book(read_opinion_book(opened, form), intake, file, same_meeting=same_meeting)


def _handout(opened: WordDocument, intake: Intake, file: Path, *, same_meeting: bool) -> _Filled:
    """The same for a Word handout."""
    form = intake.form
    ours = owner(intake.records.meeting, form)
    handout = present(intake.records, form, Edition.MEETING, form.paper, date=UNDATED)
    paper = printed(handout, form)
    read_in = read_filled(opened, paper, file.name, digests_of(opened.properties))
    strange = foreign_handout(opened, paper, ours, file.name, vouched=same_meeting)
    # A companion has rows of the same projects, but nothing to fill in.
    editions = {form.words.of(edition) for edition in form.editions}
    if not read_in.total or opened.properties.get(EDITION) not in {None, *editions}:
        raise InputUnreadable("not-a-handout", path=file)
    if 2 * read_in.found < read_in.total and not strange:
        raise _of_another_master(file, intake, read_in)
    said = {row.no: row for row in read_in.rows if row.no is not None}
    asked = handout_findings(read_in.rows, read_in.edits, intake.records, form, file.name)
    return _Filled(said, read_in.edits, (*strange, *asked))


def _book(opened: OpinionBook, intake: Intake, file: Path, *, same_meeting: bool) -> _Filled:
    """The same for a workbook."""
    form = intake.form
    ours = owner(intake.records.meeting, form)
    matched = match(opened.opinions, intake.records, form)
    strange = of_another(opened.identity.owner, ours, file.name, vouched=same_meeting)
    if matched.is_another and not strange:
        raise _book_of_another_master(file, intake, opened.opinions, matched)
    in_question = in_doubt(matched, form)
    said = {no: asked_of(each, file.name, form) for no, each in in_question.items()}
    asked = book_findings(said, matched, intake.records, form, file.name)
    notes = note_findings(opened.notes, form, file.name)
    return _Filled(said, opened.notes, (*strange, *opened.findings, *asked, *notes))


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
    file: Path, intake: Intake, said: Sequence[StatedOpinion], matched: Matched
) -> InputUnreadable:
    """The same for a workbook."""
    form = intake.form
    stranger = next(each.stated for each in matched.differences if each.stated is not None)
    ours = next((r for r in intake.records.rows if identity_of(r) == stranger.no), None)
    number = called(stranger.no, form)
    there = f"台帳の {number} は「{name_of(ours, form)}」" if ours else "台帳にその番号はない"
    return InputUnreadable(
        "of-another-master",
        path=file,
        master=intake.path.name,
        total=len(said),
        matched=len(matched.opinions),
        example=f"資料の {number} は「{stranger.name}」、{there}",
    )


def _too_long(said: Mapping[int, StatedOpinion], form: Form) -> tuple[Finding, ...]:
    return tuple(
        finding(
            "opinion-too-long",
            at=each.place(column.key),
            project=no if form.of_kind("no") else None,
            title=column.name,
            value=len(words),
            limit=f"{_LONGEST_ANSWER:,}",
        )
        for no, each in said.items()
        for column in form.fills
        if column.key in each.fills
        and len(words := in_words(each.fills[column.key], column, form)) > _LONGEST_ANSWER
    )


# ---- the workbook beside the master


def _write(filled: _Filled, intake: Intake, *, asks: bool) -> tuple[Path, tuple[Finding, ...]]:
    """Write the results workbook: in the old one's place only if it holds all that one held."""
    form, path = intake.form, results_file(intake)
    if not path.exists():
        return keep(content_of(filled.opinions, filled.edits, intake), path), ()
    there = stored_opinions(path, intake)
    old = there.opinions
    reason = there.reason or ("" if asks else _differing(old, filled.opinions, form))
    if reason:
        beside = keep(content_of(filled.opinions, filled.edits, intake), path)
        said = finding("results-kept-beside", value=path.name, reason=reason, path=beside)
        return beside, (said,)
    both = {
        no: together(old.get(no), filled.opinions.get(no), form) for no in {*filled.opinions, *old}
    }
    every = tuple(dict.fromkeys((*there.edits, *filled.edits)))
    put_in_place(content_of(both, every, intake), path)
    return path, tuple(_only_old(filled.opinions, old, form))


def _only_old(
    new: Mapping[int, StatedOpinion], old: Mapping[int, StatedOpinion], form: Form
) -> Iterator[Finding]:
    """The rows of which the old workbook alone says something."""
    for no, each in sorted(old.items()):
        if is_blank(each.fills) or (no in new and not new[no].is_blank):
            continue
        yield finding(
            "opinion-kept",
            project=no if form.of_kind("no") else None,
            value=short(all_in_words(each.fills, form)),
            cell=f"{each.at.sheet}!{each.at.address}",
        )


def _differing(
    old: Mapping[int, StatedOpinion], new: Mapping[int, StatedOpinion], form: Form
) -> str:
    """The rows of which the two workbooks say something else; empty where there are none."""
    differing = [
        called(no, form) for no, said in sorted(old.items()) if contradicts(said, new.get(no), form)
    ]
    return f"{'、'.join(differing)} の意見が違う" if differing else ""


def content_of(said: Mapping[int, StatedOpinion], edits: Sequence[Edit], intake: Intake) -> bytes:
    """The results workbook for all rows of the master, in its order."""
    rows = [_row(row, said, intake.form) for row in intake.records.rows]
    return book_of(BookKind.RESULTS, rows, intake, edits)


def _row(row: Row, every: Mapping[int, StatedOpinion], form: Form) -> StatedOpinion:
    ours = blank_opinion(row, form)
    said = every.get(ours.no or 0)
    if said is None:
        return ours
    # What the council had before it; the master's own where that is not known.
    return replace(said, no=ours.no, name=ours.name, seen={**ours.seen, **said.seen})
