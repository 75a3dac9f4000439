"""Run the page: engine, routes and server together, until the page is closed."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn

from pipeline.serve.engine import Engine
from pipeline.serve.guard import Guard
from pipeline.serve.known import Choices
from pipeline.serve.launch import HOST, listening
from pipeline.serve.presence import AFTER_CLOSING, AFTER_IDLE, Presence
from pipeline.serve.routes import Broadcaster, Site
from pipeline.serve.session import Session

# In seconds. The first page is answered before the engine imports the large libraries.
_ENGINE_DELAY = 0.05


@dataclass(frozen=True, slots=True)
class Settings:
    """The folders, the form of the masters, the port, and the times in seconds until it stops."""

    inputs: Path
    output: Path
    form_name: str | None
    port: int = 0
    after_closing: float = AFTER_CLOSING
    after_idle: float = AFTER_IDLE


def run(settings: Settings, ready: Callable[[Session], None]) -> None:
    """Serve until the last window is closed or Ctrl+C. ``ready`` is called with the session."""
    with contextlib.closing(listening(settings.port)) as listener:
        session = Session(f"{HOST}:{listener.getsockname()[1]}")
        broadcaster = Broadcaster()
        engine = Engine(
            settings.inputs, settings.output, Choices(settings.form_name), broadcaster.notify
        )
        server = _server(session, engine, broadcaster, settings)
        try:
            asyncio.run(_run(server, engine, lambda: ready(session), listener))
        finally:
            engine.stop()


class _Server(uvicorn.Server):
    """A server that ends the windows' connections before it waits for them."""

    broadcaster: Broadcaster
    presence: Presence

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's signature
        """Stop normally on Ctrl+C or SIGTERM; unlike uvicorn, do not raise the signal again."""
        self.broadcaster.close()
        self.force_exit = self.should_exit
        self.should_exit = True

    async def main_loop(self) -> None:
        """Wait for the broadcaster until the end; uvicorn itself would poll ten times a second."""
        while not self.should_exit:
            await self.broadcaster.wait()


def _server(
    session: Session, engine: Engine, broadcaster: Broadcaster, settings: Settings
) -> _Server:
    def stop() -> None:
        broadcaster.close()
        server.should_exit = True

    presence = Presence(stop, settings.after_closing, settings.after_idle)
    site = Site(engine, session, presence, broadcaster)
    server = _Server(
        uvicorn.Config(
            Guard(site.app, session),
            http="h11",
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            access_log=False,
            # There is no proxy between the browser and this server: ignore proxy headers.
            proxy_headers=False,
            server_header=False,
            limit_concurrency=100,
            timeout_graceful_shutdown=2,
        )
    )
    server.broadcaster, server.presence = broadcaster, presence
    return server


async def _run(
    server: _Server, engine: Engine, ready: Callable[[], None], listener: socket.socket
) -> None:
    server.broadcaster.loop = asyncio.get_running_loop()
    server.presence.requested()
    # The socket already listens: a browser that connects now waits a moment.
    server.broadcaster.loop.call_later(_ENGINE_DELAY, engine.start)
    ready()
    await server.serve(sockets=[listener])
