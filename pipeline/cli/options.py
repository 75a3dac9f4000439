"""The options that several commands share: what to read, and how."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.paths import DEFAULT_FORM, INPUTS

if TYPE_CHECKING:
    from pipeline.commands.intake import Source


@dataclass(frozen=True, slots=True)
class Reading:
    """The options that say what to read and how, the same for every command."""

    inputs: Path
    form_name: str
    sheet: str | None
    mapping: tuple[str, ...]
    save_map: bool

    def source(self, workbook: Path | None, results: Path | None = None) -> Source:
        """What to read, and how its headers are to be understood."""
        from pipeline.commands.intake import Source, mapping_of  # noqa: PLC0415 - pandas behind it

        mapping = mapping_of(self.mapping, self.form_name)
        return Source(
            self.inputs,
            workbook,
            self.sheet,
            mapping,
            save_mapping=self.save_map,
            results=results,
        )


def source_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of :class:`Reading`, as one argument ``reading``."""

    @functools.wraps(command)
    def with_reading(**given: Any) -> int:
        reading = Reading(**{name: given.pop(name) for name in Reading.__slots__})
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


workbook_argument = click.argument(
    "workbook", required=False, type=click.Path(path_type=Path), metavar="[台帳]"
)

results_option = click.option(
    "--results",
    type=click.Path(path_type=Path),
    metavar="ブック",
    help="使う意見のブック。指定しなければ台帳の隣にあるもの（shiryo collect が作ります）。",
)
