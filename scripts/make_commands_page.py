"""Write ``docs/commands.md`` from the command definitions: every command with its options.

In: the click tree of ``pipeline.cli``. Out: the page. The same commands give the same page.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.cli import shiryo  # noqa: E402 - needs the root on the path

PAGE = ROOT / "docs" / "commands.md"
# The meaning of each exit status. The classes in pipeline/base/errors.py define the numbers.
STATUSES = {
    0: "完了しました。",
    1: "誤りや違いが見つかりました（作れなかったものがあります）。",
    2: "コマンドの書き方か、指定した名前が違います。",
    3: "台帳や指定したファイルを読み取れません。",
    4: "フォントや様式など、作るのに必要なものに問題があります。",
    5: "書き込めません。",
    70: "この道具の不具合です。",
    130: "中断しました。",
}
INTRODUCTION = """# コマンドの一覧

コマンドは、この道具のフォルダーで実行します。Linux では `.venv/bin/shiryo`、Windows では
`program\\shiryo`、どちらでも `python -m pipeline` と同じです。

人が読む文は標準エラー出力に、`--json` のデータは標準出力に出ます。
打ち間違えたコマンド、オプション、選択肢、列には、いちばん近い名前を示します。
"""


def page() -> str:
    """The whole page as Markdown."""
    listing = [f"| [`{name}`](#{name}) | {c.short_help} |" for name, c in shiryo.commands.items()]
    return "\n".join(
        [
            INTRODUCTION,
            *("| コマンド | すること |", "|---|---|", *listing, ""),
            *(section(name, command) for name, command in shiryo.commands.items()),
            *("## 終了コード", "", "| 値 | 意味 |", "|---|---|"),
            *(f"| {status} | {meaning} |" for status, meaning in STATUSES.items()),
            "",
        ]
    )


def section(name: str, command: click.Command) -> str:
    """One command: its purpose, usage line, options and examples."""
    # The parent context is the group's: the group sets the names of the help option.
    group = shiryo.make_context("shiryo", [name], resilient_parsing=True)
    context = click.Context(command, parent=group, info_name=name)
    usage = " ".join(command.collect_usage_pieces(context))
    lines = [f"## {name}", "", command.help or "", "", f"```text\nshiryo {name} {usage}\n```", ""]
    records = [
        record
        for option in command.get_params(context)
        if isinstance(option, click.Option)
        and (record := option.get_help_record(context)) is not None
    ]
    lines += ["| オプション | 意味 |", "|---|---|"]
    lines += [f"| `{_cell(names)}` | {_cell(meaning)} |" for names, meaning in records]
    lines += ["", "例:", "", f"```sh\n{command.epilog}\n```", ""]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
