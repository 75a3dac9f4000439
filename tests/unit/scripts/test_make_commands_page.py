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


def test_the_page_is_what_the_commands_say() -> None:
    shown = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert shown == page(), "run: .venv/bin/python scripts/make_commands_page.py"


@pytest.mark.parametrize("name", shiryo.commands)
def test_every_command_and_each_of_its_options_stands_on_the_page(name: str) -> None:
    shown = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    section = shown.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert section, f"{name} is missing: run .venv/bin/python scripts/make_commands_page.py"
    lacking = [
        spelling
        for option in shiryo.commands[name].params
        if isinstance(option, click.Option)
        for spelling in option.opts
        if f"{spelling}" not in section
    ]
    assert lacking == []


def test_every_exit_status_is_explained() -> None:
    kinds: list[type[PipelineError]] = [PipelineError, *PipelineError.__subclasses__()]
    raised = {kind.exit_status for kind in kinds}
    assert raised | {DONE, FINDINGS, INTERRUPTED} == set(STATUSES)


def test_the_readme_explains_the_same_statuses_in_the_same_order() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("| 終了コード | 意味 |\n")[2].partition("\n\n")[0]
    assert [int(each) for each in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == [*STATUSES]
