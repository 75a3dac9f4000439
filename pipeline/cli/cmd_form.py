"""``form``: propose a form for any table."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.console import JapaneseCommand
from pipeline.cli.messages import DONE, print_json, print_message
from pipeline.cli.options import inputs_option, json_option, workbook_argument
from pipeline.model.request import Source


@click.command(
    cls=JapaneseCommand,
    help="どんな表からでも、様式（form.toml）を提案します。見出しの段、列の種類、選択肢、用紙を"
    "表から読み取ります。提案は標準出力に書きます。",
    short_help="表から様式を提案する",
    epilog="shiryo form inputs/意見対応表.xlsx\n"
    "shiryo form inputs/意見対応表.xlsx --save 意見対応表",
)
@workbook_argument
@click.option(
    "--save",
    "name",
    metavar="様式名",
    help="templates フォルダーに、この名前の様式として保存します。すぐに使えます。",
)
@inputs_option
@json_option
def form(workbook: Path | None, *, name: str | None, inputs: Path, as_json: bool) -> int:
    """``form``: propose a form for any table."""
    from pipeline.commands import proposing as command  # noqa: PLC0415 - loads pandas

    proposal = command.run(Source(inputs, workbook), name)
    if as_json:
        columns = [
            {"key": column.key, "title": column.name, "kind": column.kind}
            for column in proposal.form.columns
        ]
        path = proposal.path.as_posix() if proposal.path else None
        print_json({"form": proposal.text, "columns": columns, "path": path})
        return DONE
    if proposal.path is None:
        click.echo(proposal.text, nl=False)
    else:
        print_message(
            f"様式 {proposal.path.as_posix()} を作りました。"
            "台帳を置いて shiryo build を実行すると、この様式で資料ができます。"
        )
    return DONE
