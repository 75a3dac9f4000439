"""Another council is another folder: no Python knows of it."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import docx
import openpyxl
import pdfplumber

from e2e.test_build import ROOT, shiryo

FORM = """
name = "machi"
description = "まちづくり協議会 事業評価一覧"
table_sheet = "評価表"
meeting_sheet = "会議"
judgement_sheet = "判定"

[[meeting]]
key = "number"
title = "資料番号"
default = "資料２"

[[meeting]]
key = "title"
title = "表題"
default = "事業評価一覧"

[[columns]]
key = "no"
title = "番号"

[[columns]]
key = "name"
title = "事業"

[[columns]]
key = "proposal.text"
title = "案の理由"

[[columns]]
key = "proposal.choice"
title = "案"

[[columns]]
key = "opinion.choice"
title = "協議会の意見"
required = false

[[ratings]]
key = "need"
title = "必要性"
printed = ["必要性"]
minimum = 1
maximum = 5

[[ratings]]
key = "effect"
title = "効果"
printed = ["効果"]
minimum = 1
maximum = 5

[[ratings]]
key = "cost"
title = "費用"
printed = ["費用"]
minimum = 1
maximum = 5

[[choices]]
label = "拡充"

[[choices]]
label = "現状維持"

[[choices]]
label = "改善"

[[choices]]
label = "縮小"

[[choices]]
label = "終了"

[headings]
name = "事業"
review = "評価"
plan = "今後の進め方"
proposal = "事務局案"
opinion = "協議会の意見"

[widths]
no = 8
name = 30
rating = 10
judgement = 0
text = 66
proposal = 30
opinion = 30
"""


def council(folder: Path) -> None:
    form = folder / "templates" / "machi"
    shutil.copytree(ROOT / "templates" / "shiryo1", form)
    (form / "form.toml").write_text(FORM, encoding="utf-8")
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "評価表"
    sheet.append(["番号", "事業", "必要性", "効果", "費用", "案の理由", "案", "協議会の意見"])
    sheet.append([1, "朝市", 5, 4, 3, "来場者が増えている。", "拡充", "改善"])
    sheet.append([2, "広報車", 2, 1, 5, "効果が薄い。", "終了", "終了"])
    (folder / "inputs").mkdir()
    book.save(folder / "inputs" / "評価.xlsx")


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
    assert [cell.text for cell in summary.tables[1].rows[1].cells] == [
        "1",
        "朝市",
        "拡充",
        "改善",
        "",
    ]


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
