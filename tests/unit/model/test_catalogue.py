from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from pipeline.model.catalogue import CATALOGUE, FAILURES, FINDINGS, Entry
from scripts.make_findings_page import page

ROOT = Path(__file__).resolve().parents[3]
SOURCES = [p for p in (ROOT / "pipeline").rglob("*.py") if p.name != "catalogue.py"]


def test_the_page_for_the_officer_lists_exactly_the_catalogue() -> None:
    shown = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    assert shown == page(), "run: python scripts/make_findings_page.py"


def test_no_code_stands_twice() -> None:
    codes = [entry.code for entry in (*FAILURES, *FINDINGS)]
    assert len(codes) == len(set(codes)) == len(CATALOGUE)


def test_every_code_of_the_catalogue_is_used() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    assert [each for each in CATALOGUE if f'"{each}"' not in code] == []


def test_every_code_that_is_used_is_in_the_catalogue() -> None:
    raised = r'(?:finding|_say|Mistake|Unreadable|Missing|Unwritable|Defect)\(\s*"([a-z0-9-]+)"'
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    used = set(re.findall(raised, code))
    assert used
    assert used - set(CATALOGUE) == set()


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda entry: entry.code)
def test_every_message_is_a_japanese_sentence_with_a_remedy(entry: Entry) -> None:
    for text in (entry.message, entry.remedy):
        fields = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        assert all(name.isidentifier() for name in fields)
    assert entry.message.endswith(("。", "{near}"))
    assert entry.remedy
