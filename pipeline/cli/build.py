"""``build``: the main job, once for each workbook."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import Reading, results_option, source_options
from pipeline.cli.speak import DONE, FINDINGS, fail, print_json, say, show_findings
from pipeline.console import JapaneseCommand
from pipeline.errors import PipelineError, UsageMistake
from pipeline.model.editions import PAPERS, DocumentFormat, Edition
from pipeline.model.findings import from_error
from pipeline.paths import OUTPUT

if TYPE_CHECKING:
    from pipeline.commands.build import Outcome, Request
    from pipeline.commands.making import Progress


@click.command(
    cls=JapaneseCommand,
    help="資料１を作ります。台帳を指定しなければ inputs にある最も新しいものを使います。",
    short_help="資料１（会議用・結果版）を作る",
    epilog="shiryo build\nshiryo build --edition meeting --paper A3\n"
    "shiryo build inputs/連携事業マスタ.xlsx --allow-blank",
)
@click.argument("workbooks", nargs=-1, type=click.Path(path_type=Path), metavar="[台帳]...")
@click.option(
    "--edition",
    type=click.Choice(["auto", "meeting", "results"]),
    default="auto",
    help="auto: 会議用と、意見が入っていれば結果版（既定）。meeting: 会議用。results: 結果版。",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["all", "docx", "pdf"]),
    default="all",
    help="作るファイルの種類。指定しなければ両方（会議録（案）は Word だけです）。",
)
@click.option(
    "--documents",
    type=click.Choice(["all", "handout"]),
    default="all",
    help="all: 資料１と、会議結果概要・会議録（案）・参考資料（既定）。handout: 資料１だけ。",
)
@click.option(
    "--paper", type=click.Choice(["A4", "A3"]), default="A4", help="用紙（縦）。指定しなければ A4。"
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=OUTPUT,
    metavar="フォルダー",
    help="資料を置くフォルダー。指定しなければ output。",
)
@click.option(
    "--allow-blank",
    is_flag=True,
    help="意見が未入力の事業があっても結果版を作り、「未入力」と印刷します。",
)
@results_option
@source_options
def build(
    workbooks: tuple[Path, ...],
    *,
    edition: str,
    kind: str,
    documents: str,
    paper: str,
    output: Path,
    allow_blank: bool,
    results: Path | None,
    reading: Reading,
    as_json: bool,
) -> int:
    """``build``: the main job, once for each workbook."""
    from pipeline.commands import build as command  # noqa: PLC0415 - pandas behind it

    if results is not None and len(workbooks) > 1:
        raise UsageMistake("results-for-several")
    outcomes: list[dict[str, object]] = []
    statuses: list[int] = []
    for workbook in workbooks or (None,):
        try:
            request = command.Request(
                source=reading.source(workbook, results),
                form_name=reading.form_name,
                editions=None if edition == "auto" else (Edition(edition),),
                formats=tuple(DocumentFormat) if kind == "all" else (DocumentFormat(kind),),
                paper=PAPERS[paper],
                output=output,
                companions=documents == "all",
                allow_blank=allow_blank,
                now=dt.datetime.now().astimezone(),
                document_date=_source_date_epoch(),
            )
            outcome = _with_progress(request, command.run)
        except PipelineError as error:
            statuses.append(fail(error, as_json=False))
            outcomes.append(_failure_json(workbook, error))
            continue
        _tell(outcome)
        statuses.append(FINDINGS if outcome.failed else DONE)
        outcomes.append(_outcome_json(outcome))
    if as_json:
        print_json(outcomes if len(workbooks) > 1 else outcomes[0])
    return statuses[0] if len(statuses) == 1 else (FINDINGS if any(statuses) else DONE)


def _source_date_epoch() -> dt.datetime | None:
    """The date that reproducible builds ask for, where the environment has one."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    if not seconds:
        return None
    try:
        return dt.datetime.fromtimestamp(int(seconds), tz=dt.UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageMistake("source-date-epoch", seconds=seconds) from error


def _with_progress(request: Request, run: Callable[[Request, Progress], Outcome]) -> Outcome:
    """Run under a progress bar, which only a terminal sees."""
    if not sys.stderr.isatty():
        return run(request, lambda _name, _done, _total: None)
    from rich.console import Console  # noqa: PLC0415 - a terminal's need only
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("台帳を読み取り、点検しています", total=None)
        return run(
            request,
            lambda name, done, total: bar.update(
                task, description=f"{name} を作っています", completed=done, total=total
            ),
        )


def _tell(outcome: Outcome) -> None:
    """What was found and what was made, for people."""
    show_findings(outcome.findings)
    if outcome.run is None:
        say("資料は作成していません。誤りを直して、もう一度実行してください。")
        say("指摘を書き込んだ台帳の写しは、shiryo check --annotate フォルダー で作れます。")
        return
    say(f"{outcome.workbook.name} から作成しました: {outcome.run.as_posix()}")
    for file in outcome.files:
        say(f"  {file.path.name}")


def _failure_json(workbook: Path | None, error: PipelineError) -> dict[str, object]:
    """The document of a workbook that nothing could be made of."""
    return {
        "workbook": workbook.as_posix() if workbook else None,
        "run": None,
        "files": [],
        "findings": [from_error(error).as_json()],
    }


def _outcome_json(outcome: Outcome) -> dict[str, object]:
    return {
        "workbook": outcome.workbook.as_posix(),
        "run": outcome.run.as_posix() if outcome.run else None,
        "files": [
            {
                "path": file.path.as_posix(),
                "edition": file.edition.value,
                "format": file.format.value,
                "sha256": file.sha256,
            }
            for file in outcome.files
        ],
        "findings": [found.as_json() for found in outcome.findings],
    }
