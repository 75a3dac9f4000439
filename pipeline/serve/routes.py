"""The routes of the page: a request in, a response with the result of a command out."""

from __future__ import annotations

import asyncio
import datetime as dt
import mimetypes
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Final, TypeVar
from urllib.parse import parse_qsl

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from pipeline.base.errors import PipelineError
from pipeline.base.paths import finished_folder
from pipeline.model.clicks import ChangedMeanwhile, Click
from pipeline.model.fills import Fills, identity_of
from pipeline.model.findings import from_error, without_commands
from pipeline.model.form import Form
from pipeline.model.values import Fill
from pipeline.publish.index import STYLE
from pipeline.serve import folder, page
from pipeline.serve.answers import decoded, encoded
from pipeline.serve.engine import Engine
from pipeline.serve.presence import Presence
from pipeline.serve.session import Session
from pipeline.serve.state import identity, view_of

_T = TypeVar("_T")
_STATIC: Final = Path(__file__).parent / "static"
# Only these files of a run are served: a script in it would run with our origin.
_SERVED_TYPES: Final = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_INLINE: Final = frozenset({".pdf", ".png"})


class _ClickRequest(msgspec.Struct, frozen=True):
    """A click as the window sends it: the row, the answers that it showed, the new answers."""

    row: Annotated[int, msgspec.Meta(ge=0)]
    seen: dict[str, str] = msgspec.field(default_factory=dict)
    wanted: dict[str, str] = msgspec.field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Broadcaster:
    """Notifies every waiting task of a change; ``notify`` may be called from any thread."""

    loop: asyncio.AbstractEventLoop | None = None
    is_closed: bool = False
    _change: asyncio.Event = field(default_factory=asyncio.Event)

    def notify(self) -> None:
        """Wake every task that waits."""
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._notify)

    def _notify(self) -> None:
        change, self._change = self._change, asyncio.Event()
        change.set()

    def close(self) -> None:
        """End the connection of every window, because the server waits for them when it stops."""
        self.is_closed = True
        self.notify()

    async def wait(self) -> None:
        """Wait until the next change."""
        await self._change.wait()


class Site:
    """The route handlers of the page."""

    def __init__(
        self, engine: Engine, session: Session, presence: Presence, broadcaster: Broadcaster
    ) -> None:
        self._engine, self._session = engine, session
        self._presence, self._broadcaster = presence, broadcaster

    @property
    def app(self) -> Starlette:
        """All routes. Every request that changes something is a POST."""
        get: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "/": self.home,
            "/open": self.open,
            "/day": self.day,
            "/events": self.events,
            "/static/{name}": self.static,
            "/runs/{run}/{name:path}": self.run_file,
        }
        post: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "/again": self.again,
            "/closed": self.closed,
            "/put": self.put,
            "/take": self.take,
            "/keep": self.keep,
            "/aside": self.aside,
            "/mark": self.mark,
            "/choose": self.choose,
            "/build": self.build,
            "/entry": self.entry,
            "/new": self.new,
            "/propose": self.propose,
            "/stop": self.stop,
        }
        return Starlette(
            routes=[
                *(Route(path, handler, methods=["GET"]) for path, handler in get.items()),
                *(Route(path, handler, methods=["POST"]) for path, handler in post.items()),
            ],
            exception_handlers={HTTPException: _http_error, PipelineError: _pipeline_error},
        )

    # ---- GET

    async def open(self, request: Request) -> Response:
        """Exchange the one-time token for the cookie, and redirect to an address without it."""
        has_cookie = self._session.accepts_cookie(request.cookies.get(self._session.cookie_name))
        if not self._session.redeem(request.query_params.get("token", "")) and not has_cookie:
            return HTMLResponse(page.refused("このアドレスは、もう使われました。"), 403)
        response = RedirectResponse("/", 303)
        response.set_cookie(
            self._session.cookie_name,
            self._session.cookie,
            httponly=True,
            samesite="strict",
            path="/",
        )
        return response

    async def home(self, _request: Request) -> Response:
        """The page with its steps."""
        self._presence.requested()
        return HTMLResponse(await run_in_threadpool(lambda: page.page(view_of(self._engine.known))))

    async def day(self, _request: Request) -> Response:
        """The page for the meeting itself."""
        self._presence.requested()
        return HTMLResponse(await run_in_threadpool(lambda: page.day(view_of(self._engine.known))))

    async def events(self, request: Request) -> Response:
        """Server-sent events: the version after each change, while the window is open."""
        seen = request.query_params.get("seen", "")
        return StreamingResponse(
            self._versions(int(seen) if seen.isdecimal() else -1),
            media_type="text/event-stream",
        )

    async def _versions(self, seen: int) -> AsyncIterator[str]:
        self._presence.opened()
        try:
            yield "retry: 1000\n\n"
            while not self._broadcaster.is_closed:
                version = self._engine.known.version
                if version != seen:
                    seen = version
                    yield f"data: {version}\n\n"
                    continue
                await self._broadcaster.wait()
        finally:
            self._presence.closed()

    async def static(self, request: Request) -> Response:
        """A script of the page, or the style sheet that it shares with the static index page."""
        name = request.path_params["name"]
        files = {path.name: path for path in (STYLE, *_STATIC.iterdir())}
        if name not in files:
            raise HTTPException(404)
        kind = mimetypes.types_map.get(files[name].suffix, "text/plain")
        return FileResponse(files[name], media_type=kind, headers={"Cache-Control": "no-cache"})

    async def run_file(self, request: Request) -> Response:
        """A document or picture that a run of this folder lists; no other file."""
        run, name = request.path_params["run"], request.path_params["name"]
        path = await run_in_threadpool(self._path_of, run, name)
        kind = path.suffix.lower()
        return FileResponse(
            path,
            media_type=_SERVED_TYPES[kind],
            filename=path.name,
            content_disposition_type="inline" if kind in _INLINE else "attachment",
            headers={"Cache-Control": "private, no-cache"},
        )

    def _path_of(self, run: str, name: str) -> Path:
        """Look the path up: only names that the runs list are joined to a path."""
        for known in self._engine.known.runs:
            documents = known.manifest.documents if known.manifest else ()
            listed = {*known.files, *(p for document in documents for p in document.pictures)}
            folders = {known.name: listed, finished_folder(known.name): set(known.kept)}
            if name in folders.get(run, set()) and Path(name).suffix.lower() in _SERVED_TYPES:
                found = self._engine.output / run / name
                if found.is_file() and _is_below(found, self._engine.output):
                    return found
        raise HTTPException(404, "このファイルはありません。")

    # ---- POST

    async def again(self, request: Request) -> Response:
        """A second start requests an address for a new window."""
        key = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not self._session.accepts_key(key):
            raise HTTPException(403, "この画面は開けません。")
        self._presence.requested()
        return JSONResponse({"address": self._session.address()})

    async def closed(self, _request: Request) -> Response:
        """A window reports that it closes."""
        self._presence.closing()
        return Response(status_code=204)

    async def stop(self, _request: Request) -> Response:
        """The button that stops the server."""
        asyncio.get_running_loop().call_later(0.2, self._presence.stop)
        return HTMLResponse(page.refused("終わりました。このタブは閉じてかまいません。"))

    async def put(self, request: Request) -> Response:
        """Save a file that was dropped on the page."""
        name = request.query_params.get("name", "")
        content = await request.body()
        return await self._run_action(request, "master", lambda: self._put(content, name))

    def _put(self, content: bytes, name: str) -> str:
        saved = folder.save_upload(
            content, name, self._engine.inputs, dt.datetime.now().astimezone()
        )
        self._engine.read_again()
        former = (
            f"前のものは {saved.former.parent.name}/{saved.former.name} に残しました。"
            if saved.former
            else ""
        )
        return f"{saved.path.name} を inputs に入れました。{former}"

    async def take(self, request: Request) -> Response:
        """Accept the opinions of a filled-in file."""
        fields = await _fields(request)
        is_confirmed = fields.get("same") == "yes"
        return await self._run_action(
            request, "day", lambda: self._take(fields.get("file", ""), is_confirmed=is_confirmed)
        )

    def _take(self, file: str, *, is_confirmed: bool) -> str:
        path, known = self._file(file), self._engine.known
        form_name = known.choices.form_name
        outcome = self._engine.workspace.accept(
            path, known.master, form_name, is_confirmed=is_confirmed
        )
        self._engine.read_again()
        if outcome.path is None:
            return "取り込んでいません。下の指摘をご覧ください。"
        return f"{path.name} の意見を {outcome.path.name} に取り込みました。"

    async def keep(self, request: Request) -> Response:
        """Move finished minutes into the folder next to their run."""
        fields = await _fields(request)
        return await self._run_action(
            request, "history", lambda: self._keep(fields.get("file", ""))
        )

    def _keep(self, file: str) -> str:
        kept = self._engine.workspace.keep_minutes(self._file(file), self._engine.known.runs)
        self._engine.read_again()
        return f"{kept.name} を output/{kept.parent.name} に残しました。"

    async def aside(self, request: Request) -> Response:
        """Move a file that is not to be used out of the inputs folder."""
        fields = await _fields(request)
        step = fields.get("step", "day")
        return await self._run_action(request, step, lambda: self._aside(fields.get("file", "")))

    def _aside(self, file: str) -> str:
        known = self._engine.known
        path = self._file(file, (*known.others, *known.masters))
        moved = folder.move_to_unused(path, self._engine.inputs)
        self._engine.read_again()
        return f"{moved.name} を inputs/{moved.parent.name} に移しました。"

    def _file(self, wanted: str, among: Sequence[Path] | None = None) -> Path:
        """The file with this identity; ``among`` defaults to the files that are no masters."""
        among = self._engine.known.others if among is None else among
        found = next((path for path in among if identity(path) == wanted), None)
        if found is None:
            raise HTTPException(404, "このファイルはもうありません。")
        return found

    async def mark(self, request: Request) -> Response:
        """Write one click; 409 with the current answers if another window wrote first."""
        try:
            sent = msgspec.json.decode(await request.body(), type=_ClickRequest)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise HTTPException(422, "この意見は入れられません。") from error
        return await run_in_threadpool(self._with_reading_lock, lambda: self._mark(sent))

    def _mark(self, sent: _ClickRequest) -> Response:
        known = self._engine.known
        if known.form is None or known.master is None or known.intake is None:
            raise HTTPException(422, "台帳を読み取れていません。")
        form = known.form
        seen, wanted = decoded(sent.seen, form), decoded(sent.wanted, form)
        rows = {identity_of(row) for row in known.intake.records.rows}
        if seen is None or wanted is None or sent.row not in rows:
            raise HTTPException(422, "この意見は入れられません。")
        click = Click(sent.row, seen, wanted)
        workspace, register_write = self._engine.workspace, self._engine.register_write
        try:
            marked = workspace.mark(known.master, form, click, register_write)
        except ChangedMeanwhile as changed:
            return JSONResponse({"now": _encoded_fills(changed.now, form)}, 409)
        self._engine.read_again()
        return JSONResponse({"now": _encoded_fills(marked.fills, form), "turn": marked.turn})

    async def choose(self, request: Request) -> Response:
        """Use another master or another paper size."""
        fields = await _fields(request)
        return await self._run_action(
            request, fields.get("step", "master"), lambda: self._choose(fields)
        )

    def _choose(self, fields: dict[str, str]) -> str:
        known = self._engine.known
        chosen = next((p for p in known.masters if identity(p) == fields.get("file")), None)
        if chosen is not None:
            self._engine.choose(replace(known.choices, master=chosen.name))
            return f"{chosen.name} を使います。"
        if fields.get("paper") in {"A4", "A3"}:
            self._engine.choose(replace(known.choices, paper=fields["paper"]))
            return f"{fields['paper']} で作り直します。"
        raise HTTPException(422, "選べません。")

    async def build(self, request: Request) -> Response:
        """Make the documents again, or the results edition even if opinions are missing."""
        fields = await _fields(request)
        self._engine.build(allow_blank=fields.get("blank") == "yes")
        return await self._run_action(request, fields.get("step", "meeting"), lambda: "")

    async def entry(self, request: Request) -> Response:
        """Write 当日入力.xlsx into the output folder."""
        return await self._run_action(request, "day", self._entry)

    def _entry(self) -> str:
        known = self._engine.known
        outcome = self._engine.workspace.entry_workbook(known.master, known.choices.form_name)
        if outcome.path is None:
            return "誤りがあるため、当日入力のブックは作っていません。"
        return (
            f"{outcome.path.name} を {outcome.path.parent.name} フォルダーに作りました。"
            "Excel で開いて入力してください。"
        )

    async def new(self, request: Request) -> Response:
        """Write an empty master of the form, to be filled in with Excel."""
        return await self._run_action(request, "master", self._new)

    def _new(self) -> str:
        path = self._engine.workspace.new_master(self._engine.known.form)
        self._engine.read_again()
        return (
            f"{path.name} を {path.parent.name} フォルダーに作りました。"
            "Excel で開いて入力してください。"
        )

    async def propose(self, request: Request) -> Response:
        """Save the proposed form for a table that fits no form, and make the documents with it."""
        return await self._run_action(request, "master", self._propose)

    def _propose(self) -> str:
        known = self._engine.known
        if known.master is None or not known.proposed:
            raise HTTPException(422, "様式を提案できる表がありません。")
        form = self._engine.workspace.save_proposed_form(known.master)
        # From now on the table's headers determine the form.
        self._engine.choose(replace(known.choices, form_name=None))
        return f"様式「{form.name}」を templates に作りました。この様式で資料を作ります。"

    def _with_reading_lock(self, work: Callable[[], _T]) -> _T:
        """Do the work while no other thread reads."""
        with self._engine.reading_lock:
            return work()

    async def _run_action(self, request: Request, step: str, work: Callable[[], str]) -> Response:
        """Do the work; respond to a script with a JSON message, to a form with a redirect."""
        message = await run_in_threadpool(self._with_reading_lock, work)
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse({"message": message})
        self._engine.show_message(message)
        steps = {"master", "findings", "meeting", "day", "results", "history"}
        return RedirectResponse(f"/#{step}" if step in steps else "/", 303)


def _encoded_fills(fills: Fills, form: Form) -> dict[str, str]:
    return {c.key: encoded(fills.get(c.key, Fill()), c, form) for c in form.fills}


def _is_below(path: Path, parent: Path) -> bool:
    """Whether a file really is below the folder, after resolving links."""
    return path.resolve().is_relative_to(parent.resolve())


async def _fields(request: Request) -> dict[str, str]:
    """The fields of a submitted form; the last value if a field is repeated."""
    body = (await request.body()).decode("utf-8", "replace")
    return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=20))


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else ""
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"message": detail}, status)
    return HTMLResponse(page.refused(detail), status)


async def _pipeline_error(request: Request, error: Exception) -> Response:
    """Answer a PipelineError with its Japanese message for the user."""
    if not isinstance(error, PipelineError):
        raise error
    found = from_error(error)
    return await _http_error(
        request, HTTPException(422, found.fact + without_commands(found.remedy))
    )
