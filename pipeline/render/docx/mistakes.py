"""Mistakes in a Word template, in the officer's words: the reason and the paragraph."""

from __future__ import annotations

import re
from collections.abc import Collection

from jinja2 import TemplateNotFound

from pipeline.base.templating import place_of, reason_of


class Mistake(Exception):
    """A mistake in the template: the reason, and the text of the paragraph that contains it."""

    def __init__(self, reason: str, paragraph: str = "") -> None:
        super().__init__(reason, paragraph)
        self.reason = reason
        self.paragraph = paragraph


def paragraph_on(source: str, line: int | None) -> str:
    """The text of the paragraph on a line of the XML, without its tags.

    If that paragraph has no text: the nearest text above it. Empty if the line is unknown.
    """
    for xml in reversed(source.split("\n")[:line] if line else []):
        text = re.sub(r"<[^>]*>", "", xml).strip()
        if text:
            return text
    return ""


def mistake_from(error: BaseException, source: str, known: Collection[str]) -> Mistake:
    """The Mistake for an error of Jinja: reason in the officer's words, and the paragraph.

    For a misspelt name the reason contains the nearest of the ``known`` names.
    """
    _, line = place_of(error)
    if isinstance(error, TemplateNotFound):
        reason = f"ほかのファイル（{error.name}）は読み込めません"
        return Mistake(reason, paragraph_on(source, line))
    return Mistake(reason_of(error, known), paragraph_on(source, line))
