"""What stands before every request. Each check names the attack that it keeps out.

The server listens on 127.0.0.1 alone, but a browser on the same computer carries requests of
every page that the officer has open, and other users of the computer can reach the port too.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.serve.session import Session

# Reached without the cookie: they are where it is got. Both ask for a secret of their own.
OPENING: Final = frozenset({"/open", "/again"})
UPLOAD: Final = "/put"
# A click carries a few words; a remark may be as long as a cell of Excel.
MOST_OF_A_CHANGE: Final = 256 * 2**10
MOST_OF_A_FILE: Final = 64 * 2**20

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # With none at all a browser says of a form's own origin that it is "null".
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}


class Guard:
    """Lets through what the officer's own page asks for."""

    def __init__(self, app: ASGIApp, session: Session) -> None:
        self._app = app
        self._session = session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer in place of the page where a check fails."""
        if scope["type"] != "http":
            # No WebSocket: a page of another origin may open one, cookie and all.
            raise RuntimeError(scope["type"])
        refused = _refusal(scope, self._session)
        if refused is not None:
            await refused(scope, receive, _with_headers(send))
            return
        most = MOST_OF_A_FILE if scope["path"] == UPLOAD else MOST_OF_A_CHANGE
        await self._app(scope, _bounded(receive, most), _with_headers(send))


def _refusal(scope: Scope, session: Session) -> PlainTextResponse | None:
    """Why the request is none of our page's; None where it is."""
    headers = Headers(scope=scope)
    # DNS rebinding: a stranger's name that leads to 127.0.0.1 still stands in Host.
    if headers.getlist("host") != [session.host]:
        return _refused(421, "このアドレスでは開けません。")
    if scope["method"] not in {"GET", "HEAD", "POST"}:
        return _refused(405, "使えない方法です。")
    # Cross-site request forgery: a form or a script of another page.
    if scope["method"] == "POST" and not _is_from_us(headers, session):
        return _refused(403, "ほかのページからの変更は受け付けません。")
    # Other users and programs of this computer; SameSite=Strict keeps other sites' links out.
    if scope["path"] not in OPENING and not session.knows(_cookie(headers, session)):
        return _refused(
            403, "この画面は使えません。資料作成をもう一度ダブルクリックして開いてください。"
        )
    most = MOST_OF_A_FILE if scope["path"] == UPLOAD else MOST_OF_A_CHANGE
    if (length := headers.get("content-length", "0")).isdecimal() and int(length) > most:
        return _refused(413, "大きすぎます。")
    return None


def _is_from_us(headers: Headers, session: Session) -> bool:
    """Whether the browser says that our own page asks; nothing said is a no."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None and origin != session.origin:
        return False
    if site is not None and site != "same-origin":
        return False
    return origin is not None or site is not None


def _cookie(headers: Headers, session: Session) -> str | None:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(session.cookie_name)
    except CookieError:
        return None
    return found.value if found else None


def _refused(status: int, reason: str) -> PlainTextResponse:
    return PlainTextResponse(f"{reason}\n", status, {"Cache-Control": "no-store"})


def _bounded(receive: Receive, most: int) -> Receive:
    """``receive`` up to ``most`` bytes: a body need not say its length, or tell the truth."""
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise HTTPException(413, "大きすぎます。")
        return message

    return bounded


def _with_headers(send: Send) -> Send:
    """``send`` with what every answer of ours tells the browser."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sending
