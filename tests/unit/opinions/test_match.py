"""Match rows with the master by number and name; every difference has both texts."""

from __future__ import annotations

from support.forms import PLAIN, form_of
from support.records import answered, project, records, row_of, seed_form, stated

from pipeline.model.collected import RowDifferenceKind, StatedOpinion
from pipeline.model.doubts import Reason
from pipeline.model.form import Form
from pipeline.model.grid import CellRef
from pipeline.model.records import Records
from pipeline.opinions.match import match, with_difference_doubts

MASTER = records(
    project(1, name="図書館の相互利用事業"),
    project(2, name="路線バス支援事業"),
    project(3, name="婚活支援事業"),
)
FORM = seed_form()


def opinion(no: int | None, name: str, row: int = 3) -> StatedOpinion:
    at = CellRef("[当日入力.xlsx]懇談会意見", row, 4)
    return StatedOpinion(no, name, stated("継続"), at, shown="継続")


def rows(*replaced: StatedOpinion) -> list[StatedOpinion]:
    """Opinions on all projects of the master, some of them replaced by number."""
    new = {each.no: each for each in replaced}
    plain = {p.no: opinion(p.no, p.name) for p in MASTER.rows}
    return [new.get(no, each) for no, each in plain.items()]


def kinds(
    opinions: list[StatedOpinion], master: Records = MASTER, form: Form = FORM
) -> list[RowDifferenceKind]:
    return [each.kind for each in match(opinions, master, form).differences]


def doubts_by_project(
    opinions: list[StatedOpinion], master: Records = MASTER, form: Form = FORM
) -> dict[int, list[str]]:
    """The doubts about each project."""
    rows_read = with_difference_doubts(match(opinions, master, form), form)
    return {no: [d.words for d in each.doubts] for no, each in rows_read.items() if each.doubts}


def test_same_rows_match() -> None:
    assert list(match(rows(), MASTER, FORM).opinions) == [1, 2, 3]
    assert (kinds(rows()), doubts_by_project(rows())) == ([], {})


def test_width_and_spaces_of_a_name_are_ignored() -> None:
    assert kinds(rows(opinion(1, "図書館の 相互利用事業"))) == []


def test_reworded_name_raises_doubt_with_its_text() -> None:
    opinions = rows(opinion(2, "路線バスの支援事業"))
    assert 2 not in match(opinions, MASTER, FORM).opinions
    assert kinds(opinions) == [RowDifferenceKind.RENAMED]
    (words,) = doubts_by_project(opinions)[2]
    assert Reason.ROW_DIFFERS.value in words
    assert "路線バスの支援事業" in words


def test_other_project_with_the_same_number_raises_doubt() -> None:
    opinions = rows(opinion(2, "空き家対策"))
    assert 2 not in match(opinions, MASTER, FORM).opinions
    assert list(doubts_by_project(opinions)) == [2]


def test_added_row_without_project_is_a_difference() -> None:
    opinions = [*rows(), opinion(4, "路線バス延伸事業", row=6)]
    assert (kinds(opinions), doubts_by_project(opinions)) == ([RowDifferenceKind.ADDED], {})


def test_removed_row_is_a_difference() -> None:
    (found,) = match(rows()[:2], MASTER, FORM).differences
    assert found.kind is RowDifferenceKind.REMOVED
    assert found.row is MASTER.rows[2]


def test_swapped_numbers_put_both_projects_in_doubt() -> None:
    opinions = [
        opinion(1, "図書館の相互利用事業"),
        opinion(3, "路線バス支援事業"),
        opinion(2, "婚活支援事業"),
    ]
    assert kinds(opinions) == [RowDifferenceKind.RENUMBERED] * 2
    assert sorted(doubts_by_project(opinions)) == [2, 3]


def test_missing_number_is_matched_by_name_and_in_doubt() -> None:
    opinions = [*rows()[1:], opinion(None, "図書館の相互利用事業")]
    assert kinds(opinions) == [RowDifferenceKind.RENUMBERED]
    assert list(doubts_by_project(opinions)) == [1]


def test_project_with_unreadable_number_is_not_missing() -> None:
    master = records(
        project(1, name="図書館の相互利用事業"),
        project(None, name="路線バス支援事業"),
    )
    opinions = [opinion(1, "図書館の相互利用事業"), opinion(2, "路線バス支援事業")]
    assert kinds(opinions, master) == [RowDifferenceKind.UNNUMBERED]
    assert list(match(opinions, master, FORM).opinions) == [1]


def test_repeated_row_raises_doubt() -> None:
    opinions = [*rows(), opinion(3, "婚活支援事業", row=9)]
    assert kinds(opinions) == [RowDifferenceKind.REPEATED]
    assert Reason.ROW_REPEATED.value in doubts_by_project(opinions)[3][0]


def test_fewer_than_half_of_the_rows_mean_another_master() -> None:
    opinions = [opinion(1, "図書館の相互利用事業"), opinion(2, "空き家"), opinion(3, "上下水道")]
    assert match(opinions, MASTER, FORM).is_of_another_master
    assert not match(rows(opinion(3, "上下水道")), MASTER, FORM).is_of_another_master
    assert kinds(opinions) == [RowDifferenceKind.ADDED, RowDifferenceKind.ADDED]


def test_project_without_number_is_not_expected() -> None:
    unnumbered = project(None, name="婚活支援事業")
    master = records(*MASTER.rows[:2], unnumbered)
    assert kinds([opinion(1, "図書館の相互利用事業"), opinion(2, "路線バス支援事業")], master) == []


# ---- rows without numbers

ANSWERS = form_of(PLAIN, "kotae")
COMMENTS = records(
    *(
        row_of({"意見": text, "市の考え方": "検討します。"}, ANSWERS, position=place)
        for place, text in enumerate(("道路の補修", "公園の新設", "道路の補修"), 1)
    )
)


def opinion_without_number(no: int, text: str) -> StatedOpinion:
    at = CellRef("[当日入力.xlsx]委員会の評価", no + 4, 3)
    return StatedOpinion(no, text, {"委員会の評価": answered("妥当")}, at, shown="妥当")


def test_rows_without_numbers_match_by_position_and_text() -> None:
    opinions = [
        opinion_without_number(1, "道路の補修"),
        opinion_without_number(2, "公園の新設"),
        opinion_without_number(3, "道路の補修"),
    ]
    assert list(match(opinions, COMMENTS, ANSWERS).opinions) == [1, 2, 3]
    assert kinds(opinions, COMMENTS, ANSWERS) == []


def test_moved_row_without_number_raises_doubt_with_its_position() -> None:
    opinions = [
        opinion_without_number(1, "公園の新設"),
        opinion_without_number(2, "道路の補修"),
        opinion_without_number(3, "道路の補修"),
    ]
    assert kinds(opinions, COMMENTS, ANSWERS) == [RowDifferenceKind.RENUMBERED] * 2
    doubts = doubts_by_project(opinions, COMMENTS, ANSWERS)
    assert sorted(doubts) == [1, 2]
    assert "1行目「公園の新設」" in doubts[1][0]
