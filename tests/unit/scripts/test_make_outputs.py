from __future__ import annotations

from pathlib import Path

import pytest

from scripts import make_outputs as script

BLOCKS = {
    path: path.read_text(encoding="utf-8").count("<!-- output: ") for path in script.DOCUMENTS
}


def test_only_the_guide_shows_command_output() -> None:
    assert {path.name: count for path, count in BLOCKS.items() if count} == {"手引き.md": 6}


@pytest.mark.parametrize(
    "path", [path for path, count in BLOCKS.items() if count], ids=lambda path: path.name
)
def test_document_shows_current_output(path: Path) -> None:
    document = path.read_text(encoding="utf-8")
    assert script.filled(document) == document


def test_outdated_block_is_replaced_and_the_rest_is_unchanged() -> None:
    before = "前\n<!-- output: shiryo --version -->\n```text\n古い出力\n```\n後\n"
    after = script.filled(before)
    assert after.startswith("前\n<!-- output: shiryo --version -->\n```text\nshiryo ")
    assert after.endswith("\n```\n後\n")
    assert "古い出力" not in after
