"""Run ``build`` and print its results. Imported after the workers start: it loads pandas."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.base.errors import PipelineError
from pipeline.cli.messages import DONE, FINDINGS, defect, fail, print_message
from pipeline.cli.report import show_findings
from pipeline.commands.build import run
from pipeline.commands.many import Result, run_many
from pipeline.commands.publishing import Publication
from pipeline.commands.workers import Workers
from pipeline.model.findings import from_error
from pipeline.model.request import BuildRequest


def build_one(request: BuildRequest, workers: Workers) -> tuple[int, dict[str, object]]:
    """Exit status and JSON document of one master."""
    try:
        with progress_bar("台帳を読み取り、点検しています", "{} を作っています") as progress:
            outcome = run(request, progress, workers)
    except PipelineError as error:
        status = fail(error, as_json=False)
        return status, failure_json(request.source.workbook, error)
    print_outcome(outcome)
    return FINDINGS if outcome.failed else DONE, outcome_json(outcome)


def build_many(
    requests: list[BuildRequest], workers: Workers
) -> tuple[int, list[dict[str, object]]]:
    """Exit status and JSON documents; the status is 1 if any master failed, for any reason."""
    results: list[Result] = []
    documents: list[dict[str, object]] = []
    with progress_bar("台帳を順に処理しています", "{} を処理しました") as progress:
        for result in run_many(requests, progress, workers):
            results.append(result)
            documents.append(_print_result(result))
    _print_summary(results)
    return FINDINGS if any(result.failed for result in results) else DONE, documents


def _print_result(result: Result) -> dict[str, object]:
    """Print the result of one of several masters; return its JSON document."""
    if result.outcome is not None:
        print_outcome(result.outcome)
        return outcome_json(result.outcome)
    error = result.error
    reported = error if isinstance(error, PipelineError) else defect(error or Exception())
    fail(reported, as_json=False)
    return failure_json(result.workbook, reported)


def _print_summary(results: list[Result]) -> None:
    """Print which masters were built and which failed, at the end, where users see it."""
    failed = [result for result in results if result.failed]
    partial = sum(
        result.outcome is not None and result.outcome.run is not None for result in failed
    )
    print_message(
        f"台帳 {len(results)} 件: 作成 {len(results) - len(failed)} 件、一部だけ作成 {partial} 件、"
        f"作成できなかったもの {len(failed) - partial} 件"
    )
    for result in failed:
        print_message(f"  {result.workbook.as_posix()}: {_reason(result)}")


def _reason(result: Result) -> str:
    """Why a master failed, in short; the full message was printed before."""
    if result.outcome is not None:
        errors = sum(found.blocks for found in result.outcome.findings)
        made = "一部だけ作成しました" if result.outcome.run else "作成していません"
        return f"誤り {errors} 件のため{made}。"
    if isinstance(result.error, PipelineError):
        return from_error(result.error).fact
    return "思いがけない不具合がありました。"


@contextlib.contextmanager
def progress_bar(start: str, label: str) -> Iterator[Callable[[str, int, int], None]]:
    """Show a progress bar if stderr is a terminal; ``label`` is a format string for the name."""
    if not sys.stderr.isatty():
        yield lambda _name, _done, _total: None
        return
    from pipeline.cli.bar import bar  # noqa: PLC0415 - loads rich, which only a terminal needs

    with bar(start) as update:
        yield lambda name, done, total: update(label.format(name), done, total)


def print_outcome(outcome: Publication) -> None:
    """Print the findings and the files that were made."""
    show_findings(outcome.findings)
    if outcome.run is None:
        print_message("資料は作成していません。誤りを直して、もう一度実行してください。")
        if outcome.annotated is not None:
            print_message(f"指摘を書き込んだ台帳の写し: {outcome.annotated.as_posix()}")
        return
    print_message(f"{outcome.workbook.name} から作成しました: {outcome.run.as_posix()}")
    for file in outcome.files:
        print_message(f"  {file.path.name}")


def failure_json(workbook: Path | None, error: PipelineError) -> dict[str, object]:
    """The JSON document of a workbook that failed."""
    return {
        "workbook": workbook.as_posix() if workbook else None,
        "run": None,
        "files": [],
        "findings": [from_error(error).as_json()],
    }


def outcome_json(outcome: Publication) -> dict[str, object]:
    """The JSON document of a run."""
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
