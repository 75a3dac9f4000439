"""The program that ``資料作成.bat`` starts on Windows: process dropped files, open the page.

In: the environment variables ``SHIRYO_ARGUMENTS`` (the arguments of the batch file) and
``SHIRYO_COMMAND_LINE`` (the whole command line that Explorer gave to cmd.exe). Out: the exit
status of the page; 4 if the environment could not be made. Needs only Python 3.11.

In the folder of ``make_folder.py`` this is ``program/start.py``; the Python in that folder
runs it without a console. In a checkout an installed Python runs it, and it first makes
``.venv``. Tested with fakes and under Wine, not on Windows itself.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MISSING: Final = 4
DEFECT: Final = 70
# The sheet that our own workbooks with opinions have and masters lack.
ABOUT_SHEET: Final = "このブックについて"
_DOCUMENTS: Final = 5  # CSIDL_PERSONAL: the user's documents, also if moved elsewhere
# The program for a new console. The text is its argument, whose length Windows limits.
SHOW: Final = "import sys; print(sys.argv[1]); input('\\nEnter キーを押すと、この画面を閉じます。')"
_LONGEST_TEXT: Final = 20_000
_NEW_CONSOLE: Final[int] = getattr(subprocess, "CREATE_NEW_CONSOLE", 0)
# Start our programs without a console window.
_NO_WINDOW: Final[int] = getattr(subprocess, "CREATE_NO_WINDOW", 0)


class NotReady(Exception):
    """The environment could not be made; the text states why and what to do."""


@dataclass(frozen=True, slots=True)
class Home:
    """The location of this tool: its folder, and in the bundle the folder ``program``."""

    folder: Path
    program: Path | None

    @classmethod
    def of(cls, script: Path) -> Home:
        """The home of this script: a bundle if a Python is next to it, else a checkout."""
        if (script.parent / "python" / "python.exe").is_file():
            return cls(script.parent.parent, script.parent)
        return cls(script.parents[2], None)


def main() -> int:
    """Process dropped files, open the page, and show what failed."""
    home = Home.of(Path(__file__).resolve())
    try:
        return start(home, dropped(os.environ))
    except NotReady as reason:
        show(str(reason))
        return MISSING
    except Exception as error:  # noqa: BLE001 - without a console no user sees a traceback
        show(f"開けませんでした（{type(error).__name__}: {error}）。もう一度お試しください。")
        return DEFECT


def start(home: Home, names: Sequence[str]) -> int:
    """Run the commands for the dropped files, then the page; return the page's exit status."""
    python = bundled(home.program) if home.program else environment(home.folder)
    folder, notes = working_folder(home.folder, names)
    for name in names:
        if not Path(name).is_dir():
            notes.append(error_output(python, [command_for(Path(name)), name], folder))
    page = subprocess.Popen(  # noqa: S603 - our own program
        [*pipeline(python), "serve", "--folder", str(folder)],
        creationflags=_NO_WINDOW,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    if text := "\n".join(filter(None, notes)):
        show(text)
    stderr = page.communicate()[1].decode("utf-8", errors="replace")
    if page.returncode:
        show(stderr)
    return page.returncode


# --- dropped files ----------------------------------------------------------------------------


def dropped(variables: Mapping[str, str]) -> list[str]:
    """The files and folders that were dropped on the batch file or given as its arguments.

    Explorer quotes a path only if it has a space, so cmd.exe ends the arguments at an &; the
    raw command line still has the whole path.
    """
    line = variables.get("SHIRYO_COMMAND_LINE", "")
    match = re.search(r"\.bat\"?\s*(.*?)\"?\s*$", line, re.IGNORECASE | re.DOTALL)
    if match and re.search(r"\s/c\s", line, re.IGNORECASE):
        return words(match[1])
    return words(variables.get("SHIRYO_ARGUMENTS", ""))


def words(text: str) -> list[str]:
    """The words of a command line; quotes group the parts of a word and are removed."""
    found = re.findall(r'(?:[^\s"]|"[^"]*"?)+', text)
    return [word for quoted in found if (word := quoted.replace('"', ""))]


def command_for(path: Path) -> str:
    """``collect`` for a filled-in handout or workbook with opinions, ``build`` for a master."""
    is_filled_in = path.suffix.lower() == ".docx" or is_opinion_workbook(path)
    return "collect" if is_filled_in else "build"


def is_opinion_workbook(path: Path) -> bool:
    """Whether a file is one of our own workbooks with opinions."""
    try:
        with zipfile.ZipFile(path) as workbook:
            return f'name="{ABOUT_SHEET}"'.encode() in workbook.read("xl/workbook.xml")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False


# --- the folder that the page works on ---------------------------------------------------------


def working_folder(home: Path, names: Sequence[str]) -> tuple[Path, list[str]]:
    """The folder with ``inputs`` and ``output``, and the messages for the officer about it.

    A dropped folder (an older copy of this tool); else the tool's own folder; else, if that
    is not writable, a folder in the user's documents.
    """
    folders = [Path(name) for name in names if Path(name).is_dir()]
    if folders:
        return folders[-1], []
    if is_writable(home):
        return home, []
    own_folder = documents() / "資料作成"
    for name in ("inputs", "templates"):
        if (home / name).is_dir() and not (own_folder / name).exists():
            shutil.copytree(home / name, own_folder / name, copy_function=writable_copy)
    own_folder.mkdir(parents=True, exist_ok=True)
    return own_folder, [f"このフォルダーには書き込めないため、{own_folder} に資料を作ります。"]


def is_writable(folder: Path) -> bool:
    """Whether a file can be created in the folder; the attributes of Windows do not show it.

    ``tempfile`` is no alternative: on Windows it retries endlessly (python/cpython#66305).
    """
    probe = folder / f".shiryo-{os.getpid()}.tmp"
    try:
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def writable_copy(source: str, target: str) -> None:
    """Copy a file with its time, but writable: files on a CD have the attribute read-only."""
    shutil.copy2(source, target)
    Path(target).chmod(stat.S_IREAD | stat.S_IWRITE)


def documents() -> Path:
    """The folder of the user's documents."""
    buffer = ctypes.create_unicode_buffer(260)
    ctypes.windll.shell32.SHGetFolderPathW(None, _DOCUMENTS, None, 0, buffer)  # type: ignore[attr-defined]  # Windows
    return Path(buffer.value)


# --- the bundle -------------------------------------------------------------------------------


def bundled(program: Path) -> Path:
    """The Python of the bundle, after the files of an older version are deleted."""
    remove_leftovers(program)
    return program / "python" / "python.exe"


def remove_leftovers(program: Path) -> None:
    """Delete files of an older version over which this version was unzipped.

    ``files.txt`` lists the files of this version; files that Python compiled stay. Done once
    for each version; skipped if the folder is not writable.
    """
    listing = program / "files.txt"
    digest = hashlib.sha256(listing.read_bytes()).hexdigest()
    done = program / "checked.txt"
    if done.is_file() and done.read_text(encoding="ascii") == digest:
        return
    lines = listing.read_text(encoding="utf-8").splitlines()
    ours = {program.parent / line.partition("  ")[2] for line in lines} | {listing, done}
    try:
        for path in program.rglob("*"):
            if path.is_file() and path.parent.name != "__pycache__" and path not in ours:
                path.unlink()
        done.write_text(digest, encoding="ascii")
    except OSError:
        return


# --- a checkout -------------------------------------------------------------------------------


def environment(root: Path) -> Path:
    """The Python of ``.venv``; makes it, or makes it again if its inputs have changed.

    Raises NotReady if it can't be made.
    """
    python = root / ".venv" / "Scripts" / "python.exe"
    stamp = root / ".venv" / ".ready-on-windows"
    wanted = fingerprint(root)
    if python.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    show("はじめての準備をしています（数分かかります）。この画面を閉じずにお待ちください。")
    base = getattr(sys, "_base_executable", sys.executable)
    call(
        [base, "-m", "venv", "--clear", str(root / ".venv")],
        "Python の環境を作れませんでした。"
        "フォルダーに書き込めるか、空き容量があるかを確かめてください。",
    )
    # Editable, so that the code of this checkout runs, also after an update.
    source = ["--constraint", str(root / "constraints.txt"), "--editable", str(root)]
    call(
        [str(python), "-m", "pip", "install", "--quiet", *source],
        "部品を入れられませんでした。インターネットにつながらないパソコンでは、"
        "shiryo-windows.zip（docs\\windows.md）をお使いください。",
    )
    stamp.write_text(wanted, encoding="utf-8")
    return python


def fingerprint(root: Path) -> str:
    """A hash of the environment's inputs, including the folder's path (it may be moved)."""
    made_from = hashlib.sha256(f"{sys.version}\n{root}\n".encode())
    for path in (root / "pyproject.toml", root / "constraints.txt"):
        made_from.update(path.read_bytes())
    return made_from.hexdigest()


def call(command: Sequence[str], failure: str) -> None:
    """Run one step of the set-up; raises NotReady with the text ``failure`` if it fails."""
    try:
        subprocess.run(command, check=True)  # noqa: S603 - our own steps
    except (OSError, subprocess.CalledProcessError) as error:
        raise NotReady(failure) from error


# --- running and showing ----------------------------------------------------------------------


def pipeline(python: Path) -> list[str]:
    """The command line of the pipeline; the embeddable Python ignores PYTHONUTF8."""
    return [str(python), "-X", "utf8", "-m", "pipeline"]


def error_output(python: Path, arguments: Sequence[str], folder: Path) -> str:
    """The standard error of a command that failed; empty if it succeeded."""
    done = subprocess.run(  # noqa: S603 - our own program, the files that were dropped
        [*pipeline(python), *arguments],
        creationflags=_NO_WINDOW,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return done.stderr if done.returncode else ""


def show(text: str) -> None:
    """Show a text on the existing console, or on a new one until Enter is pressed."""
    if sys.stderr is not None:
        print(text, file=sys.stderr, flush=True)
        return
    python = str(Path(sys.executable).with_name("python.exe"))
    subprocess.run(  # noqa: S603 - our own program
        [python, "-c", SHOW, text[:_LONGEST_TEXT]], creationflags=_NEW_CONSOLE, check=False
    )


if __name__ == "__main__":
    sys.exit(main())
