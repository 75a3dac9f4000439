"""What this process leaves on the machine: folders where it may write in, other places out.

Python reports each file that it opens, each connection and each change of the registry to an
audit hook. C libraries report nothing; of ours fontconfig alone writes, and so the folder that
it uses where nobody tells it another one is compared before and after.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

# Event -> how many of its first arguments name something that is changed.
_CHANGES: Final = {"os.mkdir": 1, "os.remove": 1, "os.rmdir": 1, "os.rename": 2, "os.truncate": 1}
_REGISTRY: Final = frozenset(
    f"winreg.{each}" for each in ("CreateKey", "SetValue", "DeleteKey", "DeleteValue")
)
_TO_WRITE: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_THIS_MACHINE: Final = ("127.0.0.1", "::1", "localhost")


@contextmanager
def watched(own: Iterable[Path]) -> Iterator[set[str]]:
    """Watch this process; the set fills with what it changed or reached outside of ``own``.

    The temporary folder counts as its own. The set is complete when the block ends.
    """
    folders = _spellings((*own, Path(tempfile.gettempdir())))
    seen: set[str] = set()
    watching = True

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        # A hook can't be taken away again.
        if watching:
            seen.update(_outside(_changed(event, arguments), folders), _reached(event, arguments))

    caches = _font_caches()
    sys.addaudithook(hook)
    try:
        yield seen
    finally:
        watching = False
        seen.update(_font_caches() - caches)


def _changed(event: str, arguments: tuple[Any, ...]) -> Iterator[str]:
    """The paths that an event changes."""
    if event == "open":
        path, _, flags = arguments
        paths = (path,) if isinstance(flags, int) and flags & _TO_WRITE else ()
    else:
        paths = arguments[: _CHANGES.get(event, 0)]
    # A number is a file that is open already.
    yield from (os.fsdecode(path) for path in paths if isinstance(path, str | bytes | os.PathLike))


def _reached(event: str, arguments: tuple[Any, ...]) -> Iterator[str]:
    """Other machines and keys of the registry that an event has to do with."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
        if host not in _THIS_MACHINE:
            yield host
    if event in _REGISTRY:
        yield f"{event} {arguments[1]}"


def _outside(paths: Iterable[str], folders: Iterable[str]) -> Iterator[str]:
    for path in paths:
        whole = os.path.abspath(path)  # noqa: PTH100 - resolve() asks the disk
        # Python names the folder itself where it opens a temporary file in it.
        placed = os.path.join(os.path.normcase(whole), "")  # noqa: PTH118
        if path != os.devnull and not any(placed.startswith(folder) for folder in folders):
            yield whole


def _spellings(folders: Iterable[Path]) -> tuple[str, ...]:
    """Each folder as it was named and as it is, ready for the comparison of beginnings."""
    both = (each for folder in folders for each in (folder.absolute(), folder.resolve()))
    # The top of a drive ends with a separator already.
    return tuple({os.path.normcase(os.path.join(each, "")) for each in both})  # noqa: PTH118


def _font_caches() -> set[str]:
    """The files that fontconfig keeps on Windows in the user's profile by itself."""
    local = os.environ.get("LOCALAPPDATA")
    if local is None:
        return set()
    return {str(path) for path in Path(local, "fontconfig").rglob("*")}
