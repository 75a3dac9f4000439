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

from pipeline.master.checks import check, mark_accepted
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


def codes_and_projects(findings: Iterable[Finding]) -> list[tuple[str, int | None]]:
    return [(found.code, found.project) for found in findings]


def test_seed_has_its_four_known_findings() -> None:
    form = seed_form()
    findings = check(seed_records(), form, judgement=form.judgement)
    assert sorted((f.project or 0, f.severity.value, f.code) for f in findings) == [
        (4, "notice", "text-outside-choices"),
        (12, "notice", "text-outside-choices"),
        (15, "warning", "text-names-other-choice"),
        (18, "notice", "proposal-differs"),
    ]


def test_project_without_errors_has_no_finding() -> None:
    assert checked(project(1), project(2)) == ()


def test_duplicate_number_is_an_error_with_both_cells() -> None:
    again = project(1, name="別の事業", source=RowSource("事業一覧", 5))
    (found,) = checked(project(1), project(2), again)
    assert (found.code, found.project, found.cell) == ("number-twice", 1, "A5")
    assert "A2" in found.fact
    assert found.blocks


def test_gap_in_numbers_is_reported_with_missing_numbers() -> None:
    findings = checked(project(1), project(3), project(7))
    assert [(f.code, f.value) for f in findings] == [
        ("number-missing", "2"),
        ("number-missing", "4〜6"),
    ]


def test_part_of_a_longer_table_has_no_missing_numbers() -> None:
    assert checked(project(41), project(42), project(50)) == ()


def test_character_width_does_not_make_names_different() -> None:
    findings = checked(project(1, name="図書館ＡＢ"), project(2, name="図書館AB"))
    assert codes_and_projects(findings) == [("name-twice", 2)]


@pytest.mark.parametrize(
    ("feasibility", "merit", "letter", "code"),
    [
        (4, 4, "B", "letter-differs"),
        (4, 3, "D", "letter-differs-inferred"),
    ],
)
def test_letter_is_compared_with_attested_and_inferred_cells(
    feasibility: int, merit: int, letter: str, code: str
) -> None:
    row = project(
        feasibility=feasibility,
        regional_merit=merit,
        letter=letter,
        label="継続",
    )
    (found,) = checked(row)
    assert found.code == code
    expected = Severity.WARNING if code == "letter-differs" else Severity.NOTICE
    assert found.severity is expected


def test_letter_outside_the_table_is_reported() -> None:
    codes = {found.code for found in checked(project(letter="Z", label="継続"))}
    assert "letter-unknown" in codes


def test_label_is_compared_with_its_letter() -> None:
    row = project(letter="A", label="見直し", reason="取組を続ける。", proposal="見直し")
    assert codes_and_projects(checked(row)) == [("label-differs", 1)]


def test_any_label_is_right_if_none_is_known() -> None:
    row = project(
        feasibility=4,
        regional_merit=3,
        letter="C",
        label="継続",
    )
    assert checked(row) == ()


def test_label_is_not_compared_with_inferred_labels() -> None:
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
    assert codes_and_projects(findings) == [("label-differs", 3)]
    assert "「継続」か「見直し」" in findings[0].message


def test_office_table_replaces_form_table() -> None:
    own = JudgementTable(
        rows="feasibility",
        columns="regional_merit",
        cells=(JudgementCell(row=4, column=4, letter="Q", label="継続", attested=True),),
    )
    row = project(letter="Q", label="継続")
    assert check(records(row), seed_form(), judgement=own) == ()


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
def test_only_a_deciding_sentence_names_a_choice(text: str, choice: str, named: str | None) -> None:
    row = project(letter=None, label=None, reason=text, proposal=choice)
    found = [f.value for f in checked(row) if f.code == "text-names-other-choice"]
    assert found == ([named] if named else [])


def test_hidden_row_is_used_and_reported() -> None:
    plain = Sheet("事業一覧", ((None,),) * 3, hidden_rows=frozenset({2}))
    filtered = Sheet("事業一覧", ((None,),) * 3, hidden_rows=frozenset({2}), filtered=True)
    assert codes_and_projects(checked(project(1), sheet=plain)) == [("row-hidden", 1)]
    assert codes_and_projects(checked(project(1), sheet=filtered)) == [("row-filtered", 1)]


def test_hidden_column_is_reported_if_it_is_printed() -> None:
    grid = Grid()
    grid.put(1, 1, "番号", "内部メモ", "確認")
    grid.put(2, 1, 1, "ア", "イ")
    sheet = as_sheet(grid, "一覧", hidden_columns=frozenset({2, 3}))
    form = form_of(
        'title = "一覧"\ncolumns = ["番号", "内部メモ", { title = "確認", print = false }]'
    )
    result = outcome(as_workbook(sheet), form=form)
    found = check(records(*result.rows), form, judgement=None, sheet=sheet)
    assert [(each.code, each.cell) for each in found] == [("column-hidden", "B2")]


def test_opinions_in_the_master_are_reported_once() -> None:
    findings = checked(
        changed(project(1), **stated("継続")), changed(project(2), **stated(Status.DEFERRED))
    )
    assert [(f.code, f.value) for f in findings] == [("opinions-present", "2")]


def test_comment_without_opinion_is_reported() -> None:
    assert codes_and_projects(checked(changed(project(), **stated(None, "要検討。")))) == [
        ("comment-without-opinion", 1)
    ]


def test_character_outside_cp932_is_reported_with_its_code_point() -> None:
    (found,) = checked(project(name="𠮷野家前の広場"))
    assert found.code == "outside-cp932"
    assert found.value == "𠮷"
    assert "U+20BB7" in found.message


def test_variation_selector_is_reported_with_its_character() -> None:
    (found,) = checked(project(name="葛\U000e0100城市との連携事業"))
    assert found.value == "葛\U000e0100"
    assert "U+845B U+E0100" in found.message


def test_accepted_finding_has_the_reason_of_the_office() -> None:
    row = project(reason="取組を廃止する。", proposal="継続", accepted="協議済")
    (found,) = mark_accepted(checked(row), records(row))
    assert found.accepted == "協議済"


def test_error_can_not_be_accepted() -> None:
    twins = project(1), project(1, name="別", accepted="協議済")
    findings = mark_accepted(checked(*twins), records(*twins))
    assert [f.accepted for f in findings if f.code == "number-twice"] == [None]


def test_reason_with_a_code_accepts_only_that_finding() -> None:
    row = project(reason="取組を廃止する。", proposal="見直し", accepted="proposal-differs 協議済")
    accepted = {f.code: f.accepted for f in mark_accepted(checked(row), records(row))}
    assert accepted == {
        "proposal-differs": "proposal-differs 協議済",
        "text-outside-choices": None,
    }


@pytest.mark.parametrize("denial", ["×", "□", "未", "未確認", "FALSE", "-", "いいえ"])
def test_unsettled_reason_in_a_column_accepts_nothing(denial: str) -> None:
    row = project(reason="取組を廃止する。", proposal="継続", accepted=denial)
    assert [f.accepted for f in mark_accepted(checked(row), records(row))] == [None]


def test_reason_may_begin_with_any_word() -> None:
    row = project(reason="取組を廃止する。", proposal="継続", accepted="未実施分のみ廃止で了承")
    assert [f.accepted for f in mark_accepted(checked(row), records(row))] == [
        row.values["accepted"]
    ]


def test_meeting_sheet_accepts_only_for_its_project() -> None:
    rows = [project(no, reason="取組を廃止する。", proposal="継続") for no in (1, 2)]
    meeting = Meeting("資料１", "方針一覧", accepted=(Acceptance(2, "協議済"),))
    source = records(*rows, meeting=meeting)
    assert [f.accepted for f in mark_accepted(checked(*rows), source)] == [None, "協議済"]


def test_acceptance_for_an_unknown_number_is_reported() -> None:
    meeting = Meeting("資料１", "方針一覧", accepted=(Acceptance(9, "協議済"),))
    form = seed_form()
    (found,) = check(records(project(1), meeting=meeting), form, judgement=form.judgement)
    assert (found.code, found.sheet, found.value) == ("acceptance-unmatched", "会議情報", "9")


@pytest.mark.parametrize(("reason", "accepted"), [("未確認", None), ("協議済", "協議済")])
def test_unsettled_reason_in_a_line_accepts_nothing(reason: str, accepted: str | None) -> None:
    meeting = Meeting("資料１", "方針一覧", accepted=(Acceptance(1, reason),))
    source = records(project(1, letter="B", label="継続"), meeting=meeting)
    found = check(source, seed_form(), judgement=seed_form().judgement)
    assert {each.accepted for each in mark_accepted(found, source)} == {accepted}


def test_duplicate_name_without_number_is_reported_by_cell() -> None:
    unnumbered = replace(project(1, name="図書館"), no=None, source=RowSource("事業一覧", 2))
    (found,) = checked(unnumbered, project(1, name="図書館"))
    assert "が A2 と同じです" in found.message
    (found,) = checked(project(1, name="図書館"), project(2, name="図書館"))
    assert "が No.1 と同じです" in found.message


def test_unknown_letter_is_reported_once() -> None:
    assert codes_and_projects(checked(project(1, letter="Z", label="継続"))) == [
        ("letter-unknown", 1)
    ]


# ---- texts that may be empty


@pytest.mark.parametrize("empty", [None, ""])
def test_missing_text_is_reported_if_nearly_all_rows_have_it(empty: str | None) -> None:
    rows = [project(no) for no in range(1, 6)]
    (found,) = checked(*rows, project(6, reason=empty))
    assert (found.code, found.cell, found.project) == ("text-empty", "A7", 6)
    assert found.severity is Severity.WARNING
    assert "事務局案（説明）" in found.message


def test_text_missing_in_several_rows_is_not_reported() -> None:
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
    """A row of numbers, or the total row; a text is a cell that is not a number."""
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


def test_correct_total_has_no_finding() -> None:
    assert summed(money(None, 959.5, 250, 709.5), *ROWS) == []


def test_wrong_total_is_an_error_with_the_right_sum() -> None:
    total = money(None, 9595, 250, 709.5)
    whole = replace(records(*ROWS), total=total)
    found = next(f for f in check(whole, MONEY, judgement=None) if f.code == "total-differs")
    assert found.message == (
        "一覧!A9 減の合計「9,595」は、上の行の合計 959.5 と違います。"
        "内訳か合計のどちらが正しいか確かめ、直してください。"
    )
    assert found.blocks


def test_total_within_rounding_is_a_warning() -> None:
    assert summed(money(None, 960, 250, 709.5), *ROWS) == [
        ("total-rounded", "960", "A9"),
        ("arithmetic-rounded", "709.5", "A9"),
    ]


def test_decimal_numbers_add_up_without_float_errors() -> None:
    rows = [money(no, 0.1, 0.2, -0.1) for no in range(1, 11)]
    assert summed(money(None, 1.0, 2.0, -1.0), *rows) == []


def test_text_is_left_out_of_totals_and_arithmetic() -> None:
    assert summed(money(None, 1000, 250, 750), ROWS[0], money(2, "未定", None, "未定")) == []


def test_wrong_arithmetic_is_an_error_with_its_formula() -> None:
    (found,) = check(records(money(1, 1000, 250, 1250)), MONEY, judgement=None)
    assert (found.code, found.project) == ("arithmetic-differs", 1)
    assert "差引「1,250」は、減－増 の計算結果 750 と違います。" in found.message
    assert found.blocks


def test_row_without_any_part_is_not_checked() -> None:
    assert summed(None, money(1, None, None, 1250)) == []


def test_table_may_have_no_total_row() -> None:
    assert summed(None, *ROWS) == []


# ---- other forms


def test_form_without_judgement_table_accepts_any_letter() -> None:
    form = form_of(NEXT_YEAR)
    row = row_of({"no": 1, "letter": "Z", "label": "継続", "proposal": "見直し"}, form)
    assert check(records(row), form, judgement=None) == ()


def test_duplicate_name_without_number_column_is_reported_by_position() -> None:
    form = form_of('title = "一覧"\ncolumns = [{ title = "施策", kind = "name" }, "内容"]')
    rows = [row_of({"施策": "防災"}, form, position=place) for place in (1, 2)]
    (found,) = check(records(*rows), form, judgement=None)
    assert "が 1行目 と同じです" in found.message


def test_every_choice_and_remark_of_a_form_is_checked() -> None:
    form = form_of(PANEL)
    rows = [
        row_of({"no": 1, "name": "施策1", "verdict": answered("拡大")}, form),
        row_of({"no": 2, "name": "施策2", "remark": written("要検討。")}, form),
    ]
    found = check(records(*rows), form, judgement=None)
    assert codes_and_projects(found) == [("opinions-present", None), ("comment-without-opinion", 2)]
