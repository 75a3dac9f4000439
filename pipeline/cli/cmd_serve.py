"""``serve``: run the page for the officer."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.base.errors import InputUnreadable
from pipeline.base.paths import INPUTS, OUTPUT
from pipeline.cli.console import JapaneseCommand
from pipeline.cli.messages import DONE, print_message
from pipeline.cli.options import form_option

if TYPE_CHECKING:
    from pipeline.serve.session import Session


@click.command(
    cls=JapaneseCommand,
    help="資料を作る画面をブラウザーで開きます。台帳の保存を見張り、点検と作り直しを自動で行います。"
    "画面を閉じると終わります。",
    short_help="資料を作る画面を開く",
    epilog="shiryo serve\nshiryo serve --folder 懇談会\nshiryo serve --no-browser --port 8000",
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path(),
    metavar="フォルダー",
    help="inputs と output のあるフォルダー。指定しなければいまのフォルダー。",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="番号",
    help="使うポート。指定しなければ空いている番号。",
)
@click.option("--no-browser", is_flag=True, help="ブラウザーを開かず、アドレスを表示します。")
@form_option
def serve(folder: Path, port: int, form_name: str | None, *, no_browser: bool) -> int:
    """``serve``: run the page for the officer."""
    if not folder.is_dir():
        raise InputUnreadable("folder-missing", folder=folder)
    # So that ``inputs`` and ``output`` are the same relative paths as in other commands.
    os.chdir(folder)
    from pipeline.serve.launch import address_of_running_page, only_page  # noqa: PLC0415

    with only_page(Path()) as write_note:
        if write_note is None:
            open_page(address_of_running_page(Path()), no_browser=no_browser)
            return DONE
        from pipeline.serve.server import Settings, run  # noqa: PLC0415

        def ready(session: Session) -> None:
            write_note(session)
            open_page(session.address(), no_browser=no_browser)

        settings = Settings(INPUTS, OUTPUT, form_name, port)
        run(settings, ready)
    print_message("画面を終わりました。作成済みの資料はそのままです。")
    return DONE


def open_page(address: str, *, no_browser: bool) -> None:
    """Open the page in a browser; print its address, with a hint if no browser opens."""
    print_message(f"画面: {address}")
    if no_browser or not _has_screen() or not webbrowser.open(address):
        print_message("このアドレスをブラウザーで開いてください（１回だけ使えます）。")


def _has_screen() -> bool:
    """Whether a browser can open a window: a text browser would block the terminal."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
