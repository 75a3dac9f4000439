"""``watch``: build again whenever a master is saved, until Ctrl+C."""

from __future__ import annotations

import click

from pipeline.base.errors import InputUnreadable
from pipeline.cli.build import started
from pipeline.cli.console import JapaneseCommand
from pipeline.cli.options import Making, Reading, making_options, source_options
from pipeline.cli.speak import DONE


@click.command(
    cls=JapaneseCommand,
    help="inputs を見張り、台帳が保存されるたび、意見が集められるたびに、"
    "点検して資料を作り直します。Excel で台帳を開いたまま使えます。終えるには Ctrl+C を押します。",
    short_help="台帳が保存されるたびに作り直す",
    epilog="shiryo watch\nshiryo watch --edition meeting --format pdf",
)
@making_options
@source_options
def watch(*, making: Making, reading: Reading, as_json: bool) -> int:
    """``watch``: build again whenever a master is saved, until Ctrl+C."""
    if not reading.inputs.is_dir():
        raise InputUnreadable("watch-folder-missing", folder=reading.inputs)
    # First of all, so that the workers load the renderers while this process loads pandas.
    with started() as workers:
        from pipeline.cli.watching import watch_folder  # noqa: PLC0415 - pandas behind it

        watch_folder(making, reading, workers, as_json=as_json)
    return DONE
