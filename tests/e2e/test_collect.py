"""From filled-in handout or entry workbook to the results edition: collect and build."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from support import word
from support.books import fill, opened
from support.commands import published, shiryo
from support.filling import (
    cells,
    click,
    edited,
    filled,
    mark,
    row_of,
    set_text,
    type_below,
    without_controls,
)
from support.forms import council
from support.masters import HEADERS, row, seed_rows, write_master
from support.pdf import text
from support.records import handout as made
from support.records import seed_form, stated

from pipeline.base.paths import ABOUT_SHEET
from pipeline.commands.reading import read_master
from pipeline.model.fills import Fills
from pipeline.model.request import Source
from pipeline.model.values import Status
from pipeline.render.docx import render_docx

BOOK = "台帳_懇談会意見.xlsx"
OPINIONS = {
    1: stated("継続"),
    2: stated("見直し", "時期を示すこと。\n次回に報告すること。"),
    3: stated(Status.DEFERRED, "次回に改めて聞く。"),
}


def folder_with(folder: Path, *rows: dict[str, Any], **meeting: Any) -> Path:
    """A working folder with one master; returns the master."""
    return write_master(
        folder / "inputs" / "台帳.xlsx", rows or (row(1), row(2), row(3)), meeting=meeting or None
    )


def handout(folder: Path) -> bytes:
    """The meeting edition as ``build`` makes it, rendered in this process to save time."""
    intake = read_master(Source(folder / "inputs", form_name="shiryo1"))
    return render_docx(made(intake.records), intake.form).content


def put(folder: Path, content: bytes, name: str = "記入済.docx") -> str:
    (folder / name).write_bytes(content)
    return name


def ticked(folder: Path, fills: Mapping[int, Fills] | None = None) -> str:
    return put(folder, filled(handout(folder), OPINIONS if fills is None else fills, seed_form()))


def collected(folder: Path, *arguments: str, status: int = 0) -> dict[str, Any]:
    done = shiryo(folder, "collect", *arguments, "--json")
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def codes(report: dict[str, Any]) -> list[str]:
    return [found["code"] for found in report["findings"]]


def kept(folder: Path, name: str = BOOK) -> dict[int | None, Fills]:
    """Row number → fills of a results workbook."""
    book = opened(folder / "inputs" / name)
    return {each.no: each.fills for each in book.opinions}


def answers(report: dict[str, Any], key: str = "opinion") -> list[Any]:
    """The fills of one column, row by row: the value, or the status if there is none."""
    fills = [(each.get("fills") or each["values"])[key] for each in report["rows"]]
    return [fill["status"] if fill["value"] is None else fill["value"] for fill in fills]


def books(folder: Path) -> list[str]:
    """The workbooks with the council's column in their names, without the hidden lock file."""
    return sorted(path.name for path in (folder / "inputs").glob("[!.]*意見*"))


def confirm(folder: Path, no: int, words: str | None) -> None:
    """Choose an opinion in the results workbook and write 確認済 into the column 確認."""
    path = folder / "inputs" / BOOK
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column or 0 for cell in sheet[4]}
    for row_cells in sheet.iter_rows(min_row=5):
        if row_cells[0].value == no:
            sheet.cell(row_cells[0].row, columns["懇談会意見"]).value = words
            sheet.cell(row_cells[0].row, columns["確認"]).value = "確認済"
    book.save(path)


def records_of(folder: Path, *arguments: str, status: int = 0) -> dict[str, Any]:
    done = shiryo(folder, "records", "--json", *arguments)
    assert done.returncode == status, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


# ---- from the handout to the results


def test_ticked_handout_becomes_the_results_edition(
    tmp_path: Path,
) -> None:
    master = folder_with(tmp_path)
    before = (master.read_bytes(), master.stat().st_mtime_ns)
    report = collected(tmp_path, ticked(tmp_path))
    assert (report["results"], codes(report)) == (f"inputs/{BOOK}", [])
    assert report["rows"][0] == {
        "no": 1,
        "name": "事業1",
        "fills": {
            "opinion": {"status": "chosen", "value": "継続"},
            "comment": {"status": "blank", "value": None},
        },
    }
    assert set(report) == {"file", "workbook", "results", "rows", "findings"}
    assert answers(report) == ["継続", "見直し", "deferred"]
    assert kept(tmp_path) == OPINIONS
    done = shiryo(tmp_path, "build", "--json")
    assert done.returncode == 0, done.stderr
    files = {Path(f["path"]).name: tmp_path / f["path"] for f in json.loads(done.stdout)["files"]}
    (page,) = text(files["資料１_結果版.pdf"].read_bytes())
    assert "時期を示すこと。" in page
    assert "保留" in page
    manifest = json.loads((published(tmp_path)[-1] / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["results"]["name"] == BOOK
    assert len(manifest["results"]["sha256"]) == 64
    assert (master.read_bytes(), master.stat().st_mtime_ns) == before
    results = put(tmp_path, files["資料１_結果版.docx"].read_bytes(), "結果版.docx")
    again = collected(tmp_path, results)
    assert (again["rows"], codes(again), books(tmp_path)) == (report["rows"], [], [BOOK])


def test_manifest_without_opinions_has_no_results_workbook(tmp_path: Path) -> None:
    folder_with(tmp_path)
    assert shiryo(tmp_path, "build", "--format", "docx").returncode == 0
    manifest = json.loads((published(tmp_path)[-1] / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["results"] is None


def test_entry_workbook_is_filled_in_and_collected(tmp_path: Path) -> None:
    folder_with(tmp_path)
    done = shiryo(tmp_path, "entry", "--json")
    assert done.returncode == 0, done.stderr
    path = json.loads(done.stdout)["entry"]
    assert path == "output/当日入力.xlsx"
    assert "shiryo collect output/当日入力.xlsx" in done.stderr
    fill(tmp_path / path, {1: ("案のとおり", None), 3: ("意見が分かれた", "両論あり。")})
    report = collected(tmp_path, path)
    assert answers(report) == ["継続", "blank", "divided"]
    assert kept(tmp_path)[3] == stated(Status.DIVIDED, "両論あり。")


def test_entry_workbook_is_never_replaced(tmp_path: Path) -> None:
    folder_with(tmp_path)
    for _ in range(2):
        assert shiryo(tmp_path, "entry", "--output", "当日").returncode == 0
    names = sorted(path.name for path in (tmp_path / "当日").iterdir())
    assert names == ["当日入力-2.xlsx", "当日入力.xlsx"]


def test_entry_workbook_in_inputs_is_no_master(tmp_path: Path) -> None:
    folder_with(tmp_path)
    assert shiryo(tmp_path, "entry", "--output", "inputs").returncode == 0
    os.utime(tmp_path / "inputs" / "台帳.xlsx", (1, 1))
    assert len(records_of(tmp_path)["rows"]) == 3
    done = shiryo(tmp_path, "build", "inputs/当日入力.xlsx")
    assert done.returncode == 3
    assert "shiryo collect" in done.stderr


def test_error_in_the_master_stops_entry_and_collect(tmp_path: Path) -> None:
    folder_with(tmp_path)
    name = ticked(tmp_path)
    folder_with(tmp_path, row(1, progress=9), row(2), row(3))
    assert shiryo(tmp_path, "entry").returncode == 1
    report = collected(tmp_path, name, status=1)
    assert (codes(report), books(tmp_path)) == (["score-out-of-scale"], [])


def test_handout_of_the_seed_is_collected_completely(tmp_path: Path) -> None:
    folder_with(tmp_path, *seed_rows())
    labels = seed_form().column("opinion").choices
    fills = {no: stated(labels[no % 3]) for no in range(1, 19)}
    collected(tmp_path, ticked(tmp_path, fills))
    assert kept(tmp_path) == fills


def test_handout_with_other_edits_is_collected(tmp_path: Path) -> None:
    folder_with(tmp_path)

    def edit(tree: Any) -> None:
        click(tree, 1, 1)
        found = list(cells(tree, 1))
        set_text(found[1], "事業 1")
        set_text(found[-3], "説明の文章を直した。")

    report = collected(tmp_path, put(tmp_path, edited(handout(tmp_path), edit)))
    assert (answers(report)[0], codes(report)) == ("継続", ["handout-changed"])
    assert report["edits"] == [
        {
            "no": 1,
            "kind": "書き換え",
            "place": "事務局案（説明）",
            "printed": "取組を続ける。",
            "seen": "説明の文章を直した。",
            "where": "表の3行目",
        }
    ]


def test_handout_without_controls_is_collected(tmp_path: Path) -> None:
    folder_with(tmp_path)
    content = without_controls(filled(handout(tmp_path), OPINIONS, seed_form()))
    assert codes(collected(tmp_path, put(tmp_path, content))) == []
    assert kept(tmp_path) == OPINIONS


def test_handout_saved_by_libreoffice_is_collected(tmp_path: Path) -> None:
    folder_with(tmp_path)
    (tmp_path / "変換").mkdir()
    content = filled(handout(tmp_path), OPINIONS, seed_form())
    again = word.converted({"記入済": content}, "docx", tmp_path / "変換")["記入済"]
    collected(tmp_path, put(tmp_path, again))
    assert kept(tmp_path) == OPINIONS


def test_office_form_with_five_choices_is_collected(tmp_path: Path) -> None:
    council(tmp_path)
    form = ("--form", "machi")
    done = shiryo(tmp_path, "build", "--edition", "meeting", "--json", *form)
    path = tmp_path / json.loads(done.stdout)["files"][0]["path"]

    def tick(tree: Any) -> None:
        click(tree, 1, 3)
        click(tree, 2, 5)

    report = collected(tmp_path, put(tmp_path, edited(path.read_bytes(), tick)), *form)
    assert answers(report) == ["改善", "終了"]
    assert report["results"] == "inputs/評価_懇談会意見.xlsx"
    assert shiryo(tmp_path, "build", "--edition", "results", *form).returncode == 0
    done = shiryo(tmp_path, "entry", "--json", *form)
    book = openpyxl.load_workbook(tmp_path / json.loads(done.stdout)["entry"])
    offered = [cell.value for cell in book[ABOUT_SHEET]["B"]]
    assert {"拡充", "現状維持", "改善", "縮小", "終了", "意見なし"} <= set(offered)


# ---- marks and words in the handout


def test_typed_mark_is_accepted_and_contradiction_is_asked(tmp_path: Path) -> None:
    folder_with(tmp_path)

    def edit(tree: Any) -> None:
        mark(tree, 1, 2, "☑")
        click(tree, 2, 1)
        mark(tree, 2, 1, "□")
        type_below(tree, 3, "意見なし")

    report = collected(tmp_path, put(tmp_path, edited(handout(tmp_path), edit)))
    assert answers(report) == ["一部見直しのうえ継続", "blank", "no_opinion"]
    assert [(f["code"], f["project"]) for f in report["findings"]] == [("opinion-asked", 2)]
    assert "チェックボックスの状態" in report["rows"][1]["asked"]


def test_two_ticked_boxes_are_confirmed_in_the_workbook(
    tmp_path: Path,
) -> None:
    folder_with(tmp_path)

    def edit(tree: Any) -> None:
        click(tree, 1, 1)
        click(tree, 2, 1)
        click(tree, 2, 3)

    report = collected(tmp_path, put(tmp_path, edited(handout(tmp_path), edit)))
    (found,) = report["findings"]
    assert (found["code"], found["project"], found["cell"]) == ("opinion-asked", 2, "表の4行目")
    assert "継続、見直し" in found["message"]
    shown = records_of(tmp_path)
    assert answers(shown) == ["継続", "blank", "blank"]
    assert "opinion-unsettled" in codes(shown)
    confirm(tmp_path, 2, "見直し")
    shown = records_of(tmp_path)
    assert answers(shown) == ["継続", "見直し", "blank"]
    # Collecting the same file again keeps the confirmed opinion.
    collected(tmp_path, "記入済.docx")
    assert answers(records_of(tmp_path))[1] == "見直し"


def test_changed_rows_are_reported_with_both_texts(tmp_path: Path) -> None:
    folder_with(tmp_path, *(row(no) for no in range(1, 8)))

    def edit(tree: Any) -> None:
        click(tree, 1, 1)
        set_text(list(cells(tree, 2))[1], "事業２号")
        removed = row_of(tree, 5)
        removed.getparent().remove(removed)

    content = edited(handout(tmp_path), edit)
    report = collected(tmp_path, put(tmp_path, content))
    assert codes(report) == ["opinion-asked", "row-removed", "handout-added"]
    assert report["findings"][1]["project"] == 5
    assert "事業２号" in report["findings"][0]["message"]

    def add(tree: Any) -> None:
        set_text(next(cells(tree, 3)), "9")

    added = collected(tmp_path, put(tmp_path, edited(content, add)))
    unconfirmed = [each["no"] for each in added["rows"] if "asked" in each]
    assert unconfirmed == [2, 3]


def test_blank_handout_writes_nothing(tmp_path: Path) -> None:
    folder_with(tmp_path)
    report = collected(tmp_path, put(tmp_path, handout(tmp_path)))
    assert (codes(report), report["results"], books(tmp_path)) == (["nothing-filled-in"], None, [])


# ---- files of another meeting


def test_handout_of_another_years_meeting_is_refused(
    tmp_path: Path,
) -> None:
    folder_with(tmp_path, 会議名="共生ビジョン懇談会", 回="第２回", 開催日="2025-11-27")
    name = ticked(tmp_path)
    folder_with(tmp_path, 会議名="共生ビジョン懇談会", 回="第２回", 開催日="2026-11-27")
    report = collected(tmp_path, name, status=1)
    assert (codes(report), books(tmp_path)) == (["file-of-another-meeting"], [])
    assert "令和７年11月27日" in report["findings"][0]["message"]
    assert "令和８年11月27日" in report["findings"][0]["message"]


def test_date_missing_in_the_handout_needs_confirmation(tmp_path: Path) -> None:
    folder_with(tmp_path, 回="第２回")
    name = ticked(tmp_path)
    folder_with(tmp_path, 回="第２回", 開催日="2026-11-27")
    assert codes(collected(tmp_path, name, status=1)) == ["meeting-one-sided"]
    report = collected(tmp_path, name, "--same-meeting")
    assert (codes(report), kept(tmp_path)) == ([], OPINIONS)


def test_companion_document_is_not_collected(tmp_path: Path) -> None:
    folder_with(tmp_path, row(1, opinion="継続"), row(2, opinion="継続"), row(3, opinion="継続"))
    done = shiryo(tmp_path, "build", "--json", "--format", "docx")
    files = [tmp_path / each["path"] for each in json.loads(done.stdout)["files"]]
    (companion,) = [path for path in files if "会議結果概要" in path.name]
    assert shiryo(tmp_path, "collect", str(companion)).returncode == 3


@pytest.mark.parametrize("name", ["output/当日入力_第２回.xlsx", f"inputs/{BOOK}"])
def test_workbook_properties_identify_the_meeting(tmp_path: Path, name: str) -> None:
    folder_with(tmp_path, 会議名="共生ビジョン懇談会", 回="第２回", 開催日="2026-11-27")
    assert shiryo(tmp_path, "entry").returncode == 0
    collected(tmp_path, ticked(tmp_path))
    properties = {
        each.name: each.value
        for each in openpyxl.load_workbook(tmp_path / name).custom_doc_props  # type: ignore[attr-defined]
    }
    assert (properties["会議名"], properties["回"], properties["開催日"], properties["様式"]) == (
        "共生ビジョン懇談会",
        "第２回",
        "2026-11-27",
        "shiryo1",
    )
    assert properties["行の照合値1"].startswith("1:")


# ---- edits, and later changes of the master


def test_edits_are_listed_in_the_results_workbook(tmp_path: Path) -> None:
    folder_with(tmp_path)

    def edit(tree: Any) -> None:
        click(tree, 1, 1)
        set_text(list(cells(tree, 2))[-3], "取り組みを続ける。")

    collected(tmp_path, put(tmp_path, edited(handout(tmp_path), edit)))
    sheet = openpyxl.load_workbook(tmp_path / "inputs" / BOOK)["資料の書き換え"]
    listed = [[cell.value for cell in row_cells] for row_cells in sheet.iter_rows(min_row=2)]
    assert [(each[0], each[3], each[4]) for each in listed] == [
        (2, "取組を続ける。", "取り組みを続ける。")
    ]
    # A second file adds to the list, and the same file adds nothing.
    collected(tmp_path, "記入済.docx")
    again = openpyxl.load_workbook(tmp_path / "inputs" / BOOK)["資料の書き換え"]
    assert again.max_row == sheet.max_row


def test_later_change_of_the_master_is_reported(tmp_path: Path) -> None:
    folder_with(tmp_path)
    collected(tmp_path, ticked(tmp_path, dict.fromkeys((1, 2, 3), stated("継続"))))
    folder_with(
        tmp_path,
        row(1, proposal="見直し", letter="H", label="見直し", reason="見直す。"),
        row(2),
        row(3),
    )
    done = shiryo(tmp_path, "build", "--json", "--format", "docx")
    report = json.loads(done.stdout)
    assert {"proposal-changed", "reason-changed"} <= {each["code"] for each in report["findings"]}
    (path,) = [each["path"] for each in report["files"] if "会議結果概要" in each["path"]]
    shown = "".join(word.part((tmp_path / path).read_bytes()).itertext())
    assert "会議で示した事務局案は「継続」、いまの事務局案は「見直し」です。" in shown


def test_remark_and_tick_of_two_files_are_not_combined(tmp_path: Path) -> None:
    folder_with(tmp_path)
    collected(tmp_path, ticked(tmp_path, {1: stated("継続")}))
    before = (tmp_path / "inputs" / BOOK).read_bytes()
    other = ticked(tmp_path, {1: stated(None, "時期を示すこと。")})
    report = collected(tmp_path, other)
    assert codes(report) == ["results-kept-beside"]
    assert (tmp_path / "inputs" / BOOK).read_bytes() == before


# ---- bad input


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("記入.docx", b"no document", "読み取れません"),
        ("記入.docx", b"", "壊れているか"),
        ("記入.docx", b"PK\x03\x04 cut", "壊れているか"),
        (
            "記入.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "パスワード",
        ),
        (
            "記入.doc",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
            "古い形式",
        ),
        ("記入.pdf", b"%PDF-1.7", "Word 文書（.docx）"),
        ("記入.xlsx", b"no workbook", "読み取れません"),
    ],
)
def test_unreadable_file_is_reported(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    folder_with(tmp_path)
    put(tmp_path, content, name)
    done = shiryo(tmp_path, "collect", name)
    assert done.returncode == 3
    assert name in done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert books(tmp_path) == []


def test_missing_file_and_master_are_refused(tmp_path: Path) -> None:
    folder_with(tmp_path)
    assert shiryo(tmp_path, "collect", "ない.docx").returncode == 3
    done = shiryo(tmp_path, "collect", "inputs/台帳.xlsx")
    assert done.returncode == 3
    assert "shiryo entry" in done.stderr


def test_handout_of_another_master_is_refused(
    tmp_path: Path,
) -> None:
    folder_with(tmp_path)
    name = ticked(tmp_path)
    other = [row(no, name=f"まったく別の計画{no}") for no in (1, 2, 3)]
    os.utime(tmp_path / "inputs" / "台帳.xlsx", (1, 1))
    write_master(tmp_path / "inputs" / "別.xlsx", other)
    report = collected(tmp_path, name, status=3)
    assert codes(report) == ["of-another-master"]
    assert "事業1" in report["findings"][0]["message"]
    assert books(tmp_path) == []
    assert collected(tmp_path, name, "inputs/台帳.xlsx")["results"] == f"inputs/{BOOK}"


# ---- opinions collected before


def test_second_file_adds_to_the_first(tmp_path: Path) -> None:
    folder_with(tmp_path)
    collected(tmp_path, ticked(tmp_path, {1: OPINIONS[1]}))
    report = collected(tmp_path, ticked(tmp_path, {2: OPINIONS[2], 3: OPINIONS[3]}))
    assert (kept(tmp_path), books(tmp_path)) == (OPINIONS, [BOOK])
    assert codes(report) == ["opinion-kept"]


def test_opinion_of_a_removed_row_is_kept(tmp_path: Path) -> None:
    folder_with(tmp_path, *(row(no) for no in range(1, 8)))
    fills = dict.fromkeys(range(1, 8), OPINIONS[1])
    collected(tmp_path, ticked(tmp_path, fills))

    def remove(tree: Any) -> None:
        removed = row_of(tree, 5)
        removed.getparent().remove(removed)

    content = edited((tmp_path / "記入済.docx").read_bytes(), remove)
    report = collected(tmp_path, put(tmp_path, content))
    assert kept(tmp_path) == fills
    assert [(f["code"], f["project"]) for f in report["findings"]] == [
        ("row-removed", 5),
        ("opinion-kept", 5),
    ]
    # The first message must not contradict the second, which states that the opinion was kept.
    assert "未入力" not in report["findings"][0]["message"]


def test_different_opinions_go_into_a_second_workbook(tmp_path: Path) -> None:
    folder_with(tmp_path)
    collected(tmp_path, ticked(tmp_path))
    before = (tmp_path / "inputs" / BOOK).read_bytes()
    other = {**OPINIONS, 1: stated("見直し")}
    report = collected(tmp_path, ticked(tmp_path, other))
    numbered = "台帳_懇談会意見-2.xlsx"
    assert (report["results"], codes(report)) == (f"inputs/{numbered}", ["results-kept-beside"])
    assert "No.1" in report["findings"][0]["message"]
    assert (tmp_path / "inputs" / BOOK).read_bytes() == before
    assert kept(tmp_path, numbered) == other
    assert "results-several" in codes(records_of(tmp_path, status=1))
    chosen = records_of(tmp_path, "--results", f"inputs/{numbered}")
    assert answers(chosen)[0] == "見直し"


def test_note_in_the_old_workbook_is_kept(tmp_path: Path) -> None:
    folder_with(tmp_path)
    name = ticked(tmp_path)
    collected(tmp_path, name)
    path = tmp_path / "inputs" / BOOK
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["K5"] = "委員長に確認"
    book.save(path)
    before = path.read_bytes()
    report = collected(tmp_path, name)
    assert "K5" in report["findings"][0]["message"]
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"broken", b""])
def test_broken_old_workbook_is_kept_and_reported(tmp_path: Path, content: bytes) -> None:
    folder_with(tmp_path)
    name = ticked(tmp_path)
    path = tmp_path / "inputs" / BOOK
    path.write_bytes(content)
    report = collected(tmp_path, name)
    assert codes(report) == ["results-kept-beside"]
    assert path.read_bytes() == content
    shown = records_of(tmp_path)
    assert "results-left-aside" in codes(shown)
    assert answers(shown) == ["継続", "見直し", "deferred"]


def test_edited_results_workbook_is_used(tmp_path: Path) -> None:
    folder_with(tmp_path)
    collected(tmp_path, ticked(tmp_path, {1: OPINIONS[1]}))
    fill(tmp_path / "inputs" / BOOK, {2: ("案のとおり", "異議なし。")})
    shown = records_of(tmp_path)
    assert (answers(shown)[1], answers(shown, "comment")[1]) == ("継続", "異議なし。")


# ---- results merged with the master, or refused


def test_contradicting_master_and_workbook_are_reported(tmp_path: Path) -> None:
    folder_with(tmp_path, row(1, opinion="見直し"), row(2), row(3))
    collected(tmp_path, ticked(tmp_path))
    report = records_of(tmp_path, status=1)
    (found,) = [each for each in report["findings"] if each["code"] == "opinion-contradicts"]
    assert (found["sheet"], found["cell"], found["project"]) == ("事業一覧", "J2", 1)
    assert f"[{BOOK}]懇談会意見!D5" in found["message"]
    status = shiryo(tmp_path, "build").returncode
    assert status == 1
    assert shiryo(tmp_path, "check").returncode == 1


def test_results_of_an_older_master_are_refused(tmp_path: Path) -> None:
    folder_with(tmp_path)
    collected(tmp_path, ticked(tmp_path))
    folder_with(tmp_path, row(1), row(2), row(3, name="新しい事業"))
    before = published(tmp_path)
    done = shiryo(tmp_path, "build")
    assert done.returncode == 1
    assert re.search("No.3「事業3」が台帳では.*新しい事業", done.stderr)
    assert published(tmp_path) == before


def test_results_are_used_after_a_corrected_wording(tmp_path: Path) -> None:
    folder_with(tmp_path)
    collected(tmp_path, ticked(tmp_path))
    folder_with(tmp_path, row(1, reason="説明を直した。"), row(2), row(3))
    report = records_of(tmp_path)
    assert "results-master-changed" in codes(report)
    assert answers(report)[0] == "継続"


def test_results_of_another_meeting_are_refused(tmp_path: Path) -> None:
    folder_with(tmp_path, 回="第２回")
    collected(tmp_path, ticked(tmp_path))
    folder_with(tmp_path, 回="第３回")
    report = records_of(tmp_path, status=1)
    (found,) = [each for each in report["findings"] if each["code"] == "results-of-another-meeting"]
    assert "第２回" in found["message"]
    assert "第３回" in found["message"]


def test_entry_workbook_of_another_meeting_is_refused(tmp_path: Path) -> None:
    folder_with(tmp_path, 回="第２回")
    assert shiryo(tmp_path, "entry").returncode == 0
    fill(tmp_path / "output" / "当日入力_第２回.xlsx", {1: ("継続", None)})
    folder_with(tmp_path, 回="第３回")
    report = collected(tmp_path, "output/当日入力_第２回.xlsx", status=1)
    assert (codes(report), books(tmp_path)) == (["file-of-another-meeting"], [])


def test_results_of_two_meetings_have_different_names(tmp_path: Path) -> None:
    for session, remark in (("第２回", "時期を示すこと。"), ("第３回", "報告すること。")):
        folder_with(tmp_path, 回=session)
        assert shiryo(tmp_path, "entry").returncode == 0
        fill(tmp_path / "output" / f"当日入力_{session}.xlsx", {1: ("継続", remark)})
        collected(tmp_path, f"output/当日入力_{session}.xlsx")
    assert books(tmp_path) == [BOOK, BOOK.replace(".xlsx", "_第３回.xlsx")]
    assert answers(records_of(tmp_path), "comment")[0] == "報告すること。"


def test_requested_results_of_another_master_are_refused(tmp_path: Path) -> None:
    folder_with(tmp_path)
    collected(tmp_path, ticked(tmp_path))
    others = [row(no, name=f"まったく別の計画{no}") for no in (1, 2, 3)]
    write_master(tmp_path / "inputs" / "別.xlsx", others)
    options = ("inputs/別.xlsx", "--results", f"inputs/{BOOK}")
    report = records_of(tmp_path, *options, status=1)
    assert "results-of-another-master" in codes(report)
    assert answers(report) == ["blank"] * 3
    done = shiryo(tmp_path, "build", *options)
    assert done.returncode == 1
    assert "台帳.xlsx" in done.stderr


@pytest.mark.parametrize("name", ["ない.xlsx", "inputs/台帳.xlsx"])
def test_invalid_results_workbook_is_refused(tmp_path: Path, name: str) -> None:
    folder_with(tmp_path)
    assert shiryo(tmp_path, "build", "--results", name).returncode == 3


def test_results_option_with_two_masters_is_refused(tmp_path: Path) -> None:
    done = shiryo(tmp_path, "build", "甲.xlsx", "乙.xlsx", "--results", "意見.xlsx")
    assert done.returncode == 2
    assert "--results" in done.stderr


def test_master_without_opinion_columns_gives_results(tmp_path: Path) -> None:
    bare = {key: title for key, title in HEADERS.items() if key not in ("opinion", "comment")}
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1), row(2), row(3)], headers=bare)
    collected(tmp_path, ticked(tmp_path))
    assert shiryo(tmp_path, "build", "--edition", "results").returncode == 0
