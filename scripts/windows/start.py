"""What ``資料作成.bat`` runs on Windows: take the dropped files, then open the page.

In: the environment variables ``SHIRYO_ARGUMENTS`` (what was typed behind the batch file) and
``SHIRYO_COMMAND_LINE`` (all that Explorer gave to cmd.exe). Out: the exit status of the
page; 4 where the environment could not be made. Needs Python 3.11 and nothing else.

In the folder of ``make_folder.py`` this is ``program/start.py``, run without a console by the
Python beside it. In a checkout an installed Python runs it, which first makes ``.venv``.
Tested with stand-ins and under Wine, not on Windows itself.
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
# The sheet that our own workbooks of opinions have, and no master.
ABOUT_SHEET: Final = "このブックについて"
_DOCUMENTS: Final = 5  # CSIDL_PERSONAL: the user's documents, wherever they were moved to
# What a console of its own runs, with the text as its argument; Windows bounds these.
SHOW: Final = "import sys; print(sys.argv[1]); input('\\nEnter キーを押すと、この画面を閉じます。')"
_LONGEST_TEXT: Final = 20_000
_NEW_CONSOLE: Final[int] = getattr(subprocess, "CREATE_NEW_CONSOLE", 0)
# Our programs get no window of their own.
_NO_WINDOW: Final[int] = getattr(subprocess, "CREATE_NO_WINDOW", 0)


class NotReady(Exception):
    """The environment could not be made; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where this tool lies: its folder, and in the bundle the folder ``program``."""

    folder: Path
    program: Path | None

    @classmethod
    def of(cls, script: Path) -> Home:
        """The home of this script: a bundle where a Python lies beside it, else a checkout."""
        if (script.parent / "python" / "python.exe").is_file():
            return cls(script.parent.parent, script.parent)
        return cls(script.parents[2], None)


def main() -> int:
    """Take what was dropped, open the page, and show what went wrong."""
    home = Home.of(Path(__file__).resolve())
    try:
        return start(home, dropped(os.environ))
    except NotReady as reason:
        show(str(reason))
        return MISSING
    except Exception as error:  # noqa: BLE001 - without a console a traceback is seen by nobody
        show(f"開けませんでした（{type(error).__name__}: {error}）。もう一度お試しください。")
        return DEFECT


def start(home: Home, names: Sequence[str]) -> int:
    """Run the commands for the dropped files, then the page; its exit status."""
    python = bundled(home.program) if home.program else environment(home.folder)
    folder, notes = working_folder(home.folder, names)
    for name in names:
        if not Path(name).is_dir():
            notes.append(told_by(python, [command_for(Path(name)), name], folder))
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
    said = page.communicate()[1].decode("utf-8", errors="replace")
    if page.returncode:
        show(said)
    return page.returncode


# --- what was dropped -------------------------------------------------------------------------


def dropped(variables: Mapping[str, str]) -> list[str]:
    """The files and folders that were dropped on the batch file or named behind it.

    Explorer puts a path in quotes for a space and for nothing else, so that cmd.exe ends
    the arguments at an &; the raw command line still has the whole path.
    """
    line = variables.get("SHIRYO_COMMAND_LINE", "")
    match = re.search(r"\.bat\"?\s*(.*?)\"?\s*$", line, re.IGNORECASE | re.DOTALL)
    if match and re.search(r"\s/c\s", line, re.IGNORECASE):
        return words(match[1])
    return words(variables.get("SHIRYO_ARGUMENTS", ""))


def words(text: str) -> list[str]:
    """The words of a command line; quotes hold a word together and are no part of it."""
    found = re.findall(r'(?:[^\s"]|"[^"]*"?)+', text)
    return [word for each in found if (word := each.replace('"', ""))]


def command_for(path: Path) -> str:
    """``collect`` for a filled-in handout or workbook of opinions, ``build`` for a master."""
    is_filled_in = path.suffix.lower() == ".docx" or is_opinion_workbook(path)
    return "collect" if is_filled_in else "build"


def is_opinion_workbook(path: Path) -> bool:
    """Whether a file is one of our own workbooks for opinions."""
    try:
        with zipfile.ZipFile(path) as workbook:
            return f'name="{ABOUT_SHEET}"'.encode() in workbook.read("xl/workbook.xml")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False


# --- the folder that the page works on ---------------------------------------------------------


def working_folder(home: Path, names: Sequence[str]) -> tuple[Path, list[str]]:
    """The folder with ``inputs`` and ``output``, and what the officer has to know of it.

    A folder that was dropped (an older copy of this tool); else the tool's own; else, where
    that can't be written to, a folder in the user's documents.
    """
    folders = [Path(name) for name in names if Path(name).is_dir()]
    if folders:
        return folders[-1], []
    if is_writable(home):
        return home, []
    mine = documents() / "資料作成"
    for name in ("inputs", "templates"):
        if (home / name).is_dir() and not (mine / name).exists():
            shutil.copytree(home / name, mine / name, copy_function=writable_copy)
    mine.mkdir(parents=True, exist_ok=True)
    return mine, [f"このフォルダーには書き込めないため、{mine} に資料を作ります。"]


def is_writable(folder: Path) -> bool:
    """Whether a file can be made in the folder; the attributes of Windows do not tell.

    Not by ``tempfile``, which on Windows tries for ever (python/cpython#66305).
    """
    probe = folder / f".shiryo-{os.getpid()}.tmp"
    try:
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def writable_copy(source: str, target: str) -> None:
    """A copy with the time of the original; what lies on a CD has the attribute read-only."""
    shutil.copy2(source, target)
    Path(target).chmod(stat.S_IREAD | stat.S_IWRITE)


def documents() -> Path:
    """The user's documents."""
    buffer = ctypes.create_unicode_buffer(260)
    ctypes.windll.shell32.SHGetFolderPathW(None, _DOCUMENTS, None, 0, buffer)  # type: ignore[attr-defined]  # Windows
    return Path(buffer.value)


# --- the bundle -------------------------------------------------------------------------------


def bundled(program: Path) -> Path:
    """The Python of the bundle, once the files of an older version are gone."""
    remove_leftovers(program)
    return program / "python" / "python.exe"


def remove_leftovers(program: Path) -> None:
    """Delete what an update that was unzipped over an older version left of that version.

    ``files.txt`` lists the files of this version; what Python compiled stays. Done once for
    each version, and not where the folder can't be written to.
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
    """The Python of ``.venv``, made or renewed where what it is made of has changed.

    NotReady where it can't be made.
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
    # Editable, so that what runs is the code that lies here, also after an update.
    source = ["--constraint", str(root / "constraints.txt"), "--editable", str(root)]
    call(
        [str(python), "-m", "pip", "install", "--quiet", *source],
        "部品を入れられませんでした。インターネットにつながらないパソコンでは、"
        "shiryo-windows.zip（docs\\windows.md）をお使いください。",
    )
    stamp.write_text(wanted, encoding="utf-8")
    return python


def fingerprint(root: Path) -> str:
    """What the environment is made from; a moved folder makes it again as well."""
    made_from = hashlib.sha256(f"{sys.version}\n{root}\n".encode())
    for path in (root / "pyproject.toml", root / "constraints.txt"):
        made_from.update(path.read_bytes())
    return made_from.hexdigest()


def call(command: Sequence[str], failure: str) -> None:
    """Run one step of the set-up; NotReady with ``failure`` where it fails."""
    try:
        subprocess.run(command, check=True)  # noqa: S603 - our own steps
    except (OSError, subprocess.CalledProcessError) as error:
        raise NotReady(failure) from error


# --- running and showing ----------------------------------------------------------------------


def pipeline(python: Path) -> list[str]:
    """The command line of the pipeline; the embeddable Python reads no PYTHONUTF8."""
    return [str(python), "-X", "utf8", "-m", "pipeline"]


def told_by(python: Path, arguments: Sequence[str], folder: Path) -> str:
    """What a command printed where it did not end well; nothing where it did."""
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
    """Text for people: on the console there is, else on a new one until Enter is pressed."""
    if sys.stderr is not None:
        print(text, file=sys.stderr, flush=True)
        return
    python = str(Path(sys.executable).with_name("python.exe"))
    subprocess.run(  # noqa: S603 - our own program
        [python, "-c", SHOW, text[:_LONGEST_TEXT]], creationflags=_NEW_CONSOLE, check=False
    )


if __name__ == "__main__":
    sys.exit(main())
