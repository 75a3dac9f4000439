"""The page: how long until it opens, and from the save of a master to findings and pictures.

The page is asked as a window asks it: one connection for news, and the page anew at each.
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
    """A window of the page, by its server's address and the cookie that it was given."""

    host: str
    cookie: str

    def page(self) -> str:
        """The page as it is now."""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        connection.request("GET", "/", headers={"cookie": self.cookie})
        text = connection.getresponse().read().decode("utf-8")
        connection.close()
        return text

    def until(self, wanted: str, news: http.client.HTTPResponse) -> float:
        """The moment at which the page says what is ``wanted``; it is asked at each news."""
        while re.search(wanted, self.page()) is None:
            while not news.readline().startswith(b"data:"):
                pass
        return time.perf_counter()

    @contextlib.contextmanager
    def news(self) -> Iterator[http.client.HTTPResponse]:
        """What tells that something changed."""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        connection.request("GET", "/events?seen=0", headers={"cookie": self.cookie})
        try:
            yield connection.getresponse()
        finally:
            connection.close()


@contextlib.contextmanager
def served(folder: Path) -> Iterator[tuple[Window, subprocess.Popen[str], float]]:
    """The page of a folder, once its first answer is there, and how many seconds that took."""
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
    """Until the page answers, and what importing its three largest libraries costs."""
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
    """From a save to findings, from a save to pictures, and cold builds between them.

    Each save corrects one cell of ``column``, so that a row changes on the paper.
    """
    folder = place / "served"
    (folder / "inputs").mkdir(parents=True, exist_ok=True)
    findings: list[Cost] = []
    pictures: list[Cost] = []
    colds: list[Cost] = []
    with served(folder) as (window, _, _), window.news() as news:
        for turn in range(runs + 2):
            # Another name for the meeting's place tells that the page has read this save.
            beside = corrected(folder / "0A1B2C3D", column, f"（{turn + 1} 度目の直し）")
            before = len(re.findall(r'<td class="nowrap">令和', window.page()))
            start = time.perf_counter()
            beside.replace(folder / "inputs" / "台帳.xlsx")
            findings.append(
                Cost(window.until("作っています|いまの台帳のものでは", news) - start, 0, 0)
            )
            made = rf'(?s)(<td class="nowrap">令和.*){{{before + 1}}}'
            pictures.append(Cost(window.until(made, news) - start, 0, 0))
            window.until("できています</p>", news)
            colds.append(cost(cold, place))
    return findings[2:], pictures[2:], colds[2:]


def idle(place: Path, seconds: float = IDLE_SECONDS) -> Cost:
    """What the page and its processes use while a window is open and nobody does anything."""
    folder = place / "idle"
    (folder / "inputs").mkdir(parents=True, exist_ok=True)
    corrected(folder / "inputs" / "台帳.xlsx", "No", "")
    with served(folder) as (window, process, _), window.news() as news:
        window.until("できています</p>", news)
        time.sleep(3)
        before = _processor(process.pid)
        time.sleep(seconds)
        return Cost(seconds, _processor(process.pid) - before, 0)


def _processor(pid: int) -> float:
    """What a process and those below it have used by now."""
    facts = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    used = (int(facts[11]) + int(facts[12])) / os.sysconf("SC_CLK_TCK")
    below = Path(f"/proc/{pid}/task").glob("*/children")
    return used + sum(
        _processor(int(child)) for each in below for child in each.read_text("ascii").split()
    )
