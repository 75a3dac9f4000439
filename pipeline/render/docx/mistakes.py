"""A mistake in the template, told in the officer's words: where it is and what is near."""

from __future__ import annotations

import re
from collections.abc import Collection

from jinja2 import TemplateNotFound

from pipeline.base.templating import place_of, reason_of


class Mistake(Exception):
    """A mistake in the template: why, and the text of the paragraph it stands in."""

    def __init__(self, reason: str, paragraph: str = "") -> None:
        super().__init__(reason, paragraph)
        self.reason = reason
        self.paragraph = paragraph


def paragraph_on(source: str, line: int | None) -> str:
    """The text of the paragraph on a line of the XML, without its tags.

    Where that has no text the nearest one above; empty where the line is not known.
    """
    for above in reversed(source.split("\n")[:line] if line else []):
        text = re.sub(r"<[^>]*>", "", above).strip()
        if text:
            return text
    return ""


def explained(error: BaseException, source: str, known: Collection[str]) -> Mistake:
    """A mistake in the officer's words, with the paragraph where it stands.

    A misspelt name comes with the nearest of the ``known`` ones.
    """
    _, line = place_of(error)
    if isinstance(error, TemplateNotFound):
        reason = f"ほかのファイル（{error.name}）は読み込めません"
        return Mistake(reason, paragraph_on(source, line))
    return Mistake(reason_of(error, known), paragraph_on(source, line))
