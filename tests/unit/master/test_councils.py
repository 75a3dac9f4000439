"""The workbooks of four councils, read with their forms, and the rules of forms for a master."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from support.councils import COUNCILS, NEXT, REFORM, TAITO, ZAMA, Council
from support.forms import form_of, put_table
from support.reading import Outcome, as_workbook, outcome
from support.records import handout, records
from support.shapes import Grid
from support.word import converted_by

from pipeline.master.checks import check
from pipeline.model.editions import A4, Edition
from pipeline.model.findings import Finding
from pipeline.model.records import printed_text
from pipeline.model.values import Fill, Number, Status

EVERY_COUNCIL = pytest.mark.parametrize("council", COUNCILS, ids=lambda each: each.name)


def read_to(council: Council, folder: Path, rows: list[list[str]] | None = None) -> Outcome:
    return outcome(council.write(folder, rows), form=council.form)


def printed(result: Outcome, council: Council) -> list[list[str]]:
    """The printed texts of the rows."""
    form = council.form
    return [[printed_text(row, column) for column in form.printed] for row in result.rows]


def checked(result: Outcome, council: Council) -> list[Finding]:
    whole = replace(records(*result.rows), total=result.total)
    return list(check(whole, council.form, judgement=None))


@pytest.mark.parametrize("council", [TAITO, REFORM, ZAMA], ids=lambda each: each.name)
def test_every_cell_is_read_as_it_must_be_printed(tmp_path: Path, council: Council) -> None:
    result = read_to(council, tmp_path)
    rows = [list(row) for row in council.rows if row[0] != "合計"]
    assert printed(result, council) == rows
    assert result.codes == []
    assert [row.source.row for row in result.rows] == [
        *range(council.first, council.first + len(rows))
    ]


def test_table_of_a_later_year_is_read_with_groups_and_opinions(
    tmp_path: Path,
) -> None:
    result = read_to(NEXT, tmp_path)
    keys = (
        *("no", "name", "担当課", "令和８年度予算（千円）", "③進捗状況", "⑤実現可能性"),
        *("⑥広域メリット", "letter", "label", "reason", "proposal", "opinion", "comment"),
    )
    form = NEXT.form
    found = [[printed_text(row, form.column(key)) for key in keys] for row in result.rows]
    assert found == [(list(row) + [""] * 13)[1:14] for row in NEXT.rows]
    assert [row.group for row in result.rows] == (
        ["生活機能"] * 5 + ["結びつき"] * 4 + ["圏域マネジメント"] * 3
    )
    assert result.codes == []
    assert result.rows[4].fill("opinion") == Fill(Status.CHOSEN, "見直し")
    assert result.rows[4].fill("comment").status is Status.WRITTEN
    assert result.rows[0].fill("comment") == Fill()


def test_numbers_have_their_value_and_the_text_in_excel(tmp_path: Path) -> None:
    result = read_to(REFORM, tmp_path)
    assert result.rows[1].values["歳出削減額"] == Number(-960, "▲960")
    assert result.records[1]["歳出削減額"] == -960
    assert result.records[1]["実施年度"] == 19
    assert result.rows[1].source.cell("歳出削減額").address == "J5"


@pytest.mark.parametrize("kind", ["ods", "xlsx"])
def test_numbers_keep_their_shown_text_after_libreoffice_saves(tmp_path: Path, kind: str) -> None:
    saved = converted_by(REFORM.write(tmp_path), kind, tmp_path)
    result = outcome(saved, form=form_of(REFORM.source.replace(', format = "#,##0;▲#,##0"', "")))
    assert printed(result, REFORM) == [list(row) for row in REFORM.rows[:-1]]
    assert result.codes == []


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("#,##0", 48200, "48,200"),
        ("0.0", 21, "21.0"),
        ('#,##0;"▲"#,##0;0', -960, "▲960"),
        ('0"事業"', 3, "3事業"),
        ("0%", 0.125, "13%"),
        ("General", 1 / 3, "0.333333333"),
        ("General", 1284, "1284"),
    ],
)
def test_cell_format_determines_the_printed_number(
    tmp_path: Path, code: str, value: float, shown: str
) -> None:
    path = put_table(tmp_path / "a.xlsx", [["施策", "予算"], ["防災", value]])
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["B2"].number_format = code
    book.save(path)
    form = form_of('title = "一覧"\ncolumns = ["施策", { title = "予算", kind = "number" }, ]')
    (row,) = outcome(path, form=form).rows
    assert row.values["予算"] == Number(value, shown)


def test_number_in_a_text_column_is_printed_as_excel_shows_it(tmp_path: Path) -> None:
    path = put_table(tmp_path / "a.xlsx", [["施策", "予算"], ["防災", 48200]])
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["B2"].number_format = "#,##0"
    book.save(path)
    (row,) = outcome(path, form=form_of('title = "一覧"\ncolumns = ["施策", "予算"]')).rows
    assert row.values["予算"] == "48,200"


# ---- totals and arithmetic


def test_total_row_is_read_and_equals_the_sum(tmp_path: Path) -> None:
    result = read_to(REFORM, tmp_path)
    assert result.total is not None
    shown = [printed_text(result.total, column) for column in REFORM.form.printed]
    assert [each for each in shown if each] == ["合計", "▲10,255", "1,180", "▲11,435"]
    assert (result.total.name, result.total.source.row) == ("合計", 12)
    assert checked(result, REFORM) == []


@pytest.mark.parametrize(
    ("column", "value", "codes"),
    [
        (9, "▲10,265", ["total-differs", "arithmetic-differs"]),
        (9, "▲10,254", ["total-rounded", "arithmetic-rounded"]),
        (10, "1,190", ["total-differs", "arithmetic-differs"]),
    ],
)
def test_wrong_total_is_reported_with_its_cell(
    tmp_path: Path, column: int, value: str, codes: list[str]
) -> None:
    rows = [list(row) for row in REFORM.rows]
    rows[-1][column] = value
    found = checked(read_to(REFORM, tmp_path, rows), REFORM)
    assert [each.code for each in found] == codes
    assert (found[0].cell, found[0].value) == (f"{'ABCDEFGHIJK'[column]}12", value)
    assert found[1].cell == "L12"


def test_wrong_arithmetic_in_a_row_and_its_total_are_reported(tmp_path: Path) -> None:
    rows = [list(row) for row in REFORM.rows]
    rows[3][11] = "1,350"
    found = checked(read_to(REFORM, tmp_path, rows), REFORM)
    assert [(each.code, each.cell, each.project) for each in found] == [
        ("total-differs", "L12", None),
        ("arithmetic-differs", "L7", 12),
    ]
    assert "歳出削減額－歳入増加額 の計算結果 -1350 と違います" in found[1].message


def test_total_with_another_label_is_not_a_row_of_the_records(tmp_path: Path) -> None:
    rows = [list(row) for row in REFORM.rows]
    rows[-1][0] = "総計"
    result = read_to(REFORM, tmp_path, rows)
    assert (len(result.rows), result.total, result.codes) == (8, None, ["sum-left-out"])


@pytest.mark.parametrize("word", ["歳出合計", "計（Ａ）", "総事業費", "総計"])
def test_total_row_has_the_label_of_the_form(word: str) -> None:
    grid = totals_by_field()
    grid.put(4, 1, word)
    form = form_of(
        f'title = "集計"\ntotal = "{word}"\n'
        'columns = ["区分", { titles = ["事業数", "事業費"], kind = "number" }]'
    )
    result = outcome(as_workbook(grid), form=form)
    assert result.total is not None
    assert (len(result.rows), result.total.name, result.codes) == (2, word, [])


def test_unprinted_sums_are_reported_once(tmp_path: Path) -> None:
    rows = [list(row) for row in REFORM.rows]
    for place in (4, 2):
        rows.insert(place, ["小計", *rows[place][1:]])
    result = read_to(REFORM, tmp_path, rows)
    (found,) = result.findings
    assert (found.code, found.cell, found.value) == ("sum-left-out", "A6", "小計")
    assert "（A6、A9）" in found.message
    assert (len(result.rows), checked(result, REFORM)) == (8, [])


def test_form_without_total_row_reports_no_sums() -> None:
    form = form_of('title = "集計"\ncolumns = ["区分", { title = "事業費", kind = "number" }]')
    result = outcome(as_workbook(totals_by_field()), form=form)
    assert (len(result.rows), result.total, result.codes) == (2, None, ["columns-unused"])


def test_total_row_keeps_its_texts_and_rates() -> None:
    grid = Grid()
    grid.put(1, 1, "No", "事業名", "予算", "執行率", "備考")
    grid.put(2, 1, 1, "道路", 5000, "96％", "ア")
    grid.put(3, 1, 2, "河川", 3000, "100％", "イ")
    grid.put(4, 2, "合　計", 8000, "97.5％", "２事業")
    form = form_of(
        'title = "一覧"\ntotal = "合計"\n'
        'columns = [{ title = "No", kind = "no" }, { title = "事業名", kind = "name" }, '
        '{ titles = ["予算", "執行率"], kind = "number" }, "備考"]'
    )
    result = outcome(as_workbook(grid), form=form)
    whole = replace(records(*result.rows), total=result.total)
    assert (result.codes, check(whole, form, judgement=None)) == ([], ())
    last = handout(whole, Edition.ONLY, A4, form).rows[-1]
    texts = ["".join(line.text for line in cell.lines) for cell in last.cells]
    assert texts == ["", "合計", "8000", "97.5％", "２事業"]
    assert [cell.role for cell in last.cells] == ["", "head", "", "", ""]


# ---- all errors in one pass


def test_each_error_in_a_table_is_reported_with_its_cell(tmp_path: Path) -> None:
    rows = [list(row) for row in TAITO.rows]
    rows[0][2] = "5"
    rows[1][6] = "継続"
    rows[2][1] = ""
    rows[3][0] = "四十四"
    assert read_to(TAITO, tmp_path, rows).finding_places() == [
        ("score-out-of-scale", "C6", 41),
        ("choice-unknown", "G7", 42),
        ("name-empty", "B8", 43),
        ("number-unreadable", "A9", None),
    ]


# ---- headers


def four_levels() -> Grid:
    grid = Grid()
    grid.put(1, 1, "施策", "評価")
    grid.put(2, 2, "内部", None, "外部")
    grid.put(3, 2, "点数", None, "点数")
    grid.put(4, 2, "必要性", "効率性", "必要性", "効率性")
    grid.put(5, 1, "防災", 1, 2, 3, 4)
    grid.merge(1, 1, 4, 1)
    grid.merge(1, 2, 1, 5)
    for row in (2, 3):
        grid.merge(row, 2, row, 3)
        grid.merge(row, 4, row, 5)
    return grid


def test_headings_of_four_levels_distinguish_equal_columns() -> None:
    scores = ", ".join(
        f'{{ key = "{key}{word}", title = "{word}", under = ["評価", "{side}", "点数"], '
        'kind = "score", scale = [1, 4] }'
        for key, side in (("in_", "内部"), ("out_", "外部"))
        for word in ("必要性", "効率性")
    )
    form = form_of(f'title = "一覧"\ncolumns = [{{ title = "施策", kind = "name" }}, {scores}]')
    result = outcome(as_workbook(four_levels()), form=form)
    assert result.codes == []
    assert list(result.records[0].values()) == ["防災", 1, 2, 3, 4]


SUBSIDIES = 'columns = [{{ title = "施策", kind = "name" }}, "県支出金", {}]'


def subsidies() -> Grid:
    """Three columns of the same heading among four."""
    grid = Grid()
    grid.put(1, 1, "施策", "国庫支出金", "県支出金", "国庫支出金", "国庫支出金")
    grid.put(2, 1, "防災", 10, 20, 30, 40)
    return grid


def test_nth_counts_equal_headings_from_the_left() -> None:
    columns = ", ".join(
        f'{{ key = "k{nth}", title = "国庫支出金", nth = {nth}, kind = "number" }}'
        for nth in (3, 1)
    )
    form = form_of('title = "一覧"\n' + SUBSIDIES.format(columns))
    result = outcome(as_workbook(subsidies()), form=form)
    assert result.records == [{"施策": "防災", "県支出金": "20", "k3": 40, "k1": 10}]
    assert [(each.code, each.blocks) for each in result.findings] == [("columns-unused", False)]


def test_nth_beyond_the_equal_headings_is_a_missing_column() -> None:
    columns = '{ key = "k", title = "国庫支出金", nth = 4, kind = "number" }'
    form = form_of('title = "一覧"\n' + SUBSIDIES.format(columns))
    result = outcome(as_workbook(subsidies()), form=form)
    assert [(each.code, each.blocks) for each in result.findings] == [("column-missing", True)]


def test_equal_headings_without_nth_are_an_error_with_their_cells() -> None:
    form = form_of(
        'title = "一覧"\n' + SUBSIDIES.format('{ title = "国庫支出金", kind = "number" }')
    )
    result = outcome(as_workbook(subsidies()), form=form)
    (found,) = result.findings
    assert (result.records, found.code, found.blocks) == ([], "column-ambiguous", True)
    assert "B1、D1、E1" in found.message


@pytest.mark.parametrize("filled", [("Ａ", None), ("Ａ", "Ｂ"), (None, "Ｂ")])
@pytest.mark.parametrize(
    "titles",
    [
        ('title = "評価", under = ["内部"]', 'title = "評価", under = ["外部"]'),
        ('title = "内部（評価）", printed = "評価"', 'title = "外部（評価）", printed = "評価"'),
    ],
)
def test_headings_above_distinguish_equal_headings(
    titles: tuple[str, str], filled: tuple[str | None, str | None]
) -> None:
    grid = Grid()
    grid.put(1, 1, "番号", "内部", None, "外部")
    grid.put(2, 2, "評価", "理由", "評価", "意見")
    for row in (3, 4):
        grid.put(row, 1, row - 2, filled[0], "ア", filled[1], "イ")
    for ends in ((1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 1, 5)):
        grid.merge(*ends)
    scale = 'kind = "score", scale = ["Ａ", "Ｂ"], fill = "meeting"'
    one, other = (f'{{ key = "{k}", {title}, {scale} }}' for k, title in enumerate(titles))
    form = form_of(
        f'title = "評価"\ncolumns = [{{ title = "番号", kind = "no" }}, {one}, "理由", {other}]'
    )
    first, _ = outcome(as_workbook(grid), form=form).rows
    assert (first.fill("0").value, first.fill("1").value) == filled


def test_equal_heading_below_the_heading_of_the_form_is_used() -> None:
    grid = Grid()
    grid.put(1, 1, "番号", "内部", None, "外部")
    grid.put(2, 2, "評価", "理由", "評価", "意見")
    grid.put(3, 1, 1, "Ａ", "ア", "Ｂ", "イ")
    for ends in ((1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 1, 5)):
        grid.merge(*ends)
    form = form_of(
        'title = "評価"\ncolumns = ["番号", { title = "評価", under = ["外部"] }, "意見"]'
    )
    result = outcome(as_workbook(grid), form=form)
    assert (result.records[0]["評価"], result.codes) == ("Ｂ", ["columns-unused"])


def test_column_with_a_similar_name_is_not_a_choice_column() -> None:
    grid = Grid()
    grid.put(1, 1, "番号", "項目2", "項目21", "項目22")
    grid.put(2, 1, 1, "1", "2", "2")
    grid.put(3, 1, 2, "2", "1", "2")
    columns = '{ titles = ["項目2", "項目21", "項目22"], kind = "choice", choices = ["1", "2"] }'
    form = form_of(f'title = "一覧"\ncolumns = ["番号", {columns}]')
    first, second = outcome(as_workbook(grid), form=form).records
    assert [first[f"項目{k}"] for k in (2, 21, 22)] == ["1", "2", "2"]
    assert [second[f"項目{k}"] for k in (2, 21, 22)] == ["2", "1", "2"]


# ---- rows without number and name


def totals_by_field() -> Grid:
    grid = Grid()
    grid.put(1, 1, "区分", "事業数", "事業費")
    grid.put(2, 1, "生活機能", 5, 72590)
    grid.put(3, 1, "結びつき", 4, 182880)
    grid.put(4, 1, "合計", 9, 255470)
    return grid


BY_FIELD = form_of(
    'title = "集計"\ntotal = "合計"\n'
    'columns = ["区分", { titles = ["事業数", "事業費"], kind = "number" }]',
)


def test_rows_need_no_number_and_no_name() -> None:
    result = outcome(as_workbook(totals_by_field()), form=BY_FIELD)
    assert [row.called for row in result.rows] == ["1行目", "2行目"]
    assert [(row.no, row.name, row.number) for row in result.rows] == [(None, "", 1), (None, "", 2)]
    assert result.total is not None
    assert result.total.values["事業費"] == Number(255470, "255470")
    assert result.codes == []


def test_finding_about_a_row_without_number_has_its_cell() -> None:
    grid = totals_by_field()
    grid.put(3, 2, "四")
    result = outcome(as_workbook(grid), form=BY_FIELD)
    assert result.finding_places() == [("value-no-number", "B3", None)]


# ---- groups


def grouped(*rows: tuple[object, ...]) -> Grid:
    grid = Grid()
    grid.put(1, 1, "No", "事業名", "③進捗状況", "⑤実現可能性", "⑥広域メリット", "判定")
    grid.put(1, 7, "判定区分", "事務局案（説明）", "事務局案（方針）")
    for number, row in enumerate(rows, start=2):
        grid.put(number, 1, *row)
    return grid


def entry(no: int) -> tuple[object, ...]:
    return (no, f"事業{no}", 4, 4, 4, "A", "継続", "続ける。", "継続")


def groups_of(grid: Grid) -> tuple[list[tuple[int | None, str | None]], list[str]]:
    result = outcome(as_workbook(grid))
    return [(row.no, row.group) for row in result.rows], result.codes


def test_rows_with_only_a_policy_field_are_groups() -> None:
    rows = (
        ("１ 生活機能の強化",),
        *(entry(1), entry(2)),
        (None, "２ 結びつきの強化"),
        entry(3),
    )
    grid = grouped(*rows)
    grid.merge(5, 2, 5, 9)
    assert groups_of(grid) == (
        [(1, "１ 生活機能の強化"), (2, "１ 生活機能の強化"), (3, "２ 結びつきの強化")],
        [],
    )


def test_heading_merged_over_the_whole_table_is_a_group() -> None:
    grid = grouped(("生活機能の強化",), entry(1))
    grid.merge(2, 1, 2, 9)
    assert groups_of(grid) == ([(1, "生活機能の強化")], [])


def test_nearer_of_two_headings_is_the_group_and_the_other_is_reported() -> None:
    rows, codes = groups_of(grouped(("政策１",), ("１ 生活機能の強化",), entry(1)))
    assert (rows, codes) == ([(1, "１ 生活機能の強化")], ["row-left-out"])


def test_heading_without_rows_below_is_reported() -> None:
    assert groups_of(grouped(entry(1), ("３ 圏域の管理",))) == ([(1, None)], ["row-left-out"])


def test_rows_above_the_first_heading_have_no_group() -> None:
    rows, _ = groups_of(grouped(entry(1), ("２ 結びつき",), entry(2)))
    assert rows == [(1, None), (2, "２ 結びつき")]


def test_form_with_a_group_column_has_no_group_rows() -> None:
    source = 'title = "一覧"\ngroup = "分野"\ncolumns = [{ title = "施策", kind = "name" }, "内容"]'
    grid = Grid()
    grid.put(1, 1, "分野", "施策", "内容")
    grid.put(2, 1, "生活", "防災", "続ける。")
    grid.put(3, 1, "結びつき")
    result = outcome(as_workbook(grid), form=form_of(source))
    assert [row.group for row in result.rows] == ["生活"]
    assert result.codes == ["row-left-out"]


def test_group_in_its_first_row_applies_to_the_rows_below() -> None:
    source = 'title = "一覧"\ngroup = "分野"\ncolumns = [{ title = "施策", kind = "name" }, "内容"]'
    grid = Grid()
    grid.put(1, 1, "分野", "施策", "内容")
    grid.put(2, 1, "生活", "防災", "続ける。")
    grid.put(3, 2, "防犯", "続ける。")
    grid.put(4, 1, "結びつき", "交通", "続ける。")
    result = outcome(as_workbook(grid), form=form_of(source))
    assert [row.group for row in result.rows] == ["生活", "生活", "結びつき"]


@EVERY_COUNCIL
def test_every_value_has_its_cell(tmp_path: Path, council: Council) -> None:
    path = council.write(tmp_path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    result = outcome(path, form=council.form)
    for row in result.rows:
        for column in council.form.printed:
            value = row.values[column.key]
            if isinstance(value, int | str) and not isinstance(value, bool):
                assert str(sheet[row.source.cell(column.key).address].value) == str(value)
