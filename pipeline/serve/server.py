"""Run the page: engine, addresses and server together, until it is closed."""

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
from pipeline.serve.presence import AFTER_GOODBYE, AFTER_SILENCE, Presence
from pipeline.serve.routes import Hub, Site
from pipeline.serve.session import Session

# The first page is answered before everything heavy is loaded beside it.
_HEAD_START = 0.05


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the folder is, which form its masters are of, and how long nobody may look."""

    inputs: Path
    output: Path
    form_name: str | None
    port: int = 0
    after_goodbye: float = AFTER_GOODBYE
    after_silence: float = AFTER_SILENCE


def run(settings: Settings, ready: Callable[[Session], None]) -> None:
    """Serve until the last window is closed, or Ctrl+C. ``ready`` is told who may come in."""
    with contextlib.closing(listening(settings.port)) as listener:
        session = Session(f"{HOST}:{listener.getsockname()[1]}")
        hub = Hub()
        engine = Engine(settings.inputs, settings.output, Choices(settings.form_name), hub.ring)
        server = _server(session, engine, hub, settings)
        try:
            asyncio.run(_run(server, engine, lambda: ready(session), listener))
        finally:
            engine.stop()


class _Server(uvicorn.Server):
    """Ends the windows' connections before it waits for them."""

    hub: Hub
    presence: Presence

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's
        """Ctrl+C, or the system: a good end both, that is not raised again afterwards."""
        self.hub.close()
        self.force_exit = self.should_exit
        self.should_exit = True

    async def main_loop(self) -> None:
        """Wait for the end, which the hub rings for: uvicorn looks ten times a second for it."""
        while not self.should_exit:
            await self.hub.wait()


def _server(session: Session, engine: Engine, hub: Hub, settings: Settings) -> _Server:
    def stop() -> None:
        hub.close()
        server.should_exit = True

    presence = Presence(stop, settings.after_goodbye, settings.after_silence)
    site = Site(engine, session, presence, hub)
    server = _Server(
        uvicorn.Config(
            Guard(site.app, session),
            http="h11",
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            access_log=False,
            # Nobody stands between the browser and us: no header of its is to be believed.
            proxy_headers=False,
            server_header=False,
            limit_concurrency=100,
            timeout_graceful_shutdown=2,
        )
    )
    server.hub, server.presence = hub, presence
    return server


async def _run(
    server: _Server, engine: Engine, ready: Callable[[], None], listener: socket.socket
) -> None:
    server.hub.loop = asyncio.get_running_loop()
    server.presence.asked()
    # The socket listens already: whoever connects now waits for a moment.
    server.hub.loop.call_later(_HEAD_START, engine.start)
    ready()
    await server.serve(sockets=[listener])
