"""The page from the outside: a server in this process, and requests as a browser makes them."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from pipeline.serve.server import Settings, run
from pipeline.serve.session import Session

SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Visitor:
    """Somebody who asks the server; ``cookie`` once it has been let in."""

    session: Session
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def let_in(self) -> Visitor:
        """Open the page as the browser that was started does."""
        opening = urlsplit(self.session.address())
        answer = self.get(f"{opening.path}?{opening.query}")
        assert answer.status == 303
        self.cookie = answer.headers["set-cookie"].partition(";")[0]
        return self

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, said: Mapping[str, str] | bytes = b"", /, **headers: str) -> Answer:
        content = said if isinstance(said, bytes) else urlencode(said).encode()
        ours = {"origin": self.session.origin, "accept": "application/json"}
        return self.ask("POST", path, content, **{**ours, **headers})

    def mark(
        self, no: int, value: str = "", *, comment: str = "", seen: str = "", remark: str = ""
    ) -> Answer:
        """Choose and remark in a row; ``seen`` and ``remark`` are what the window showed."""
        shown, wanted = (
            {"opinion": o, "comment": c} for o, c in ((seen, remark), (value, comment))
        )
        return self.post("/mark", json.dumps({"row": no, "seen": shown, "wanted": wanted}).encode())

    def put(self, name: str, content: bytes) -> Answer:
        return self.post(f"/put?name={quote(name)}", content)

    def ask(self, method: str, path: str, body: bytes | None = None, /, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=SECONDS)
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {"host": self.session.host, "cookie": self.cookie, **self.headers, **told}
        try:
            connection.request(method, path, body, {k: v for k, v in given.items() if v})
            answer = connection.getresponse()
            lower = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, lower, answer.read())
        finally:
            connection.close()

    @contextlib.contextmanager
    def window(self) -> Iterator[http.client.HTTPResponse]:
        """A window that stays open: its connection for news."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=SECONDS)
        connection.request(
            "GET", "/events?seen=0", headers={"host": self.session.host, "cookie": self.cookie}
        )
        answer = connection.getresponse()
        answer.readline()
        try:
            yield answer
        finally:
            answer.close()
            connection.close()

    def until(self, *texts: str, path: str = "/") -> str:
        """The page, once it says all of this."""
        end = time.monotonic() + SECONDS
        while True:
            page = self.get(path).text
            if all(text in page for text in texts):
                return page
            assert time.monotonic() < end, page
            time.sleep(0.05)

    @property
    def _port(self) -> int:
        return int(self.session.host.rpartition(":")[2])


@dataclass
class Served:
    """A server that runs."""

    session: Session
    thread: threading.Thread
    inputs: Path
    output: Path

    @property
    def visitor(self) -> Visitor:
        """Somebody who has not been let in."""
        return Visitor(self.session)

    @property
    def officer(self) -> Visitor:
        """Whoever started it."""
        return self.visitor.let_in()

    @property
    def runs(self) -> bool:
        return self.thread.is_alive()

    def ended(self, seconds: float = SECONDS) -> bool:
        self.thread.join(seconds)
        return not self.runs


@contextlib.contextmanager
def served(
    folder: Path, *, after_closing: float = 8.0, after_idle: float = 600.0
) -> Iterator[Served]:
    """The page of a folder, in a thread of this process."""
    told: list[Session] = []
    came = threading.Event()

    def ready(session: Session) -> None:
        told.append(session)
        came.set()

    settings = Settings(
        folder / "inputs",
        folder / "output",
        None,
        after_closing=after_closing,
        after_idle=after_idle,
    )
    thread = threading.Thread(target=run, args=(settings, ready), daemon=True)
    thread.start()
    assert came.wait(SECONDS)
    page = Served(told[0], thread, settings.inputs, settings.output)
    try:
        yield page
    finally:
        if page.runs:
            with contextlib.suppress(OSError):
                page.officer.post("/stop")
        assert page.ended()
