"""The options that several commands share."""

from __future__ import annotations

import datetime as dt
import functools
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from pipeline.base.errors import UsageMistake
from pipeline.base.paths import INPUTS, OUTPUT
from pipeline.model.editions import PAPERS, DocumentFormat, Edition
from pipeline.model.request import BuildRequest, Source

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """The options of every command that reads a master."""

    inputs: Path
    form_name: str | None
    sheet: str | None
    mapping: tuple[str, ...]
    save_map: bool

    def source(self, workbook: Path | None, results: Path | None = None) -> Source:
        """The workbook to read and the mapping of its headers."""
        return Source(
            self.inputs,
            workbook,
            self.form_name,
            self.sheet,
            self.mapping,
            save_mapping=self.save_map,
            results=results,
        )


@dataclass(frozen=True, slots=True)
class MakingOptions:
    """The options that select the documents and the output folder."""

    edition: str
    kind: str
    documents: str
    paper: str | None
    output: Path
    allow_blank: bool

    def requests(
        self, reading: ReadingOptions, workbooks: Sequence[Path | None], results: Path | None
    ) -> list[BuildRequest]:
        """One request per workbook, with the current time."""
        now, date = dt.datetime.now().astimezone(), _source_date_epoch()
        formats = tuple(DocumentFormat) if self.kind == "all" else (DocumentFormat(self.kind),)
        return [
            BuildRequest(
                source=reading.source(workbook, results),
                editions=None if self.edition == "auto" else (Edition(self.edition),),
                formats=formats,
                paper=self.paper,
                output=self.output,
                companions=self.documents == "all",
                allow_blank=self.allow_blank,
                now=now,
                document_date=date,
            )
            for workbook in workbooks
        ]


def _source_date_epoch() -> dt.datetime | None:
    """The date from SOURCE_DATE_EPOCH (reproducible builds), None if it is not set."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    if not seconds:
        return None
    try:
        return dt.datetime.fromtimestamp(int(seconds), tz=dt.UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageMistake("source-date-epoch", seconds=seconds) from error


json_option = click.option(
    "--json", "as_json", is_flag=True, help="結果を JSON で標準出力に書きます。"
)

form_option = click.option(
    "--form",
    "form_name",
    metavar="様式",
    help="使う様式。指定しなければ、台帳の「様式」の行か見出しから決めます。",
)

inputs_option = click.option(
    "--inputs",
    type=click.Path(path_type=Path),
    default=INPUTS,
    metavar="フォルダー",
    help="台帳を置くフォルダー。指定しなければ inputs。",
)


def output_option(purpose: str, more: str = "") -> Callable[[_Command], _Command]:
    """``--output``; ``purpose`` (資料を置く) starts its help, ``more`` is an extra sentence."""
    return click.option(
        "--output",
        type=click.Path(path_type=Path),
        default=OUTPUT,
        metavar="フォルダー",
        help=f"{purpose}フォルダー。指定しなければ output。{more}",
    )


def _grouped(
    name: str,
    kind: type[ReadingOptions | MakingOptions],
    *options: Callable[[_Command], _Command],
) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Decorate a command with options; those of ``kind`` are passed as one argument ``name``."""

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        @functools.wraps(command)
        def with_group(**values: Any) -> int:
            return command(
                **{name: kind(**{each: values.pop(each) for each in kind.__slots__})}, **values
            )

        decorated: Callable[..., int] = with_group
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


source_options: Final = _grouped(
    "reading",
    ReadingOptions,
    inputs_option,
    form_option,
    click.option("--sheet", metavar="シート名", help="一覧表のあるシートを指定します。"),
    click.option(
        "--save-map",
        is_flag=True,
        help="--map の対応を台帳の隣（台帳の名前.map.toml）に保存し、次から使います。",
    ),
    click.option(
        "--map",
        "mapping",
        multiple=True,
        metavar="元の見出し=列",
        help="見出しと列の対応を指定します（繰り返せます）。",
    ),
    json_option,
)

making_options: Final = _grouped(
    "making",
    MakingOptions,
    click.option(
        "--edition",
        type=click.Choice(["auto", "meeting", "results"]),
        default="auto",
        help="auto: 会議用と、意見が入っていれば結果版（既定）。meeting: 会議用。results: 結果版。",
    ),
    click.option(
        "--format",
        "kind",
        type=click.Choice(["all", "docx", "pdf"]),
        default="all",
        help="作るファイルの種類。指定しなければ両方（会議録（案）は Word だけです）。",
    ),
    click.option(
        "--documents",
        type=click.Choice(["all", "handout"]),
        default="all",
        help="all: 資料１と、会議結果概要・会議録（案）・参考資料（既定）。handout: 資料１だけ。",
    ),
    click.option(
        "--paper",
        type=click.Choice(["A4", "A3", *PAPERS]),
        help="用紙。指定しなければ様式の用紙。A4・A3 だけのときは、様式と同じ向きにします。",
    ),
    output_option("資料を置く"),
    click.option(
        "--allow-blank",
        is_flag=True,
        help="意見が未入力の事業があっても結果版を作り、「未入力」と印刷します。",
    ),
)


workbook_argument = click.argument(
    "workbook", required=False, type=click.Path(path_type=Path), metavar="[台帳]"
)

results_option = click.option(
    "--results",
    type=click.Path(path_type=Path),
    metavar="ブック",
    help="使う意見の集計。指定しなければ台帳の隣にあるもの（shiryo collect が作ります）。",
)
