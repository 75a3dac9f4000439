"""Rows against the master: by number and by name, every difference with both texts."""

from __future__ import annotations

from support.forms import PLAIN, form_of
from support.records import answered, project, records, row_of, seed_form, stated

from pipeline.model.collected import RowDifferenceKind, StatedOpinion
from pipeline.model.doubts import Reason
from pipeline.model.form import Form
from pipeline.model.grid import CellRef
from pipeline.model.records import Records
from pipeline.opinions.match import in_doubt, match

MASTER = records(
    project(1, name="図書館の相互利用事業"),
    project(2, name="路線バス支援事業"),
    project(3, name="婚活支援事業"),
)
FORM = seed_form()


def said(no: int | None, name: str, row: int = 3) -> StatedOpinion:
    at = CellRef("[当日入力.xlsx]懇談会意見", row, 4)
    return StatedOpinion(no, name, stated("継続"), at, shown="継続")


def rows(*replaced: StatedOpinion) -> list[StatedOpinion]:
    """The master's rows, those of a number replaced."""
    new = {each.no: each for each in replaced}
    plain = {p.no: said(p.no, p.name) for p in MASTER.rows}
    return [new.get(no, each) for no, each in plain.items()]


def kinds(
    given: list[StatedOpinion], master: Records = MASTER, form: Form = FORM
) -> list[RowDifferenceKind]:
    return [each.kind for each in match(given, master, form).differences]


def asked(
    given: list[StatedOpinion], master: Records = MASTER, form: Form = FORM
) -> dict[int, list[str]]:
    """Why each project is asked for."""
    rows_read = in_doubt(match(given, master, form), form)
    return {no: [d.words for d in each.doubts] for no, each in rows_read.items() if each.doubts}


def test_the_same_rows_match_without_a_word() -> None:
    assert list(match(rows(), MASTER, FORM).opinions) == [1, 2, 3]
    assert (kinds(rows()), asked(rows())) == ([], {})


def test_width_and_spaces_of_a_name_are_no_difference() -> None:
    assert kinds(rows(said(1, "図書館の 相互利用事業"))) == []


def test_a_reworded_name_is_asked_with_both_texts() -> None:
    given = rows(said(2, "路線バスの支援事業"))
    assert 2 not in match(given, MASTER, FORM).opinions
    assert kinds(given) == [RowDifferenceKind.RENAMED]
    (words,) = asked(given)[2]
    assert Reason.ROW_DIFFERS.value in words
    assert "路線バスの支援事業" in words


def test_another_project_under_the_number_is_asked_and_not_taken() -> None:
    given = rows(said(2, "空き家対策"))
    assert 2 not in match(given, MASTER, FORM).opinions
    assert list(asked(given)) == [2]


def test_an_added_row_of_nobody_is_a_difference() -> None:
    given = [*rows(), said(4, "路線バス延伸事業", row=6)]
    assert (kinds(given), asked(given)) == ([RowDifferenceKind.ADDED], {})


def test_a_removed_row_is_a_difference() -> None:
    (found,) = match(rows()[:2], MASTER, FORM).differences
    assert found.kind is RowDifferenceKind.REMOVED
    assert found.row is MASTER.rows[2]


def test_a_swap_is_asked_for_both_projects() -> None:
    given = [said(1, "図書館の相互利用事業"), said(3, "路線バス支援事業"), said(2, "婚活支援事業")]
    assert kinds(given) == [RowDifferenceKind.RENUMBERED] * 2
    assert sorted(asked(given)) == [2, 3]


def test_a_number_that_is_gone_is_asked_by_its_name() -> None:
    given = [*rows()[1:], said(None, "図書館の相互利用事業")]
    assert kinds(given) == [RowDifferenceKind.RENUMBERED]
    assert list(asked(given)) == [1]


def test_a_project_whose_number_can_not_be_read_is_not_said_to_be_missing() -> None:
    master = records(
        project(1, name="図書館の相互利用事業"),
        project(None, name="路線バス支援事業"),
    )
    given = [said(1, "図書館の相互利用事業"), said(2, "路線バス支援事業")]
    assert kinds(given, master) == [RowDifferenceKind.UNNUMBERED]
    assert list(match(given, master, FORM).opinions) == [1]


def test_a_row_that_stands_twice_is_asked() -> None:
    given = [*rows(), said(3, "婚活支援事業", row=9)]
    assert kinds(given) == [RowDifferenceKind.REPEATED]
    assert Reason.ROW_REPEATED.value in asked(given)[3][0]


def test_less_than_half_of_the_rows_make_another_master() -> None:
    given = [said(1, "図書館の相互利用事業"), said(2, "空き家"), said(3, "上下水道")]
    assert match(given, MASTER, FORM).is_another
    assert not match(rows(said(3, "上下水道")), MASTER, FORM).is_another
    assert kinds(given) == [RowDifferenceKind.ADDED, RowDifferenceKind.ADDED]


def test_a_project_without_a_number_is_no_project_of_a_row() -> None:
    unnumbered = project(None, name="婚活支援事業")
    master = records(*MASTER.rows[:2], unnumbered)
    assert kinds([said(1, "図書館の相互利用事業"), said(2, "路線バス支援事業")], master) == []


# ---- rows without numbers

ANSWERS = form_of(PLAIN, "kotae")
COMMENTS = records(
    *(
        row_of({"意見": text, "市の考え方": "検討します。"}, ANSWERS, position=place)
        for place, text in enumerate(("道路の補修", "公園の新設", "道路の補修"), 1)
    )
)


def answer(no: int, text: str) -> StatedOpinion:
    at = CellRef("[当日入力.xlsx]委員会の評価", no + 4, 3)
    return StatedOpinion(no, text, {"委員会の評価": answered("妥当")}, at, shown="妥当")


def test_rows_without_numbers_are_matched_by_position_and_text_together() -> None:
    given = [
        answer(1, "道路の補修"),
        answer(2, "公園の新設"),
        answer(3, "道路の補修"),
    ]
    assert list(match(given, COMMENTS, ANSWERS).opinions) == [1, 2, 3]
    assert kinds(given, COMMENTS, ANSWERS) == []


def test_a_row_without_a_number_in_another_place_is_asked_and_named_by_its_position() -> None:
    given = [
        answer(1, "公園の新設"),
        answer(2, "道路の補修"),
        answer(3, "道路の補修"),
    ]
    assert kinds(given, COMMENTS, ANSWERS) == [RowDifferenceKind.RENUMBERED] * 2
    why = asked(given, COMMENTS, ANSWERS)
    assert sorted(why) == [1, 2]
    assert "1行目「公園の新設」" in why[1][0]
