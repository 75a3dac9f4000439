"""The folder from the zip on a drive C, and beside it the same on this machine.

``nox -s windows`` runs these tests; elsewhere there is no Wine and nothing is collected.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

import pytest
from support.wine import Bundle, Wine

from scripts.windows.make_folder import TOP
from scripts.windows.wine import NUMPY, VARIABLE

ROOT = Path(__file__).resolve().parents[2]
NOT_SEEN = (
    f"numpy: the folder's own version calls crealf, which Wine lacks; {NUMPY} stands in for it",
    "Explorer: the double-click is cmd /c with the line that Explorer would give",
    "an ampersand in the name of a dropped file: Wine's cmd has no CMDCMDLINE",
    "a per cent sign in the name of the folder: Wine's cmd would expand %~dp0 a second time",
    "a share by its name: Wine loads no DLL there that needs another; a drive letter is tried",
    "the window of the console: there is no screen; its program is tried on a terminal",
    "the text for those who have no Python: Wine has no chcp",
    "a virtual environment: Python's embeddable package can't make one; pip is tried without",
    "a virus scanner, SmartScreen, a proxy and the rights of an office's domain",
    "Word, Excel and a browser of Windows; the fonts are Debian's in files like Windows' own",
)
collect_ignore_glob = [] if VARIABLE in os.environ else ["test_*.py"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what these tests can't see."""
    if VARIABLE in os.environ:
        terminalreporter.section("not seen under Wine")
        for each in NOT_SEEN:
            terminalreporter.line(each)


@pytest.fixture(scope="session")
def wine() -> Wine:
    """Wine, with a drive C that holds nothing of ours."""
    found = Wine.here()
    shutil.rmtree(found.home, ignore_errors=True)
    found.home.mkdir()
    shutil.rmtree(found.drive / "users/root/AppData/Local/Temp", ignore_errors=True)
    (found.drive / "users/root/AppData/Local/Temp").mkdir(parents=True)
    # Its services start with the first program; here that is one whose time is not measured.
    assert found.run("cmd", "/c", "ver", cwd=found.drive).status == 0
    return found


@pytest.fixture(scope="session")
def bundle(wine: Wine) -> Bundle:
    """The folder of the zip, in a place with blanks, Japanese and what cmd.exe reads itself."""
    with zipfile.ZipFile(ROOT / "dist" / f"{TOP}.zip") as archive:
        archive.extractall(wine.home)
    replace_numpy(wine.home / TOP / "program")
    return Bundle(wine, wine.home / TOP)


def replace_numpy(program: Path) -> None:
    """Put a numpy that Wine can run in the place of the folder's own, as an update would."""
    for folder in (program / "site").glob("numpy*"):
        shutil.rmtree(folder)
    (wheel,) = (Wine.here().root / "numpy").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive, (program / "files.txt").open("a") as listing:
        archive.extractall(program / "site")
        listing.writelines(f"0  program/site/{name}\n" for name in archive.namelist())


@pytest.fixture(scope="session")
def other_pango(bundle: Bundle) -> Path:
    """A folder like that of MSYS2, whose DLLs load and are not what their names say."""
    other = bundle.wine.home / "msys64"
    other.mkdir()
    some = bundle.folder / "program/site/gstreamer_libs/bin/z-1.dll"
    for name in ("gobject-2.0-0", "pango-1.0-0", "harfbuzz-0", "fontconfig-1", "pangoft2-1.0-0"):
        shutil.copy(some, other / f"lib{name}.dll")
    return other


@pytest.fixture
def linux(bundle: Bundle, tmp_path: Path) -> Path:
    """A folder of this machine with the same inputs."""
    shutil.copytree(bundle.folder / "inputs", tmp_path / "inputs")
    return tmp_path
