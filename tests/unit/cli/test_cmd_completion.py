from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.tools import program

from pipeline.cli import main
from pipeline.cli.cmd_completion import SHELLS

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_gets_its_own_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    output = capsys.readouterr()
    assert f"{shell}_complete" in output.out
    assert "shiryo" in output.out
    assert output.err == ""


def test_unknown_shell_is_an_error_that_lists_the_known_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["completion", "csh"]) == 2
    assert "bash" in capsys.readouterr().err


def test_bash_completes_commands_options_and_choices(tmp_path: Path) -> None:
    command = tmp_path / "shiryo"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pipeline "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    script = """
        eval "$(shiryo completion bash)"
        for line in "shiryo bui" "shiryo build --edi" "shiryo build --edition me"; do
            COMP_WORDS=($line); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
            _shiryo_completion shiryo
            echo "${COMPREPLY[@]}"
        done
    """
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [program("bash"), "-c", script],
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines() == ["build", "--edition", "meeting"]


@pytest.mark.parametrize(
    ("line", "word", "offered"),
    [
        ("shiryo bui", "bui", ["build"]),
        ("shiryo build --edi", "--edi", ["--edition"]),
        ("shiryo build --edition ", "", ["auto", "meeting", "results"]),
        ("shiryo build inp", "inp", []),
    ],
)
def test_powershell_gets_values_but_no_file_names(
    line: str,
    word: str,
    offered: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("_SHIRYO_COMPLETE", "powershell_complete")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_WORD", word)
    with pytest.raises(SystemExit) as stopped:
        main([])
    assert stopped.value.code == 0
    values = [each.split("\t")[0] for each in capsys.readouterr().out.splitlines()]
    assert [value for value in values if value] == offered
