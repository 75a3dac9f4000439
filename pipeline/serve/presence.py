"""When to stop: after the last window was closed, or after a long time without any request.

Each window keeps one connection open (``/events``). A window that reports its closing was closed
or is being reloaded; a window that only loses its connection may be on a sleeping computer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

# In seconds.
AFTER_CLOSING: Final = 8.0
AFTER_IDLE: Final = 30 * 60.0


@dataclass(slots=True, eq=False)
class Presence:
    """Counts the open windows; calls ``stop`` after a time without any window."""

    stop: Callable[[], None]
    after_closing: float = AFTER_CLOSING
    after_idle: float = AFTER_IDLE
    windows: int = 0
    _timer: asyncio.TimerHandle | None = None
    _is_closing: bool = False

    def opened(self) -> None:
        """A window was opened."""
        self.windows += 1
        self._is_closing = False
        self._set_timer(None)

    def closed(self) -> None:
        """The connection of a window ended, for any reason."""
        self.windows -= 1
        self.requested()

    def requested(self) -> None:
        """A request arrived, maybe from a client without an open window."""
        if self.windows == 0 and not self._is_closing:
            self._set_timer(self.after_idle)

    def closing(self) -> None:
        """A window reports that it closes. Its connection ends shortly before or after that."""
        if self.windows <= 1:
            self._is_closing = True
            self._set_timer(self.after_closing)

    def _set_timer(self, seconds: float | None) -> None:
        """Replace the timer: stop after so many seconds; None: no timer."""
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = None if seconds is None else loop.call_later(seconds, self._end)

    def _end(self) -> None:
        self._is_closing = False
        if self.windows == 0:
            self.stop()
