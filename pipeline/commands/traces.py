"""What this process changes on the machine: allowed folders in, changes elsewhere out.

Python reports each file that it opens, each connection and each change of the registry to an
audit hook. C libraries report nothing. Of those in use only fontconfig writes files, so its
default folder is compared before and after.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

# Audit event -> how many of its first arguments are paths that it changes.
_CHANGING_EVENTS: Final = {
    "os.mkdir": 1,
    "os.remove": 1,
    "os.rmdir": 1,
    "os.rename": 2,
    "os.truncate": 1,
}
_REGISTRY_EVENTS: Final = frozenset(
    f"winreg.{each}" for each in ("CreateKey", "SetValue", "DeleteKey", "DeleteValue")
)
_WRITE_FLAGS: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_LOCAL_HOSTS: Final = ("127.0.0.1", "::1", "localhost")


@contextmanager
def watched(own: Iterable[Path]) -> Iterator[set[str]]:
    """Watch this process; the set receives its changes outside ``own`` and its connections.

    The temporary folder is allowed too. The set is complete when the block ends.
    """
    folders = _prefixes((*own, Path(tempfile.gettempdir())))
    changes: set[str] = set()
    watching = True

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        # An audit hook can't be removed.
        if watching:
            changes.update(
                _outside(_changed(event, arguments), folders), _contacted(event, arguments)
            )

    caches = _font_caches()
    sys.addaudithook(hook)
    try:
        yield changes
    finally:
        watching = False
        changes.update(_font_caches() - caches)


def _changed(event: str, arguments: tuple[Any, ...]) -> Iterator[str]:
    """The paths that an audit event changes."""
    if event == "open":
        path, _, flags = arguments
        paths = (path,) if isinstance(flags, int) and flags & _WRITE_FLAGS else ()
    else:
        paths = arguments[: _CHANGING_EVENTS.get(event, 0)]
    # A number is the descriptor of a file that is open already.
    yield from (os.fsdecode(path) for path in paths if isinstance(path, str | bytes | os.PathLike))


def _contacted(event: str, arguments: tuple[Any, ...]) -> Iterator[str]:
    """The other machines and registry keys that an audit event refers to."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
        if host not in _LOCAL_HOSTS:
            yield host
    if event in _REGISTRY_EVENTS:
        yield f"{event} {arguments[1]}"


def _outside(paths: Iterable[str], folders: Iterable[str]) -> Iterator[str]:
    for path in paths:
        absolute = os.path.abspath(path)  # noqa: PTH100 - resolve() reads the disk
        # For a temporary file Python reports the folder alone.
        comparable = os.path.join(os.path.normcase(absolute), "")  # noqa: PTH118
        if path != os.devnull and not any(comparable.startswith(folder) for folder in folders):
            yield absolute


def _prefixes(folders: Iterable[Path]) -> tuple[str, ...]:
    """Each folder as given and resolved, as prefixes for comparison."""
    spellings = (each for folder in folders for each in (folder.absolute(), folder.resolve()))
    # The root of a drive already ends with a separator.
    return tuple({os.path.normcase(os.path.join(each, "")) for each in spellings})  # noqa: PTH118


def _font_caches() -> set[str]:
    """The cache files that fontconfig keeps in the user's profile on Windows."""
    local = os.environ.get("LOCALAPPDATA")
    if local is None:
        return set()
    return {str(path) for path in Path(local, "fontconfig").rglob("*")}
