from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from support.records import project, records, seed_form, seed_records

from pipeline.master.check import accept, check
from pipeline.model.catalogue import Severity
from pipeline.model.findings import Finding
from pipeline.model.form import JudgementCell, JudgementTable
from pipeline.model.grid import CellRef, Sheet
from pipeline.model.records import (
    Acceptance,
    Judgement,
    Meeting,
    Opinion,
    OpinionStatus,
    Project,
    Proposal,
    Source,
)


def checked(*projects: Project, sheet: Sheet | None = None) -> tuple[Finding, ...]:
    form = seed_form()
    return check(records(*projects), form, judgement=form.file.judgement, sheet=sheet)


def told(findings: Iterable[Finding]) -> list[tuple[str, int | None]]:
    return [(found.code, found.project) for found in findings]


def test_the_seed_has_the_four_findings_of_its_oddities() -> None:
    form = seed_form()
    findings = check(seed_records(), form, judgement=form.file.judgement)
    assert sorted((f.project or 0, f.severity.value, f.code) for f in findings) == [
        (4, "notice", "text-outside-choices"),
        (12, "notice", "text-outside-choices"),
        (15, "warning", "text-names-other-choice"),
        (18, "notice", "proposal-differs"),
    ]


def test_a_project_without_oddities_has_no_finding() -> None:
    assert checked(project(1), project(2)) == ()


def test_a_number_twice_is_an_error_that_names_both_cells() -> None:
    again = project(1, name="別の事業", source=Source("事業一覧", 5))
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


def test_a_run_that_does_not_begin_with_one_lacks_its_beginning() -> None:
    assert [(f.code, f.value) for f in checked(project(3))] == [("number-missing", "1〜2")]


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
        ratings={"progress": 4, "feasibility": feasibility, "regional_merit": merit},
        judgement=Judgement(letter, "継続"),
    )
    (found,) = checked(odd)
    assert found.code == code
    expected = Severity.WARNING if code == "letter-differs" else Severity.NOTICE
    assert found.severity is expected


def test_a_letter_outside_of_the_table_is_told() -> None:
    codes = {found.code for found in checked(project(judgement=Judgement("Z", "継続")))}
    assert "letter-unknown" in codes


def test_a_label_is_held_against_its_letter() -> None:
    odd = project(judgement=Judgement("A", "見直し"), proposal=Proposal("取組を続ける。", "見直し"))
    assert told(checked(odd)) == [("label-differs", 1)]


def test_any_label_is_right_where_none_is_known() -> None:
    odd = project(
        ratings={"progress": 4, "feasibility": 4, "regional_merit": 3},
        judgement=Judgement("C", "継続"),
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
        ratings={"progress": 4, "feasibility": 3, "regional_merit": 4},
        judgement=Judgement("B", "縮小"),
    )
    either = project(2, judgement=Judgement("A", "見直し"), proposal=Proposal("見直す。", "見直し"))
    neither = project(3, judgement=Judgement("A", "縮小"))
    findings = check(records(inferred, either, neither), seed_form(), judgement=own)
    assert told(findings) == [("label-differs", 3)]
    assert "「継続」か「見直し」" in findings[0].message


def test_the_table_of_the_office_replaces_the_one_of_the_form() -> None:
    own = JudgementTable(
        rows="feasibility",
        columns="regional_merit",
        cells=(JudgementCell(row=4, column=4, letter="Q", label="継続", attested=True),),
    )
    odd = project(judgement=Judgement("Q", "継続"))
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
    odd = project(judgement=Judgement(None, None), proposal=Proposal(text, choice))
    found = [f.value for f in checked(odd) if f.code == "text-names-other-choice"]
    assert found == ([named] if named else [])


def test_a_hidden_row_is_used_and_told() -> None:
    plain = Sheet("事業一覧", ((None,),) * 3, hidden_rows=frozenset({2}))
    filtered = Sheet("事業一覧", ((None,),) * 3, hidden_rows=frozenset({2}), filtered=True)
    assert told(checked(project(1), sheet=plain)) == [("row-hidden", 1)]
    assert told(checked(project(1), sheet=filtered)) == [("row-filtered", 1)]


def test_opinions_left_in_the_master_are_told_once() -> None:
    opinion = Opinion(OpinionStatus.CHOSEN, "継続")
    findings = checked(project(1, opinion=opinion), project(2, opinion=opinion))
    assert [(f.code, f.value) for f in findings] == [("opinions-present", "2")]


def test_a_row_that_no_page_holds_is_told_at_its_longest_cell() -> None:
    cells = {
        "proposal.text": CellRef("事業一覧", 2, 8),
        "opinion.comment": CellRef("事業一覧", 2, 11),
    }
    source = Source("事業一覧", 2, cells)
    long_text = project(1, proposal=Proposal("取組を続ける。" * 300, "継続"), source=source)
    said = Opinion(OpinionStatus.DEFERRED, None, "次回に聞く。" * 300)
    long_comment = project(2, opinion=said, source=source)
    found = [f for f in checked(long_text, long_comment) if f.code == "row-taller-than-page"]
    assert [(f.project, f.cell) for f in found] == [(1, "H2"), (2, "K2")]


def test_a_row_that_nearly_fills_a_page_is_not_told() -> None:
    # 24 characters a line and 68 lines a page.
    assert checked(project(proposal=Proposal("続" * 24 * 66, "継続"))) == ()


def test_a_comment_without_an_opinion_is_told() -> None:
    assert told(checked(project(opinion=Opinion(comment="要検討。")))) == [
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
    odd = project(proposal=Proposal("取組を廃止する。", "継続"), accepted="協議済")
    (found,) = accept(checked(odd), records(odd))
    assert found.accepted == "協議済"


def test_an_error_can_not_be_accepted() -> None:
    twins = project(1), project(1, name="別", accepted="協議済")
    findings = accept(checked(*twins), records(*twins))
    assert [f.accepted for f in findings if f.code == "number-twice"] == [None]


def test_a_reason_that_names_a_code_accepts_that_finding_alone() -> None:
    odd = project(
        proposal=Proposal("取組を廃止する。", "見直し"), accepted="proposal-differs 協議済"
    )
    accepted = {f.code: f.accepted for f in accept(checked(odd), records(odd))}
    assert accepted == {
        "proposal-differs": "proposal-differs 協議済",
        "text-outside-choices": None,
    }


@pytest.mark.parametrize("denial", ["×", "□", "未", "未確認", "FALSE", "-", "いいえ"])
def test_a_column_that_says_not_yet_accepts_nothing(denial: str) -> None:
    odd = project(proposal=Proposal("取組を廃止する。", "継続"), accepted=denial)
    assert [f.accepted for f in accept(checked(odd), records(odd))] == [None]


def test_a_reason_may_begin_with_any_word() -> None:
    odd = project(proposal=Proposal("取組を廃止する。", "継続"), accepted="未実施分のみ廃止で了承")
    assert [f.accepted for f in accept(checked(odd), records(odd))] == [odd.accepted]


def test_the_sheet_of_the_meeting_accepts_for_its_project_only() -> None:
    odd = [project(no, proposal=Proposal("取組を廃止する。", "継続")) for no in (1, 2)]
    meeting = Meeting("資料１", "方針一覧", accepted=(Acceptance(2, "協議済"),))
    told = records(*odd, meeting=meeting)
    assert [f.accepted for f in accept(checked(*odd), told)] == [None, "協議済"]


def test_an_acceptance_for_a_number_that_no_project_has_is_told() -> None:
    meeting = Meeting("資料１", "方針一覧", accepted=(Acceptance(9, "協議済"),))
    form = seed_form()
    (found,) = check(records(project(1), meeting=meeting), form, judgement=form.file.judgement)
    assert (found.code, found.sheet, found.value) == ("acceptance-unmatched", "会議情報", "9")


@pytest.mark.parametrize(("reason", "accepted"), [("未確認", None), ("協議済", "協議済")])
def test_a_line_that_says_not_yet_accepts_nothing(reason: str, accepted: str | None) -> None:
    meeting = Meeting("資料１", "方針一覧", accepted=(Acceptance(1, reason),))
    source = records(project(1, judgement=Judgement("B", "継続")), meeting=meeting)
    found = check(source, seed_form(), judgement=seed_form().file.judgement)
    assert {each.accepted for each in accept(found, source)} == {accepted}


def test_an_equal_name_without_a_number_is_told_by_its_cell() -> None:
    unnumbered = replace(project(1, name="図書館"), no=None, source=Source("事業一覧", 2))
    (found,) = checked(unnumbered, project(1, name="図書館"))
    assert "が A2 と同じです" in found.message
    (found,) = checked(project(1, name="図書館"), project(2, name="図書館"))
    assert "が No.1 と同じです" in found.message


def test_a_letter_of_no_cell_is_told_once() -> None:
    assert told(checked(project(1, judgement=Judgement("Z", "継続")))) == [("letter-unknown", 1)]


def test_a_tall_row_is_told_at_the_cell_that_takes_the_most_lines() -> None:
    cells = {
        "proposal.text": CellRef("事業一覧", 2, 8),
        "opinion.comment": CellRef("事業一覧", 2, 11),
    }
    opinion = Opinion(OpinionStatus.CHOSEN, "継続", "よ" * 900)
    tall = project(
        1,
        proposal=Proposal("あ" * 1000, "継続"),
        opinion=opinion,
        source=Source("事業一覧", 2, cells),
    )
    (found,) = [each for each in checked(tall) if each.code == "row-taller-than-page"]
    assert found.cell == "K2"
