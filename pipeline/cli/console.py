"""The command line in Japanese: click's own words, its headings and its complaints.

click speaks English; the classes here put its headings and its usage errors
into Japanese, with the nearest known name for a mistyped one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import click

from pipeline.base.text import half_widths, nearest, nearest_of

# The widest column of names; a longer name stands above its meaning.
_MOST_LEFT = 30
_PIECES = re.compile(r"[\x21-\x7e]+[、。）」]*\s*|[（「]*[^\x21-\x7e\s][、。）」]*\s*|\s+")

_HELP = "この説明を表示して終わります。"
_SEE_HELP = "--help で使い方を確かめてください。"


class JapaneseUsageError(click.UsageError):
    """A complaint of our own about the command line: its message is shown as it stands."""


class JapaneseCommand(click.Command):
    """A command whose help has Japanese headings; ``epilog`` holds examples."""

    # Words too many are told by ``parse_args``: click would do it in English.
    allow_extra_args = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; JapaneseUsageError for what nobody takes."""
        rest = super().parse_args(ctx, args)
        # What a group leaves over is its command's.
        if rest and not isinstance(self, click.Group) and not ctx.resilient_parsing:
            words = f"余分な指定があります: {' '.join(rest)}。{_SEE_HELP}"
            raise JapaneseUsageError(words, ctx)
        return rest

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The usage line."""
        formatter.write_usage(
            ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="使い方: "
        )

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The pieces of the usage line; the options are called so in Japanese."""
        given = super().collect_usage_pieces(ctx)
        return ["[オプション]..." if piece == "[OPTIONS]" else piece for piece in given]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command does, in lines that fit the console."""
        del ctx
        formatter.write_paragraph()
        with formatter.indentation():
            indent = " " * formatter.current_indent
            for line in broken(self.help or "", formatter.width - 2 * formatter.current_indent):
                formatter.write(f"{indent}{line}\n")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options under a Japanese heading."""
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]
        rows = [row for option in options if (row := option.get_help_record(ctx)) is not None]
        if rows:
            _write_section("オプション", rows, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, line by line as they were written."""
        del ctx
        if self.epilog:
            with formatter.section("例"):
                for line in self.epilog.splitlines():
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """``--help``, explained in Japanese."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP
        return option


class JapaneseGroup(JapaneseCommand, click.Group):
    """The group of commands, with a nearest-name hint for a mistyped one."""

    command_class = JapaneseCommand

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The usage line."""
        formatter.write_usage(ctx.command_path, "コマンド [オプション]...", prefix="使い方: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, then the commands."""
        super().format_options(ctx, formatter)
        rows = [(name, self.commands[name].get_short_help_str(60)) for name in self.commands]
        _write_section("コマンド", rows, formatter)

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
            raise JapaneseUsageError(f"コマンド「{name}」はありません。{hint}", ctx)
        return super().resolve_command(ctx, args)


def _write_section(
    title: str, rows: Sequence[tuple[str, str]], formatter: click.HelpFormatter
) -> None:
    """Names and what they mean in two columns, as a console shows them.

    click counts characters, of which a Japanese one takes two places, and breaks lines at
    spaces, of which Japanese has none.
    """
    left = min(_MOST_LEFT, max(half_widths(name) for name, _ in rows) + 2)
    with formatter.section(title):
        indent = " " * formatter.current_indent
        room = max(20, formatter.width - formatter.current_indent - left)
        for name, meaning in rows:
            first, *others = broken(meaning, room)
            gap = " " * (left - half_widths(name))
            # A name that leaves no gap gets a line of its own.
            head = name + gap if gap else f"{name}\n{indent}{' ' * left}"
            formatter.write(f"{indent}{head}{first}\n")
            for line in others:
                formatter.write(f"{indent}{' ' * left}{line}\n")


def broken(text: str, room: int) -> list[str]:
    """A text in lines of at most ``room`` places; a line begins with no 。 or 、 and no space.

    Words of Latin letters (``台帳.map.toml``) stay whole.
    """
    lines = [""]
    for piece in _PIECES.findall(text):
        if lines[-1] and half_widths(lines[-1] + piece.rstrip()) > room:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def usage_message(error: click.ClickException) -> str:
    """A complaint of click about the command line, in Japanese."""
    match error:
        case click.NoSuchOption():
            close = error.possibilities or []
            hint = f"もしかして「{close[0]}」ですか。" if close else _SEE_HELP
            return f"オプション「{error.option_name}」はありません。{hint}"
        case click.MissingParameter():
            return f"{_parameter(error)}を指定してください。{_SEE_HELP}"
        case click.BadOptionUsage():
            # click has one class for both, and tells them apart in its sentence alone.
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
    """The choice that was probably meant, and all of them."""
    kind: Any = getattr(error.param, "type", None)
    if not isinstance(kind, click.Choice):
        return _SEE_HELP
    choices = [str(choice) for choice in kind.choices]
    typed = re.match(r"'([^']*)'", error.message)
    return nearest_of(typed[1] if typed else "", choices)
