"""Handouts of other forms: cells of other kinds, and group rows between the projects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree
from support.filling import click, paragraph
from support.forms import PANEL, form_of
from support.mutations import element
from support.records import handout, records, row_of
from support.word import W

from pipeline.base.archives import parts
from pipeline.base.word import package_of, read
from pipeline.model.collected import StatedOpinion
from pipeline.model.printed_handout import printed
from pipeline.model.records import Row
from pipeline.opinions.filled_handout.rule import read_filled
from pipeline.opinions.written import written
from pipeline.render.docx import render_docx

# A score with its reason in the same cell, a mark, a text, a choice; groups.
FORM = form_of("""
title = "外部評価"
group = "分野"
columns = [
  { key = "no", title = "No", kind = "no" },
  { key = "name", title = "施策", kind = "name" },
  { key = "grade", title = "評価", kind = "score", scale = [1, 5], fill = "meeting" },
  { key = "why", title = "評価の理由", inside = "grade", fill = "meeting" },
  { key = "visit", title = "視察", kind = "mark", fill = "meeting" },
  { key = "advice", title = "助言", fill = "meeting" },
  { key = "course", title = "方向性", kind = "choice", choices = ["維持", "縮小"], as = "boxes", fill = "meeting" },
]
""")  # noqa: E501 - a form has a column a line
GRADE, VISIT, ADVICE = 2, 3, 4


def _row(no: int, name: str, group: str) -> Row:
    return row_of({"no": no, "name": name}, FORM, group=group)


PAPER = handout(
    records(_row(1, "公園", "緑"), _row(2, "森林", "緑"), _row(3, "学校", "教育")), form=FORM
)
PARTS = dict(parts(render_docx(PAPER, FORM).content))
DOCUMENT = "word/document.xml"


def filled(*edits: Callable[[Any], object]) -> tuple[StatedOpinion, ...]:
    tree = etree.fromstring(PARTS[DOCUMENT])
    for edit in edits:
        edit(tree)
    document = read(package_of({**PARTS, DOCUMENT: etree.tostring(tree)}))
    return read_filled(document, printed(PAPER, FORM), "a.docx").rows


def type_text(place: int, text: str) -> Callable[[Any], object]:
    """An edit that types lines into a cell of No.1."""

    def edit(tree: Any) -> None:
        row = next(r for r in tree.iter(W + "tr") if "公園" in "".join(r.itertext()))
        for line in text.split("\n"):
            row.findall(W + "tc")[place].append(paragraph(line))

    return edit


def tick(tree: Any) -> None:
    click(tree, 2, 1, "course")


def doubtful(rows: tuple[StatedOpinion, ...]) -> list[int | None]:
    return [row.no for row in rows if row.doubts]


@pytest.mark.parametrize(("typed_in", "why"), [("3", None), ("３\n効果が高い。", "効果が高い。")])
def test_score_with_its_reason_below_is_accepted(typed_in: str, why: str | None) -> None:
    row = filled(type_text(GRADE, typed_in))[0]
    assert not row.doubts
    assert row.fills["grade"].value == 3
    assert (row.fills["why"].value if why else row.fills.get("why")) == why


@pytest.mark.parametrize("text", ["3\n4", "3→4", "3 4", "効果が高い。\n3", "3\n訂正：4"])
def test_score_with_other_text_raises_doubt(text: str) -> None:
    assert doubtful(filled(type_text(GRADE, text))) == [1]


@pytest.mark.parametrize("sign", ["○", "レ", "✅", "⭕", "v", "☑"])
def test_every_kind_of_tick_is_a_mark(sign: str) -> None:
    row = filled(type_text(VISIT, sign))[0]
    assert (row.doubts, row.fills["visit"].value) == ((), True)


@pytest.mark.parametrize("sign", ["×", "☒", "△", "□", "済", "○×"])
def test_sign_that_may_mean_no_raises_doubt(sign: str) -> None:
    assert doubtful(filled(type_text(VISIT, sign))) == [1]


@pytest.mark.parametrize("text", ["見\u0336直\u0336す", "\u202eるす小縮"])
def test_text_with_combining_strokes_or_reversed_raises_doubt(text: str) -> None:
    assert doubtful(filled(type_text(ADVICE, text))) == [1]


@pytest.mark.parametrize("sign", ["×", "〃", "？"])
def test_single_sign_is_not_a_text(sign: str) -> None:
    """The sign may be a mark, or refer to another row."""
    for text in (sign, f" {sign}\u3000"):
        assert written(text, form_of(PANEL, "panel").column("advice")) is None


def group_row(tree: Any) -> Any:
    return next(r for r in tree.iter(W + "tr") if "".join(r.itertext()).strip() == "緑")


def strike(tree: Any) -> None:
    for run in group_row(tree).iter(W + "r"):
        run.insert(0, element("<w:rPr><w:strike/></w:rPr>"))


def insert(xml: str) -> Callable[[Any], object]:
    return lambda tree: next(group_row(tree).iter(W + "p")).append(element(xml))


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (insert("<w:r><w:drawing/></w:r>"), [1, 2, 3]),
        (insert('<w:r><w:commentReference w:id="0"/></w:r>'), [1, 2, 3]),
        (insert("<w:r><w:t>（この分野はすべて維持）</w:t></w:r>"), [1, 2, 3]),
        (strike, [1, 2, 3]),
    ],
)
def test_content_added_to_a_group_row_raises_doubt(
    edit: Callable[[Any], object], expected: list[int]
) -> None:
    assert doubtful(filled(tick)) == []
    assert doubtful(filled(tick, edit)) == expected
