"""What the batch file runs, with stand-ins for Windows; tests/windows has it run under Wine."""

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


# --- what was dropped -------------------------------------------------------------------------


def workbook(path: Path, sheet: str) -> Path:
    book = openpyxl.Workbook()
    book.worksheets[0].title = sheet
    book.save(path)
    return path


def test_filled_in_files_are_collected_and_masters_are_built(tmp_path: Path) -> None:
    master = workbook(tmp_path / "台帳.xlsx", "事業一覧")
    entry = workbook(tmp_path / "当日入力.xlsx", ABOUT_SHEET)
    broken = tmp_path / "壊れた台帳.xlsx"
    broken.write_bytes(b"PK")
    assert start.command_for(master) == "build"
    assert start.command_for(entry) == "collect"
    assert start.command_for(broken) == "build"
    assert start.command_for(tmp_path / "無い.xlsx") == "build"
    assert start.command_for(tmp_path / "資料１_会議用.DOCX") == "collect"


def test_the_sheet_of_our_own_workbooks_has_one_name() -> None:
    # start.py runs before the package can be imported.
    assert start.ABOUT_SHEET == ABOUT_SHEET


# --- the folder that the page works on ---------------------------------------------------------


def test_the_page_works_on_the_folder_of_the_tool(tmp_path: Path) -> None:
    assert start.working_folder(tmp_path, [str(tmp_path / "台帳.xlsx")]) == (tmp_path, [])
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_dropped_is_worked_on(tmp_path: Path) -> None:
    old = tmp_path / "古い 資料作成"
    old.mkdir()
    assert start.working_folder(tmp_path, [str(old)]) == (old, [])


def test_where_the_tool_can_not_write_the_documents_are_used_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, documents = tmp_path / "CD", tmp_path / "ドキュメント"
    (home / "inputs").mkdir(parents=True)
    (home / "inputs" / "見本.xlsx").touch(mode=0o444)
    monkeypatch.setattr(start, "is_writable", lambda _: False)
    monkeypatch.setattr(start, "documents", lambda: documents)
    folder, notes = start.working_folder(home, [])
    assert folder == documents / "資料作成"
    # On Windows the attribute of a CD would come along and let nobody save.
    assert (folder / "inputs" / "見本.xlsx").stat().st_mode & stat.S_IWRITE
    assert str(folder) in notes[0]
    # What the office put there by then stays.
    (folder / "inputs" / "台帳.xlsx").touch()
    start.working_folder(home, [])
    assert (folder / "inputs" / "台帳.xlsx").is_file()


def test_a_folder_that_is_not_there_can_not_be_written_to(tmp_path: Path) -> None:
    assert start.is_writable(tmp_path)
    assert not start.is_writable(tmp_path / "無い")


# --- the folder from the zip -------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A folder from the zip: a program of one library."""
    program = tmp_path / "program"
    (program / "python").mkdir(parents=True)
    (program / "python" / "python.exe").touch()
    listed = ["python/python.exe", "site/new.py", "start.py"]
    for each in listed:
        (program / each).parent.mkdir(exist_ok=True)
        (program / each).touch()
    lines = [f"0000  program/{each}" for each in listed]
    (program / "files.txt").write_text("\n".join(lines), encoding="utf-8")
    return Home.of(program / "start.py")


def test_the_folder_from_the_zip_has_its_own_python(home: Home, tmp_path: Path) -> None:
    assert home == Home(tmp_path, tmp_path / "program")
    assert Home.of(ROOT / "scripts" / "windows" / "start.py") == Home(ROOT, None)


def test_an_update_leaves_nothing_of_the_version_before(home: Home, tmp_path: Path) -> None:
    program = tmp_path / "program"
    for name in ("site/old.py", "site/__pycache__/new.pyc"):
        (program / name).parent.mkdir(exist_ok=True)
        (program / name).touch()
    kept = [tmp_path / "inputs" / "台帳.xlsx", tmp_path / "templates" / "町" / "form.toml"]
    for each in kept:
        each.parent.mkdir(parents=True)
        each.touch()
    assert home.program is not None
    assert start.bundled(home.program) == program / "python" / "python.exe"
    assert not (program / "site" / "old.py").exists()
    assert (program / "site" / "new.py").is_file()
    assert (program / "site" / "__pycache__" / "new.pyc").is_file()
    assert all(each.is_file() for each in kept)


def test_leftovers_are_looked_for_once_for_each_version(home: Home, tmp_path: Path) -> None:
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
    """A page that was opened and has ended, in the place of a process."""

    def __init__(self, status: int, said: str) -> None:
        self.returncode = status
        self._said = said

    def communicate(self) -> tuple[None, bytes]:
        return None, self._said.encode()


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Every program that was started; a master has a mistake, and the page ends well."""
    seen: list[list[str]] = []

    def run(command: list[str], **given: Any) -> subprocess.CompletedProcess[str]:
        assert given["stdin"] == subprocess.DEVNULL
        seen.append(command)
        failed = "build" in command
        said = "C2 に誤りがあります。" if failed else "読み取りました。"
        return subprocess.CompletedProcess(command, int(failed), stderr=said)

    def begin(command: list[str], **_: Any) -> Page:
        seen.append(command)
        return Page(0, "")

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(subprocess, "Popen", begin)
    return seen


def test_the_page_is_opened_on_the_folder_without_a_console(
    home: Home, programs: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert start.start(home, []) == 0
    (page,) = programs
    assert page[0].endswith("python.exe")
    assert page[1:] == ["-X", "utf8", "-m", "pipeline", "serve", "--folder", str(home.folder)]
    assert capsys.readouterr().err == ""


def test_dropped_files_are_taken_before_the_page_and_only_what_went_wrong_is_shown(
    home: Home, programs: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert start.start(home, ["資料１_会議用.docx", "甲&乙.xlsx"]) == 0
    assert [program[5:] for program in programs] == [
        ["collect", "資料１_会議用.docx"],
        ["build", "甲&乙.xlsx"],
        ["serve", "--folder", str(home.folder)],
    ]
    assert capsys.readouterr().err == "C2 に誤りがあります。\n"


def test_a_page_that_can_not_be_opened_says_why(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: Page(5, "書き込めません。"))
    assert start.start(home, []) == 5
    assert capsys.readouterr().err == "書き込めません。\n"


def test_without_a_console_the_text_is_shown_on_a_new_one(
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
    ("failure", "status", "said"),
    [
        (start.NotReady("部品を入れられませんでした。"), 4, "部品を入れられませんでした。"),
        (OSError("壊れています"), 70, "開けませんでした（OSError: 壊れています）"),
    ],
)
def test_whatever_stops_the_start_is_shown_in_japanese(
    failure: Exception,
    status: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(*_: object) -> int:
        raise failure

    monkeypatch.setattr(start, "start", refuse)
    assert start.main() == status
    assert said in capsys.readouterr().err


# --- a checkout --------------------------------------------------------------------------------


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
    # Editable: what runs after an update is the code that lies here.
    assert commands[1][-2:] == ["--editable", str(checkout)]
    commands.clear()
    start.environment(checkout)
    assert commands == []
    (checkout / "constraints.txt").write_text("newer", encoding="utf-8")
    start.environment(checkout)
    assert len(commands) == 2


def test_a_failed_step_says_what_to_do_and_is_tried_again(
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


def test_the_batch_file_is_ascii_with_the_line_ends_that_cmd_needs() -> None:
    content = BATCH.read_bytes()
    assert content.isascii()
    assert content.startswith(b"@echo off\r\n")
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert "*.bat -text" in (ROOT / ".gitattributes").read_text(encoding="utf-8")


def test_every_label_that_is_jumped_to_is_there() -> None:
    labels = {line[1:] for line in lines() if line.startswith(":")}
    jumps = set(re.findall(r"(?:goto|call) :?(\w+)", "\n".join(lines())))
    assert jumps == labels


def test_what_is_called_ends_before_the_next_label() -> None:
    code = [line for line in lines() if line.strip() and not line.startswith("rem ")]
    for label in (":try", ":no_folder", ":no_python", ":not_unzipped"):
        before = code[code.index(label) - 1]
        assert before.startswith(("exit /b", "goto")), label


def test_paths_are_quoted_and_nothing_expands_a_name_twice() -> None:
    code = [line for line in lines() if not line.startswith("rem ")]
    assert [line for line in code if "%~dp0" in line] == ['set "HERE=%~dp0"']
    assert all('"!HERE!' in line for line in code if "!HERE!" in line)
    # Once delayed expansion is on, a % would read an exclamation mark in a path.
    delayed = code.index("setlocal EnableDelayedExpansion")
    assert code.index('set "HERE=%~dp0"') < delayed
    assert code.index("set SHIRYO_ARGUMENTS=%*") < delayed


def test_the_python_of_the_folder_is_started_by_its_full_path_and_without_a_console() -> None:
    (line,) = (line for line in lines() if line.startswith("start "))
    assert line == ('start "" "!HERE!program\\python\\pythonw.exe" "!HERE!program\\start.py"')


def test_what_the_batch_file_names_is_there_and_can_be_read_on_a_console_of_utf8() -> None:
    named = re.findall(r"scripts\\windows\\[\w.]+", "\n".join(lines()))
    assert set(named) == {r"scripts\windows\start.py", r"scripts\windows\no_python.txt"}
    for each in named:
        assert (ROOT / each.replace("\\", "/")).is_file()
    text = (ROOT / "scripts/windows/no_python.txt").read_bytes()
    assert not text.startswith(b"\xef\xbb\xbf")
    assert "Python 3.11 以降" in text.decode("utf-8")
    assert re.search(r"chcp 65001 >nul\s+type scripts", "\n".join(lines()))
