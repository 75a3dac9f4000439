"""The page as a client sees it: a server in this process, and requests as from a browser."""

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
class Response:
    """A response of the server."""

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
    """A client of the server; it has a ``cookie`` after :meth:`authenticate`."""

    session: Session
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def authenticate(self) -> Visitor:
        """Open the page with the secret address, as the started browser does."""
        opening = urlsplit(self.session.address())
        answer = self.get(f"{opening.path}?{opening.query}")
        assert answer.status == 303
        self.cookie = answer.headers["set-cookie"].partition(";")[0]
        return self

    def get(self, path: str, **headers: str) -> Response:
        return self.ask("GET", path, **headers)

    def post(self, path: str, form: Mapping[str, str] | bytes = b"", /, **headers: str) -> Response:
        content = form if isinstance(form, bytes) else urlencode(form).encode()
        defaults = {"origin": self.session.origin, "accept": "application/json"}
        return self.ask("POST", path, content, **{**defaults, **headers})

    def mark(
        self, no: int, value: str = "", *, comment: str = "", seen: str = "", remark: str = ""
    ) -> Response:
        """Change choice and comment of a row; ``seen`` and ``remark`` are the ones shown before."""
        shown, wanted = (
            {"opinion": o, "comment": c} for o, c in ((seen, remark), (value, comment))
        )
        return self.post("/mark", json.dumps({"row": no, "seen": shown, "wanted": wanted}).encode())

    def put(self, name: str, content: bytes) -> Response:
        return self.post(f"/put?name={quote(name)}", content)

    def ask(self, method: str, path: str, body: bytes | None = None, /, **headers: str) -> Response:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=SECONDS)
        own = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"host": self.session.host, "cookie": self.cookie, **self.headers, **own}
        try:
            connection.request(method, path, body, {k: v for k, v in sent.items() if v})
            answer = connection.getresponse()
            lower = {name.lower(): value for name, value in answer.getheaders()}
            return Response(answer.status, lower, answer.read())
        finally:
            connection.close()

    @contextlib.contextmanager
    def window(self) -> Iterator[http.client.HTTPResponse]:
        """An open window: its connection for events."""
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
        """Request the page until it contains all ``texts``; return it."""
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
    """A running server."""

    session: Session
    thread: threading.Thread
    inputs: Path
    output: Path

    @property
    def visitor(self) -> Visitor:
        """A client that is not authenticated."""
        return Visitor(self.session)

    @property
    def officer(self) -> Visitor:
        """An authenticated client, like the browser of the officer who started the server."""
        return self.visitor.authenticate()

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
    """Serve the page of a folder in a thread of this process."""
    sessions: list[Session] = []
    started = threading.Event()

    def ready(session: Session) -> None:
        sessions.append(session)
        started.set()

    settings = Settings(
        folder / "inputs",
        folder / "output",
        None,
        after_closing=after_closing,
        after_idle=after_idle,
    )
    thread = threading.Thread(target=run, args=(settings, ready), daemon=True)
    thread.start()
    assert started.wait(SECONDS)
    page = Served(sessions[0], thread, settings.inputs, settings.output)
    try:
        yield page
    finally:
        if page.runs:
            with contextlib.suppress(OSError):
                page.officer.post("/stop")
        assert page.ended()
