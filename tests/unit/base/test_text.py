from __future__ import annotations

import datetime as dt

import pytest

from pipeline.base.text import (
    Mark,
    as_shown,
    compare_key,
    era_date,
    figure,
    forbidden_characters,
    half_widths,
    marked_labels,
    one_line,
    paragraphs,
    parse_date,
    parse_mark,
    parse_whole,
    without_directions,
    without_forbidden,
)

LABELS = ("継続", "一部見直しのうえ継続", "見直し")


def test_keys_ignore_width_case_and_white_space() -> None:
    assert compare_key("Ｎｏ．　１") == compare_key("no.1") == "NO.1"
    assert compare_key("③進捗\n状況") == "3進捗状況"


def test_forbidden_characters_are_those_not_allowed_in_xml() -> None:
    text = "a\x00b\x08c\ufffe\td\r\ne"
    assert forbidden_characters(text) == ("\x00", "\x08", "\ufffe")
    assert without_forbidden(text) == "abc\td\ne"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("図書館の相互利\n用事業", "図書館の相互利用事業"),
        ("Big\r\nProject", "Big Project"),
        ("  余白　\n", "余白"),
        ("WG\n検討", "WG検討"),
    ],
)
def test_name_is_joined_to_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("一文だけ。", ("一文だけ。",)),
        ("一つ。\n二つ。", ("一つ。", "二つ。")),
        ("長い文を途\n中で切る。", ("長い文を途中で切る。",)),
        ("段落。\n\n\n次の段落", ("段落。", "次の段落")),
        ("（括弧。）\n次。", ("（括弧。）", "次。")),
        # Line breaks typed after five characters: the first full line happens to end in 。
        ("四文字。\n次の文も長\nい。", ("四文字。", "次の文も長い。")),
        ("五文字だ。\n次の文も長\nい。", ("五文字だ。次の文も長い。",)),
    ],
)
def test_paragraph_ends_at_the_end_of_a_sentence(text: str, expected: tuple[str, ...]) -> None:
    assert paragraphs(text) == expected


def test_digits_and_era_dates_follow_official_documents() -> None:
    assert [figure(number) for number in (1, 9, 10, 30)] == ["１", "９", "10", "30"]
    assert era_date(dt.date(2026, 3, 9)) == "令和８年３月９日"
    assert era_date(dt.date(2019, 5, 1)) == "令和元年５月１日"
    assert era_date(dt.date(2019, 4, 30)) == "平成31年４月30日"
    assert era_date(dt.date(1926, 12, 24)) == "1926年12月24日"


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (4, 4),
        (4.0, 4),
        ("４点", 4),
        ("④", 4),
        ("⑳", 20),
        ("㉑", 21),
        ("１．", 1),
        ("(12)", 12),
        ("⒊", 3),
        ("No. 7", 7),
        ("№７", 7),
        ("#7", 7),
        ("第７号", 7),
        ("-1", -1),
        ("4.0", 4),
        ("", None),
        ("4.5", None),
        ("4/4", None),
        ("1 8", None),
        ("四", None),
        ("４点満点", None),
        ("9" * 400, None),
        (4.5, None),
        (float("inf"), None),
        (float("nan"), None),
        (True, None),
        (None, None),
        (dt.date(2026, 1, 4), None),
    ],
)
def test_whole_numbers_in_usual_spellings_are_parsed(value: object, number: int | None) -> None:
    assert parse_whole(value) == number


@pytest.mark.parametrize(
    "value",
    [
        dt.date(2026, 3, 9),
        dt.datetime(2026, 3, 9, 14, 30, tzinfo=dt.UTC),
        "2026-03-09",
        "2026-03-09T00:00:00",
        "2026/3/9",
        "2026.3.9 14:00",
        "２０２６年３月９日",
        "令和８年３月９日",
        "令和 8年 3月 9日（月）",
        "令和８年３月９日(月曜日)　午後２時から",
        "R8.3.9",
        "r8/3/9",
        "Ｒ８．３．９",
    ],
)
def test_dates_in_usual_spellings_are_parsed(value: object) -> None:
    assert parse_date(value) == dt.date(2026, 3, 9)


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("令和元年5月1日", dt.date(2019, 5, 1)),
        ("令和元年4月30日", None),
        ("平成31年4月30日", dt.date(2019, 4, 30)),
        ("平成31年5月1日", None),
        ("H30.2.1", dt.date(2018, 2, 1)),
        ("S64.1.7", dt.date(1989, 1, 7)),
        ("令和8年2月30日", None),
        ("2026/13/1", None),
        ("0/1/1", None),
        ("20260309", None),
        ("3月9日", None),
        ("未定", None),
        ("", None),
        (46090, None),
        (None, None),
    ],
)
def test_only_valid_dates_are_parsed(value: object, date: dt.date | None) -> None:
    assert parse_date(value) == date


@pytest.mark.parametrize(
    ("value", "mark"),
    [
        *((sign, Mark.STRONG) for sign in "■●☑✓✔レﾚ◎✅"),
        *((sign, Mark.WEAK) for sign in "○◯〇"),
        *((sign, Mark.EMPTY) for sign in "□☐×－-"),
        ("✔️", Mark.STRONG),
        ("（○）", Mark.WEAK),
        ("[ ]", Mark.EMPTY),
        (True, Mark.STRONG),
        (False, Mark.EMPTY),
        (1, Mark.STRONG),
        (0, Mark.EMPTY),
        (None, Mark.NONE),
        ("　", Mark.NONE),
        ("継続", None),
        ("○○", None),
        (2, None),
    ],
)
def test_parse_mark(value: object, mark: Mark | None) -> None:
    assert parse_mark(value) is mark


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("", ()),
        ("一部見直しのうえ継続", ("一部見直しのうえ継続",)),
        ("■一部見直しのうえ継続", ("一部見直しのうえ継続",)),
        ("□継続", ()),
        ("継続×", None),
        ("×継続\n×一部見直しのうえ継続\n×見直し", None),
        ("◎継続\n○見直し", ("継続", "見直し")),
        ("○継続○見直し", ("継続", "見直し")),
        ("○継続\n×一部見直しのうえ継続\n×見直し", ("継続",)),
        ("●継続\n○一部見直しのうえ継続\n○見直し", ("継続",)),
        ("○継続\n○一部見直しのうえ継続\n○見直し", ()),
        ("継続。", None),
        ("見直しのうえ継続", None),
        ("継続の方針とする", None),
    ],
)
def test_marked_labels(text: str, labels: tuple[str, ...] | None) -> None:
    assert marked_labels(text, LABELS) == labels


def test_empty_form_with_extra_words_is_not_a_choice() -> None:
    form = "○継続\n○一部見直しのうえ継続\n○見直し\n○意見なし"
    assert marked_labels(form, LABELS, ("意見なし",)) == ()
    assert marked_labels("意見なし", LABELS, ("意見なし",)) == ("意見なし",)


def test_line_break_is_kept_only_after_the_end_of_a_sentence() -> None:
    typed = "方針転換を行い、\n次期共生ビジョンは継続の方針とする。\nなお、詳細は別に定める。"
    assert paragraphs(typed) == (
        "方針転換を行い、次期共生ビジョンは継続の方針とする。",
        "なお、詳細は別に定める。",
    )


LISTS = {
    "numbers and numbers below them": (
        "望む。\n1. 駅前\n 1) 危険です。乗降場を\n分けてください。\n 2) 暗い。\n2. 道路。\n以上。",
        (
            "望む。",
            "1. 駅前",
            " 1) 危険です。乗降場を分けてください。",
            " 2) 暗い。",
            "2. 道路。",
            "以上。",
        ),
    ),
    "numbers in circles": (
        "お答えします。\n ① 検討します。\n ② 改めます。",
        ("お答えします。", " ① 検討します。", " ② 改めます。"),
    ),
    "numbers in brackets": (
        "次のとおり。\n(1) 設けます。\n（２）まとめます。\n（三）見直します。",
        ("次のとおり。", "(1) 設けます。", "（２）まとめます。", "（三）見直します。"),
    ),
    "kana and white space": (
        "検証しました。\nア 存続　３路線\nイ 変更　１路線\nウ 廃止　２路線",
        ("検証しました。", "ア 存続　３路線", "イ 変更　１路線", "ウ 廃止　２路線"),
    ),
    "full-width numbers and white space": (
        "１　駅前の整備\n２　道路の整備",
        ("１　駅前の整備", "２　道路の整備"),
    ),
    "kana and a point": (
        "ア．存続する路線\nイ．廃止する路線",
        ("ア．存続する路線", "イ．廃止する路線"),
    ),
    "bullets": ("・図書館\n・公民館\n・体育館", ("・図書館", "・公民館", "・体育館")),
    "bullets behind a sentence": (
        "次の施設とする。\n　・図書館\n　・公民館",
        ("次の施設とする。", "　・図書館", "　・公民館"),
    ),
}


@pytest.mark.parametrize(("typed", "printed"), LISTS.values(), ids=list(LISTS))
def test_list_items_keep_their_lines_and_indents(typed: str, printed: tuple[str, ...]) -> None:
    assert paragraphs(typed) == printed
    # Typing the printed text again gives the same list.
    assert paragraphs("\n".join(printed)) == printed


@pytest.mark.parametrize(
    "typed",
    [
        # Typed line breaks: a mark or a number happens to begin a line.
        "圏域の医療\n・介護の連携を進め、住民\nの安心を支える。",
        "来場者は前年の\n2.5倍となり、今後も\n増える見込みである。",
        "参加者は\n20 人で、そのうち\n5 人が市外の者である。",
        "平成30年度から\n1. 5倍に増えた。",
        "方針\nア ンケートの結果による。",
    ],
)
def test_line_after_a_typed_break_is_not_a_list_item(typed: str) -> None:
    (paragraph,) = paragraphs(typed)
    assert "\n" not in paragraph


def test_full_line_does_not_end_a_paragraph_in_a_cell_with_typed_breaks() -> None:
    typed = "あいうえおかきくけこ\nさしすせそたちつて。\nなにぬねの。\nはひふへほ。"
    assert paragraphs(typed) == (
        "あいうえおかきくけこさしすせそたちつて。なにぬねの。",
        "はひふへほ。",
    )


@pytest.mark.parametrize("value", ["8年3月9日", "26/3/9", "8.3.9", "元年5月1日", "126-3-9"])
def test_short_year_without_an_era_is_not_a_date(value: str) -> None:
    assert parse_date(value) is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "TRUE"),
        (False, "FALSE"),
        (dt.date(2026, 3, 9), "2026/3/9"),
        (dt.datetime(2026, 3, 9, tzinfo=dt.UTC), "2026/3/9"),
        (dt.datetime(2026, 3, 9, 14, 5, tzinfo=dt.UTC), "2026/3/9 14:05"),
        (4, "4"),
        ("継続", "継続"),
    ],
)
def test_value_is_shown_as_a_user_sees_it(value: object, shown: str) -> None:
    assert as_shown(value) == shown


def test_width_is_measured_in_half_width_characters() -> None:
    assert [half_widths(text) for text in ("", "Ab1", "事業", "ｱｲ", "①±", "WG案")] == [
        0,
        3,
        4,
        2,
        4,
        4,
    ]


def test_direction_characters_are_removed() -> None:
    reversed_name = "台帳\u202excod.exe\u2066\u200f"
    assert without_directions(reversed_name) == "台帳xcod.exe"
    assert without_directions("神\ufa19・葛\U000e0100") == "神\ufa19・葛\U000e0100"
