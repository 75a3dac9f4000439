"""The Windows launcher with stand-ins for Windows; it was never run there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.windows import start

ROOT = Path(__file__).resolve().parents[3]
BATCH = ROOT / "資料作成.bat"
CMD = r"C:\WINDOWS\system32\cmd.exe /c "


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (r'""C:\資料\資料作成.bat" "', []),
        (r'""C:\資料\資料作成.bat" C:\台帳.xlsx"', [r"C:\台帳.xlsx"]),
        (r'""C:\a b\資料作成.bat" "C:\a b\台帳 1.xlsx"', [r"C:\a b\台帳 1.xlsx"]),
        (r'""C:\資料作成.bat" C:\甲&乙.xlsx"', [r"C:\甲&乙.xlsx"]),
        (
            r'""C:\資料作成.bat" "C:\甲 &乙.xlsx" C:\100%!^.xlsx"',
            [r"C:\甲 &乙.xlsx", r"C:\100%!^.xlsx"],
        ),
        (r'""\\server\共有\資料作成.bat" \\server\共有\台帳.xlsx"', [r"\\server\共有\台帳.xlsx"]),
    ],
)
def test_dropped_files_are_read_from_what_explorer_gave(line: str, found: list[str]) -> None:
    # What cmd.exe made of an & is cut short, and not asked.
    variables = {"SHIRYO_COMMAND_LINE": CMD + line, "SHIRYO_ARGUMENTS": r"C:\甲"}
    assert start.dropped(variables) == found


def test_in_a_console_the_arguments_are_those_that_were_typed() -> None:
    variables = {
        "SHIRYO_COMMAND_LINE": r'"C:\WINDOWS\system32\cmd.exe" ',
        "SHIRYO_ARGUMENTS": r'"C:\a b\台帳.xlsx" 別.xlsx',
    }
    assert start.dropped(variables) == [r"C:\a b\台帳.xlsx", "別.xlsx"]
    assert start.dropped({}) == []


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    return tmp_path


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, checkout: Path) -> list[list[str]]:
    """Every command that would have been run; the first makes the Python of ``.venv``."""
    seen: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        seen.append(command)
        python = checkout / ".venv" / "Scripts" / "python.exe"
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    return seen


def test_the_environment_is_made_once_and_again_when_its_parts_change(
    checkout: Path, commands: list[list[str]]
) -> None:
    python = start.environment(checkout)
    assert [command[1:3] for command in commands] == [["-m", "venv"], ["-m", "pip"]]
    assert commands[1][0] == str(python)
    commands.clear()
    start.environment(checkout)
    assert commands == []
    (checkout / "constraints.txt").write_text("newer", encoding="utf-8")
    start.environment(checkout)
    assert len(commands) == 2


def test_wheels_beside_it_are_used_without_the_net(
    checkout: Path, commands: list[list[str]]
) -> None:
    assert str(checkout) in start.source(checkout)
    (checkout / "wheels").mkdir()
    (checkout / "wheels" / "shiryo_handouts-1-py3-none-any.whl").touch()
    start.environment(checkout)
    assert "--no-index" in commands[-1]
    assert commands[-1][-1] == "shiryo-handouts"
    commands.clear()
    (checkout / "wheels" / "shiryo_handouts-1-py3-none-any.whl").write_bytes(b"newer code")
    start.environment(checkout)
    assert len(commands) == 2


def test_the_code_that_lies_here_is_what_runs_after_an_update(checkout: Path) -> None:
    assert start.source(checkout)[-2:] == ["--editable", str(checkout)]


def test_a_failed_step_says_what_to_do_and_is_tried_again(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(command: list[str], **_: Any) -> None:
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(start.NotReady, match="空き容量"):
        start.environment(checkout)
    assert not (checkout / ".venv" / ".ready-on-windows").exists()


def test_what_the_pipeline_prints_is_japanese() -> None:
    assert start.settings({"A": "b"}) == {"A": "b", "PYTHONUTF8": "1"}


@pytest.mark.parametrize("made", [True, False])
def test_the_page_is_shown_when_there_is_something_new_and_the_status_is_builds(
    made: bool,  # noqa: FBT001 - a case of the test
    checkout: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[Path] = []
    page = checkout / "output" / "index.html"

    def run(command: list[str], **given: Any) -> subprocess.CompletedProcess[str]:
        assert command[1:] == ["-m", "pipeline", "build", "台帳.xlsx"]
        assert given["cwd"] == checkout
        if made:
            page.parent.mkdir()
            page.touch()
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(start, "ROOT", checkout)
    monkeypatch.setattr(start, "environment", lambda _: Path(sys.executable))
    monkeypatch.setattr(start, "open_page", shown.append)
    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setenv("SHIRYO_ARGUMENTS", "台帳.xlsx")
    assert start.main() == 1
    assert shown == ([page] if made else [])


def test_an_environment_that_can_not_be_made_is_status_four_in_japanese(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: Path) -> Path:
        raise start.NotReady("部品を入れられませんでした。")

    monkeypatch.setattr(start, "environment", refuse)
    assert start.main() == 4
    assert capsys.readouterr().err == "部品を入れられませんでした。\n"


def test_where_no_browser_is_registered_the_place_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    start.open_page(Path("output/index.html"))
    assert "output/index.html から開けます" in capsys.readouterr().err


# --- the batch file ---------------------------------------------------------------------------


def lines() -> list[str]:
    return BATCH.read_bytes().decode("ascii").split("\r\n")


def test_the_batch_file_is_ascii_with_the_line_ends_that_cmd_needs() -> None:
    content = BATCH.read_bytes()
    assert content.isascii()
    assert content.startswith(b"@echo off\r\n")
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert "*.bat -text" in (ROOT / ".gitattributes").read_text(encoding="utf-8")


def test_every_label_that_is_jumped_to_is_there_and_the_last_line_returns() -> None:
    labels = {line[1:] for line in lines() if line.startswith(":")}
    jumps = set(re.findall(r"(?:goto|call) :?(\w+)", "\n".join(lines())))
    assert jumps == labels
    # Nothing runs on into a label.
    for place, line in enumerate(lines()):
        if line.startswith(":"):
            before = [each for each in lines()[:place] if each.strip()][-1]
            assert before.startswith("exit /b")


def test_paths_are_quoted_and_nothing_expands_a_name_twice() -> None:
    code = [line for line in lines() if not line.startswith("rem ")]
    assert all('"%~dp0"' in line for line in code if "%~dp0" in line)
    delayed = code.index("setlocal EnableDelayedExpansion")
    # Behind it an exclamation mark in a path would be lost.
    end = next(place for place, line in enumerate(code) if line == ":try")
    assert not any("%~" in line or "%*" in line for line in code[delayed:end])


def test_what_the_batch_file_names_is_there_and_can_be_read_on_a_console_of_utf8() -> None:
    named = re.findall(r"scripts\\windows\\[\w.]+", "\n".join(lines()))
    assert set(named) == {r"scripts\windows\start.py", r"scripts\windows\no_python.txt"}
    for each in named:
        assert (ROOT / each.replace("\\", "/")).is_file()
    text = (ROOT / "scripts/windows/no_python.txt").read_bytes()
    assert not text.startswith(b"\xef\xbb\xbf")
    assert "Python 3.11 以降" in text.decode("utf-8")
    assert re.search(r"chcp 65001 >nul\s+type scripts", "\n".join(lines()))
