"""Write ``docs/findings.md`` from the catalogue: what each message means for the officer.

In: ``pipeline.model.catalogue``. Out: the page, the same for the same catalogue.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.model.catalogue import FAILURES, FINDINGS, Entry, Severity  # noqa: E402 - needs the root

PAGE = ROOT / "docs" / "findings.md"

INTRODUCTION = """# メッセージの一覧

点検（`shiryo check`）と作成（`shiryo build`）で表示されるメッセージの一覧です。
`{ }` の部分には、台帳の値や見出しが入ります。メッセージの前には「事業一覧!C2（No.1）」のように、
シートとセルと事業の番号が付きます。

- **誤り**: 直すまで資料は作成されません。
- **注意**: 資料は作成されます。印刷の前に確かめてください。
- **お知らせ**: 資料は作成されます。意図したものであれば、そのままで差し支えありません。

注意とお知らせは、台帳の「確認済」の列に理由を書くと、その事業の分が「確認済」として別に表示されます。
"""


def page() -> str:
    """The whole page as Markdown."""
    about_data = [
        section(f"台帳についての{severity.label}", [e for e in FINDINGS if e.severity is severity])
        for severity in Severity
    ]
    stops = section("処理を続けられないとき", list(FAILURES))
    return "\n".join([INTRODUCTION, *about_data, stops])


def section(title: str, entries: list[Entry]) -> str:
    """One table: code, message and what to do."""
    rows = [
        f"| `{entry.code}` | {_cell(entry.message)} | {_cell(entry.remedy)} |" for entry in entries
    ]
    head = [f"## {title}", "", "| 記号 | メッセージ | どうするか |", "|---|---|---|"]
    return "\n".join([*head, *rows, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
