"""The results workbook of a master: find it, compare it with the records, merge it into them.

In: records, the master as read, the requested workbook. Out: the records with the opinions,
the workbook that was used, and findings about the workbooks that were not used.
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
    """A workbook that may belong to the master; ``refused`` is the reason why it does not."""

    path: Path
    book: OpinionBook | None
    matched: Matched | None
    refused: Finding | None


@dataclass(frozen=True, slots=True)
class StoredOpinions:
    """The opinions of a results workbook; ``reason`` is why a new one would lose content."""

    opinions: Mapping[int, StatedOpinion] = field(default_factory=dict)
    edits: tuple[Edit, ...] = ()
    reason: str = ""


def stored_opinions(path: Path, intake: Intake) -> StoredOpinions:
    """Read the results workbook at ``path`` before it is replaced."""
    try:
        found = candidate(path, intake.records, intake.form)
    except InputUnreadable as error:
        return StoredOpinions(reason=from_error(error).fact.rstrip("。"))
    if found.refused is not None:
        return StoredOpinions(reason=found.refused.fact.rstrip("。"))
    if found.book is None or found.matched is None:
        raise ValueError(found)
    reason = ""
    doubtful = next((each for each in found.book.opinions if each.doubts), None)
    if found.book.extras:
        first = found.book.extras[0]
        reason = f"{first.sheet}!{first.address} などに書き込みがある"
    elif doubtful is not None:
        reason = f"{doubtful.at.address} の「{doubtful.doubts[0].words}」"
    return StoredOpinions(found.matched.opinions, found.book.edits, reason)


def with_opinions(
    records: Records, master: Workbook, form: Form, requested: Path | None
) -> tuple[Records, OpinionBook | None, tuple[Finding, ...]]:
    """Merge the opinions of the one workbook that belongs to the master into the records.

    ``requested`` is the workbook that the user named; without one, those next to the master
    are tried. It is an error if several belong to the master, or if there are several and none
    does: choosing one would be a guess.
    """
    renamed_findings: tuple[Finding, ...] = ()
    if requested is not None:
        # If the requested workbook can't be read, that is an error.
        candidates = [candidate(requested, records, form)]
    else:
        neighbours = results_books(master.path) if form.fills else []
        candidates = [_candidate_or_refusal(path, records, form) for path in neighbours]
        renamed = _renamed_candidates(master, records, form)
        if not candidates:
            # Collected for this file when it had another name.
            candidates = [
                each for each in renamed if each.book and each.book.identity.sha256 == master.sha256
            ]
        codes = ("results-of-renamed" if each in candidates else "results-lost" for each in renamed)
        pairs = zip(codes, renamed, strict=True)
        renamed_findings = tuple(_renamed_finding(code, each, master) for code, each in pairs)
    fitting = [each for each in candidates if each.refused is None]
    if len(fitting) > 1:
        names = "、".join(each.path.name for each in fitting)
        return records, None, (finding("results-several", value=names),)
    if not fitting:
        refused = tuple(each.refused for each in candidates if each.refused)
        return records, None, (*refused, *renamed_findings)
    (chosen,) = fitting
    if chosen.book is None or chosen.matched is None:
        raise ValueError(chosen)
    merged, merge_findings = merge(records, chosen.book, chosen.matched, form, master.sha256)
    return merged, chosen.book, (*merge_findings, *_unused_findings(candidates), *renamed_findings)


def lost_results(records: Records, master: Workbook, form: Form) -> tuple[Finding, ...]:
    """A finding for each results workbook that fits the records but has an older master's name."""
    renamed = _renamed_candidates(master, records, form)
    return tuple(_renamed_finding("results-lost", each, master) for each in renamed)


def _renamed_candidates(master: Workbook, records: Records, form: Form) -> list[Candidate]:
    """Results workbooks that fit the records but have the name of a master that is missing."""
    unmatched = unmatched_results_books(master.path) if form.fills else []
    found = (_candidate_or_refusal(path, records, form) for path in unmatched)
    return [each for each in found if each.book is not None and each.refused is None]


def _renamed_finding(code: str, found: Candidate, master: Workbook) -> Finding:
    old_name = found.book.identity.master if found.book else ""
    expected_name = results_path(master.path).name
    return finding(code, value=found.path.name, master=old_name, wanted=expected_name)


def candidate(path: Path, records: Records, form: Form) -> Candidate:
    """Read the workbook at ``path`` and compare it with the records.

    InputUnreadable if it can't be read or is not a results workbook.
    """
    book = read_opinion_book(read(path), form)
    if book.identity.kind is not BookKind.RESULTS:
        raise InputUnreadable("not-an-opinion-book", path=path)
    matched = match(book.opinions, records, form)
    return Candidate(path, book, matched, refusal(book, matched, records, form))


def results_file(intake: Intake) -> Path:
    """The path of the workbook for the opinions of this master and meeting.

    This is the existing workbook that fits, under any name, else the standard name. If that
    file belongs to another meeting, the session is added to the name.
    """
    form, meeting = intake.form, intake.records.meeting
    for path in results_books(intake.path):
        if _candidate_or_refusal(path, intake.records, form).refused is None:
            return path
    standard = results_path(intake.path)
    if not standard.exists() or not meeting.session:
        return standard
    found = _candidate_or_refusal(standard, intake.records, form)
    is_other = found.refused is not None and found.refused.code == "results-of-another-meeting"
    return (
        standard.with_stem(f"{standard.stem}_{safe_name(meeting.session)}")
        if is_other
        else standard
    )


def _candidate_or_refusal(path: Path, records: Records, form: Form) -> Candidate:
    """Like ``candidate``, but a workbook that can't be read is refused instead of an error."""
    try:
        return candidate(path, records, form)
    except InputUnreadable as error:
        reason = from_error(error).fact.rstrip("。")
        refused = finding("results-unreadable", value=path.name, reason=reason)
        return Candidate(path, None, None, refused)


def _unused_findings(candidates: Sequence[Candidate]) -> tuple[Finding, ...]:
    return tuple(
        finding("results-left-aside", value=each.path.name, reason=each.refused.fact.rstrip("。"))
        for each in candidates
        if each.refused is not None
    )
