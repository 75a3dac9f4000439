from __future__ import annotations

import pytest

from pipeline import __version__
from pipeline.cli import main
from pipeline.console import nearest


@pytest.mark.parametrize("command", [[], ["build"], ["check"], ["records"], ["entry"], ["collect"]])
def test_help_is_japanese_throughout(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("使い方: ")
    for english in ("Usage", "Options", "Show this message", "Commands", "Arguments"):
        assert english not in shown
    assert "例:" in shown


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == f"shiryo {__version__}"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bild"], "「build」"),
        (["build", "--papr", "A3"], "「--paper」"),
        (["build", "--paper", "B5"], "A4、A3"),
        (["build", "--paper"], "--paper"),
        (["collect"], "「記入したファイル」"),
        (["records", "--csv", "--json"], "同時に"),
        (["build", "--map", "見出し"], "--map"),
        (["build", "--map", "見出し=rating.progress"], "ratings.progress"),
    ],
)
def test_a_mistake_on_the_command_line_is_status_two_in_japanese(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert "Error" not in shown


def test_a_name_far_from_all_gets_the_whole_list() -> None:
    assert nearest("zzz", ["build", "check"]) == "使えるのは build、check です。"
