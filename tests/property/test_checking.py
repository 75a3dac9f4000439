"""For any records, the checks return findings that can be shown."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from support.forms import form_of
from support.records import project, records, row_of, seed_form

from pipeline.cli.report import show_findings
from pipeline.master.checks import check, mark_accepted
from pipeline.model.findings import Finding
from pipeline.model.meeting import Acceptance, Meeting
from pipeline.model.records import Records, Row, RowSource
from pipeline.model.values import Fill, Number, Status

FORM = seed_form()
CHOICES = FORM.column("proposal").choices
WORDS = st.sampled_from(
    [
        *CHOICES,
        "の方針とする。",
        "とする",
        "廃止",
        "のうえ",
        "、",
        "\n",
        "𠮷",
        "{x}",
        "%s",
        "\x1b[",
    ]
)
TEXTS = st.one_of(st.text(max_size=20), st.lists(WORDS, max_size=12).map("".join))
MAYBE = st.none() | TEXTS
SCORES = st.none() | st.integers(0, 9)
LABELS = st.none() | st.sampled_from(CHOICES)

ROWS = st.builds(
    project,
    st.none() | st.integers(1, 12),
    name=TEXTS,
    progress=SCORES,
    feasibility=SCORES,
    regional_merit=SCORES,
    letter=MAYBE,
    label=MAYBE,
    reason=MAYBE,
    proposal=LABELS,
    opinion=st.builds(
        Fill, status=st.sampled_from(sorted(Status, key=lambda each: each.value)), value=LABELS
    ),
    comment=st.builds(Fill, status=st.sampled_from([Status.BLANK, Status.WRITTEN]), value=TEXTS),
    accepted=MAYBE,
    source=st.builds(RowSource, sheet=TEXTS, row=st.integers(1, 99)),
)
ACCEPTANCES = st.builds(Acceptance, project=st.integers(1, 12), reason=TEXTS)
RECORDS = st.builds(
    lambda rows, accepted: records(*rows, meeting=Meeting("資料１", "一覧", accepted=accepted)),
    st.lists(ROWS, max_size=6),
    st.lists(ACCEPTANCES, max_size=3).map(tuple),
)


def checked(drawn: Records) -> tuple[Finding, ...]:
    return mark_accepted(check(drawn, FORM, judgement=FORM.judgement), drawn)


@given(RECORDS)
def test_findings_of_any_records_can_be_shown(drawn: Records) -> None:
    findings = checked(drawn)
    stream = io.StringIO()
    show_findings(findings, stream)
    assert "\x1b" not in stream.getvalue()
    assert json.dumps([found.as_json() for found in findings])
    assert all(found.message.startswith(found.place) for found in findings)


@given(RECORDS)
def test_repeated_checks_and_acceptances_change_nothing(drawn: Records) -> None:
    findings = checked(drawn)
    assert checked(drawn) == findings
    assert mark_accepted(findings, drawn) == findings


@given(RECORDS)
def test_error_is_never_accepted(drawn: Records) -> None:
    assert all(found.accepted is None for found in checked(drawn) if found.blocks)


MONEY = form_of(
    """
    title = "取組一覧"
    total = "合計"
    columns = [{ title = "No", kind = "no" }, { titles = ["減", "増", "差引"], kind = "number" }]
    [[checks]]
    equal = "差引"
    sum = ["減", "-増"]
    """
)
# Yen and thousands of yen, whole or with a few decimals.
AMOUNTS = st.integers(-(10**9), 10**9).map(float) | st.decimals(-(10**6), 10**6, places=2).map(
    float
)
PAIRS = st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=30)


@given(PAIRS)
def test_correct_sums_cause_no_finding(pairs: list[tuple[float, float]]) -> None:
    rows = [(left, right, round(left - right, 2)) for left, right in pairs]
    total = tuple(round(sum(column), 2) for column in zip(*rows, strict=True))
    assert check(summed(rows, total), MONEY, judgement=None) == ()


@given(PAIRS, st.integers(0, 2), AMOUNTS.filter(lambda each: abs(each) > 100))
def test_wrong_total_is_reported(pairs: list[tuple[float, float]], place: int, off: float) -> None:
    rows = [(left, right, round(left - right, 2)) for left, right in pairs]
    total = [round(sum(column), 2) for column in zip(*rows, strict=True)]
    total[place] = round(total[place] + off, 2)
    found = check(summed(rows, tuple(total)), MONEY, judgement=None)
    assert [each.code for each in found if each.blocks] == ["total-differs", "arithmetic-differs"]


def summed(rows: Sequence[tuple[float, ...]], total: tuple[float, ...]) -> Records:
    def row(no: int | None, numbers: tuple[float, ...]) -> Row:
        values = {
            key: Number(number, str(number))
            for key, number in zip(("減", "増", "差引"), numbers, strict=True)
        }
        return row_of({"No": no, **values}, MONEY)

    made = records(*(row(no, each) for no, each in enumerate(rows, start=1)))
    return replace(made, total=row(None, total))
