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


def printed(kind: str, *texts: str, **more: object) -> ColumnContent:
    column = Column(key="k", title="列", kind=kind, **more)  # type: ignore[arg-type]  # of a column
    return ColumnContent(column, "列", texts, column.choices if column.boxes else ())


def test_the_sum_is_the_room_whatever_the_columns_ask_for() -> None:
    few = [printed("no", "1"), printed("text", "短い。")]
    many = [printed("text", "長い文章。" * 40) for _ in range(30)]
    for columns in (few, many):
        assert sum(column_widths(columns, 196.0)) == pytest.approx(196.0, abs=0.01)


def test_the_longer_text_has_the_wider_column() -> None:
    widths = column_widths([printed("text", "短い。"), printed("text", "長い文章。" * 40)], 196.0)
    assert widths[1] > 2 * widths[0]


def test_numbers_and_scores_are_no_wider_than_they_need() -> None:
    widths = column_widths(
        [
            printed("score", "4", scale=(1, 2)),
            printed("number", "1,284"),
            printed("text", "文。" * 99),
        ],
        196.0,
    )
    assert max(widths[:2]) < 16


def test_boxes_have_room_for_their_longest_choice_on_one_line() -> None:
    choices = ("継続", "一部見直しのうえ継続")
    box = printed("choice", "継続\n一部見直しのうえ継続", choices=choices, boxes=True)
    (width, *_) = column_widths([box, printed("text", "文。" * 200)], 120.0)
    assert width >= (1.5 + 10) * 2.6458


def test_a_column_to_fill_in_has_room_before_anything_stands_in_it() -> None:
    columns = [printed("text", "", fill=True), printed("text", "文。" * 300)]
    assert column_widths(columns, 196.0)[0] > 20


def test_given_widths_are_kept_and_enlarged_with_the_paper() -> None:
    columns = [printed("text", width=100.0), printed("text", width=96.0)]
    assert column_widths(columns, 196.0) == (100.0, 96.0)
    assert column_widths(columns, 392.0, enlarged=2.0) == (200.0, 192.0)


def test_a_column_that_was_added_gets_its_room_from_where_there_is_more_than_needed() -> None:
    given = [
        printed("no", "1", width=6.0),
        printed("text", "文。" * 60, width=150.0),
        printed("score", "4", scale=(1, 2), width=40.0),
    ]
    no, text, score, added = column_widths([*given, printed("text", "企画課")], 196.0)
    assert sum((no, text, score, added)) == pytest.approx(196.0)
    assert added > 3 * 2.6458
    assert no == pytest.approx(6.0, abs=0.2)
    assert (text < 150.0, score < 40.0) == (True, True)
    # The text stays as large as it is.
    assert fitting_scale([*given, printed("text", "企画課")], 196.0, 1.0) == 1.0


def test_too_many_columns_for_the_paper_share_it_although_some_have_widths() -> None:
    columns = [printed("text", "文。" * 9, width=98.0) for _ in range(2)]
    widths = column_widths([*columns, *(printed("number", "123,456,789") for _ in range(9))], 196.0)
    assert sum(widths) == pytest.approx(196.0)
    assert min(widths) > 5


def test_text_is_set_smaller_where_columns_would_not_fit_but_never_unreadably() -> None:
    columns = [printed("number", "123,456,789") for _ in range(14)]
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
def test_a_heading_breaks_where_it_may_and_only_where_it_must(
    words: str, width: float, lines: tuple[str, ...]
) -> None:
    assert heading_lines(words, width, HEAD_EM) == lines


def test_a_note_breaks_at_its_typed_spaces_and_keeps_its_mark() -> None:
    note = "※ 各判定の考え方については 参考資料を参照"
    assert note_lines(note, 41.0) == ("※ 各判定の考え方については", "参考資料を参照")
    assert note_lines(note, 90.0) == (note,)
    assert note_lines("", 10.0) == ()


def test_words_keep_their_width_when_a_column_is_added_as_long_as_others_have_room() -> None:
    word = printed("word", "（一部見直しのうえ継続）", width=14.6)
    text = printed("text", "文。" * 60, width=180.0)
    assert column_widths([word, text, printed("text", "企画課")], 196.0)[0] == 14.6


def test_a_word_has_room_for_the_gaps_that_word_sets_beside_figures() -> None:
    rest = printed("text", "長い文章。" * 40)
    wide, _ = column_widths([printed("no", "第1課"), rest], 196.0)
    narrow, _ = column_widths([printed("no", "第一課"), rest], 196.0)
    # Half a character less for the figure, and two gaps of a quarter.
    assert wide == pytest.approx(narrow, abs=0.05)


def test_what_the_results_say_in_an_empty_cell_has_room() -> None:
    choice = printed("choice", choices=("可", "否"), fill=True)
    told = replace(choice, blank="記入なし（後日）")
    widths = column_widths([told, printed("text", "長い文章。" * 40)], 196.0)
    assert widths[0] > 7 * BODY_EM


def test_boxes_inside_a_narrow_column_stand_on_one_line_each() -> None:
    word = printed("word", "A")
    boxed = replace(word, boxes=("一部見直しのうえ継続", "見直し"))
    (plain, _), (wide, _) = (
        column_widths([each, printed("text", "長い文章。" * 40)], 196.0) for each in (word, boxed)
    )
    assert plain < 10 * BODY_EM < wide
