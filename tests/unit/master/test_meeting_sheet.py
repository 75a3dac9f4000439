from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from support.reading import as_sheet, as_workbook
from support.records import seed_form
from support.shapes import Grid

from pipeline.master.meeting_sheet import read_judgement_table, read_meeting
from pipeline.master.read import read
from pipeline.model.form import JudgementCell
from pipeline.model.grid import Sheet, Workbook


def lines(*rows: tuple[object, ...], left: int = 1, name: str = "会議情報") -> Sheet:
    grid = Grid()
    for number, row in enumerate(rows, start=2):
        grid.put(number, left, *row)
    return as_sheet(grid, name)


def meeting_of(*rows: tuple[object, ...]) -> tuple[object, list[str]]:
    """The date in these lines, and the codes of the findings."""
    meeting, findings = read_meeting(as_workbook(lines(*rows)), seed_form())
    return meeting.date, [found.code for found in findings]


def test_form_has_the_defaults_if_the_sheet_is_missing() -> None:
    meeting, findings = read_meeting(as_workbook(), seed_form())
    assert (meeting.number, meeting.members_label) == ("資料１", "２市１町")
    assert meeting.title == "次期共生ビジョンにおける既存連携事業の方針（案）一覧"
    assert (meeting.date, meeting.council, meeting.session, findings) == (None, None, None, ())


def test_date_is_printed_as_the_office_wrote_it() -> None:
    written = "令和８年11月27日（金）午後２時～４時"
    meeting, _ = read_meeting(as_workbook(lines(("開催日", written))), seed_form())
    assert meeting.date == dt.date(2026, 11, 27)
    assert meeting.facts == (written,)
    assert meeting.filled("※ {date}の意見") == f"※ {written}の意見"


def test_date_in_the_form_is_a_default_value() -> None:
    form = replace(seed_form(), meeting={"date": "2026/3/9"})
    meeting, _ = read_meeting(as_workbook(), form)
    assert (meeting.date, meeting.facts) == (dt.date(2026, 3, 9), ("令和８年３月９日",))
    wrong = replace(seed_form(), meeting={"date": "三月"})
    _, (found,) = read_meeting(as_workbook(), wrong)
    assert (found.code, found.sheet, found.value) == (
        "date-unreadable",
        "form.toml [meeting]",
        "三月",
    )


@pytest.mark.parametrize("left", [1, 3])
def test_meeting_is_read_from_the_sheet(left: int) -> None:
    sheet = lines(
        ("資料番号：", "資料２"),
        ("表 題", "方針一覧"),
        ("会議の名称", "共生ビジョン懇談会"),
        ("開催回", 2),
        ("開催日", "令和８年３月９日（月）"),
        ("会場", "市役所 大会議室"),
        ("構成市町", "３市"),
        ("事務局名", "企画政策課"),
        ("メモ", "これは読まない"),
        left=left,
    )
    meeting, findings = read_meeting(as_workbook(sheet), seed_form())
    assert (meeting.number, meeting.title) == ("資料２", "方針一覧")
    assert (meeting.council, meeting.session) == ("共生ビジョン懇談会", "第２回")
    assert (meeting.date, meeting.place) == (dt.date(2026, 3, 9), "市役所 大会議室")
    assert (meeting.members_label, meeting.secretariat) == ("３市", "企画政策課")
    assert [(found.code, found.value) for found in findings] == [("meeting-line-unused", "メモ")]


def test_empty_value_keeps_the_default_of_the_form() -> None:
    meeting, findings = read_meeting(
        as_workbook(lines(("表題", None), ("構成市町", " "))), seed_form()
    )
    assert meeting.members_label == "２市１町"
    assert meeting.title.startswith("次期共生ビジョン")
    assert findings == ()


def test_date_cell_with_japanese_format_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "会議情報"
    sheet.append(["開催日", dt.date(2026, 3, 9)])
    sheet["B1"].number_format = '[$-411]ggge"年"m"月"d"日"'
    book.save(tmp_path / "a.xlsx")
    meeting, findings = read_meeting(read(tmp_path / "a.xlsx"), seed_form())
    assert (meeting.date, findings) == (dt.date(2026, 3, 9), ())


@pytest.mark.parametrize("value", ["未定", 46090, "2026/13/1", "3月9日", "平成40年1月1日"])
def test_invalid_date_is_an_error(value: object) -> None:
    assert meeting_of(("開催日", value)) == (None, ["date-unreadable"])


def test_duplicate_line_is_reported_and_the_upper_one_is_used() -> None:
    result = meeting_of(("開催日", "2026/3/9"), ("日付", "2026/3/10"))
    assert result == (dt.date(2026, 3, 9), ["meeting-line-twice"])


def test_cells_without_a_usable_value_are_errors() -> None:
    sheet = lines(("開催日", None), ("場所", None))
    unusable = replace(sheet, unresolved=frozenset({(2, 2)}), errors={(3, 2): "#N/A"})
    _, findings = read_meeting(as_workbook(unusable), seed_form())
    assert [(f.code, f.cell) for f in findings] == [
        ("formula-unresolved", "B2"),
        ("error-value", "B3"),
    ]


def test_control_characters_are_reported() -> None:
    meeting, findings = read_meeting(as_workbook(lines(("場所", "会\x07場"))), seed_form())
    assert meeting.place == "会場"
    assert [found.code for found in findings] == ["control-characters"]


# ---- 判定表


def judgement_book(*rows: tuple[object, ...]) -> Workbook:
    header = ("⑤実現可能性", "広域メリット", "判定", "判定区分", "根拠")
    return as_workbook(lines(header, *rows, name="判定表"))


def test_missing_sheet_gives_no_judgement_table() -> None:
    assert read_judgement_table(as_workbook(), seed_form()) == (None, ())


def test_office_table_is_read_with_attested_cells() -> None:
    table, findings = read_judgement_table(
        judgement_book((4, "４", "Ａ", "継続", "確認済"), (4, 3, "C", None, "推定")), seed_form()
    )
    assert table is not None
    assert table.cells == (
        JudgementCell(row=4, column=4, letter="A", label="継続", attested=True),
        JudgementCell(row=4, column=3, letter="C", label=None, attested=False),
    )
    assert (table.rows, table.columns, findings) == ("feasibility", "regional_merit", ())


def test_table_without_grounds_is_attested() -> None:
    book = as_workbook(lines(("⑤実現可能性", "⑥広域メリット", "判定"), (1, 1, "P"), name="判定表"))
    table, _ = read_judgement_table(book, seed_form())
    assert table is not None
    assert [(cell.letter, cell.attested) for cell in table.cells] == [("P", True)]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((4, None, "A"), [("judgement-row-incomplete", "B3")]),
        (("四", 4, "A"), [("judgement-row-unreadable", "A3")]),
        ((4, 4, None), [("judgement-row-incomplete", "C3")]),
        (
            ("四", None, "A"),
            [("judgement-row-unreadable", "A3"), ("judgement-row-incomplete", "B3")],
        ),
    ],
)
def test_incomplete_row_is_an_error_at_each_cell(
    row: tuple[object, ...], expected: list[tuple[str, str]]
) -> None:
    _, findings = read_judgement_table(judgement_book(row), seed_form())
    assert [(f.code, f.cell) for f in findings] == expected


def test_duplicate_pair_of_scores_is_an_error() -> None:
    _, findings = read_judgement_table(judgement_book((4, 4, "A"), (4, 4, "B")), seed_form())
    assert [(f.code, f.cell) for f in findings] == [("judgement-row-twice", "A4")]


def test_sheet_without_header_is_an_error() -> None:
    book = as_workbook(lines(("あ", "い"), (1, 2), name="判定表"))
    table, findings = read_judgement_table(book, seed_form())
    assert table is None
    assert [found.code for found in findings] == ["judgement-table-unreadable"]


def test_date_as_a_place_is_read_as_shown() -> None:
    sheet = lines(("場所", dt.datetime(2026, 3, 1, tzinfo=dt.UTC)), ("開催日", "8年3月9日"))
    meeting, findings = read_meeting(as_workbook(sheet), seed_form())
    assert meeting.place == "2026/3/1"
    assert [each.code for each in findings] == ["date-unreadable"]


def test_wrong_weekday_is_reported_with_the_right_one() -> None:
    sheet = lines(("開催日", "令和８年３月９日（火）午後２時"))
    meeting, (found,) = read_meeting(as_workbook(sheet), seed_form())
    assert meeting.date == dt.date(2026, 3, 9)
    assert (found.code, found.cell, found.blocks) == ("weekday-differs", "B2", False)
    assert "令和８年３月９日は月曜日です" in found.message


def test_unused_line_is_reported_with_the_nearest_title() -> None:
    sheet = lines(("項目", "内容"), ("開催場所等", "市役所"), ("備考", "x"), ("空", None))
    _, findings = read_meeting(as_workbook(sheet), seed_form())
    assert [(f.code, f.cell, f.value) for f in findings] == [
        ("meeting-line-unused", "B3", "開催場所等"),
        ("meeting-line-unused", "B4", "備考"),
    ]
    assert "もしかして「開催場所」ですか" in findings[0].message
