"""Time the page: until it opens, and from the save of a master to findings and pictures.

The requests are those of a browser window: one connection for events, and the page again
after each event.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.material import corrected
from benchmarks.measuring import ENVIRONMENT, PIPELINE, Command, Cost, cost

IMPORTS = (sys.executable, "-c", "import starlette, uvicorn, pandas")
IDLE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Window:
    """A window of the page: the server's address and the cookie from the server."""

    host: str
    cookie: str

    def page(self) -> str:
        """The page as it is now."""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        connection.request("GET", "/", headers={"cookie": self.cookie})
        text = connection.getresponse().read().decode("utf-8")
        connection.close()
        return text

    def until(self, wanted: str, events: http.client.HTTPResponse) -> float:
        """The time when the page matches ``wanted``; requests the page after each event."""
        while re.search(wanted, self.page()) is None:
            while not events.readline().startswith(b"data:"):
                pass
        return time.perf_counter()

    @contextlib.contextmanager
    def events(self) -> Iterator[http.client.HTTPResponse]:
        """The stream of events; the server sends one after each change."""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        connection.request("GET", "/events?seen=0", headers={"cookie": self.cookie})
        try:
            yield connection.getresponse()
        finally:
            connection.close()


@contextlib.contextmanager
def served(folder: Path) -> Iterator[tuple[Window, subprocess.Popen[str], float]]:
    """Serve a folder: the window, the process, and the seconds until the first answer."""
    start = time.perf_counter()
    command = (*PIPELINE, "serve", "--no-browser", "--folder", str(folder))
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, encoding="utf-8", env=ENVIRONMENT
    ) as process:
        assert process.stderr is not None
        found = re.search(r"http://([^/]+)(/\S+)", process.stderr.readline())
        assert found is not None
        connection = http.client.HTTPConnection(found[1], timeout=60)
        connection.request("GET", found[2])
        answer = connection.getresponse()
        cookie = (answer.getheader("set-cookie") or "").partition(";")[0]
        answer.read()
        connection.close()
        window = Window(found[1], cookie)
        window.page()
        try:
            yield window, process, time.perf_counter() - start
        finally:
            process.terminate()
            process.communicate()


def opening(place: Path, *, runs: int) -> tuple[list[Cost], list[Cost]]:
    """The time until the page answers, and the cost of importing its three largest libraries."""
    folder = place / "opened"
    (folder / "inputs").mkdir(parents=True, exist_ok=True)
    pages: list[Cost] = []
    imports: list[Cost] = []
    for _ in range(runs + 1):
        with served(folder) as (_, _, seconds):
            pages.append(Cost(seconds, 0, 0))
        imports.append(cost(IMPORTS, place))
    return pages[1:], imports[1:]


def saving(
    place: Path, cold: Command, column: str, *, runs: int
) -> tuple[list[Cost], list[Cost], list[Cost]]:
    """The time from a save to findings and to pictures, and of cold builds in between.

    Each save changes one cell of ``column``, so that the printed row changes.
    """
    folder = place / "served"
    (folder / "inputs").mkdir(parents=True, exist_ok=True)
    findings: list[Cost] = []
    pictures: list[Cost] = []
    colds: list[Cost] = []
    with served(folder) as (window, _, _), window.events() as events:
        for turn in range(runs + 2):
            # The number in the cell differs in each save, so that each save changes the handout.
            saved = corrected(folder / "0A1B2C3D", column, f"（{turn + 1} 度目の直し）")
            before = len(re.findall(r'<td class="nowrap"[^>]*>令和', window.page()))
            start = time.perf_counter()
            saved.replace(folder / "inputs" / "台帳.xlsx")
            findings.append(
                Cost(window.until("作っています|いまの台帳のものでは", events) - start, 0, 0)
            )
            made = rf'(?s)(<td class="nowrap"[^>]*>令和.*){{{before + 1}}}'
            pictures.append(Cost(window.until(made, events) - start, 0, 0))
            window.until("できています</p>", events)
            colds.append(cost(cold, place))
    return findings[2:], pictures[2:], colds[2:]


def idle(place: Path, seconds: float = IDLE_SECONDS) -> Cost:
    """The cost of the page and its processes while a window is open and the user does nothing."""
    folder = place / "idle"
    (folder / "inputs").mkdir(parents=True, exist_ok=True)
    corrected(folder / "inputs" / "台帳.xlsx", "No", "")
    with served(folder) as (window, process, _), window.events() as events:
        window.until("できています</p>", events)
        time.sleep(3)
        before = _processor(process.pid)
        time.sleep(seconds)
        return Cost(seconds, _processor(process.pid) - before, 0)


def _processor(pid: int) -> float:
    """The processor seconds of a process and its descendants up to now."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return own + sum(
        _processor(int(child)) for path in lists for child in path.read_text("ascii").split()
    )
