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
MAKERS = {
    "finding",
    "_at_cell",
    "self._tell",
    "Problem",
    "Lost",
    *(kind.__name__ for kind in PipelineError.__subclasses__()),
}
SOURCES = [p for p in (ROOT / "pipeline").rglob("*.py") if p.name != "catalogue.py"]


def test_the_page_for_the_officer_lists_exactly_the_catalogue() -> None:
    shown = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    assert shown == page(), "run: .venv/bin/python scripts/make_findings_page.py"


def test_no_code_stands_twice() -> None:
    codes = [entry.code for entry in (*FAILURES, *FINDINGS, *MACHINE)]
    assert len(codes) == len(set(codes)) == len(CATALOGUE)


def test_every_code_of_the_catalogue_is_used() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    assert [each for each in CATALOGUE if f'"{each}"' not in code] == []


def test_every_code_that_is_used_is_in_the_catalogue() -> None:
    used = {code for path in SOURCES for code in codes_given(path)}
    assert {"name-empty", "row-hidden", "file-empty", "letter-differs-inferred"} <= used
    assert used - set(CATALOGUE) == set()


def codes_given(path: Path) -> Iterator[str]:
    """The codes in the first argument of whatever makes a finding or a failure."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        # ``code = "row-filtered" if … else "row-hidden"``: no call, but named what it is.
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "code":
            yield from texts_in(node.value)
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in MAKERS:
            yield from texts_in(node.args[0])


def texts_in(expression: ast.expr) -> Iterator[str]:
    """Its text constants; of a condition those of its two outcomes."""
    if isinstance(expression, ast.IfExp):
        yield from texts_in(expression.body)
        yield from texts_in(expression.orelse)
    elif isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        yield expression.value


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda entry: entry.code)
def test_every_message_is_a_japanese_sentence_with_a_remedy(entry: CatalogueEntry) -> None:
    for text in (entry.message, entry.remedy):
        fields = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        assert all(name.isidentifier() for name in fields)
    assert entry.message.endswith("。")
    assert not entry.message.isascii()
    assert entry.remedy


# What only a command can raise.
BY_COMMAND_ALONE = {"map-malformed", "sheet-missing", "no-run-yet", "port-taken"}


@pytest.mark.parametrize("entry", [*FAILURES, *FINDINGS], ids=lambda each: each.code)
def test_on_the_page_a_remedy_names_no_command(entry: CatalogueEntry) -> None:
    if entry.code not in BY_COMMAND_ALONE:
        assert not re.search("--|shiryo |コマンド", without_commands(entry.remedy))


def test_what_a_command_can_do_is_left_out_with_the_brackets_inside_it() -> None:
    said = '見出しを直してください（コマンドでは --map "案（説明）=reason" も）。'
    assert without_commands(said) == "見出しを直してください。"
