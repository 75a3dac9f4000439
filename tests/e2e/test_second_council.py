"""Another council is another folder: no Python knows of it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import docx
import pdfplumber
from support.commands import shiryo
from support.forms import council


def test_three_ratings_five_choices_and_no_letter_need_no_python(tmp_path: Path) -> None:
    council(tmp_path)
    done = shiryo(tmp_path, "build", "--form", "machi", "--json")
    assert done.returncode == 0, done.stderr
    files = {Path(f["path"]).name: tmp_path / f["path"] for f in json.loads(done.stdout)["files"]}
    # No judgement table, no sheet that explains it.
    assert set(files) == {
        "資料２_会議録（案）.docx",
        *(
            f"資料２_{edition}.{kind}"
            for edition in ("会議用", "結果版", "会議結果概要")
            for kind in ("docx", "pdf")
        ),
    }
    with pdfplumber.open(io.BytesIO(files["資料２_結果版.pdf"].read_bytes())) as pdf:
        rows = pdf.pages[0].extract_table() or []
    (first,) = [row for row in rows if row[0] == "1"]
    assert first[2:5] == ["5", "4", "3"]
    assert (first[-1] or "").split("\n") == ["□ 拡充", "□ 現状維持", "■ 改善", "□ 縮小", "□ 終了"]
    document = docx.Document(str(files["資料２_会議用.docx"]))
    xml = document.element.xml
    assert 'w:val="opinion.2.5"' in xml
    assert xml.count("w14:checkbox>") == 2 * 10
    assert len(document.tables[-1].columns) == 8


def test_a_folder_from_before_there_was_a_summary_still_works(tmp_path: Path) -> None:
    council(tmp_path)
    for path in (tmp_path / "templates" / "machi").iterdir():
        if path.stem not in {"form", "handout"}:
            path.unlink()
    done = shiryo(tmp_path, "build", "--form", "machi", "--edition", "results", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)["files"]
    assert [f["edition"] for f in told] == ["results", "results", "summary", "summary", "minutes"]
    summary = docx.Document(str(tmp_path / told[2]["path"]))
    # Without a column of remarks there is none in the summary.
    assert [cell.text for cell in summary.tables[1].rows[1].cells] == ["1", "朝市", "拡充", "改善"]


def test_a_score_of_five_is_in_range_there(tmp_path: Path) -> None:
    council(tmp_path)
    done = shiryo(tmp_path, "check", "--form", "machi", "--json")
    assert done.returncode == 0
    assert all(f["severity"] != "error" for f in json.loads(done.stdout)["findings"])


def test_an_unknown_form_names_the_known_ones(tmp_path: Path) -> None:
    council(tmp_path)
    done = shiryo(tmp_path, "build", "--form", "mach")
    assert done.returncode == 2
    assert "machi" in done.stderr
    assert "shiryo1" in done.stderr
