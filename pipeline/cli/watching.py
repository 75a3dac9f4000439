"""What ``watch`` does and says once its workers have begun to load; pandas comes with it."""

from __future__ import annotations

from pathlib import Path

from pipeline.base.errors import PipelineError
from pipeline.cli.building import failure_json, outcome_json, progress_bar, tell_files
from pipeline.cli.options import Making, Reading
from pipeline.cli.speak import defect, fail, print_json_line, say, show_findings
from pipeline.commands.build import begin, finish
from pipeline.commands.watch import looks, saved_masters
from pipeline.commands.workers import Workers
from pipeline.model.form import load_form


def watch_folder(making: Making, reading: Reading, workers: Workers, *, as_json: bool) -> None:
    """Build every master that is saved, until Ctrl+C."""
    folder = reading.inputs
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


def _build(
    master: Path,
    making: Making,
    reading: Reading,
    workers: Workers,
    *,
    as_json: bool,
) -> None:
    """One build; whatever goes wrong is told, and the watching goes on."""
    say(f"― {master.name} を作り直します。")
    try:
        with progress_bar("資料を作っています", "{} を作っています") as progress:
            begun = begin(making.request(reading, master), workers)
            told = begun.planned.intake.findings
            show_findings(told)
            outcome = finish(begun, progress)
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
