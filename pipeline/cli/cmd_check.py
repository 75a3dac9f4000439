"""``check``: print the findings of a master, make no document."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.base.errors import PipelineError
from pipeline.cli.console import JapaneseCommand
from pipeline.cli.messages import DONE, FINDINGS, fail, print_json, print_message
from pipeline.cli.options import ReadingOptions, results_option, source_options, workbook_argument
from pipeline.cli.report import show_findings
from pipeline.model.findings import any_blocks


@click.command(
    cls=JapaneseCommand,
    help="台帳を点検し、見つかったことをすべて知らせます。資料は作りません。",
    short_help="台帳を点検する",
    epilog="shiryo check\nshiryo check inputs/連携事業マスタ.xlsx --json",
)
@workbook_argument
@click.option(
    "--annotate",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="フォルダー",
    help="指摘をセルに書き込んだ台帳の写し（検査結果.xlsx）を、このフォルダーに作ります。",
)
@results_option
@source_options
def check(
    workbook: Path | None,
    *,
    annotate: Path | None,
    results: Path | None,
    reading: ReadingOptions,
    as_json: bool,
) -> int:
    """``check``: print the findings of a master, make no document."""
    from pipeline.commands.check import write_annotated  # noqa: PLC0415 - loads pandas
    from pipeline.commands.reading import read_intake  # noqa: PLC0415 - as above

    try:
        intake = read_intake(reading.source(workbook, results))
    except PipelineError as error:
        requested = workbook.as_posix() if workbook else None
        return fail(error, as_json=as_json, workbook=requested)
    show_findings(intake.findings)
    if not intake.findings:
        print_message(f"{intake.path.name} に問題は見つかりませんでした。")
    if annotate is not None:
        print_message("指摘を書き込んだ写しを作りました:")
        print_message(f"  {write_annotated(intake, annotate).as_posix()}")
    if as_json:
        print_json(
            {"workbook": intake.path.as_posix(), "findings": [f.as_json() for f in intake.findings]}
        )
    return FINDINGS if any_blocks(intake.findings) else DONE
