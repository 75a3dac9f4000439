"""The folder from the zip on Wine's drive C, and the same inputs on this machine.

``nox -s windows`` runs these tests; without Wine pytest collects none of them.
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
NOT_TESTED = (
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
    """Print what these tests do not cover."""
    if VARIABLE in os.environ:
        terminalreporter.section("not seen under Wine")
        for line in NOT_TESTED:
            terminalreporter.line(line)


@pytest.fixture(scope="session")
def wine() -> Wine:
    """Wine, with a drive C that has no files of earlier tests."""
    found = Wine.here()
    shutil.rmtree(found.home, ignore_errors=True)
    found.home.mkdir()
    shutil.rmtree(found.drive / "users/root/AppData/Local/Temp", ignore_errors=True)
    (found.drive / "users/root/AppData/Local/Temp").mkdir(parents=True)
    # The first program also starts Wine's services: run a short one before the tests.
    assert found.run("cmd", "/c", "ver", cwd=found.drive).status == 0
    return found


@pytest.fixture(scope="session")
def bundle(wine: Wine) -> Bundle:
    """The folder of the zip, in a path with blanks, Japanese and characters special to cmd.exe."""
    with zipfile.ZipFile(ROOT / "dist" / f"{TOP}.zip") as archive:
        archive.extractall(wine.home)
    replace_numpy(wine.home / TOP / "program")
    return Bundle(wine, wine.home / TOP)


def replace_numpy(program: Path) -> None:
    """Replace the folder's numpy by one that Wine can run, as an update would."""
    for folder in (program / "site").glob("numpy*"):
        shutil.rmtree(folder)
    (wheel,) = (Wine.here().root / "numpy").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive, (program / "files.txt").open("a") as listing:
        archive.extractall(program / "site")
        listing.writelines(f"0  program/site/{name}\n" for name in archive.namelist())


@pytest.fixture(scope="session")
def other_pango(bundle: Bundle) -> Path:
    """A folder like MSYS2's, with loadable DLLs that do not match their names."""
    other = bundle.wine.home / "msys64"
    other.mkdir()
    any_dll = bundle.folder / "program/site/gstreamer_libs/bin/z-1.dll"
    for name in ("gobject-2.0-0", "pango-1.0-0", "harfbuzz-0", "fontconfig-1", "pangoft2-1.0-0"):
        shutil.copy(any_dll, other / f"lib{name}.dll")
    return other


@pytest.fixture
def linux(bundle: Bundle, tmp_path: Path) -> Path:
    """A folder of this machine with the same inputs."""
    shutil.copytree(bundle.folder / "inputs", tmp_path / "inputs")
    return tmp_path
