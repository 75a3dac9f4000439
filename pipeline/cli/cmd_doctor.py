"""``doctor``: check whether this machine is ready."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.base.errors import ComponentMissing
from pipeline.base.paths import DEFAULT_FORM
from pipeline.cli.console import JapaneseCommand
from pipeline.cli.messages import DONE, print_json, print_message
from pipeline.cli.options import form_option, inputs_option, json_option, output_option
from pipeline.model.conditions import State


@click.command(
    cls=JapaneseCommand,
    help="このパソコンで資料を作れるかを確かめます。足りないものがあれば、入れ方を示します"
    "（終了コード 4）。",
    short_help="このパソコンで作れるか確かめる",
    epilog="shiryo doctor\nshiryo doctor --json",
)
@json_option
@form_option
@inputs_option
@output_option("資料を置く")
def doctor(*, as_json: bool, form_name: str | None, inputs: Path, output: Path) -> int:
    """``doctor``: check whether this machine is ready."""
    from pipeline.commands import doctor as command  # noqa: PLC0415 - only this command needs it

    conditions = command.run(form_name or DEFAULT_FORM, inputs, output)
    for condition in conditions:
        print_message(f"{condition.state.label}　{condition.title}: {condition.message}")
    missing = sum(condition.state is State.MISSING for condition in conditions)
    doubtful = sum(condition.state is State.DOUBTFUL for condition in conditions)
    print_message(
        f"足りないものが {missing} 件あります。上の「不足」をご覧ください。"
        if missing
        else "資料を作れます。" + (f"（確認 {doubtful} 件）" if doubtful else "")
    )
    if as_json:
        print_json(
            {"ready": not missing, "conditions": [condition.as_json() for condition in conditions]}
        )
    return ComponentMissing.exit_status if missing else DONE
