"""``entry``: the workbook for the day of the meeting."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.options import Reading, source_options, workbook_argument
from pipeline.cli.speak import DONE, FINDINGS, print_json, say, show_findings
from pipeline.console import JapaneseCommand
from pipeline.paths import OUTPUT


@click.command(
    cls=JapaneseCommand,
    help="会議の当日に意見を入力するブック（当日入力.xlsx）を作ります。",
    short_help="当日に意見を入力するブックを作る",
    epilog="shiryo entry\nshiryo entry inputs/連携事業マスタ.xlsx --output 当日",
)
@workbook_argument
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=OUTPUT,
    metavar="フォルダー",
    help="ブックを置くフォルダー。指定しなければ output。同じ名前があれば番号を付けます。",
)
@source_options
def entry(workbook: Path | None, *, output: Path, reading: Reading, as_json: bool) -> int:
    """``entry``: the workbook for the day of the meeting."""
    from pipeline.commands import entry as command  # noqa: PLC0415 - pandas behind it

    outcome = command.run(reading.source(workbook), reading.form_name, output)
    show_findings(outcome.intake.findings)
    if outcome.path is None:
        say("当日入力のブックは作成していません。誤りを直して、もう一度実行してください。")
    else:
        say(f"{outcome.intake.path.name} から作成しました: {outcome.path.as_posix()}")
        say(f"入力して保存した後: shiryo collect {outcome.path.as_posix()}")
    if as_json:
        print_json(
            {
                "workbook": outcome.intake.path.as_posix(),
                "entry": outcome.path.as_posix() if outcome.path else None,
                "findings": [found.as_json() for found in outcome.intake.findings],
            }
        )
    return FINDINGS if outcome.path is None else DONE
