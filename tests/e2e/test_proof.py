"""The proof, the manifest and the command ``verify``."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from support.commands import ROOT, built, process, published, shiryo
from support.forms import form_in
from support.masters import row, seed_rows, with_opinions, write_master


def manifest(folder: Path) -> dict[str, Any]:
    (run,) = published(folder)
    content: dict[str, Any] = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    return content


HANDOUTS = {
    f"資料１_{edition}.{kind}" for edition in ("会議用", "結果版") for kind in ("docx", "pdf")
}


def test_manifest_records_proof_and_inputs(tmp_path: Path) -> None:
    master = write_master(tmp_path / "inputs" / "台帳.xlsx", with_opinions(seed_rows()))
    status, report = built(tmp_path, "--paper", "A3")
    assert status == 0
    recorded = manifest(tmp_path)
    names = [Path(each["path"]).name for each in report["files"]]
    assert list(recorded["proof"]) == names
    for name, proof in recorded["proof"].items():
        assert proof["found"] == proof["values"] > (250 if name in HANDOUTS else 50)
        assert ("pages" in proof) == (name in HANDOUTS and name.endswith(".pdf"))
    pages = recorded["proof"]["資料１_会議用.pdf"]["pages"]
    assert pages == {str(no): [1] if no <= 12 else [2] for no in range(1, 19)}
    assert recorded["master"]["sha256"] == hashlib.sha256(master.read_bytes()).hexdigest()
    assert recorded["results"] is None
    assert {each["name"]: each["sha256"] for each in recorded["templates"]} == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("shared", "shiryo1")
        for path in (ROOT / "templates" / folder).iterdir()
    }
    assert recorded["options"]["paper"] == "A3"
    assert recorded["options"]["companions"] is True
    assert {"python", "weasyprint", "docxtpl", "pypdfium2"} <= set(recorded["libraries"])
    assert [each["code"] for each in recorded["findings"]] == [
        f["code"] for f in report["findings"]
    ]
    sums = {each["name"]: each["sha256"] for each in recorded["files"]}
    assert {name: sums[name] for name in names} == {
        Path(each["path"]).name: each["sha256"] for each in report["files"]
    }


BREAKS = {
    "a row dropped": (
        "handout.html",
        "in handout.rows %}",
        "in handout.rows[1:] %}",
        "No.1 の行が",
    ),
    "a text cut": (
        "handout.html",
        "{{ lines[0].text }}",
        "{{ lines[0].text[:2] }}",
        "事業名",
    ),
    "a cell hidden": (
        "handout.css",
        ".words {",
        # The cells after it move to the left, and the last column becomes empty.
        "td.key-reason { display: none }\n.words {",
        "懇談会意見",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_template_that_loses_a_value_publishes_nothing(tmp_path: Path, name: str) -> None:
    file, old, new, place = BREAKS[name]
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1), row(2)])
    path = form_in(tmp_path) / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    done = shiryo(tmp_path, "build", "--json", "--format", "pdf")
    assert done.returncode == 4
    report = json.loads(done.stdout)
    assert (report["run"], report["files"]) == (None, [])
    (found,) = report["findings"]
    assert found["code"] in {"value-lost", "row-lost"}
    assert "資料１_会議用.pdf " in found["message"]
    assert place in found["message"]
    assert "Traceback" not in done.stderr
    assert published(tmp_path) == []


def test_missing_font_publishes_nothing(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1)])
    path = form_in(tmp_path) / "handout.css"
    style = path.read_text(encoding="utf-8").replace('"BIZ UDGothic"', '"どこにもない書体"')
    path.write_text(style, encoding="utf-8")
    done = shiryo(tmp_path, "build")
    assert done.returncode == 4
    assert "どこにもない書体" in done.stderr
    assert published(tmp_path) == []


def test_machine_without_fonts_publishes_nothing(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1)])
    bare = tmp_path / "fonts.conf"
    bare.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig><cachedir>{tmp_path / 'cache'}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    done = process(tmp_path, "build", FONTCONFIG_FILE=str(bare))
    assert done.returncode == 4
    assert "apt-get install fonts-morisawa-bizud-gothic" in done.stderr
    assert published(tmp_path) == []


def test_verify_reports_changed_and_added_files(tmp_path: Path) -> None:
    write_master(tmp_path / "inputs" / "台帳.xlsx", [row(1)])
    assert shiryo(tmp_path, "build", "--format", "docx").returncode == 0
    done = shiryo(tmp_path, "verify")
    assert done.returncode == 0
    assert "作成したときのままです" in done.stderr
    (run,) = published(tmp_path)
    word = run / "資料１_会議用.docx"
    word.write_bytes(word.read_bytes() + b"x")
    (run / "控え.txt").write_text("x", encoding="utf-8")
    done = shiryo(tmp_path, "verify", run.name, "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["run"] == f"output/{run.name}"
    assert {Path(each["path"]).name: each["status"] for each in report["files"]} == {
        "資料１_会議用.docx": "changed",
        "参考資料_各判定の考え方.docx": "ok",
        "検査結果.xlsx": "ok",
        "控え.txt": "extra",
    }
    assert [each["code"] for each in report["findings"]] == ["file-changed", "file-added"]
    assert "内容が、作成したときと違います" in done.stderr


def test_verify_reports_a_missing_run(tmp_path: Path) -> None:
    done = shiryo(tmp_path, "verify", "ない", "--json")
    assert done.returncode == 3
    assert [each["code"] for each in json.loads(done.stdout)["findings"]] == ["run-missing"]
