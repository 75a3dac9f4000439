"""Check the records and report every doubtful value in one pass.

In: records, the form, the judgement table in force and the sheet that the records
come from. Out: findings. Each check is one function. ``normalise`` has already
reported the values that could not be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from pipeline.base.text import Mark, characters, code_points, compare_key, one_line, parse_mark
from pipeline.master.strikes import struck_cells
from pipeline.master.wording import contradicting
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.columns import Column
from pipeline.model.findings import Finding, finding
from pipeline.model.form import ACCEPTED, MEETING_SHEET, Form, JudgementCell, JudgementTable
from pipeline.model.grid import Sheet
from pipeline.model.records import Records, Row, printed_text
from pipeline.model.values import Fill, Number


@dataclass(frozen=True, slots=True)
class _Context:
    """The input of every check."""

    records: Records
    form: Form
    judgement: JudgementTable | None
    sheet: Sheet | None

    @property
    def rows(self) -> tuple[Row, ...]:
        return self.records.rows


def check(
    records: Records, form: Form, *, judgement: JudgementTable | None, sheet: Sheet | None = None
) -> tuple[Finding, ...]:
    """All findings about the records, in the order of the checks.

    ``judgement`` is the table in force (the office's or the form's). ``sheet`` is the
    sheet of the records; it shows which rows and columns are hidden and which text is struck.
    """
    context = _Context(records, form, judgement, sheet)
    return tuple(found for run_check in CHECKS for found in run_check(context))


def _at_cell(code: str, row: Row, key: str, /, **params: Any) -> Finding:
    """A finding about a row, at the cell of one of its columns."""
    return finding(code, at=row.source.cell(key), project=row.no, **params)


def mark_accepted(findings: Iterable[Finding], records: Records) -> tuple[Finding, ...]:
    """Return the findings; add the office's reason to those that the office has accepted.

    The office writes its reason in the column 確認済 or in 会議情報. A reason that names
    codes of the catalogue accepts only these findings; any other reason accepts all
    findings of its project. An error can't be accepted, because its document would be wrong.
    """
    reasons: dict[int, list[str]] = {}
    for row in records.rows:
        reason = row.text(ACCEPTED)
        if row.no is not None and reason and not _is_unsettled(reason):
            reasons.setdefault(row.no, []).append(reason)
    for acceptance in records.meeting.accepted:
        if not _is_unsettled(acceptance.reason):
            reasons.setdefault(acceptance.project, []).append(acceptance.reason)
    return tuple(_accepted(found, reasons) for found in findings)


def _accepted(found: Finding, reasons: Mapping[int, Sequence[str]]) -> Finding:
    if found.blocks or found.project is None:
        return found
    for reason in reasons.get(found.project, ()):
        codes = _CODE.findall(reason)
        if found.code in codes or not codes:
            return replace(found, accepted=reason)
    return found


def _is_unsettled(reason: str) -> bool:
    """Whether the reason means that nothing is settled yet: ×, □, 未, FALSE."""
    return parse_mark(reason) is Mark.EMPTY or compare_key(reason) in _NOT_YET


_NOT_YET = frozenset({"未", "未済", "未了", "未確認", "いいえ", "NO"})
# Longest first, because letter-differs-inferred begins with letter-differs.
_CODE = re.compile("|".join(map(re.escape, sorted(CATALOGUE, key=len, reverse=True))))


def _acceptances_unmatched(context: _Context) -> Iterable[Finding]:
    """Report an acceptance of an unknown number: a typing error must not go unnoticed."""
    numbers = {row.no for row in context.rows}
    for acceptance in context.records.meeting.accepted:
        if acceptance.project not in numbers:
            yield finding("acceptance-unmatched", sheet=MEETING_SHEET, value=acceptance.project)


def _numbers_twice(context: _Context) -> Iterable[Finding]:
    """A number must identify one row, because minutes and handout refer to it."""
    column = context.form.of_kind("no")
    seen: dict[int, Row] = {}
    for row in context.rows:
        if column is None or row.no is None:
            continue
        earlier = seen.setdefault(row.no, row)
        if earlier is not row:
            other = earlier.source.cell(column.key).address
            yield _at_cell("number-twice", row, column.key, value=row.no, other=other)


def _numbers_missing(context: _Context) -> Iterable[Finding]:
    """Report a gap at the number after it, if the numbering starts at 1."""
    column = context.form.of_kind("no")
    if column is None:
        return
    cells = {row.no: row.source.cell(column.key) for row in context.rows if row.no is not None}
    if 1 not in cells:
        return
    for before, after in pairwise(sorted(cells)):
        first, last = before + 1, after - 1
        if first <= last:
            gap = f"{first}〜{last}" if first < last else first
            yield finding("number-missing", at=cells[after], value=gap)


def _names_twice(context: _Context) -> Iterable[Finding]:
    column = context.form.of_kind("name")
    seen: dict[str, Row] = {}
    for row in context.rows:
        if column is None or not row.name:
            continue
        earlier = seen.setdefault(compare_key(row.name), row)
        if earlier is not row:
            yield _at_cell("name-twice", row, column.key, value=row.name, other=earlier.called)


def _texts_empty(context: _Context) -> Iterable[Finding]:
    """Report a missing text that nearly every other row has: it was probably forgotten."""
    for column in context.form.columns:
        if column.kind != "text" or column.fill or not column.prints or column.inside:
            continue
        empty = [row for row in context.rows if not row.text(column.key)]
        if empty and len(empty) * _ROWS_PER_EMPTY_TEXT < len(context.rows):
            for row in empty:
                yield _at_cell("text-empty", row, column.key, title=column.name)


# ---- the judgement


def _expected(context: _Context, row: Row) -> JudgementCell | None:
    """The table's cell for the two scores of a row, or None if a score is unknown."""
    table = context.judgement
    if table is None:
        return None
    return table.cell(row.values.get(table.rows), row.values.get(table.columns))


def _letter_against_scores(context: _Context) -> Iterable[Finding]:
    """Attested cells come from a printed handout; an inferred cell gives only a notice."""
    table = context.judgement
    if table is None:
        return
    for row in context.rows:
        letter, expected = row.text(table.letter), _expected(context, row)
        # ``_letter_unknown`` reports a letter that is in no cell.
        if not letter or expected is None or letter == expected.letter:
            continue
        if letter not in table.letters():
            continue
        yield _at_cell(
            "letter-differs" if expected.attested else "letter-differs-inferred",
            row,
            table.letter,
            value=letter,
            rows=context.form.column(table.rows).name,
            columns=context.form.column(table.columns).name,
            row=expected.row,
            column=expected.column,
            expected=expected.letter,
        )


def _letter_unknown(context: _Context) -> Iterable[Finding]:
    table = context.judgement
    if table is None:
        return
    letters = table.letters()
    for row in context.rows:
        letter = row.text(table.letter)
        if letter and letter not in letters:
            yield _at_cell("letter-unknown", row, table.letter, value=letter)


def _label_against_letter(context: _Context) -> Iterable[Finding]:
    """If no label is attested for a letter, every label is right."""
    table = context.judgement
    if table is None:
        return
    known: dict[str, list[str]] = {}
    for cell in table.cells:
        if cell.attested and cell.label:
            known.setdefault(cell.letter, []).append(cell.label)
    for row in context.rows:
        letter, label = row.text(table.letter), row.text(table.label)
        labels = known.get(letter, [])
        if label and labels and compare_key(label) not in map(compare_key, labels):
            expected = "」か「".join(dict.fromkeys(labels))
            params = {"value": label, "letter": letter, "expected": expected}
            yield _at_cell("label-differs", row, table.label, **params)


def _proposal_against_review(context: _Context) -> Iterable[Finding]:
    """A proposal may differ from the review; the officer should know in which rows."""
    table = context.judgement
    if table is None:
        return
    for key in sorted({column.against for column in context.form.opinions if column.against}):
        column = context.form.column(key)
        for row in context.rows:
            label, choice = row.text(table.label), row.text(key)
            if choice and label in column.choices and label != choice:
                params = {"value": choice, "label": label, "title": column.name}
                yield _at_cell("proposal-differs", row, key, **params)


# ---- the reasoning


def _reasonings(form: Form) -> Iterator[tuple[Column, Column]]:
    """Pairs of a text and the choice it gives reasons for: neighbours below one heading."""
    printed = form.printed
    for left, right in pairwise(printed):
        pair = {left.kind: left, right.kind: right}
        is_one_group = bool(left.under) and left.under == right.under
        if is_one_group and set(pair) == {"text", "choice"} and not pair["choice"].fill:
            yield pair["text"], pair["choice"]


def _text_names_other_choice(context: _Context) -> Iterable[Finding]:
    """「継続の方針とする」 with another choice marked. Only a sentence that decides counts."""
    for text, column in _reasonings(context.form):
        for row in context.rows:
            choice = row.text(column.key)
            if not choice:
                continue
            for label in contradicting(row.text(text.key), choice, column.choices):
                yield _at_cell("text-names-other-choice", row, text.key, value=label, choice=choice)


def _text_names_no_choice(context: _Context) -> Iterable[Finding]:
    for text, column in _reasonings(context.form):
        labels = "、".join(column.choices)
        for row in context.rows:
            for word in context.form.words.outside_choices:
                if word in row.text(text.key):
                    yield _at_cell("text-outside-choices", row, text.key, value=word, labels=labels)


# ---- numbers


def _totals(context: _Context) -> Iterable[Finding]:
    """Compare the form's total row with the rows above it. Rates are not added up."""
    total = context.records.total
    if total is None:
        return
    for column in context.form.columns:
        if column.kind == "number" and not _is_rate(total, column):
            parts = [(1, _number(row, column)) for row in context.rows]
            yield from _sum_differs(("total-differs", "total-rounded"), total, column, parts)


def _is_rate(row: Row, column: Column) -> bool:
    return compare_key(printed_text(row, column)).endswith("%")


def _arithmetic(context: _Context) -> Iterable[Finding]:
    """Check the sums that the form declares, in every row and in the total row."""
    total = context.records.total
    for declared in context.form.checks:
        column = context.form.column(declared.equal)
        terms = [(sign, context.form.column(key)) for sign, key in declared.terms]
        formula = _formula(terms)
        for row in (*context.rows, *([total] if total else ())):
            parts = [(sign, _number(row, term)) for sign, term in terms]
            if any(number is not None for _, number in parts):
                codes = ("arithmetic-differs", "arithmetic-rounded")
                yield from _sum_differs(codes, row, column, parts, formula=formula)


def _formula(terms: Sequence[tuple[int, Column]]) -> str:
    signed = "".join(f"{'＋' if sign > 0 else '－'}{column.name}" for sign, column in terms)
    return signed.removeprefix("＋")


def _number(row: Row, column: Column) -> float | None:
    value = row.values.get(column.key)
    if isinstance(value, Fill):
        value = value.value
    return value.value if isinstance(value, Number) else None


def _sum_differs(
    codes: tuple[str, str],
    row: Row,
    column: Column,
    parts: Sequence[tuple[int, float | None]],
    **params: Any,
) -> Iterator[Finding]:
    """A finding if a number is not the signed sum of its parts.

    The second of ``codes`` is for a difference that rounding may explain.
    """
    differs, rounded = codes
    number, value = _number(row, column), row.values.get(column.key)
    if number is None:
        return
    expected = sum((sign * Decimal(repr(n)) for sign, n in parts if n is not None), Decimal(0))
    difference = abs(Decimal(repr(number)) - expected)
    if difference > _TOLERANCE:
        # Rounding may change each part by up to one half.
        code = rounded if difference <= Decimal(len(parts)) / 2 else differs
        params |= {"value": value.shown if isinstance(value, Number) else number}
        params |= {"title": column.name, "expected": f"{expected.normalize():f}"}
        yield _at_cell(code, row, column.key, **params)


# ---- rows and characters


def _struck_text(context: _Context) -> Iterable[Finding]:
    """Text that the office struck through would be printed as normal text."""
    if context.sheet is None or not context.sheet.struck:
        return
    titles = {column.key: column.name for column in context.form.columns if column.prints}
    cells = (
        (row.source.cell(key), titles[key], row.no)
        for row in context.rows
        for key in row.source.columns
        if key in titles
    )
    yield from struck_cells(context.sheet, dict.fromkeys(cells))


def _hidden_rows(context: _Context) -> Iterable[Finding]:
    """Hidden rows are printed: an active filter must not remove a row from the paper."""
    sheet = context.sheet
    for row in context.rows:
        if sheet is not None and row.source.row in sheet.hidden_rows:
            code = "row-filtered" if sheet.filtered else "row-hidden"
            yield _at_cell(code, row, context.form.columns[0].key)


def _hidden_columns(context: _Context) -> Iterable[Finding]:
    """Hidden columns are printed as well: the office must know that they are."""
    sheet, row = context.sheet, next(iter(context.rows), None)
    if sheet is None or row is None:
        return
    for column in context.form.columns:
        if column.prints and row.source.columns.get(column.key) in sheet.hidden_columns:
            yield finding("column-hidden", at=row.source.cell(column.key), title=column.name)


def _opinions_present(context: _Context) -> Iterable[Finding]:
    for column in context.form.opinions:
        filled = [row for row in context.rows if not row.fill(column.key).is_blank]
        if filled:
            at = filled[0].source.cell(column.key)
            yield finding("opinions-present", at=at, value=len(filled))


def _comment_without_opinion(context: _Context) -> Iterable[Finding]:
    """An edition that prints only 未入力 would drop a remark without an opinion."""
    for column in context.form.opinions:
        for remark in context.form.comments(column):
            for row in context.rows:
                comment = row.fill(remark.key)
                if row.fill(column.key).is_blank and not comment.is_blank:
                    value = one_line(str(comment.value))[:20]
                    yield _at_cell("comment-without-opinion", row, remark.key, value=value)


def _outside_cp932(context: _Context) -> Iterable[Finding]:
    """Characters that older systems of the office can't store; they are printed unchanged."""
    columns = [column for column in context.form.columns if column.kind in _TEXTS]
    for row in context.rows:
        for column in columns:
            text = printed_text(row, column)
            # Test the whole text first: 5,000 rows have a million characters.
            for character in () if _fits_cp932(text) else dict.fromkeys(characters(text)):
                if not _fits_cp932(character):
                    params = {"value": character, "code_point": code_points(character)}
                    yield _at_cell("outside-cp932", row, column.key, **params)


def _fits_cp932(text: str) -> bool:
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


_TEXTS = frozenset({"text", "name", "word"})
# Numbers that differ by less are equal: a workbook stores binary fractions.
_TOLERANCE = Decimal("1e-6")
# A missing text is reported if fewer than one row in this many lacks it.
_ROWS_PER_EMPTY_TEXT = 5

CHECKS: tuple[Callable[[_Context], Iterable[Finding]], ...] = (
    _acceptances_unmatched,
    _numbers_twice,
    _numbers_missing,
    _names_twice,
    _texts_empty,
    _letter_against_scores,
    _letter_unknown,
    _label_against_letter,
    _proposal_against_review,
    _text_names_other_choice,
    _text_names_no_choice,
    _totals,
    _arithmetic,
    _struck_text,
    _hidden_rows,
    _hidden_columns,
    _opinions_present,
    _comment_without_opinion,
    _outside_cp932,
)
