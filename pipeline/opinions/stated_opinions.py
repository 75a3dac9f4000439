"""Turn rows that were read into opinions to store: rows in, opinions, questions, findings out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.base.text import shortened
from pipeline.model.collected import Matched, RowDifferenceKind, StatedOpinion
from pipeline.model.columns import Column
from pipeline.model.doubts import Doubt, Edit, EditKind
from pipeline.model.fills import (
    Fills,
    combined,
    fills_text,
    identity_of,
    is_blank,
    name_of,
    naming_column,
    seen_columns,
    seen_of,
)
from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form
from pipeline.model.grid import CellRef, RowRef
from pipeline.model.printed import exact_key
from pipeline.model.records import Records, Row

_CODES = {
    EditKind.CHANGED: "handout-changed",
    EditKind.ADDED: "handout-added",
    EditKind.REMOVED: "handout-removed",
    EditKind.MASTER: "master-changed-since",
}
_LONGEST_SHOWN = 120
# The longest text of an Excel cell, less a margin.
_LONGEST_ASKED = 30_000


# ---- a Word handout


def question(doubts: Sequence[Doubt], shown: str, where: str) -> str:
    """The question to the officer: the file and the row, the reasons, and what the cells show."""
    reasons = "、".join(doubt.words for doubt in doubts)
    seen = "／".join(shown.split("\n")) or "なし"
    return f"〔{where}〕{reasons}。見えたもの：{seen}"[:_LONGEST_ASKED]


def handout_findings(
    filled: Sequence[StatedOpinion], edits: Sequence[Edit], records: Records, form: Form, file: str
) -> Iterator[Finding]:
    """Each question, each edit with both texts, and each proposal that has changed since."""
    rows = {row.number: row for row in records.rows}
    for opinion in filled:
        row = rows.get(opinion.no) if opinion.no is not None else None
        if opinion.doubts:
            yield _asked(row.no if row else None, opinion, file)
        elif row is not None and opinion.is_missing:
            yield _removed(row, form, file)
        elif row is not None and not is_blank(opinion.fills):
            yield from changed_since(opinion.seen, row, form, opinion.at, compared_only=True)
    for edit in edits:
        if not (edit.kind is EditKind.REMOVED and edit.row is not None):
            yield _edited(edit, form, file)


def _removed(row: Row, form: Form, file: str) -> Finding:
    column = naming_column(form)
    at = row.source.cell(column.key if column else "")
    cell = f"{at.sheet}!{at.address}"
    name = short(name_of(row, form))
    return finding("row-removed", project=row.no, value=name, cell=cell, document=file)


def _asked(project: int | None, stated: StatedOpinion, file: str) -> Finding:
    reasons = "、".join(doubt.words for doubt in stated.doubts)
    seen = short("／".join(stated.shown.split("\n")))
    at = None if stated.is_missing else stated.at
    return finding(
        "opinion-asked", at=at, sheet=file, project=project, value=seen or "なし", reasons=reasons
    )


def _edited(edit: Edit, form: Form, file: str) -> Finding:
    return finding(
        _CODES[edit.kind],
        sheet=" ".join(filter(None, (file, edit.at))),
        project=edit.row if form.of_kind("no") else None,
        value=short(edit.seen),
        place=edit.place,
        printed=short(edit.printed),
    )


def short(text: str) -> str:
    """A text on one line, shortened."""
    return shortened(" ".join(text.split()), _LONGEST_SHOWN)


def changed_since(
    seen: Mapping[str, str],
    row: Row,
    form: Form,
    at: CellRef | RowRef,
    *,
    compared_only: bool = False,
) -> Iterator[Finding]:
    """A finding for each text that was shown to the council and has changed in the master.

    ``compared_only``: check only the columns that the answers are compared with.
    """
    now = seen_of(row, form)
    against = {column.against for column in form.fills}
    for column in seen_columns(form):
        is_compared = column.key in against
        if column.key not in seen or (compared_only and not is_compared):
            continue
        was, is_now = seen[column.key], now[column.key]
        if exact_key(was) == exact_key(is_now) or (is_compared and not is_now):
            continue
        yield _changed(column, row, was, is_now, at, is_compared=is_compared)


def _changed(
    column: Column, row: Row, was: str, now: str, at: CellRef | RowRef, *, is_compared: bool
) -> Finding:
    cell = row.source.cell(column.key)
    return finding(
        "proposal-changed" if is_compared else "reason-changed",
        at=at,
        project=row.no,
        title=column.name,
        value=short(was),
        cell=f"{cell.sheet}!{cell.address}",
        now=short(now),
    )


# ---- a workbook


def with_question(stated: StatedOpinion, file: str, form: Form) -> StatedOpinion:
    """A row of a workbook; with any doubt it is blank and has a question."""
    if not stated.doubts:
        is_new = not stated.origin and not stated.is_blank
        return replace(stated, origin=f"{file} {stated.at.address}") if is_new else stated
    shown = stated.shown or fills_text(stated.fills, form)
    asked = question(stated.doubts, shown, f"{file} {stated.at.address}")
    return replace(stated, fills={}, asked=asked, is_settled=False)


def note_findings(notes: Sequence[Edit], form: Form, file: str) -> Iterator[Finding]:
    """A finding for each text of a workbook that is not in the row of a project."""
    return (_edited(note, form, file) for note in notes)


def book_findings(
    opinions: Mapping[int, StatedOpinion],
    matched: Matched,
    records: Records,
    form: Form,
    document: str,
) -> Iterator[Finding]:
    """Each question, each changed proposal, and each row that only one of the two files has."""
    has_number = form.of_kind("no") is not None
    rows = {identity_of(row): row for row in records.rows}
    for no, opinion in sorted(opinions.items()):
        if opinion.doubts:
            yield _asked(no if has_number else None, opinion, document)
        elif no in rows and not is_blank(opinion.fills):
            yield from changed_since(opinion.seen, rows[no], form, opinion.at, compared_only=True)
    for difference in matched.differences:
        theirs, row = difference.stated, difference.row
        if theirs is not None and row is None:
            number = theirs.no if has_number else None
            texts = (theirs.name or "（事業名なし）", theirs.shown)
            value = short("：".join(filter(None, texts)))
            yield finding("row-added", at=theirs.at, project=number, value=value)
        elif theirs is None and row is not None and difference.kind is RowDifferenceKind.REMOVED:
            yield _removed(row, form, document)


# ---- two opinions on one project


def contradicts(old: StatedOpinion, new: StatedOpinion | None, form: Form) -> bool:
    """Whether both opinions are filled in and settled, and differ."""
    if new is None or new.is_blank or old.is_blank or old.is_open or new.is_open:
        return False
    fills = combined(old.fills, new.fills, form)
    if fills is None:
        return True
    # One row can't contain two answers that were given on different papers.
    is_of_both = all(fills != combined(opinion.fills, {}, form) for opinion in (old, new))
    shared = old.seen.keys() & new.seen.keys()
    return is_of_both and any(exact_key(old.seen[k]) != exact_key(new.seen[k]) for k in shared)


def combine_opinions(
    old: StatedOpinion | None, new: StatedOpinion | None, form: Form
) -> StatedOpinion:
    """Combine the opinion that was collected before with the new one.

    A question stays until it is settled. It is dropped if a corrected version of the same file
    raises no question. If the two contradict each other, the question is which one is valid.
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
    fills = combined(old.fills, new.fills, form)
    if fills is None or contradicts(old, new, form):
        return _with_answer(old, new, form)
    if new.is_blank or fills == combined(old.fills, {}, form):
        return old
    return _joined(old, new, fills, form)


def _joined(old: StatedOpinion, new: StatedOpinion, fills: Fills, form: Form) -> StatedOpinion:
    """The combined opinion; it names both origins if the new opinion does not contain it all."""
    is_complete = fills == combined(new.fills, {}, form)
    origins = (new.origin,) if is_complete else (old.origin, new.origin)
    origin = "、".join(dict.fromkeys(filter(None, origins)))
    return replace(new, fills=fills, origin=origin, asked=old.asked, is_settled=old.is_settled)


def _with_question(old: StatedOpinion, new: StatedOpinion) -> StatedOpinion:
    """The old opinion with the new question; it stays settled if no question is new."""
    if old.is_blank:
        return new
    lines = [line for line in new.asked.split("\n") if line not in old.asked.split("\n")]
    if not lines:
        return old
    asked = "\n".join(filter(None, (old.asked, *lines)))
    return replace(old, asked=asked, is_settled=False)


def _with_answer(old: StatedOpinion, new: StatedOpinion, form: Form) -> StatedOpinion:
    """The old opinion with a question about the different answer of another file."""
    line = as_question(new, form)
    lines = old.asked.split("\n") if old.asked else []
    if line in lines:
        return old
    return replace(old, asked="\n".join((*lines, line)), is_settled=False)


def as_question(new: StatedOpinion, form: Form) -> str:
    """A file's answer, worded as a question because another answer already exists."""
    return f"〔{new.origin}〕こちらでは：{fills_text(new.fills, form)}"


def _is_of(asked: str, new: StatedOpinion) -> bool:
    """Whether every question is about the file that the new opinion comes from."""
    name = new.at.sheet.removeprefix("[").partition("]")[0] if new.at.sheet else ""
    return bool(name) and all(line.startswith(f"〔{name}") for line in asked.split("\n"))
