"""Windows programs on this machine: a command in, what it did out. Only ``nox -s windows`` has it.

The whole session runs in namespaces of its own (``scripts/windows/wine.py``), which has the
folder of the Debian with Wine in a variable.
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
    """A Windows program that has ended: its exit status, its output and its messages."""

    status: int
    output: str
    messages: str


@dataclass(frozen=True)
class Running:
    """A Windows program that runs; what it prints goes to files.

    Not to pipes: Wine's own services inherit them and stay, so that they never end.
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
    """A Windows program on a console, and what it has written there so far."""

    process: subprocess.Popen[bytes]
    terminal: int
    written: bytes = b""

    def shows(self, text: str) -> bool:
        """Whether the text has been written by now."""
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
        """The folder of drive C where everything of ours lies."""
        return self.drive / "資料 (作成) & ^試し!"

    def named(self, place: Path) -> str:
        r"""A place on drive C as a Windows program names it: ``C:\…``."""
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
        """End this Windows, so that it writes its registry; the next program starts it again."""
        stop = ["env", "-i", *environment(), "wineserver", "--kill", "--wait"]
        subprocess.run(["chroot", str(self.root), *stop], check=False)

    @contextmanager
    def running(self, *command: str, cwd: Path, **variables: str) -> Iterator[Running]:
        """A Windows program that runs beside the test."""
        given = [f"{name}={value}" for name, value in variables.items()]
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as messages:
            process = subprocess.Popen(
                self._line(cwd, given, command),
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
        """A Windows program on a console, which is a terminal of this machine."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            self._line(cwd, ["TERM=xterm"], command),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        try:
            yield Console(process, ours)
        finally:
            process.kill()
            process.wait()
            os.close(ours)

    def _line(self, cwd: Path, variables: Sequence[str], command: Sequence[str]) -> list[str]:
        """What starts a Windows program, as a command line of this machine."""
        place = f"/{cwd.relative_to(self.root).as_posix()}"
        prepared = ["env", "-i", "-C", place, *environment(), *variables, "wine"]
        return ["chroot", str(self.root), *prepared, *command]


@dataclass(frozen=True)
class Bundle:
    """The unzipped folder, as a Windows program sees it."""

    wine: Wine
    folder: Path

    @property
    def python(self) -> str:
        return self.wine.named(self.folder / "program/python/python.exe")

    def command(self, *arguments: str) -> list[str]:
        """A command of ours as a Windows program, as the start file runs it."""
        return [self.python, "-X", "utf8", "-m", "pipeline", *arguments]

    def shiryo(self, *arguments: str, cwd: Path | None = None) -> Done:
        """Run a command of ours in the folder or another one."""
        return self.wine.run(*self.command(*arguments), cwd=cwd or self.folder)

    def place(self, name: str, like: Path) -> Path:
        """A folder on drive C that holds what the folder ``like`` holds."""
        return Path(shutil.copytree(like, self.wine.home / name))


def same_documents(windows: Path, linux: Path) -> None:
    """The Word files byte for byte; the PDFs line for line, and valid."""
    names = sorted(path.name for path in linux.iterdir() if path.suffix in {".docx", ".pdf"})
    assert sorted(p.name for p in windows.iterdir() if p.suffix in {".docx", ".pdf"}) == names
    assert names
    for name in names:
        here, there = (linux / name).read_bytes(), (windows / name).read_bytes()
        if name.endswith(".docx"):
            assert there == here, name
        else:
            assert pdf.text(there) == pdf.text(here), name
            assert pdf.failures(there) == [], name


def ports() -> list[int]:
    """The ports of 127.0.0.1 that are listened on; nothing else runs in this network."""
    lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    listening = [line.split()[1] for line in lines if line.split()[3] == "0A"]
    assert all(address.startswith("0100007F:") for address in listening)
    return [int(address.partition(":")[2], 16) for address in listening]


def page_folders(wine: Wine) -> set[str]:
    """The folders that the open pages work on, from the command lines of their processes."""
    lines = (path.read_bytes().split(b"\0") for path in wine.root.glob("proc/[0-9]*/cmdline"))
    pages = (words for words in lines if b"--folder" in words)
    return {words[words.index(b"--folder") + 1].decode("utf-8") for words in pages}


def until(happened: Callable[[], object]) -> None:
    """Wait for something; fails where it does not happen."""
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.2)
