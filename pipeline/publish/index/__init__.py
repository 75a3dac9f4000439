"""The page that an officer opens after a run: every run in, one static HTML file out.

``changes`` compares two runs of one master, ``page`` turns manifests into what is shown,
``index.html.j2`` says how. The page asks for nothing outside of its folder and has no
script: printing goes through a page with a copy of the PDF that opens the print dialogue
itself (``render/printing.py``), because a browser lets no page that was opened from a
folder talk to another file.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from pipeline.base.text import without_directions, without_forbidden
from pipeline.model.manifest import Run
from pipeline.publish.index.page import page_of

_FOLDER: Final = Path(__file__).parent


def index(runs: Sequence[Run]) -> bytes:
    """The page over ``runs``, newest first; the same bytes for the same runs."""
    style = (_FOLDER / "index.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return _template().render(page=page_of(runs), style=style, digest=digest).encode("utf-8")


@functools.cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("index.html.j2")


def _shown(value: object) -> object:
    """What ``{{ value }}`` prints: old manifests may hold what no page should.

    Surrogates have no bytes, and a character that turns the direction of writing makes one
    name look like another.
    """
    if isinstance(value, str) and not isinstance(value, Markup):
        return without_directions(without_forbidden(value))
    return value
