"""A proposed form prints its workbook: the cells of every column below its heading."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.councils import COUNCILS, NEXT, REFORM, TAITO, Council
from support.forms import form_of, put_table
from support.reading import SEED, Outcome, as_sheet, as_workbook, outcome
from support.records import handout, records
from support.shapes import Grid, Shape, laid_out, write_csv

from pipeline.base.errors import InputUnreadable
from pipeline.master.checks import check
from pipeline.master.locate import form_match
from pipeline.master.propose import propose
from pipeline.master.read import read
from pipeline.model.columns import Column
from pipeline.model.form import Form
from pipeline.model.grid import Workbook
from pipeline.model.handout import Handout
from pipeline.model.meeting import Meeting

SHAPES = {
    "as it is printed": Shape(header="printed", judgement="two lines", marks=("●", "○"), top=4),
    "a column for each choice": Shape(header="two rows a choice", marks=("レ", ""), top=2),
    "one row of headings": Shape(judgement="two columns", score="points", number="point"),
    "groups over pairs": Shape(header="grouped", marks=("■", "□"), extra=True, left=2),
}


def proposed_form(workbook: Workbook) -> Form:
    return form_of(propose(workbook), "teian")


def columns_of(workbook: Workbook) -> list[dict[str, Any]]:
    """The proposed columns; a plain string becomes a title."""
    columns = tomllib.loads(propose(workbook))["columns"]
    return [{"title": each} if isinstance(each, str) else each for each in columns]


def page_of(result: Outcome, form: Form) -> Handout:
    """The printed table, in the edition before the meeting if the form has one."""
    edition = form.editions[0]
    source = replace(records(*result.rows, meeting=Meeting("", form.title)), total=result.total)
    return handout(source, edition, form.paper, form)


def headings_over(page: Handout) -> list[tuple[str, ...]]:
    """The headings over each column of the printed table, from top to bottom."""
    return [
        tuple(
            cell.text
            for level in page.own_headings
            for cell in level
            if cell.text and cell.column <= place < cell.column + cell.colspan
        )
        for place in range(len(page.grid))
    ]


def cells_of(page: Handout) -> list[list[str]]:
    """The texts of each row of the records; a continued merged cell has the text from above."""
    rows: list[list[str]] = []
    for row in page.rows:
        if row.role == "row":
            above = rows[-1] if rows else []
            rows.append(
                [
                    above[cell.column]
                    if cell.merge == "continue"
                    else "".join(line.shown for line in cell.lines)
                    for cell in row.cells
                ]
            )
    return rows


def boxes_of(column: Column) -> str:
    """The printed boxes of a column without an opinion."""
    return "".join(f"□{choice}" for choice in column.choices) if column.fill else ""


def without_spaces(text: object) -> str:
    return "".join(str(text or "").split())


# ---- councils


@pytest.mark.parametrize("council", COUNCILS, ids=lambda each: each.name)
def test_proposed_form_prints_the_whole_workbook_of_a_council(
    tmp_path: Path, council: Council
) -> None:
    workbook = read(council.write(tmp_path))
    form = proposed_form(workbook)
    assert form_match(workbook, form) == (True, len(form.columns))
    result = outcome(workbook, form=form)
    page = page_of(result, form)
    paths = [(each,) for each in council.above[-1]] if council is NEXT else council.headings
    assert headings_over(page) == [tuple(map(without_spaces, path)) for path in paths]
    rows = [[*row, *[""] * len(paths)][: len(paths)] for row in council.rows if row[0] != "合計"]
    assert [list(map(without_spaces, row)) for row in cells_of(page)] == [
        [without_spaces(cell or (above[k] if k == 0 else "")) for k, cell in enumerate(row)]
        for row, above in zip(rows, group_above(rows), strict=True)
    ]
    whole = replace(records(*result.rows), total=result.total)
    found = (*result.findings, *check(whole, form, judgement=None))
    assert [each.code for each in found if each.blocks] == []


def group_above(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """For each row the text of its first cell or, if empty, of the first cell above it."""
    above: list[list[str]] = []
    last = ""
    for row in rows:
        last = row[0] or last
        above.append([last])
    return above


def test_values_of_a_column_determine_its_kind(tmp_path: Path) -> None:
    kinds = [each.get("kind", "text") for each in columns_of(read(TAITO.write(tmp_path)))]
    assert kinds == ["no", "name", *["score"] * 4, "choice", "text"]
    scores = columns_of(read(TAITO.write(tmp_path)))[2:6]
    assert {tuple(each["scale"]) for each in scores} == {(1, 4)}
    assert [each["under"] for each in scores] == [["評価内容", "評価の視点"]] * 4
    assert scores[2]["title"] == "手段の|適切性"


def test_title_unit_total_and_paper_are_proposed(
    tmp_path: Path,
) -> None:
    proposal = tomllib.loads(propose(read(REFORM.write(tmp_path))))
    assert proposal["title"] == "別紙　行政評価に基づく事務事業改革方針の取組内容一覧"
    assert (proposal["note"], proposal["total"]) == ("（単位：千円）", "合計")
    assert proposal["paper"] == "A4 landscape"


def test_total_row_is_printed(tmp_path: Path) -> None:
    workbook = read(REFORM.write(tmp_path))
    form = proposed_form(workbook)
    last = page_of(outcome(workbook, form=form), form).rows[-1]
    assert last.role == "total"
    texts = [line.shown for cell in last.cells for line in cell.lines]
    assert texts == ["合計", "▲10,255", "1,180", "▲11,435"]


# ---- the shapes of masters


def paths_over(grid: Grid, shape: Shape, depth: int) -> list[tuple[str, ...]]:
    """The headings above each column, including merged headings."""
    origin = {
        (row, column): (first_row, first)
        for first_row, first, last_row, last in grid.merged
        for row in range(first_row, last_row + 1)
        for column in range(first, last + 1)
    }
    paths = []
    for column in range(shape.left, grid.width + 1):
        path: list[str] = []
        for row in range(shape.top, shape.top + depth):
            word = without_spaces(grid.cells.get(origin.get((row, column), (row, column))))
            if word and path[-1:] != [word]:
                path.append(word)
        paths.append(tuple(path))
    return paths


@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_proposed_form_prints_a_whole_master_of_any_shape(shape: Shape) -> None:
    grid = laid_out(SEED, shape)
    workbook = as_workbook(grid)
    form = proposed_form(workbook)
    assert form_match(workbook, form) == (True, len(form.columns))
    page = page_of(outcome(workbook, form=form), form)
    depth = {"printed": 3, "two rows a choice": 2, "grouped": 2}.get(shape.header, 1)
    paths = [
        tuple(word.partition("※")[0] for word in path) for path in paths_over(grid, shape, depth)
    ]
    printed = [tuple(word.partition("※")[0] for word in path) for path in headings_over(page)]
    assert printed == paths
    first = shape.top + depth
    cells = [
        [
            without_spaces(grid.cells.get((row, place)) or boxes_of(column))
            for place, column in enumerate(form.printed, start=shape.left)
        ]
        for row in range(first, first + len(SEED))
    ]
    assert [list(map(without_spaces, row)) for row in cells_of(page)] == cells


def test_form_is_proposed_for_a_csv_file(tmp_path: Path) -> None:
    grid = laid_out(SEED, Shape())
    workbook = read(write_csv(tmp_path / "a.csv", grid, encoding="cp932"))
    form = proposed_form(workbook)
    assert len(outcome(workbook, form=form).rows) == 18
    assert [column.name for column in form.columns][:2] == ["No", "事業名"]


# ---- columns for the meeting


def put_columns(*headings: str, **filled: Sequence[object]) -> Workbook:
    """A table of six rows; columns that are not in ``filled`` have only a heading."""
    grid = Grid()
    grid.put(1, 1, "番号", "事業名", *headings)
    for k in range(6):
        values = [filled[each][k] if each in filled else None for each in headings]
        grid.put(k + 2, 1, k + 1, f"事業{k + 1}号", *values)
    return as_workbook(grid)


SIX = ("拡大", "維持", "維持", "縮小", "拡大", "維持")


@pytest.mark.parametrize(
    "heading",
    [
        *("懇談会意見", "委員会意見", "審議会意見", "委員意見", "評価委員会の評価"),
        *("当日記入欄", "会議での意見", "委員会コメント", "審議会の審議結果", "意見", "委員の指摘"),
        *("事務局案に対する懇談会の意見", "備考（懇談会当日使用欄）", "外部評価", "委 員 会 意 見"),
        *("審査会の判断", "審議会の見解"),
    ],
)
def test_empty_column_of_the_council_is_for_the_meeting(heading: str) -> None:
    assert [c.title for c in proposed_form(put_columns("説明", heading, 説明=SIX)).fills] == [
        "".join(heading.split())
    ]


@pytest.mark.parametrize(
    "heading",
    [
        *("備考", "委員会名", "担当課", "確認済", "審議会資料", "会議名", "教育委員会所管", "回答"),
        *("委員会意見への対応", "懇談会意見を踏まえた方針", "審議会の評価に対する市の考え方"),
    ],
)
def test_other_empty_column_is_plain(heading: str) -> None:
    form = proposed_form(put_columns("説明", heading, 説明=SIX))
    assert (form.fills, form.columns[3].kind) == ((), "text")


def test_filled_column_of_the_council_is_plain() -> None:
    opinions = ("よい。", *[None] * 5)
    assert proposed_form(put_columns("懇談会意見", 懇談会意見=opinions)).fills == ()


@pytest.mark.parametrize(
    ("proposal", "council", "remark"),
    [
        ("事務局案", "懇談会意見", "意見（内容）"),
        ("方針（案）", "委員会の判定", "コメント"),
        ("今後の方向性", "評価委員会の評価", "理由"),
        ("担当部署の方針（案）", "審査会の判断", "理由"),
        ("対応案", "審議会意見", "審議会意見（内容）"),
        ("方向性", "外部評価", "委員会意見"),
    ],
)
def test_opinion_has_the_choices_of_the_proposal_and_a_remark(
    proposal: str, council: str, remark: str
) -> None:
    form = proposed_form(put_columns(proposal, "備考", council, remark, **{proposal: SIX}))
    opinion, comment = form.fills
    assert (opinion.title, opinion.kind, opinion.boxes) == (council, "choice", True)
    assert (opinion.choices, opinion.against) == (("拡大", "維持", "縮小"), proposal)
    assert (comment.title, comment.kind) == (remark, "text")


@pytest.mark.parametrize(
    "columns",
    [
        # Two possible proposals; no heading of a proposal; a choice that means a missing opinion.
        {"今後の方針": SIX, "改革の方向性": SIX},
        {"区分": SIX},
        {"事務局案": ("継続", "保留") * 3},
    ],
)
def test_opinion_without_choices_is_a_text(
    columns: dict[str, Sequence[object]],
) -> None:
    form = proposed_form(put_columns(*columns, "懇談会意見", **columns))
    assert [column.kind for column in form.fills] == ["text"]


def test_choice_of_the_secretariat_is_the_proposal() -> None:
    columns = {"今後の方針": SIX, "事務局案（方針）": SIX[::-1]}
    form = proposed_form(put_columns(*columns, "懇談会意見", **columns))
    assert form.fills[0].against == "事務局案（方針）"


def boxes(*choices: str, marked: int | None = None, between: str = "\n") -> str:
    """A printed cell: the choices with a box before each."""
    return between.join(f"{'■' if k == marked else '□'} {each}" for k, each in enumerate(choices))


@pytest.mark.parametrize("between", ["\n", "\u3000"])
def test_printed_boxes_are_choices_and_empty_ones_are_for_the_meeting(
    between: str,
) -> None:
    marks = [boxes("継続", "見直し", marked=k % 2, between=between) for k in range(6)]
    empty = [boxes("継続", "見直し", between=between)] * 6
    workbook = put_columns("事務局案", "懇談会意見", 事務局案=marks, 懇談会意見=empty)
    form = proposed_form(workbook)
    proposal, opinion = form.columns[2:]
    assert (proposal.kind, proposal.choices, proposal.boxes) == ("choice", ("継続", "見直し"), True)
    assert (opinion.choices, opinion.boxes) == (proposal.choices, True)
    assert (opinion.fill, opinion.against) == (True, "事務局案")
    result = outcome(workbook, form=form)
    assert [each["事務局案"] for each in result.records] == ["継続", "見直し"] * 3
    assert result.codes == []
    assert [row.fill("懇談会意見").is_blank for row in result.rows] == [True] * 6


def test_boxes_of_the_council_may_differ_from_the_proposal() -> None:
    columns = {"事務局案": SIX, "懇談会意見": [boxes("拡大", "維持", "縮小", "廃止")] * 6}
    (opinion,) = proposed_form(put_columns(*columns, **columns)).fills
    assert opinion.choices == ("拡大", "維持", "縮小", "廃止")
    assert opinion.against == "事務局案"


def test_boxes_without_a_proposal_are_for_the_meeting() -> None:
    (opinion,) = proposed_form(
        put_columns("外部評価", 外部評価=[boxes("妥当", "要改善")] * 6)
    ).fills
    assert (opinion.kind, opinion.choices, opinion.boxes) == ("choice", ("妥当", "要改善"), True)


@pytest.mark.parametrize(
    "cells",
    [
        # A marked box; different boxes; a choice that means a missing opinion; a single choice.
        [boxes("可", "否", marked=0), *[boxes("可", "否")] * 5],
        [boxes("可", "不可"), *[boxes("可", "否")] * 5],
        [boxes("継続", "保留")] * 6,
        ["□ 継続"] * 6,
    ],
)
def test_other_boxes_are_printed_unchanged(cells: list[str]) -> None:
    workbook = put_columns("懇談会意見", 懇談会意見=cells)
    form = proposed_form(workbook)
    assert (form.fills, form.columns[2].kind) == ((), "text")
    result = outcome(workbook, form=form)
    assert [without_spaces(each["懇談会意見"]) for each in result.records] == list(
        map(without_spaces, cells)
    )


def test_columns_below_a_council_heading_are_for_the_meeting() -> None:
    grid = Grid()
    grid.put(1, 1, "番号", "事業名", "事務局案", None, "委員会の意見")
    grid.put(2, 3, "継続", "見直し", "継続", "見直し", "備考")
    grid.merge(1, 3, 1, 4)
    grid.merge(1, 5, 1, 7)
    for column in (1, 2):
        grid.merge(1, column, 2, column)
    grid.put(3, 1, 1, "事業A", "○")
    grid.put(4, 1, 2, "事業B", None, "○")
    form = proposed_form(as_workbook(grid))
    assert [(c.under, c.title, c.kind) for c in form.fills] == [
        (("委員会の意見",), "継続", "mark"),
        (("委員会の意見",), "見直し", "mark"),
        (("委員会の意見",), "備考", "text"),
    ]
    # Not if another column below the same heading is filled.
    grid.put(3, 5, "○")
    assert proposed_form(as_workbook(grid)).fills == ()


def test_heading_longer_than_a_tag_is_for_the_meeting() -> None:
    heading = "懇談会意見" + "（当日お配りする資料をご覧のうえご記入ください）" * 2
    (column,) = proposed_form(put_columns(heading)).fills
    assert column.title == heading


# ---- odd tables


def test_guide_sheet_is_not_the_table() -> None:
    grid = Grid()
    grid.put(1, 1, "番号", "意見")
    grid.put(2, 1, 1, "道を広く。")
    guide = Grid()
    guide.put(1, 1, "列", "入力", "入力するもの", "例")
    for row in range(2, 12):
        guide.put(row, 1, f"列{row}", "必要", "言葉", "例")
    form = proposed_form(as_workbook(as_sheet(grid), as_sheet(guide, "書き方")))
    assert [column.title for column in form.columns] == ["番号", "意見"]


def test_equal_headings_get_an_order_and_different_keys() -> None:
    grid = Grid()
    grid.put(1, 1, "施策", "国庫支出金", "県支出金", "国庫支出金")
    grid.put(2, 1, "防災", 10, 20, 30)
    grid.put(3, 1, "防犯", 11, 21, 31)
    workbook = as_workbook(grid)
    form = proposed_form(workbook)
    assert [(column.title, column.nth) for column in form.columns] == [
        ("施策", None),
        ("国庫支出金", 1),
        ("県支出金", None),
        ("国庫支出金", 2),
    ]
    result = outcome(workbook, form=form)
    assert [[*each.values()] for each in result.records] == [
        ["防災", 10, 20, 30],
        ["防犯", 11, 21, 31],
    ]


@pytest.mark.parametrize(
    "above",
    [
        [("意見一覧", None, "資料１")],
        [(None, "意見一覧"), (None, None, None, "令和８年３月"), ("企画課", None, None, "資料１")],
        [("意見一覧", None, None, "資料１"), ()],
    ],
)
def test_lines_above_the_table_are_not_a_header(above: list[tuple[object, ...]]) -> None:
    grid = Grid()
    for row, values in enumerate(above, start=1):
        grid.put(row, 1, *values)
    top = len(above) + 1
    grid.put(top, 1, "番号", "意見", "回答", "担当課")
    grid.put(top + 1, 1, 1, "ア", "イ", "ウ")
    workbook = as_workbook(grid)
    proposal = tomllib.loads(propose(workbook))
    assert proposal["title"] == "意見一覧"
    titles = [each["title"] for each in columns_of(workbook)]
    assert titles == ["番号", "意見", "回答", "担当課"]


def test_largest_table_of_the_visible_sheets_is_used() -> None:
    small, large = Grid(), Grid()
    small.put(1, 1, "係", "電話")
    small.put(2, 1, "庶務", "内線1")
    large.put(1, 1, "番号", "意見", "回答")
    for row in range(2, 6):
        large.put(row, 1, row - 1, "意見である。", "回答である。")
    about = as_sheet(large, "会議情報")
    hidden = as_sheet(large, "旧", visible=False)
    workbook = as_workbook(about, hidden, as_sheet(small, "係"), as_sheet(large, "一覧"))
    assert [each["title"] for each in columns_of(workbook)] == ["番号", "意見", "回答"]


def several_tables(*, large_first: bool) -> Grid:
    """A large and a small table on a sheet, with a blank row and a title between them."""
    grid, row = Grid(), 1
    large: list[list[Any]] = [
        ["番号", "取組", "進捗"],
        *([k, f"取組{k}", "Ａ"] for k in range(1, 6)),
    ]
    small: list[list[Any]] = [["進捗", "件数"], ["Ａ", 5]]
    for title, table in (("一覧", large), ("集計", small))[:: 1 if large_first else -1]:
        grid.put(row, 1, title)
        for number, values in enumerate(table, start=row + 1):
            grid.put(number, 1, *values)
        row += len(table) + 2
    return grid


@pytest.mark.parametrize(
    ("large_first", "codes"), [(True, ["table-below"]), (False, [])], ids=["above", "below"]
)
def test_largest_of_several_tables_on_a_sheet_is_used(
    *, large_first: bool, codes: list[str]
) -> None:
    workbook = as_workbook(several_tables(large_first=large_first))
    assert tomllib.loads(propose(workbook))["title"] == "一覧"
    form = proposed_form(workbook)
    assert [(c.name, c.kind) for c in form.columns] == [
        ("番号", "no"),
        ("取組", "name"),
        ("進捗", "text"),
    ]
    result = outcome(workbook, form=form)
    assert [each["進捗"] for each in result.records] == ["Ａ"] * 5
    assert result.codes == codes


def test_meeting_lines_above_the_table_are_not_a_table() -> None:
    grid = Grid()
    grid.put(1, 1, "会議名", "行政改革推進委員会")
    grid.put(2, 1, "開催日", "令和８年３月９日")
    grid.put(4, 1, "意見", "回答", "担当")
    for row in (5, 6):
        grid.put(row, 1, "窓口を増やしてほしい。", "検討します。", "市民課")
    titles = [each["title"] for each in columns_of(as_workbook(grid))]
    assert titles == ["意見", "回答", "担当"]


def test_rows_below_a_blank_row_belong_to_the_table() -> None:
    grid = Grid()
    grid.put(1, 1, "施設", "所管", "人数")
    for row, values in enumerate([("会館", "市民課", 20), (), ("公園", "都市課", "未定")], start=2):
        grid.put(row, 1, *values)
    grid.put(5, 1, "プール", "体育課", 30)
    workbook = as_workbook(grid)
    result = outcome(workbook, form=proposed_form(workbook))
    assert [each["施設"] for each in result.records] == ["会館", "公園", "プール"]


def test_heading_groups_need_no_merged_cells() -> None:
    grid = Grid()
    grid.put(1, 1, "事務事業一覧", None, None, None, None, None, "資料１")
    grid.put(2, 1, "番号", "事業名", "一次評価", None, None, None, "備考")
    grid.put(3, 3, "視点", None, None, "総合")
    grid.put(4, 3, "必要性", "効率性", "有効性")
    grid.put(5, 1, 1, "図書館", "Ａ", "Ｂ", "Ａ", "継続", "なし")
    grid.put(6, 1, 2, "公民館", "Ｂ", "Ｂ", "Ａ", "改善")
    workbook = as_workbook(grid)
    form = proposed_form(workbook)
    assert form_match(workbook, form) == (True, len(form.columns))
    page = page_of(outcome(workbook, form=form), form)
    assert headings_over(page) == [
        ("番号",),
        ("事業名",),
        ("一次評価", "視点", "必要性"),
        ("一次評価", "視点", "効率性"),
        ("一次評価", "視点", "有効性"),
        ("一次評価", "総合"),
        ("備考",),
    ]
    assert cells_of(page)[1] == ["2", "公民館", "Ｂ", "Ｂ", "Ａ", "改善", ""]


def test_years_are_headings() -> None:
    grid = Grid()
    grid.put(1, 1, "指標", 2024, 2025, "目標")
    grid.put(2, 1, "受診率", "31%", "33%", "40%")
    grid.put(3, 1, "接種率", "88%", "89%", "95%")
    workbook = as_workbook(grid)
    form = proposed_form(workbook)
    assert [column.name for column in form.columns] == ["指標", "2024", "2025", "目標"]
    assert len(outcome(workbook, form=form).records) == 2


def test_numbers_may_be_texts_as_in_a_csv_file() -> None:
    grid = Grid()
    grid.put(1, 1, "地区", "人口", None, "増減")
    grid.put(2, 2, "2024", "2025")
    grid.put(3, 1, "東", "1,200", "1,190", "▲10")
    grid.put(4, 1, "西", "640", "－", "－")
    grid.put(5, 1, "計", "1,840", "1,190", "▲10")
    workbook = as_workbook(grid)
    form = proposed_form(workbook)
    assert (form.total, [column.kind for column in form.columns[1:]]) == ("計", ["number"] * 3)
    page = page_of(outcome(workbook, form=form), form)
    assert headings_over(page) == [("地区",), ("人口", "2024"), ("人口", "2025"), ("増減",)]
    assert cells_of(page)[1] == ["西", "640", "－", "－"]
    assert [line.text for cell in page.rows[-1].cells for line in cell.lines] == [
        "計",
        "1,840",
        "1,190",
        "▲10",
    ]


def test_table_may_begin_far_below() -> None:
    grid = Grid()
    for row in range(1, 40):
        grid.put(row, 1, f"{row}\u3000調査の概要を説明する文章であり、表ではない。")
    grid.put(41, 2, "設問", "満足", "不満")
    grid.put(42, 2, "窓口", 10, 2)
    assert [each["title"] for each in columns_of(as_workbook(grid))] == ["設問", "満足", "不満"]


def test_full_width_grades_are_printed_unchanged() -> None:
    workbook = put_columns("評価", 評価=["Ａ", "Ｂ", "Ｃ", "Ｄ", "Ｅ", "Ｓ"])
    form = proposed_form(workbook)
    assert (form.columns[2].kind, form.columns[2].align) == ("text", "center")
    assert [each["評価"] for each in outcome(workbook, form=form).records] == list("ＡＢＣＤＥＳ")


def test_sum_row_is_the_total_and_not_the_average_row() -> None:
    grid = Grid()
    grid.put(1, 1, "施設", "利用者", "稼働率")
    grid.put(2, 1, "会館", 1200, "55%")
    grid.put(3, 1, "公園", 900, "35%")
    grid.put(4, 1, "合計", 2100, "45%")
    grid.put(5, 1, "平均", 1050, "45%")
    workbook = as_workbook(grid)
    form = proposed_form(workbook)
    result = outcome(workbook, form=form)
    assert (form.total, result.codes) == ("合計", ["sum-left-out"])
    assert check(replace(records(*result.rows), total=result.total), form, judgement=None) == ()


def test_column_without_heading_is_left_out_with_a_comment() -> None:
    grid = Grid()
    grid.put(1, 1, "意見", "回答")
    grid.put(2, 1, "ア", "イ", "メモ")
    text = propose(as_workbook(grid))
    assert [each["title"] for each in columns_of(as_workbook(grid))] == ["意見", "回答"]
    assert "# 見出しのない列が 1 列あり" in text


def test_doubtful_values_are_printed_unchanged() -> None:
    grid = Grid()
    grid.put(1, 1, "番号", "事業費", "開始日", "評価")
    rows = (
        ("１", "約100", dt.date(2026, 4, 1), "良"),
        ("２の２", 1200, "未定", "可"),
        ("３", None, None, None),
    )
    for row, values in enumerate(rows, start=2):
        grid.put(row, 1, *values)
    workbook = as_workbook(grid)
    form = proposed_form(workbook)
    result = outcome(workbook, form=form)
    assert cells_of(page_of(result, form)) == [
        ["１", "約100", "2026/4/1", "良"],
        ["２の２", "1200", "未定", "可"],
        ["３", "", "", ""],
    ]
    assert not any(each.blocks for each in result.findings)


def test_heading_with_toml_characters_is_quoted() -> None:
    grid = Grid()
    grid.put(1, 1, '意見"その１"', "a|b\\c", "回答\x7f = [1]")
    grid.put(2, 1, "ア", "イ", "ウ")
    workbook = as_workbook(grid)
    result = outcome(workbook, form=proposed_form(workbook))
    assert [[*each.values()] for each in result.records] == [["ア", "イ", "ウ"]]


@pytest.mark.parametrize("rows", [[], [["一覧"]], [["番号", "意見"]], [[1, 2], [3, 4]]])
def test_workbook_without_a_table_is_an_error(tmp_path: Path, rows: list[list[object]]) -> None:
    path = put_table(tmp_path / "a.xlsx", rows)
    with pytest.raises(InputUnreadable) as caught:
        propose(read(path))
    assert caught.value.code == "no-table-to-propose"
