from __future__ import annotations

from pathlib import Path

import pytest
from support.commands import ROOT
from support.forms import FORM, NEXT_YEAR, PANEL, PLAIN

from pipeline.base.toml_lines import lines_of

FORMS = (FORM, PANEL, PLAIN, NEXT_YEAR)


def test_every_key_has_its_line() -> None:
    lines = lines_of('# 様式\n\ntitle = "一覧"\n"名 前" = 1\na.b = 2  # 注\n')
    assert lines == {("title",): 3, ("名 前",): 4, ("a", "b"): 5}


def test_every_item_of_a_list_has_its_line() -> None:
    lines = lines_of('columns = ["番号", # 左\n  "意見",\n\n  "回答"]\nnext = []\n')
    assert [lines["columns", k] for k in range(3)] == [1, 2, 4]
    assert lines["next",] == 5
    assert ("columns", 3) not in lines


def test_keys_of_inline_tables_have_their_lines() -> None:
    lines = lines_of(
        'columns = [\n  { title = "a", scale = [1, 4] },\n  "b",\n  { notes = { x = "c" } },\n]\n'
    )
    assert lines["columns", 0, "title"] == lines["columns", 0, "scale", 1] == 2
    assert lines["columns", 1] == 3
    assert lines["columns", 2, "notes", "x"] == 4


def test_table_has_the_line_of_its_header_and_keys_have_their_own() -> None:
    lines = lines_of('x = 1\n[words]\nblank = "－"\n[a . "b c"]\nd = true\n')
    assert lines["words",] == 2
    assert lines["words", "blank"] == 3
    assert lines["a", "b c"] == 4
    assert lines["a", "b c", "d"] == 5


def test_tables_of_a_list_have_an_index() -> None:
    lines = lines_of(
        '[[checks]]\nequal = "a"\n[[checks]]\nequal = "b"\nsum = [\n"c",\n"d"]\n'
        "[checks.more]\nx = 1\n"
    )
    assert (lines["checks", 0], lines["checks", 1]) == (1, 3)
    assert (lines["checks", 0, "equal"], lines["checks", 1, "equal"]) == (2, 4)
    assert lines["checks", 1, "sum", 1] == 7
    assert lines["checks", 1, "more", "x"] == 9


@pytest.mark.parametrize(
    "string",
    [
        '"""\na = 1 # no comment\n"""',
        '"""one ""quoted"" and a \\""""',
        "'''\n[not.a.table]\n'''",
        '"a \\" [b] # c"',
        "'C:\\'",
        '""',
        "''",
    ],
)
def test_content_of_a_string_is_not_parsed(string: str) -> None:
    source = f"first = {string}\nlast = 1\n"
    lines = lines_of(source)
    assert set(lines) == {("first",), ("last",)}
    assert lines["last",] == 2 + string.count("\n")


@pytest.mark.parametrize("value", ["-1.5e3", "true", "2026-11-27T14:00:00", "inf"])
def test_scalar_ends_on_its_line(value: str) -> None:
    assert lines_of(f"a = {value} # 注\nb = [{value}, {value}]\n")["b", 1] == 2


def test_windows_line_ends_are_counted_once() -> None:
    assert lines_of('a = 1\r\nb = [\r\n  "c",\r\n]\r\n')["b", 0] == 3


@pytest.mark.parametrize("source", [*FORMS, (ROOT / "templates/shiryo1/form.toml")])
def test_every_line_found_in_a_form_contains_its_key(source: str | Path) -> None:
    text = source if isinstance(source, str) else source.read_text(encoding="utf-8")
    lines = text.split("\n")
    found = lines_of(text)
    assert len(found) > 5
    for path, line in found.items():
        key = path[-1]
        assert isinstance(key, int) or key in lines[line - 1]
