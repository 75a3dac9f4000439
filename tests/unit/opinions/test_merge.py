"""A results workbook is merged only into the records of its own master."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.books import MEETING, identity
from support.forms import PANEL, form_of
from support.records import answered, project, records, row_of, seed_form, stated, written

from pipeline.model.collected import BookKind, Identity, OpinionBook, StatedOpinion
from pipeline.model.fills import Fills
from pipeline.model.findings import Finding
from pipeline.model.grid import CellRef
from pipeline.model.meeting import Meeting
from pipeline.model.records import Records, Row, RowSource
from pipeline.model.values import Status, Value
from pipeline.opinions.match import match
from pipeline.opinions.merge import merge, refusal

FORM = seed_form()
BOOK = "[台帳_懇談会意見.xlsx]懇談会意見"
BLANK = stated(None)
KEEP = stated("継続")
REVIEW = stated("見直し")


def source(no: int) -> RowSource:
    return RowSource("事業一覧", no + 1, {"opinion": 10, "comment": 11})


def master(*opinions: Fills, meeting: Meeting | None = None) -> Records:
    """A project for each opinion."""
    rows = [project(n, **o, source=source(n)) for n, o in enumerate(opinions, start=1)]
    return records(*rows, meeting=meeting or MEETING)


def book(*opinions: Fills, own: Identity | None = None) -> OpinionBook:
    """A results workbook with a row for each opinion, on the projects 事業1, 事業2 …"""
    rows = tuple(
        StatedOpinion(
            n, f"事業{n}", fills, CellRef(BOOK, n + 4, 4), places(n), {"proposal": "継続"}
        )
        for n, fills in enumerate(opinions, start=1)
    )
    return OpinionBook(
        Path("台帳_懇談会意見.xlsx"), "f" * 64, own or identity(BookKind.RESULTS), rows
    )


def places(no: int) -> dict[str, CellRef]:
    return {"opinion": CellRef(BOOK, no + 4, 4), "comment": CellRef(BOOK, no + 4, 5)}


def fills(row: Row) -> Fills:
    return {key: row.fill(key) for key in ("opinion", "comment")}


def merged(
    ours: Records, theirs: OpinionBook, sha256: str = "0" * 64
) -> tuple[tuple[Row, ...], tuple[Finding, ...]]:
    result, findings = merge(ours, theirs, match(theirs.opinions, ours, FORM), FORM, sha256)
    return result.rows, findings


def refusal_code(ours: Records, theirs: OpinionBook) -> str | None:
    found = refusal(theirs, match(theirs.opinions, ours, FORM), ours, FORM)
    assert found is None or (found.blocks and "台帳_懇談会意見.xlsx" in found.message)
    return found.code if found else None


def test_blank_in_the_master_gets_opinion_and_cell_of_the_workbook() -> None:
    (first, second), findings = merged(master(BLANK, REVIEW), book(KEEP, BLANK))
    assert (fills(first), fills(second), findings) == (KEEP, REVIEW, ())
    assert first.source.cell("opinion") == CellRef(BOOK, 5, 4)
    assert second.source.cell("opinion") == CellRef("事業一覧", 3, 10)


def test_blank_in_both_refers_to_the_workbook_cell() -> None:
    ((only,), _) = merged(master(BLANK), book(BLANK))
    assert fills(only) == BLANK
    assert only.source.cell("opinion").sheet == BOOK


def test_same_opinion_does_not_contradict_and_remark_is_added() -> None:
    ((only,), findings) = merged(master(KEEP), book(stated("継続", "早めに")))
    assert (fills(only), findings) == (stated("継続", "早めに"), ())
    assert only.source.cell("comment") == CellRef(BOOK, 5, 5)
    assert only.source.cell("opinion").sheet == "事業一覧"


def test_remark_and_choice_of_different_sources_are_not_combined() -> None:
    ((only,), (found,)) = merged(master(KEEP), book(stated(None, "時期を示すこと。")))
    assert (found.code, fills(only)) == ("opinion-contradicts", KEEP)


def test_unsettled_opinion_is_reported_and_not_used() -> None:
    theirs = book(KEEP)
    open_row = replace(theirs.opinions[0], asked="〔資料１.docx 表の5行目〕取り消し線がある。")
    ((only,), (found,)) = merged(master(BLANK), replace(theirs, opinions=(open_row,)))
    assert (fills(only), found.code, found.project) == (BLANK, "opinion-unsettled", 1)
    assert "取り消し線がある" in found.message
    settled = replace(open_row, is_settled=True)
    ((only,), findings) = merged(master(BLANK), replace(theirs, opinions=(settled,)))
    assert (fills(only), findings) == (KEEP, ())


def test_later_change_of_the_master_is_reported_by_row() -> None:
    before = {"proposal": "見直し", "reason": "廃止を検討する。"}
    seen = replace(book(KEEP).opinions[0], seen=before)
    ((only,), findings) = merged(master(BLANK), replace(book(KEEP), opinions=(seen,)))
    assert [each.code for each in findings] == ["reason-changed", "proposal-changed"]
    assert {each.project for each in findings} == {1}
    assert "廃止を検討する。" in findings[0].message
    assert fills(only) == KEEP


@pytest.mark.parametrize(
    ("ours", "theirs", "cells"),
    [
        (KEEP, REVIEW, ("J2", "D5")),
        (KEEP, stated(Status.DEFERRED), ("J2", "D5")),
        (stated("継続", "甲"), stated("継続", "乙"), ("K2", "E5")),
    ],
)
def test_different_opinions_are_an_error_with_both_cells(
    ours: Fills, theirs: Fills, cells: tuple[str, str]
) -> None:
    ((only,), (found,)) = merged(master(ours), book(theirs))
    assert (found.code, found.blocks, found.project) == ("opinion-contradicts", True, 1)
    assert found.message.startswith(f"事業一覧!{cells[0]}（No.1）")
    assert f"{BOOK}!{cells[1]}" in found.message
    assert fills(only) == ours


def test_other_change_of_the_master_is_a_notice() -> None:
    _, (found,) = merged(master(BLANK), book(KEEP), sha256="1" * 64)
    assert (found.code, found.severity.value) == ("results-master-changed", "notice")


def test_findings_of_the_workbook_are_kept() -> None:
    (unread,) = merged(master(KEEP), book(REVIEW))[1]
    findings = merged(master(BLANK), replace(book(KEEP), findings=(unread,)))[1]
    assert findings == (unread,)


# ---- refused


def test_workbook_of_the_same_master_is_accepted() -> None:
    assert refusal_code(master(BLANK, BLANK), book(KEEP, KEEP)) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"form": "machi"}, "results-of-another-form"),
        ({"choices": ("拡充", "縮小")}, "results-of-another-form"),
        ({"choices": ("見直し", "一部見直しのうえ継続", "継続")}, "results-of-another-form"),
    ],
)
def test_other_form_is_refused(changes: dict[str, Any], code: str) -> None:
    theirs = book(KEEP, own=identity(BookKind.RESULTS, **changes))
    assert refusal_code(master(BLANK), theirs) == code


def test_other_projects_mean_another_master() -> None:
    other = records(project(1, name="図書館"), project(2, name="朝市"), meeting=MEETING)
    assert refusal_code(other, book(KEEP, KEEP)) == "results-of-another-master"


@pytest.mark.parametrize(
    "rows",
    [
        (project(1), project(2), project(3, name="まったく別の話")),
        (project(1), project(2), project(3, name="事業３（改）")),
        (project(1), project(2)),
        (project(1), project(2), project(3), project(4)),
        (project(1), project(3), project(2, name="事業3")),
    ],
)
def test_changed_projects_are_refused(
    rows: tuple[Row, ...],
) -> None:
    ours = records(*rows, meeting=MEETING)
    assert refusal_code(ours, book(KEEP, KEEP, KEEP)) == "results-of-an-older-master"


def test_reason_names_the_projects() -> None:
    theirs = book(KEEP, KEEP, KEEP)
    ours = records(project(1), project(2), project(3, name="事業３（改）"), meeting=MEETING)
    found = refusal(theirs, match(theirs.opinions, ours, FORM), ours, FORM)
    assert found is not None
    assert "No.3「事業3」が台帳ではNo.3「事業３（改）」" in found.message


def test_reason_names_a_project_with_unreadable_number() -> None:
    theirs = book(KEEP, KEEP, KEEP)
    ours = records(project(1), project(2), project(None, name="事業3"), meeting=MEETING)
    found = refusal(theirs, match(theirs.opinions, ours, FORM), ours, FORM)
    assert found is not None
    assert "No.3「事業3」の番号が台帳では読み取れない" in found.message
    assert "台帳にない" not in found.message


@pytest.mark.parametrize(
    ("ours", "theirs", "code"),
    [
        (("第３回", None), ("第２回", ""), "results-of-another-meeting"),
        (("第２回", dt.date(2026, 6, 1)), ("第２回", "2026-03-09"), "results-of-another-meeting"),
        (("第２回", dt.date(2026, 3, 9)), ("第２回", "2026-03-09"), None),
        (("第2回", dt.date(2026, 3, 9)), ("第２回", "2026-03-09"), None),
        # A value that only one of them has can't be compared.
        (("第2回", None), ("第２回", "2026-03-09"), "results-of-another-meeting"),
        ((None, dt.date(2026, 3, 9)), ("第２回", ""), "results-of-another-meeting"),
    ],
)
def test_opinions_of_another_meeting_are_refused(
    ours: tuple[str | None, dt.date | None],
    theirs: tuple[str, str],
    code: str | None,
) -> None:
    council = MEETING.council
    meeting = Meeting("資料１", "一覧", council=council, session=ours[0], date=ours[1])
    own = identity(BookKind.RESULTS, session=theirs[0], date=theirs[1])
    assert refusal_code(master(BLANK, meeting=meeting), book(KEEP, own=own)) == code


def test_row_without_number_is_named_without_none() -> None:
    ours, theirs = master(BLANK, BLANK, BLANK), book(BLANK, BLANK, BLANK)
    theirs = replace(theirs, opinions=(replace(theirs.opinions[0], no=None), *theirs.opinions[1:]))
    found = refusal(theirs, match(theirs.opinions, ours, FORM), ours, FORM)
    assert found is not None
    assert "None" not in found.message


# ---- several columns

PANEL_FORM = form_of(PANEL, "hyoka")
PLACES = {c.key: CellRef(BOOK, 5, 4 + k) for k, c in enumerate(PANEL_FORM.fills)}


def merged_panel(ours: Fills, theirs: Fills, **seen: str) -> tuple[Row, tuple[Finding, ...]]:
    """Merge a row of a form with several columns with the opinion of a workbook on it."""
    values: dict[str, Value] = {
        "no": 1,
        "name": "緑化",
        "self": "Ｂ",
        "ground": "順調。",
        "course": "維持",
        **ours,
    }
    source_records = records(row_of(values, PANEL_FORM), meeting=MEETING)
    row = StatedOpinion(1, "緑化", theirs, CellRef(BOOK, 5, 4), PLACES, seen)
    theirs_book = replace(book(), opinions=(row,))
    result, findings = merge(
        source_records, theirs_book, match((row,), source_records, PANEL_FORM), PANEL_FORM, "0" * 64
    )
    return result.rows[0], findings


def test_columns_from_different_sources_are_combined() -> None:
    row, findings = merged_panel(
        {"grade": written("Ａ")},
        {"verdict": answered("拡大"), "advice": written("続けること。")},
    )
    assert findings == ()
    assert row.fill("grade").value == "Ａ"
    assert (row.fill("verdict").value, row.fill("advice").value) == ("拡大", "続けること。")
    assert row.source.cell("verdict") == PLACES["verdict"]


def test_differing_column_of_several_is_named() -> None:
    both = {"verdict": answered("拡大")}
    row, (found,) = merged_panel({**both, "grade": written("Ａ")}, {**both, "grade": written("Ｃ")})
    assert found.code == "opinion-contradicts"
    assert "委員会の評価" in found.message
    assert row.fill("grade") == written("Ａ")


def test_later_change_is_reported_with_its_column() -> None:
    _, findings = merged_panel(
        {}, {"grade": written("Ａ")}, self="Ａ", course="維持", ground="遅れている。"
    )
    assert [each.code for each in findings] == ["proposal-changed", "reason-changed"]
    assert "自己評価が" in findings[0].message
    assert "理由が" in findings[1].message
    assert merged_panel({}, {}, self="Ａ")[1] == ()
