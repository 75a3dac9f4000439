"""Render the page: a view in, HTML text out. Every value is escaped."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Final

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from pipeline.publish.index import FOLDER as SHARED
from pipeline.serve.state import View

_FOLDER: Final = Path(__file__).parent / "templates"


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader(_FOLDER, encoding="utf-8"),
                FileSystemLoader(SHARED, encoding="utf-8"),
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(view: View) -> str:
    """The page with its steps."""
    return _environment().get_template("page.html.j2").render(view=view, is_live=True)


def day(view: View) -> str:
    """The page for the meeting itself."""
    return _environment().get_template("day.html.j2").render(view=view, is_live=True)


def refused(reason: str) -> str:
    """A page with the reason why the request was refused."""
    return _environment().get_template("refused.html.j2").render(reason=reason)
