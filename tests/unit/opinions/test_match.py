"""Rows against the master: by number and by name, every difference with both texts."""

from __future__ import annotations

from dataclasses import replace

from support.records import project, records

from pipeline.model.collected import DifferenceKind, Said
from pipeline.model.findings import Finding
from pipeline.model.grid import RowRef
from pipeline.model.records import Opinion, OpinionStatus, Proposal, Records
from pipeline.opinions.match import match, told

MASTER = records(
    project(1, name="図書館の相互利用事業"),
    project(2, name="路線バス支援事業"),
    project(3, name="婚活支援事業"),
)
KEEP = Opinion(OpinionStatus.CHOSEN, "継続")


def said(no: int | None, name: str, row: int = 3, proposal: str | None = "継続") -> Said:
    at = RowRef("資料１.docx", 1, row)
    return Said(no, name, proposal, KEEP, at, at)


def rows(*replaced: Said) -> list[Said]:
    """The master's rows, those of a number replaced."""
    new = {each.no: each for each in replaced}
    plain = {p.no: said(p.no, p.name) for p in MASTER.projects}
    return [new.get(no, each) for no, each in plain.items()]


def findings(given: list[Said], master: Records = MASTER) -> tuple[Finding, ...]:
    return told(match(given, master), master, "資料１.docx")


def test_the_same_rows_match_without_a_word() -> None:
    matched = match(rows(), MASTER)
    assert list(matched.said) == [1, 2, 3]
    assert not matched.differences
    assert findings(rows()) == ()


def test_width_and_spaces_of_a_name_are_no_difference() -> None:
    assert findings(rows(said(1, "図書館の 相互利用事業"))) == ()


def test_a_detour_may_leave_the_number_before_the_name() -> None:
    assert findings(rows(said(3, "3婚活支援事業"))) == ()


def test_a_reworded_name_still_matches_and_both_texts_are_told() -> None:
    given = rows(said(2, "路線バスの支援事業"))
    assert match(given, MASTER).said[2].name == "路線バスの支援事業"
    (found,) = findings(given)
    assert (found.code, found.severity.value, found.project) == ("row-renamed", "warning", 2)
    assert "路線バスの支援事業" in found.message
    assert "路線バス支援事業" in found.message


def test_another_project_under_the_number_is_an_error_and_is_not_taken() -> None:
    given = rows(said(2, "空き家対策"))
    assert 2 not in match(given, MASTER).said
    (found,) = findings(given)
    assert (found.code, found.severity.value) == ("row-of-another-project", "error")
    assert "空き家対策" in found.message
    assert "路線バス支援事業" in found.message


def test_an_added_row_names_the_nearest_project() -> None:
    (found,) = findings([*rows(), said(4, "路線バス延伸事業", row=6)])
    assert (found.code, found.severity.value) == ("row-added", "error")
    assert "No.2 路線バス支援事業" in found.message
    assert found.cell == "表の6行目"


def test_a_removed_row_is_told_with_the_masters_cell() -> None:
    (found,) = findings(rows()[:2])
    assert (found.code, found.severity.value, found.project) == ("row-removed", "warning", 3)
    assert "事業一覧!A4" in found.message


def test_a_wrong_number_is_told_once() -> None:
    given = [said(1, "図書館の相互利用事業"), said(3, "路線バス支援事業")]
    found = findings([*given, said(7, "婚活支援事業")])
    assert [each.code for each in found] == ["row-renumbered", "row-renumbered"]
    assert "2 です" in found[0].message


def test_a_number_that_is_gone_is_told_by_its_name() -> None:
    (found,) = findings([*rows()[1:], said(None, "図書館の相互利用事業")])
    assert found.code == "row-renumbered"


def test_a_project_whose_number_can_not_be_read_is_not_said_to_be_missing() -> None:
    master = records(
        project(1, name="図書館の相互利用事業"),
        replace(project(2, name="路線バス支援事業"), no=None),
    )
    given = [said(1, "図書館の相互利用事業"), said(2, "路線バス支援事業")]
    (found,) = findings(given, master)
    assert (found.code, found.project, found.cell) == ("row-unnumbered", 2, "表の3行目")
    assert "「路線バス支援事業」は、台帳（事業一覧!A3）の番号が読み取れない" in found.message
    assert list(match(given, master).said) == [1]


def test_a_row_that_stands_twice_is_an_error() -> None:
    (found,) = findings([*rows(), said(3, "婚活支援事業", row=9)])
    assert (found.code, found.severity.value) == ("row-repeated", "error")
    assert found.cell == "表の9行目"


def test_less_than_half_of_the_rows_make_another_master() -> None:
    given = [said(1, "図書館の相互利用事業"), said(2, "空き家"), said(3, "上下水道")]
    assert match(given, MASTER).is_another
    assert not match(rows(said(3, "上下水道")), MASTER).is_another
    kinds = [each.kind for each in match(given, MASTER).differences]
    assert kinds == [DifferenceKind.ADDED, DifferenceKind.ADDED]


def test_a_proposal_that_changed_since_is_told() -> None:
    changed = project(2, name="路線バス支援事業", proposal=Proposal("縮小する。", "見直し"))
    master = records(MASTER.projects[0], changed, MASTER.projects[2])
    (found,) = findings(rows(), master)
    assert (found.code, found.project) == ("proposal-changed", 2)
    assert findings(rows(said(2, "路線バス支援事業", proposal=None)), master) == ()


def test_a_project_without_a_number_is_no_project_of_a_row() -> None:
    unnumbered = replace(project(3, name="婚活支援事業"), no=None)
    master = records(*MASTER.projects[:2], unnumbered)
    found = findings([said(1, "図書館の相互利用事業"), said(2, "路線バス支援事業")], master)
    assert found == ()
    found = findings([said(1, "婚活支援の事業"), said(2, "路線バス支援事業")], master)
    assert not any("None" in each.message for each in found)
