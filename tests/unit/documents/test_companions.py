"""会議結果概要, 会議録（案） and 参考資料: their complete texts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.forms import PANEL, PLAIN, form_of
from support.records import (
    GOLDEN,
    changed,
    known_meeting,
    minutes,
    project,
    records,
    reference,
    row_of,
    seed_form,
    seed_records,
    stated,
    summary,
    with_opinions,
)

from pipeline.model.document import Document
from pipeline.model.form import JudgementCell, JudgementTable, Words
from pipeline.model.minutes import Minutes, MinutesItem
from pipeline.model.records import Row
from pipeline.model.reference import ReferenceCell
from pipeline.model.summary import Section, Summary, SummaryCount
from pipeline.model.values import Fill, Status

MARKS = """
title = "選定"
columns = [{ key = "no", title = "番号", kind = "no" }, { key = "name", title = "事業", kind = "name" }, { titles = ["ａ", "ｂ"], kind = "mark", fill = "meeting" }]
"""  # noqa: E501 - a form has a column a line
WORDS = {
    Status.BLANK: "未入力",
    Status.NO_OPINION: "意見なし",
    Status.DEFERRED: "保留",
    Status.DIVIDED: "意見が分かれた",
}


def row_with_opinion(no: int, answer: str | Status | None, comment: str = "") -> Row:
    """A row with the proposal 継続 and the council's opinion."""
    return changed(project(no), **stated(answer, comment or None))


def sections(page: Summary) -> tuple[Section, Section]:
    """The section of differing opinions and that of agreeing ones."""
    (part,) = page.parts
    differing, agreeing = part.sections
    return differing, agreeing


@pytest.mark.parametrize("document", [summary(), minutes(), reference()], ids=lambda d: d.template)
def test_text_equals_the_approved_text(document: Document) -> None:
    approved = (GOLDEN / f"{document.template}.txt").read_text(encoding="utf-8")
    assert "\n".join((*document.texts(), "")) == approved


@pytest.mark.parametrize("document", [summary(), minutes(), reference()], ids=lambda d: d.template)
def test_no_text_states_a_decision(document: Document) -> None:
    text = "".join(document.texts())
    assert not [word for word in ("決定", "採決", "議決", "可決", "承認") if word in text]


def test_files_are_named_after_number_and_kind() -> None:
    assert [each.file_stem for each in (summary(), minutes(), reference())] == [
        "資料１_会議結果概要",
        "資料１_会議録（案）",
        "参考資料_各判定の考え方",
    ]


# --- 会議結果概要 ------------------------------------------------------------------------


def test_differing_opinions_come_before_agreeing_ones() -> None:
    page = summary(
        records(
            row_with_opinion(1, "継続"),
            row_with_opinion(2, "見直し", "急がない。"),
            *(row_with_opinion(no, status) for no, status in enumerate(WORDS, start=3)),
            row_with_opinion(7, "継続", "よい。\nほかも。"),
        )
    )
    differing, agreeing = sections(page)
    assert [(r.no, r.opinion) for r in differing.rows] == [
        ("2", "見直し"),
        *((str(no), word) for no, word in enumerate(WORDS.values(), start=3)),
    ]
    assert differing.rows[0].comment == ("急がない。",)
    assert [(r.no, r.comment) for r in agreeing.rows] == [
        ("1", ()),
        ("7", ("よい。", "ほかも。")),
    ]
    assert differing.heading.endswith("（５事業）")
    assert agreeing.heading.endswith("（２事業）")


@pytest.mark.parametrize("status", WORDS)
def test_status_is_never_agreement_even_with_a_remark(status: Status) -> None:
    differing, agreeing = sections(summary(records(row_with_opinion(1, status, "案に賛成する。"))))
    (row,) = differing.rows
    assert (row.proposal, row.opinion) == ("継続", WORDS[status])
    assert row.comment == ("案に賛成する。",)
    assert agreeing.rows == ()


def test_every_choice_and_status_is_counted_and_the_sums_are_complete() -> None:
    page = summary(
        records(
            row_with_opinion(1, "継続"),
            row_with_opinion(2, "見直し"),
            row_with_opinion(3, Status.DEFERRED),
            changed(project(4, proposal="見直し"), **stated("見直し")),
        )
    )
    assert page.parts[0].counts.rows == (
        SummaryCount("継続", "３", "１"),
        SummaryCount("一部見直しのうえ継続", "０", "０"),
        SummaryCount("見直し", "１", "２"),
        SummaryCount("意見なし", "０", "０"),
        SummaryCount("保留", "０", "１"),
        SummaryCount("意見が分かれた", "０", "０"),
        SummaryCount("未入力", "０", "０"),
        SummaryCount("計", "４", "４"),
    )


def test_no_project_and_no_remark_is_lost() -> None:
    source = with_opinions(seed_records())
    page = summary(source)
    rows = {r.no: r for section in sections(page) for r in section.rows}
    assert len(page.row_numbers) == len(rows) == len(source.rows)
    for each in source.rows:
        assert rows[str(each.no)].name == each.name
        assert "\n".join(rows[str(each.no)].comment) == (each.fill("comment").value or "")


def test_empty_section_prints_that_no_row_applies() -> None:
    texts = summary(records(row_with_opinion(1, "継続"))).texts()
    assert texts.count("該当するものはありません。") == 1
    assert "２　意見が事務局案と異なる事業など（０事業）" in texts


def test_councils_own_words_come_from_the_form() -> None:
    words = Words(summary="まとめ", disclaimer="ご意見です。", proposal="案", comment="理由")
    page = summary(form=replace(seed_form(), words=words))
    assert (page.title, page.disclaimer) == ("まとめ", "ご意見です。")
    differing, agreeing = sections(page)
    assert differing.heading == "２　意見が案と異なるものなど（13件）"
    headings = agreeing.headings
    assert (headings.opinion, headings.comment) == ("懇談会意見（案と同じ）", "理由")


def test_unknown_meeting_prints_no_facts() -> None:
    assert summary(with_opinions(seed_records())).facts == ()


def test_summary_has_no_document_number() -> None:
    assert summary().number == ""
    assert "資料１" not in summary().texts()
    assert any(text.startswith("対象：資料１") for text in summary().texts())


def test_each_column_of_opinions_has_its_own_part() -> None:
    source = PANEL.replace('kind = "mark", fill', 'kind = "choice", choices = ["要", "不要"], fill')
    form = form_of(source)
    row = row_of({"no": 1, "name": "施策", "visit": Fill(Status.CHOSEN, "要")}, form)
    page = summary(records(row), form=form)
    assert [part.counts.opinion for part in page.parts] == ["委員会の意見", "現地視察"]
    assert [len(part.sections) for part in page.parts] == [2, 1]
    assert page.parts[1].sections[0].heading == "５　現地視察の意見の一覧（１件）"
    assert page.parts[1].counts.proposal == ""


def test_row_without_a_name_is_identified_by_its_first_text() -> None:
    form = form_of(PLAIN)
    source = records(row_of({"意見": "駅前に\n広場を。", "委員会の評価": Fill()}, form))
    (part,) = summary(source, form=form).parts
    assert part.sections[0].headings.name == "意見"
    page = minutes(source, form=form)
    assert page.headings.name == "意見"
    assert part.sections[0].rows[0].name == page.rows[0].name == "駅前に広場を。"
    long = records(row_of({"意見": "駅前に広場を。" * 9}, form))
    (row,) = minutes(long, form=form).rows
    assert row.name == ("駅前に広場を。" * 9)[:40] + "…"


# --- 会議録（案） ------------------------------------------------------------------------


def entry(page: Minutes, label: str) -> MinutesItem:
    (found,) = [each for each in page.entries if each.label == label]
    return found


def test_minutes_have_their_items_in_the_usual_order() -> None:
    page = minutes()
    labels = [each.label for each in page.entries]
    assert [*labels, page.opinions.label, page.papers.label] == [
        *("会議名", "日時", "場所", "出席者", "欠席者", "議題"),
        *("意見の概要", "会議資料"),
    ]


def test_known_items_are_filled_in_and_others_are_blank() -> None:
    page = minutes()
    assert entry(page, "会議名") == MinutesItem("会議名", ("第２回 共生ビジョン懇談会",))
    assert entry(page, "日時") == MinutesItem(
        "日時", ("令和８年３月９日",), "（時刻を記入してください）"
    )
    assert entry(page, "場所") == MinutesItem("場所", ("市役所",))
    assert entry(page, "出席者") == MinutesItem("出席者", (), "（記入してください）")


def test_meeting_data_of_the_master_is_filled_in() -> None:
    source = known_meeting()
    time_text = "令和８年３月９日（月）午後２時～４時"
    meeting = replace(
        source.meeting, when=time_text, attendees="委員長\n委員 10名", agenda="方針について"
    )
    page = minutes(replace(source, meeting=meeting))
    assert entry(page, "日時") == MinutesItem("日時", (time_text,))
    assert entry(page, "出席者") == MinutesItem("出席者", ("委員長", "委員 10名"))
    assert entry(page, "議題") == MinutesItem("議題", ("方針について",))


def test_items_of_an_unknown_meeting_are_blank() -> None:
    page = minutes(with_opinions(seed_records()))
    for label in ("会議名", "日時", "場所", "出席者", "欠席者"):
        assert entry(page, label) == MinutesItem(label, (), "（記入してください）")


def test_session_without_a_council_is_no_complete_name() -> None:
    source = known_meeting()
    page = minutes(replace(source, meeting=replace(source.meeting, council=None)))
    assert entry(page, "会議名") == MinutesItem(
        "会議名", ("第２回",), "（会議の名称を記入してください）"
    )


def test_papers_are_those_that_were_handed_out() -> None:
    title = seed_records().meeting.title
    assert minutes().papers.known == (f"資料１　{title}", "参考資料　各判定の考え方")
    assert minutes(form=seed_form()).papers.known == (f"資料１　{title}",)


@pytest.mark.parametrize(
    ("opinion", "blank"),
    [
        (stated("継続"), ""),
        (stated(Status.NO_OPINION), ""),
        (stated("見直し", "理由。"), ""),
        (stated("見直し"), "（記入してください）"),
        (stated(Status.DEFERRED), "（記入してください）"),
        (stated(Status.DIVIDED), "（記入してください）"),
        (stated(None), "（記入してください）"),
    ],
)
def test_reason_is_required_only_for_a_differing_opinion_without_remark(
    opinion: dict[str, Fill], blank: str
) -> None:
    (row,) = minutes(records(changed(project(), **opinion))).rows
    assert row.blank == blank


def test_missing_mark_needs_no_reason_in_the_minutes() -> None:
    """A mark is ○ or blank: a blank mark is no opinion, so it needs no reason."""
    form = form_of(MARKS)
    marked = row_of({"no": 1, "name": "防災", "ａ": Fill(Status.WRITTEN, value=True)}, form)
    unmarked = row_of({"no": 2, "name": "福祉"}, form)
    rows = minutes(records(marked, unmarked), form=form).rows
    assert [(row.opinion, row.blank) for row in rows] == [("ａ：○", ""), ("", "")]


# --- 参考資料 ----------------------------------------------------------------------------


def cells(*pairs: tuple[int, int]) -> list[ReferenceCell]:
    page = reference(
        records(
            project(1),
            project(2),
            project(3, progress=1, feasibility=4, regional_merit=3),
        )
    )
    return [page.rows[4 - row].cells[4 - column] for row, column in pairs]


def test_cell_prints_letter_label_doubt_and_count() -> None:
    assert cells((4, 4), (4, 3), (1, 1)) == [
        ReferenceCell("A", "継続", "", "２事業"),
        ReferenceCell("C", "区分不明", "未確認", "１事業"),
        ReferenceCell("P", "見直し", "", "０事業"),
    ]


def test_only_inferred_cells_are_marked_as_unconfirmed() -> None:
    table = seed_form().judgement
    assert table is not None
    doubts = {cell.letter: cell.doubt for row in reference().rows for cell in row.cells}
    assert doubts == {cell.letter: "" if cell.attested else "未確認" for cell in table.cells}


def test_every_project_is_counted_once() -> None:
    counts = [cell.count for row in reference().rows for cell in row.cells]
    widths = str.maketrans("０１２３４５６７８９", "0123456789")
    assert sum(int(each.removesuffix("事業").translate(widths)) for each in counts) == 18


def test_project_with_another_letter_is_counted_by_its_scores_and_named() -> None:
    other_letter = project(5, letter="P", label="見直し")
    page = reference(records(project(1), other_letter))
    assert page.rows[0].cells[0].count == "２事業"
    assert page.legend[-1] == (
        "資料１の判定がこの表と異なる事業（No.5）も、評価の組合せの欄で数えています。"
    )


def test_full_width_letter_is_the_same_letter() -> None:
    page = reference(records(project(letter="Ａ")))
    assert not [line for line in page.legend if "異なる" in line]


def test_legend_explains_only_words_in_the_table() -> None:
    table = JudgementTable(
        rows="feasibility",
        columns="regional_merit",
        cells=tuple(
            JudgementCell(row=row, column=column, letter="A", label="継続", attested=True)
            for row in range(1, 5)
            for column in range(1, 5)
        ),
    )
    assert len(reference(records(project()), table=table).legend) == 2


def test_missing_pair_of_scores_is_printed_and_counted() -> None:
    only = JudgementCell(row=1, column=1, letter="Z", label="終了", attested=True)
    table = JudgementTable(rows="feasibility", columns="regional_merit", cells=(only,))
    page = reference(records(project()), table=table)
    assert page.rows[0].cells[0] == ReferenceCell("", "判定表になし", "", "１事業")
    assert page.rows[3].cells[3] == ReferenceCell("Z", "終了", "", "０事業")
    assert "「判定表になし」の欄は、判定表に判定がありません。" in page.legend


def test_axes_are_the_forms_scores_of_any_range() -> None:
    scales = {"feasibility": (1, 2, 3), "regional_merit": (1, 2, 3, 4, 5)}
    columns = tuple(replace(c, scale=scales.get(c.key, c.scale)) for c in seed_form().columns)
    form = replace(seed_form(), columns=columns)
    only = JudgementCell(row=1, column=1, letter="Z", attested=True)
    table = JudgementTable(rows="feasibility", columns="regional_merit", cells=(only,))
    page = reference(records(project()), form=form, table=table)
    assert [row.heading for row in page.rows] == [("⑤実現可能性", n) for n in "３２１"]
    assert page.column_headings == tuple(("⑥広域メリット", n) for n in "５４３２１")
    assert {len(row.cells) for row in page.rows} == {5}
    assert len(page.columns) == 6
    assert sum(page.columns) == pytest.approx(186)


def test_note_of_a_sample_is_on_every_document() -> None:
    source = replace(known_meeting(), rows=known_meeting().rows[:1])
    assert {each.note for each in (summary(source), minutes(source), reference(source))} == {
        "見本・架空"
    }
