"""What is different where the officers are: names, and files that somebody has open.

Written from what Windows documents; tested with stand-ins and under Wine, not on Windows itself.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from pipeline.base.text import without_directions, without_forbidden

_T = TypeVar("_T")

WINDOWS = os.name == "nt"
# A virus scanner or the search index lets go of a new file within a second or two.
PATIENCE_SECONDS: Final = 5.0
_PAUSE_SECONDS: Final = 0.1
# ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION: another program has the file open.
_IN_USE: Final = frozenset({32, 33})
# ERROR_ACCESS_DENIED: no rights, or a file that another program has open is to be replaced.
_DENIED: Final = 5

_FORBIDDEN: Final = frozenset('<>:"/\\|?*')
# Devices, with any extension; the small figures count as figures there.
_DEVICES: Final = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {f"{port}{number}" for port in ("COM", "LPT") for number in "123456789¹²³"}
)
# A part of a path holds 255 units on Windows and 255 bytes elsewhere; a time, a number and
# an extension stand beside the label, and on Windows a whole path has 260 by default.
_MOST_BYTES: Final = 150


def safe_name(label: str) -> str:
    """A label as every system can store it as a name, or as part of one.

    What turns the direction of writing is left out, what Windows forbids becomes _, dots and
    spaces at both ends go (it drops the last), a name of a device gets a _ in front, a long one
    is cut between two characters.
    """
    plain = without_directions(without_forbidden(label))
    kept = "".join("_" if c in _FORBIDDEN or ord(c) < ord(" ") else c for c in plain)
    short = kept.encode("utf-8")[:_MOST_BYTES].decode("utf-8", errors="ignore").strip(". ")
    if short.partition(".")[0].rstrip().upper() in _DEVICES:
        return f"_{short}"
    return short or "_"


def patiently(action: Callable[[], _T]) -> _T:
    """The result of ``action``, tried again while Windows says that a file is in use.

    PermissionError after PATIENCE_SECONDS; elsewhere at once, because there it is a matter
    of rights, which no waiting changes.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return action()
        except PermissionError:
            if not WINDOWS or time.monotonic() >= until:
                raise
        time.sleep(_PAUSE_SECONDS)


def is_in_use(error: BaseException) -> bool:
    """Whether the failure is that another program has the file open."""
    return getattr(error, "winerror", None) in _IN_USE


def may_be_in_use(error: BaseException) -> bool:
    """Whether Windows gave the failure that stands for missing rights and for an open file."""
    return getattr(error, "winerror", None) == _DENIED


def check_writable(folder: Path) -> None:
    """OSError where Windows lets no file be made in ``folder``; asked before ``tempfile`` is.

    There ``tempfile`` takes the refusal for a name that is in use, and tries two billion others
    (python/cpython#66305). A read-only share is enough. Elsewhere it asks once itself.
    """
    if not WINDOWS:
        return
    probe = folder / f".shiryo-{os.getpid()}-{secrets.token_hex(4)}.tmp"
    descriptor = os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    os.close(descriptor)
    patiently(probe.unlink)
