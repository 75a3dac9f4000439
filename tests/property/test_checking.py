"""Whatever the records hold, the checks answer with findings that can be shown."""

from __future__ import annotations

import io
import json

from hypothesis import given
from hypothesis import strategies as st
from support.records import records, seed_form

from pipeline.cli.report import print_findings
from pipeline.master.check import accept, check
from pipeline.model.findings import Finding
from pipeline.model.records import (
    Acceptance,
    Judgement,
    Meeting,
    Opinion,
    OpinionStatus,
    Project,
    Proposal,
    Records,
    Source,
)

FORM = seed_form()
WORDS = st.sampled_from(
    [
        *FORM.labels,
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
LABELS = st.none() | st.sampled_from(FORM.labels)

PROJECTS = st.builds(
    Project,
    no=st.none() | st.integers(1, 12),
    name=TEXTS,
    ratings=st.fixed_dictionaries({rating.key: SCORES for rating in FORM.file.ratings}),
    judgement=st.builds(Judgement, letter=MAYBE, label=MAYBE),
    proposal=st.builds(Proposal, text=TEXTS, choice=LABELS),
    opinion=st.builds(Opinion, status=st.sampled_from(OpinionStatus), choice=LABELS, comment=MAYBE),
    source=st.builds(Source, sheet=TEXTS, row=st.integers(1, 99)),
    accepted=MAYBE,
)
ACCEPTANCES = st.builds(Acceptance, project=st.integers(1, 12), reason=TEXTS)
RECORDS = st.builds(
    lambda projects, accepted: records(
        *projects, meeting=Meeting("資料１", "一覧", accepted=accepted)
    ),
    st.lists(PROJECTS, max_size=6),
    st.lists(ACCEPTANCES, max_size=3).map(tuple),
)


def checked(told: Records) -> tuple[Finding, ...]:
    return accept(check(told, FORM, judgement=FORM.file.judgement), told)


@given(RECORDS)
def test_any_records_give_findings_that_can_be_shown(told: Records) -> None:
    findings = checked(told)
    stream = io.StringIO()
    print_findings(findings, stream)
    assert "\x1b" not in stream.getvalue()
    assert json.dumps([found.as_json() for found in findings])
    assert all(found.message.startswith(found.place) for found in findings)


@given(RECORDS)
def test_checking_again_says_the_same_and_accepting_again_changes_nothing(told: Records) -> None:
    findings = checked(told)
    assert checked(told) == findings
    assert accept(findings, told) == findings


@given(RECORDS)
def test_an_error_is_never_accepted(told: Records) -> None:
    assert all(found.accepted is None for found in checked(told) if found.blocks)
