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

from pipeline.base.errors import ComponentMissing

# A hundred times what the shipped form takes on a slow machine.
SECONDS: Final = 120.0
SECONDS_PER_ROW: Final = 1.0
_AGAIN: Final = 0.5
# Turns of a loop, at each of which an exception that was set would be raised.
_STEPS: Final = 100


class _TimeIsUp(BaseException):
    """No ``except Exception`` on the way may swallow it."""


@contextlib.contextmanager
def limited(folder: Path, rows: int) -> Iterator[None]:
    """ComponentMissing (``template-endless``) where the work in here takes too long."""
    seconds = SECONDS + SECONDS_PER_ROW * rows
    alarm = _Alarm(threading.get_ident(), seconds)
    alarm.start()
    try:
        try:
            yield
        finally:
            alarm.stop()
    except _TimeIsUp as error:
        raise ComponentMissing("template-endless", path=folder, seconds=round(seconds)) from error


class _Alarm(threading.Thread):
    """Raises in a thread when its time is up, again and again until it is stopped.

    Once is not enough: an exception that comes up while C calls back into Python, or
    while an object is being collected, is printed or dropped, and the work goes on.
    """

    def __init__(self, thread: int, seconds: float) -> None:
        super().__init__(daemon=True)
        self._thread = ctypes.c_ulong(thread)
        self._seconds = seconds
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def run(self) -> None:
        """Wait, then ring."""
        wait = self._seconds
        while not self._stopped.wait(wait):
            with self._lock:
                if not self._stopped.is_set():
                    error = ctypes.py_object(_TimeIsUp)
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(self._thread, error)
            wait = _AGAIN

    def stop(self) -> None:
        """Called where the work is done; what has rung by then is heard here, not later.

        It can't be taken back: asking CPython for that leaves it looking for exceptions
        at every step, for as long as the process lives.
        """
        with self._lock:
            self._stopped.set()
        for _ in range(_STEPS):
            pass
