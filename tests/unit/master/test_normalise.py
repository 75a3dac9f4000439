from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from support.forms import form_of
from support.reading import SEED, Outcome, as_sheet, as_workbook, outcome, seed_grid
from support.records import seed_form
from support.shapes import LABELS, Grid, Shape, laid_out

from pipeline.model.form import Form
from pipeline.model.values import Fill, Status

RARE = "２①㈱髙𠮷\ufa19葛\U000e0100＆<b>{{ x }}</b>"
HEADERS = {
    "no": 1,
    "name": 2,
    "progress": 3,
    "feasibility": 4,
    "regional_merit": 5,
    "letter": 6,
    "reason": 7,
    "proposal": 8,
    "opinion": 9,
    "comment": 10,
}


def with_cells(shape: Shape | None = None, form: Form | None = None, **cells: Any) -> Outcome:
    """The seed's first project, with other values in some of its cells."""
    grid = laid_out(SEED[:1], shape or Shape())
    for key, value in cells.items():
        grid.cells.pop((2, HEADERS[key]), None)
        grid.put(2, HEADERS[key], value)
    return outcome(as_workbook(grid), form=form)


def only_record(result: Outcome) -> dict[str, Any]:
    (record,) = result.records
    return record


def judgement(result: Outcome) -> tuple[object, object]:
    """Letter and label of the only row."""
    (record,) = result.records
    return record["letter"], record["label"]


# ---- numbers


@pytest.mark.parametrize(
    "value", [4, 4.0, "4", "４", "４点", "4点", "④", " 4 ", "　４", "4.0", "4\u200b"]
)
def test_score_is_read_in_every_spelling(value: object) -> None:
    result = with_cells(progress=value)
    assert (only_record(result)["progress"], result.codes) == (4, [])


@pytest.mark.parametrize(
    "value",
    [
        0,
        5,
        -1,
        2.5,
        "5",
        "四",
        "A",
        "-",
        "4/4",
        "3〜4",
        True,
        dt.datetime(2026, 1, 4, tzinfo=dt.UTC),
    ],
)
def test_score_outside_the_range_is_an_error_with_its_cell(value: object) -> None:
    result = with_cells(progress=value)
    assert result.finding_places() == [("score-out-of-scale", "C2", 1)]
    assert only_record(result)["progress"] is None


def test_message_has_place_problem_and_remedy() -> None:
    (found,) = with_cells(progress=5).findings
    assert found.message == (
        "台帳!C2（No.1）③進捗状況「5」は 1〜4 の整数ではありません。1〜4 の整数に直してください。"
    )


def test_empty_score_is_an_error() -> None:
    assert with_cells(progress=None).finding_places() == [("score-empty", "C2", 1)]
    assert with_cells(progress="　").finding_places() == [("score-empty", "C2", 1)]


@pytest.mark.parametrize("value", [1, "1", "１．", "①", "(1)", "⑴", "No.1", "№１", "第１号", "1.0"])
def test_number_is_read_in_every_spelling(value: object) -> None:
    result = with_cells(no=value)
    assert (only_record(result)["no"], result.codes) == (1, [])


@pytest.mark.parametrize("value", ["い", "1-2", 0, -3, 1.5, "1 8"])
def test_invalid_number_is_an_error(value: object) -> None:
    assert with_cells(no=value).finding_places() == [("number-unreadable", "A2", None)]


# ---- names and prose


@pytest.mark.parametrize("name", [RARE, "NA", "None", "n/a", "\ufa19", "か\u3099"])
def test_names_and_prose_keep_every_character(name: str) -> None:
    result = with_cells(name=name, reason=name, comment=name)
    record = only_record(result)
    assert record["name"] == name
    assert record["reason"] == name
    assert record["comment"]["value"] == name
    assert result.codes == []


def test_line_breaks_in_a_name_are_joined() -> None:
    assert (
        only_record(with_cells(name="地域完結型を目\n指す医療"))["name"] == "地域完結型を目指す医療"
    )


def test_only_a_line_break_after_a_sentence_starts_a_paragraph() -> None:
    result = with_cells(reason="取組を継続し\nていく。\nつぎの段落\nである。")
    assert only_record(result)["reason"] == "取組を継続していく。\nつぎの段落である。"


def test_20000_characters_are_read_completely() -> None:
    long = "長い説明" * 5000
    assert only_record(with_cells(reason=long))["reason"] == long


@pytest.mark.parametrize("value", [None, "　", " \n "])
def test_empty_name_is_an_error_but_a_text_may_be_empty(value: object) -> None:
    assert with_cells(name=value).finding_places() == [("name-empty", "B2", 1)]
    result = with_cells(reason=value)
    assert (only_record(result)["reason"], result.codes) == (None, [])


def test_control_characters_are_removed_with_a_notice() -> None:
    result = with_cells(name="事\x08業")
    (found,) = result.findings
    assert only_record(result)["name"] == "事業"
    assert (found.code, found.cell, found.blocks) == ("control-characters", "B2", False)
    assert "U+0008" in found.message


# ---- the judgement


@pytest.mark.parametrize(
    "value",
    [
        "A（継続）",
        "Ａ（継続）",
        "a(継続)",
        "A\n（継続）",
        "A\n（継\n続）",
        "Ａ　継続",
        "A：継続",
        "A 【継続】",
    ],
)
def test_letter_and_label_in_one_cell_are_read(value: str) -> None:
    result = with_cells(letter=value)
    assert (judgement(result), result.codes) == (("A", "継続"), [])


def test_label_with_line_breaks_is_joined() -> None:
    result = with_cells(letter="G\n（一部見直\nしのうえ継\n続）")
    assert judgement(result) == ("G", "一部見直しのうえ継続")


@pytest.mark.parametrize("value", ["A", "Ａ", "（継続）", "継続", "「継続」"])
def test_single_letter_or_label_is_completed_from_attested_cells(value: str) -> None:
    result = with_cells(letter=value)
    assert judgement(result) == ("A", "継続")
    (found,) = result.findings
    assert (found.code, found.blocks) == ("judgement-completed", False)


def test_inferred_cells_complete_nothing() -> None:
    # (4, 3) is C only by inference, and no label of C is known.
    letter = with_cells(letter="C", regional_merit=3)
    label = with_cells(letter="継続", regional_merit=3)
    assert judgement(letter) == ("C", None)
    assert judgement(label) == (None, "継続")
    assert letter.codes == label.codes == ["judgement-incomplete"]


def test_unknown_label_stays_unchanged() -> None:
    result = with_cells(letter="Z（要 検討①）")
    assert judgement(result) == ("Z", "要 検討①")


def test_word_is_not_a_letter() -> None:
    assert judgement(with_cells(letter="WG検討")) == (None, "WG検討")


def test_empty_judgement_is_an_error() -> None:
    assert with_cells(letter=None).finding_places() == [("judgement-empty", "F2", 1)]


def test_contradicting_columns_are_an_error() -> None:
    grid = laid_out(SEED[:1], Shape(judgement="two columns"))
    grid.put(2, 6, "A（見直し）")
    assert ("judgement-contradicts", "G2", 1) in outcome(as_workbook(grid)).finding_places()


def test_contradicting_row_is_not_reported_as_completed() -> None:
    grid = laid_out(SEED[:1], Shape(judgement="two columns"))
    grid.put(2, 6, "AB")
    assert outcome(as_workbook(grid)).codes == ["judgement-contradicts"]


def test_contradiction_quotes_both_cells_unchanged() -> None:
    grid = laid_out(SEED[:1], Shape(judgement="two columns"))
    grid.put(2, 6, "Ａ→B")
    result = outcome(as_workbook(grid))
    (found,) = [each for each in result.findings if each.code == "judgement-contradicts"]
    assert found.cell == "G2"
    assert found.fact == "判定区分「継続」が、同じ行の判定「Ａ→B」と食い違っています。"
    # The label is the content of G2.
    assert judgement(result) == ("A", "継続")


def test_form_without_judgement_table_needs_no_label() -> None:
    result = with_cells(form=replace(seed_form(), judgement=None), letter="A")
    assert (judgement(result), result.codes) == (("A", None), [])


# ---- choices


@pytest.mark.parametrize(
    "value",
    [
        "継続",
        "（継続）",
        "■ 継続\n□ 一部見直しのうえ継続\n□見直し",
        "■継続　□一部見直しのうえ継続　□見直し",
        "●継続\n○一部見直しのうえ継続\n○見直し",
        "○継続\n一部見直しのうえ継続\n見直し",
        "○ 継続\n□ 一部見直しの\nうえ継続\n□ 見直し",
        "☑継続\n☐一部見直しのうえ継続\n☐見直し",
        "✔️継続\n一部見直しのうえ継続\n見直し",
        "ﾚ継続\n一部見直しのうえ継続\n見直し",
        "[レ]継続 [ ]一部見直しのうえ継続 [ ]見直し",
        "継続○\n一部見直しのうえ継続\n見直し",
        "○継続",
    ],
)
def test_choice_is_read_with_every_mark(value: str) -> None:
    result = with_cells(proposal=value)
    assert (only_record(result)["proposal"], result.codes) == ("継続", [])


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "choice-empty"),
        ("□継続\n□一部見直しのうえ継続\n□見直し", "choice-empty"),
        ("○継続\n○一部見直しのうえ継続\n○見直し", "choice-empty"),
        ("継続\n一部見直しのうえ継続\n見直し", "choice-empty"),
        ("■継続\n■一部見直しのうえ継続\n□見直し", "choice-several"),
        ("○継続\n○見直し", "choice-several"),
        ("継続、見直し", "choice-several"),
        ("廃止", "choice-unknown"),
        ("■継続\n□その他", "choice-unknown"),
        (1, "choice-unknown"),
        ("意見なし", "choice-unknown"),
    ],
)
def test_choice_must_be_exactly_one(value: object, code: str) -> None:
    result = with_cells(proposal=value)
    assert result.finding_places() == [(code, "H2", 1)]
    assert only_record(result)["proposal"] is None


def with_choice_columns(*marks: object) -> Outcome:
    """The first project with these marks below 継続, 一部見直しのうえ継続, 見直し."""
    grid = laid_out(SEED[:1], Shape(header="two rows a choice"))
    first = min(
        column for (row, column), value in grid.cells.items() if row == 2 and value in LABELS
    )
    for place, mark in enumerate(marks):
        grid.cells.pop((3, first + place), None)
        grid.put(3, first + place, mark)
    return outcome(as_workbook(grid))


@pytest.mark.parametrize("mark", ["○", "〇", "レ", "✓", "●", "■", True, 1, "v", "継続", "*"])
def test_mark_in_a_choice_column_is_read(mark: object) -> None:
    assert only_record(with_choice_columns(mark, None, None))["proposal"] == "継続"
    empty: dict[object, object] = {"■": "□", "●": "○", True: False}
    off = empty.get(mark)
    assert only_record(with_choice_columns(mark, off, off))["proposal"] == "継続"


@pytest.mark.parametrize(
    ("marks", "code"),
    [
        ((None, None, None), "choice-empty"),
        (("□", "□", "□"), "choice-empty"),
        (("○", "○", None), "choice-several"),
        (("○", "○", "○"), "choice-several"),
        (("たぶん", None, None), "mark-unreadable"),
    ],
)
def test_choice_columns_need_exactly_one_mark(marks: tuple[object, ...], code: str) -> None:
    result = with_choice_columns(*marks)
    assert result.codes == [code]
    assert only_record(result)["proposal"] is None


def test_circle_means_empty_if_another_is_filled() -> None:
    result = outcome(as_workbook(seed_grid(Shape(header="two rows a choice", marks=("●", "○")))))
    assert (result.records, result.codes) == (SEED, [])


# ---- opinions


@pytest.mark.parametrize(
    ("value", "opinion"),
    [
        (None, Fill()),
        ("未入力", Fill()),
        ("□継続\n□一部見直しのうえ継続\n□見直し", Fill()),
        ("○継続\n○一部見直しのうえ継続\n○見直し", Fill()),
        ("継続", Fill(Status.CHOSEN, "継続")),
        ("□継続\n□一部見直しのうえ継続\n■見直し", Fill(Status.CHOSEN, "見直し")),
        ("案のとおり", Fill(Status.CHOSEN, "継続")),
        ("事務局案どおり", Fill(Status.CHOSEN, "継続")),
        ("意見なし", Fill(Status.NO_OPINION)),
        ("保 留", Fill(Status.DEFERRED)),
        ("意見が分かれた", Fill(Status.DIVIDED)),
        (
            "□継続\n□一部見直しのうえ継続\n□見直し\n■意見なし",
            Fill(Status.NO_OPINION),
        ),
    ],
)
def test_opinion_is_read(value: object, opinion: Fill) -> None:
    result = with_cells(opinion=value)
    assert (result.rows[0].fill("opinion"), result.codes) == (opinion, [])


@pytest.mark.parametrize(
    ("value", "code"), [("よいと思う", "choice-unknown"), ("■継続\n■見直し", "choice-several")]
)
def test_invalid_opinion_is_an_error_and_stays_blank(value: str, code: str) -> None:
    result = with_cells(opinion=value)
    assert result.finding_places() == [(code, "I2", 1)]
    assert result.rows[0].fill("opinion") == Fill()


def test_comment_keeps_its_paragraphs() -> None:
    result = with_cells(opinion="保留", comment="次回に聞く。\n時期も示すこと。")
    assert result.rows[0].fill("opinion") == Fill(Status.DEFERRED)
    assert result.rows[0].fill("comment") == Fill(Status.WRITTEN, "次回に聞く。\n時期も示すこと。")


def test_status_words_may_have_columns() -> None:
    grid = laid_out(SEED[:1], Shape(header="two rows a choice"))
    grid.put(2, 13, "保留")
    grid.merged = [each if each[1] != 10 else (1, 10, 1, 13) for each in grid.merged]
    grid.put(3, 13, "○")
    result = outcome(as_workbook(grid))
    assert result.rows[0].fill("opinion") == Fill(Status.DEFERRED)


# ---- cells without a value


KEYS = (
    "no",
    "name",
    "progress",
    "letter",
    "reason",
    "proposal",
    "opinion",
)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("kind", ["unresolved", "errors"])
def test_unusable_cell_is_one_error_and_not_a_blank(key: str, kind: str) -> None:
    place = (2, HEADERS[key])
    grid = laid_out(SEED[:1], Shape())
    grid.cells.pop(place, None)
    unusable: Any = {place: "#REF!"} if kind == "errors" else frozenset({place})
    result = outcome(as_workbook(replace(as_sheet(grid), **{kind: unusable})))
    cell = "ABCDEFGHI"[place[1] - 1] + "2"
    code = "error-value" if kind == "errors" else "formula-unresolved"
    assert result.finding_places() == [(code, cell, None if key == "no" else 1)]


def test_every_value_has_its_cell() -> None:
    (row,) = outcome(as_workbook(laid_out(SEED[:1], Shape(top=3, left=2)))).rows
    assert row.source.row == 4
    assert row.source.cell("regional_merit").address == "F4"
    # In one cell with the letter.
    assert row.source.cell("label").address == "G4"
    assert row.source.cell("opinion").address == "J4"


def test_all_errors_are_found_in_one_pass() -> None:
    grid: Grid = seed_grid()
    grid.cells[2, 3] = 9
    grid.cells[3, 8] = "廃止"
    del grid.cells[4, 2]
    codes = outcome(as_workbook(grid)).codes
    assert codes == ["score-out-of-scale", "choice-unknown", "name-empty"]


def test_merged_agreement_applies_to_each_of_its_rows() -> None:
    grid = laid_out(SEED[:2], Shape())
    grid.put(2, HEADERS["opinion"], "案のとおり")
    grid.merge(2, HEADERS["opinion"], 3, HEADERS["opinion"])
    result = outcome(as_workbook(grid))
    assert result.codes == []
    assert [each["opinion"]["status"] for each in result.records] == ["chosen", "chosen"]


def test_dates_and_check_boxes_in_prose_are_read_as_shown() -> None:
    result = with_cells(comment=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    assert only_record(result)["comment"]["value"] == "2026/3/1"
    assert only_record(with_cells(comment=True))["comment"]["value"] == "TRUE"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (dt.date(2026, 3, 9), "2026/3/9"),
        (dt.time(9, 30), "09:30:00"),
        (0.5, "0.5"),
        (True, "TRUE"),
    ],
)
def test_text_converted_by_excel_is_reported(value: object, shown: str) -> None:
    result = with_cells(opinion="継続", comment=value)
    assert result.rows[0].fill("comment").value == shown
    assert result.codes == ["value-not-text"]


@pytest.mark.parametrize("value", [2026, "3/9", "5%"])
def test_text_shown_as_typed_is_not_reported(value: object) -> None:
    assert with_cells(opinion="継続", comment=value).codes == []


def test_letter_of_a_word_keeps_its_case() -> None:
    form = form_of('title = "一覧"\ncolumns = ["意見", { title = "記号", kind = "word" }]')
    grid = Grid()
    for number, row in enumerate([("意見", "記号"), ("ア", "x"), ("イ", "Ａ")], start=1):
        grid.put(number, 1, *row)
    assert [each["記号"] for each in outcome(as_workbook(grid), form=form).records] == ["x", "A"]


def test_total_label_in_a_number_column_is_not_a_number() -> None:
    columns = '[{ titles = ["番号", "額"], kind = "number" }, "名"]'
    form = form_of(f'title = "一覧"\ntotal = "合計"\ncolumns = {columns}')
    grid = Grid()
    for number, row in enumerate([("番号", "額", "名"), (1, 5, "ア"), ("合　計", 5)], start=1):
        grid.put(number, 1, *row)
    result = outcome(as_workbook(grid), form=form)
    assert result.total is not None
    assert (result.codes, set(result.total.values)) == ([], {"額"})
