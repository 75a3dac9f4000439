from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.documents.widths import (
    BODY_EM,
    HEAD_EM,
    ColumnContent,
    column_widths,
    fitting_scale,
    heading_lines,
    note_lines,
)
from pipeline.model.columns import Column


def column_content(kind: str, *texts: str, **more: object) -> ColumnContent:
    column = Column(key="k", title="列", kind=kind, **more)  # type: ignore[arg-type]  # of a column
    return ColumnContent(column, "列", texts, column.choices if column.boxes else ())


def test_sum_of_the_widths_is_always_the_room() -> None:
    few = [column_content("no", "1"), column_content("text", "短い。")]
    many = [column_content("text", "長い文章。" * 40) for _ in range(30)]
    for columns in (few, many):
        assert sum(column_widths(columns, 196.0)) == pytest.approx(196.0, abs=0.01)


def test_longer_text_has_the_wider_column() -> None:
    widths = column_widths(
        [column_content("text", "短い。"), column_content("text", "長い文章。" * 40)], 196.0
    )
    assert widths[1] > 2 * widths[0]


def test_numbers_and_scores_get_only_the_width_they_need() -> None:
    widths = column_widths(
        [
            column_content("score", "4", scale=(1, 2)),
            column_content("number", "1,284"),
            column_content("text", "文。" * 99),
        ],
        196.0,
    )
    assert max(widths[:2]) < 16


def test_boxes_have_room_for_their_longest_choice_on_one_line() -> None:
    choices = ("継続", "一部見直しのうえ継続")
    box = column_content("choice", "継続\n一部見直しのうえ継続", choices=choices, boxes=True)
    (width, *_) = column_widths([box, column_content("text", "文。" * 200)], 120.0)
    assert width >= (1.5 + 10) * 2.6458


def test_empty_column_to_fill_in_has_room() -> None:
    columns = [column_content("text", "", fill=True), column_content("text", "文。" * 300)]
    assert column_widths(columns, 196.0)[0] > 20


def test_given_widths_are_kept_and_enlarged_with_the_paper() -> None:
    columns = [column_content("text", width=100.0), column_content("text", width=96.0)]
    assert column_widths(columns, 196.0) == (100.0, 96.0)
    assert column_widths(columns, 392.0, enlarged=2.0) == (200.0, 192.0)


def test_added_column_gets_its_room_from_columns_wider_than_needed() -> None:
    with_widths = [
        column_content("no", "1", width=6.0),
        column_content("text", "文。" * 60, width=150.0),
        column_content("score", "4", scale=(1, 2), width=40.0),
    ]
    no, text, score, added = column_widths([*with_widths, column_content("text", "企画課")], 196.0)
    assert sum((no, text, score, added)) == pytest.approx(196.0)
    assert added > 3 * 2.6458
    assert no == pytest.approx(6.0, abs=0.2)
    assert (text < 150.0, score < 40.0) == (True, True)
    # The size of the text is unchanged.
    assert fitting_scale([*with_widths, column_content("text", "企画課")], 196.0, 1.0) == 1.0


def test_too_many_columns_share_the_paper_even_if_some_have_widths() -> None:
    columns = [column_content("text", "文。" * 9, width=98.0) for _ in range(2)]
    widths = column_widths(
        [*columns, *(column_content("number", "123,456,789") for _ in range(9))], 196.0
    )
    assert sum(widths) == pytest.approx(196.0)
    assert min(widths) > 5


def test_text_is_reduced_to_fit_but_stays_readable() -> None:
    columns = [column_content("number", "123,456,789") for _ in range(14)]
    scale = fitting_scale(columns, 196.0, 1.0)
    assert 0.75 <= scale < 1
    assert fitting_scale(columns, 20.0, 1.0) == 0.75
    assert fitting_scale(columns[:2], 196.0, 1.0) == 1.0


@pytest.mark.parametrize(
    ("words", "width", "lines"),
    [
        ("今後の|方針", 40.0, ("今後の方針",)),
        ("今後の|方針", 10.0, ("今後の", "方針")),
        ("評価表番号", 11.0, ("評価表", "番号")),
        ("令和８年度予算（千円）", 20.0, ("令和８年度予算", "（千円）")),
        ("事業名", 30.0, ("事業名",)),
        ("", 5.0, ("",)),
    ],
)
def test_heading_breaks_at_allowed_places_only_if_necessary(
    words: str, width: float, lines: tuple[str, ...]
) -> None:
    assert heading_lines(words, width, HEAD_EM) == lines


def test_note_breaks_at_its_spaces_but_not_after_its_mark() -> None:
    note = "※ 各判定の考え方については 参考資料を参照"
    assert note_lines(note, 41.0) == ("※ 各判定の考え方については", "参考資料を参照")
    assert note_lines(note, 90.0) == (note,)
    assert note_lines("", 10.0) == ()


def test_columns_of_words_keep_their_width_while_others_can_be_reduced() -> None:
    word = column_content("word", "（一部見直しのうえ継続）", width=14.6)
    text = column_content("text", "文。" * 60, width=180.0)
    assert column_widths([word, text, column_content("text", "企画課")], 196.0)[0] == 14.6


def test_width_includes_words_gaps_next_to_figures() -> None:
    rest = column_content("text", "長い文章。" * 40)
    wide, _ = column_widths([column_content("no", "第1課"), rest], 196.0)
    narrow, _ = column_widths([column_content("no", "第一課"), rest], 196.0)
    # Half a character less for the figure, and two gaps of a quarter.
    assert wide == pytest.approx(narrow, abs=0.05)


def test_word_for_a_blank_opinion_has_room() -> None:
    choice = column_content("choice", choices=("可", "否"), fill=True)
    with_blank_word = replace(choice, blank="記入なし（後日）")
    widths = column_widths([with_blank_word, column_content("text", "長い文章。" * 40)], 196.0)
    assert widths[0] > 7 * BODY_EM


def test_each_inner_box_is_on_one_line_in_a_narrow_column() -> None:
    word = column_content("word", "A")
    boxed = replace(word, boxes=("一部見直しのうえ継続", "見直し"))
    (plain, _), (wide, _) = (
        column_widths([each, column_content("text", "長い文章。" * 40)], 196.0)
        for each in (word, boxed)
    )
    assert plain < 10 * BODY_EM < wide
