"""``build``: make the handouts of one workbook or of several."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.base.errors import UsageMistake
from pipeline.cli.console import JapaneseCommand
from pipeline.cli.messages import print_json
from pipeline.cli.options import (
    MakingOptions,
    ReadingOptions,
    making_options,
    results_option,
    source_options,
)
from pipeline.master.find import requested_masters

if TYPE_CHECKING:
    from pipeline.commands.workers import Workers


@click.command(
    cls=JapaneseCommand,
    help="資料１を作ります。台帳を指定しなければ inputs にある最も新しいものを使います。"
    "台帳は続けていくつでも、またはフォルダーで（中の台帳すべてを）指定できます。",
    short_help="資料（会議用・結果版）を作る",
    epilog="shiryo build\nshiryo build --edition meeting --paper A3\n"
    "shiryo build inputs/連携事業マスタ.xlsx --allow-blank",
)
@click.argument("workbooks", nargs=-1, type=click.Path(path_type=Path), metavar="[台帳]...")
@making_options
@results_option
@source_options
def build(
    workbooks: tuple[Path, ...],
    *,
    making: MakingOptions,
    results: Path | None,
    reading: ReadingOptions,
    as_json: bool,
) -> int:
    """``build``: make the handouts of one workbook or of several."""
    paths = requested_masters(workbooks)
    listed = len(workbooks) > 1 or any(path.is_dir() for path in workbooks)
    if results is not None and len(paths) > 1:
        raise UsageMistake("results-for-several")
    # First, so that the workers load the renderers while this process loads pandas.
    with start_workers() as workers:
        from pipeline.cli import building  # noqa: PLC0415 - loads pandas

        requests = making.requests(reading, paths or (None,), results)
        if len(requests) > 1:
            status, documents = building.build_many(requests, workers)
        else:
            status, *documents = building.build_one(requests[0], workers)
    if as_json:
        print_json(documents if listed else documents[0])
    return status


def start_workers() -> Workers:
    """Start workers, which load the renderers in the background."""
    from pipeline.commands.workers import Workers  # noqa: PLC0415 - loads pebble

    return Workers()
