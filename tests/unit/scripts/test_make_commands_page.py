from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from pipeline.base.errors import PipelineError
from pipeline.cli import shiryo
from pipeline.cli.messages import DONE, FINDINGS, INTERRUPTED
from scripts.make_commands_page import STATUSES, page

ROOT = Path(__file__).resolve().parents[3]


def test_page_matches_the_command_definitions() -> None:
    shown = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert shown == page(), "run: .venv/bin/python scripts/make_commands_page.py"


@pytest.mark.parametrize("name", shiryo.commands)
def test_page_lists_every_option_of_a_command(name: str) -> None:
    shown = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    section = shown.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert section, f"{name} is missing: run .venv/bin/python scripts/make_commands_page.py"
    missing = [
        spelling
        for option in shiryo.commands[name].params
        if isinstance(option, click.Option)
        for spelling in option.opts
        if f"{spelling}" not in section
    ]
    assert missing == []


def test_page_explains_every_exit_status() -> None:
    kinds: list[type[PipelineError]] = [PipelineError, *PipelineError.__subclasses__()]
    raised = {kind.exit_status for kind in kinds}
    assert raised | {DONE, FINDINGS, INTERRUPTED} == set(STATUSES)


def test_readme_and_page_list_the_same_exit_statuses() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("| 終了コード | 意味 |\n")[2].partition("\n\n")[0]
    assert [int(status) for status in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == [
        *STATUSES
    ]
