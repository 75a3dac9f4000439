from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from support.records import handout, project, records, seed_records, with_opinions

from pipeline.model.editions import A3, A4, Edition
from pipeline.model.records import Meeting, Opinion, OpinionStatus


def test_the_meeting_edition_has_only_empty_boxes_even_where_opinions_are_in() -> None:
    page = handout(with_opinions(seed_records()))
    cells = [row.opinion for row in page.rows]
    assert all(not box.checked for cell in cells for box in cell.boxes)
    assert {cell.words for cell in cells} == {None}
    assert {cell.comment for cell in cells} == {()}


def test_every_box_of_the_council_has_its_tag() -> None:
    page = handout()
    assert [box.tag for box in page.rows[2].opinion.boxes] == [
        "opinion.3.1",
        "opinion.3.2",
        "opinion.3.3",
    ]
    assert all(box.tag is None for row in page.rows for box in row.proposal)


def test_the_proposal_is_marked_in_both_editions() -> None:
    for edition in Edition:
        row = handout(records(project()), edition).rows[0]
        assert [box.mark for box in row.proposal] == ["■", "□", "□"]


def test_a_chosen_opinion_is_marked_in_the_results() -> None:
    chosen = project(opinion=Opinion(OpinionStatus.CHOSEN, "見直し", "一行目。\n二行目。"))
    cell = handout(records(chosen), Edition.RESULTS).rows[0].opinion
    assert [box.mark for box in cell.boxes] == ["□", "□", "■"]
    assert cell.words is None
    assert cell.comment == ("一行目。", "二行目。")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (OpinionStatus.BLANK, "未入力"),
        (OpinionStatus.NO_OPINION, "意見なし"),
        (OpinionStatus.DEFERRED, "保留"),
        (OpinionStatus.DIVIDED, "意見が分かれた"),
    ],
)
def test_an_opinion_that_is_no_choice_is_told_in_words(status: OpinionStatus, words: str) -> None:
    cell = handout(records(project(opinion=Opinion(status))), Edition.RESULTS).rows[0].opinion
    assert cell.words == words
    assert not any(box.checked for box in cell.boxes)


def test_what_is_known_of_the_meeting_stands_under_the_title() -> None:
    meeting = Meeting(
        "資料１", "一覧", council="懇談会", session="第２回", date=dt.date(2026, 3, 9)
    )
    page = handout(records(project(), meeting=meeting), Edition.RESULTS)
    assert page.facts == ("懇談会 第２回　令和８年３月９日",)


def test_an_unknown_meeting_prints_nothing() -> None:
    assert handout().facts == ()


def test_the_results_say_that_they_are_the_results() -> None:
    assert "結果版" in handout(edition=Edition.RESULTS).title
    assert "結果版" not in handout().title


def test_the_members_fill_the_heading_and_braces_of_the_office_stay() -> None:
    page = handout()
    assert page.headings.proposal == "事務局案（２市１町協議結果）"
    odd = replace(seed_records(), meeting=Meeting("資料１", "一覧", members_label="{x}町"))
    assert handout(odd).headings.proposal == "事務局案（{x}町協議結果）"


def test_the_file_is_named_after_number_and_edition() -> None:
    assert handout(paper=A3).file_stem == "資料１_会議用"
    assert handout(edition=Edition.RESULTS, paper=A4).file_stem == "資料１_結果版"
