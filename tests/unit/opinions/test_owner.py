"""A file of another council, meeting, year or form is refused; the message quotes both."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from lxml import etree
from support.records import handout, project, records, seed_form
from support.word import part, with_parts

from pipeline.base.word import WordDocument, open_package, read
from pipeline.model.editions import Edition
from pipeline.model.findings import Finding
from pipeline.model.identity import owner
from pipeline.model.meeting import Meeting
from pipeline.model.printed_handout import printed
from pipeline.opinions.owner import check_handout_owner
from pipeline.render.docx import render_docx

FORM = seed_form()
THEIRS = Meeting(
    "資料１",
    "方針一覧",
    council="共生ビジョン懇談会",
    session="第２回",
    date=dt.date(2026, 11, 27),
)


def meeting_handout(meeting: Meeting, edition: Edition = Edition.MEETING) -> bytes:
    return render_docx(handout(records(project(1), meeting=meeting), edition), FORM).content


def document(content: bytes) -> WordDocument:
    return read(open_package(content))


def without_properties(content: bytes) -> bytes:
    """The file after a program has removed its custom properties."""
    return with_parts(content, {"docProps/custom.xml": lambda _: "<Properties/>"})


def findings(content: bytes, ours: Meeting, *, vouched: bool = False) -> tuple[Finding, ...]:
    paper = printed(handout(records(project(1), meeting=ours)), FORM)
    our_owner = owner(ours, FORM)
    return check_handout_owner(document(content), paper, our_owner, "資料１.docx", vouched=vouched)


def codes(content: bytes, ours: Meeting, *, vouched: bool = False) -> list[str]:
    return [each.code for each in findings(content, ours, vouched=vouched)]


def test_handout_of_the_same_meeting_has_no_findings() -> None:
    assert codes(meeting_handout(THEIRS), THEIRS) == []
    assert codes(meeting_handout(THEIRS, Edition.RESULTS), THEIRS) == []
    respelt = replace(THEIRS, session="第2回")
    assert codes(meeting_handout(THEIRS), respelt) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"council": "環境審議会"},
        {"session": "第３回"},
        {"date": dt.date(2025, 11, 27)},
        {"number": "資料２"},
        # One value differs, the other is known on one side only.
        {"session": None, "date": dt.date(2025, 11, 27)},
    ],
)
def test_other_meeting_is_refused_and_both_are_quoted(
    changes: dict[str, object],
) -> None:
    ours = replace(THEIRS, **changes)  # type: ignore[arg-type]
    (refusal,) = findings(meeting_handout(THEIRS), ours)
    assert (refusal.code, refusal.blocks) == ("file-of-another-meeting", True)
    assert owner(THEIRS, FORM).called in refusal.message
    assert owner(ours, FORM).called in refusal.message
    # A known difference can't be confirmed by the officer.
    assert codes(meeting_handout(THEIRS), ours, vouched=True) == ["file-of-another-meeting"]


@pytest.mark.parametrize("changes", [{"session": None}, {"date": None}, {"council": None}])
def test_fact_missing_on_one_side_is_refused_until_confirmed(
    changes: dict[str, None],
) -> None:
    reduced = replace(THEIRS, **changes)  # type: ignore[arg-type]
    for theirs, ours in ((THEIRS, reduced), (reduced, THEIRS)):
        assert codes(meeting_handout(theirs), ours) == ["meeting-one-sided"]
        assert codes(meeting_handout(theirs), ours, vouched=True) == []


def test_without_properties_the_printed_line_is_compared() -> None:
    plain = without_properties(meeting_handout(THEIRS))
    assert codes(plain, THEIRS) == []
    assert codes(plain, replace(THEIRS, date=dt.date(2025, 11, 27))) == ["file-of-another-meeting"]
    assert codes(plain, replace(THEIRS, session="第３回")) == ["file-of-another-meeting"]


def test_line_of_another_meeting_is_refused_until_confirmed() -> None:
    """The text of an earlier handout was pasted in, or the date was corrected by hand."""
    other = replace(THEIRS, session="第１回", date=dt.date(2026, 3, 9))
    pasted = with_parts(
        meeting_handout(THEIRS), {"word/document.xml": lambda _: text_of(meeting_handout(other))}
    )
    assert codes(pasted, THEIRS) == ["meeting-one-sided"]
    assert codes(pasted, THEIRS, vouched=True) == []
    assert "第１回" in findings(pasted, THEIRS)[0].message


def text_of(content: bytes) -> str:
    return etree.tostring(part(content), encoding="unicode")


def test_unverifiable_meeting_is_a_warning() -> None:
    plain = without_properties(meeting_handout(Meeting("資料１", "方針一覧")))
    (warning,) = findings(plain, THEIRS)
    assert (warning.code, warning.severity.value) == ("meeting-unverified", "warning")
    assert codes(plain, THEIRS, vouched=True) == []
