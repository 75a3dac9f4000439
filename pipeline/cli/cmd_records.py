"""``records``: print the records as JSON or CSV."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.base.errors import UsageMistake
from pipeline.cli.console import JapaneseCommand
from pipeline.cli.messages import DONE, FINDINGS, print_json
from pipeline.cli.options import ReadingOptions, results_option, source_options, workbook_argument
from pipeline.cli.report import show_findings
from pipeline.model.findings import any_blocks
from pipeline.model.records import as_json as as_json_document


@click.command(
    cls=JapaneseCommand,
    help="台帳から読み取った内容を JSON（既定）または CSV で標準出力に書きます。",
    short_help="読み取った内容をデータで出す",
    epilog="shiryo records\nshiryo records --csv > 一覧.csv",
)
@workbook_argument
@click.option("--csv", "as_csv", is_flag=True, help="CSV（BOM 付き UTF-8）で書きます。")
@results_option
@source_options
def records(
    workbook: Path | None,
    *,
    as_csv: bool,
    results: Path | None,
    reading: ReadingOptions,
    as_json: bool,
) -> int:
    """``records``: print the records as JSON or CSV."""
    from pipeline.commands.exporting import csv_of  # noqa: PLC0415 - loads pandas
    from pipeline.commands.reading import read_intake  # noqa: PLC0415 - as above

    if as_csv and as_json:
        raise UsageMistake("csv-and-json")
    intake = read_intake(reading.source(workbook, results))
    show_findings(intake.findings)
    if as_csv:
        # As bytes: Windows would turn every \r\n of a text into \r\r\n. Excel recognises
        # UTF-8 by the BOM.
        click.echo(csv_of(intake.records, intake.form).encode("utf-8-sig"), nl=False)
    else:
        findings = [found.as_json() for found in intake.findings]
        print_json({**as_json_document(intake.records, intake.form), "findings": findings})
    return FINDINGS if any_blocks(intake.findings) else DONE
