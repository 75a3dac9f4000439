"""Records made in code: the 18 projects of the seed, and small records for variations."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Mapping
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
from pipeline.model.fills import Fills
from pipeline.model.form import Form, JudgementTable
from pipeline.model.form_file import load_form
from pipeline.model.handout import Handout
from pipeline.model.meeting import Meeting
from pipeline.model.minutes import Minutes
from pipeline.model.records import Records, Row, RowSource
from pipeline.model.reference import Reference
from pipeline.model.summary import Summary
from pipeline.model.values import Fill, Plain, Status, Value

# Checked by eye. records.json has the same content as scripts/sample_projects.json and is a
# separate file on purpose: a test that reads the script's own source would compare the shipped
# samples with themselves.
GOLDEN = Path(__file__).resolve().parent.parent / "golden"
DATE = dt.datetime(2026, 3, 9, tzinfo=dt.UTC)


@functools.cache
def seed_form() -> Form:
    """The shipped form, read once."""
    return load_form("shiryo1")


def project(no: int | None = 1, *, source: RowSource | None = None, **changes: Value) -> Row:
    """A row of the shipped form that causes no finding; ``changes`` replace values by key."""
    place = no or 1
    values: dict[str, Value] = {
        "no": no,
        "name": f"事業{place}",
        "progress": 4,
        "feasibility": 4,
        "regional_merit": 4,
        "letter": "A",
        "label": "継続",
        "reason": "取組を続ける。",
        "proposal": "継続",
        "opinion": Fill(),
        "comment": Fill(),
        "accepted": None,
    }
    return row_of({**values, **changes}, seed_form(), source=source)


def row_of(
    values: Mapping[str, Value],
    form: Form,
    *,
    position: int | None = None,
    source: RowSource | None = None,
    group: str | None = None,
) -> Row:
    """A row of any form, from its values by key; the position defaults to the number, or 1."""
    no, name = form.of_kind("no"), form.of_kind("name")
    number = values.get(no.key) if no else None
    number = number if isinstance(number, int) else None
    place = position or number or 1
    name_value = values.get(name.key) if name else None
    blank: dict[str, Value] = {c.key: Fill() if c.fill else None for c in form.columns}
    return Row(
        position=place,
        values={**blank, **values},
        source=source or RowSource("事業一覧", place + 1),
        no=number,
        name=name_value if isinstance(name_value, str) else "",
        group=group,
        has_number=no is not None,
    )


def changed(row: Row, **changes: Value) -> Row:
    """A row with some of its values replaced."""
    return replace(row, values={**row.values, **changes})


def stated(answer: str | Status | None, comment: str | None = None) -> dict[str, Fill]:
    """The fills of a council's opinion in the shipped form: a choice or a status, a remark."""
    return {"opinion": answered(answer), "comment": written(comment)}


def with_blanks(fills: Fills) -> dict[str, Fill]:
    """The fills of every column of the shipped form, blank ones included."""
    return {**stated(None), **fills}


def answered(answer: str | Status | None) -> Fill:
    """A fill with a choice or a status; blank for None."""
    if answer is None:
        return Fill()
    return Fill(answer) if isinstance(answer, Status) else Fill(Status.CHOSEN, answer)


def written(value: Plain) -> Fill:
    """A fill with a written text or value; blank for None."""
    return Fill() if value is None else Fill(Status.WRITTEN, value)


def records(*rows: Row, meeting: Meeting | None = None) -> Records:
    """Records with these rows, in this order."""
    placed = tuple(replace(row, position=place) for place, row in enumerate(rows, start=1))
    return Records(meeting or Meeting("資料１", "方針一覧", members_label="２市１町"), placed)


def seed_records() -> Records:
    """The 18 projects of the golden records."""
    rows = json.loads((GOLDEN / "records.json").read_text(encoding="utf-8"))
    form = seed_form()
    meeting = Meeting(form.number, form.title, members_label=form.meeting["members_label"])
    return Records(meeting, tuple(_golden(each) for each in rows))


def _golden(values: dict[str, Any]) -> Row:
    """A row with blank opinions, from its values as ``records --json`` prints them."""
    return project(**{key: value for key, value in values.items() if not isinstance(value, dict)})


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
    attached = reference(source) if form is None else None
    return present_minutes(source, form or seed_form(), paper, date=DATE, reference=attached)


def reference(
    source: Records | None = None,
    paper: Paper = A4,
    form: Form | None = None,
    table: JudgementTable | None = None,
) -> Reference:
    form = form or seed_form()
    table = table or form.judgement
    assert table is not None
    return present_reference(source or known_meeting(), form, table, paper, date=DATE)


def known_meeting() -> Records:
    """The 18 projects before a meeting, with all fields of the meeting filled in."""
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
    """The same projects with opinions; every kind of opinion in turn."""
    kinds = (
        stated("継続"),
        stated("見直し", "再度の検討を求める。\n時期を示すこと。"),
        stated(Status.NO_OPINION),
        stated(Status.DEFERRED, "次回に改めて聞く。"),
        stated(Status.DIVIDED, "両方の意見があった。"),
    )
    rows = tuple(changed(row, **kinds[k % len(kinds)]) for k, row in enumerate(source.rows))
    return replace(source, rows=rows)
