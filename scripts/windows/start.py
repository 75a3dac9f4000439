"""What ``資料作成.bat`` runs on Windows: make the environment, make the handouts, show the page.

In: the environment variables ``SHIRYO_ARGUMENTS`` (what was typed behind the batch file) and
``SHIRYO_COMMAND_LINE`` (all that Explorer gave to cmd.exe). Out: the exit status of
``build``; 4 where the environment could not be made. Needs Python 3.11 and nothing else.
Tested with stand-ins; it was not run on Windows.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MISSING = 4


class NotReady(Exception):
    """The environment could not be made; the text says why and what to do."""


def main() -> int:
    """Make everything and show it."""
    workbooks = dropped(os.environ)
    try:
        python = environment(ROOT)
    except NotReady as reason:
        say(str(reason))
        return MISSING
    page = ROOT / "output" / "index.html"
    before = state(page)
    command = [str(python), "-m", "pipeline", "build", *workbooks]
    status = subprocess.run(  # noqa: S603 - our own program, the files that were dropped
        command, cwd=ROOT, env=settings(os.environ), check=False
    ).returncode
    if state(page) != before:
        open_page(page)
    return status


def dropped(variables: Mapping[str, str]) -> list[str]:
    """The workbooks that were dropped on the batch file or named behind it.

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


def environment(root: Path) -> Path:
    """The Python of ``.venv``, made or renewed where what it is made of has changed.

    NotReady where it can't be made.
    """
    python = root / ".venv" / "Scripts" / "python.exe"
    stamp = root / ".venv" / ".ready-on-windows"
    wanted = fingerprint(root)
    if python.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    say("はじめての準備をしています（数分かかります）。この画面を閉じずにお待ちください。")
    base = getattr(sys, "_base_executable", sys.executable)
    call(
        [base, "-m", "venv", "--clear", str(root / ".venv")],
        "Python の環境を作れませんでした。"
        "フォルダーに書き込めるか、空き容量があるかを確かめてください。",
    )
    call(
        [str(python), "-m", "pip", "install", "--quiet", *source(root)],
        "部品を入れられませんでした。インターネットにつながらないときは、docs\\windows.md の"
        "「インターネットのないパソコン」のとおりに wheels フォルダーを用意してください。",
    )
    stamp.write_text(wanted, encoding="utf-8")
    return python


def source(root: Path) -> list[str]:
    """Where pip takes the parts from: the folder ``wheels`` where it lies here, else the net."""
    wheels = root / "wheels"
    if any(wheels.glob("*.whl")):
        return ["--no-index", "--find-links", str(wheels), "shiryo-handouts"]
    # Editable, so that ``.venv\\Scripts\\shiryo`` runs the code that lies here, also after an
    # update of the folder.
    return ["--constraint", str(root / "constraints.txt"), "--editable", str(root)]


def fingerprint(root: Path) -> str:
    """What the environment is made from; a moved folder makes it again as well."""
    made_from = hashlib.sha256(f"{sys.version}\n{root}\n".encode())
    # The wheel holds a copy of our code: a newer one has the same name.
    wheels = sorted((root / "wheels").glob("shiryo_handouts-*.whl"))
    for path in (root / "pyproject.toml", root / "constraints.txt", *wheels):
        made_from.update(path.read_bytes())
    return made_from.hexdigest()


def settings(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables for the pipeline: Japanese output; it finds Pango and the fonts itself."""
    return {**variables, "PYTHONUTF8": "1"}


def call(command: Sequence[str], failure: str) -> None:
    """Run one step of the set-up; NotReady with ``failure`` where it fails."""
    try:
        subprocess.run(command, check=True)  # noqa: S603 - our own steps
    except (OSError, subprocess.CalledProcessError) as error:
        raise NotReady(failure) from error


def state(page: Path) -> int | None:
    """When the page was written; None where there is none."""
    return page.stat().st_mtime_ns if page.is_file() else None


def open_page(page: Path) -> None:
    """Show the page in the browser; where nothing is registered for it, say where it is."""
    try:
        os.startfile(page)  # type: ignore[attr-defined]  # noqa: S606 - Windows has it; our own page
    except (AttributeError, OSError):
        say(f"できた資料は {page} から開けます。")


def say(text: str) -> None:
    """A line for people; Python writes it to a console in Unicode, whatever its code page."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
