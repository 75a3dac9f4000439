"""A filled-in handout: opinions are accepted if all evidence agrees, else they are in doubt."""

from __future__ import annotations

import copy
import io
import os
import zipfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from support.filling import (
    as_word_saves,
    cell_of,
    cells,
    click,
    control,
    edited,
    mark,
    paragraph,
    row_of,
    set_text,
    type_below,
    without_controls,
)
from support.mutations import element
from support.records import changed as with_values
from support.records import handout, project, records, seed_form, stated, with_blanks
from support.word import W, with_parts

from pipeline.base.errors import InputUnreadable
from pipeline.base.word import open_package, read
from pipeline.model.collected import StatedOpinion
from pipeline.model.doubts import Doubt, Edit, EditKind, Reason
from pipeline.model.fills import Fills
from pipeline.model.identity import digests_of
from pipeline.model.printed_handout import printed
from pipeline.model.records import Records
from pipeline.model.values import Status
from pipeline.opinions.filled_handout import read_handout
from pipeline.opinions.filled_handout.rule import Filled, read_filled
from pipeline.render.docx import render_docx

FORM = seed_form()
KEEP, PARTLY, REVIEW = FORM.column("opinion").choices
PROPOSALS = (KEEP, REVIEW, PARTLY)
MASTER = records(
    *(
        project(no, name=f"{word}事業", proposal=PROPOSALS[no - 1])
        for no, word in enumerate(("図書館", "路線バス", "防災"), start=1)
    )
)
BLANK = stated(None)


chosen = stated


@cache
def meeting_handout() -> bytes:
    """Three projects, meeting edition."""
    return render_docx(handout(MASTER), FORM).content


def filled(content: bytes, master: Records = MASTER) -> Filled:
    document = read(open_package(content))
    paper = printed(handout(master), FORM)
    return read_filled(document, paper, "資料１.docx", digests_of(document.properties))


def opinion_on(content: bytes, no: int = 1) -> StatedOpinion:
    return next(row for row in filled(content).rows if row.no == no)


def fills(content: bytes, no: int = 1) -> Fills:
    return with_blanks(opinion_on(content, no).fills)


def doubts(content: bytes, no: int = 1) -> tuple[Doubt, ...]:
    return opinion_on(content, no).doubts


def reasons(content: bytes, no: int = 1) -> set[Reason]:
    return {doubt.reason for doubt in doubts(content, no)}


def after(*edits: Callable[[Any], None], start: bytes | None = None) -> bytes:
    """The handout after some edits of its document."""

    def apply_all(tree: Any) -> None:
        for edit in edits:
            edit(tree)

    return edited(start or meeting_handout(), apply_all)


def tick(tree: Any) -> None:
    """Tick 見直し for No.1 by a click; the other projects are unchanged."""
    click(tree, 1, 3)


def lines(tree: Any, no: int = 1) -> list[Any]:
    return [p for p in cell_of(tree, no).findall(W + "p") if "".join(p.itertext()).strip()]


def runs(tree: Any, k: int, no: int = 1) -> list[Any]:
    """The runs of the k-th box: its sign, then its label."""
    return list(lines(tree, no)[k - 1].iter(W + "r"))


def format_run(run: Any, formatting: str) -> None:
    for properties in run.findall(W + "rPr"):
        run.remove(properties)
    run.insert(0, element(f"<w:rPr>{formatting}</w:rPr>"))


# ---- accepted


@pytest.mark.parametrize("variant", [bytes, as_word_saves, without_controls])
@pytest.mark.parametrize("no", [1, 2, 3])
def test_click_is_accepted(no: int, variant: Callable[[bytes], bytes]) -> None:
    content = variant(after(lambda tree: click(tree, no, 2)))
    assert (fills(content, no), doubts(content, no)) == (chosen(PARTLY), ())
    assert filled(content).edits == ()


@pytest.mark.parametrize("sign", ["■", "☑", "☑\ufe0f", "✓", "✔", "レ", "ﾚ", "○", "●", "☒", "v"])
def test_sign_typed_over_the_box_is_accepted(sign: str) -> None:
    content = after(lambda tree: mark(tree, 1, 2, sign))
    assert (fills(content), doubts(content)) == (chosen(PARTLY), ())


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("意見なし", Status.NO_OPINION),
        ("保留", Status.DEFERRED),
        ("「保留」", Status.DEFERRED),
        ("意見が分かれた。", Status.DIVIDED),
    ],
)
def test_word_below_the_empty_boxes_is_accepted(text: str, status: Status) -> None:
    content = after(lambda tree: type_below(tree, 1, text))
    assert (fills(content), doubts(content)) == (stated(status), ())


@pytest.mark.parametrize("text", ["見直し", "（見直し）", "案のとおり", "事務局案どおり。"])
def test_choice_in_words_below_the_empty_boxes_is_accepted(text: str) -> None:
    content = after(lambda tree: type_below(tree, 2, text))
    assert (fills(content, 2), doubts(content, 2)) == (chosen(REVIEW), ())


@pytest.mark.parametrize(
    "remark",
    [
        "時期を示すこと。",
        "再度の検討を求める。\n時期を示すこと。",
        "なお、費用の内訳を示すこと。",
        "見直しに当たっては、住民の声を聞くこと。",
        "利用が少ない。調整しながら進めること。",
        "㈱葛󠄀城・𠮷田との調整",
        "（架空）名称も含めて見直してほしい。",
        "意見１",
        "時期に注意",
        "よい取組である。",
        "ただし、予算の範囲内で行うこと。",
        "すぐに効果を測ること。",
        "うまく進めること。",
        "周知が足りない。",
        "効果が見えない。",
        "○○委員より質問があった。",
    ],
)
def test_remark_below_a_tick_is_accepted(remark: str) -> None:
    def fill(tree: Any) -> None:
        tick(tree)
        for line in remark.split("\n"):
            type_below(tree, 1, line)

    content = after(fill)
    assert (fills(content), doubts(content)) == (chosen(REVIEW, remark), ())


@pytest.mark.parametrize(
    "remark",
    [
        "継続とする意見と見直しの意見があった。",
        "（架空）「継続」と「一部見直しのうえ継続」の両方の意見があった。",
    ],
)
def test_remark_may_list_divided_opinions(remark: str) -> None:
    content = after(
        lambda tree: type_below(tree, 1, "意見が分かれた"), lambda tree: type_below(tree, 1, remark)
    )
    assert (fills(content), doubts(content)) == (
        stated(Status.DIVIDED, remark),
        (),
    )


def test_remark_alone_is_not_an_opinion() -> None:
    content = after(lambda tree: type_below(tree, 1, "時期を示すこと。"))
    assert (fills(content), doubts(content)) == (stated(None, "時期を示すこと。"), ())


def test_empty_handout_has_no_opinions_and_no_doubts() -> None:
    assert all(row.is_blank and not row.doubts for row in filled(meeting_handout()).rows)


def test_results_edition_is_read_as_printed() -> None:
    from pipeline.model.editions import Edition  # noqa: PLC0415 - this test alone

    master = records(
        *(
            with_values(row, **opinion)
            for row, opinion in zip(
                MASTER.rows,
                (chosen(REVIEW, "時期を示すこと。"), stated(Status.DEFERRED), BLANK),
                strict=True,
            )
        )
    )
    content = render_docx(handout(master, Edition.RESULTS), FORM).content
    assert [fills(content, row.number) for row in master.rows] == [
        {key: row.fill(key) for key in BLANK} for row in master.rows
    ]
    assert filled(content).edits == ()


def test_tracked_insertions_are_read_and_deletions_ignored() -> None:
    def track(tree: Any) -> None:
        for name, text in (
            ("del", "消した意見"),
            ("ins", "時期を示すこと。"),
            ("moveFrom", "移した"),
        ):
            made = paragraph(text)
            run = made.find(W + "r")
            etree.SubElement(made, W + name).append(run)
            cell_of(tree, 1).append(made)

    content = after(tick, track)
    assert (fills(content), doubts(content)) == (chosen(REVIEW, "時期を示すこと。"), ())


@pytest.mark.parametrize("inside", ["<w:br/>", "<w:drawing/>", "<w:tab/>"])
def test_tracked_deletion_without_words_raises_no_doubt(inside: str) -> None:
    deleted = element(f"<w:del><w:r>{inside}</w:r></w:del>")
    content = after(tick, lambda tree: lines(tree)[0].append(deleted))
    assert (fills(content), doubts(content)) == (chosen(REVIEW), ())


def test_cell_deleted_with_tracked_changes_raises_doubt() -> None:
    deleted = element("<w:cellDel/>")
    content = after(tick, lambda tree: cell_of(tree, 1).find(W + "tcPr").append(deleted))
    assert Reason.CELLS in reasons(content)


@pytest.mark.parametrize(("above", "is_asked"), [("としょかん　ジギョー", False), ("取下げ", True)])
def test_ruby_text_that_is_not_furigana_raises_doubt(above: str, *, is_asked: bool) -> None:
    def write_above(tree: Any) -> None:
        cell = list(cells(tree, 1))[1]
        name = "".join(cell.itertext()).strip()
        set_text(cell, "")
        cell.find(W + "p").append(
            element(
                f"<w:r><w:ruby><w:rt><w:r><w:t>{above}</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>"
                f"{name}</w:t></w:r></w:rubyBase></w:ruby></w:r>"
            )
        )

    content = after(tick, write_above)
    assert opinion_on(content).is_open == is_asked
    assert (above in opinion_on(content).asked) == is_asked


def test_rows_and_cells_inside_plain_controls_are_found() -> None:
    def wrap(tree: Any) -> None:
        for wrapped in (cell_of(tree, 1), row_of(tree, 2)):
            outer = etree.Element(W + "sdt")
            wrapped.addprevious(outer)
            etree.SubElement(outer, W + "sdtContent").append(wrapped)

    content = after(tick, wrap)
    assert (fills(content), doubts(content), doubts(content, 2)) == (chosen(REVIEW), (), ())


def test_table_split_at_the_page_is_read_in_both_parts() -> None:
    """A conversion through PDF gives a table for each page; the second may have no heading."""

    def tear(tree: Any) -> None:
        (ours,) = tree.iter(W + "tbl")
        second = etree.Element(W + "tbl")
        second.append(list(ours.iter(W + "tr"))[-1])
        ours.addnext(second)

    content = without_controls(after(lambda tree: click(tree, 3, 1)))
    content = after(tear, start=content)
    assert (fills(content, 3), doubts(content, 3)) == (chosen(KEEP), ())


# ---- in doubt: formatting


FORMATS = [
    ("<w:strike/>", Reason.STRUCK),
    ("<w:dstrike/>", Reason.STRUCK),
    ("<w:vanish/>", Reason.UNSEEN),
    ('<w:color w:val="FFFFFF"/>', Reason.UNSEEN),
    ('<w:color w:val="000000" w:themeColor="background1"/>', Reason.UNSEEN),
    ('<w:color w:val="000000"/><w:highlight w:val="black"/>', Reason.UNSEEN),
    ('<w:sz w:val="2"/>', Reason.UNSEEN),
    ('<w:w w:val="1"/>', Reason.UNSEEN),
    ("<w:imprint/>", Reason.UNSEEN),
    ("<w14:textFill><w14:noFill/></w14:textFill>", Reason.UNSEEN),
]


@pytest.mark.parametrize("piece", [0, -1])
@pytest.mark.parametrize(("formatting", "reason"), FORMATS)
def test_struck_or_invisible_tick_or_label_raises_doubt(
    formatting: str, reason: Reason, piece: int
) -> None:
    content = after(tick, lambda tree: format_run(runs(tree, 3)[piece], formatting))
    assert reason in reasons(content)
    assert fills(content) == BLANK


@pytest.mark.parametrize("kind", ["character", "paragraph", "based on", "table"])
@pytest.mark.parametrize(("formatting", "reason"), [*FORMATS[:2], FORMATS[3]])
def test_formatting_by_style_counts_like_direct_formatting(
    formatting: str, reason: Reason, kind: str
) -> None:
    style_type = "paragraph" if kind == "based on" else kind
    style = (
        f'<w:style w:type="{style_type}" w:customStyle="1" w:styleId="Gone"><w:name w:val="gone"/>'
        f"<w:rPr>{formatting}</w:rPr></w:style>"
        '<w:style w:type="paragraph" w:customStyle="1" w:styleId="After"><w:name w:val="after"/>'
        '<w:basedOn w:val="Gone"/></w:style>'
    )

    def use(tree: Any) -> None:
        if kind == "character":
            format_run(runs(tree, 3)[-1], '<w:rStyle w:val="Gone"/>')
        elif kind == "table":
            next(tree.iter(W + "tblStyle")).set(W + "val", "Gone")
        else:
            name = "After" if kind == "based on" else "Gone"
            lines(tree)[2].find(f"{W}pPr/{W}pStyle").set(W + "val", name)

    add = {"word/styles.xml": lambda text: text.replace("</w:styles>", f"{style}</w:styles>")}
    content = with_parts(after(tick, use), add)
    assert reason in reasons(content)


@pytest.mark.parametrize(
    "formatting",
    [
        '<w:highlight w:val="yellow"/>',
        '<w:u w:val="single"/>',
        '<w:color w:val="FF0000"/>',
        "<w:b/>",
        '<w:bdr w:val="single"/>',
        '<w:em w:val="dot"/>',
        '<w:sz w:val="30"/>',
        '<w:w w:val="200"/>',
        '<w:spacing w:val="100"/>',
        '<w:position w:val="6"/>',
    ],
)
def test_emphasised_label_without_tick_raises_doubt(formatting: str) -> None:
    assert Reason.STRESS in reasons(after(lambda tree: format_run(runs(tree, 2)[-1], formatting)))
    assert Reason.STRESS in reasons(
        after(tick, lambda tree: format_run(runs(tree, 2)[-1], formatting))
    )
    # The ticked label may be emphasised.
    content = after(tick, lambda tree: format_run(runs(tree, 3)[-1], formatting))
    assert (fills(content), doubts(content)) == (chosen(REVIEW), ())


@pytest.mark.parametrize(
    "formatting",
    [
        '<w:pBdr><w:top w:val="single" w:sz="4"/><w:bottom w:val="single" w:sz="4"/></w:pBdr>',
        '<w:shd w:val="clear" w:fill="FFFF00"/>',
    ],
)
@pytest.mark.parametrize("by_style", [False, True])
def test_framed_or_shaded_line_without_tick_raises_doubt(
    formatting: str, *, by_style: bool
) -> None:
    style = (
        '<w:style w:type="paragraph" w:styleId="Marked"><w:name w:val="marked"/>'
        f"<w:pPr>{formatting}</w:pPr></w:style>"
    )

    def use(tree: Any) -> None:
        properties = lines(tree)[1].find(W + "pPr")
        if by_style:
            properties.find(W + "pStyle").set(W + "val", "Marked")
        else:
            properties.append(element(formatting))

    add = {"word/styles.xml": lambda text: text.replace("</w:styles>", f"{style}</w:styles>")}
    assert Reason.STRESS in reasons(with_parts(after(use), add))


def test_white_shading_and_invisible_border_are_plain() -> None:
    def add_plain_borders(tree: Any) -> None:
        for line in lines(tree)[:2]:
            line.find(W + "pPr").append(element('<w:shd w:val="clear" w:fill="FFFFFF"/>'))
            line.find(W + "pPr").append(element('<w:pBdr><w:top w:val="nil"/></w:pBdr>'))

    content = after(tick, add_plain_borders)
    assert (fills(content), doubts(content)) == (chosen(REVIEW), ())


def test_emphasised_label_of_the_proposal_raises_doubt() -> None:
    def highlight_label(tree: Any) -> None:
        label = list(list(cells(tree, 1))[-2].iter(W + "p"))[1]
        format_run(list(label.iter(W + "r"))[-1], '<w:highlight w:val="yellow"/>')

    assert Reason.STRESS in reasons(after(highlight_label))


@pytest.mark.parametrize("line", ["tl2br", "tr2bl"])
def test_crossed_out_cell_raises_doubt(line: str) -> None:
    def cross(tree: Any) -> None:
        borders = element(f'<w:tcBorders><w:{line} w:val="single" w:sz="4"/></w:tcBorders>')
        cell_of(tree, 1).find(W + "tcPr").append(borders)

    assert Reason.DRAWN in reasons(after(tick, cross))
    assert Reason.DRAWN in reasons(after(cross))


@pytest.mark.parametrize("xml", ["<w:hidden/>", '<w:trHeight w:val="10" w:hRule="exact"/>'])
def test_hidden_row_raises_doubt(xml: str) -> None:
    content = after(tick, lambda tree: row_of(tree, 1).find(W + "trPr").append(element(xml)))
    assert Reason.ROW_ODD in reasons(content)


# ---- in doubt: boxes, labels and words


@pytest.mark.parametrize("k", [1, 2, 3])
def test_mark_of_a_deleted_label_is_not_given_to_the_next_label(k: int) -> None:
    def empty(tree: Any) -> None:
        for text in runs(tree, k)[-1].iter(W + "t"):
            text.text = ""

    for variant in (bytes, without_controls):
        content = variant(after(tick, empty))
        assert opinion_on(content).is_open
        assert fills(content) == BLANK


def test_swapped_labels_raise_doubt() -> None:
    def swap(tree: Any) -> None:
        one, other = (next(runs(tree, k)[-1].iter(W + "t")) for k in (1, 3))
        one.text, other.text = other.text, one.text

    assert Reason.BOXES in reasons(after(tick, swap))


@pytest.mark.parametrize(
    "rest",
    [
        "しない",
        "は不要",
        "（反対）",
        " ×",
        " 5名",
        "とは言えない",
        "？",
        "→継続",
        "ではなく継続",
        "○",
    ],
)
def test_text_after_a_label_raises_doubt(rest: str) -> None:
    def append_text(tree: Any) -> None:
        list(runs(tree, 3)[-1].iter(W + "t"))[-1].text += rest

    assert opinion_on(after(tick, append_text)).is_open
    assert opinion_on(without_controls(after(tick, append_text))).is_open


@pytest.mark.parametrize(
    "words", ["しない", "ではない", "とする必要はない", "には反対", "を取り消す"]
)
def test_label_continued_in_the_next_line_raises_doubt(words: str) -> None:
    assert opinion_on(after(tick, lambda tree: lines(tree)[2].addnext(paragraph(words)))).is_open
    wrapped = after(lambda tree: type_below(tree, 1, f"見直し\n{words}"))
    assert opinion_on(wrapped).is_open


@pytest.mark.parametrize(
    "line",
    [
        "訂正：継続",
        "⇒ 継続に変更",
        "継続 5名、見直し 3名",
        "継続ではなく見直し",
        "案のとおりではない",
        "見直しは不要との意見",
        "上記を取り消す",
        "賛成5名、反対3名",
        "×",
        "■ 廃止",
        "やはり継続",
        "ＮＧ",
        "棄権",
        "同左",
        "案に異議あり。",
        "案に賛同する。",
        "６名中４名",
        "事務局で再検討",
        "廃止とする",
        "両論併記",
        "次の事業と同様とする。",
        "全員一致で継続",
        "必要ない",
        "行わない",
        "賛成できない。",
        "続ける意味がない。",
        "いらない",
        "ふさわしくない",
        "続けない",
        "まとまっていない",
        "ちがう意見が多い",
        "あとで決める",
    ],
)
def test_remark_that_may_be_another_answer_raises_doubt(line: str) -> None:
    content = after(tick, lambda tree: type_below(tree, 1, line))
    assert opinion_on(content).is_open
    assert line in opinion_on(content).asked


@pytest.mark.parametrize(
    "remark",
    ["却下", "承認。", "議長一任", "却下\n時期を示すこと。", "異議なし。\n却下"],
)
@pytest.mark.parametrize("start", [tick, lambda _: None])
def test_remark_of_a_single_word_raises_doubt(start: Callable[[Any], None], remark: str) -> None:
    def type_remark(tree: Any) -> None:
        for line in remark.split("\n"):
            type_below(tree, 1, line)

    assert Reason.REMARK in reasons(after(start, type_remark))


@pytest.mark.parametrize(
    ("k", "is_asked"), [(1, True), (3, False)], ids=["another choice", "its own choice"]
)
def test_verb_of_another_choice_raises_doubt(k: int, *, is_asked: bool) -> None:
    content = after(
        lambda tree: click(tree, 1, k), lambda tree: type_below(tree, 1, "運賃を見直すこと。")
    )
    assert opinion_on(content).is_open == is_asked


def test_two_marks_raise_doubt() -> None:
    content = after(tick, lambda tree: mark(tree, 1, 1, "レ"))
    assert doubts(content) == (Doubt(Reason.SEVERAL, "継続、見直し"),)


@pytest.mark.parametrize("text", ["保留", "意見なし", "継続", "案のとおり"])
def test_word_in_addition_to_a_tick_raises_doubt(text: str) -> None:
    assert Reason.SEVERAL in reasons(after(tick, lambda tree: type_below(tree, 1, text)))


@pytest.mark.parametrize("sign", ["×", "△", "・", "？", "－", "★", "◇"])
def test_ambiguous_sign_raises_doubt(sign: str) -> None:
    assert Reason.MARK in reasons(after(lambda tree: mark(tree, 1, 2, sign)))


def test_checked_box_without_a_tick_raises_doubt() -> None:
    content = after(tick, lambda tree: mark(tree, 1, 3, "□"))
    assert Reason.STATE in reasons(content)


def test_as_proposed_with_a_changed_proposal_raises_doubt() -> None:
    def change(tree: Any) -> None:
        proposal = list(cells(tree, 1))[-2]
        for text in proposal.iter(W + "t"):
            text.text = (text.text or "").replace("■", "□")

    content = after(lambda tree: type_below(tree, 1, "案のとおり"), change)
    assert Reason.PROPOSAL in reasons(content)


# ---- in doubt: content that is not text


NON_TEXT = [
    "<w:r><w:drawing/></w:r>",
    "<w:r><w:pict><v:oval/></w:pict></w:r>",
    "<w:r><w:object/></w:r>",
    "<w:r><w:drawing><w:txbxContent><w:p><w:r><w:t>継続</w:t></w:r></w:p></w:txbxContent></w:drawing></w:r>",
    "<w:r><mc:AlternateContent><mc:Choice><w:drawing/></mc:Choice></mc:AlternateContent></w:r>",
    '<w:r><w:commentReference w:id="0"/></w:r>',
    '<w:commentRangeStart w:id="0"/>',
    '<w:r><w:footnoteReference w:id="2"/></w:r>',
    '<w:fldSimple w:instr="QUOTE"><w:r><w:t>継続</w:t></w:r></w:fldSimple>',
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>',
    "<w:hyperlink><w:r><w:t>参照</w:t></w:r></w:hyperlink>",
    '<w:r><w:sym w:font="Webdings" w:char="F061"/></w:r>',
    "<w:sdt><w:sdtPr><w:dropDownList/></w:sdtPr><w:sdtContent><w:r><w:t>保留</w:t></w:r></w:sdtContent></w:sdt>",
    "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>選ぶ</w:t></w:r></w:sdtContent></w:sdt>",
    '<w:bdo w:val="rtl"><w:r><w:t>し直見</w:t></w:r></w:bdo>',
    "<w:unheardOf><w:r><w:t>見直し</w:t></w:r></w:unheardOf>",
]


@pytest.mark.parametrize("xml", NON_TEXT)
def test_non_text_in_the_cell_raises_doubt(xml: str) -> None:
    made = f"<w:p>{xml}</w:p>"
    assert opinion_on(after(tick, lambda tree: cell_of(tree, 1).append(element(made)))).is_open
    # Also without a tick: an oval around a label is a mark.
    assert opinion_on(after(lambda tree: cell_of(tree, 1).append(element(made)))).is_open


@pytest.mark.parametrize("xml", NON_TEXT[:9])
def test_non_text_elsewhere_in_the_row_raises_doubt(xml: str) -> None:
    made = f"<w:p>{xml}</w:p>"
    content = after(tick, lambda tree: list(cells(tree, 1))[1].append(element(made)))
    assert opinion_on(content).is_open
    assert not opinion_on(content, 2).is_open


@pytest.mark.parametrize(
    ("xml", "asked"),
    [
        ("<w:drawing><wp:anchor/></w:drawing>", [1, 2, 3]),
        ('<w:pict><v:line style="position: absolute"/></w:pict>', [1, 2, 3]),
        ("<w:drawing><wp:inline/></w:drawing>", [2]),
    ],
)
def test_floating_drawing_raises_doubt_for_every_project(xml: str, asked: list[int]) -> None:
    content = after(tick, lambda tree: lines(tree, 2)[0].append(element(f"<w:r>{xml}</w:r>")))
    assert [row.no for row in filled(content).rows if row.doubts] == asked


def test_comment_on_several_rows_raises_doubt_for_each() -> None:
    def comment(tree: Any) -> None:
        lines(tree, 1)[2].append(element('<w:commentRangeStart w:id="0"/>'))
        lines(tree, 3)[0].append(element('<w:commentRangeEnd w:id="0"/>'))

    assert [bool(doubts(after(comment), no)) for no in (1, 2, 3)] == [True, True, True]


def test_comment_that_begins_between_cells_raises_doubt() -> None:
    """The sign of a comment is at its end, perhaps in another row."""

    def comment(tree: Any) -> None:
        cell_of(tree, 1).addprevious(element('<w:commentRangeStart w:id="0"/>'))
        lines(tree, 2)[0].append(element('<w:commentRangeEnd w:id="0"/>'))

    assert [bool(doubts(after(comment), no)) for no in (1, 2)] == [True, True]


def heading(tree: Any, word: str) -> Any:
    return next(
        cell
        for row in tree.iter(W + "tr")
        if row.find(f"{W}trPr/{W}tblHeader") is not None
        for cell in row.iter(W + "tc")
        if word in "".join(cell.itertext())
    )


@pytest.mark.parametrize("word", ["事業名", "懇談会意見"])
@pytest.mark.parametrize(
    "xml", [*NON_TEXT[:5], '<w:commentRangeStart w:id="0"/>', "<w:r><w:t>案のとおり</w:t></w:r>"]
)
def test_content_added_to_a_heading_raises_doubt_for_every_project(word: str, xml: str) -> None:
    made = element(f"<w:p>{xml}</w:p>")
    content = after(tick, lambda tree: heading(tree, word).append(made))
    assert all(opinion_on(content, no).is_open for no in (1, 2, 3))
    assert filled(content).edits


@pytest.mark.parametrize(
    "formatting", ["<w:strike/>", '<w:color w:val="FFFFFF"/>', '<w:sz w:val="2"/>']
)
def test_struck_or_invisible_heading_raises_doubt_for_every_project(formatting: str) -> None:
    content = after(
        tick, lambda tree: format_run(next(heading(tree, "懇談会意見").iter(W + "r")), formatting)
    )
    assert all(opinion_on(content, no).is_open for no in (1, 2, 3))


def test_reworded_heading_is_only_an_edit() -> None:
    content = after(tick, lambda tree: set_text(heading(tree, "事業名"), "事業の名称"))
    assert [edit.seen for edit in filled(content).edits] == ["事業の名称"]
    assert fills(content) == chosen(REVIEW)


def test_tags_of_another_program_are_ignored() -> None:
    def wrap(tree: Any) -> None:
        for number, run in enumerate(list(cell_of(tree, 1).iter(W + "r"))):
            if run.getparent().tag == W + "p":
                box = f'<w:sdt><w:sdtPr><w:tag w:val="goog_rdk_{number}"/></w:sdtPr></w:sdt>'
                around = element(box)
                run.addprevious(around)
                etree.SubElement(around, W + "sdtContent").append(run)

    content = after(tick, wrap)
    assert (fills(content), doubts(content)) == (chosen(REVIEW), ())


@pytest.mark.parametrize("xml", NON_TEXT[:6])
def test_non_text_below_the_table_raises_doubt_for_every_project(xml: str) -> None:
    made = f"<w:p>{xml}</w:p>"
    content = after(tick, lambda tree: next(tree.iter(W + "tbl")).addnext(element(made)))
    assert all(opinion_on(content, no).is_open for no in (1, 2, 3))


def test_question_contains_the_text_of_a_comment() -> None:
    content = after(
        tick,
        lambda tree: cell_of(tree, 1).append(
            element('<w:p><w:r><w:commentReference w:id="0"/></w:r></w:p>')
        ),
    )
    comments = (
        f'<w:comments xmlns:w="{W[1:-1]}"><w:comment w:id="0"><w:p><w:r><w:t>委員長に確認</w:t>'
        "</w:r></w:p></w:comment></w:comments>"
    )
    relation = (
        '<Relationship Id="rIdC" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/comments" Target="comments.xml"/></Relationships>'
    )
    with_comment = with_parts(
        content,
        {"word/_rels/document.xml.rels": lambda x: x.replace("</Relationships>", relation)},
        {"word/comments.xml": comments},
    )
    assert "委員長に確認" in opinion_on(with_comment).asked


def test_data_bound_control_raises_doubt() -> None:
    def bind(tree: Any) -> None:
        properties = control(tree, 1, 1).find(W + "sdtPr")
        properties.append(element('<w:dataBinding w:xpath="/x"/>'))

    assert Reason.CONTROLS in reasons(after(tick, bind))


def test_copied_cell_raises_doubt_for_both_projects() -> None:
    def copy_cell(tree: Any) -> None:
        target, source = cell_of(tree, 2), cell_of(tree, 1)
        target.getparent().replace(target, copy.deepcopy(source))

    content = after(tick, copy_cell)
    assert Reason.COPIED in reasons(content, 1)
    assert opinion_on(content, 2).is_open


# ---- in doubt: the table


def test_proposals_are_not_read_as_opinions_without_the_column() -> None:
    def drop(tree: Any) -> None:
        for row in list(tree.iter(W + "tr")):
            row.remove(row.findall(W + "tc")[-1])

    for variant in (bytes, without_controls):
        found = filled(after(drop, start=variant(meeting_handout())))
        assert all(with_blanks(row.fills) == BLANK and row.doubts for row in found.rows)


def test_missing_cell_raises_doubt() -> None:
    def drop(tree: Any) -> None:
        cell = cell_of(tree, 1)
        cell.getparent().remove(cell)

    assert Reason.CELLS in reasons(after(drop))


@pytest.mark.parametrize("k", [0, 1, -2, -1])
def test_vertically_merged_cells_raise_doubt_in_every_row(k: int) -> None:
    def merge(tree: Any) -> None:
        for no, xml in ((1, '<w:vMerge w:val="restart"/>'), (2, "<w:vMerge/>")):
            list(cells(tree, no))[k].find(W + "tcPr").append(element(xml))

    content = after(tick, merge)
    assert opinion_on(content, 1).is_open
    assert opinion_on(content, 2).is_open


def test_horizontally_merged_cells_raise_doubt() -> None:
    def merge(tree: Any) -> None:
        *_, proposal, opinion = cells(tree, 1)
        for content_element in list(opinion)[1:]:
            proposal.append(content_element)
        opinion.getparent().remove(opinion)
        proposal.find(W + "tcPr").append(element('<w:gridSpan w:val="2"/>'))

    assert opinion_on(after(tick, merge)).is_open


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("title", ["備考", "懇談会意見", "前回懇談会意見"])
def test_added_column_raises_doubt(title: str, where: str) -> None:
    def add(tree: Any) -> None:
        for row in list(tree.iter(W + "tr")):
            last = row.findall(W + "tc")[-1]
            made = element("<w:tc><w:tcPr/></w:tc>")
            is_head = row.find(f"{W}trPr/{W}tblHeader") is not None
            made.append(paragraph(title if is_head else "継続"))
            (last.addprevious if where == "before" else last.addnext)(made)

    for variant in (bytes, without_controls):
        assert opinion_on(after(add, start=variant(after(tick)))).is_open


@pytest.mark.parametrize("title", ["前回の意見", "第１回懇談会意見", "懇談会意見（前回）"])
def test_column_with_another_heading_raises_doubt(title: str) -> None:
    def rename(tree: Any) -> None:
        for text in tree.iter(W + "t"):
            if text.text == "懇談会意見":
                text.text = title

    assert Reason.HEADING in reasons(after(tick, rename))
    assert Reason.HEADING in reasons(after(rename, start=without_controls(after(tick))))


def test_repeated_row_raises_doubt() -> None:
    def duplicate(tree: Any) -> None:
        row = row_of(tree, 1)
        row.addnext(copy.deepcopy(row))

    assert Reason.ROW_REPEATED in reasons(after(tick, duplicate))


def test_changed_name_or_number_raises_doubt_for_every_possible_project() -> None:
    content = after(tick, lambda tree: set_text(list(cells(tree, 1))[1], "図書館の新事業"))
    assert Reason.ROW_DIFFERS in reasons(content)
    swapped = after(tick, lambda tree: set_text(next(cells(tree, 1)), "2"))
    assert opinion_on(swapped, 1).is_open
    assert opinion_on(swapped, 2).is_open


def test_row_deleted_with_tracked_changes_is_missing() -> None:
    def delete(tree: Any) -> None:
        etree.SubElement(row_of(tree, 1).find(W + "trPr"), W + "del")

    found = filled(after(tick, delete))
    assert (with_blanks(found.rows[0].fills), found.rows[0].is_missing) == (BLANK, True)
    assert found.edits == (Edit(EditKind.REMOVED, "表の行", "図書館事業", "", 1),)


@pytest.mark.parametrize("place", [0, -1])
def test_row_above_the_projects_raises_doubt_for_all(place: int) -> None:
    """Also if the row is above the headings, which are then not the first rows."""

    def add(tree: Any) -> None:
        made = element("<w:tr><w:tc><w:tcPr/></w:tc></w:tr>")
        made[0].append(paragraph("作業部会の結果を転記"))
        heads = [
            row for row in tree.iter(W + "tr") if row.find(f"{W}trPr/{W}tblHeader") is not None
        ]
        (heads[place].addnext if place else heads[place].addprevious)(made)

    found = filled(after(tick, add))
    assert all(row.doubts for row in found.rows)
    assert "作業部会の結果を転記" in found.rows[2].asked


def split(*between: Any) -> Callable[[Any], None]:
    """Split the table into two, with other elements between the parts."""

    def split_table(tree: Any) -> None:
        (ours,) = tree.iter(W + "tbl")
        second = etree.Element(W + "tbl")
        second.append(list(ours.iter(W + "tr"))[-1])
        ours.addnext(second)
        for separator in reversed(between):
            ours.addnext(copy.deepcopy(separator))

    return split_table


def test_empty_break_between_parts_of_the_table_raises_no_doubt() -> None:
    section = element("<w:p><w:pPr><w:sectPr/></w:pPr></w:p>")
    assert not any(row.doubts for row in filled(after(tick, split(section))).rows)


FRAME = '<w:framePr w:hAnchor="page" w:vAnchor="page" w:x="9000" w:y="6000"/>'
PLAIN_WORDS = "<w:p>{}<w:r><w:t>時期を示すこと。</w:t></w:r></w:p>"
FLOATING = (
    '<w:tbl><w:tblPr><w:tblpPr w:tblpX="9000"/></w:tblPr><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>'
)


@pytest.mark.parametrize(
    "edit",
    [
        split(element(PLAIN_WORDS.format(""))),
        lambda tree: next(tree.iter(W + "tbl")).addnext(
            element(PLAIN_WORDS.format(f"<w:pPr>{FRAME}</w:pPr>"))
        ),
        lambda tree: next(tree.iter(W + "tbl")).addprevious(
            element(FLOATING.format(PLAIN_WORDS.format("")))
        ),
        lambda tree: next(tree.iter(W + "tbl")).addnext(
            element(f"<w:tbl><w:tr><w:tc>{PLAIN_WORDS.format('')}</w:tc></w:tr></w:tbl>")
        ),
    ],
    ids=["between two halves", "a frame", "a table that floats", "a table below"],
)
def test_plain_remark_near_the_table_raises_doubt_for_every_project(
    edit: Callable[[Any], None],
) -> None:
    found = filled(after(tick, edit))
    assert [row.no for row in found.rows if row.doubts] == [1, 2, 3]
    assert [edit.seen for edit in found.edits] == ["時期を示すこと。"]


def test_added_row_raises_doubt_for_its_neighbours() -> None:
    def add(tree: Any) -> None:
        made = element("<w:tr><w:tc><w:tcPr/></w:tc></w:tr>")
        made[0].append(paragraph("時期を示すこと。"))
        row_of(tree, 1).addnext(made)

    found = filled(after(tick, add))
    assert [bool(row.doubts) for row in found.rows] == [True, True, False]
    assert found.edits[0].seen == "時期を示すこと。"


# ---- in doubt: written in the wrong place


@pytest.mark.parametrize("place", range(9 - 1))
@pytest.mark.parametrize("text", ["時期を示すこと。", "見直し", "■"])
def test_remark_in_another_cell_raises_doubt(place: int, text: str) -> None:
    content = after(tick, lambda tree: list(cells(tree, 1))[place].append(paragraph(text)))
    assert opinion_on(content).is_open
    assert not opinion_on(content, 3).is_open


@pytest.mark.parametrize("sign", ["○", "レ", "×", "✓"])
def test_sign_before_a_score_raises_doubt(sign: str) -> None:
    content = after(tick, lambda tree: set_text(list(cells(tree, 1))[2], f"{sign}4"))
    assert Reason.OTHER_CELL in reasons(content)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("No.1は継続とする。", [1]),
        ("図書館事業は、時期を示すこと。", [1]),
        ("No.1〜2は継続", [1, 2, 3]),
        ("全件、案のとおりとする。", [1, 2, 3]),
        ("上の印は誤りです。", [1, 2, 3]),
        ("以上", []),
        ("―以上―", []),
        ("（了）", []),
        ("- 1 -", []),
        ("P.1／2", []),
        ("委員氏名：山田太郎", []),
        ("作成日：令和８年11月27日", []),
        ("■", [1, 2, 3]),
    ],
)
def test_text_below_the_table_raises_doubt_for_possible_projects(
    text: str, asked: list[int]
) -> None:
    content = after(tick, lambda tree: next(tree.iter(W + "tbl")).addnext(paragraph(text)))
    assert [row.no for row in filled(content).rows if row.doubts] == asked


# ---- edits are listed with both texts


def test_reworded_reasoning_is_only_an_edit() -> None:
    content = after(tick, lambda tree: set_text(list(cells(tree, 1))[-3], "取り組みを続ける。"))
    (edit,) = filled(content).edits
    assert (edit.kind, edit.row, edit.printed, edit.seen) == (
        EditKind.CHANGED,
        1,
        "取組を続ける。",
        "取り組みを続ける。",
    )
    assert fills(content) == chosen(REVIEW)


def test_edited_title_is_listed_with_both_texts() -> None:
    def retitle(tree: Any) -> None:
        for text in tree.iter(W + "t"):
            if text.text == "方針一覧":
                text.text = "方針一覧（修正版）"

    found = filled(after(tick, retitle))
    assert [(e.place, e.printed, e.seen) for e in found.edits] == [
        ("表題", "方針一覧", "方針一覧（修正版）")
    ]
    assert not found.rows[0].doubts


def test_changed_proposal_is_listed_and_raises_doubt() -> None:
    def change(tree: Any) -> None:
        proposal = list(cells(tree, 1))[-2]
        texts = list(proposal.iter(W + "t"))
        texts[0].text, texts[-1].text = "□ 継続", "■ 見直し"

    content = after(tick, change)
    assert Reason.OTHER_CELL in reasons(content)
    assert [edit.place for edit in filled(content).edits] == ["事務局案（方針）"]


def test_later_change_of_the_master_is_distinguished_from_an_edit() -> None:
    changed = project(1, name="図書館事業", reason="廃止を検討する。", proposal=REVIEW)
    now = records(changed, *MASTER.rows[1:])
    found = filled(after(tick), now)
    assert next((e.kind, e.printed, e.seen) for e in found.edits) == (
        EditKind.MASTER,
        "廃止を検討する。",
        "取組を続ける。",
    )
    assert (found.rows[0].doubts, found.rows[0].seen["proposal"]) == ((), KEEP)


# ---- refused


def refusal_code(folder: Path, content: bytes, name: str = "資料１.docx") -> str:
    path = folder / name
    path.write_bytes(content)
    with pytest.raises(InputUnreadable) as caught:
        read_handout(path)
    return caught.value.code


def package(parts: Sequence[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts:
            archive.writestr(name, part)
    return stream.getvalue()


def ole(*streams: str) -> bytes:
    names = b"".join(name.encode("utf-16-le") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + names


PLAIN = f'<w:document xmlns:w="{W[1:-1]}"><w:body><w:p/></w:body></w:document>'.encode()
DTD = b'<!DOCTYPE d [<!ENTITY a "b">]>' + PLAIN
MAIN = "word/document.xml"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "handout-damaged"),
        (b"plain text", "not-a-handout"),
        (b"%PDF-1.7", "not-a-handout"),
        (ole("EncryptedPackage"), "handout-protected"),
        (ole("WordDocument"), "handout-legacy"),
        (ole("Workbook", "WordDocument"), "not-a-handout"),
        (package([(MAIN, PLAIN[:40])]), "handout-damaged"),
        (package([(MAIN, DTD)]), "handout-forbidden"),
        (package([("xl/workbook.xml", b"<workbook/>")]), "not-a-handout"),
        (package([("other.xml", b"<x/>")]), "not-a-handout"),
        (package([(MAIN, PLAIN), ("word/document2.xml", PLAIN)]), "handout-several-documents"),
    ],
)
def test_other_file_is_refused_with_the_reason(tmp_path: Path, content: bytes, code: str) -> None:
    assert refusal_code(tmp_path, content) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("word/document2.xml", "handout-damaged"),
        ("word/Document.xml", "part-twice"),
        ("other/main.xml", "handout-damaged"),
    ],
)
def test_package_with_two_main_documents_is_refused(tmp_path: Path, name: str, code: str) -> None:
    relation = (
        f'<Relationship Id="rIdB" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships/officeDocument" Target="{name}"/></Relationships>'
    )
    second = with_parts(
        meeting_handout(),
        {"_rels/.rels": lambda text: text.replace("</Relationships>", relation)},
        {name: PLAIN.decode()},
    )
    assert refusal_code(tmp_path, second) == code


def test_truncated_handout_is_damaged(tmp_path: Path) -> None:
    assert refusal_code(tmp_path, meeting_handout()[:-2000]) == "handout-damaged"


def test_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.opinions.filled_handout.UNPACKED_LIMIT", 2**20)
    assert refusal_code(tmp_path, package([(MAIN, b" " * 2**21)])) == "handout-too-large"


def test_lock_file_and_missing_file_are_refused(tmp_path: Path) -> None:
    assert refusal_code(tmp_path, b"x", "~$料１.docx") == "handout-lock-file"
    for path, code in ((tmp_path / "ない.docx", "handout-missing"), (tmp_path, "not-a-handout")):
        with pytest.raises(InputUnreadable) as caught:
            read_handout(path)
        assert caught.value.code == code


def test_strict_variant_of_the_format_is_read() -> None:
    strict = with_parts(
        after(tick),
        {
            MAIN: lambda text: text.replace(
                W[1:-1], "http://purl.oclc.org/ooxml/wordprocessingml/main"
            ),
            "word/styles.xml": lambda text: text.replace(
                W[1:-1], "http://purl.oclc.org/ooxml/wordprocessingml/main"
            ),
        },
    )
    assert fills(strict) == chosen(REVIEW)


def test_fifo_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "資料１.docx")
    with pytest.raises(InputUnreadable) as caught:
        read_handout(tmp_path / "資料１.docx")
    assert caught.value.code == "file-unreadable"


def test_handout_saved_by_word_for_the_web_is_read() -> None:
    """Word for the web names the document word/document2.xml."""
    stream = io.BytesIO()
    content = after(tick)
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            part = source.read(name).replace(b"word/document.xml", b"word/document2.xml")
            target.writestr(name.replace("word/document.xml", "word/document2.xml"), part)
    assert fills(stream.getvalue()) == chosen(REVIEW)
