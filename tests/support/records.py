"""Records made in code: the 18 projects of the seed, and small ones to vary."""

from __future__ import annotations

import datetime as dt
import functools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.documents import (
    present,
    present_minutes,
    present_reference,
    present_summary,
)
from pipeline.model.editions import A4, Edition, Paper
from pipeline.model.form import Form, JudgementTable, load_form
from pipeline.model.handout import Handout
from pipeline.model.minutes import Minutes
from pipeline.model.records import (
    Judgement,
    Meeting,
    Opinion,
    OpinionStatus,
    Project,
    Proposal,
    Records,
    Source,
)
from pipeline.model.reference import Reference
from pipeline.model.summary import Summary

# Approved by eye. records.json says what scripts/sample_projects.json says, and stays apart from
# it: were the shipped samples made from something else, a test that read the same file as the
# script would hold the sample against itself.
GOLDEN = Path(__file__).resolve().parent.parent / "golden"
DATE = dt.datetime(2026, 3, 9, tzinfo=dt.UTC)


@functools.cache
def seed_form() -> Form:
    """The shipped form, read once."""
    return load_form("shiryo1")


def project(no: int = 1, **changes: Any) -> Project:
    """A project without any finding; ``changes`` replace its fields."""
    plain = Project(
        no=no,
        name=f"事業{no}",
        ratings={"progress": 4, "feasibility": 4, "regional_merit": 4},
        judgement=Judgement("A", "継続"),
        proposal=Proposal("取組を続ける。", "継続"),
        opinion=Opinion(),
        source=Source("事業一覧", no + 1),
    )
    return replace(plain, **changes)


def records(*projects: Project, meeting: Meeting | None = None) -> Records:
    return Records(meeting or Meeting("資料１", "方針一覧", members_label="２市１町"), projects)


def seed_records() -> Records:
    """The 18 projects as the golden records have them."""
    told = json.loads((GOLDEN / "records.json").read_text(encoding="utf-8"))
    form = seed_form()
    meeting = Meeting(
        str(form.meeting_default("number")),
        str(form.meeting_default("title")),
        members_label=form.meeting_default("members_label"),
    )
    return Records(meeting, tuple(_told(each) for each in told))


def _told(each: dict[str, Any]) -> Project:
    return Project(
        no=each["no"],
        name=each["name"],
        ratings=each["ratings"],
        judgement=Judgement(**each["judgement"]),
        proposal=Proposal(**each["proposal"]),
        opinion=Opinion(),
        source=Source("事業一覧", each["no"] + 1),
    )


def handout(
    source: Records | None = None,
    edition: Edition = Edition.MEETING,
    paper: Paper = A4,
    form: Form | None = None,
) -> Handout:
    return present(source or seed_records(), form or seed_form(), edition, paper, date=DATE)


def summary(source: Records | None = None, paper: Paper = A4, form: Form | None = None) -> Summary:
    return present_summary(
        source or with_opinions(known_meeting()), form or seed_form(), paper, date=DATE
    )


def minutes(source: Records | None = None, paper: Paper = A4, form: Form | None = None) -> Minutes:
    source = source or with_opinions(known_meeting())
    beside = reference(source) if form is None else None
    return present_minutes(source, form or seed_form(), paper, date=DATE, reference=beside)


def reference(
    source: Records | None = None,
    paper: Paper = A4,
    form: Form | None = None,
    table: JudgementTable | None = None,
) -> Reference:
    form = form or seed_form()
    table = table or form.file.judgement
    assert table is not None
    return present_reference(source or known_meeting(), form, table, paper, date=DATE)


def known_meeting() -> Records:
    """The 18 projects before a meeting of which everything is known."""
    meeting = replace(
        seed_records().meeting,
        council="共生ビジョン懇談会",
        session="第２回",
        date=dt.date(2026, 3, 9),
        place="市役所",
        secretariat="事務局",
        note="見本・架空",
    )
    return replace(seed_records(), meeting=meeting)


def with_opinions(source: Records) -> Records:
    """The same projects with an opinion of every kind in turn."""
    kinds = (
        Opinion(OpinionStatus.CHOSEN, "継続"),
        Opinion(OpinionStatus.CHOSEN, "見直し", "再度の検討を求める。\n時期を示すこと。"),
        Opinion(OpinionStatus.NO_OPINION),
        Opinion(OpinionStatus.DEFERRED, None, "次回に改めて聞く。"),
        Opinion(OpinionStatus.DIVIDED, None, "両方の意見があった。"),
    )
    projects = tuple(
        replace(p, opinion=kinds[i % len(kinds)]) for i, p in enumerate(source.projects)
    )
    return replace(source, projects=projects)
