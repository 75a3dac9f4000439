"""``completion``: print the shell script that completes commands and options."""

from __future__ import annotations

import os

import click
from click.shell_completion import (
    CompletionItem,
    ShellComplete,
    add_completion_class,
    get_completion_class,
    split_arg_string,
)

from pipeline.cli.console import JapaneseCommand
from pipeline.cli.messages import DONE

SHELLS = ("bash", "zsh", "fish", "powershell")
_POWERSHELL = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($word, $ast, $position)
    $encoding = [Console]::OutputEncoding
    [Console]::OutputEncoding = [Text.Encoding]::UTF8
    $line = $ast.ToString()
    $env:COMP_WORDS = $line.Substring(0, [Math]::Min($position, $line.Length))
    $env:COMP_WORD = $word
    $env:%(complete_var)s = 'powershell_complete'
    try {
        %(prog_name)s | ForEach-Object {
            $value, $help = $_ -split "`t", 2
            if (-not $help) { $help = $value }
            [Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $help)
        }
    } finally {
        Remove-Item Env:COMP_WORDS, Env:COMP_WORD, Env:%(complete_var)s
        [Console]::OutputEncoding = $encoding
    }
}
"""


@add_completion_class
class PowerShellComplete(ShellComplete):
    """Completion for PowerShell, which click lacks; PowerShell itself completes file names."""

    name = "powershell"
    source_template = _POWERSHELL

    def get_completion_args(self) -> tuple[list[str], str]:
        """The complete words, and the word that is being typed."""
        words = split_arg_string(os.environ["COMP_WORDS"])
        incomplete = os.environ.get("COMP_WORD", "")
        before = words[1:-1] if incomplete and len(words) > 1 else words[1:]
        return before, incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """One line for one value: the value, a tab, and its help."""
        return f"{item.value}\t{item.help or ''}" if item.type == "plain" else ""


@click.command(
    cls=JapaneseCommand,
    help="コマンドとオプションを Tab キーで補うための設定を、標準出力に書きます。"
    "シェルの設定ファイルに加えて使います。",
    short_help="Tab キーで補う設定を出す",
    epilog='eval "$(shiryo completion bash)"\nshiryo completion zsh >> ~/.zshrc\n'
    "shiryo completion powershell >> $PROFILE",
)
@click.argument("shell", type=click.Choice(SHELLS), metavar="|".join(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> int:
    """``completion``: print the shell script that completes commands and options."""
    root = context.find_root()
    kind = get_completion_class(shell)
    if kind is None:
        raise click.BadParameter(shell, context)
    script = kind(root.command, {}, "shiryo", "_SHIRYO_COMPLETE")
    # Not ``source()``: it runs the installed bash and prints an English message about an old
    # version.
    click.echo(script.source_template % script.source_vars())
    return DONE
