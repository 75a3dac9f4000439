"""Run Windows programs on this machine, under Wine; only ``nox -s windows`` has Wine.

The whole session runs in its own namespaces (``scripts/windows/wine.py``). A variable has the
path of the Debian with Wine.
"""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import IO

from scripts.windows.wine import PREFIX, VARIABLE, environment
from support import pdf

SECONDS = 120
SAMPLE = "inputs/見本_連携事業マスタ.xlsx"


@dataclass(frozen=True)
class Done:
    """The result of a Windows program: exit status, standard output, standard error."""

    status: int
    output: str
    messages: str


@dataclass(frozen=True)
class Running:
    """A running Windows program; its output goes to files.

    Pipes would never be closed, because Wine's own services inherit them and keep running.
    """

    process: subprocess.Popen[bytes]
    output: IO[bytes]
    messages: IO[bytes]

    def ended(self) -> Done:
        status = self.process.wait(SECONDS)
        return Done(status, self.printed(self.output), self.printed(self.messages))

    @staticmethod
    def printed(file: IO[bytes]) -> str:
        file.seek(0)
        return file.read().decode("utf-8", errors="replace").replace("\r\n", "\n")


@dataclass
class Console:
    """A Windows program on a console, and its output so far."""

    process: subprocess.Popen[bytes]
    terminal: int
    written: bytes = b""

    def shows(self, text: str) -> bool:
        """Whether the program has written the text by now."""
        while select.select([self.terminal], [], [], 0)[0]:
            try:
                self.written += os.read(self.terminal, 65536)
            except OSError:  # the program has ended
                break
        return text in self.written.decode("utf-8", errors="replace")

    def press_enter(self) -> None:
        os.write(self.terminal, b"\r")


@dataclass(frozen=True)
class Wine:
    """The Debian with Wine."""

    root: Path

    @classmethod
    def here(cls) -> Wine:
        return cls(Path(os.environ[VARIABLE]))

    @property
    def drive(self) -> Path:
        """Drive C, seen from this machine."""
        return self.root / PREFIX / "drive_c"

    @property
    def home(self) -> Path:
        """The folder on drive C for all files of the tests."""
        return self.drive / "資料 (作成) & ^試し!"

    def named(self, place: Path) -> str:
        r"""The Windows path (``C:\…``) of a place on drive C."""
        return str(PureWindowsPath("C:/", place.relative_to(self.drive).as_posix()))

    def run(self, *command: str, cwd: Path, **variables: str) -> Done:
        """Run a Windows program until it ends; ``WINEPATH`` comes first on its PATH."""
        with self.running(*command, cwd=cwd, **variables) as started:
            return started.ended()

    @contextmanager
    def linked(self, name: str, target: Path) -> Iterator[None]:
        """A drive letter (``y:``) or a share (``unc/server/share``) that leads to a folder."""
        place = self.drive.parent / "dosdevices" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.symlink_to(Path("/", target.relative_to(self.root)))
        try:
            yield
        finally:
            place.unlink()

    def stop(self) -> None:
        """Stop Wine, so that it writes its registry; the next program starts it again."""
        stop = ["env", "-i", *environment(), "wineserver", "--kill", "--wait"]
        subprocess.run(["chroot", str(self.root), *stop], check=False)

    @contextmanager
    def running(self, *command: str, cwd: Path, **variables: str) -> Iterator[Running]:
        """Start a Windows program that runs while the test continues."""
        assignments = [f"{name}={value}" for name, value in variables.items()]
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as messages:
            process = subprocess.Popen(
                self._line(cwd, assignments, command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=messages,
            )
            try:
                yield Running(process, output, messages)
            finally:
                process.kill()
                process.wait()

    @contextmanager
    def console(self, *command: str, cwd: Path) -> Iterator[Console]:
        """Start a Windows program on a console, which is a terminal of this machine."""
        own_end, program_end = pty.openpty()
        process = subprocess.Popen(
            self._line(cwd, ["TERM=xterm"], command),
            stdin=program_end,
            stdout=program_end,
            stderr=program_end,
            start_new_session=True,
        )
        os.close(program_end)
        try:
            yield Console(process, own_end)
        finally:
            process.kill()
            process.wait()
            os.close(own_end)

    def _line(self, cwd: Path, variables: Sequence[str], command: Sequence[str]) -> list[str]:
        """The command line of this machine that starts a Windows program."""
        place = f"/{cwd.relative_to(self.root).as_posix()}"
        prepared = ["env", "-i", "-C", place, *environment(), *variables, "wine"]
        return ["chroot", str(self.root), *prepared, *command]


@dataclass(frozen=True)
class Bundle:
    """The unzipped folder and the commands in it."""

    wine: Wine
    folder: Path

    @property
    def python(self) -> str:
        return self.wine.named(self.folder / "program/python/python.exe")

    def command(self, *arguments: str) -> list[str]:
        """The command line of one of our commands, as the start file runs it."""
        return [self.python, "-X", "utf8", "-m", "pipeline", *arguments]

    def shiryo(self, *arguments: str, cwd: Path | None = None) -> Done:
        """Run one of our commands in the folder or in ``cwd``."""
        return self.wine.run(*self.command(*arguments), cwd=cwd or self.folder)

    def place(self, name: str, like: Path) -> Path:
        """A folder on drive C: a copy of the folder ``like``."""
        return Path(shutil.copytree(like, self.wine.home / name))


def same_documents(windows: Path, linux: Path) -> None:
    """Assert that the Word files are equal bytes, and the PDFs valid and of equal text."""
    names = sorted(path.name for path in linux.iterdir() if path.suffix in {".docx", ".pdf"})
    assert sorted(p.name for p in windows.iterdir() if p.suffix in {".docx", ".pdf"}) == names
    assert names
    for name in names:
        expected, found = (linux / name).read_bytes(), (windows / name).read_bytes()
        if name.endswith(".docx"):
            assert found == expected, name
        else:
            assert pdf.text(found) == pdf.text(expected), name
            assert pdf.failures(found) == [], name


def ports() -> list[int]:
    """The listening ports of 127.0.0.1; no other programs run in this network."""
    lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    listening = [line.split()[1] for line in lines if line.split()[3] == "0A"]
    assert all(address.startswith("0100007F:") for address in listening)
    return [int(address.partition(":")[2], 16) for address in listening]


def page_folders(wine: Wine) -> set[str]:
    """The folders of the open pages, from the command lines of their processes."""
    lines = (path.read_bytes().split(b"\0") for path in wine.root.glob("proc/[0-9]*/cmdline"))
    pages = (words for words in lines if b"--folder" in words)
    return {words[words.index(b"--folder") + 1].decode("utf-8") for words in pages}


def until(happened: Callable[[], object]) -> None:
    """Wait until ``happened()`` is true; fails after ``SECONDS``."""
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.2)
