"""Whose file it is: another council's, meeting's, year's or form's is refused, both quoted."""

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
from pipeline.opinions.owner import foreign_handout
from pipeline.render.docx import render_docx

FORM = seed_form()
THEIRS = Meeting(
    "資料１",
    "方針一覧",
    council="共生ビジョン懇談会",
    session="第２回",
    date=dt.date(2026, 11, 27),
)


def made(meeting: Meeting, edition: Edition = Edition.MEETING) -> bytes:
    return render_docx(handout(records(project(1), meeting=meeting), edition), FORM).content


def document(content: bytes) -> WordDocument:
    return read(open_package(content))


def without_properties(content: bytes) -> bytes:
    """What a program leaves that drops them."""
    return with_parts(content, {"docProps/custom.xml": lambda _: "<Properties/>"})


def found(content: bytes, ours: Meeting, *, vouched: bool = False) -> tuple[Finding, ...]:
    paper = printed(handout(records(project(1), meeting=ours)), FORM)
    of = owner(ours, FORM)
    return foreign_handout(document(content), paper, of, "資料１.docx", vouched=vouched)


def codes(content: bytes, ours: Meeting, *, vouched: bool = False) -> list[str]:
    return [each.code for each in found(content, ours, vouched=vouched)]


def test_its_own_meeting_says_nothing() -> None:
    assert codes(made(THEIRS), THEIRS) == []
    assert codes(made(THEIRS, Edition.RESULTS), THEIRS) == []
    spelt = replace(THEIRS, session="第2回")
    assert codes(made(THEIRS), spelt) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"council": "環境審議会"},
        {"session": "第３回"},
        {"date": dt.date(2025, 11, 27)},
        {"number": "資料２"},
        # One of them differs, the other is not known on one side.
        {"session": None, "date": dt.date(2025, 11, 27)},
    ],
)
def test_another_councils_meetings_or_years_is_refused_and_both_are_quoted(
    changes: dict[str, object],
) -> None:
    ours = replace(THEIRS, **changes)  # type: ignore[arg-type]
    (refused,) = found(made(THEIRS), ours)
    assert (refused.code, refused.blocks) == ("file-of-another-meeting", True)
    assert owner(THEIRS, FORM).called in refused.message
    assert owner(ours, FORM).called in refused.message
    # Nobody can vouch for what is known to differ.
    assert codes(made(THEIRS), ours, vouched=True) == ["file-of-another-meeting"]


@pytest.mark.parametrize("changes", [{"session": None}, {"date": None}, {"council": None}])
def test_what_only_one_side_knows_is_refused_until_the_officer_vouches(
    changes: dict[str, None],
) -> None:
    less = replace(THEIRS, **changes)  # type: ignore[arg-type]
    for theirs, ours in ((THEIRS, less), (less, THEIRS)):
        assert codes(made(theirs), ours) == ["meeting-one-sided"]
        assert codes(made(theirs), ours, vouched=True) == []


def test_without_properties_the_printed_line_is_held_against_the_master() -> None:
    plain = without_properties(made(THEIRS))
    assert codes(plain, THEIRS) == []
    assert codes(plain, replace(THEIRS, date=dt.date(2025, 11, 27))) == ["file-of-another-meeting"]
    assert codes(plain, replace(THEIRS, session="第３回")) == ["file-of-another-meeting"]


def test_another_meetings_line_in_a_file_of_this_one_is_refused_until_the_officer_vouches() -> None:
    """The text of an earlier handout pasted over, or the day corrected by hand."""
    other = replace(THEIRS, session="第１回", date=dt.date(2026, 3, 9))
    pasted = with_parts(made(THEIRS), {"word/document.xml": lambda _: text_of(made(other))})
    assert codes(pasted, THEIRS) == ["meeting-one-sided"]
    assert codes(pasted, THEIRS, vouched=True) == []
    assert "第１回" in found(pasted, THEIRS)[0].message


def text_of(content: bytes) -> str:
    return etree.tostring(part(content), encoding="unicode")


def test_without_either_a_warning_says_that_the_meeting_could_not_be_verified() -> None:
    plain = without_properties(made(Meeting("資料１", "方針一覧")))
    (warned,) = found(plain, THEIRS)
    assert (warned.code, warned.severity.value) == ("meeting-unverified", "warning")
    assert codes(plain, THEIRS, vouched=True) == []
