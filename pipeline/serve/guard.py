"""Middleware that checks every request. Each check names the attack that it prevents.

The server listens only on 127.0.0.1, but the browser on the same computer also sends requests
of every other page that the user has open, and other users of the computer can reach the port.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.serve.session import Session

# These paths need no cookie, because they give it out. Each checks another secret.
OPENING_PATHS: Final = frozenset({"/open", "/again"})
UPLOAD_PATH: Final = "/put"
# In bytes. A click has a few words; a remark may be as long as a cell of Excel.
MAX_CHANGE_BYTES: Final = 256 * 2**10
MAX_FILE_BYTES: Final = 64 * 2**20

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # With "no-referrer" a browser sends "Origin: null" even for a form of this page.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}


class Guard:
    """ASGI middleware that passes on only requests of the user's own page."""

    def __init__(self, app: ASGIApp, session: Session) -> None:
        self._app = app
        self._session = session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer with an error if a check fails."""
        if scope["type"] != "http":
            # No WebSocket: a page of another origin could open one, with our cookie.
            raise RuntimeError(scope["type"])
        refusal = _refusal(scope, self._session)
        if refusal is not None:
            await refusal(scope, receive, _with_headers(send))
            return
        limit = MAX_FILE_BYTES if scope["path"] == UPLOAD_PATH else MAX_CHANGE_BYTES
        await self._app(scope, _bounded(receive, limit), _with_headers(send))


def _refusal(scope: Scope, session: Session) -> PlainTextResponse | None:
    """The error response if the request is not of our own page; None if it is."""
    headers = Headers(scope=scope)
    # DNS rebinding: if a foreign name resolves to 127.0.0.1, the Host header still contains it.
    if headers.getlist("host") != [session.host]:
        return _error_response(421, "このアドレスでは開けません。")
    if scope["method"] not in {"GET", "HEAD", "POST"}:
        return _error_response(405, "使えない方法です。")
    # Cross-site request forgery: a form or a script of another page.
    if scope["method"] == "POST" and not _is_same_origin(headers, session):
        return _error_response(403, "ほかのページからの変更は受け付けません。")
    # Other users and programs of this computer. SameSite=Strict stops links of other sites.
    if scope["path"] not in OPENING_PATHS and not session.accepts_cookie(_cookie(headers, session)):
        return _error_response(
            403, "この画面は使えません。資料作成をもう一度ダブルクリックして開いてください。"
        )
    limit = MAX_FILE_BYTES if scope["path"] == UPLOAD_PATH else MAX_CHANGE_BYTES
    if (length := headers.get("content-length", "0")).isdecimal() and int(length) > limit:
        return _error_response(413, "大きすぎます。")
    return None


def _is_same_origin(headers: Headers, session: Session) -> bool:
    """Whether the browser states that our own page sent the request; no header means no."""
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


def _error_response(status: int, reason: str) -> PlainTextResponse:
    return PlainTextResponse(f"{reason}\n", status, {"Cache-Control": "no-store"})


def _bounded(receive: Receive, limit: int) -> Receive:
    """``receive`` up to ``limit`` bytes: Content-Length may be missing or wrong."""
    received = 0

    async def bounded() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise HTTPException(413, "大きすぎます。")
        return message

    return bounded


def _with_headers(send: Send) -> Send:
    """``send`` with the security headers added to every response."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return send_with_headers
