"""The results workbook of a master: found beside it, held against it, put into its records.

In: records, the master as read, which workbook was asked for. Out: the records with the
opinions, the workbook that was used, and what there is to say about any that was not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.base.errors import InputUnreadable
from pipeline.master.find import results_books
from pipeline.master.read import read
from pipeline.model.collected import BookKind, Matched, OpinionBook
from pipeline.model.findings import Finding, finding, from_error
from pipeline.model.form import Form
from pipeline.model.grid import Workbook
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


def with_opinions(
    records: Records, master: Workbook, form: Form, asked: Path | None
) -> tuple[Records, OpinionBook | None, tuple[Finding, ...]]:
    """The records with the opinions of the one workbook that belongs to the master.

    ``asked`` is the workbook that was named; without one, those beside the master are
    tried. Several that belong, or none of several, is an error: choosing would be a guess.
    """
    if asked is not None:
        # A workbook that was asked for and can't be read is a failure of its own.
        candidates = [candidate(asked, records, form)]
    else:
        beside = results_books(master.path, form.file.headings.opinion)
        candidates = [_told(path, records, form) for path in beside]
    fitting = [each for each in candidates if each.refused is None]
    if len(fitting) > 1:
        names = "、".join(each.path.name for each in fitting)
        return records, None, (finding("results-several", value=names),)
    if not fitting:
        return records, None, tuple(each.refused for each in candidates if each.refused)
    (chosen,) = fitting
    if chosen.book is None or chosen.matched is None:
        raise ValueError(chosen)
    merged, said = merge(records, chosen.book, chosen.matched, form, master.sha256)
    return merged, chosen.book, (*said, *_left_aside(candidates))


def candidate(path: Path, records: Records, form: Form) -> Candidate:
    """The workbook of ``path`` held against the records.

    InputUnreadable where it can't be read or is no results workbook.
    """
    book = read_opinion_book(read(path), form)
    if book.identity.kind is not BookKind.RESULTS:
        raise InputUnreadable("not-an-opinion-book", path=path)
    matched = match(book.said, records)
    return Candidate(path, book, matched, refusal(book, matched, records, form))


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
