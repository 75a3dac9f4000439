"""``watch``: build again whenever a master is saved, until Ctrl+C."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.base.errors import InputUnreadable, PipelineError
from pipeline.cli.build import (
    failure_json,
    outcome_json,
    progress_bar,
    started,
    tell_files,
)
from pipeline.cli.console import JapaneseCommand
from pipeline.cli.options import Making, Reading, making_options, source_options
from pipeline.cli.speak import DONE, defect, fail, print_json_line, say, show_findings

if TYPE_CHECKING:
    from pipeline.commands.workers import Workers


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
    folder = reading.inputs
    if not folder.is_dir():
        raise InputUnreadable("watch-folder-missing", folder=folder)
    # First of all, so that the workers load the renderers while this process loads pandas.
    with started() as workers:
        from pipeline.commands.watch import looks, saved_masters  # noqa: PLC0415 - pandas behind it
        from pipeline.model.form import load_form  # noqa: PLC0415 - msgspec behind it

        heading = load_form(reading.form_name).file.headings.opinion
        known = looks(folder, heading)
        say(f"{folder.as_posix()} を見張っています。台帳を保存すると資料を作り直します。")
        say("終えるには Ctrl+C を押してください。")
        try:
            for master in saved_masters(folder, known, heading):
                _build(master, making, reading, workers, as_json=as_json)
        except KeyboardInterrupt:
            # The one way to end this command: no failure.
            say("見張りを終わりました。作成済みの資料はそのままです。")
    return DONE


def _build(
    master: Path,
    making: Making,
    reading: Reading,
    workers: Workers,
    *,
    as_json: bool,
) -> None:
    """One build; whatever goes wrong is told, and the watching goes on."""
    from pipeline.commands import build as command  # noqa: PLC0415 - loaded already

    say(f"― {master.name} を作り直します。")
    try:
        with progress_bar("資料を作っています", "{} を作っています") as progress:
            begun = command.begin(making.request(reading, master), workers)
            told = begun.planned.intake.findings
            show_findings(told)
            outcome = command.finish(begun, progress)
    except Exception as error:  # noqa: BLE001 - an evening's watch ends by Ctrl+C alone
        known = error if isinstance(error, PipelineError) else defect(error)
        fail(known, as_json=False)
        if as_json:
            print_json_line(failure_json(master, known))
        return
    show_findings([found for found in outcome.findings if found not in told])
    tell_files(outcome)
    if as_json:
        print_json_line(outcome_json(outcome))
