"""Forms other than the shipped one: an office's own forms, other councils', broken ones."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl

from pipeline.documents.probe import probe
from pipeline.model.editions import Edition
from pipeline.model.form import Form
from pipeline.model.form_file import parse_form
from pipeline.model.handout import Handout
from support.commands import ROOT
from support.records import handout, seed_form
from support.word import swap

# Five choices, other scores, no judgement.
FORM = """
number = "資料２"
title = "事業評価一覧"
columns = [
  { key = "no", title = "番号", kind = "no" },
  { key = "name", title = "事業", kind = "name" },
  { titles = ["必要性", "効果", "費用"], under = ["評価"], kind = "score", scale = [1, 5] },
  { key = "reason", title = "案の理由", printed = "", under = ["今後の進め方", "事務局案"] },
  { key = "proposal", title = "案", printed = "", under = ["今後の進め方", "事務局案"], kind = "choice", choices = ["拡充", "現状維持", "改善", "縮小", "終了"], as = "boxes" },
  { key = "opinion", title = "協議会の意見", under = ["今後の進め方"], kind = "choice", choices = "proposal", as = "boxes", fill = "meeting", against = "proposal" },
]
"""  # noqa: E501 - a form has a column a line
# Four kinds of columns to fill in: a choice, a score, a mark and texts; two remarks.
PANEL = """
number = "資料３"
title = "外部評価表"
columns = [
  { key = "no", title = "No", kind = "no" },
  { key = "name", title = "施策", kind = "name" },
  { key = "self", title = "自己評価", under = ["担当課"], kind = "score", scale = ["Ａ", "Ｂ", "Ｃ"] },
  { key = "ground", title = "理由", under = ["担当課"] },
  { key = "course", title = "方向性（案）", under = ["担当課"], kind = "choice", choices = ["拡大", "維持", "縮小"] },
  { key = "verdict", title = "委員会の意見", under = ["委員会"], kind = "choice", choices = "course", as = "boxes", fill = "meeting", against = "course" },
  { key = "remark", title = "意見の内容", inside = "verdict", fill = "meeting" },
  { key = "grade", title = "委員会の評価", under = ["委員会"], kind = "score", scale = ["Ａ", "Ｂ", "Ｃ"], fill = "meeting", against = "self" },
  { key = "visit", title = "現地視察", under = ["委員会"], kind = "mark", fill = "meeting" },
  { key = "advice", title = "助言", under = ["委員会"], fill = "meeting" },
]
"""  # noqa: E501 - a form has a column a line
# Boxes in the cells of other columns: below boxes with the same labels, and below a text.
INSIDE = """
title = "事業評価表"
columns = [
  { key = "no", title = "No", kind = "no" },
  { key = "name", title = "事業", kind = "name" },
  { key = "course", title = "方向性（案）", kind = "choice", choices = ["拡大", "維持", "縮小"], as = "boxes" },
  { key = "verdict", title = "委員会の意見", inside = "course", kind = "choice", choices = "course", as = "boxes", fill = "meeting", against = "course" },
  { key = "remark", title = "意見の内容", inside = "verdict", fill = "meeting" },
  { key = "ground", title = "理由" },
  { key = "view", title = "理由の評価", inside = "ground", kind = "choice", choices = ["妥当", "再検討"], as = "boxes", fill = "meeting" },
  { key = "section", title = "担当課", inside = "ground", shape = "（{}）" },
]
"""  # noqa: E501 - a form has a column a line
# Sums by policy field: rows without number and name, percentages, a total.
TOTALS = """
title = "分野別事業費"
note = "（単位：千円）"
total = "合計"
columns = [
  { title = "分野", kind = "word", align = "left" },
  { title = "事業数", kind = "number", format = '0"事業"' },
  { titles = ["令和７年度", "令和８年度"], under = ["事業費"], kind = "number", format = '#,##0;"▲"#,##0' },
  { title = "計", under = ["事業費"], kind = "number", format = "#,##0" },
  { title = "構成比", kind = "number", format = "0.0%" },
]
[[checks]]
equal = "計"
sum = ["令和７年度", "令和８年度"]
"""  # noqa: E501 - a form has a column a line
# Five levels of headings, some of them shared, on A3 portrait.
DEEP = """
title = "五段の見出し"
paper = "A3 portrait"
columns = [
  { title = "番号", kind = "no" },
  { titles = ["い", "ろ"], under = ["一", "二", "三", "四"], kind = "number" },
  { title = "は", under = ["一", "二", "三"], kind = "word" },
  { title = "に", printed = "", under = ["一", "二", "別"] },
  { title = "ほ", printed = "", under = ["一", "二", "別"] },
  { title = "へ", under = ["一"] },
  "と",
]
"""
# A committee on facilities: two choice columns with different choices, a score, a mark, a
# number and a text to fill in, nested columns, the words of another office.
FACILITIES = """
number = "資料２－１"
title = "指定管理者評価一覧"
paper = "A4 landscape"
columns = [
  { title = "番号", kind = "no" },
  { key = "name", title = "施設名", kind = "name" },
  { key = "section", title = "担当課", inside = "name", shape = "（{}）" },
  { title = "係", inside = "section", shape = "〔{}〕" },
  { title = "指定管理者", merge = true },
  { titles = ["サービス", "維持管理", "収支"], under = ["所管課評価"], kind = "score", scale = ["○", "△", "×"] },
  { key = "whole", title = "総合", under = ["所管課評価"], kind = "choice", choices = ["優良", "良好", "要改善"] },
  { key = "verdict", title = "委員会評価", under = ["選定委員会"], kind = "choice", choices = "whole", as = "boxes", fill = "meeting", against = "whole" },
  { key = "grade", title = "評点", under = ["選定委員会"], kind = "score", scale = [1, 5], fill = "meeting" },
  { key = "visit", title = "現地|確認", under = ["選定委員会"], kind = "mark", fill = "meeting" },
  { key = "guests", title = "傍聴|者数", under = ["選定委員会"], kind = "number", fill = "meeting" },
  { key = "open", title = "公表", under = ["選定委員会"], kind = "choice", choices = ["公表", "非公表"], fill = "meeting" },
  { key = "advice", title = "意見", under = ["選定委員会"], fill = "meeting" },
]
[notes]
"選定委員会" = { meeting = "※ 当日使用欄", results = "※ {date}の意見" }
[words]
meeting = "委員会用"
results = "公表版"
results_suffix = ""
blank = "記入なし"
[meeting]
date = "令和８年３月９日（月）"
"""  # noqa: E501 - a form has a column a line
# Rows without number and name: a row is identified by its position and its texts.
PLAIN = """
title = "意見への回答"
columns = ["意見", "市の考え方", { title = "委員会の評価", kind = "choice", choices = ["妥当", "再検討"], as = "boxes", fill = "meeting" }, { title = "補足", fill = "meeting" }]
"""  # noqa: E501 - a form has a column a line
# A council's 資料１ of a later year: groups, a department, a budget, on a larger paper.
NEXT_YEAR = """
number = "資料１"
title = "次期共生ビジョンにおける既存連携事業の方針（案）一覧"
paper = "A3 landscape"
group = "分野"
columns = [
  { key = "no", title = "No", printed = "", kind = "no" },
  { key = "name", title = "事業名", kind = "name" },
  "担当課",
  { title = "令和８年度予算（千円）", kind = "number" },
  { titles = ["③進捗|状況", "⑤実現|可能性", "⑥広域|メリット"], under = ["ワーキンググループ振返り結果抜粋"], kind = "score", scale = [1, 4] },
  { key = "letter", title = "判定", printed = "今後の|方針", under = ["ワーキンググループ振返り結果抜粋"], kind = "word" },
  { key = "label", title = "判定区分", inside = "letter", shape = "（{}）" },
  { key = "reason", title = "事務局案（説明）", printed = "", under = ["今後の連携事業の進め方（案）", "事務局案（２市１町協議結果）"] },
  { key = "proposal", title = "事務局案（方針）", printed = "", under = ["今後の連携事業の進め方（案）", "事務局案（２市１町協議結果）"], kind = "choice", choices = ["継続", "一部見直しのうえ継続", "見直し"], as = "boxes" },
  { key = "opinion", title = "懇談会意見", under = ["今後の連携事業の進め方（案）"], kind = "choice", choices = "proposal", as = "boxes", fill = "meeting", against = "proposal" },
  { key = "comment", title = "懇談会意見（内容）", inside = "opinion", fill = "meeting" },
  { key = "accepted", title = "確認済", print = false },
]
"""  # noqa: E501 - a form has a column a line
_NEXT_YEAR_TABLE = """
No 分野 事業名 担当課 令和８年度予算（千円） ③進捗状況 ⑤実現可能性 ⑥広域メリット 判定 判定区分 事務局案（説明） 事務局案（方針）
1 生活機能 急患センターの共同運営 健康推進課 48200 4 4 4 A 継続 広域で運営する効果が高い。 継続
2 生活機能 病児保育の広域利用 子育て支援課 12400 3 3 4 B 継続 利用の登録を簡素にする。 一部見直しのうえ継続
3 結びつき 路線バスの維持 交通政策課 31000 2 2 2 I 見直し 便数を見直す。 見直し
"""  # noqa: E501 - a table
NEXT_YEAR_ROWS = [
    [int(cell) if cell.isdecimal() else cell for cell in line.split()]
    for line in _NEXT_YEAR_TABLE.strip().split("\n")
]

FORMS = {
    "five-choices": FORM,
    "panel": PANEL,
    "plain": PLAIN,
    "inside": INSIDE,
    "totals": TOTALS,
    "deep": DEEP,
    "facilities": FACILITIES,
}


def probed(source: str, edition: Edition | None = None) -> tuple[Handout, Form]:
    """A handout with made-up records of a form, and the form."""
    form = form_of(source)
    return handout(probe(form), edition or form.editions[-1], form.paper, form), form


def with_department() -> str:
    """The shipped form with an additional column 担当課 after the name."""
    lines = (ROOT / "templates" / "shiryo1" / "form.toml").read_text(encoding="utf-8").split("\n")
    (name,) = (place for place, line in enumerate(lines) if 'kind = "name"' in line)
    return "\n".join([*lines[: name + 1], '  "担当課",', *lines[name + 1 :]])


def form_of(source: str, name: str = "machi") -> Form:
    """A form from its source text, with the shared templates."""
    return parse_form(source, name, (ROOT / "templates" / "shared",))


def put_form(folder: Path, source: str, name: str) -> Path:
    """Write an office's own form into the working folder; returns the form's folder."""
    form = folder / "templates" / name
    form.mkdir(parents=True)
    (form / "form.toml").write_text(source, encoding="utf-8")
    return form


def put_table(path: Path, rows: Sequence[Sequence[Any]], sheet: str = "一覧") -> Path:
    """Write a workbook with one table."""
    book = openpyxl.Workbook()
    table = book.worksheets[0]
    table.title = sheet
    for row in rows:
        table.append(list(row))
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def form_in(folder: Path) -> Path:
    """Copy the shipped form with its templates into the working folder, as an office's own."""
    form = folder / "templates" / "shiryo1"
    shutil.copytree(ROOT / "templates" / "shared", form)
    shutil.copytree(ROOT / "templates" / "shiryo1", form, dirs_exist_ok=True)
    return form


def council(folder: Path) -> None:
    """Write another council's form ``machi`` and its master into the working folder."""
    put_form(folder, FORM, "machi")
    put_table(
        folder / "inputs" / "評価.xlsx",
        [
            ["番号", "事業", "必要性", "効果", "費用", "案の理由", "案", "協議会の意見"],
            [1, "朝市", 5, 4, 3, "来場者が増えている。", "拡充", "改善"],
            [2, "広報車", 2, 1, 5, "効果が薄い。", "終了", "終了"],
        ],
        "評価表",
    )


def page_form(folder: Path, **files: str) -> Form:
    """The shipped form with page files replaced or added; ``handout_css`` is handout.css."""
    form = folder / "form"
    shutil.copytree(ROOT / "templates" / "shared", form)
    for name, content in files.items():
        (form / name.replace("_", ".")).write_text(content, encoding="utf-8")
    return replace(seed_form(), folders=(form,))


def changed_page_form(folder: Path, name: str, old: str, new: str) -> Form:
    """The shipped form with one text replaced in its page template or style sheet."""
    path = seed_form().resource(name)
    assert path is not None
    source = path.read_text(encoding="utf-8")
    return page_form(folder, **{name.replace(".", "_"): swap(old, new)(source)})
