"""``new``: make an empty master."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.base.paths import DEFAULT_FORM, INPUTS
from pipeline.cli.console import JapaneseCommand
from pipeline.cli.messages import DONE, print_json, print_message
from pipeline.cli.options import form_option, json_option


@click.command(
    cls=JapaneseCommand,
    help="空の台帳（.xlsx）を作ります。選択肢の一覧、入力の点検、書き方の説明が付いています。"
    "ファイル名を指定しなければ、いまのフォルダーに 台帳_新規.xlsx を作ります。",
    short_help="空の台帳を作る",
    epilog="shiryo new\nshiryo new 連携事業マスタ.xlsx",
)
@click.argument("target", required=False, type=click.Path(path_type=Path), metavar="[ファイル]")
@json_option
@form_option
def new(target: Path | None, *, as_json: bool, form_name: str | None) -> int:
    """``new``: make an empty master."""
    from pipeline.commands import new as command  # noqa: PLC0415 - loads openpyxl

    path = command.run(form_name or DEFAULT_FORM, target)
    print_message(f"空の台帳を作りました: {path.as_posix()}")
    print_message("書き方は、台帳のシート「書き方」にあります。")
    if path.parent.resolve() != INPUTS.resolve():
        print_message("入力が済んだら inputs フォルダーに入れて、shiryo build を実行してください。")
    else:
        print_message(
            "入力が済むまでは、このフォルダーのほかの台帳を名前で指定して実行してください。"
        )
    if as_json:
        print_json({"workbook": path.as_posix()})
    return DONE
