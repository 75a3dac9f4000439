"""The addresses of the page: a request in, what the engine and the commands made of it out."""

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
from pipeline.base.paths import kept_beside
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
# Nothing else of a run is shown: a script in it would be one of ours.
_SHOWN: Final = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_INLINE: Final = frozenset({".pdf", ".png"})


class _Click(msgspec.Struct, frozen=True):
    """What a window sends of a row: what it showed, and what it is to be."""

    row: Annotated[int, msgspec.Meta(ge=0)]
    seen: dict[str, str] = msgspec.field(default_factory=dict)
    wanted: dict[str, str] = msgspec.field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Hub:
    """Tells every window that something changed; ``ring`` may be called by any thread."""

    loop: asyncio.AbstractEventLoop | None = None
    is_closed: bool = False
    _rung: asyncio.Event = field(default_factory=asyncio.Event)

    def ring(self) -> None:
        """Something changed."""
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._ring)

    def _ring(self) -> None:
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()

    def close(self) -> None:
        """Let every window's connection end: the server waits for them."""
        self.is_closed = True
        self.ring()

    async def wait(self) -> None:
        """Until something changes."""
        await self._rung.wait()


class Site:
    """The page's answers."""

    def __init__(self, engine: Engine, session: Session, presence: Presence, hub: Hub) -> None:
        self._engine, self._session = engine, session
        self._presence, self._hub = presence, hub

    @property
    def app(self) -> Starlette:
        """All addresses. What changes anything is a POST."""
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
                *(Route(path, answer, methods=["GET"]) for path, answer in get.items()),
                *(Route(path, answer, methods=["POST"]) for path, answer in post.items()),
            ],
            exception_handlers={HTTPException: _refused, PipelineError: _failed},
        )

    # ---- looking

    async def open(self, request: Request) -> Response:
        """The one-time token of the opening address for the cookie; it goes from the address."""
        known = self._session.knows(request.cookies.get(self._session.cookie_name))
        if not self._session.redeem(request.query_params.get("token", "")) and not known:
            return HTMLResponse(page.refused("このアドレスは、もう使われました。"), 403)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(
            self._session.cookie_name,
            self._session.cookie,
            httponly=True,
            samesite="strict",
            path="/",
        )
        return answer

    async def home(self, _request: Request) -> Response:
        """The page with its steps."""
        self._presence.asked()
        return HTMLResponse(await run_in_threadpool(lambda: page.page(view_of(self._engine.known))))

    async def day(self, _request: Request) -> Response:
        """The page for the meeting itself."""
        self._presence.asked()
        return HTMLResponse(await run_in_threadpool(lambda: page.day(view_of(self._engine.known))))

    async def events(self, request: Request) -> Response:
        """One line whenever there is something new, as long as the window is open."""
        seen = request.query_params.get("seen", "")
        return StreamingResponse(
            self._tell(int(seen) if seen.isdecimal() else -1),
            media_type="text/event-stream",
        )

    async def _tell(self, seen: int) -> AsyncIterator[str]:
        self._presence.opened()
        try:
            yield "retry: 1000\n\n"
            while not self._hub.is_closed:
                version = self._engine.known.version
                if version != seen:
                    seen = version
                    yield f"data: {version}\n\n"
                    continue
                await self._hub.wait()
        finally:
            self._presence.closed()

    async def static(self, request: Request) -> Response:
        """A script of ours, or the style that the page of the runs has too."""
        name = request.path_params["name"]
        known = {path.name: path for path in (STYLE, *_STATIC.iterdir())}
        if name not in known:
            raise HTTPException(404)
        kind = mimetypes.types_map.get(known[name].suffix, "text/plain")
        return FileResponse(known[name], media_type=kind, headers={"Cache-Control": "no-cache"})

    async def run_file(self, request: Request) -> Response:
        """A document or picture that a run of this folder lists; never anything else."""
        run, name = request.path_params["run"], request.path_params["name"]
        path = await run_in_threadpool(self._path_of, run, name)
        kind = path.suffix.lower()
        return FileResponse(
            path,
            media_type=_SHOWN[kind],
            filename=path.name,
            content_disposition_type="inline" if kind in _INLINE else "attachment",
            headers={"Cache-Control": "private, no-cache"},
        )

    def _path_of(self, run: str, name: str) -> Path:
        """Looked up, not joined: the names are compared with those that the runs list."""
        for each in self._engine.known.runs:
            pictures = each.manifest.documents if each.manifest else ()
            listed = {*each.files, *(p for document in pictures for p in document.pictures)}
            places = {each.name: listed, kept_beside(each.name): set(each.kept)}
            if name in places.get(run, set()) and Path(name).suffix.lower() in _SHOWN:
                found = self._engine.output / run / name
                if found.is_file() and _is_below(found, self._engine.output):
                    return found
        raise HTTPException(404, "このファイルはありません。")

    # ---- changing

    async def again(self, request: Request) -> Response:
        """A second start: an address for a new window."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not self._session.is_ours(given):
            raise HTTPException(403, "この画面は開けません。")
        self._presence.asked()
        return JSONResponse({"address": self._session.address()})

    async def closed(self, _request: Request) -> Response:
        """A window says that it is going."""
        self._presence.goodbye()
        return Response(status_code=204)

    async def stop(self, _request: Request) -> Response:
        """The button that ends the page."""
        asyncio.get_running_loop().call_later(0.2, self._presence.stop)
        return HTMLResponse(page.refused("終わりました。このタブは閉じてかまいません。"))

    async def put(self, request: Request) -> Response:
        """A file that was dropped on the page."""
        name = request.query_params.get("name", "")
        content = await request.body()
        return await self._done(request, "master", lambda: self._put(content, name))

    def _put(self, content: bytes, name: str) -> str:
        kept = folder.put(content, name, self._engine.inputs, dt.datetime.now().astimezone())
        self._engine.read_again()
        former = (
            f"前のものは {kept.former.parent.name}/{kept.former.name} に残しました。"
            if kept.former
            else ""
        )
        return f"{kept.path.name} を inputs に入れました。{former}"

    async def take(self, request: Request) -> Response:
        """Take over what a filled-in file says."""
        given = await _fields(request)
        is_vouched = given.get("same") == "yes"
        return await self._done(
            request, "day", lambda: self._take(given.get("file", ""), is_vouched=is_vouched)
        )

    def _take(self, file: str, *, is_vouched: bool) -> str:
        path, known = self._file(file), self._engine.known
        form_name = known.choices.form_name
        outcome = self._engine.desk.take(path, known.master, form_name, is_vouched=is_vouched)
        self._engine.read_again()
        if outcome.path is None:
            return "取り込んでいません。下の指摘をご覧ください。"
        return f"{path.name} の意見を {outcome.path.name} に取り込みました。"

    async def keep(self, request: Request) -> Response:
        """Keep the minutes that somebody finished beside their run."""
        given = await _fields(request)
        return await self._done(request, "history", lambda: self._keep(given.get("file", "")))

    def _keep(self, file: str) -> str:
        kept = self._engine.desk.keep(self._file(file), self._engine.known.runs)
        self._engine.read_again()
        return f"{kept.name} を output/{kept.parent.name} に残しました。"

    async def aside(self, request: Request) -> Response:
        """Do not use a file of the folder."""
        given = await _fields(request)
        step = given.get("step", "day")
        return await self._done(request, step, lambda: self._aside(given.get("file", "")))

    def _aside(self, file: str) -> str:
        known = self._engine.known
        path = self._file(file, (*known.others, *known.masters))
        moved = folder.put_aside(path, self._engine.inputs)
        self._engine.read_again()
        return f"{moved.name} を inputs/{moved.parent.name} に移しました。"

    def _file(self, wanted: str, among: Sequence[Path] | None = None) -> Path:
        """The file of the folder, no master if nothing else is asked for, by its identity."""
        among = self._engine.known.others if among is None else among
        found = next((path for path in among if identity(path) == wanted), None)
        if found is None:
            raise HTTPException(404, "このファイルはもうありません。")
        return found

    async def mark(self, request: Request) -> Response:
        """One click of the meeting; 409 with what stands there where another window was first."""
        try:
            given = msgspec.json.decode(await request.body(), type=_Click)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise HTTPException(422, "この意見は入れられません。") from error
        return await run_in_threadpool(self._alone, lambda: self._mark(given))

    def _mark(self, given: _Click) -> Response:
        known = self._engine.known
        if known.form is None or known.master is None or known.intake is None:
            raise HTTPException(422, "台帳を読み取れていません。")
        form = known.form
        seen, wanted = decoded(given.seen, form), decoded(given.wanted, form)
        rows = {identity_of(row) for row in known.intake.records.rows}
        if seen is None or wanted is None or given.row not in rows:
            raise HTTPException(422, "この意見は入れられません。")
        click = Click(given.row, seen, wanted)
        desk, will_write = self._engine.desk, self._engine.will_write
        try:
            marked = desk.mark(known.master, form, click, will_write)
        except ChangedMeanwhile as changed:
            return JSONResponse({"now": _encoded(changed.now, form)}, 409)
        self._engine.read_again()
        return JSONResponse({"now": _encoded(marked.fills, form), "turn": marked.turn})

    async def choose(self, request: Request) -> Response:
        """Another master, or another paper."""
        given = await _fields(request)
        return await self._done(request, given.get("step", "master"), lambda: self._choose(given))

    def _choose(self, given: dict[str, str]) -> str:
        known = self._engine.known
        chosen = next((p for p in known.masters if identity(p) == given.get("file")), None)
        if chosen is not None:
            self._engine.choose(replace(known.choices, master=chosen.name))
            return f"{chosen.name} を使います。"
        if given.get("paper") in {"A4", "A3"}:
            self._engine.choose(replace(known.choices, paper=given["paper"]))
            return f"{given['paper']} で作り直します。"
        raise HTTPException(422, "選べません。")

    async def build(self, request: Request) -> Response:
        """Make the documents again, or the results although opinions are missing."""
        given = await _fields(request)
        self._engine.build(allow_blank=given.get("blank") == "yes")
        return await self._done(request, given.get("step", "meeting"), lambda: "")

    async def entry(self, request: Request) -> Response:
        """当日入力.xlsx, into the folder of the documents."""
        return await self._done(request, "day", self._entry)

    def _entry(self) -> str:
        known = self._engine.known
        outcome = self._engine.desk.entry(known.master, known.choices.form_name)
        if outcome.path is None:
            return "誤りがあるため、当日入力のブックは作っていません。"
        return (
            f"{outcome.path.name} を {outcome.path.parent.name} フォルダーに作りました。"
            "Excel で開いて入力してください。"
        )

    async def new(self, request: Request) -> Response:
        """An empty master of the form, to be filled in with Excel."""
        return await self._done(request, "master", self._new)

    def _new(self) -> str:
        path = self._engine.desk.new(self._engine.known.form)
        self._engine.read_again()
        return (
            f"{path.name} を {path.parent.name} フォルダーに作りました。"
            "Excel で開いて入力してください。"
        )

    async def propose(self, request: Request) -> Response:
        """A form of its own for a table that no form knows; the documents are made with it."""
        return await self._done(request, "master", self._propose)

    def _propose(self) -> str:
        known = self._engine.known
        if known.master is None or not known.proposed:
            raise HTTPException(422, "様式を提案できる表がありません。")
        form = self._engine.desk.propose(known.master)
        # From now on its headers tell which form it is for.
        self._engine.choose(replace(known.choices, form_name=None))
        return f"様式「{form.name}」を templates に作りました。この様式で資料を作ります。"

    def _alone(self, work: Callable[[], _T]) -> _T:
        """Do it while nobody else reads."""
        with self._engine.reading:
            return work()

    async def _done(self, request: Request, step: str, work: Callable[[], str]) -> Response:
        """Do the work, then answer a script with a sentence, a form with the page itself."""
        said = await run_in_threadpool(self._alone, work)
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse({"said": said})
        self._engine.say(said)
        known = {"master", "findings", "meeting", "day", "results", "history"}
        return RedirectResponse(f"/#{step}" if step in known else "/", 303)


def _encoded(fills: Fills, form: Form) -> dict[str, str]:
    return {c.key: encoded(fills.get(c.key, Fill()), c, form) for c in form.fills}


def _is_below(path: Path, parent: Path) -> bool:
    """Whether a file really lies in the folder: a link may lead anywhere."""
    return path.resolve().is_relative_to(parent.resolve())


async def _fields(request: Request) -> dict[str, str]:
    """What a form says; the last of several values."""
    body = (await request.body()).decode("utf-8", "replace")
    return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=20))


async def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else ""
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"said": detail}, status)
    return HTMLResponse(page.refused(detail), status)


async def _failed(request: Request, error: Exception) -> Response:
    """A failure that the officer can read."""
    if not isinstance(error, PipelineError):
        raise error
    found = from_error(error)
    return await _refused(request, HTTPException(422, found.fact + without_commands(found.remedy)))
