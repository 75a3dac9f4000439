"""``verify``: check whether a published run is unchanged."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.console import JapaneseCommand
from pipeline.cli.messages import DONE, FINDINGS, print_json, print_message
from pipeline.cli.options import json_option, output_option
from pipeline.cli.report import show_findings


@click.command(
    cls=JapaneseCommand,
    help="作成した資料が、作成したときのままかを確かめます。"
    "フォルダーを指定しなければ、最も新しいものを確かめます。",
    short_help="作成した資料が元のままか確かめる",
    epilog="shiryo verify\nshiryo verify output/20260309-210507_連携事業マスタ",
)
@click.argument("run", required=False, type=click.Path(path_type=Path), metavar="[フォルダー]")
@output_option("資料を置いた")
@json_option
def verify(run: Path | None, *, output: Path, as_json: bool) -> int:
    """``verify``: check whether a published run is unchanged."""
    from pipeline.commands import verify as command  # noqa: PLC0415 - only this command needs it

    verified = command.run(output, run)
    show_findings(verified.findings)
    if not verified.findings:
        count = len(verified.files)
        print_message(f"{verified.run.as_posix()} の {count} ファイルは、作成したときのままです。")
    if as_json:
        print_json(
            {
                "run": verified.run.as_posix(),
                "files": [
                    {"path": (verified.run / each.name).as_posix(), "status": each.status}
                    for each in verified.files
                ],
                "findings": [found.as_json() for found in verified.findings],
            }
        )
    return FINDINGS if verified.findings else DONE
