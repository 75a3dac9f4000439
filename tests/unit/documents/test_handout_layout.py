from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest
from support.forms import FORM, NEXT_YEAR, PANEL, PLAIN, form_of
from support.records import (
    changed,
    handout,
    known_meeting,
    project,
    records,
    row_of,
    seed_form,
    seed_records,
    stated,
    with_opinions,
)

from pipeline.model.editions import A3, A4, PAPERS, Edition
from pipeline.model.form import Form
from pipeline.model.handout import Cell, Handout
from pipeline.model.meeting import Meeting
from pipeline.model.records import Row
from pipeline.model.values import Fill, Number, Status


def cell(page: Handout, row: int, key: str) -> Cell:
    place = next(k for k, column in enumerate(page.grid) if column.key == key)
    return next(each for each in page.rows[row].cells if each.column == place)


def texts(page: Handout, row: int, key: str) -> list[str]:
    return [line.shown for line in cell(page, row, key).lines]


def test_meeting_edition_has_only_empty_boxes_even_with_opinions() -> None:
    page = handout(with_opinions(seed_records()))
    for row in range(len(page.rows)):
        assert texts(page, row, "opinion") == ["□ 継続", "□ 一部見直しのうえ継続", "□ 見直し"]


def test_only_the_councils_boxes_have_tags() -> None:
    page = handout()
    assert [line.box and line.box.tag for line in cell(page, 2, "opinion").lines] == [
        "opinion.3.1",
        "opinion.3.2",
        "opinion.3.3",
    ]
    assert {line.box and line.box.tag for line in cell(page, 2, "proposal").lines} == {None}


def test_the_proposal_is_marked_in_both_editions() -> None:
    for edition in (Edition.MEETING, Edition.RESULTS):
        page = handout(records(project()), edition)
        assert [text[0] for text in texts(page, 0, "proposal")] == ["■", "□", "□"]


def test_a_chosen_opinion_is_marked_in_the_results_with_its_remark_below() -> None:
    source = records(changed(project(), **stated("見直し", "一行目。\n二行目。")))
    page = handout(source, Edition.RESULTS)
    assert texts(page, 0, "opinion") == [
        "□ 継続",
        "□ 一部見直しのうえ継続",
        "■ 見直し",
        "一行目。",
        "二行目。",
    ]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.BLANK, "未入力"),
        (Status.NO_OPINION, "意見なし"),
        (Status.DEFERRED, "保留"),
        (Status.DIVIDED, "意見が分かれた"),
    ],
)
def test_opinion_that_is_no_choice_keeps_its_empty_boxes(status: Status, words: str) -> None:
    page = handout(records(changed(project(), **stated(status))), Edition.RESULTS)
    *boxes, status_text = texts(page, 0, "opinion")
    assert status_text == words
    assert {text[0] for text in boxes} == {"□"}


def test_known_facts_of_the_meeting_are_under_the_title() -> None:
    meeting = Meeting(
        "資料１", "一覧", council="懇談会", session="第２回", date=dt.date(2026, 3, 9)
    )
    page = handout(records(project(), meeting=meeting), Edition.RESULTS)
    assert page.facts == ("第２回 懇談会　令和８年３月９日",)


def test_unknown_meeting_prints_no_facts() -> None:
    assert handout().facts == ()


def test_only_the_results_title_contains_the_suffix() -> None:
    assert "結果版" in handout(edition=Edition.RESULTS).title
    assert "結果版" not in handout().title


def test_members_are_inserted_into_the_heading_and_braces_in_values_stay() -> None:
    words = [cell.text for level in handout().heading for cell in level]
    assert "事務局案（２市１町協議結果）" in words
    odd = replace(seed_records(), meeting=Meeting("資料１", "一覧", members_label="{x}町"))
    assert "事務局案（{x}町協議結果）" in [c.text for level in handout(odd).heading for c in level]


def test_the_file_is_named_after_number_or_title_and_edition() -> None:
    assert handout(paper=A3).file_stem == "資料１_会議用"
    assert handout(edition=Edition.RESULTS, paper=A4).file_stem == "資料１_結果版"
    form = form_of('title = "回答一覧"\ncolumns = ["意見", "回答"]')
    page = page_of(form, row_of({"意見": "ア"}, form, position=1), edition=Edition.ONLY)
    assert page.file_stem == "回答一覧"


# ---- any form


def page_of(
    form: Form, *rows: Row, edition: Edition = Edition.MEETING, total: Row | None = None
) -> Handout:
    source = replace(records(*rows, meeting=Meeting(form.number, form.title)), total=total)
    return handout(source, edition, form.paper, form)


def test_heading_with_a_meeting_value_has_its_note() -> None:
    source = """
title = "一覧"
columns = ["x", { title = "案", under = ["{members_label}の案"], fill = "meeting" }]
[notes]
"{members_label}の案" = { meeting = "※ {members_label}", results = "※ 後" }
"""
    form = form_of(source)
    meeting = Meeting("", "一覧", members_label="２市１町")
    page = handout(records(meeting=meeting), Edition.MEETING, form.paper, form)
    (cell,) = (each for each in page.heading[0] if each.text == "２市１町の案")
    assert (cell.note, set(cell.notes)) == (("※ ２市１町",), {"※ ２市１町", "※ 後", ""})


def test_group_heading_is_before_its_first_row_over_all_columns() -> None:
    form = form_of(NEXT_YEAR)
    rows = [
        row_of({"no": no, "name": f"事業{no}"}, form, group=group)
        for no, group in ((1, "生活機能"), (2, "生活機能"), (3, "結びつき"))
    ]
    page = page_of(form, *rows)
    assert [row.role for row in page.rows] == ["group", "row", "row", "group", "row"]
    (heading,) = page.rows[3].cells
    assert (heading.lines[0].text, heading.colspan) == ("結びつき", len(page.grid))
    assert page.row_numbers == ("1", "2", "3")


def test_numbers_are_printed_as_excel_shows_them_with_the_total_below() -> None:
    form = form_of(
        'title = "一覧"\ntotal = "合計"\n'
        'columns = [{ title = "番号", kind = "no" }, { title = "金額", kind = "number" }]'
    )
    row = row_of({"番号": 1, "金額": Number(-960, "▲960")}, form)
    total = row_of({"金額": Number(-960, "▲960")}, form, position=9)
    page = page_of(form, row, edition=Edition.ONLY, total=total)
    assert [c.lines[0].text for c in page.rows[0].cells] == ["1", "▲960"]
    assert page.rows[1].role == "total"
    assert [c.lines[0].text for c in page.rows[1].cells] == ["合計", "▲960"]


def test_equal_neighbouring_cells_of_a_merge_column_are_merged() -> None:
    form = form_of('title = "一覧"\ncolumns = [{ title = "課", merge = true }, "事業"]')
    rows = [
        row_of({"課": office, "事業": str(k)}, form, position=k)
        for k, office in enumerate(("総務", "総務", "企画", "総務"), start=1)
    ]
    page = page_of(form, *rows, edition=Edition.ONLY)
    assert [row.cells[0].merge for row in page.rows] == ["restart", "continue", "", ""]
    assert [bool(row.cells[0].lines) for row in page.rows] == [True, False, True, True]


def test_inner_value_is_printed_in_its_shape() -> None:
    page = handout(records(project(letter="A", label="継続")))
    assert texts(page, 0, "letter") == ["A", "（継続）"]
    assert texts(handout(records(project(label=None))), 0, "letter") == ["A"]


def test_columns_of_every_kind_are_filled_in_in_the_results() -> None:
    form = form_of(PANEL)
    fills = {"verdict": Fill(Status.CHOSEN, "維持"), "grade": Fill(Status.WRITTEN, "Ｂ")}
    row = row_of({"no": 1, "name": "施策", "course": "拡大", **fills}, form)
    before, after = page_of(form, row), page_of(form, row, edition=Edition.RESULTS)
    assert (texts(before, 0, "grade"), texts(after, 0, "grade")) == ([], ["Ｂ"])
    assert texts(after, 0, "verdict")[1] == "■ 維持"
    # The word has the column's style; only below boxes it is emphasised.
    without_opinion = row_of({"no": 2, "name": "施策", "course": "拡大"}, form)
    (line,) = page_of(form, without_opinion, edition=Edition.RESULTS).rows[0].cells[6].lines
    assert (line.text, line.style) == ("未入力", "key-grade")
    # A mark is ○ or blank: for a blank mark no word is printed.
    assert texts(after, 0, "visit") == []


def test_row_without_a_number_is_identified_by_its_place() -> None:
    form = form_of(PLAIN)
    page = page_of(form, *(row_of({"意見": "ア"}, form, position=k) for k in (1, 2)))
    tags = [line.box.tag for line in cell(page, 1, "委員会の評価").lines if line.box]
    assert tags == ["委員会の評価.2.1", "委員会の評価.2.2"]
    assert "2行目" in page.rows[1].cells[2].lines[0].box.alias  # type: ignore[union-attr]  # a box


# ---- paper and widths


@pytest.mark.parametrize("paper", PAPERS.values(), ids=str)
@pytest.mark.parametrize("source", [FORM, PANEL, PLAIN, NEXT_YEAR])
def test_the_columns_fill_any_paper_between_its_margins(source: str, paper: object) -> None:
    form = form_of(source)
    row = row_of({c.key: 1 if c.kind == "no" else None for c in form.columns}, form, position=1)
    page = handout(records(row), form.editions[0], paper, form)  # type: ignore[arg-type]  # a paper
    assert page.margins is not None
    room = page.paper.width - page.margins[1] - page.margins[3]
    assert sum(page.columns) == pytest.approx(room, abs=0.02)


def test_shipped_form_is_enlarged_on_a3_and_laid_out_anew_in_landscape() -> None:
    small, large = handout(), handout(paper=A3)
    assert large.scale == pytest.approx(2**0.5, abs=0.001)
    assert [b / a for a, b in zip(small.columns, large.columns, strict=True)] == pytest.approx(
        [2**0.5] * 9, abs=0.01
    )
    assert handout(paper=PAPERS["A4 landscape"]).scale == 1


def test_opinions_change_no_widths() -> None:
    form = form_of(NEXT_YEAR)
    fills = {
        "opinion": Fill(Status.CHOSEN, "継続"),
        "comment": Fill(Status.WRITTEN, "長い。" * 200),
    }
    row = row_of({"no": 1, "name": "事業", **fills}, form)
    assert page_of(form, row).columns == page_of(form, row, edition=Edition.RESULTS).columns


def test_both_editions_record_the_same_identity() -> None:
    source = known_meeting()
    identities = [dict(handout(source, edition).identity) for edition in seed_form().editions]
    assert [each["版"] for each in identities] == ["会議用", "結果版"]
    for one, other in pairwise(identities):
        assert {k: v for k, v in one.items() if k != "版"} == {
            k: v for k, v in other.items() if k != "版"
        }
