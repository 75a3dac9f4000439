"""``start.py`` with fakes for Windows; tests/windows runs it under Wine."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline.base.paths import ABOUT_SHEET
from scripts.windows import start
from scripts.windows.start import Home

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
def test_dropped_files_are_read_from_the_raw_command_line(line: str, found: list[str]) -> None:
    # cmd.exe ends its arguments at an &, so they must not be used.
    variables = {"SHIRYO_COMMAND_LINE": CMD + line, "SHIRYO_ARGUMENTS": r"C:\甲"}
    assert start.dropped(variables) == found


def test_console_arguments_are_the_typed_ones() -> None:
    variables = {
        "SHIRYO_COMMAND_LINE": r'"C:\WINDOWS\system32\cmd.exe" ',
        "SHIRYO_ARGUMENTS": r'"C:\a b\台帳.xlsx" 別.xlsx',
    }
    assert start.dropped(variables) == [r"C:\a b\台帳.xlsx", "別.xlsx"]
    assert start.dropped({}) == []


# --- dropped files ----------------------------------------------------------------------------


def workbook(path: Path, sheet: str) -> Path:
    book = openpyxl.Workbook()
    book.worksheets[0].title = sheet
    book.save(path)
    return path


def test_command_depends_on_the_kind_of_file(tmp_path: Path) -> None:
    master = workbook(tmp_path / "台帳.xlsx", "事業一覧")
    entry = workbook(tmp_path / "当日入力.xlsx", ABOUT_SHEET)
    broken = tmp_path / "壊れた台帳.xlsx"
    broken.write_bytes(b"PK")
    assert start.command_for(master) == "build"
    assert start.command_for(entry) == "collect"
    assert start.command_for(broken) == "build"
    assert start.command_for(tmp_path / "無い.xlsx") == "build"
    assert start.command_for(tmp_path / "資料１_会議用.DOCX") == "collect"


def test_sheet_name_equals_that_of_the_package() -> None:
    # start.py runs before the package can be imported.
    assert start.ABOUT_SHEET == ABOUT_SHEET


# --- the folder that the page works on ---------------------------------------------------------


def test_working_folder_is_the_tools_own(tmp_path: Path) -> None:
    assert start.working_folder(tmp_path, [str(tmp_path / "台帳.xlsx")]) == (tmp_path, [])
    assert list(tmp_path.iterdir()) == []


def test_dropped_folder_is_the_working_folder(tmp_path: Path) -> None:
    old = tmp_path / "古い 資料作成"
    old.mkdir()
    assert start.working_folder(tmp_path, [str(old)]) == (old, [])


def test_unwritable_tool_folder_is_replaced_with_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, documents = tmp_path / "CD", tmp_path / "ドキュメント"
    (home / "inputs").mkdir(parents=True)
    (home / "inputs" / "見本.xlsx").touch(mode=0o444)
    monkeypatch.setattr(start, "is_writable", lambda _: False)
    monkeypatch.setattr(start, "documents", lambda: documents)
    folder, notes = start.working_folder(home, [])
    assert folder == documents / "資料作成"
    # On Windows a copy would keep the read-only attribute of a CD, and saving would fail.
    assert (folder / "inputs" / "見本.xlsx").stat().st_mode & stat.S_IWRITE
    assert str(folder) in notes[0]
    # Files that the office has added meanwhile stay.
    (folder / "inputs" / "台帳.xlsx").touch()
    start.working_folder(home, [])
    assert (folder / "inputs" / "台帳.xlsx").is_file()


def test_missing_folder_is_not_writable(tmp_path: Path) -> None:
    assert start.is_writable(tmp_path)
    assert not start.is_writable(tmp_path / "無い")


# --- the folder from the zip -------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A folder from the zip whose program has one library."""
    program = tmp_path / "program"
    (program / "python").mkdir(parents=True)
    (program / "python" / "python.exe").touch()
    listed = ["python/python.exe", "site/new.py", "start.py"]
    for path in listed:
        (program / path).parent.mkdir(exist_ok=True)
        (program / path).touch()
    lines = [f"0000  program/{path}" for path in listed]
    (program / "files.txt").write_text("\n".join(lines), encoding="utf-8")
    return Home.of(program / "start.py")


def test_home_is_a_bundle_if_it_has_a_python(home: Home, tmp_path: Path) -> None:
    assert home == Home(tmp_path, tmp_path / "program")
    assert Home.of(ROOT / "scripts" / "windows" / "start.py") == Home(ROOT, None)


def test_update_deletes_files_of_the_old_version(home: Home, tmp_path: Path) -> None:
    program = tmp_path / "program"
    for name in ("site/old.py", "site/__pycache__/new.pyc"):
        (program / name).parent.mkdir(exist_ok=True)
        (program / name).touch()
    kept = [tmp_path / "inputs" / "台帳.xlsx", tmp_path / "templates" / "町" / "form.toml"]
    for path in kept:
        path.parent.mkdir(parents=True)
        path.touch()
    assert home.program is not None
    assert start.bundled(home.program) == program / "python" / "python.exe"
    assert not (program / "site" / "old.py").exists()
    assert (program / "site" / "new.py").is_file()
    assert (program / "site" / "__pycache__" / "new.pyc").is_file()
    assert all(path.is_file() for path in kept)


def test_leftovers_are_deleted_once_for_each_version(home: Home, tmp_path: Path) -> None:
    assert home.program is not None
    start.bundled(home.program)
    own = tmp_path / "program" / "site" / "own.py"
    own.touch()
    start.bundled(home.program)
    assert own.is_file()
    with (home.program / "files.txt").open("a", encoding="utf-8") as listing:
        listing.write("\n0000  program/site/newer.py")
    start.bundled(home.program)
    assert not own.exists()


# --- the start ---------------------------------------------------------------------------------


class Page:
    """A fake process: a page that was opened and has ended."""

    def __init__(self, status: int, stderr: str) -> None:
        self.returncode = status
        self._stderr = stderr

    def communicate(self) -> tuple[None, bytes]:
        return None, self._stderr.encode()


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Every started program; a build reports a mistake, and the page ends without errors."""
    started: list[list[str]] = []

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        assert options["stdin"] == subprocess.DEVNULL
        started.append(command)
        failed = "build" in command
        stderr = "C2 に誤りがあります。" if failed else "読み取りました。"
        return subprocess.CompletedProcess(command, int(failed), stderr=stderr)

    def begin(command: list[str], **_: Any) -> Page:
        started.append(command)
        return Page(0, "")

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(subprocess, "Popen", begin)
    return started


def test_page_is_opened_on_the_folder_without_a_console(
    home: Home, programs: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert start.start(home, []) == 0
    (page,) = programs
    assert page[0].endswith("python.exe")
    assert page[1:] == ["-X", "utf8", "-m", "pipeline", "serve", "--folder", str(home.folder)]
    assert capsys.readouterr().err == ""


def test_dropped_files_are_processed_before_the_page(
    home: Home, programs: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert start.start(home, ["資料１_会議用.docx", "甲&乙.xlsx"]) == 0
    assert [program[5:] for program in programs] == [
        ["collect", "資料１_会議用.docx"],
        ["build", "甲&乙.xlsx"],
        ["serve", "--folder", str(home.folder)],
    ]
    assert capsys.readouterr().err == "C2 に誤りがあります。\n"


def test_error_of_the_page_is_shown(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: Page(5, "書き込めません。"))
    assert start.start(home, []) == 5
    assert capsys.readouterr().err == "書き込めません。\n"


def test_text_is_shown_on_a_new_console(
    programs: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda command, **_: programs.append(command))
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(sys, "executable", str(ROOT / "pythonw.exe"))
    start.show("誤り" * 20_000)
    ((python, option, program, text),) = programs
    assert python == str(ROOT / "python.exe")
    assert option == "-c"
    compile(program, "show", "exec")
    assert text.startswith("誤り")
    # A command line of Windows has at most 32,767 characters.
    assert len(text) == 20_000


@pytest.mark.parametrize(
    ("failure", "status", "stderr"),
    [
        (start.NotReady("部品を入れられませんでした。"), 4, "部品を入れられませんでした。"),
        (OSError("壊れています"), 70, "開けませんでした（OSError: 壊れています）"),
    ],
)
def test_error_at_the_start_is_shown_in_japanese(
    failure: Exception,
    status: int,
    stderr: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(*_: object) -> int:
        raise failure

    monkeypatch.setattr(start, "start", refuse)
    assert start.main() == status
    assert stderr in capsys.readouterr().err


# --- a checkout --------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    return tmp_path


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, checkout: Path) -> list[list[str]]:
    """Every command that was run; the fake makes the Python of ``.venv``."""
    started: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        started.append(command)
        python = checkout / ".venv" / "Scripts" / "python.exe"
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    return started


def test_environment_is_made_again_only_after_a_change(
    checkout: Path, commands: list[list[str]]
) -> None:
    python = start.environment(checkout)
    assert [command[1:3] for command in commands] == [["-m", "venv"], ["-m", "pip"]]
    assert commands[1][0] == str(python)
    # Editable: after an update, the code of the checkout runs.
    assert commands[1][-2:] == ["--editable", str(checkout)]
    commands.clear()
    start.environment(checkout)
    assert commands == []
    (checkout / "constraints.txt").write_text("newer", encoding="utf-8")
    start.environment(checkout)
    assert len(commands) == 2


def test_failed_step_has_a_remedy_and_is_repeated(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(command: list[str], **_: Any) -> None:
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(start.NotReady, match="空き容量"):
        start.environment(checkout)
    assert not (checkout / ".venv" / ".ready-on-windows").exists()


# --- the batch file ---------------------------------------------------------------------------


def lines() -> list[str]:
    return BATCH.read_bytes().decode("ascii").split("\r\n")


def test_batch_file_is_ascii_with_crlf() -> None:
    content = BATCH.read_bytes()
    assert content.isascii()
    assert content.startswith(b"@echo off\r\n")
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert "*.bat -text" in (ROOT / ".gitattributes").read_text(encoding="utf-8")


def test_batch_file_has_exactly_the_labels_it_uses() -> None:
    labels = {line[1:] for line in lines() if line.startswith(":")}
    jumps = set(re.findall(r"(?:goto|call) :?(\w+)", "\n".join(lines())))
    assert jumps == labels


def test_subroutine_ends_before_the_next_label() -> None:
    code = [line for line in lines() if line.strip() and not line.startswith("rem ")]
    for label in (":try", ":no_folder", ":no_python", ":not_unzipped"):
        before = code[code.index(label) - 1]
        assert before.startswith(("exit /b", "goto")), label


def test_paths_are_quoted_and_expanded_once() -> None:
    code = [line for line in lines() if not line.startswith("rem ")]
    assert [line for line in code if "%~dp0" in line] == ['set "HERE=%~dp0"']
    assert all('"!HERE!' in line for line in code if "!HERE!" in line)
    # With delayed expansion, a % would interpret an exclamation mark in a path.
    delayed = code.index("setlocal EnableDelayedExpansion")
    assert code.index('set "HERE=%~dp0"') < delayed
    assert code.index("set SHIRYO_ARGUMENTS=%*") < delayed


def test_bundled_python_is_started_by_its_full_path() -> None:
    (line,) = (line for line in lines() if line.startswith("start "))
    assert line == ('start "" "!HERE!program\\python\\pythonw.exe" "!HERE!program\\start.py"')


def test_files_named_in_the_batch_file_exist_as_utf8() -> None:
    named = re.findall(r"scripts\\windows\\[\w.]+", "\n".join(lines()))
    assert set(named) == {r"scripts\windows\start.py", r"scripts\windows\no_python.txt"}
    for name in named:
        assert (ROOT / name.replace("\\", "/")).is_file()
    text = (ROOT / "scripts/windows/no_python.txt").read_bytes()
    assert not text.startswith(b"\xef\xbb\xbf")
    assert "Python 3.11 以降" in text.decode("utf-8")
    assert re.search(r"chcp 65001 >nul\s+type scripts", "\n".join(lines()))
