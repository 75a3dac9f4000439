"""What is different where the officers are: names, and files that somebody has open.

Written from what Windows documents and tested with stand-ins; it was never run there.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, MutableMapping
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

_FORBIDDEN: Final = frozenset('<>:"/\\|?*')
# Devices, with any extension; the small figures count as figures there.
_DEVICES: Final = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {f"{port}{number}" for port in ("COM", "LPT") for number in "123456789¹²³"}
)
# A part of a path holds 255 units on Windows and 255 bytes elsewhere; a time, a number and
# an extension stand beside the label, and on Windows a whole path has 260 by default.
_MOST_BYTES: Final = 150

# WeasyPrint looks in these without being told; naming our own folder would hide them.
_PANGO_FOLDERS: Final = (
    r"C:\msys64\ucrt64\bin",
    r"C:\msys64\mingw64\bin",
    r"C:\Program Files\GTK3-Runtime Win64\bin",
)


def find_pdf_parts(
    homes: Iterable[Path], variables: MutableMapping[str, str], platform: str = sys.platform
) -> None:
    """Have WeasyPrint look into the folder ``dll`` of this tool first, where there is one.

    ``homes``: where this tool may lie, the first with the folder counts. ``variables`` are set
    before WeasyPrint is loaded; folders that somebody named come after. Only Windows asks.
    """
    checkout = next((home for home in homes if (home / "dll").is_dir()), None)
    if platform != "win32" or checkout is None:
        return
    libraries = checkout / "dll"
    others = variables.get("WEASYPRINT_DLL_DIRECTORIES", ";".join(_PANGO_FOLDERS))
    variables["WEASYPRINT_DLL_DIRECTORIES"] = f"{libraries};{others}"
    # Without MSYS2 around it fontconfig knows no folder of fonts at all.
    fonts = checkout / "scripts" / "windows" / "fonts.conf"
    if fonts.is_file():
        variables.setdefault("FONTCONFIG_FILE", str(fonts))


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
