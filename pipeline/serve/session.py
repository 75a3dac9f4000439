"""Authentication of the page: one-time tokens in, a cookie out.

The opening address contains a token. The token works once and is exchanged for the cookie. No
secret of this module is stored on disk: the next server does not accept the cookie of this one.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field


@dataclass(slots=True)
class Session:
    """The secrets of one server; ``host`` is the required Host header of every request."""

    host: str
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    key: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    _tokens: set[str] = field(default_factory=set)

    @property
    def origin(self) -> str:
        """The origin of the page, for example ``http://127.0.0.1:51234``."""
        return f"http://{self.host}"

    @property
    def cookie_name(self) -> str:
        """The cookie's name. It contains the port, because all ports of a host share cookies."""
        return f"shiryo-{self.host.rpartition(':')[2]}"

    def address(self) -> str:
        """A new address that opens the page once."""
        token = secrets.token_urlsafe(32)
        self._tokens.add(token)
        return f"{self.origin}/open?token={token}"

    def redeem(self, token: str) -> bool:
        """Whether the token is valid and unused; it becomes used."""
        found = next((each for each in self._tokens if _same(each, token)), None)
        self._tokens.discard(found or "")
        return found is not None

    def accepts_cookie(self, cookie: str | None) -> bool:
        """Whether this is the cookie of this server."""
        return cookie is not None and _same(cookie, self.cookie)

    def accepts_key(self, key: str) -> bool:
        """Whether this is our key, which a second start by the same user reads from the note."""
        return _same(key, self.key)


def _same(one: str, other: str) -> bool:
    """Compare in constant time, so that the time reveals nothing."""
    return secrets.compare_digest(one.encode(), other.encode())
