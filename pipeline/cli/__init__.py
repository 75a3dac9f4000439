"""The command line: arguments in, exit status out, and the only printer.

One module ``cmd_<verb>`` a verb; ``speak`` prints, ``options`` holds what several verbs take. Text
for people goes to standard error; with ``--json`` standard output is one JSON
document. Heavy stages are imported by the commands that need them, so that
``--help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from pipeline import __version__
from pipeline.base.errors import PipelineError, UsageMistake
from pipeline.base.pango import use_packaged_pango
from pipeline.cli.cmd_build import build
from pipeline.cli.cmd_check import check
from pipeline.cli.cmd_check_template import check_template
from pipeline.cli.cmd_collect import collect
from pipeline.cli.cmd_completion import completion
from pipeline.cli.cmd_doctor import doctor
from pipeline.cli.cmd_entry import entry
from pipeline.cli.cmd_form import form
from pipeline.cli.cmd_new import new
from pipeline.cli.cmd_records import records
from pipeline.cli.cmd_serve import serve
from pipeline.cli.cmd_verify import verify
from pipeline.cli.console import JapaneseGroup, usage_message
from pipeline.cli.messages import DONE, INTERRUPTED, defect, fail, print_message


@click.group(
    cls=JapaneseGroup,
    help="会議の台帳（Excel）から資料（会議用・結果版）を Word と PDF で作ります。",
    epilog="shiryo serve\nshiryo new\nshiryo check\nshiryo build\nshiryo build --help",
    context_settings={"help_option_names": ["-h", "--help"]},
    invoke_without_command=True,
)
@click.version_option(
    __version__, prog_name="shiryo", message="%(prog)s %(version)s", help="版を表示して終わります。"
)
@click.pass_context
def shiryo(context: click.Context) -> None:
    """The group; its help is Japanese and stands above. It is shown where no command is given."""
    if context.invoked_subcommand is None:
        print_message(context.get_help())
        context.exit(UsageMistake.exit_status)


# In the order of the officer's evening; ``--help`` lists them so.
_VERBS = (
    *(serve, build, check, records, entry, collect, verify),
    *(form, new, doctor, check_template, completion),
)
for _verb in _VERBS:
    shiryo.add_command(_verb)


def run() -> NoReturn:
    """The installed command: :func:`main`, then out with its status."""
    status = main()
    if status == INTERRUPTED:
        # ``python -m`` dies of the signal, whatever the status, where Ctrl+C came while
        # source text was executed (dataclasses do that); executing some clears its flag.
        exec("")  # noqa: S102
    sys.exit(status)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is one of those that docs/commands.md lists."""
    _speak_utf8()
    use_packaged_pango(os.environ)
    given = sys.argv[1:] if arguments is None else arguments
    as_json = "--json" in given
    try:
        # Without arguments click takes the program's own: on Windows, where no shell does
        # it, it then also puts the files in the place of ``*.xlsx``.
        status = shiryo.main(
            args=None if arguments is None else list(arguments),
            prog_name="shiryo",
            standalone_mode=False,
        )
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        return fail(UsageMistake("command-line", reason=usage_message(error)), as_json=as_json)
    except PipelineError as error:
        return fail(error, as_json=as_json)
    except (KeyboardInterrupt, click.Abort):
        print_message("中断しました。作成済みの資料は元のままです。")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line before the user: no traceback
        return fail(defect(error), as_json=as_json)
    return status if isinstance(status, int) else DONE


def _speak_utf8() -> None:
    """A console of another encoding must not turn our text into an error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
