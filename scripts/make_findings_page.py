"""Write ``docs/findings.md`` from the catalogue: every message with its remedy.

In: ``pipeline.model.catalogue``. Out: the page. The same catalogue gives the same page.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.model.catalogue import FAILURES, FINDINGS, MACHINE, CatalogueEntry, Severity  # noqa: E402 - needs the root

PAGE = ROOT / "docs" / "findings.md"

INTRODUCTION = """# メッセージの一覧

点検（`shiryo check`）と作成（`shiryo build`）で表示されるメッセージの一覧です。
`{ }` の部分には、台帳の値や見出しが入ります。メッセージの前には「事業一覧!C2（No.1）」のように、
シートとセルと事業の番号が付きます。

- **誤り**: 直すまで資料は作成されません。
- **注意**: 資料は作成されます。印刷の前に確かめてください。
- **お知らせ**: 資料は作成されます。意図したものであれば、そのままで差し支えありません。

## 意図したものであるとき（確認済）

注意とお知らせは、理由を書いておくと「確認済」として最後に別に表示されます。誤りは確認済にできません。

- 台帳の「確認済」の列に理由（例: `協議済`）を書くと、その事業の注意とお知らせが
  すべて確認済になります。
  `×`、`□`、`未` だけのときは「まだ」の意味になります。
- シート「会議情報」に「確認済」の行を加え、右のセルに `No.15 協議済` のように
  番号と理由を書いても同じです。
  行はいくつでも加えられます。
- 理由に下の表の記号（例: `proposal-differs 協議済`）を入れると、その種類だけが確認済になります。
"""


def page() -> str:
    """The whole page as Markdown."""
    about_data = [
        section(f"台帳についての{severity.label}", [e for e in FINDINGS if e.severity is severity])
        for severity in Severity
    ]
    stops = section("処理を続けられないとき", list(FAILURES))
    machine = section("パソコンの確認（shiryo doctor）", list(MACHINE))
    return "\n".join([INTRODUCTION, *about_data, stops, machine])


def section(title: str, entries: list[CatalogueEntry]) -> str:
    """One table: code, message and remedy."""
    rows = [
        f"| `{entry.code}` | {_cell(entry.message)} | {_cell(entry.remedy)} |" for entry in entries
    ]
    head = [f"## {title}", "", "| 記号 | メッセージ | どうするか |", "|---|---|---|"]
    return "\n".join([*head, *rows, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
