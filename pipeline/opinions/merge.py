"""Put a results workbook into the records: records and workbook in, records out.

The workbook is first held against the master: one of another master, another form,
another meeting or of projects that have changed since is refused with the reason. Then
each opinion goes to its project. Where the master says something else, both cells are told.
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
    called,
    combined,
    combined_unit,
    fill_units,
    fills_of,
    identity_of,
    in_words,
    is_blank,
    name_of,
)
from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form
from pipeline.model.grid import CellRef
from pipeline.model.identity import differing, is_of_another_form, owner
from pipeline.model.records import Records, Row
from pipeline.model.values import Fill
from pipeline.opinions.stated_opinions import changed_since, short

# So many differences are told; the officer sees the rest when these are settled.
_SHOWN = 3


def refusal(book: OpinionBook, matched: Matched, records: Records, form: Form) -> Finding | None:
    """Why the workbook is not of this master as it is now; None where it is."""
    name = book.path.name
    if matched.is_another:
        return finding("results-of-another-master", value=name, master=book.identity.master)
    theirs, ours = book.identity.owner, owner(records.meeting, form)
    if is_of_another_form(theirs, ours):
        choices = "、".join(theirs.choices)
        return finding("results-of-another-form", value=name, form=theirs.form, choices=choices)
    if differing(theirs, ours):
        code, other = "results-of-another-meeting", theirs.called
        return finding(code, value=name, theirs=other, ours=ours.called)
    if matched.differences:
        reasons = [_reason(each, form) for each in matched.differences]
        more = [f"ほか {len(reasons) - _SHOWN} 件"] if len(reasons) > _SHOWN else []
        reason = "、".join([*reasons[:_SHOWN], *more])
        return finding("results-of-an-older-master", value=name, reason=reason)
    return None


def _reason(each: RowDifference, form: Form) -> str:
    """「No.3「旧名」は台帳では「新名」」, as short as it can be told."""
    said, row = each.stated, each.row
    theirs = _named(said.no, said.name, form) if said else ""
    ours = _named(identity_of(row), name_of(row, form), form) if row else ""
    if each.kind is RowDifferenceKind.REPEATED:
        return f"{theirs}が２行ある"
    if each.kind is RowDifferenceKind.UNNUMBERED:
        return f"{theirs}の番号が台帳では読み取れない"
    if not ours:
        return f"{theirs}が台帳にない"
    return f"{theirs}が台帳では{ours}" if theirs else f"台帳の{ours}がない"


def _named(no: int | None, name: str, form: Form) -> str:
    return f"{called(no, form)}「{short(name)}」"


def merge(
    records: Records, book: OpinionBook, matched: Matched, form: Form, sha256: str
) -> tuple[Records, tuple[Finding, ...]]:
    """The records with the workbook's opinions, and where the master says otherwise.

    ``sha256`` is the master's as it is now.
    """
    rows: list[Row] = []
    findings: list[Finding] = list(book.findings)
    if book.identity.sha256 != sha256:
        findings.append(finding("results-master-changed", value=book.path.name))
    for row in records.rows:
        number = identity_of(row)
        said = matched.opinions.get(number) if number is not None else None
        if said is None:
            rows.append(row)
            continue
        if said.is_open or said.doubts:
            findings.append(_unsettled(row, said))
            rows.append(row)
            continue
        if not is_blank(said.fills):
            findings += changed_since(said.seen, row, form, said.at)
        both = combined(fills_of(row, form), said.fills, form)
        if both is None:
            findings += _contradictions(row, said, form)
            rows.append(row)
        else:
            rows.append(_with(row, both, said, form))
    return replace(records, rows=tuple(rows)), tuple(findings)


def _unsettled(row: Row, said: StatedOpinion) -> Finding:
    """Why an opinion of the workbook is not used."""
    told = said.asked or "、".join(doubt.words for doubt in said.doubts)
    cell = f"{said.at.sheet}!{said.at.address}"
    return finding("opinion-unsettled", at=said.at, project=row.no, value=short(told), cell=cell)


def _with(row: Row, fills: Fills, said: StatedOpinion, form: Form) -> Row:
    """The row with what was filled in and the cells that it now comes from.

    What is blank is to be typed in the workbook, so findings point there.
    """
    cells = dict(row.source.elsewhere)
    for column in form.fills:
        place = said.place(column.key)
        if row.fill(column.key).is_blank and isinstance(place, CellRef):
            cells[column.key] = place
    source = replace(row.source, elsewhere=cells)
    seen = {} if is_blank(said.fills) else said.seen
    return replace(row, values={**row.values, **fills}, source=source, seen=seen)


def _contradictions(row: Row, said: StatedOpinion, form: Form) -> Iterator[Finding]:
    """Both cells of each answer that master and workbook tell differently."""
    for unit in fill_units(form):
        if combined_unit(fills_of(row, form), said.fills, unit) is None:
            yield from _unit_contradictions(row, said, unit, form)


def _unit_contradictions(
    row: Row, said: StatedOpinion, unit: tuple[Column, ...], form: Form
) -> Iterator[Finding]:
    apart = [
        column
        for column in unit
        if combined_unit({column.key: row.fill(column.key)}, said.fills, (column,)) is None
    ]
    # A remark of one beside a choice of the other: neither contradicts, and they don't join.
    for column in apart or unit[1:]:
        ours, theirs = row.fill(column.key), said.fills.get(column.key, Fill())
        if ours.is_blank and theirs.is_blank:
            continue
        at = said.place(column.key)
        yield finding(
            "opinion-contradicts",
            at=row.source.cell(column.key),
            project=row.no,
            title=column.name,
            value=in_words(ours, column, form),
            other=f"{at.sheet}!{at.address}",
            stated=in_words(theirs, column, form),
        )
