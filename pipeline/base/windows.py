"""What differs on Windows, which the officers use: file names, and files in use.

Based on the documentation of Windows; tested with test doubles and under Wine, not on Windows.
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
# A virus scanner or the search index closes a new file within a second or two.
RETRY_SECONDS: Final = 5.0
_PAUSE_SECONDS: Final = 0.1
# ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION: another program has the file open.
_IN_USE: Final = frozenset({32, 33})
# ERROR_ACCESS_DENIED: missing permission, or replacing a file that another program has open.
_DENIED: Final = 5

_FORBIDDEN: Final = frozenset('<>:"/\\|?*')
# Device names, reserved with any extension; Windows treats superscript digits as digits there.
_DEVICES: Final = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {f"{port}{number}" for port in ("COM", "LPT") for number in "123456789¹²³"}
)
# A part of a path has at most 255 UTF-16 units on Windows and 255 bytes elsewhere; a whole path
# on Windows has 260 by default. A time, a number and an extension are added to the label.
_MAX_BYTES: Final = 150


def safe_name(label: str) -> str:
    """A label as a file name, or as part of one, that is valid on every system.

    Characters that change the direction of writing are removed. Characters that Windows forbids
    become _. Dots and spaces at both ends are removed (Windows drops those at the end). A device
    name gets a _ in front. A long name is cut between two characters.
    """
    plain = without_directions(without_forbidden(label))
    allowed = "".join("_" if c in _FORBIDDEN or ord(c) < ord(" ") else c for c in plain)
    cut = allowed.encode("utf-8")[:_MAX_BYTES].decode("utf-8", errors="ignore").strip(". ")
    if cut.partition(".")[0].rstrip().upper() in _DEVICES:
        return f"_{cut}"
    return cut or "_"


def retry_while_in_use(action: Callable[[], _T]) -> _T:
    """The result of ``action``; on Windows it is tried again while a file is in use.

    PermissionError after RETRY_SECONDS. On other systems it is raised immediately, because
    there it means missing permission, and waiting does not help.
    """
    deadline = time.monotonic() + RETRY_SECONDS
    while True:
        try:
            return action()
        except PermissionError:
            if not WINDOWS or time.monotonic() >= deadline:
                raise
        time.sleep(_PAUSE_SECONDS)


def is_in_use(error: BaseException) -> bool:
    """Whether the error means that another program has the file open."""
    return getattr(error, "winerror", None) in _IN_USE


def may_be_in_use(error: BaseException) -> bool:
    """Whether it is the Windows error for both a missing permission and a file in use."""
    return getattr(error, "winerror", None) == _DENIED


def check_writable(folder: Path) -> None:
    """OSError if Windows can't create a file in ``folder``; call it before ``tempfile``.

    On Windows, ``tempfile`` treats this error as a name that is taken and tries two billion other
    names (python/cpython#66305), for example on a read-only share. Other systems need no check.
    """
    if not WINDOWS:
        return
    probe = folder / f".shiryo-{os.getpid()}-{secrets.token_hex(4)}.tmp"
    descriptor = os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    os.close(descriptor)
    retry_while_in_use(probe.unlink)
