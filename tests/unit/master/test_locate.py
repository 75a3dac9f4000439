from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.reading import SEED, as_sheet, as_workbook, outcome, seed_grid
from support.shapes import (
    LABELS,
    SCORES,
    Grid,
    Shape,
    laid_out,
    write_csv,
    write_ods,
    write_xls,
    write_xlsx,
)

from pipeline.base.errors import InputUnreadable, UsageMistake
from pipeline.model.grid import MergedRange

WRITERS: dict[str, Callable[[Path, Grid], Path]] = {
    "a.xlsx": lambda path, grid: write_xlsx(path, {"台帳": grid}),
    "a.xls": lambda path, grid: write_xls(path, {"台帳": grid}),
    "a.ods": lambda path, grid: write_ods(path, {"台帳": grid}),
    "utf-8.csv": lambda path, grid: write_csv(path, grid, encoding="utf-8-sig"),
    "cp932.csv": lambda path, grid: write_csv(path, grid, encoding="cp932"),
}
SHAPES = {
    "one header row": Shape(),
    "the printed header": Shape(header="printed", judgement="two lines", marks=("●", "○")),
    "one column a choice": Shape(header="two rows a choice", marks=("レ", "")),
    "one column a choice under one row": Shape(header="one row a choice", marks=("○", "")),
    "groups over pairs": Shape(header="grouped", marks=("■", "□")),
    "letter and label apart": Shape(judgement="label in brackets", score="points"),
    "columns in another order": Shape(order=(7, 2, 5, 1, 0, 3), judgement="two columns"),
    "everything around it": Shape(
        header="printed",
        marks=("○", "□"),
        top=6,
        left=3,
        extra=True,
        blank_inside=True,
        note=True,
        total=True,
        score="circled",
        number="circled",
    ),
}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_every_shape_in_every_file_type_gives_the_18_records(
    tmp_path: Path, name: str, shape: Shape
) -> None:
    result = outcome(WRITERS[name](tmp_path / name, seed_grid(shape)))
    assert result.records == SEED
    assert [code for code in result.codes if code != "columns-unused"] == []


@pytest.mark.parametrize("on_off", ["■□", "●○", "☑☐", "✓□", "レ", "○□", "○", "〇", "✔"])
def test_every_pair_of_marks_is_read(on_off: str) -> None:
    marks = (on_off[0], on_off[1:])
    for header in ("plain", "two rows a choice"):
        assert outcome(as_workbook(seed_grid(Shape(header=header, marks=marks)))).records == SEED


# ---- headers


def with_headers(*words: str | None) -> Grid:
    """The seed with other header words from the first column on; None keeps a word."""
    grid = seed_grid()
    for column, word in enumerate(words, start=1):
        if word is not None:
            grid.cells[1, column] = word
    return grid


@pytest.mark.parametrize(
    "words",
    [
        ("№", "事業の名称", "進捗状況", "実現可能性", "広域メリット", "判定"),
        ("番　号", "事 業 名", "③進捗\n状況", "⑤実現\n可能性", "⑥広域\nメリット", "今後の\n方針"),
        (None, None, "③進捗状況（１～４）", "⑤ 実現可能性(4段階)", "⑥広域メリット（必須）"),
        ("Ｎｏ．", "事業名 ※正式名称", "(3)進捗状況", None, None, "今後の方針（判定）"),
        (None, None, None, None, None, None, "事務局案", "事務局案"),
        (None, None, None, None, None, None, "事務局案（３市協議結果）", "事務局案（方針）"),
    ],
)
def test_headers_are_recognised_by_their_words(words: tuple[str | None, ...]) -> None:
    result = outcome(as_workbook(with_headers(*words)))
    assert (result.records, result.codes) == (SEED, [])


def test_numbers_without_header_are_found_left_of_the_names() -> None:
    grid = with_headers()
    del grid.cells[1, 1]
    assert outcome(as_workbook(grid)).records == SEED


def test_centred_headings_need_no_merged_cells() -> None:
    grid = seed_grid(Shape(header="two rows a choice", marks=("○", "")))
    grid.merged = []
    assert outcome(as_workbook(grid)).records == SEED


def test_printed_header_without_merged_cells_is_read() -> None:
    grid = seed_grid(Shape(header="printed", marks=("●", "○"), top=3, left=2))
    second = 2 + 7
    assert grid.cells.pop((3, second)) == grid.cells[3, second - 1]
    grid.merged = []
    result = outcome(as_workbook(grid))
    assert (result.records, result.codes) == (SEED, [])


def test_judgement_header_over_letter_and_label_is_split() -> None:
    grid = seed_grid(Shape(judgement="two columns"))
    grid.put(1, 6, "今後の方針")
    del grid.cells[1, 7]
    grid.merge(1, 6, 1, 7)
    assert outcome(as_workbook(grid)).records == SEED


def test_header_merged_over_an_empty_column_means_the_filled_one() -> None:
    grid = Grid()
    for (row, column), value in seed_grid().cells.items():
        grid.cells[row, column if column <= 2 else column + 1] = value
    for row in range(1, 20):
        grid.merge(row, 2, row, 3)
    result = outcome(as_workbook(grid))
    assert (result.records, result.codes) == (SEED, [])


def test_subheader_without_new_fields_is_not_a_project() -> None:
    grid = Grid()
    for (row, column), value in seed_grid().cells.items():
        grid.cells[row if row == 1 else row + 1, column] = value
    grid.put(2, 7, "説明文", "いずれか")
    assert outcome(as_workbook(grid)).records == SEED


def test_title_has_priority_over_a_synonym() -> None:
    grid = with_headers()
    grid.put(1, 12, "事業番号")
    for row in range(2, 20):
        grid.put(row, 12, f"1-{row}")
    result = outcome(as_workbook(grid))
    assert result.records == SEED
    assert result.codes == ["columns-unused"]


def test_two_columns_for_one_field_are_an_error() -> None:
    grid = with_headers()
    grid.put(1, 12, "③進捗状況")
    for row in range(2, 20):
        grid.put(row, 12, 3)
    result = outcome(as_workbook(grid))
    assert result.records == []
    assert result.codes == ["column-ambiguous"]
    assert "C1、L1" in result.findings[0].message


def test_two_columns_for_the_opinion_are_an_error() -> None:
    grid = with_headers()
    grid.put(1, 12, "懇談会意見")
    grid.put(2, 9, "継続")
    grid.put(3, 12, "見直し")
    assert outcome(as_workbook(grid)).codes == ["column-ambiguous"]


def opinions_below_one_heading(*opinions: str) -> Grid:
    """The seed under two header rows, its opinions in 懇談会意見 › 結果 | 内容."""
    grid = Grid()
    for (row, column), value in seed_grid().cells.items():
        grid.cells[row if row == 1 else row + 1, column] = value
    grid.put(1, 9, "懇談会意見")
    grid.cells.pop((1, 10), None)
    grid.merge(1, 9, 1, 10)
    grid.put(2, 9, "結果", "内容")
    for row, word in enumerate(opinions, start=3):
        grid.put(row, 9, word)
    return grid


@pytest.mark.parametrize(
    ("opinions", "codes"),
    [
        (("案のとおり",) * 18, []),
        (("継続", "原案どおり", "意見なし"), []),
        ((*("継続",) * 17, "継読"), ["choice-unknown"]),
    ],
)
def test_opinions_below_their_group_heading_are_read(
    opinions: tuple[str, ...], codes: list[str]
) -> None:
    result = outcome(as_workbook(opinions_below_one_heading(*opinions)))
    assert result.codes == codes
    assert result.records[0]["opinion"]["status"] == "chosen"


def test_opinion_group_without_a_choice_column_is_reported() -> None:
    result = outcome(as_workbook(opinions_below_one_heading("よいと思う", "反対")))
    assert (result.records, result.codes) == ([], ["column-ambiguous"])
    assert "I2" in result.findings[0].message


def test_typo_in_a_choice_below_equal_headers_is_reported_at_its_cell() -> None:
    grid = with_headers(None, None, None, None, None, None, "事務局案", "事務局案")
    grid.put(5, 8, "継読")
    assert outcome(as_workbook(grid)).finding_places() == [("choice-unknown", "H5", 4)]


def test_list_of_only_numbers_and_names_is_not_the_table() -> None:
    grid = Grid()
    grid.put(1, 1, "No", "事業名")
    grid.put(2, 1, 1, "図書館の相互利用")
    with pytest.raises(InputUnreadable) as caught:
        outcome(as_workbook(grid))
    assert caught.value.code == "table-not-found"


@pytest.mark.parametrize(
    ("column", "title"),
    [
        (2, "事業名"),
        (3, "③進捗状況"),
        (4, "⑤実現可能性"),
        (5, "⑥広域メリット"),
        (6, "判定"),
        (7, "事務局案（説明）"),
        (8, "事務局案（方針）"),
    ],
)
def test_missing_column_is_reported_with_the_found_headers(column: int, title: str) -> None:
    grid = with_headers()
    grid.cells[1, column] = "なにか"
    result = outcome(as_workbook(grid))
    assert result.codes == ["column-missing"]
    assert f"「{title}」" in result.findings[0].message
    assert "なにか" in result.findings[0].message
    assert result.findings[0].blocks


def test_misspelt_header_is_suggested_but_not_used() -> None:
    grid = with_headers()
    grid.cells[1, 3] = "③進捗の状況"
    (found,) = outcome(as_workbook(grid)).findings
    assert found.remedy == (
        "「③進捗の状況」がこの列であれば、見出しを「③進捗状況」に直してください"
        '（コマンドでは --map "③進捗の状況=progress" で対応も指定できます）。'
    )


def test_all_missing_columns_are_reported_in_one_pass() -> None:
    grid = with_headers(None, None, "あ", "い")
    assert outcome(as_workbook(grid)).codes == ["column-missing", "column-missing"]


def test_unused_columns_are_reported_once() -> None:
    result = outcome(as_workbook(seed_grid(Shape(extra=True))))
    assert result.records == SEED
    (found,) = result.findings
    assert (found.code, found.blocks) == ("columns-unused", False)
    assert "担当WG、備考" in found.message


def test_filled_column_without_header_is_reported() -> None:
    grid = with_headers()
    grid.put(5, 13, "見直し")
    result = outcome(as_workbook(grid))
    assert "M列（見出しなし）" in result.findings[0].message


def test_opinion_columns_may_be_missing() -> None:
    grid = with_headers()
    del grid.cells[1, 9], grid.cells[1, 10]
    assert outcome(as_workbook(grid)).records == SEED


# ---- mapping


def test_mapping_names_a_column_without_a_known_header() -> None:
    grid = with_headers(None, None, "進み具合")
    result = outcome(as_workbook(grid), mapping={"進み具合": "progress"})
    assert (result.records, result.codes) == (SEED, [])


def test_mapping_decides_an_ambiguous_column() -> None:
    grid = with_headers(None, None, "③進捗状況（前回）")
    grid.put(1, 12, "今回")
    for row in range(2, 20):
        grid.cells[row, 12] = grid.cells[row, 3]
        grid.cells[row, 3] = 1
    result = outcome(as_workbook(grid), mapping={"今回": "progress"})
    assert result.records == SEED


def test_mapping_of_a_group_applies_to_its_choices() -> None:
    grid = seed_grid(Shape(header="two rows a choice", marks=("○", "")))
    place = next(at for at, value in grid.cells.items() if value == "事務局案")
    grid.cells[place] = "幹事会の考え"
    result = outcome(as_workbook(grid), mapping={"幹事会の考え": "proposal"})
    assert result.records == SEED


def test_mapping_names_the_columns_of_single_choices() -> None:
    grid = seed_grid(Shape(header="one row a choice", marks=("○", "")))
    for label in LABELS:
        place = next(at for at, value in grid.cells.items() if str(value).endswith(f"_{label}"))
        grid.cells[place] = f"たたき台{label}"
    assert "column-missing" in outcome(as_workbook(grid)).codes
    mapping = {f"たたき台{label}": "proposal" for label in LABELS}
    result = outcome(as_workbook(grid), mapping=mapping)
    assert result.records == SEED


def test_mapping_without_a_matching_header_is_reported() -> None:
    result = outcome(as_workbook(with_headers()), mapping={"進具合": "progress"})
    assert result.codes == ["map-unused"]
    assert "もしかして" not in result.findings[0].remedy
    result = outcome(as_workbook(with_headers()), mapping={"⑥広域のメリット": "regional_merit"})
    assert result.findings[0].remedy.startswith("もしかして「⑥広域メリット」ですか。")


# ---- sheets


def cover() -> Grid:
    grid = Grid()
    grid.put(1, 1, "この台帳の使い方")
    grid.put(3, 1, "事業名", "件数")
    return grid


def judgement_table() -> Grid:
    grid = Grid()
    grid.put(1, 1, "⑤実現可能性", "⑥広域メリット", "判定", "判定区分")
    grid.put(2, 1, 4, 4, "A", "継続")
    return grid


def test_sheets_without_the_table_are_ignored() -> None:
    contacts = Grid()
    contacts.put(1, 1, "No", "事業名", "担当課", "③進捗状況")
    for row in range(2, 40):
        contacts.put(row, 1, row, "事業", "企画課", 3)
    result = outcome(
        as_workbook(
            as_sheet(cover(), "はじめに"),
            as_sheet(judgement_table(), "判定表"),
            as_sheet(contacts, "連絡先"),
            as_sheet(seed_grid(), "本表"),
        )
    )
    assert (result.sheet, result.records, result.codes) == ("本表", SEED, [])


def test_fuller_sheet_is_used_and_the_other_is_reported() -> None:
    former = laid_out(SEED[:17], Shape())
    result = outcome(as_workbook(as_sheet(former, "R4"), as_sheet(seed_grid(), "R5")))
    assert (result.sheet, result.records) == ("R5", SEED)
    (found,) = result.findings
    assert (found.code, found.sheet, found.blocks) == ("sheet-chosen", "R5", False)
    assert "R4" in found.message


def test_tie_is_an_error_with_both_sheets() -> None:
    sheets = (as_sheet(seed_grid(), "R4"), as_sheet(seed_grid(Shape(top=3)), "R5"))
    result = outcome(as_workbook(*sheets))
    assert result.codes == ["sheets-equally-full"]
    assert "R4、R5" in result.findings[0].message
    assert result.findings[0].blocks


def test_opinions_do_not_count_for_the_fullest_sheet() -> None:
    former = seed_grid()
    former.put(2, 9, "継続")
    result = outcome(as_workbook(as_sheet(former, "R4"), as_sheet(seed_grid(), "R5")))
    assert result.codes == ["sheets-equally-full"]


def test_sheet_can_be_requested() -> None:
    former = laid_out(SEED[:17], Shape())
    book = as_workbook(as_sheet(former, "R4"), as_sheet(seed_grid(), "R5"))
    result = outcome(book, sheet="R4")
    assert (result.sheet, len(result.records), result.codes) == ("R4", 17, [])


def test_unknown_sheet_is_reported_with_the_existing_ones() -> None:
    with pytest.raises(UsageMistake) as caught:
        outcome(as_workbook(as_sheet(seed_grid(), "R5")), sheet="R6")
    assert caught.value.params["known"] == "R5"


def test_hidden_sheet_is_ignored() -> None:
    hidden = as_sheet(laid_out([*SEED, *SEED], Shape()), "R4", visible=False)
    assert outcome(as_workbook(hidden, as_sheet(seed_grid(), "R5"))).sheet == "R5"


@pytest.mark.parametrize("sheets", [(), (cover(),), (Grid(),), (cover(), judgement_table())])
def test_workbook_without_the_table_is_reported_with_expected_headers(
    sheets: tuple[Grid, ...],
) -> None:
    book = as_workbook(*(as_sheet(grid, f"表{place}") for place, grid in enumerate(sheets)))
    with pytest.raises(InputUnreadable) as caught:
        outcome(book)
    assert caught.value.code == "table-not-found"
    assert "「事業名」" in str(caught.value.params["expected"])


# ---- rows


def with_rows(*rows: tuple[object, ...]) -> Grid:
    """The seed with more rows below it."""
    grid = seed_grid()
    for number, row in enumerate(rows, start=20):
        grid.put(number, 1, *row)
    return grid


@pytest.mark.parametrize(
    "row",
    [
        ("※ 各判定の考え方については参考資料を参照",),
        (None, "※ 注記"),
        ("（注）評価は令和５年度",),
        ("注１ 評価は令和５年度",),
        ("出典：各ワーキンググループ",),
        ("合計", None, 54, 50, 60),
        (None, "合　計", 54, 50, 60),
        (None, "平均", 3, 2.8, 3.3),
        ("計", "18事業", 54),
        (None, "合計（18件）", 54),
        ("No", "事業名", "③進捗状況"),
    ],
)
def test_notes_totals_and_repeated_headers_are_not_projects(row: tuple[object, ...]) -> None:
    result = outcome(as_workbook(with_rows(row)))
    assert (result.records, result.codes) == (SEED, [])


def test_repeated_two_row_header_is_skipped() -> None:
    shape = Shape(header="two rows a choice", marks=("○", ""))
    grid = Grid()
    for (row, column), value in seed_grid(shape).cells.items():
        grid.cells[row if row <= 14 else row + 2, column] = value
        if row <= 2:
            grid.cells[row + 14, column] = value
    grid.merged = seed_grid(shape).merged
    assert outcome(as_workbook(grid)).records == SEED


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        (("Ⅱ 産業振興",), "Ⅱ 産業振興"),
        ((19,), "19"),
        ((None, None, None, None, None, None, None, None, None, "あとで確認"), "あとで確認"),
    ],
)
def test_row_with_one_cell_and_no_name_is_reported_and_left_out(
    row: tuple[object, ...], shown: str
) -> None:
    result = outcome(as_workbook(with_rows(row)))
    assert result.records == SEED
    (found,) = result.findings
    assert (found.code, found.value) == ("row-left-out", shown)


def test_prepared_numbers_share_one_notice() -> None:
    result = outcome(as_workbook(with_rows((19,), (20,), (21,))))
    assert result.finding_places() == [("row-left-out", "A20", None)]
    assert "19〜21" in result.findings[0].message


def test_header_merged_below_the_end_of_the_sheet_is_a_table_without_projects() -> None:
    sheet = as_sheet(seed_grid())
    below = MergedRange(first_row=1, first_column=1, last_row=3, last_column=1)
    result = outcome(as_workbook(replace(sheet, rows=sheet.rows[:1], merged=(below,))))
    assert result.finding_places() == [("no-projects", "A4", None)]


def test_heading_merged_over_the_table_is_not_a_project() -> None:
    grid = with_rows((None, "産業振興"))
    grid.merge(20, 2, 20, 8)
    assert outcome(as_workbook(grid)).codes == ["row-left-out"]


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        ((None, "新しい事業", 4, 4, 4, "A（継続）", "説明。", "継続"), "number-empty", "A20"),
        ((19, None, 4, 4, 4, "A（継続）", "説明。", "継続"), "name-empty", "B20"),
        ((19, None, None, None, 4, None, None, None), "name-empty", "B20"),
        ((None, "新しい事業"), "number-empty", "A20"),
    ],
)
def test_incomplete_project_is_an_error_and_is_kept(
    row: tuple[object, ...], code: str, cell: str
) -> None:
    result = outcome(as_workbook(with_rows(row)))
    assert len(result.records) == 19
    found = next(each for each in result.findings if each.code == code)
    assert (found.cell, found.blocks) == (cell, True)


def test_row_with_failed_formulas_is_reported() -> None:
    grid = seed_grid()
    sheet = as_sheet(grid)
    blank = (None,) * sheet.width
    unusable = replace(
        sheet,
        rows=(*sheet.rows, blank),
        unresolved=frozenset({(20, 1), (20, 2)}),
        errors={(20, 3): "#REF!"},
    )
    result = outcome(as_workbook(unusable))
    assert ("formula-unresolved", "A20", None) in result.finding_places()
    assert ("error-value", "C20", None) in result.finding_places()


def test_table_without_projects_is_an_error() -> None:
    assert outcome(as_workbook(laid_out([], Shape()))).codes == ["no-projects"]


# ---- merged data cells


def three_rows_each() -> Grid:
    """Each project over three rows, its choices one below the other."""
    grid = Grid()
    grid.put(1, 1, "No", "事業名", "③進捗状況", "⑤実現可能性", "⑥広域メリット", "今後の方針")
    grid.put(1, 7, "事務局案の理由", "事務局案", "懇談会意見")
    for place, record in enumerate(SEED):
        top = 2 + 3 * place
        judgement = f"{record['letter']}（{record['label']}）"
        scores = (record[key] for key in SCORES)
        grid.put(top, 1, record["no"], record["name"], *scores, judgement)
        grid.put(top, 7, record["reason"])
        for down, label in enumerate(LABELS):
            mark = "■" if label == record["proposal"] else "□"
            grid.put(top + down, 8, mark + label, "□" + label)
        for column in range(1, 8):
            grid.merge(top, column, top + 2, column)
    return grid


def test_project_over_three_rows_is_one_project() -> None:
    result = outcome(as_workbook(three_rows_each()))
    assert (result.records, result.codes) == (SEED, [])
    assert result.rows[1].source.row == 5


def test_merged_value_applies_to_every_project_in_its_rows() -> None:
    grid = seed_grid()
    assert [grid.cells[row, 3] for row in (9, 10, 11)] == [4, 4, 4]
    del grid.cells[10, 3], grid.cells[11, 3]
    grid.merge(9, 3, 11, 3)
    assert outcome(as_workbook(grid)).records == SEED


# ---- size


def test_5000_rows_are_found_and_read() -> None:
    many = [{**SEED[place % 18], "no": place + 1} for place in range(5000)]
    book = as_workbook(laid_out(many, Shape(header="printed", marks=("●", "○"), extra=True)))
    assert len(outcome(book).records) == 5000


def test_very_wide_sheet_is_searched_within_20_seconds() -> None:
    grid = seed_grid()
    for column in range(12, 4000):
        grid.put(1, column, f"列{column}")
    start = time.process_time()
    assert outcome(as_workbook(grid)).records == SEED
    assert time.process_time() - start < 20


def test_name_that_begins_like_a_note_is_a_project() -> None:
    result = outcome(as_workbook(with_rows((None, "注文型交通事業"))))
    assert result.records[-1]["name"] == "注文型交通事業"
    assert "number-empty" in result.codes
