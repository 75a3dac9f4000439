"""``entry``: make the entry workbook for the day of the meeting."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.console import JapaneseCommand
from pipeline.cli.messages import DONE, FINDINGS, print_json, print_message, quoted
from pipeline.cli.options import ReadingOptions, output_option, source_options, workbook_argument
from pipeline.cli.report import show_findings


@click.command(
    cls=JapaneseCommand,
    help="会議の当日に意見を入力するブック（当日入力.xlsx）を作ります。",
    short_help="当日に意見を入力するブックを作る",
    epilog="shiryo entry\nshiryo entry inputs/連携事業マスタ.xlsx --output 当日",
)
@workbook_argument
@output_option("ブックを置く", "同じ名前があれば番号を付けます。")
@source_options
def entry(workbook: Path | None, *, output: Path, reading: ReadingOptions, as_json: bool) -> int:
    """``entry``: make the entry workbook for the day of the meeting."""
    from pipeline.commands import entry as command  # noqa: PLC0415 - loads pandas

    outcome = command.run(reading.source(workbook), output)
    show_findings(outcome.intake.findings)
    if outcome.path is None:
        print_message(
            "当日入力のブックは作成していません。誤りを直して、もう一度実行してください。"
        )
    else:
        print_message(f"{outcome.intake.path.name} から作成しました: {outcome.path.as_posix()}")
        # With the master's name, as another master may be the newest by then.
        paths = f"{quoted(outcome.path)} {quoted(outcome.intake.path)}"
        print_message(f"入力して保存した後: shiryo collect {paths}")
    if as_json:
        print_json(
            {
                "workbook": outcome.intake.path.as_posix(),
                "entry": outcome.path.as_posix() if outcome.path else None,
                "findings": [found.as_json() for found in outcome.intake.findings],
            }
        )
    return FINDINGS if outcome.path is None else DONE
