"""The results workbook of a master: found beside it, held against it, put into its records.

In: records, the master as read, which workbook was asked for. Out: the records with the
opinions, the workbook that was used, and what there is to say about any that was not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.base.errors import InputUnreadable
from pipeline.base.windows import safe_name
from pipeline.master.find import results_books, results_path, unmatched_results_books
from pipeline.master.read import read
from pipeline.model.collected import BookKind, Matched, OpinionBook, StatedOpinion
from pipeline.model.doubts import Edit
from pipeline.model.findings import Finding, finding, from_error
from pipeline.model.form import Form
from pipeline.model.grid import Workbook
from pipeline.model.intake import Intake
from pipeline.model.records import Records
from pipeline.opinions.match import match
from pipeline.opinions.merge import merge, refusal
from pipeline.opinions.workbook import read_opinion_book


@dataclass(frozen=True, slots=True)
class Candidate:
    """A workbook that may belong to the master; ``refused`` says why it does not."""

    path: Path
    book: OpinionBook | None
    matched: Matched | None
    refused: Finding | None


@dataclass(frozen=True, slots=True)
class StoredOpinions:
    """What a results workbook says of each row; ``reason`` why a new one can't hold it all."""

    opinions: Mapping[int, StatedOpinion] = field(default_factory=dict)
    edits: tuple[Edit, ...] = ()
    reason: str = ""


def stored_opinions(path: Path, intake: Intake) -> StoredOpinions:
    """What the results workbook of ``path`` holds, before another one takes its place."""
    try:
        found = candidate(path, intake.records, intake.form)
    except InputUnreadable as error:
        return StoredOpinions(reason=from_error(error).fact.rstrip("。"))
    if found.refused is not None:
        return StoredOpinions(reason=found.refused.fact.rstrip("。"))
    if found.book is None or found.matched is None:
        raise ValueError(found)
    reason = ""
    doubted = next((each for each in found.book.opinions if each.doubts), None)
    if found.book.extras:
        first = found.book.extras[0]
        reason = f"{first.sheet}!{first.address} などに書き込みがある"
    elif doubted is not None:
        reason = f"{doubted.at.address} の「{doubted.doubts[0].words}」"
    return StoredOpinions(found.matched.opinions, found.book.edits, reason)


def with_opinions(
    records: Records, master: Workbook, form: Form, asked: Path | None
) -> tuple[Records, OpinionBook | None, tuple[Finding, ...]]:
    """The records with the opinions of the one workbook that belongs to the master.

    ``asked`` is the workbook that was named; without one, those beside the master are
    tried. Several that belong, or none of several, is an error: choosing would be a guess.
    """
    strays: tuple[Finding, ...] = ()
    if asked is not None:
        # A workbook that was asked for and can't be read is a failure of its own.
        candidates = [candidate(asked, records, form)]
    else:
        beside = results_books(master.path) if form.fills else []
        candidates = [_told(path, records, form) for path in beside]
        renamed = _of_renamed(master, records, form)
        if not candidates:
            # Collected for this very file, under its older name.
            candidates = [
                each for each in renamed if each.book and each.book.identity.sha256 == master.sha256
            ]
        codes = ("results-of-renamed" if each in candidates else "results-lost" for each in renamed)
        pairs = zip(codes, renamed, strict=True)
        strays = tuple(_stray(code, each, master) for code, each in pairs)
    fitting = [each for each in candidates if each.refused is None]
    if len(fitting) > 1:
        names = "、".join(each.path.name for each in fitting)
        return records, None, (finding("results-several", value=names),)
    if not fitting:
        refused = tuple(each.refused for each in candidates if each.refused)
        return records, None, (*refused, *strays)
    (chosen,) = fitting
    if chosen.book is None or chosen.matched is None:
        raise ValueError(chosen)
    merged, said = merge(records, chosen.book, chosen.matched, form, master.sha256)
    return merged, chosen.book, (*said, *_left_aside(candidates), *strays)


def lost_results(records: Records, master: Workbook, form: Form) -> tuple[Finding, ...]:
    """A finding for each results workbook beside the master that bore its name before."""
    renamed = _of_renamed(master, records, form)
    return tuple(_stray("results-lost", each, master) for each in renamed)


def _of_renamed(master: Workbook, records: Records, form: Form) -> list[Candidate]:
    """Results workbooks that fit the records, but bear the name of a master that is gone."""
    strays = unmatched_results_books(master.path) if form.fills else []
    found = (_told(path, records, form) for path in strays)
    return [each for each in found if each.book is not None and each.refused is None]


def _stray(code: str, found: Candidate, master: Workbook) -> Finding:
    theirs = found.book.identity.master if found.book else ""
    wanted = results_path(master.path).name
    return finding(code, value=found.path.name, master=theirs, wanted=wanted)


def candidate(path: Path, records: Records, form: Form) -> Candidate:
    """The workbook of ``path`` held against the records.

    InputUnreadable where it can't be read or is no results workbook.
    """
    book = read_opinion_book(read(path), form)
    if book.identity.kind is not BookKind.RESULTS:
        raise InputUnreadable("not-an-opinion-book", path=path)
    matched = match(book.opinions, records, form)
    return Candidate(path, book, matched, refusal(book, matched, records, form))


def results_file(intake: Intake) -> Path:
    """The workbook that the opinions of this master and meeting go to.

    The one that fits, whatever it is called; else the plain name or, where that is another
    meeting's, one that says the meeting.
    """
    form, meeting = intake.form, intake.records.meeting
    for path in results_books(intake.path):
        if _told(path, intake.records, form).refused is None:
            return path
    plain = results_path(intake.path)
    if not plain.exists() or not meeting.session:
        return plain
    found = _told(plain, intake.records, form)
    is_other = found.refused is not None and found.refused.code == "results-of-another-meeting"
    return plain.with_stem(f"{plain.stem}_{safe_name(meeting.session)}") if is_other else plain


def _told(path: Path, records: Records, form: Form) -> Candidate:
    """Like ``candidate``; one that can't be read is refused, and others may still serve."""
    try:
        return candidate(path, records, form)
    except InputUnreadable as error:
        reason = from_error(error).fact.rstrip("。")
        refused = finding("results-unreadable", value=path.name, reason=reason)
        return Candidate(path, None, None, refused)


def _left_aside(candidates: Sequence[Candidate]) -> tuple[Finding, ...]:
    return tuple(
        finding("results-left-aside", value=each.path.name, reason=each.refused.fact.rstrip("。"))
        for each in candidates
        if each.refused is not None
    )
