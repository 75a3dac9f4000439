"""The whole cycle for forms with several columns to fill in: build, fill in, collect, build."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from support.books import fill, opened
from support.commands import shiryo
from support.filling import cell_in, click, edited, filled, row_of, set_text, without_controls
from support.forms import (
    FACILITIES,
    INSIDE,
    NEXT_YEAR,
    NEXT_YEAR_ROWS,
    PANEL,
    PLAIN,
    form_of,
    put_form,
    put_table,
)
from support.pdf import text
from support.records import answered, stated, written
from support.word import W, part, shown, table

from pipeline.model.fills import Fills
from pipeline.model.form import Form
from pipeline.model.values import Fill, Number, Status

MARKED = Fill(Status.WRITTEN, value=True)
FORM = form_of(PANEL, "hyoka")
ROWS: list[list[Any]] = [
    ["No", "施策", "自己評価", "理由", "方向性（案）"],
    [1, "緑化", "Ｂ", "順調である。", "維持"],
    [2, "防災訓練", "Ｃ", "参加者が少ない。", "縮小"],
    [3, "子ども食堂", "Ａ", "利用が増えた。", "拡大"],
]
OPINIONS: dict[int, Fills] = {
    1: {
        "verdict": answered("拡大"),
        "remark": written("場所を増やすこと。"),
        "grade": written("Ａ"),
        "visit": MARKED,
        "advice": written("地域と進めること。\n時期を示すこと。"),
    },
    2: {"verdict": answered(Status.DEFERRED), "grade": written("Ｃ")},
    3: {"advice": written("継続的な支援を望む。")},
}


def panel(folder: Path, rows: list[list[Any]] = ROWS) -> Path:
    """Write the form and its master into a working folder; returns the master."""
    if not (folder / "templates").exists():
        put_form(folder, PANEL, "hyoka")
    return put_table(folder / "inputs" / "評価.xlsx", rows)


def built(folder: Path, *arguments: str, status: int = 0) -> dict[str, Path]:
    """File name → path of the files of a build."""
    done = shiryo(folder, "build", "--json", *arguments)
    assert done.returncode == status, done.stderr
    files = json.loads(done.stdout)["files"]
    return {Path(each["path"]).name: folder / each["path"] for each in files}


def printed(folder: Path, name: str) -> bytes:
    """The Word file of the meeting edition."""
    return built(folder, "--edition", "meeting", "--format", "docx")[name].read_bytes()


def collected(folder: Path, name: str, content: bytes | None = None) -> dict[str, Any]:
    if content is not None:
        (folder / name).write_bytes(content)
    done = shiryo(folder, "collect", name, "--json")
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def tables(path: Path) -> list[list[str]]:
    """All rows of a Word file's tables."""
    return [
        [shown(cell) for cell in row.iter(W + "tc")]
        for row in part(path.read_bytes()).iter(W + "tr")
    ]


def codes(report: dict[str, Any]) -> list[str]:
    return [found["code"] for found in report["findings"]]


def kept(folder: Path, name: str, form: Form) -> dict[int | None, Fills]:
    """Row number → fills of a results workbook, without blank ones."""
    return {
        each.no: {key: fill for key, fill in each.fills.items() if not fill.is_blank}
        for each in opened(folder / "inputs" / name, form).opinions
    }


@pytest.mark.parametrize("resave", [lambda content: content, without_controls])
def test_choice_score_mark_and_texts_are_collected(tmp_path: Path, resave: Any) -> None:
    panel(tmp_path)
    content = resave(filled(printed(tmp_path, "資料３_会議用.docx"), OPINIONS, FORM))
    report = collected(tmp_path, "記入済.docx", content)
    assert codes(report) == []
    assert report["results"] == "inputs/評価_懇談会意見.xlsx"
    assert report["rows"][0]["fills"] == {
        "verdict": {"status": "chosen", "value": "拡大"},
        "remark": {"status": "written", "value": "場所を増やすこと。"},
        "grade": {"status": "written", "value": "Ａ"},
        "visit": {"status": "written", "value": True},
        "advice": {"status": "written", "value": "地域と進めること。\n時期を示すこと。"},
    }
    assert kept(tmp_path, "評価_懇談会意見.xlsx", FORM) == OPINIONS
    files = built(tmp_path, "--allow-blank")
    page = "\n".join(text(files["資料３_結果版.pdf"].read_bytes()))
    for word in ("場所を増やすこと。", "時期を示すこと。", "保留", "未入力"):
        assert word in page
    body = table(files["資料３_結果版.docx"].read_bytes())
    assert [row[6] for row in body[-3:]] == [["Ａ"], ["Ｃ"], ["未入力"]]
    # The results edition gives the same opinions when it is collected.
    again = collected(tmp_path, "結果版.docx", files["資料３_結果版.docx"].read_bytes())
    assert (again["rows"], codes(again)) == (report["rows"], [])


@pytest.mark.parametrize("resave", [lambda content: content, without_controls])
def test_boxes_inside_other_columns_are_collected(tmp_path: Path, resave: Any) -> None:
    form = form_of(INSIDE, "hyoka")
    put_form(tmp_path, INSIDE, "hyoka")
    rows: list[list[Any]] = [
        ["No", "事業", "方向性（案）", "理由", "担当課"],
        [1, "緑化", "維持", "順調である。", "公園課"],
        [2, "防災訓練", "縮小", "参加者が少ない。\n場所が遠い。", "防災課"],
    ]
    put_table(tmp_path / "inputs" / "評価.xlsx", rows)
    content = printed(tmp_path, "事業評価表_会議用.docx")
    assert table(content)[-2][2:] == [
        ["□ 拡大", "■ 維持", "□ 縮小", "□ 拡大", "□ 維持", "□ 縮小"],
        ["順調である。", "（公園課）", "□ 妥当", "□ 再検討"],
    ]
    opinions: dict[int, Fills] = {
        1: {"verdict": answered("拡大"), "remark": written("場所を増やすこと。")},
        2: {"verdict": answered("縮小"), "view": answered("再検討")},
    }
    report = collected(tmp_path, "記入済.docx", resave(filled(content, opinions, form)))
    assert codes(report) == []
    assert kept(tmp_path, "評価_懇談会意見.xlsx", form) == opinions
    results = built(tmp_path, "--allow-blank")["事業評価表_結果版.docx"].read_bytes()
    assert table(results)[-2][2:] == [
        ["□ 拡大", "■ 維持", "□ 縮小", "■ 拡大", "□ 維持", "□ 縮小", "場所を増やすこと。"],
        ["順調である。", "（公園課）", "□ 妥当", "□ 再検討", "未入力"],
    ]
    again = collected(tmp_path, "結果版.docx", results)
    assert (again["rows"], codes(again)) == (report["rows"], [])


def test_edited_text_above_boxes_is_reported_without_the_boxes(tmp_path: Path) -> None:
    form = form_of(INSIDE, "hyoka")
    put_form(tmp_path, INSIDE, "hyoka")
    put_table(
        tmp_path / "inputs" / "評価.xlsx",
        [["No", "事業", "方向性（案）", "理由", "担当課"], [1, "緑化", "維持", "順調。", "公園課"]],
    )

    def edit(tree: Any) -> None:
        click(tree, 1, 1, "view")
        next(cell_in(tree, 1, "ground", form).iter(W + "t")).text = "遅れている。"

    content = edited(printed(tmp_path, "事業評価表_会議用.docx"), edit)
    report = collected(tmp_path, "記入済.docx", content)
    assert report["rows"][0]["fills"]["view"] == {"status": "chosen", "value": "妥当"}
    (change,) = (found for found in report["findings"] if found["code"] == "handout-changed")
    assert "順調。" in change["message"]
    assert "□" not in change["message"]


def test_office_form_with_own_choices_and_words_is_collected(
    tmp_path: Path,
) -> None:
    form = form_of(FACILITIES, "shisetsu")
    put_form(tmp_path, FACILITIES, "shisetsu")
    rows: list[list[Any]] = [
        ["番号", "施設名", "担当課", "係", "指定管理者", "サービス", "維持管理", "収支", "総合"],
        [1, "市民会館", "文化課", "管理係", "㈱まち", "○", "◯", "△", "良好"],
        [2, "体育館", "体育課", "施設係", "㈱まち", "○", "△", "×", "要改善"],
    ]
    put_table(tmp_path / "inputs" / "評価.xlsx", rows)
    opinions: dict[int, Fills] = {
        1: {
            "verdict": answered("優良"),
            "grade": Fill(Status.WRITTEN, 4),
            "visit": MARKED,
            "guests": Fill(Status.WRITTEN, Number(1284.0, "1,284")),
            "open": answered("公表"),
            "advice": written("報告を求める。"),
        },
        2: {"verdict": answered("要改善")},
    }
    content = printed(tmp_path, "資料２－１_委員会用.docx")
    assert table(content)[-2][1] == ["市民会館", "（文化課）", "〔管理係〕"]
    report = collected(tmp_path, "記入済.docx", filled(content, opinions, form))
    assert codes(report) == []
    assert report["rows"][0]["name"] == "市民会館"
    assert report["rows"][0]["fills"]["guests"] == {"status": "written", "value": 1284}
    results = built(tmp_path, "--allow-blank")["資料２－１_公表版.docx"].read_bytes()
    head, *_, first, second = table(results)
    assert head[-1] == ["選定委員会", "※ 令和８年３月９日（月）の意見"]
    assert first[-5:] == [["4"], ["○"], ["1,284"], ["公表"], ["報告を求める。"]]
    assert second[-5:] == [["記入なし"], [""], ["記入なし"], ["記入なし"], ["記入なし"]]
    again = collected(tmp_path, "公表版.docx", results)
    assert (again["rows"], codes(again)) == (report["rows"], [])


GRADED = """
number = "資料４"
title = "評価表"
columns = [
  { key = "no", title = "No", kind = "no" },
  { key = "name", title = "施策", kind = "name" },
  { key = "grade", title = "評価", kind = "score", scale = [1, 5], fill = "meeting" },
  { key = "why", title = "評価の理由", inside = "grade", fill = "meeting" },
]
"""


def test_remark_below_a_score_is_collected(tmp_path: Path) -> None:
    form = form_of(GRADED, "hyoka")
    put_form(tmp_path, GRADED, "hyoka")
    rows: list[list[Any]] = [["No", "施策"], [1, "緑化"], [2, "防災訓練"], [3, "朝市"]]
    put_table(tmp_path / "inputs" / "評価.xlsx", rows)
    opinions: dict[int, Fills] = {
        1: {"grade": Fill(Status.WRITTEN, 4), "why": written("参加者が増えた。")},
        2: {"grade": Fill(Status.WRITTEN, 2)},
    }
    report = collected(
        tmp_path, "記入済.docx", filled(printed(tmp_path, "資料４_会議用.docx"), opinions, form)
    )
    assert codes(report) == []
    assert kept(tmp_path, "評価_懇談会意見.xlsx", form) == {**opinions, 3: {}}
    results = built(tmp_path)["資料４_結果版.docx"].read_bytes()
    assert [row[2] for row in table(results)[-3:]] == [["4", "参加者が増えた。"], ["2"], ["未入力"]]
    assert collected(tmp_path, "結果版.docx", results)["rows"] == report["rows"]


@pytest.mark.parametrize("typed", ["4\n5に訂正", "4\n○", "参加者が増えた。", "4\n未入力"])
def test_ambiguous_text_below_a_score_is_asked(tmp_path: Path, typed: str) -> None:
    form = form_of(GRADED, "hyoka")
    put_form(tmp_path, GRADED, "hyoka")
    put_table(tmp_path / "inputs" / "評価.xlsx", [["No", "施策"], [1, "緑化"]])

    def write(tree: Any) -> None:
        set_text(cell_in(tree, 1, "grade", form), typed)

    content = edited(printed(tmp_path, "資料４_会議用.docx"), write)
    report = collected(tmp_path, "記入済.docx", content)
    assert report["rows"][0]["fills"]["grade"]["status"] == "blank"
    assert "opinion-asked" in codes(report)


def test_blank_mark_prints_nothing_in_the_results(tmp_path: Path) -> None:
    panel(tmp_path)
    content = filled(printed(tmp_path, "資料３_会議用.docx"), OPINIONS, FORM)
    report = collected(tmp_path, "記入済.docx", content)
    assert report["rows"][1]["fills"]["visit"] == {"status": "blank", "value": None}
    body = table(built(tmp_path, "--allow-blank")["資料３_結果版.docx"].read_bytes())
    assert [row[7] for row in body[-3:]] == [["○"], [""], [""]]


def test_entry_workbook_and_word_file_are_combined(tmp_path: Path) -> None:
    panel(tmp_path)
    assert shiryo(tmp_path, "entry").returncode == 0
    fill(
        tmp_path / "output" / "当日入力.xlsx",
        {1: {"verdict": "案のとおり"}, 2: {"grade": "B"}, 3: {"visit": "○"}},
        FORM,
    )
    report = collected(tmp_path, "output/当日入力.xlsx")
    assert report["rows"][0]["fills"]["verdict"] == {"status": "chosen", "value": "維持"}
    more: dict[int, Fills] = {1: {"advice": written("甲。")}, 2: {"verdict": answered("縮小")}}
    content = filled(printed(tmp_path, "資料３_会議用.docx"), more, FORM)
    assert "results-kept-beside" not in codes(collected(tmp_path, "記入済.docx", content))
    assert kept(tmp_path, "評価_懇談会意見.xlsx", FORM) == {
        1: {"verdict": answered("維持"), "advice": written("甲。")},
        2: {"verdict": answered("縮小"), "grade": written("Ｂ")},
        3: {"visit": MARKED},
    }


def test_invalid_value_is_asked_with_its_column(
    tmp_path: Path,
) -> None:
    panel(tmp_path)

    def write_invalid(tree: Any) -> None:
        set_text(cell_in(tree, 1, "grade", FORM), "Ｄ")
        set_text(cell_in(tree, 2, "visit", FORM), "×")

    valid: dict[int, Fills] = {1: {"verdict": answered("拡大")}, 3: {"grade": written("Ｂ")}}
    content = edited(filled(printed(tmp_path, "資料３_会議用.docx"), valid, FORM), write_invalid)
    report = collected(tmp_path, "記入済.docx", content)
    assert [(f["code"], f["project"]) for f in report["findings"]] == [
        ("opinion-asked", 1),
        ("opinion-asked", 2),
    ]
    assert "委員会の評価：Ｄ" in report["rows"][0]["asked"]
    assert kept(tmp_path, "評価_懇談会意見.xlsx", FORM) == {1: {}, 2: {}, 3: valid[3]}


def test_later_changes_are_reported_for_each_row_and_column(
    tmp_path: Path,
) -> None:
    panel(tmp_path)
    content = filled(printed(tmp_path, "資料３_会議用.docx"), OPINIONS, FORM)
    collected(tmp_path, "記入済.docx", content)
    changed = [list(row) for row in ROWS]
    changed[1][2], changed[1][4], changed[3][3] = "Ａ", "拡大", "利用が減った。"
    panel(tmp_path, changed)
    done = shiryo(tmp_path, "records", "--json")
    report = json.loads(done.stdout)
    found = [f for f in report["findings"] if f["code"] in ("proposal-changed", "reason-changed")]
    assert [(f["code"], f["project"]) for f in found] == [
        ("proposal-changed", 1),
        ("proposal-changed", 1),
        ("reason-changed", 3),
    ]
    assert [f["value"] for f in found] == ["Ｂ", "維持", "利用が増えた。"]
    assert report["rows"][0]["values"]["verdict"] == {"status": "chosen", "value": "拡大"}
    # The summary compares with the proposal at the meeting, and marks proposals changed later.
    files = built(tmp_path, "--edition", "results", "--allow-blank", "--format", "docx")
    summary = "\n".join(cell for row in tables(files["資料３_会議結果概要.docx"]) for cell in row)
    assert "会議で示した事務局案は「維持」、いまの事務局案は「拡大」です。" in summary


# ---- rows without numbers and names


def test_rows_without_numbers_are_matched_by_position_and_text(tmp_path: Path) -> None:
    put_form(tmp_path, PLAIN, "kotae")
    form = form_of(PLAIN, "kotae")
    rows = [["意見", "市の考え方"], ["道路の補修", "検討。"], ["公園の新設", "難しい。"]]
    put_table(tmp_path / "inputs" / "意見.xlsx", [*rows, ["道路の補修", "検討。"]])
    both: dict[int, Fills] = {
        1: {"委員会の評価": answered("妥当")},
        3: {"委員会の評価": answered("再検討"), "補足": written("理由を書くこと。")},
    }
    meeting = printed(tmp_path, "意見への回答_会議用.docx")
    report = collected(tmp_path, "記入済.docx", filled(meeting, both, form))
    assert codes(report) == []
    assert [(row["no"], row["name"]) for row in report["rows"]] == [
        (None, "道路の補修"),
        (None, "公園の新設"),
        (None, "道路の補修"),
    ]
    assert kept(tmp_path, "意見_懇談会意見.xlsx", form) == {**both, 2: {}}
    built(tmp_path, "--edition", "results", "--allow-blank")

    def swap(tree: Any) -> None:
        first, second = (row_of(tree, no, "委員会の評価") for no in (1, 2))
        second.addnext(first)

    swapped = collected(tmp_path, "入替.docx", edited(filled(meeting, both, form), swap))
    assert ["asked" in row for row in swapped["rows"]] == [True, True, False]


# ---- next year's 資料１


def test_form_with_groups_and_more_columns_is_collected(tmp_path: Path) -> None:
    put_form(tmp_path, NEXT_YEAR, "shiryo1_r8")
    put_table(tmp_path / "inputs" / "台帳.xlsx", NEXT_YEAR_ROWS)
    form = form_of(NEXT_YEAR, "shiryo1_r8")
    answers = {
        1: stated("継続"),
        2: stated("見直し", "利用者に聞くこと。"),
        3: stated(Status.NO_OPINION),
    }
    files = built(tmp_path, "--edition", "meeting", "--format", "docx", "--form", "shiryo1_r8")
    (path,) = files.values()
    content = filled(path.read_bytes(), answers, form)
    (tmp_path / "記入済.docx").write_bytes(content)
    arguments = ("collect", "記入済.docx", "--json", "--form", "shiryo1_r8")
    done = shiryo(tmp_path, *arguments)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert codes(report) == []
    assert kept(tmp_path, "台帳_懇談会意見.xlsx", form) == {
        no: {key: fill for key, fill in each.items() if not fill.is_blank}
        for no, each in answers.items()
    }
    results = built(tmp_path, "--edition", "results", "--form", "shiryo1_r8")
    page = "\n".join(text(results["資料１_結果版.pdf"].read_bytes()))
    assert "利用者に聞くこと。" in page

    # If the heading row of a group is changed, the adjacent rows are asked.
    def rewrite(tree: Any) -> None:
        (heading,) = (
            row for row in tree.iter(W + "tr") if "".join(row.itertext()).strip() == "結びつき"
        )
        set_text(next(heading.iter(W + "tc")), "見直し")

    (tmp_path / "記入済.docx").write_bytes(edited(content, rewrite))
    report = json.loads(shiryo(tmp_path, *arguments).stdout)
    assert ["asked" in row for row in report["rows"]] == [False, True, True]


def test_merged_cells_cause_no_finding(tmp_path: Path) -> None:
    put_form(tmp_path, PANEL.replace('"ground",', '"ground", merge = true,'), "hyoka")
    rows: list[list[Any]] = [
        ROWS[0],
        *([no, f"施策{no}", "Ｂ", "共通の理由。", "維持"] for no in (1, 2, 3)),
    ]
    put_table(tmp_path / "inputs" / "評価.xlsx", rows)
    content = filled(printed(tmp_path, "資料３_会議用.docx"), OPINIONS, FORM)
    report = collected(tmp_path, "記入済.docx", content)
    assert codes(report) == []
    assert kept(tmp_path, "評価_懇談会意見.xlsx", FORM) == OPINIONS
    book = openpyxl.load_workbook(tmp_path / "inputs" / "評価_懇談会意見.xlsx")
    sheet = book.worksheets[0]
    titles = {cell.value: cell.column for cell in sheet[4]}
    reasons = [sheet.cell(row, titles["会議で示した理由"] or 0).value for row in (5, 6, 7)]
    assert reasons == ["共通の理由。"] * 3
