"""The command line in Japanese.

click prints English. The classes here translate its headings and usage errors into Japanese
and suggest the nearest known name for a mistyped one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import click

from pipeline.base.text import half_widths, nearest, nearest_of

# Maximum width of the column of names; a longer name is printed above its description.
_MAX_NAME_WIDTH = 30
_PIECES = re.compile(r"[\x21-\x7e]+[、。）」]*\s*|[（「]*[^\x21-\x7e\s][、。）」]*\s*|\s+")

_HELP = "この説明を表示して終わります。"
_SEE_HELP = "--help で使い方を確かめてください。"


class JapaneseUsageError(click.UsageError):
    """A usage error of ours; its message is shown unchanged."""


class JapaneseCommand(click.Command):
    """A command whose help has Japanese headings; ``epilog`` contains examples."""

    # ``parse_args`` reports extra arguments; click would report them in English.
    allow_extra_args = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; JapaneseUsageError for extra ones."""
        rest = super().parse_args(ctx, args)
        # The rest of a group's arguments belongs to its command.
        if rest and not isinstance(self, click.Group) and not ctx.resilient_parsing:
            message = f"余分な指定があります: {' '.join(rest)}。{_SEE_HELP}"
            raise JapaneseUsageError(message, ctx)
        return rest

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        formatter.write_usage(
            ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="使い方: "
        )

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The pieces of the usage line, with [OPTIONS] in Japanese."""
        pieces = super().collect_usage_pieces(ctx)
        return ["[オプション]..." if piece == "[OPTIONS]" else piece for piece in pieces]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the description of the command, wrapped to the console's width."""
        del ctx
        formatter.write_paragraph()
        with formatter.indentation():
            indent = " " * formatter.current_indent
            for line in wrapped(self.help or "", formatter.width - 2 * formatter.current_indent):
                formatter.write(f"{indent}{line}\n")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options under a Japanese heading."""
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]
        rows = [row for option in options if (row := option.get_help_record(ctx)) is not None]
        if rows:
            _write_section("オプション", rows, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, one line each."""
        del ctx
        if self.epilog:
            with formatter.section("例"):
                for line in self.epilog.splitlines():
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option ``--help`` with a Japanese description."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP
        return option


class JapaneseGroup(JapaneseCommand, click.Group):
    """The group of commands; it suggests the nearest name for a mistyped command."""

    command_class = JapaneseCommand

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        formatter.write_usage(ctx.command_path, "コマンド [オプション]...", prefix="使い方: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands."""
        super().format_options(ctx, formatter)
        rows = [(name, self.commands[name].get_short_help_str(60)) for name in self.commands]
        _write_section("コマンド", rows, formatter)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which an officer uses them, not sorted by name."""
        del ctx
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command by its name; JapaneseUsageError with the nearest name if there is none."""
        name = args[0]
        if name not in self.commands:
            hint = nearest(name, list(self.commands))
            raise JapaneseUsageError(f"コマンド「{name}」はありません。{hint}", ctx)
        return super().resolve_command(ctx, args)


def _write_section(
    title: str, rows: Sequence[tuple[str, str]], formatter: click.HelpFormatter
) -> None:
    """Write names and descriptions in two columns.

    click can't do it: it counts characters, but a Japanese one is two columns wide, and it
    wraps at spaces, which Japanese lacks.
    """
    name_width = min(_MAX_NAME_WIDTH, max(half_widths(name) for name, _ in rows) + 2)
    with formatter.section(title):
        indent = " " * formatter.current_indent
        width = max(20, formatter.width - formatter.current_indent - name_width)
        for name, description in rows:
            first, *others = wrapped(description, width)
            gap = " " * (name_width - half_widths(name))
            # A name that is too long for a gap gets its own line.
            name_column = name + gap if gap else f"{name}\n{indent}{' ' * name_width}"
            formatter.write(f"{indent}{name_column}{first}\n")
            for line in others:
                formatter.write(f"{indent}{' ' * name_width}{line}\n")


def wrapped(text: str, width: int) -> list[str]:
    """Wrap a text at ``width`` half-width columns; no line starts with 。, 、 or a space.

    Words of Latin letters (``台帳.map.toml``) are not split.
    """
    lines = [""]
    for piece in _PIECES.findall(text):
        if lines[-1] and half_widths(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def usage_message(error: click.ClickException) -> str:
    """The Japanese message for a usage error of click."""
    match error:
        case click.NoSuchOption():
            matches = error.possibilities or []
            hint = f"もしかして「{matches[0]}」ですか。" if matches else _SEE_HELP
            return f"オプション「{error.option_name}」はありません。{hint}"
        case click.MissingParameter():
            return f"{_parameter(error)}を指定してください。{_SEE_HELP}"
        case click.BadOptionUsage():
            # click has one class for both cases; only its message distinguishes them.
            takes_none = "not take a value" in error.message
            advice = "は値を取りません" if takes_none else "には値を続けて指定してください"
            return f"オプション「{error.option_name}」{advice}。"
        case click.BadParameter():
            return f"{_parameter(error)}の値が正しくありません。{_choices(error)}"
        case JapaneseUsageError():
            return error.message
        case _:
            return _SEE_HELP


def _parameter(error: click.BadParameter) -> str:
    if error.param is None:
        return "引数"
    if isinstance(error.param, click.Argument) and error.param.metavar:
        return f"「{error.param.metavar.strip('[].')}」"
    return f"「{error.param.opts[0] if error.param.opts else error.param.name}」"


def _choices(error: click.BadParameter) -> str:
    """The most similar choice and the list of all choices."""
    kind: Any = getattr(error.param, "type", None)
    if not isinstance(kind, click.Choice):
        return _SEE_HELP
    choices = [str(choice) for choice in kind.choices]
    typed = re.match(r"'([^']*)'", error.message)
    return nearest_of(typed[1] if typed else "", choices)
