"""The command line: arguments in, exit status out. Only this package prints.

Each command has a module ``cmd_<name>``; ``messages`` prints, ``options`` defines the options
that several commands share. Text for people goes to standard error; with ``--json`` standard
output is one JSON document. A command imports its heavy stages itself, so that ``--help`` is
fast.
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
    """The group of all commands. Without a command it prints its help, which is Japanese."""
    if context.invoked_subcommand is None:
        print_message(context.get_help())
        context.exit(UsageMistake.exit_status)


# In the order in which an officer uses them; ``--help`` lists them in this order.
_VERBS = (
    *(serve, build, check, records, entry, collect, verify),
    *(form, new, doctor, check_template, completion),
)
for _verb in _VERBS:
    shiryo.add_command(_verb)


def run() -> NoReturn:
    """The installed command: run :func:`main` and exit with its status."""
    status = main()
    if status == INTERRUPTED:
        # If Ctrl+C came while ``exec`` ran source text (dataclasses do that), ``python -m``
        # ends by the signal and ignores the status; another ``exec`` clears that flag.
        exec("")  # noqa: S102
    sys.exit(status)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; docs/commands.md lists them."""
    _use_utf8()
    use_packaged_pango(os.environ)
    command_line = sys.argv[1:] if arguments is None else arguments
    as_json = "--json" in command_line
    try:
        # Without arguments click reads the program's own. On Windows it then also expands
        # ``*.xlsx``, which no shell does there.
        status = shiryo.main(
            args=None if arguments is None else list(arguments),
            prog_name="shiryo",
            standalone_mode=False,
        )
    except click.exceptions.Exit as exit_request:
        return exit_request.exit_code
    except click.ClickException as error:
        return fail(UsageMistake("command-line", reason=usage_message(error)), as_json=as_json)
    except PipelineError as error:
        return fail(error, as_json=as_json)
    except (KeyboardInterrupt, click.Abort):
        print_message("中断しました。作成済みの資料は元のままです。")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the outermost handler: users see no traceback
        return fail(defect(error), as_json=as_json)
    return status if isinstance(status, int) else DONE


def _use_utf8() -> None:
    """Print UTF-8, so that a console with another encoding causes no error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
