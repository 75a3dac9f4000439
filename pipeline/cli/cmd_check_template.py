"""``check-template``: print the findings of a form's files."""

from __future__ import annotations

import click

from pipeline.base.paths import DEFAULT_FORM
from pipeline.cli.cmd_build import start_workers
from pipeline.cli.console import JapaneseCommand
from pipeline.cli.messages import DONE, FINDINGS, print_json, print_message
from pipeline.cli.options import json_option
from pipeline.cli.report import show_findings
from pipeline.model.findings import any_blocks


@click.command(
    name="check-template",
    cls=JapaneseCommand,
    help="様式（form.toml と Word・HTML のひな形）の誤りを、すべて知らせます。"
    "架空の事業を印刷してみて、欠ける項目がないかも確かめます。",
    short_help="様式（ひな形）を点検する",
    epilog="shiryo check-template\nshiryo check-template shiryo1 --json",
)
@click.argument("form_name", required=False, default=DEFAULT_FORM, metavar="[様式]")
@json_option
def check_template(form_name: str, *, as_json: bool) -> int:
    """``check-template``: print the findings of a form's files."""
    with start_workers() as workers:
        from pipeline.commands import check_template as command  # noqa: PLC0415 - loads the model

        checked = command.run(form_name, workers)
    show_findings(checked.findings)
    if not checked.findings:
        files, values = len(checked.proofs), sum(p.values for p in checked.proofs.values())
        print_message(
            f"様式「{form_name}」に問題は見つかりませんでした"
            f"（{files} ファイルに印刷し、{values} 項目すべてを確かめました）。"
        )
    if as_json:
        print_json(
            {
                "form": form_name,
                "folder": checked.folder.as_posix(),
                "proof": {name: proof.as_json() for name, proof in checked.proofs.items()},
                "findings": [found.as_json() for found in checked.findings],
            }
        )
    return FINDINGS if any_blocks(checked.findings) else DONE
