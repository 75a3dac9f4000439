"""Forms other than the shipped one: an office's own, another council's, and broken ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl

from pipeline.model.form import Form
from support.commands import ROOT
from support.records import seed_form
from support.word import swap

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


def form_in(folder: Path) -> Path:
    """The shipped form as the office's own, in the working folder."""
    shutil.copytree(ROOT / "templates" / "shiryo1", folder / "templates" / "shiryo1")
    return folder / "templates" / "shiryo1"


def council(folder: Path) -> None:
    """Another council's form ``machi`` and its master, in the working folder."""
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


def page_form(folder: Path, **files: str) -> Form:
    """The shipped form with page files replaced or added: ``handout_css`` is handout.css."""
    shutil.copytree(seed_form().folder, folder / "form")
    for name, content in files.items():
        (folder / "form" / name.replace("_", ".")).write_text(content, encoding="utf-8")
    return Form(folder / "form", seed_form().file)


def changed_page_form(folder: Path, name: str, old: str, new: str) -> Form:
    """The shipped form with one place of its page template or style sheet changed."""
    source = (seed_form().folder / name).read_text(encoding="utf-8")
    return page_form(folder, **{name.replace(".", "_"): swap(old, new)(source)})
