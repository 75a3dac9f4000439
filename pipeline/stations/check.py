"""Check the records: everything doubtful in them, all at once.

In: records, the form, the judgement table in force and the sheet they came
from. Out: findings. Each check is one function; what a value could not be read
as was already said by ``normalise``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form, JudgementCell, JudgementTable
from pipeline.model.grid import Sheet
from pipeline.model.records import OpinionStatus, Project, Records
from pipeline.text import compare_key, one_line


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
    """All findings about the records; the office's own acceptances are marked on them."""
    context = _Context(records, form, judgement, sheet)
    return accept(tuple(found for each in CHECKS for found in each(context)), records)


def accept(findings: Iterable[Finding], records: Records) -> tuple[Finding, ...]:
    """The findings, those accepted in the column 確認済 marked with the office's reason.

    An error can't be accepted: its document would be wrong whatever is agreed.
    """
    reasons = {p.no: p.accepted for p in records.projects if p.accepted}
    return tuple(
        found
        if found.blocks or found.project not in reasons
        else replace(found, accepted=reasons[found.project])
        for found in findings
    )


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
    numbers = sorted({project.no for project in context.projects if project.no is not None})
    cells = {project.no: project.source.cell("no") for project in context.projects}
    for before, after in pairwise(numbers):
        if after - before > 1:
            gap = str(before + 1) if after - before == 2 else f"{before + 1}〜{after - 1}"  # noqa: PLR2004
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
                other=earlier.no,
            )


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
        if letter is None or expected is None or letter == expected.letter:
            continue
        table = context.judgement
        if table is None:
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
    """Where no label is known for a letter, any is right."""
    table = context.judgement
    labels = {c.letter: c.label for c in table.cells if c.label} if table else {}
    for project in context.projects:
        letter, label = project.judgement.letter, project.judgement.label
        known = labels.get(letter) if letter else None
        if known and label and compare_key(label) != compare_key(known):
            yield finding(
                "label-differs",
                at=project.source.cell("judgement.label"),
                project=project.no,
                value=label,
                letter=letter,
                expected=known,
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
    """「継続の方針とする」 beside another mark. Only a label that the sentence decides on counts.

    Labels contain one another (一部見直しのうえ継続), so the longest is read first.
    """
    labels = sorted(context.form.labels, key=len, reverse=True)
    named = re.compile(
        f"(?P<label>{'|'.join(map(re.escape, labels))})"
        r"(?:の|という|とする|する)?(?:方針|こと)?(?:とする|とします|が適当|が妥当)"
    )
    for project in context.projects:
        choice = project.proposal.choice
        words = {match["label"] for match in named.finditer(project.proposal.text)}
        for word in sorted(words - {choice}) if choice else ():
            yield finding(
                "text-names-other-choice",
                at=project.source.cell("proposal.text"),
                project=project.no,
                value=word,
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
            for character in dict.fromkeys(text):
                if not _fits_cp932(character):
                    yield finding(
                        "outside-cp932",
                        at=project.source.cell(key),
                        project=project.no,
                        value=character,
                        code_point=f"U+{ord(character):04X}",
                    )


def _fits_cp932(character: str) -> bool:
    try:
        character.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


CHECKS: tuple[Callable[[_Context], Iterable[Finding]], ...] = (
    _numbers_twice,
    _numbers_missing,
    _names_twice,
    _letter_against_ratings,
    _letter_unknown,
    _label_against_letter,
    _proposal_against_review,
    _text_names_other_choice,
    _text_names_no_choice,
    _hidden_rows,
    _opinions_present,
    _comment_without_opinion,
    _outside_cp932,
)
