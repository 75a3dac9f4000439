"""Fill the HTML template: the handout and the form's folder in, HTML out.

Templates can include others of their folder and nothing else.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

from jinja2 import BytecodeCache, Environment, FileSystemLoader, TemplateNotFound
from jinja2.bccache import Bucket

from pipeline.errors import ComponentMissing
from pipeline.model.handout import Handout, template_names
from pipeline.sandbox import MISTAKES, EndlessTemplate, Sandbox, place_of, reason_of

TEMPLATE: Final = "handout.html"
# A row of ours takes some 1,500 characters; a cell of Excel holds 32,767 at most.
_MOST_HTML: Final = 2_000_000
_MOST_HTML_PER_ROW: Final = 20_000


def fill(handout: Handout, folder: Path, tall: frozenset[str]) -> str:
    """The HTML of the handout. Rows whose number is in ``tall`` may split.

    ComponentMissing with the template's file and line for a mistake in it.
    """
    names = {
        "handout": handout,
        "tall": tall,
        "created": _utc(handout.date).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "mm": lambda length: round(length * handout.paper.scale, 3),
    }
    try:
        loader = _FolderLoader(folder)
        sandbox = Sandbox(loader, names, trim_blocks=True, bytecode_cache=_compiled)
        return _generate(sandbox, handout)
    except MISTAKES as error:
        if isinstance(error, TemplateNotFound) and error.name == TEMPLATE:
            raise ComponentMissing("template-missing", path=folder / TEMPLATE) from error
        file, line = place_of(error)
        raise ComponentMissing(
            "template-broken",
            path=Path(file) if file else folder / TEMPLATE,
            place=f"{line} 行目" if line else "どこか",
            reason=reason_of(error, (*template_names(), *names)),
        ) from error


def _generate(environment: Environment, handout: Handout) -> str:
    most = _MOST_HTML + _MOST_HTML_PER_ROW * len(handout.rows)
    pieces = []
    size = 0
    for piece in environment.get_template(TEMPLATE).generate():
        pieces.append(piece)
        size += len(piece)
        if size > most:
            raise EndlessTemplate
    return "".join(pieces)


def _utc(date: dt.datetime) -> dt.datetime:
    return date.astimezone(dt.UTC) if date.tzinfo else date


class _FolderLoader(FileSystemLoader):
    """Templates of one folder; a link that leads out of it is not followed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, encoding="utf-8")
        self._folder = folder.resolve()

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, object]:  # type: ignore[override]  # the third is a function for reloading, which nobody calls
        """The template's text; TemplateNotFound for one outside of the folder."""
        if not (self._folder / template).resolve().is_relative_to(self._folder):
            raise TemplateNotFound(template)
        return super().get_source(environment, template)


class _Compiled(BytecodeCache):
    """Templates as compiled in this process, for its next document.

    Jinja itself takes one anew whose text has changed. Only for environments that are
    made alike: how one is compiled depends on their options.
    """

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


_compiled = _Compiled()
