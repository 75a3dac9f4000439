"""The command ``build`` and its companions: a working folder, one command, its files."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from support.commands import ROOT, built, process, published, shiryo
from support.masters import HEADERS, row, seed_rows, with_opinions, write_master


def test_meeting_edition_is_made_from_the_newest_master(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", seed_rows())
    status, report = built(tmp_path)
    assert status == 0
    assert [(f["edition"], f["format"]) for f in report["files"]] == [
        ("meeting", "docx"),
        ("meeting", "pdf"),
        ("reference", "docx"),
        ("reference", "pdf"),
    ]
    for file in report["files"]:
        content = (tmp_path / file["path"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert file["path"].startswith(report["run"])
    assert {f["severity"] for f in report["findings"]} == {"warning", "notice"}


def test_results_are_made_from_a_master_with_opinions(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", with_opinions(seed_rows()))
    status, report = built(tmp_path)
    assert status == 0
    assert [Path(f["path"]).name for f in report["files"]] == [
        "資料１_会議用.docx",
        "資料１_会議用.pdf",
        "資料１_結果版.docx",
        "資料１_結果版.pdf",
        "資料１_会議結果概要.docx",
        "資料１_会議結果概要.pdf",
        "資料１_会議録（案）.docx",
        "参考資料_各判定の考え方.docx",
        "参考資料_各判定の考え方.pdf",
    ]
    kinds = {Path(f["path"]).stem: f["edition"] for f in report["files"]}
    assert list(kinds.values()) == ["meeting", "results", "summary", "minutes", "reference"]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (
            "docx",
            [
                "資料１_結果版",
                "資料１_会議結果概要",
                "資料１_会議録（案）",
                "参考資料_各判定の考え方",
            ],
        ),
        ("pdf", ["資料１_結果版", "資料１_会議結果概要", "参考資料_各判定の考え方"]),
    ],
)
def test_one_format_makes_all_its_documents(tmp_path: Path, kind: str, names: list[str]) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", with_opinions(seed_rows()))
    status, report = built(tmp_path, "--edition", "results", "--format", kind)
    assert status == 0
    assert [Path(f["path"]).name for f in report["files"]] == [f"{name}.{kind}" for name in names]


def test_only_the_handout_is_made_on_request(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", with_opinions([row(1), row(2)]))
    status, report = built(tmp_path, "--documents", "handout", "--format", "docx")
    assert status == 0
    assert [Path(f["path"]).name for f in report["files"]] == [
        "資料１_会議用.docx",
        "資料１_結果版.docx",
    ]
    assert {p.suffix for p in (tmp_path / report["run"]).iterdir()} <= {".docx", ".json", ".xlsx"}


def test_reference_explains_the_offices_own_judgement_table(tmp_path: Path) -> None:
    master = write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1, letter="Z", label="続ける")])
    book = openpyxl.load_workbook(master)
    own = book.create_sheet("判定表")
    own.append(["⑤実現可能性", "⑥広域メリット", "判定", "判定区分", "根拠"])
    own.append([4, 4, "Z", "続ける", "推定"])
    book.save(master)
    status, report = built(tmp_path, "--format", "docx")
    assert status == 0
    sheet = docx.Document(str(tmp_path / report["files"][-1]["path"])).tables[0]
    assert sheet.cell(1, 1).text.split() == ["Z", "（続ける）", "未確認", "１事業"]
    assert sheet.cell(1, 2).text.split() == ["（判定表になし）", "０事業"]


def test_blank_opinions_block_only_the_results(
    tmp_path: Path,
) -> None:
    rows = [row(1, opinion="継続"), row(2), row(3)]
    write_master(tmp_path / "inputs" / "台帳.xlsx", rows)
    status, report = built(tmp_path)
    assert status == 1
    assert {f["edition"] for f in report["files"]} == {"meeting", "reference"}
    (blank,) = [f for f in report["findings"] if f["code"] == "opinion-blank"]
    assert "2 件あります（No.2、3）" in blank["message"]


def test_allow_blank_prints_blank_opinions(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1, opinion="継続"), row(2)])
    status, report = built(tmp_path, "--allow-blank", "--edition", "results", "--format", "pdf")
    assert status == 0
    assert [f["edition"] for f in report["files"]] == ["results", "summary", "reference"]


@pytest.mark.parametrize(
    ("changes", "code", "cell"),
    [
        ({"progress": 5}, "score-out-of-scale", "C3"),
        ({"proposal": "廃止"}, "choice-unknown", "I3"),
        ({"name": None}, "name-empty", "B3"),
        ({"no": 1}, "number-twice", "A3"),
    ],
)
def test_error_stops_the_run_and_is_reported_with_its_cell(
    tmp_path: Path, changes: dict[str, Any], code: str, cell: str
) -> None:
    master = write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1), row(2)])
    assert shiryo(tmp_path, "build").returncode == 0
    before = published(tmp_path)
    write_master(master, [row(1), {**row(2), **changes}])
    status, report = built(tmp_path)
    assert status == 1
    assert report["run"] is None
    assert report["files"] == []
    assert (code, "error", "事業一覧", cell) in [
        (f["code"], f["severity"], f["sheet"], f["cell"]) for f in report["findings"]
    ]
    assert published(tmp_path) == before


def test_blocked_build_names_the_annotated_copy(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1, progress=5)])
    report = shiryo(tmp_path, "build").stderr.splitlines()[-1]
    start, _, path = report.partition(": ")
    assert start == "指摘を書き込んだ台帳の写し"
    assert (tmp_path / path).name == "検査結果.xlsx"
    assert (tmp_path / path).is_file()


def test_message_has_sheet_cell_number_and_remedy(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1, progress=5)])
    done = shiryo(tmp_path, "check", "--json")
    assert done.returncode == 1
    (found,) = json.loads(done.stdout)["findings"]
    assert found["message"] == (
        "事業一覧!C2（No.1）③進捗状況「5」は 1〜4 の整数ではありません。"
        "1〜4 の整数に直してください。"
    )


def test_missing_column_is_reported_with_the_found_headers(tmp_path: Path) -> None:
    headers = {key: title for key, title in HEADERS.items() if key != "progress"}
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1)], headers=headers)
    status, report = built(tmp_path)
    assert status == 1
    (found,) = [f for f in report["findings"] if f["code"] == "column-missing"]
    assert "③進捗状況" in found["message"]
    assert "⑤実現可能性" in found["message"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("台帳.xlsx", b"no workbook"),
        ("台帳.xlsx", b""),
        ("台帳.xls", b"\xd0\xcf\x11\xe0"),
        ("台帳.csv", b"\xff\xfe\xff"),
    ],
)
def test_invalid_workbook_is_reported(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / "inputs").mkdir()
    (tmp_path / "inputs" / name).write_bytes(content)
    done = shiryo(tmp_path, "build")
    assert done.returncode == 3
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert published(tmp_path) == []


def test_workbook_without_a_table_is_reported(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", [], headers={"no": "年度", "name": "予算"})
    done = shiryo(tmp_path, "build")
    assert done.returncode == 3
    assert "一覧表が見つかりません" in done.stderr


def test_missing_workbook_message_names_the_folder(tmp_path: Path) -> None:
    done = shiryo(tmp_path, "build")
    assert done.returncode == 3
    assert "inputs" in done.stderr


def test_two_equally_new_masters_are_refused(tmp_path: Path) -> None:
    for name in ("甲.xlsx", "乙.xlsx"):
        path = write_master(tmp_path / "inputs" / name, [row(1)])
        os.utime(path, (1, 1))
    done = shiryo(tmp_path, "build")
    assert done.returncode == 2
    assert "甲.xlsx" in done.stderr
    assert "乙.xlsx" in done.stderr


def test_master_is_unchanged(tmp_path: Path) -> None:
    master = write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1)])
    before = (master.read_bytes(), master.stat().st_mtime_ns)
    assert shiryo(tmp_path, "build").returncode == 0
    assert (master.read_bytes(), master.stat().st_mtime_ns) == before


def test_records_are_printed_as_one_json_document(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", seed_rows())
    done = shiryo(tmp_path, "records", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert set(report) == {"version", "form", "meeting", "columns", "rows", "findings"}
    assert (report["version"], report["form"]) == (2, "shiryo1")
    assert report["columns"][2] == {
        "key": "progress",
        "title": "③進捗状況",
        "kind": "score",
        "fill": None,
    }
    assert [each["key"] for each in report["columns"] if each["fill"]] == ["opinion", "comment"]
    golden = json.loads((ROOT / "tests/golden/records.json").read_text(encoding="utf-8"))
    assert [each["values"] for each in report["rows"]] == golden
    for record in report["rows"]:
        assert record["source"] == {"sheet": "事業一覧", "row": record["no"] + 1}
        assert (record["name"], record["group"]) == (record["values"]["name"], None)


def test_records_csv_has_a_byte_order_mark_and_all_columns(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", seed_rows())
    done = shiryo(tmp_path, "records", "--csv")
    header, first, *others = csv.reader(done.stdout.removeprefix("\ufeff").splitlines())
    assert done.stdout.startswith("\ufeff")
    assert header == [
        *("No", "事業名", "③進捗状況", "⑤実現可能性", "⑥広域メリット", "判定", "判定区分"),
        *("事務局案（説明）", "事務局案（方針）", "懇談会意見", "懇談会意見（状態）"),
        *("懇談会意見（内容）", "懇談会意見（内容）（状態）", "シート", "行"),
    ]
    assert (first[0], first[2:7]) == ("1", ["4", "4", "4", "A", "継続"])
    assert first[9:] == ["", "未入力", "", "未入力", "事業一覧", "2"]
    assert len(others) == 17


def test_unwritable_output_is_reported(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1)])
    (tmp_path / "output").write_text("a file", encoding="utf-8")
    done = shiryo(tmp_path, "build")
    assert done.returncode == 5
    assert "Traceback" not in done.stderr


def test_run_contains_an_annotated_copy_of_the_master(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", seed_rows())
    status, report = built(tmp_path, "--format", "docx")
    assert status == 0
    assert [Path(f["path"]).name for f in report["files"]] == [
        "資料１_会議用.docx",
        "参考資料_各判定の考え方.docx",
    ]
    assert (tmp_path / report["run"] / "検査結果.xlsx").is_file()


def test_check_writes_an_annotated_copy_and_replaces_none(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1, progress=5)])
    for _ in range(2):
        assert shiryo(tmp_path, "check", "--annotate", "検査").returncode == 1
    assert sorted(p.name for p in (tmp_path / "検査").iterdir()) == [
        "検査結果-2.xlsx",
        "検査結果.xlsx",
    ]


def test_saved_mapping_is_used_by_later_commands(tmp_path: Path) -> None:
    headers = {**HEADERS, "progress": "進み具合"}
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1)], headers=headers)
    assert shiryo(tmp_path, "check").returncode == 1
    option = ("--map", "進み具合=progress", "--save-map")
    assert shiryo(tmp_path, "check", *option).returncode == 0
    assert (tmp_path / "inputs" / "台帳.map.toml").is_file()
    assert shiryo(tmp_path, "check").returncode == 0
    assert built(tmp_path, "--format", "docx", "--documents", "handout")[0] == 0
    manifest = json.loads((published(tmp_path)[-1] / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["options"]["map"] == {"進み具合": "progress"}
    assert manifest["options"]["companions"] is False


def test_accepted_finding_has_its_reason(tmp_path: Path) -> None:
    headers = {**HEADERS, "accepted": "確認済"}
    odd = row(1, reason="取組を廃止する。", accepted="協議済")
    write_master(tmp_path / "inputs" / "台帳.xlsx", [odd], headers=headers)
    (found,) = json.loads(shiryo(tmp_path, "check", "--json").stdout)["findings"]
    assert found["accepted"] == "協議済"


def test_failure_is_printed_as_json(tmp_path: Path) -> None:
    status, report = built(tmp_path, "ない.xlsx")
    assert status == 3
    assert (report["workbook"], report["run"], report["files"]) == ("ない.xlsx", None, [])
    assert [f["code"] for f in report["findings"]] == ["workbook-missing"]


def test_missing_sheet_message_names_the_other_sheets(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1)])
    assert shiryo(tmp_path, "check", "--sheet", "事業一覧").returncode == 0
    done = shiryo(tmp_path, "check", "--sheet", "ない")
    assert done.returncode == 2
    assert "事業一覧" in done.stderr


def test_long_output_reaches_a_pipe_completely(tmp_path: Path) -> None:
    rows = [row(number, reason="取組を続ける。" * 100) for number in range(1, 400)]
    write_master(tmp_path / "inputs" / "台帳.xlsx", rows)
    done = process(tmp_path, "records", "--json")
    assert [each["no"] for each in json.loads(done.stdout)["rows"]] == list(range(1, 400))
