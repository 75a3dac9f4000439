"""The command line in Japanese: click's own words, and how findings are shown.

click speaks English; the classes here put its headings and its usage errors
into Japanese, with the nearest known name for a mistyped one.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

import click

_HELP = "この説明を表示して終わります。"


class JapaneseCommand(click.Command):
    """A command whose help has Japanese headings; ``epilog`` holds examples."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The usage line."""
        formatter.write_usage(
            ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="使い方: "
        )

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options under a Japanese heading."""
        _write_options(self, ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, line by line as they were written."""
        del ctx
        _write_examples(self.epilog, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """``--help``, explained in Japanese."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP
        return option


class JapaneseGroup(click.Group):
    """The group of commands, with Japanese headings and a nearest-name hint."""

    command_class = JapaneseCommand

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The usage line."""
        formatter.write_usage(ctx.command_path, "コマンド [オプション]...", prefix="使い方: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, then the commands."""
        _write_options(self, ctx, formatter)
        rows = [(name, self.commands[name].get_short_help_str(60)) for name in self.commands]
        with formatter.section("コマンド"):
            formatter.write_dl(rows)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, line by line as they were written."""
        del ctx
        _write_examples(self.epilog, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """``--help``, explained in Japanese."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP
        return option

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the officer's evening, not of the alphabet."""
        del ctx
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of that name; the nearest one is offered for a mistyped name."""
        name = args[0]
        if name not in self.commands:
            hint = nearest(name, list(self.commands))
            raise click.UsageError(f"コマンド「{name}」はありません。{hint}", ctx)
        return super().resolve_command(ctx, args)


def _write_options(
    command: click.Command, ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    rows = [row for p in command.get_params(ctx) if (row := p.get_help_record(ctx)) is not None]
    if rows:
        with formatter.section("オプション"):
            formatter.write_dl(rows)


def _write_examples(epilog: str | None, formatter: click.HelpFormatter) -> None:
    if epilog:
        with formatter.section("例"):
            for line in epilog.splitlines():
                formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


def nearest(name: str, known: Sequence[str]) -> str:
    """「もしかして build ですか。」, or the whole list where nothing is near."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"もしかして「{close[0]}」ですか。" if close else f"使えるのは {'、'.join(known)} です。"


def usage_message(error: click.ClickException) -> str:
    """A complaint of click about the command line, in Japanese."""
    match error:
        case click.NoSuchOption():
            close = error.possibilities or []
            hint = (
                f"もしかして「{close[0]}」ですか。"
                if close
                else "--help で使い方を確かめてください。"
            )
            return f"オプション「{error.option_name}」はありません。{hint}"
        case click.MissingParameter():
            return f"{_parameter(error)} を指定してください。--help で使い方を確かめてください。"
        case click.BadOptionUsage():
            return f"オプション「{error.option_name}」には値を続けて指定してください。"
        case click.BadParameter():
            return f"{_parameter(error)} の値が正しくありません。{_choices(error.param)}"
        case _:
            return _plain(error)


def _plain(error: click.ClickException) -> str:
    """Our own messages as they are; click's remaining English ones by kind."""
    if error.message.isascii():
        return "コマンドの書き方が正しくありません。--help で使い方を確かめてください。"
    return error.message


def _parameter(error: click.BadParameter) -> str:
    if error.param is None:
        return "引数"
    if isinstance(error.param, click.Argument) and error.param.metavar:
        return f"「{error.param.metavar.strip('[].')}」"
    return f"「{error.param.opts[0] if error.param.opts else error.param.name}」"


def _choices(param: click.Parameter | None) -> str:
    kind: Any = getattr(param, "type", None)
    if isinstance(kind, click.Choice):
        return f"使えるのは {'、'.join(str(choice) for choice in kind.choices)} です。"
    return "--help で使い方を確かめてください。"
