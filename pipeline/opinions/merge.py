"""Merge a results workbook into the records: records and workbook in, records out.

The workbook is first compared with the master. It is refused, with the reason, if it belongs
to another master, form or meeting, or if the projects have changed since. Then each opinion is
added to its project. If the master has another opinion, both cells are reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.model.collected import (
    Matched,
    OpinionBook,
    RowDifference,
    RowDifferenceKind,
    StatedOpinion,
)
from pipeline.model.columns import Column
from pipeline.model.fills import (
    Fills,
    combined,
    combined_unit,
    fill_text,
    fill_units,
    fills_of,
    identity_of,
    is_blank,
    name_of,
    row_label,
)
from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form
from pipeline.model.grid import CellRef
from pipeline.model.identity import differing_properties, is_of_another_form, owner
from pipeline.model.records import Records, Row
from pipeline.model.values import Fill
from pipeline.opinions.stated_opinions import changed_since, short

# Only this many differences are reported; the officer sees the others after fixing these.
_SHOWN = 3


def refusal(book: OpinionBook, matched: Matched, records: Records, form: Form) -> Finding | None:
    """Why the workbook does not fit the master in its present state; None if it fits."""
    name = book.path.name
    if matched.is_of_another_master:
        return finding("results-of-another-master", value=name, master=book.identity.master)
    theirs, ours = book.identity.owner, owner(records.meeting, form)
    if is_of_another_form(theirs, ours):
        choices = "、".join(theirs.choices)
        return finding("results-of-another-form", value=name, form=theirs.form, choices=choices)
    if differing_properties(theirs, ours):
        code, other = "results-of-another-meeting", theirs.called
        return finding(code, value=name, theirs=other, ours=ours.called)
    if matched.differences:
        reasons = [_reason(difference, form) for difference in matched.differences]
        more = [f"ほか {len(reasons) - _SHOWN} 件"] if len(reasons) > _SHOWN else []
        reason = "、".join([*reasons[:_SHOWN], *more])
        return finding("results-of-an-older-master", value=name, reason=reason)
    return None


def _reason(difference: RowDifference, form: Form) -> str:
    """A short description of a difference: 「No.3「旧名」は台帳では「新名」」."""
    stated, row = difference.stated, difference.row
    theirs = _label(stated.no, stated.name, form) if stated else ""
    ours = _label(identity_of(row), name_of(row, form), form) if row else ""
    if difference.kind is RowDifferenceKind.REPEATED:
        return f"{theirs}が２行ある"
    if difference.kind is RowDifferenceKind.UNNUMBERED:
        return f"{theirs}の番号が台帳では読み取れない"
    if not ours:
        return f"{theirs}が台帳にない"
    return f"{theirs}が台帳では{ours}" if theirs else f"台帳の{ours}がない"


def _label(no: int | None, name: str, form: Form) -> str:
    return f"{row_label(no, form)}「{short(name)}」"


def merge(
    records: Records, book: OpinionBook, matched: Matched, form: Form, sha256: str
) -> tuple[Records, tuple[Finding, ...]]:
    """The records with the workbook's opinions, and a finding for each contradiction.

    ``sha256`` is the checksum of the master in its present state.
    """
    rows: list[Row] = []
    findings: list[Finding] = list(book.findings)
    if book.identity.sha256 != sha256:
        findings.append(finding("results-master-changed", value=book.path.name))
    for row in records.rows:
        number = identity_of(row)
        opinion = matched.opinions.get(number) if number is not None else None
        if opinion is None:
            rows.append(row)
            continue
        if opinion.is_open or opinion.doubts:
            findings.append(_unsettled(row, opinion))
            rows.append(row)
            continue
        if not is_blank(opinion.fills):
            findings += changed_since(opinion.seen, row, form, opinion.at)
        both = combined(fills_of(row, form), opinion.fills, form)
        if both is None:
            findings += _contradictions(row, opinion, form)
            rows.append(row)
        else:
            rows.append(_with_opinion(row, both, opinion, form))
    return replace(records, rows=tuple(rows)), tuple(findings)


def _unsettled(row: Row, opinion: StatedOpinion) -> Finding:
    """Why an opinion of the workbook is not used."""
    reason = opinion.asked or "、".join(doubt.words for doubt in opinion.doubts)
    cell = f"{opinion.at.sheet}!{opinion.at.address}"
    return finding(
        "opinion-unsettled", at=opinion.at, project=row.no, value=short(reason), cell=cell
    )


def _with_opinion(row: Row, fills: Fills, opinion: StatedOpinion, form: Form) -> Row:
    """The row with the combined answers and the cells that they come from.

    A blank answer has to be typed in the workbook, so findings point there.
    """
    cells = dict(row.source.elsewhere)
    for column in form.fills:
        place = opinion.place(column.key)
        if row.fill(column.key).is_blank and isinstance(place, CellRef):
            cells[column.key] = place
    source = replace(row.source, elsewhere=cells)
    seen = {} if is_blank(opinion.fills) else opinion.seen
    return replace(row, values={**row.values, **fills}, source=source, seen=seen)


def _contradictions(row: Row, opinion: StatedOpinion, form: Form) -> Iterator[Finding]:
    """A finding with both cells for each answer that differs between master and workbook."""
    for unit in fill_units(form):
        if combined_unit(fills_of(row, form), opinion.fills, unit) is None:
            yield from _unit_contradictions(row, opinion, unit, form)


def _unit_contradictions(
    row: Row, opinion: StatedOpinion, unit: tuple[Column, ...], form: Form
) -> Iterator[Finding]:
    contradicting = [
        column
        for column in unit
        if combined_unit({column.key: row.fill(column.key)}, opinion.fills, (column,)) is None
    ]
    # One has a remark, the other a choice: neither contradicts, but they can't be combined.
    for column in contradicting or unit[1:]:
        ours, theirs = row.fill(column.key), opinion.fills.get(column.key, Fill())
        if ours.is_blank and theirs.is_blank:
            continue
        at = opinion.place(column.key)
        yield finding(
            "opinion-contradicts",
            at=row.source.cell(column.key),
            project=row.no,
            title=column.name,
            value=fill_text(ours, column, form),
            other=f"{at.sheet}!{at.address}",
            stated=fill_text(theirs, column, form),
        )
