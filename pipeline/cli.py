"""The command line: arguments in, exit status out, and the only printer.

Text for people goes to standard error; with ``--json`` standard output is one
JSON document. Heavy stations are imported by the commands that need them, so
that ``--help`` answers at once.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline import __version__
from pipeline.console import JapaneseCommand, JapaneseGroup, usage_message
from pipeline.errors import Defect, PipelineError, UsageMistake
from pipeline.model.editions import PAPERS, DocumentFormat, Edition
from pipeline.model.findings import Finding, any_blocks, from_error
from pipeline.paths import DEFAULT_FORM, INPUTS, OUTPUT

if TYPE_CHECKING:
    from pipeline.commands.build import Outcome, Progress, Request
    from pipeline.commands.intake import Source

DONE, FINDINGS, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is DESIGN's: 0, 1, 2, 3, 4, 5, 70 or 130."""
    _speak_utf8()
    args = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = shiryo.main(args=args, prog_name="shiryo", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        _say(usage_message(error))
        return USAGE
    except PipelineError as error:
        return _fail(error, as_json="--json" in args)
    except (KeyboardInterrupt, click.Abort):
        _say("中断しました。作成済みの資料は元のままです。")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line before the user: no traceback
        return _fail(_defect(error), as_json="--json" in args)
    return status if isinstance(status, int) else DONE


def _speak_utf8() -> None:
    """A console of another encoding must not turn our text into an error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def _say(text: str) -> None:
    click.echo(text, err=True)


def _print_json(document: object) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _fail(error: PipelineError, *, as_json: bool) -> int:
    """Tell of a failure; with ``--json`` the document holds it as its one finding."""
    found = from_error(error)
    _say(found.message)
    if as_json:
        _print_json({"findings": [found.as_json()]})
    return error.exit_status


def _defect(error: Exception) -> PipelineError:
    """Our own mistake: the traceback goes to a file, its name to the user."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="shiryo-", suffix=".log", delete=False
    ) as log:
        traceback.print_exception(error, file=log)
    return Defect("unexpected", reason=f"{type(error).__name__}: {error}", log=log.name)


def _show(findings: Sequence[Finding]) -> None:
    """The findings as a table on standard error."""
    if not findings:
        return
    from pipeline.report import print_findings  # noqa: PLC0415 - rich costs 50 ms

    print_findings(findings)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The options that say what to read and how, the same for every command."""

    inputs: Path
    form_name: str
    sheet: str | None
    mapping: tuple[str, ...]
    save_map: bool

    def source(self, workbook: Path | None) -> Source:
        """What to read, and how its headers are to be understood."""
        from pipeline.commands.intake import Source, mapping_of  # noqa: PLC0415 - pandas behind it

        mapping = mapping_of(self.mapping, self.form_name)
        return Source(self.inputs, workbook, self.sheet, mapping, save_mapping=self.save_map)


def _source_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of :class:`_Reading`, as one argument ``reading``."""

    @functools.wraps(command)
    def with_reading(**given: Any) -> int:
        reading = _Reading(**{name: given.pop(name) for name in _Reading.__slots__})
        return command(reading=reading, **given)

    options = (
        click.option("--json", "as_json", is_flag=True, help="結果を JSON で標準出力に書きます。"),
        click.option(
            "--map",
            "mapping",
            multiple=True,
            metavar="元の見出し=列",
            help="見出しと列の対応を指定します（繰り返せます）。",
        ),
        click.option(
            "--save-map",
            is_flag=True,
            help="--map の対応を台帳の隣（台帳の名前.map.toml）に保存し、次から使います。",
        ),
        click.option("--sheet", metavar="シート名", help="一覧表のあるシートを指定します。"),
        click.option(
            "--form",
            "form_name",
            default=DEFAULT_FORM,
            metavar="様式",
            help=f"使う様式。指定しなければ {DEFAULT_FORM}。",
        ),
        click.option(
            "--inputs",
            type=click.Path(path_type=Path),
            default=INPUTS,
            metavar="フォルダー",
            help="台帳を置くフォルダー。指定しなければ inputs。",
        ),
    )
    decorated: Callable[..., int] = with_reading
    for option in options:
        decorated = option(decorated)
    return decorated


_workbook = click.argument(
    "workbook", required=False, type=click.Path(path_type=Path), metavar="[台帳]"
)


@click.group(
    cls=JapaneseGroup,
    help="懇談会の台帳（Excel）から資料１（会議用・結果版）を Word と PDF で作ります。",
    epilog="shiryo build\nshiryo check inputs/連携事業マスタ.xlsx\nshiryo records --csv > 一覧.csv",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(
    __version__, prog_name="shiryo", message="%(prog)s %(version)s", help="版を表示して終わります。"
)
def shiryo() -> None:
    """The group; its help is Japanese and stands above."""


@shiryo.command(
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
    help="作るファイルの種類。指定しなければ両方。",
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
@_source_options
def build(
    workbooks: tuple[Path, ...],
    edition: str,
    kind: str,
    paper: str,
    output: Path,
    *,
    allow_blank: bool,
    reading: _Reading,
    as_json: bool,
) -> int:
    """``build``: the main job, once for each workbook."""
    from pipeline.commands import build as command  # noqa: PLC0415 - pandas behind it

    outcomes: list[dict[str, object]] = []
    statuses: list[int] = []
    for workbook in workbooks or (None,):
        try:
            request = command.Request(
                source=reading.source(workbook),
                form_name=reading.form_name,
                editions=None if edition == "auto" else (Edition(edition),),
                formats=tuple(DocumentFormat) if kind == "all" else (DocumentFormat(kind),),
                paper=PAPERS[paper],
                output=output,
                allow_blank=allow_blank,
                now=dt.datetime.now().astimezone(),
                document_date=_source_date_epoch(),
            )
            outcome = _with_progress(request, command.run)
        except PipelineError as error:
            statuses.append(_fail(error, as_json=False))
            outcomes.append(_failure_json(workbook, error))
            continue
        _tell(outcome)
        statuses.append(FINDINGS if outcome.failed else DONE)
        outcomes.append(_outcome_json(outcome))
    if as_json:
        _print_json(outcomes if len(workbooks) > 1 else outcomes[0])
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
    _show(outcome.findings)
    if outcome.run is None:
        _say("資料は作成していません。誤りを直して、もう一度実行してください。")
        _say("指摘を書き込んだ台帳の写しは、shiryo check --annotate フォルダー で作れます。")
        return
    _say(f"{outcome.workbook.name} から作成しました: {outcome.run.as_posix()}")
    for file in outcome.files:
        _say(f"  {file.path.name}")


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


@shiryo.command(
    cls=JapaneseCommand,
    help="台帳を点検し、見つかったことをすべて知らせます。資料は作りません。",
    short_help="台帳を点検する",
    epilog="shiryo check\nshiryo check inputs/連携事業マスタ.xlsx --json",
)
@_workbook
@click.option(
    "--annotate",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="フォルダー",
    help="指摘をセルに書き込んだ台帳の写し（検査結果.xlsx）を、このフォルダーに作ります。",
)
@_source_options
def check(
    workbook: Path | None,
    *,
    annotate: Path | None,
    reading: _Reading,
    as_json: bool,
) -> int:
    """``check``: findings only."""
    from pipeline.commands import check as command  # noqa: PLC0415 - pandas behind it

    try:
        intake = command.run(reading.source(workbook), reading.form_name)
    except PipelineError as error:
        _say(from_error(error).message)
        if as_json:
            _print_json(
                {
                    "workbook": str(workbook) if workbook else None,
                    "findings": [from_error(error).as_json()],
                }
            )
        return error.exit_status
    _show(intake.findings)
    if not intake.findings:
        _say(f"{intake.path.name} に問題は見つかりませんでした。")
    if annotate is not None:
        _say(f"指摘を書き込んだ写しを作りました: {command.write_annotated(intake, annotate)}")
    if as_json:
        _print_json(
            {"workbook": intake.path.as_posix(), "findings": [f.as_json() for f in intake.findings]}
        )
    return FINDINGS if any_blocks(intake.findings) else DONE


@shiryo.command(
    cls=JapaneseCommand,
    help="台帳から読み取った内容を JSON（既定）または CSV で標準出力に書きます。",
    short_help="読み取った内容をデータで出す",
    epilog="shiryo records\nshiryo records --csv > 一覧.csv",
)
@_workbook
@click.option("--csv", "as_csv", is_flag=True, help="CSV（BOM 付き UTF-8）で書きます。")
@_source_options
def records(
    workbook: Path | None,
    *,
    as_csv: bool,
    reading: _Reading,
    as_json: bool,
) -> int:
    """``records``: the records as data."""
    from pipeline.commands import check as command  # noqa: PLC0415 - pandas behind it
    from pipeline.commands.records import as_csv as table  # noqa: PLC0415
    from pipeline.model.records import as_json as document  # noqa: PLC0415

    if as_csv and as_json:
        raise UsageMistake("csv-and-json")
    intake = command.run(reading.source(workbook), reading.form_name)
    _show(intake.findings)
    if as_csv:
        # The BOM tells Excel that this is UTF-8.
        click.echo("\ufeff" + table(intake.records), nl=False)
    else:
        _print_json(
            {**document(intake.records), "findings": [f.as_json() for f in intake.findings]}
        )
    return FINDINGS if any_blocks(intake.findings) else DONE
