"""The form guide (docs/様式の作り方.md) is correct: its forms parse, its examples build."""

from __future__ import annotations

import difflib
import json
import re
import shutil
from pathlib import Path

import pytest
from support.commands import ROOT, built

from pipeline.model.editions import PAPERS
from pipeline.model.form import Words
from pipeline.model.form_file import _COLUMN_SETTINGS, _FORM_SETTINGS, parse_form
from pipeline.model.kinds import KINDS

GUIDE = (ROOT / "docs" / "様式の作り方.md").read_text(encoding="utf-8")
EXAMPLES = ROOT / "docs" / "examples"
# <!-- form --> or <!-- form: examples/…/form.toml -->, and the block below it.
BLOCK = re.compile(r"<!-- form(?:: (?P<file>\S+))? -->\n```toml\n(?P<text>.*?)```", re.DOTALL)
BLOCKS = list(BLOCK.finditer(GUIDE))
NAMES = sorted(path.name for path in EXAMPLES.iterdir())


@pytest.mark.parametrize("block", BLOCKS, ids=[m["file"] or "short" for m in BLOCKS])
def test_form_in_the_guide_is_valid(block: re.Match[str]) -> None:
    form = parse_form(block["text"], "guide")
    assert form.printed
    if block["file"]:
        file = ROOT / "docs" / block["file"]
        assert block["text"] == file.read_text(encoding="utf-8")


def test_first_example_adds_one_line_to_the_shipped_form() -> None:
    shipped = (ROOT / "templates" / "shiryo1" / "form.toml").read_text(encoding="utf-8")
    example = (EXAMPLES / "担当課を足した資料１" / "form.toml").read_text(encoding="utf-8")
    changed = difflib.ndiff(shipped.split("\n"), example.split("\n"))
    assert [line for line in changed if line[0] in "+-"] == ['+   "担当課",']


def test_guide_contains_every_word_of_the_form_language() -> None:
    words = {*_FORM_SETTINGS, *_COLUMN_SETTINGS, *KINDS, *Words.__slots__}
    words |= {word for paper in PAPERS for word in paper.split()}
    assert [word for word in sorted(words) if not re.search(rf"\b{word}\b", GUIDE)] == []


@pytest.mark.parametrize("name", NAMES)
def test_example_builds_without_errors(name: str, tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / name, tmp_path / "templates" / name)
    (tmp_path / "inputs").mkdir()
    (master,) = EXAMPLES.glob(f"{name}/台帳.*")
    shutil.copy(master, tmp_path / "inputs")
    # The form is found by the headers of the master.
    status, report = built(tmp_path, "--documents", "handout")
    assert status == 0
    manifest = json.loads((tmp_path / report["run"] / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["form"] == name
    assert not [each for each in report["findings"] if each["severity"] == "error"]
    assert {file["format"] for file in report["files"]} == {"docx", "pdf"}
