"""Check the records: everything doubtful in them, all at once.

In: records, the form, the judgement table in force and the sheet they came
from. Out: findings. Each check is one function; values that could not be read were
already told by ``normalise``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.base.text import Mark, characters, code_points, compare_key, one_line, parse_mark
from pipeline.master.strikes import struck_cells
from pipeline.master.wording import contradicting
from pipeline.model.catalogue import CATALOGUE
from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form, JudgementCell, JudgementTable
from pipeline.model.grid import Sheet
from pipeline.model.records import OpinionStatus, Project, Records
from pipeline.model.row_height import too_tall_part


@dataclass(frozen=True, slots=True)
class _Context:
    """What a check may look at."""

    records: Records
    form: Form
    judgement: JudgementTable | None
    sheet: Sheet | None

    @property
    def projects(self) -> tuple[Project, ...]:
        return self.records.projects


def check(
    records: Records, form: Form, *, judgement: JudgementTable | None, sheet: Sheet | None = None
) -> tuple[Finding, ...]:
    """All findings about the records, in the order of the checks.

    ``judgement`` is the table in force (the office's or the form's), ``sheet``
    the one that the records came from, for what only its rows know.
    """
    context = _Context(records, form, judgement, sheet)
    return tuple(found for each in CHECKS for found in each(context))


def accept(findings: Iterable[Finding], records: Records) -> tuple[Finding, ...]:
    """The findings, those that the office has accepted marked with its reason.

    It does so in the column 確認済 or in 会議情報. A reason that names codes of
    the catalogue accepts these alone, any other all of its project. An error
    can't be accepted: its document would be wrong whatever is agreed.
    """
    reasons: dict[int, list[str]] = {}
    for project in records.projects:
        if project.no is not None and project.accepted and not _is_denial(project.accepted):
            reasons.setdefault(project.no, []).append(project.accepted)
    for acceptance in records.meeting.accepted:
        if not _is_denial(acceptance.reason):
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


def _is_denial(reason: str) -> bool:
    """Whether the reason says that nothing was settled yet: ×, □, 未, FALSE."""
    return parse_mark(reason) is Mark.EMPTY or compare_key(reason) in _NOT_YET


_NOT_YET = frozenset({"未", "未済", "未了", "未確認", "いいえ", "NO"})
# Longest first, because letter-differs is the beginning of letter-differs-inferred.
_CODE = re.compile("|".join(map(re.escape, sorted(CATALOGUE, key=len, reverse=True))))


def _acceptances_unmatched(context: _Context) -> Iterable[Finding]:
    """A slip in a number must not leave a finding open without a word."""
    numbers = {project.no for project in context.projects}
    for acceptance in context.records.meeting.accepted:
        if acceptance.project not in numbers:
            sheet = context.form.file.meeting_sheet
            yield finding("acceptance-unmatched", sheet=sheet, value=acceptance.project)


def _numbers_twice(context: _Context) -> Iterable[Finding]:
    """A number stands for one project: minutes and handout refer to it."""
    seen: dict[int, Project] = {}
    for project in context.projects:
        if project.no is None:
            continue
        earlier = seen.setdefault(project.no, project)
        if earlier is not project:
            yield finding(
                "number-twice",
                at=project.source.cell("no"),
                project=project.no,
                value=project.no,
                other=earlier.source.cell("no").address,
            )


def _numbers_missing(context: _Context) -> Iterable[Finding]:
    """A gap is told at the number after it; the run begins with 1."""
    cells = {p.no: p.source.cell("no") for p in context.projects if p.no is not None}
    for before, after in pairwise((0, *sorted(cells))):
        first, last = before + 1, after - 1
        if first <= last:
            gap = f"{first}〜{last}" if first < last else first
            yield finding("number-missing", at=cells[after], value=gap)


def _names_twice(context: _Context) -> Iterable[Finding]:
    seen: dict[str, Project] = {}
    for project in context.projects:
        if not project.name:
            continue
        earlier = seen.setdefault(compare_key(project.name), project)
        if earlier is not project:
            yield finding(
                "name-twice",
                at=project.source.cell("name"),
                project=project.no,
                value=project.name,
                other=_called(earlier),
            )


def _called(project: Project) -> str:
    """「No.3」, or the cell of its name where it has no number."""
    if project.no is not None:
        return f"No.{project.no}"
    return project.source.cell("name").address


def _expected(context: _Context, project: Project) -> JudgementCell | None:
    """The table's cell for a project's two ratings, where both are known."""
    table = context.judgement
    if table is None:
        return None
    row, column = project.ratings.get(table.rows), project.ratings.get(table.columns)
    return None if row is None or column is None else table.cell(row, column)


def _letter_against_ratings(context: _Context) -> Iterable[Finding]:
    """Attested cells are held by a printed handout; inferred ones only hint."""
    for project in context.projects:
        letter, expected = project.judgement.letter, _expected(context, project)
        table = context.judgement
        if letter is None or expected is None or table is None or letter == expected.letter:
            continue
        # A letter that no cell has is told as unknown.
        if letter not in table.letters():
            continue
        yield finding(
            "letter-differs" if expected.attested else "letter-differs-inferred",
            at=project.source.cell("judgement.letter"),
            project=project.no,
            value=letter,
            rows=context.form.rating(table.rows).title,
            columns=context.form.rating(table.columns).title,
            row=expected.row,
            column=expected.column,
            expected=expected.letter,
        )


def _letter_unknown(context: _Context) -> Iterable[Finding]:
    table = context.judgement
    if table is None:
        return
    letters = table.letters()
    for project in context.projects:
        if project.judgement.letter is not None and project.judgement.letter not in letters:
            yield finding(
                "letter-unknown",
                at=project.source.cell("judgement.letter"),
                project=project.no,
                value=project.judgement.letter,
            )


def _label_against_letter(context: _Context) -> Iterable[Finding]:
    """Where no label is attested for a letter, any is right."""
    known: dict[str, list[str]] = {}
    for cell in context.judgement.cells if context.judgement else ():
        if cell.attested and cell.label:
            known.setdefault(cell.letter, []).append(cell.label)
    for project in context.projects:
        letter, label = project.judgement.letter, project.judgement.label
        labels = known.get(letter, []) if letter else []
        if label and labels and compare_key(label) not in map(compare_key, labels):
            yield finding(
                "label-differs",
                at=project.source.cell("judgement.label"),
                project=project.no,
                value=label,
                letter=letter,
                expected="」か「".join(dict.fromkeys(labels)),
            )


def _proposal_against_review(context: _Context) -> Iterable[Finding]:
    """A proposal may differ from the review; the officer should know where."""
    labels = set(context.form.labels)
    for project in context.projects:
        label, choice = project.judgement.label, project.proposal.choice
        if choice and label in labels and label != choice:
            yield finding(
                "proposal-differs",
                at=project.source.cell("proposal.choice"),
                project=project.no,
                value=choice,
                label=label,
            )


def _text_names_other_choice(context: _Context) -> Iterable[Finding]:
    """「継続の方針とする」 beside another mark. Only a label that a sentence decides on counts."""
    for project in context.projects:
        choice = project.proposal.choice
        if choice is None:
            continue
        for label in contradicting(project.proposal.text, choice, context.form.labels):
            yield finding(
                "text-names-other-choice",
                at=project.source.cell("proposal.text"),
                project=project.no,
                value=label,
                choice=choice,
            )


def _text_names_no_choice(context: _Context) -> Iterable[Finding]:
    labels = "、".join(context.form.labels)
    for project in context.projects:
        for word in context.form.file.wording.outside_choices:
            if word in project.proposal.text:
                yield finding(
                    "text-outside-choices",
                    at=project.source.cell("proposal.text"),
                    project=project.no,
                    value=word,
                    labels=labels,
                )


def _struck_text(context: _Context) -> Iterable[Finding]:
    """What an office struck out would be printed as if it stood."""
    titles = {column.key: column.title for column in context.form.columns}
    cells = (
        (at, titles.get(key, key), project.no)
        for project in context.projects
        for key, at in project.source.cells.items()
        if key != "accepted"
    )
    if context.sheet is not None:
        yield from struck_cells(context.sheet, dict.fromkeys(cells))


def _hidden_rows(context: _Context) -> Iterable[Finding]:
    """Hidden rows are used: a filter left on must not drop a project from the paper."""
    sheet = context.sheet
    for project in context.projects:
        if sheet is not None and project.source.row in sheet.hidden_rows:
            code = "row-filtered" if sheet.filtered else "row-hidden"
            yield finding(code, at=project.source.cell("no"), project=project.no)


def _opinions_present(context: _Context) -> Iterable[Finding]:
    filled = [p for p in context.projects if p.opinion.status is not OpinionStatus.BLANK]
    if filled:
        at = filled[0].source.cell("opinion.choice")
        yield finding("opinions-present", at=at, value=len(filled))


def _taller_than_a_page(context: _Context) -> Iterable[Finding]:
    """Told before the pages are laid out, at the cell that makes the row so tall."""
    for project in context.projects:
        part = too_tall_part(
            name=project.name,
            paragraphs=[project.proposal.text],
            boxes=len(context.form.labels),
            said=[project.opinion.comment or ""],
            widths=context.form.file.widths,
        )
        if part is not None:
            yield finding(
                "row-taller-than-page",
                at=project.source.cell(part),
                project=project.no,
                value=project.no,
            )


def _comment_without_opinion(context: _Context) -> Iterable[Finding]:
    """A remark with no mark would vanish from an edition that prints 未入力 only."""
    for project in context.projects:
        if project.opinion.status is OpinionStatus.BLANK and project.opinion.comment:
            yield finding(
                "comment-without-opinion",
                at=project.source.cell("opinion.comment"),
                project=project.no,
                value=one_line(project.opinion.comment)[:20],
            )


def _outside_cp932(context: _Context) -> Iterable[Finding]:
    """Characters that older systems of the office can't hold; they print as they stand."""
    for project in context.projects:
        texts = {
            "name": project.name,
            "proposal.text": project.proposal.text,
            "opinion.comment": project.opinion.comment or "",
        }
        for key, text in texts.items():
            # The whole text first: 5,000 rows are a million characters.
            for character in () if _fits_cp932(text) else dict.fromkeys(characters(text)):
                if not _fits_cp932(character):
                    yield finding(
                        "outside-cp932",
                        at=project.source.cell(key),
                        project=project.no,
                        value=character,
                        code_point=code_points(character),
                    )


def _fits_cp932(text: str) -> bool:
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


CHECKS: tuple[Callable[[_Context], Iterable[Finding]], ...] = (
    _acceptances_unmatched,
    _numbers_twice,
    _numbers_missing,
    _names_twice,
    _letter_against_ratings,
    _letter_unknown,
    _label_against_letter,
    _proposal_against_review,
    _text_names_other_choice,
    _text_names_no_choice,
    _struck_text,
    _hidden_rows,
    _opinions_present,
    _taller_than_a_page,
    _comment_without_opinion,
    _outside_cp932,
)
