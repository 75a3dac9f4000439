"""How offices end a text of reasons, and which endings contradict the choice."""

from __future__ import annotations

import pytest

from pipeline.master.wording import contradicting

LABELS = ("継続", "一部見直しのうえ継続", "見直し")
PART = "一部見直しのうえ継続"


@pytest.mark.parametrize(
    ("text", "decided"),
    [
        ("継続する。", "継続"),
        ("継続とする。", "継続"),
        ("継続の方針とする。", "継続"),
        ("事業を継続する", "継続"),
        ("本事業については、継続する。", "継続"),
        ("次期共生ビジョンにおいても取組を継続する。", "継続"),
        ("効果が高い。引き続き事業を継続します。", "継続"),
        ("今後も継続していく。", "継続"),
        ("取組を継続していきたい。", "継続"),
        ("継続したい。", "継続"),
        ("事業を継続したいと考える。", "継続"),
        ("継続して実施する。", "継続"),
        ("広域で運営する効果が高い。継続して取り組む。", "継続"),
        ("継続することとする。", "継続"),
        ("継続するものとする。", "継続"),
        ("継続すべきである。", "継続"),
        ("受入枠を保ちながら継続する。", "継続"),
        ("見直す。", "見直し"),
        ("事業を見直す。", "見直し"),
        ("あり方を見直す。", "見直し"),
        ("計画を抜本的に見直します。", "見直し"),
        ("制度を見直したい。", "見直し"),
        ("見直しを行う。", "見直し"),
        ("事業の見直しを行う。", "見直し"),
        ("取組の見直しを図る。", "見直し"),
        ("見直しを進めていく。", "見直し"),
        ("見直すこととする。", "見直し"),
        ("見直すべきと考える。", "見直し"),
        ("見直しとする。", "見直し"),
        ("一部見直しのうえ継続する。", PART),
        ("一部見直しの上、継続する。", PART),
        ("一部を見直したうえで継続する。", PART),
        ("一部見直しのうえ継続したい。", PART),
        ("事業を継続する。なお、周知の方法は見直す。", "継続"),
        ("事業を継続する。\nまた、会場を見直す。", "継続"),
        ("「図書館の相互利用事業」を継続する。", "継続"),
        ("事業を継続する（県と協議済み）。", "継続"),
    ],
)
def test_plain_verb_at_the_end_decides(text: str, decided: str) -> None:
    for choice in LABELS:
        is_same = choice == decided or (choice == PART and "ながら" in text)
        assert contradicting(text, choice, LABELS) == (() if is_same else (decided,))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "委員から「事業を継続する。」との意見があった。",
        "『見直しを行う。』との声がある。",
        "継続すべきとの意見があった。",
        "今の体制を継続するメリットが低い。",
        "体制を見直す必要がある。",
        "継続するため、県と協議する。",
        "連携体制は継続し、新たな取組を検討する。",
        "見直しを検討する。",
        "継続しない。",
        "見直さない。",
        "効果が見られない場合は見直す。",
        "参加者が減れば、見直す。",
        "周知の方法を見直す。",
        "開催の時期を見直す。",
        "なお、実施の時期は見直す。",
        "啓発物の配布を継続する。",
        "取組（見直しを行う。）を検討する。",
        "新規事業として実施する。",
    ],
)
def test_descriptions_quotations_and_other_clauses_decide_nothing(text: str) -> None:
    assert [contradicting(text, choice, LABELS) for choice in LABELS] == [(), (), ()]


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("相談員の確保が難しく、体制を見直す必要がある。相談日を集約したうえで継続する。", PART),
        ("研修を共同で行うなど、方法を改めたうえで継続する。", PART),
        ("回数を改めつつ継続する。", PART),
        ("利用の登録は増えている。受入枠を保ちながら継続する。", "継続"),
    ],
)
def test_continuation_after_a_change_is_a_partial_revision(text: str, choice: str) -> None:
    assert contradicting(text, choice, LABELS) == ()
    assert contradicting(text, "見直し", LABELS) == ("継続",)


def test_labels_of_other_councils_are_recognised() -> None:
    labels = ("拡大", "改善", "維持", "縮小", "廃止・終了")
    assert contradicting("事業を拡大する。", "縮小", labels) == ("拡大",)
    assert contradicting("事業の改善を図る。", "維持", labels) == ("改善",)
    assert contradicting("現行どおり維持する。", "維持", labels) == ()
    assert contradicting("規模の縮小を求める声がある。", "維持", labels) == ()
