"""An end to the time that a template may take: seconds in, work done or told as endless.

A style sheet can ask for a page of a million metres, and the renderer would go on
for days. It is Python through and through, so that an exception set from another
thread stops it on every system.
"""

from __future__ import annotations

import contextlib
import ctypes
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pipeline.errors import ComponentMissing

# A hundred times what the shipped form takes on a slow machine.
SECONDS: Final = 120.0
SECONDS_PER_ROW: Final = 1.0


class _TimeIsUp(BaseException):
    """No ``except Exception`` on the way may swallow it."""


@contextlib.contextmanager
def limited(folder: Path, rows: int) -> Iterator[None]:
    """ComponentMissing (``template-endless``) where the work in here takes too long."""
    seconds = SECONDS + SECONDS_PER_ROW * rows
    alarm = _Alarm(threading.get_ident())
    timer = threading.Timer(seconds, alarm.ring)
    timer.daemon = True
    timer.start()
    try:
        try:
            yield
        finally:
            alarm.stop()
            timer.cancel()
    except _TimeIsUp as error:
        raise ComponentMissing("template-endless", path=folder, seconds=round(seconds)) from error


class _Alarm:
    """Raises in its thread when it rings, unless it was stopped before."""

    def __init__(self, thread: int) -> None:
        self._thread = thread
        self._lock = threading.Lock()
        self._stopped = False

    def ring(self) -> None:
        """Called by the timer."""
        with self._lock:
            if not self._stopped:
                error = ctypes.py_object(_TimeIsUp)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), error)

    def stop(self) -> None:
        """Called where the work is done."""
        with self._lock:
            self._stopped = True
