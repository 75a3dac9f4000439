from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.base.errors import PipelineError
from pipeline.model.catalogue import CATALOGUE, FAILURES, FINDINGS, MACHINE, CatalogueEntry
from pipeline.model.findings import without_commands
from scripts.make_findings_page import page

ROOT = Path(__file__).resolve().parents[3]
FACTORIES = {
    "finding",
    "_at_cell",
    "self._report",
    "Problem",
    "MissingValue",
    *(kind.__name__ for kind in PipelineError.__subclasses__()),
}
SOURCES = [p for p in (ROOT / "pipeline").rglob("*.py") if p.name != "catalogue.py"]


def test_findings_page_matches_the_catalogue() -> None:
    listed = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    assert listed == page(), "run: .venv/bin/python scripts/make_findings_page.py"


def test_every_code_is_unique() -> None:
    codes = [entry.code for entry in (*FAILURES, *FINDINGS, *MACHINE)]
    assert len(codes) == len(set(codes)) == len(CATALOGUE)


def test_every_code_of_the_catalogue_is_used() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    assert [each for each in CATALOGUE if f'"{each}"' not in code] == []


def test_every_used_code_is_in_the_catalogue() -> None:
    used = {code for path in SOURCES for code in codes_in(path)}
    assert {"name-empty", "row-hidden", "file-empty", "letter-differs-inferred"} <= used
    assert used - set(CATALOGUE) == set()


def codes_in(path: Path) -> Iterator[str]:
    """The codes in a file: the first arguments of calls that make a finding or a failure."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        # ``code = "row-filtered" if … else "row-hidden"``: a code in a variable.
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "code":
            yield from string_constants(node.value)
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in FACTORIES:
            yield from string_constants(node.args[0])


def string_constants(expression: ast.expr) -> Iterator[str]:
    """The string constants of an expression; for a conditional those of both branches."""
    if isinstance(expression, ast.IfExp):
        yield from string_constants(expression.body)
        yield from string_constants(expression.orelse)
    elif isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        yield expression.value


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda entry: entry.code)
def test_every_entry_has_a_japanese_message_and_a_remedy(entry: CatalogueEntry) -> None:
    for text in (entry.message, entry.remedy):
        fields = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        assert all(name.isidentifier() for name in fields)
    assert entry.message.endswith("。")
    assert not entry.message.isascii()
    assert entry.remedy


# Codes that only a command can raise.
RAISED_BY_COMMANDS_ONLY = {"map-malformed", "sheet-missing", "no-run-yet", "port-taken"}


@pytest.mark.parametrize("entry", [*FAILURES, *FINDINGS], ids=lambda each: each.code)
def test_remedy_without_commands_names_no_command(entry: CatalogueEntry) -> None:
    if entry.code not in RAISED_BY_COMMANDS_ONLY:
        assert not re.search("--|shiryo |コマンド", without_commands(entry.remedy))


def test_command_part_is_removed_with_its_inner_brackets() -> None:
    remedy = '見出しを直してください（コマンドでは --map "案（説明）=reason" も）。'
    assert without_commands(remedy) == "見出しを直してください。"
