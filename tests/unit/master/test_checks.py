from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from support.forms import NEXT_YEAR, PANEL, form_of
from support.reading import as_sheet, as_workbook, outcome
from support.records import (
    answered,
    changed,
    project,
    records,
    row_of,
    seed_form,
    seed_records,
    stated,
    written,
)
from support.shapes import Grid

from pipeline.master.checks import accept, check
from pipeline.model.catalogue import Severity
from pipeline.model.findings import Finding
from pipeline.model.form import JudgementCell, JudgementTable
from pipeline.model.grid import Sheet
from pipeline.model.meeting import Acceptance, Meeting
from pipeline.model.records import Row, RowSource
from pipeline.model.values import Number, Status, Value


def checked(*rows: Row, sheet: Sheet | None = None) -> tuple[Finding, ...]:
    form = seed_form()
    return check(records(*rows), form, judgement=form.judgement, sheet=sheet)


def told(findings: Iterable[Finding]) -> list[tuple[str, int | None]]:
    return [(found.code, found.project) for found in findings]


def test_the_seed_has_the_four_findings_of_its_oddities() -> None:
    form = seed_form()
    findings = check(seed_records(), form, judgement=form.judgement)
    assert sorted((f.project or 0, f.severity.value, f.code) for f in findings) == [
        (4, "notice", "text-outside-choices"),
        (12, "notice", "text-outside-choices"),
        (15, "warning", "text-names-other-choice"),
        (18, "notice", "proposal-differs"),
    ]


def test_a_project_without_oddities_has_no_finding() -> None:
    assert checked(project(1), project(2)) == ()


def test_a_number_twice_is_an_error_that_names_both_cells() -> None:
    again = project(1, name="別の事業", source=RowSource("事業一覧", 5))
    (found,) = checked(project(1), project(2), again)
    assert (found.code, found.project, found.cell) == ("number-twice", 1, "A5")
    assert "A2" in found.fact
    assert found.blocks


def test_a_gap_in_the_numbers_is_told_with_what_lacks() -> None:
    findings = checked(project(1), project(3), project(7))
    assert [(f.code, f.value) for f in findings] == [
        ("number-missing", "2"),
        ("number-missing", "4〜6"),
    ]


def test_a_part_of_a_longer_table_lacks_nothing() -> None:
    assert checked(project(41), project(42), project(50)) == ()


def test_the_same_name_in_other_widths_is_the_same_name() -> None:
    findings = checked(project(1, name="図書館ＡＢ"), project(2, name="図書館AB"))
    assert told(findings) == [("name-twice", 2)]


@pytest.mark.parametrize(
    ("feasibility", "merit", "letter", "code"),
    [
        (4, 4, "B", "letter-differs"),
        (4, 3, "D", "letter-differs-inferred"),
    ],
)
def test_a_letter_is_held_against_the_table_as_surely_as_the_table_is(
    feasibility: int, merit: int, letter: str, code: str
) -> None:
    odd = project(
        feasibility=feasibility,
        regional_merit=merit,
        letter=letter,
        label="継続",
    )
    (found,) = checked(odd)
    assert found.code == code
    expected = Severity.WARNING if code == "letter-differs" else Severity.NOTICE
    assert found.severity is expected


def test_a_letter_outside_of_the_table_is_told() -> None:
    codes = {found.code for found in checked(project(letter="Z", label="継続"))}
    assert "letter-unknown" in codes


def test_a_label_is_held_against_its_letter() -> None:
    odd = project(letter="A", label="見直し", reason="取組を続ける。", proposal="見直し")
    assert told(checked(odd)) == [("label-differs", 1)]


def test_any_label_is_right_where_none_is_known() -> None:
    odd = project(
        feasibility=4,
        regional_merit=3,
        letter="C",
        label="継続",
    )
    assert checked(odd) == ()


def test_a_label_that_is_only_inferred_is_not_held_against_anyone() -> None:
    cells = (
        JudgementCell(row=4, column=4, letter="A", label="継続", attested=True),
        JudgementCell(row=4, column=3, letter="A", label="見直し", attested=True),
        JudgementCell(row=3, column=4, letter="B", label="継続"),
    )
    own = JudgementTable(rows="feasibility", columns="regional_merit", cells=cells)
    inferred = project(
        1,
        feasibility=3,
        regional_merit=4,
        letter="B",
        label="縮小",
    )
    either = project(2, letter="A", label="見直し", reason="見直す。", proposal="見直し")
    neither = project(3, letter="A", label="縮小")
    findings = check(records(inferred, either, neither), seed_form(), judgement=own)
    assert told(findings) == [("label-differs", 3)]
    assert "「継続」か「見直し」" in findings[0].message


def test_the_table_of_the_office_replaces_the_one_of_the_form() -> None:
    own = JudgementTable(
        rows="feasibility",
        columns="regional_merit",
        cells=(JudgementCell(row=4, column=4, letter="Q", label="継続", attested=True),),
    )
    odd = project(letter="Q", label="継続")
    assert check(records(odd), seed_form(), judgement=own) == ()


@pytest.mark.parametrize(
    ("text", "choice", "named"),
    [
        ("継続の方針とする。", "継続", None),
        ("継続の方針とする。", "見直し", "継続"),
        ("一部見直しのうえ継続の方針とする。", "一部見直しのうえ継続", None),
        ("一部見直しのうえ継続とする。", "継続", "一部見直しのうえ継続"),
        ("連携体制は継続し、取組を検討する。", "一部見直しのうえ継続", None),
        ("今の体制を継続するメリットが低い。", "見直し", None),
        ("取組を継続しており、体制を見直しする段階にない。", "一部見直しのうえ継続", None),
        ("「見直し」とする。", "継続", "見直し"),
        ("継続することとする。", "見直し", "継続"),
        ("継続の方針とし、体制を整える。", "見直し", "継続"),
        ("継続が適当である。", "見直し", "継続"),
        ("継続が望ましいと考える。", "見直し", "継続"),
        ("継続の方針とはしない。", "見直し", None),
        ("継続とすることは困難である。", "見直し", None),
        ("継続とする案もあったが、廃れた。", "見直し", None),
        ("一部を見直したうえで継続の方針とする。", "一部見直しのうえ継続", None),
        ("一部見直しの上、継続とする。", "一部見直しのうえ継続", None),
        ("一部を見直しの上で継続とする。", "継続", "一部見直しのうえ継続"),
        ("体制を一部見直す。今後も継続の方針とする。", "一部見直しのうえ継続", "継続"),
    ],
)
def test_only_a_sentence_that_decides_names_a_choice(
    text: str, choice: str, named: str | None
) -> None:
    odd = project(letter=None, label=None, reason=text, proposal=choice)
    found = [f.value for f in checked(odd) if f.code == "text-names-other-choice"]
    assert found == ([named] if named else [])


def test_a_hidden_row_is_used_and_told() -> None:
    plain = Sheet("事業一覧", ((None,),) * 3, hidden_rows=frozenset({2}))
    filtered = Sheet("事業一覧", ((None,),) * 3, hidden_rows=frozenset({2}), filtered=True)
    assert told(checked(project(1), sheet=plain)) == [("row-hidden", 1)]
    assert told(checked(project(1), sheet=filtered)) == [("row-filtered", 1)]


def test_hidden_columns_are_told_where_they_are_printed() -> None:
    grid = Grid()
    grid.put(1, 1, "番号", "内部メモ", "確認")
    grid.put(2, 1, 1, "ア", "イ")
    sheet = as_sheet(grid, "一覧", hidden_columns=frozenset({2, 3}))
    form = form_of(
        'title = "一覧"\ncolumns = ["番号", "内部メモ", { title = "確認", print = false }]'
    )
    told_of = outcome(as_workbook(sheet), form=form)
    found = check(records(*told_of.rows), form, judgement=None, sheet=sheet)
    assert [(each.code, each.cell) for each in found] == [("column-hidden", "B2")]


def test_opinions_left_in_the_master_are_told_once() -> None:
    findings = checked(
        changed(project(1), **stated("継続")), changed(project(2), **stated(Status.DEFERRED))
    )
    assert [(f.code, f.value) for f in findings] == [("opinions-present", "2")]


def test_a_comment_without_an_opinion_is_told() -> None:
    assert told(checked(changed(project(), **stated(None, "要検討。")))) == [
        ("comment-without-opinion", 1)
    ]


def test_a_character_that_cp932_lacks_is_told_with_its_code_point() -> None:
    (found,) = checked(project(name="𠮷野家前の広場"))
    assert found.code == "outside-cp932"
    assert found.value == "𠮷"
    assert "U+20BB7" in found.message


def test_a_variation_selector_is_told_together_with_its_character() -> None:
    (found,) = checked(project(name="葛\U000e0100城市との連携事業"))
    assert found.value == "葛\U000e0100"
    assert "U+845B U+E0100" in found.message


def test_an_accepted_finding_keeps_the_reason_of_the_office() -> None:
    odd = project(reason="取組を廃止する。", proposal="継続", accepted="協議済")
    (found,) = accept(checked(odd), records(odd))
    assert found.accepted == "協議済"


def test_an_error_can_not_be_accepted() -> None:
    twins = project(1), project(1, name="別", accepted="協議済")
    findings = accept(checked(*twins), records(*twins))
    assert [f.accepted for f in findings if f.code == "number-twice"] == [None]


def test_a_reason_that_names_a_code_accepts_that_finding_alone() -> None:
    odd = project(reason="取組を廃止する。", proposal="見直し", accepted="proposal-differs 協議済")
    accepted = {f.code: f.accepted for f in accept(checked(odd), records(odd))}
    assert accepted == {
        "proposal-differs": "proposal-differs 協議済",
        "text-outside-choices": None,
    }


@pytest.mark.parametrize("denial", ["×", "□", "未", "未確認", "FALSE", "-", "いいえ"])
def test_a_column_that_says_not_yet_accepts_nothing(denial: str) -> None:
    odd = project(reason="取組を廃止する。", proposal="継続", accepted=denial)
    assert [f.accepted for f in accept(checked(odd), records(odd))] == [None]


def test_a_reason_may_begin_with_any_word() -> None:
    odd = project(reason="取組を廃止する。", proposal="継続", accepted="未実施分のみ廃止で了承")
    assert [f.accepted for f in accept(checked(odd), records(odd))] == [odd.values["accepted"]]


def test_the_sheet_of_the_meeting_accepts_for_its_project_only() -> None:
    odd = [project(no, reason="取組を廃止する。", proposal="継続") for no in (1, 2)]
    meeting = Meeting("資料１", "方針一覧", accepted=(Acceptance(2, "協議済"),))
    told = records(*odd, meeting=meeting)
    assert [f.accepted for f in accept(checked(*odd), told)] == [None, "協議済"]


def test_an_acceptance_for_a_number_that_no_project_has_is_told() -> None:
    meeting = Meeting("資料１", "方針一覧", accepted=(Acceptance(9, "協議済"),))
    form = seed_form()
    (found,) = check(records(project(1), meeting=meeting), form, judgement=form.judgement)
    assert (found.code, found.sheet, found.value) == ("acceptance-unmatched", "会議情報", "9")


@pytest.mark.parametrize(("reason", "accepted"), [("未確認", None), ("協議済", "協議済")])
def test_a_line_that_says_not_yet_accepts_nothing(reason: str, accepted: str | None) -> None:
    meeting = Meeting("資料１", "方針一覧", accepted=(Acceptance(1, reason),))
    source = records(project(1, letter="B", label="継続"), meeting=meeting)
    found = check(source, seed_form(), judgement=seed_form().judgement)
    assert {each.accepted for each in accept(found, source)} == {accepted}


def test_an_equal_name_without_a_number_is_told_by_its_cell() -> None:
    unnumbered = replace(project(1, name="図書館"), no=None, source=RowSource("事業一覧", 2))
    (found,) = checked(unnumbered, project(1, name="図書館"))
    assert "が A2 と同じです" in found.message
    (found,) = checked(project(1, name="図書館"), project(2, name="図書館"))
    assert "が No.1 と同じです" in found.message


def test_a_letter_of_no_cell_is_told_once() -> None:
    assert told(checked(project(1, letter="Z", label="継続"))) == [("letter-unknown", 1)]


# ---- texts that may be empty


@pytest.mark.parametrize("empty", [None, ""])
def test_a_text_that_nearly_all_others_have_is_told_where_it_lacks(empty: str | None) -> None:
    rows = [project(no) for no in range(1, 6)]
    (found,) = checked(*rows, project(6, reason=empty))
    assert (found.code, found.cell, found.project) == ("text-empty", "A7", 6)
    assert found.severity is Severity.WARNING
    assert "事務局案（説明）" in found.message


def test_a_text_that_several_rows_lack_is_none_of_anybodys_business() -> None:
    rows = [project(no) for no in range(1, 5)]
    assert checked(*rows, project(5, reason=None)) == ()


# ---- totals and arithmetic

MONEY = form_of(
    """
    title = "取組一覧"
    total = "合計"
    columns = [
      { title = "No", kind = "no" },
      { titles = ["減", "増", "差引"], kind = "number" },
    ]
    [[checks]]
    equal = "差引"
    sum = ["減", "-増"]
    """
)


def money(no: int | None, *numbers: float | str | None) -> Row:
    """A row of numbers, or the total row; a text is no number."""
    values: dict[str, Value] = {
        key: None if each is None else number(each)
        for key, each in zip(("減", "増", "差引"), numbers, strict=True)
    }
    return row_of({"No": no, **values}, MONEY, source=RowSource("一覧", (no or 8) + 1))


def number(value: float | str) -> Number:
    return Number(None, value) if isinstance(value, str) else Number(value, f"{value:,}")


def summed(total: Row | None, *rows: Row) -> list[tuple[str, str | None, str | None]]:
    """Code, value and cell of each finding."""
    whole = replace(records(*rows), total=total)
    found = check(whole, MONEY, judgement=None)
    return [(each.code, each.value, each.cell) for each in found]


ROWS = (money(1, 1000, 250, 750), money(2, -40.5, None, -40.5))


def test_a_total_that_is_the_sum_of_its_rows_is_no_finding() -> None:
    assert summed(money(None, 959.5, 250, 709.5), *ROWS) == []


def test_a_total_that_is_another_sum_is_an_error_with_the_right_one() -> None:
    total = money(None, 9595, 250, 709.5)
    whole = replace(records(*ROWS), total=total)
    found = next(f for f in check(whole, MONEY, judgement=None) if f.code == "total-differs")
    assert found.message == (
        "一覧!A9 減の合計「9,595」は、上の行の合計 959.5 と違います。"
        "内訳か合計のどちらが正しいか確かめ、直してください。"
    )
    assert found.blocks


def test_a_total_off_by_less_than_its_rows_can_be_rounded_is_a_warning() -> None:
    assert summed(money(None, 960, 250, 709.5), *ROWS) == [
        ("total-rounded", "960", "A9"),
        ("arithmetic-rounded", "709.5", "A9"),
    ]


def test_many_decimal_numbers_add_up_without_the_errors_of_a_computer() -> None:
    rows = [money(no, 0.1, 0.2, -0.1) for no in range(1, 11)]
    assert summed(money(None, 1.0, 2.0, -1.0), *rows) == []


def test_what_is_no_number_is_left_out_of_a_total_and_of_arithmetic() -> None:
    assert summed(money(None, 1000, 250, 750), ROWS[0], money(2, "未定", None, "未定")) == []


def test_a_row_whose_arithmetic_does_not_hold_is_an_error_with_its_formula() -> None:
    (found,) = check(records(money(1, 1000, 250, 1250)), MONEY, judgement=None)
    assert (found.code, found.project) == ("arithmetic-differs", 1)
    assert "差引「1,250」は、減－増 の計算結果 750 と違います。" in found.message
    assert found.blocks


def test_a_row_without_any_of_the_parts_is_not_checked() -> None:
    assert summed(None, money(1, None, None, 1250)) == []


def test_a_table_without_a_total_row_is_not_missing_one() -> None:
    assert summed(None, *ROWS) == []


# ---- other forms


def test_the_letters_of_a_form_without_a_judgement_table_are_its_own() -> None:
    form = form_of(NEXT_YEAR)
    odd = row_of({"no": 1, "letter": "Z", "label": "継続", "proposal": "見直し"}, form)
    assert check(records(odd), form, judgement=None) == ()


def test_an_equal_name_in_a_form_without_numbers_is_told_by_its_place() -> None:
    form = form_of('title = "一覧"\ncolumns = [{ title = "施策", kind = "name" }, "内容"]')
    rows = [row_of({"施策": "防災"}, form, position=place) for place in (1, 2)]
    (found,) = check(records(*rows), form, judgement=None)
    assert "が 1行目 と同じです" in found.message


def test_every_choice_and_every_remark_of_a_form_is_checked() -> None:
    form = form_of(PANEL)
    rows = [
        row_of({"no": 1, "name": "施策1", "verdict": answered("拡大")}, form),
        row_of({"no": 2, "name": "施策2", "remark": written("要検討。")}, form),
    ]
    found = check(records(*rows), form, judgement=None)
    assert told(found) == [("opinions-present", None), ("comment-without-opinion", 2)]
