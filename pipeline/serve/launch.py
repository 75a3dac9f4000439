"""Start the page: a folder in, a server on 127.0.0.1 that runs until it is closed.

One server a folder and user. It holds a lock as long as it lives, which the system releases
however it ends; beside the lock stands where it listens. Whoever starts the page again asks the
first for an address and opens that. Both lie in a folder of the user's own, not beside the
masters: those may stand on a share, and the key is nobody else's business.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import filelock

from pipeline.base.errors import ComponentMissing, UsageMistake
from pipeline.serve.session import Session

HOST: Final = "127.0.0.1"
# The first may have the lock and not listen yet.
_PATIENCE: Final = 10.0
_PAUSE: Final = 0.05


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the lock of a folder's page is, and the note about it."""

    lock: Path
    note: Path

    @classmethod
    def of(cls, folder: Path) -> _Place:
        name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:32]
        home = _home()
        return cls(home / f"{name}.lock", home / f"{name}.json")


def _home() -> Path:
    """A folder that only this user can look into; on Windows the temporary one is the user's."""
    own = f"shiryo-{os.getuid()}" if hasattr(os, "getuid") else "shiryo-page"
    home = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / own
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = home.lstat()
    if hasattr(os, "getuid") and (told.st_uid != os.getuid() or home.is_symlink()):
        # Somebody else made it first, to read what is written into it.
        raise ComponentMissing("page-home-unsafe", path=home)
    home.chmod(0o700)
    return home


@contextlib.contextmanager
def only_page(folder: Path) -> Iterator[Callable[[Session], None] | None]:
    """Whether this is the first page of the folder: what writes the note about it, else None."""
    place = _Place.of(folder)
    lock = filelock.FileLock(place.lock, timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout:
        yield None
        return
    # What a page that was killed has left would lead a second start astray.
    place.note.unlink(missing_ok=True)
    try:
        yield lambda session: _write_note(place.note, session)
    finally:
        place.note.unlink(missing_ok=True)
        lock.release()


def _write_note(path: Path, session: Session) -> None:
    """In one step, for this user's eyes."""
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(json.dumps({"host": session.host, "key": session.key}).encode())
    beside.replace(path)


def address_of_the_first(folder: Path, patience: float = _PATIENCE) -> str:
    """An address that opens the page that runs already; ComponentMissing where it is silent."""
    note = _Place.of(folder).note
    end = time.monotonic() + patience
    while True:
        with contextlib.suppress(OSError, ValueError, KeyError, http.client.HTTPException):
            told = json.loads(note.read_bytes())
            return _asked(str(told["host"]), str(told["key"]))
        if time.monotonic() >= end:
            raise ComponentMissing("page-silent")
        time.sleep(_PAUSE)


def _asked(host: str, key: str) -> str:
    connection = http.client.HTTPConnection(host, timeout=5)
    try:
        headers = {"Origin": f"http://{host}", "Authorization": f"Bearer {key}"}
        connection.request("POST", "/again", headers=headers)
        answer = connection.getresponse()
        if answer.status != http.HTTPStatus.OK:
            raise ValueError(answer.status)
        return str(json.loads(answer.read())["address"])
    finally:
        connection.close()


def listening(port: int) -> socket.socket:
    """A socket on 127.0.0.1; ``port`` 0 takes a free one. UsageMistake where it is taken."""
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # On Windows another program could take the port away otherwise.
    exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
    if exclusive is not None:
        server.setsockopt(socket.SOL_SOCKET, exclusive, 1)
    elif port:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((HOST, port))
    except OSError as error:
        server.close()
        raise UsageMistake("port-taken", port=port) from error
    server.listen(64)
    return server
