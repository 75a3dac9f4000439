"""Who may use the page: one-time tokens in, a cookie out.

A token stands in the opening address, works once, and is exchanged for the cookie. Nothing is
kept on the disk: a page of a server that has ended is of no use with the next one.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field


@dataclass(slots=True)
class Session:
    """The secrets of one server; ``host`` is what every request must call it."""

    host: str
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    key: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    _tokens: set[str] = field(default_factory=set)

    @property
    def origin(self) -> str:
        """``http://127.0.0.1:51234``."""
        return f"http://{self.host}"

    @property
    def cookie_name(self) -> str:
        """Cookies know no ports: the pages of two folders must not take each other's."""
        return f"shiryo-{self.host.rpartition(':')[2]}"

    def address(self) -> str:
        """An address that opens the page, once."""
        token = secrets.token_urlsafe(32)
        self._tokens.add(token)
        return f"{self.origin}/open?token={token}"

    def redeem(self, token: str) -> bool:
        """Whether the token is one of ours that nobody has used yet; it is used now."""
        found = next((each for each in self._tokens if _same(each, token)), None)
        self._tokens.discard(found or "")
        return found is not None

    def knows(self, cookie: str | None) -> bool:
        """Whether a request bears our cookie."""
        return cookie is not None and _same(cookie, self.cookie)

    def is_ours(self, key: str) -> bool:
        """Whether a second start of the same user is asking, which has read our key."""
        return _same(key, self.key)


def _same(one: str, other: str) -> bool:
    """Compared in a time that tells nothing."""
    return secrets.compare_digest(one.encode(), other.encode())
