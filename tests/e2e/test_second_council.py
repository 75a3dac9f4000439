"""Another council needs another folder with a form, and no Python code."""

from __future__ import annotations

import io
import json
from pathlib import Path

import docx
import pdfplumber
from support.commands import shiryo
from support.councils import COUNCILS
from support.forms import council, put_form, with_department
from support.masters import HEADERS, seed_rows, write_master


def test_form_with_other_ratings_and_choices_is_built(tmp_path: Path) -> None:
    council(tmp_path)
    done = shiryo(tmp_path, "build", "--form", "machi", "--json")
    assert done.returncode == 0, done.stderr
    files = {Path(f["path"]).name: tmp_path / f["path"] for f in json.loads(done.stdout)["files"]}
    # Without a judgement table there is no 参考資料.
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


def test_only_form_is_used_without_its_name(
    tmp_path: Path,
) -> None:
    council(tmp_path)
    assert [path.name for path in (tmp_path / "templates" / "machi").iterdir()] == ["form.toml"]
    done = shiryo(tmp_path, "build", "--edition", "results", "--json")
    assert done.returncode == 0, done.stderr
    files = json.loads(done.stdout)["files"]
    assert [f["edition"] for f in files] == ["results", "results", "summary", "summary", "minutes"]
    summary = docx.Document(str(tmp_path / files[2]["path"]))
    # A form without a remark column gives a summary without one.
    assert [cell.text for cell in summary.tables[1].rows[1].cells] == ["1", "朝市", "拡充", "改善"]


def test_additional_column_needs_one_line_of_toml(tmp_path: Path) -> None:
    put_form(tmp_path, with_department(), "shiryo1")
    headers = dict([*HEADERS.items()][:2]) | {"department": "担当課"} | HEADERS
    rows = [{**each, "department": f"課{each['no']}"} for each in seed_rows()]
    write_master(tmp_path / "inputs" / "台帳.xlsx", rows, headers=headers)
    done = shiryo(tmp_path, "build", "--documents", "handout", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert [f["code"] for f in report["findings"] if f["severity"] == "error"] == []
    word, page = (tmp_path / each["path"] for each in report["files"])
    table = docx.Document(str(word)).tables[-1]
    assert [cell.text for cell in table.rows[0].cells][2] == "担当課"
    assert [row.cells[2].text for row in table.rows][-18:] == [f"課{no}" for no in range(1, 19)]
    with pdfplumber.open(io.BytesIO(page.read_bytes())) as pdf:
        printed = [row for sheet in pdf.pages for row in sheet.extract_table() or []]
    numbered = [row for row in printed if (row[0] or "").isdigit()]
    assert [row[2] for row in numbered] == [f"課{no}" for no in range(1, 19)]
    assert {row[2] for row in printed if row[1] == "事業名"} == {"担当課"}


def test_proposed_form_builds_its_workbook_unchanged(tmp_path: Path) -> None:
    for other in COUNCILS:
        master = other.write(tmp_path / "inputs")
        proposed = shiryo(tmp_path, "form", str(master), "--save", f"teian_{other.sheet}")
        assert proposed.returncode == 0, proposed.stderr
        done = shiryo(tmp_path, "build", str(master), "--form", f"teian_{other.sheet}", "--json")
        assert done.returncode == 0, done.stderr
        files = json.loads(done.stdout)["files"]
        assert [file["edition"] for file in files] == ["only", "only"]
        with pdfplumber.open(tmp_path / files[1]["path"]) as pdf:
            text = "".join("".join(sheet.extract_text().split()) for sheet in pdf.pages)
        for row in other.rows:
            assert all(cell in text for cell in row if cell.isalnum() and len(cell) < 6)


def test_score_of_five_is_valid_in_a_form_with_five_levels(tmp_path: Path) -> None:
    council(tmp_path)
    done = shiryo(tmp_path, "check", "--form", "machi", "--json")
    assert done.returncode == 0
    assert all(f["severity"] != "error" for f in json.loads(done.stdout)["findings"])


def test_unknown_form_message_names_the_known_forms(tmp_path: Path) -> None:
    council(tmp_path)
    done = shiryo(tmp_path, "build", "--form", "mach")
    assert done.returncode == 2
    assert "machi" in done.stderr
    assert "shiryo1" in done.stderr
