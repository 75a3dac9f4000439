"""Run the page: engine, addresses and server together, until it is closed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from pipeline.serve.engine import Choices, Engine
from pipeline.serve.guard import Guard
from pipeline.serve.launch import HOST, listening
from pipeline.serve.presence import AFTER_GOODBYE, AFTER_SILENCE, Presence
from pipeline.serve.routes import Hub, Site
from pipeline.serve.session import Session

if TYPE_CHECKING:
    from pipeline.base.crew import Crew


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the folder is, which form its masters are of, and how long nobody may look."""

    inputs: Path
    output: Path
    form_name: str
    port: int = 0
    after_goodbye: float = AFTER_GOODBYE
    after_silence: float = AFTER_SILENCE


def run(settings: Settings, crew: Crew | None, ready: Callable[[Session], None]) -> None:
    """Serve until the last window is closed, or Ctrl+C. ``ready`` is told who may come in."""
    with contextlib.closing(listening(settings.port)) as socket:
        session = Session(f"{HOST}:{socket.getsockname()[1]}")
        hub = Hub()
        engine = Engine(
            settings.inputs, settings.output, Choices(settings.form_name), crew, hub.ring
        )
        server, presence = _server(session, engine, hub, settings)
        try:
            asyncio.run(_run(server, hub, engine, presence, lambda: ready(session), socket))
        finally:
            engine.stop()


class _Server(uvicorn.Server):
    """Ends the windows' connections before it waits for them."""

    hub: Hub

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ctrl+C."""
        self.hub.close()
        super().handle_exit(sig, frame)


def _server(
    session: Session, engine: Engine, hub: Hub, settings: Settings
) -> tuple[uvicorn.Server, Presence]:
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
    server.hub = hub
    return server, presence


async def _run(
    server: uvicorn.Server,
    hub: Hub,
    engine: Engine,
    presence: Presence,
    ready: Callable[[], None],
    socket: object,
) -> None:
    hub.loop = asyncio.get_running_loop()
    presence.asked()
    # The socket listens already: whoever connects now waits for a moment.
    hub.loop.call_later(0.05, engine.start)
    ready()
    await server.serve(sockets=[socket])  # type: ignore[list-item]
