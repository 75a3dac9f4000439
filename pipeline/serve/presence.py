"""When to stop: after the last window was closed, or when nobody has looked for a while.

Each window holds one connection open (``/events``). A window that says goodbye was closed or is
being loaded again; one that is silent may lie under a closed lid.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

AFTER_GOODBYE: Final = 8.0
AFTER_SILENCE: Final = 30 * 60.0


@dataclass(slots=True, eq=False)
class Presence:
    """Counts windows; calls ``stop`` when there has been none for long enough."""

    stop: Callable[[], None]
    after_goodbye: float = AFTER_GOODBYE
    after_silence: float = AFTER_SILENCE
    windows: int = 0
    _timer: asyncio.TimerHandle | None = None
    _leaving: bool = False

    def opened(self) -> None:
        """A window has come."""
        self.windows += 1
        self._leaving = False
        self._wait(None)

    def closed(self) -> None:
        """A window has gone, whatever the reason."""
        self.windows -= 1
        self.asked()

    def asked(self) -> None:
        """Somebody asks for something, without a window perhaps."""
        if self.windows == 0 and not self._leaving:
            self._wait(self.after_silence)

    def goodbye(self) -> None:
        """A window says that it is going. Its connection ends a moment before or after."""
        if self.windows <= 1:
            self._leaving = True
            self._wait(self.after_goodbye)

    def _wait(self, seconds: float | None) -> None:
        """Stop after so many seconds, whatever was to happen before; None: go on."""
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = None if seconds is None else loop.call_later(seconds, self._end)

    def _end(self) -> None:
        self._leaving = False
        if self.windows == 0:
            self.stop()
