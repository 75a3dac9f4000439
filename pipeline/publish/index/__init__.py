"""The index page in the output folder: all runs in, one static HTML file out.

``changes`` compares two runs of one master, ``lines`` joins findings, ``standing`` determines the
next step, ``index_page`` turns manifests into values for the template ``index.html.j2``. The live
page (``pipeline.serve``) also uses ``parts.html.j2`` and ``page.css`` and adds buttons. This page
loads no file outside of its folder and has no script.
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
from pipeline.model.catalogue import Severity
from pipeline.model.manifest import Run
from pipeline.publish.index.index_page import RunView, page_of
from pipeline.publish.index.standing import Standing, StandingFacts, standing

FOLDER: Final = Path(__file__).parent
STYLE: Final = FOLDER / "page.css"


def index(runs: Sequence[Run]) -> bytes:
    """The HTML page of all ``runs``, newest first; the same runs give the same bytes."""
    style = STYLE.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    page = page_of(runs)
    top_line = _standing(page.newest)
    return (
        _template().render(page=page, standing=top_line, style=style, digest=digest).encode("utf-8")
    )


def _standing(run: RunView) -> Standing:
    open_kinds = [line.kind for line in run.open_lines for _ in range(line.count)]
    counts = run.counts
    return standing(
        StandingFacts(
            master=run.master or run.name,
            errors=open_kinds.count(Severity.ERROR.value),
            warnings=open_kinds.count(Severity.WARNING.value),
            made=tuple(paper.label for paper in run.papers),
            held_back=run.held_back,
            has_results=bool(run.after),
            projects=counts[0].projects if counts else 0,
            is_only=run.is_only,
            is_live=False,
            opinions=min((column.opinions for column in counts), default=0),
        )
    )


@functools.cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(FOLDER, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("index.html.j2")


def _shown(value: object) -> object:
    """The text that ``{{ value }}`` prints, without characters that are not allowed on a page.

    Old manifests may contain them: surrogates can't be encoded, and a character that changes the
    writing direction makes one name look like another.
    """
    if isinstance(value, str) and not isinstance(value, Markup):
        return without_directions(without_forbidden(value))
    return value
