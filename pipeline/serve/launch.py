"""Start the page: a folder in, a server on 127.0.0.1 out.

Each folder and user has one server. It holds a file lock while it runs; the system releases the
lock even if the process is killed. A note next to the lock contains the server's address and
key. A second start reads the note, requests an address from the first server and opens it. Lock
and note are in a private folder of the user, not next to the masters: these may be on a share,
and other users must not read the key.
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
# In seconds. The first server may have the lock but not listen yet.
_TIMEOUT: Final = 10.0
_POLL_INTERVAL: Final = 0.05


@dataclass(frozen=True, slots=True)
class _Paths:
    """The paths of the lock and the note for one folder."""

    lock: Path
    note: Path

    @classmethod
    def of(cls, folder: Path) -> _Paths:
        name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:32]
        parent = _private_folder()
        return cls(parent / f"{name}.lock", parent / f"{name}.json")


def _private_folder() -> Path:
    """A folder that only this user can read; Windows has one temporary folder for each user."""
    name = f"shiryo-{os.getuid()}" if hasattr(os, "getuid") else "shiryo-page"
    folder = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    if hasattr(os, "getuid") and (status.st_uid != os.getuid() or folder.is_symlink()):
        # Another user created it first, in order to read what is written into it.
        raise ComponentMissing("page-home-unsafe", path=folder)
    folder.chmod(0o700)
    return folder


@contextlib.contextmanager
def only_page(folder: Path) -> Iterator[Callable[[Session], None] | None]:
    """The function that writes the note, if this is the first page of the folder; else None."""
    paths = _Paths.of(folder)
    lock = filelock.FileLock(paths.lock, timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout:
        yield None
        return
    # A killed server left its note, which would misdirect a second start.
    paths.note.unlink(missing_ok=True)
    try:
        yield lambda session: _write_note(paths.note, session)
    finally:
        paths.note.unlink(missing_ok=True)
        lock.release()


def _write_note(path: Path, session: Session) -> None:
    """Write the note in one step, readable only by this user."""
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(json.dumps({"host": session.host, "key": session.key}).encode())
    temporary.replace(path)


def address_of_running_page(folder: Path, timeout: float = _TIMEOUT) -> str:
    """An address that opens the running page. ComponentMissing if it does not answer in time.

    ``timeout`` is in seconds.
    """
    note = _Paths.of(folder).note
    end = time.monotonic() + timeout
    while True:
        with contextlib.suppress(OSError, ValueError, KeyError, http.client.HTTPException):
            content = json.loads(note.read_bytes())
            return _request_address(str(content["host"]), str(content["key"]))
        if time.monotonic() >= end:
            raise ComponentMissing("page-silent")
        time.sleep(_POLL_INTERVAL)


def _request_address(host: str, key: str) -> str:
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
    """A listening socket on 127.0.0.1; ``port`` 0 means any free port.

    UsageMistake if the port is taken.
    """
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # Without this option, another program on Windows could bind the same port.
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
