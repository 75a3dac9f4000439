from __future__ import annotations

import errno
import json
import re
import shlex
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import click
import pytest

from pipeline import __version__
from pipeline.base.text import half_widths, nearest
from pipeline.cli import main, shiryo
from pipeline.cli.console import wrapped

ALL_COMMANDS = [[], *([name] for name in shiryo.commands)]


@pytest.mark.parametrize("command", ALL_COMMANDS, ids=lambda command: " ".join(command) or "shiryo")
def test_help_is_japanese_and_shows_examples(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("使い方: shiryo")
    headings = re.findall(r"^(\S.*?):$", shown, re.MULTILINE)
    assert set(headings) <= {"オプション", "コマンド", "例"}
    # The English words that click prints by default: headings, types of values, notes.
    english = r"\b(Usage|Options|Commands|Arguments|Show|OPTIONS|ARGS|COMMAND|TEXT|INTEGER|FLOAT"
    english += r"|PATH|FILE|FILENAME|DIRECTORY|BOOLEAN|RANGE|default|required)\b"
    assert re.findall(english, shown) == []
    _, _, examples = shown.partition("例:\n")
    lines = [line.strip() for line in examples.splitlines() if line.strip()]
    assert lines
    assert all("shiryo " in line for line in lines)


def test_missing_command_prints_the_help_and_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([]) == 2
    output = capsys.readouterr()
    assert output.err.startswith("使い方: shiryo コマンド")
    assert "  serve " in output.err
    assert not output.out


@pytest.mark.parametrize("command", ALL_COMMANDS, ids=lambda command: " ".join(command) or "shiryo")
def test_help_fits_eighty_columns(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--help"]) == 0
    shown, _, _ = capsys.readouterr().out.partition("例:")
    assert [line for line in shown.splitlines()[1:] if half_widths(line) > 80] == []


@pytest.mark.parametrize("name", shiryo.commands)
def test_every_command_and_option_has_a_description(name: str) -> None:
    command = shiryo.commands[name]
    assert (command.help or "").endswith("。")
    assert command.short_help
    for option in command.params:
        if isinstance(option, click.Option):
            assert (option.help or "").endswith("。"), option.name


def test_every_example_can_be_parsed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    examples = [
        match[1]
        for command in (shiryo, *shiryo.commands.values())
        for line in (command.epilog or "").splitlines()
        if (match := re.search(r"shiryo ([^>)\"]+)", line))
    ]
    assert len(examples) > len(shiryo.commands)
    for example in examples:
        name, *arguments = shlex.split(example)
        # Parsed, not run: an unknown command or option would fail here.
        with suppress(click.exceptions.Exit):
            shiryo.commands[name].make_context(name, arguments)


def test_long_text_is_wrapped_by_japanese_rules() -> None:
    text = "台帳の隣（台帳の名前.map.toml）に保存し、次から使います。"
    lines = wrapped(text, 20)
    assert "".join(lines) == text
    assert all(half_widths(line) <= 22 for line in lines)
    assert not any(line.startswith(("、", "。", "）")) for line in lines)
    assert any(".map.toml" in line for line in lines)


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == f"shiryo {__version__}"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["bild"], "「build」"),
        (["build", "--papr", "A3"], "「--paper」"),
        (["build", "--paper", "B5"], "A4、A3"),
        (["build", "--edition", "result"], "もしかして「results」ですか"),
        (["build", "--form", "shiryo2"], "もしかして「shiryo1」ですか"),
        (["check", "--map", "進み具合=③進捗状態"], "もしかして「③進捗状況」ですか"),
        (["build", "--paper"], "--paper"),
        (["collect"], "「記入したファイル」"),
        (["records", "--csv", "--json"], "同時に"),
        (["build", "--map", "見出し"], "--map"),
        (["build", "--map", "見出し=progres"], "progress"),
        (["check", "台帳1.xlsx", "台帳2.xlsx"], "余分な指定があります: 台帳2.xlsx"),
        (["build", "--json=yes"], "「--json」は値を取りません"),
    ],
)
def test_usage_error_is_japanese_with_status_two(
    arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    shown = capsys.readouterr().err
    assert expected in shown
    assert "Error" not in shown
    assert "Got" not in shown


def test_usage_error_is_also_printed_as_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["build", "--papr", "A3", "--json"]) == 2
    output = capsys.readouterr()
    (found,) = json.loads(output.out)["findings"]
    assert (found["code"], found["severity"]) == ("command-line", "error")
    assert "「--paper」" in found["message"]
    assert found["message"] == output.err.strip()


def test_click_reads_the_program_arguments_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows no shell expands ``*.xlsx``; click does, but only for the program's arguments."""
    arguments: list[object] = []
    monkeypatch.setattr(shiryo, "main", lambda **keywords: arguments.append(keywords["args"]))
    monkeypatch.setattr(sys, "argv", ["shiryo", "check", "*.xlsx"])
    assert main() == 0
    assert main(["check"]) == 0
    assert arguments == [None, ["check"]]


def test_defect_is_reported_even_without_a_log(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def raise_disk_full(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", raise_disk_full)
    monkeypatch.setattr(shiryo, "main", lambda **_: 1 // 0)
    assert main(["check"]) == 70
    shown = capsys.readouterr().err
    assert "ZeroDivisionError" in shown
    assert "記録を書くこともできませんでした" in shown


def test_name_without_a_similar_one_gets_the_whole_list() -> None:
    assert nearest("zzz", ["build", "check"]) == "使えるのは build、check です。"
