"""``collect``: read opinions from a filled-in handout or workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.console import JapaneseCommand
from pipeline.cli.messages import DONE, FINDINGS, print_json, print_message, quoted
from pipeline.cli.options import ReadingOptions, source_options, workbook_argument
from pipeline.cli.report import show_findings
from pipeline.model.fills import as_json, is_blank, row_label

if TYPE_CHECKING:
    from pipeline.commands.collect import Collected


@click.command(
    cls=JapaneseCommand,
    help="記入した資料（Word）か当日入力のブックから意見を読み取り、台帳の隣に意見の集計を"
    "作ります。台帳は書き換えません。",
    short_help="記入した資料から意見を集める",
    epilog="shiryo collect 資料１_会議用.docx\nshiryo collect output/当日入力.xlsx\n"
    "shiryo collect 資料１_会議用.docx inputs/連携事業マスタ.xlsx",
)
@click.argument("file", type=click.Path(path_type=Path), metavar="記入したファイル")
@workbook_argument
@click.option(
    "--same-meeting",
    is_flag=True,
    help="会議情報の回や開催日が片方にしかなくても、この会議の資料として読み取ります。",
)
@source_options
def collect(
    file: Path, workbook: Path | None, *, same_meeting: bool, reading: ReadingOptions, as_json: bool
) -> int:
    """``collect``: read opinions from a filled-in handout or workbook."""
    from pipeline.commands import collect as command  # noqa: PLC0415 - loads pandas

    source = reading.source(workbook)
    outcome = command.run(file, source, same_meeting=same_meeting)
    show_findings(outcome.findings)
    _print_outcome(outcome)
    if as_json:
        print_json(_outcome_json(outcome))
    return FINDINGS if outcome.failed else DONE


def _print_outcome(outcome: Collected) -> None:
    """Print how many rows were filled in and where the opinions were written."""
    if outcome.failed:
        print_message("意見は書き出していません。誤りを直して保存し、もう一度実行してください。")
        return
    form, opinions = outcome.intake.form, sorted(outcome.opinions.items())
    asked = [row_label(no, form) for no, each in opinions if each.is_open]
    blank = [
        row_label(no, form) for no, each in opinions if is_blank(each.fills) and not each.is_open
    ]
    accepted = len(opinions) - len(blank) - len(asked)
    print_message(
        f"{outcome.file.name} から {len(opinions)} 件中 {accepted} 件の意見を読み取りました。"
    )
    if asked:
        print_message(f"確認が要るもの: {'、'.join(asked)}")
    if blank:
        print_message(f"未入力: {'、'.join(blank)}")
    if outcome.path is not None:
        print_message(f"意見の集計: {outcome.path.as_posix()}")
        # With the master's name, as another master may be the newest.
        print_message(f"結果版を作るには: shiryo build {quoted(outcome.intake.path)}")


def _outcome_json(outcome: Collected) -> dict[str, object]:
    """The JSON document; ``asked`` is the doubt about a row, ``edits`` the changes of the file."""
    form = outcome.intake.form
    document: dict[str, object] = {
        "file": outcome.file.as_posix(),
        "workbook": outcome.intake.path.as_posix(),
        "results": outcome.path.as_posix() if outcome.path else None,
        "rows": [
            {
                "no": no if form.of_kind("no") else None,
                "name": each.name or None,
                "fills": as_json(each.fills, form),
                **({"asked": each.asked} if each.asked else {}),
            }
            for no, each in sorted(outcome.opinions.items())
        ],
        "findings": [found.as_json() for found in outcome.findings],
    }
    edits = [
        {
            "no": edit.row,
            "kind": edit.kind.value,
            "place": edit.place,
            "printed": edit.printed,
            "seen": edit.seen,
            "where": edit.at or None,
        }
        for edit in outcome.edits
    ]
    return {**document, "edits": edits} if edits else document
