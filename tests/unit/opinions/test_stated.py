"""What the council's cell says: marks, words and remarks, whoever typed them."""

from __future__ import annotations

import pytest
from support.records import seed_form

from pipeline.model.collected import FilledRow, Line, Said
from pipeline.model.findings import Finding
from pipeline.model.grid import RowRef
from pipeline.model.records import Opinion, OpinionStatus
from pipeline.opinions.stated import opinions

FORM = seed_form()
EMPTY = ("□ 継続", "□ 一部見直しのうえ継続", "□ 見直し")
PROPOSAL = ("■ 継続", "□ 一部見直しのうえ継続", "□ 見直し")


def lines(*texts: str, states: tuple[bool, ...] = ()) -> tuple[Line, ...]:
    """Lines of a cell; ``states`` are those of the controls on the first ones."""
    told = [(state,) for state in states] + [()] * len(texts)
    return tuple(Line(text, own) for text, own in zip(texts, told, strict=False))


def row(
    *texts: str,
    states: tuple[bool, ...] = (),
    proposal: tuple[str, ...] = PROPOSAL,
    unread: tuple[str, ...] = (),
) -> FilledRow:
    return FilledRow(
        RowRef("資料１.docx", 1, 3),
        "3",
        "朝市",
        lines(*proposal),
        lines(*texts, states=states),
        unread,
    )


def read(filled: FilledRow) -> tuple[Said, tuple[Finding, ...]]:
    (said,), findings = opinions([filled], FORM)
    return said, findings


def opinion(*texts: str, proposal: tuple[str, ...] = PROPOSAL) -> Opinion:
    """The opinion of a cell that gives no finding."""
    said, findings = read(row(*texts, proposal=proposal))
    assert findings == ()
    return said.opinion


def codes(filled: FilledRow) -> list[str]:
    said, findings = read(filled)
    assert all((found.project, found.cell) == (3, "表の3行目") for found in findings)
    del said
    return [found.code for found in findings]


def chosen(label: str, comment: str | None = None) -> Opinion:
    return Opinion(OpinionStatus.CHOSEN, label, comment)


@pytest.mark.parametrize("sign", ["■", "☑", "☑\ufe0f", "✓", "✔", "レ", "○", "●", "☒", "v", "□■"])
def test_whatever_ticks_a_box_ticks_it(sign: str) -> None:
    assert opinion(EMPTY[0], f"{sign} 一部見直しのうえ継続", EMPTY[2]) == chosen(
        "一部見直しのうえ継続"
    )


@pytest.mark.parametrize(
    "texts",
    [
        ("□ 継続", "□ 一部見直しのうえ継続", "□ 見直し ○"),
        ("□ 継続 □ 一部見直しのうえ継続 ■ 見直し",),
        ("□継続", "□一部見直しのうえ継続", "☑見直し"),
        ("□ 継続", "□ 一部見直しのう", "え継続", "■ 見", "直し"),
        ("☐ 継続", "☐ 一部見直しのうえ継続", "[x] 見直し"),
        ("■ 見直し",),
        ("見直し",),
        (*EMPTY, "見直し"),
        (*EMPTY, "「見直し」"),
    ],
)
def test_a_choice_is_read_however_it_is_laid_out(texts: tuple[str, ...]) -> None:
    assert opinion(*texts) == chosen("見直し")


@pytest.mark.parametrize("texts", [EMPTY, (), ("", *EMPTY, " "), (*EMPTY, "未入力")])
def test_without_a_mark_it_is_blank(texts: tuple[str, ...]) -> None:
    assert opinion(*texts) == Opinion()


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("意見なし", OpinionStatus.NO_OPINION),
        ("保留", OpinionStatus.DEFERRED),
        ("（保留）", OpinionStatus.DEFERRED),
        ("意見が分かれた。", OpinionStatus.DIVIDED),
    ],
)
def test_a_word_on_a_line_of_its_own_is_the_opinion(word: str, status: OpinionStatus) -> None:
    assert opinion(*EMPTY, word, "次回に改めて聞く。") == Opinion(
        status, None, "次回に改めて聞く。"
    )
    assert opinion(word) == Opinion(status)


def test_as_proposed_is_the_choice_that_is_marked_beside_it() -> None:
    other = ("□ 継続", "□ 一部見直しのうえ継続", "■ 見直し")
    assert opinion(*EMPTY, "案のとおり", proposal=other) == chosen("見直し")
    assert codes(row(*EMPTY, "案のとおり", proposal=("",))) == ["proposal-unreadable"]


def test_what_stands_below_the_boxes_is_the_remark_line_by_line() -> None:
    said = opinion("■ 継続", *EMPTY[1:], "", " 時期を示すこと。 ", "葛󠄀城市とも協議すること。")
    assert said == chosen("継続", "時期を示すこと。\n葛󠄀城市とも協議すること。")


def test_a_remark_behind_a_label_is_kept() -> None:
    assert opinion("■ 継続 ただし早めに", *EMPTY[1:]) == chosen("継続", "ただし早めに")


def test_a_remark_may_name_a_choice() -> None:
    texts = ("■ 継続", *EMPTY[1:], "継続すべきとの意見が多い。", "■ 見直しを求める声もあった。")
    assert opinion(*texts) == chosen("継続", "\n".join(texts[3:]))


def test_a_word_that_stands_there_again_is_a_remark() -> None:
    assert opinion(*EMPTY, "保留", "保留") == Opinion(OpinionStatus.DEFERRED, None, "保留")
    assert opinion("■ 継続", *EMPTY[1:], "継続") == chosen("継続", "継続")


def test_the_word_for_blank_gives_way_to_a_tick() -> None:
    assert opinion("■ 継続", *EMPTY[1:], "未入力") == chosen("継続")


@pytest.mark.parametrize(
    "texts",
    [
        ("■ 継続", "□ 一部見直しのうえ継続", "■ 見直し"),
        ("■ 継続", "□ 一部見直しのうえ継続", "○ 見直し"),
        ("■ 継続", *EMPTY[1:], "保留"),
        ("■ 継続", *EMPTY[1:], "見直し"),
        (*EMPTY, "保留", "意見なし"),
    ],
)
def test_two_opinions_are_an_error_and_none_is_taken(texts: tuple[str, ...]) -> None:
    assert codes(row(*texts)) == ["opinion-several"]
    assert read(row(*texts))[0].opinion.status is OpinionStatus.BLANK


def test_the_error_names_both() -> None:
    _, (found,) = read(row("■ 継続", EMPTY[1], "レ 見直し"))
    assert found.message == (
        "資料１.docx 表の3行目（No.3）意見が一つに決まりません（継続、見直し）。"
        "印か言葉を一つだけにして保存し、もう一度実行してください。"
    )


@pytest.mark.parametrize(
    "texts",
    [
        ("× 継続", *EMPTY[1:]),
        ("△ 継続", *EMPTY[1:]),
        ("\ufffd 継続", *EMPTY[1:]),
        ("継続", *EMPTY[1:]),
        ("継続", "一部見直しのうえ継続", "見直し"),
    ],
)
def test_a_mark_that_may_mean_either_is_an_error(texts: tuple[str, ...]) -> None:
    assert set(codes(row(*texts))) == {"box-unreadable"}
    assert read(row(*texts))[0].opinion.status is OpinionStatus.BLANK


def test_what_is_seen_wins_over_the_state_and_both_contradictions_are_told() -> None:
    typed = row("☑ 継続", *EMPTY[1:], states=(False, False, False))
    assert codes(typed) == ["box-marked-by-hand"]
    assert read(typed)[0].opinion == chosen("継続")
    cleared = row(*EMPTY, states=(True, False, False))
    assert codes(cleared) == ["box-cleared-by-hand"]
    assert read(cleared)[0].opinion == Opinion()


def test_a_click_is_no_contradiction() -> None:
    assert codes(row("■ 継続", *EMPTY[1:], states=(True, False, False))) == []


def test_what_could_not_be_read_is_told() -> None:
    _, (found,) = read(row(*EMPTY, unread=("図形",)))
    assert (found.code, found.severity.value) == ("handout-cell-unread", "warning")


def test_the_proposal_is_only_known_where_one_is_marked() -> None:
    assert read(row(*EMPTY))[0].proposal == "継続"
    assert read(row(*EMPTY, proposal=EMPTY))[0].proposal is None
