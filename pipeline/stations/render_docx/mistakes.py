"""A mistake in the template, told in the officer's words: where it is and what is near."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Final

from jinja2 import Environment, TemplateNotFound, TemplateSyntaxError


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


def explained(
    error: Exception, source: str, environment: Environment, known: Iterable[str]
) -> Mistake:
    """A mistake in the officer's words, with the paragraph where it stands.

    A misspelt name comes with the nearest of the ``known`` ones.
    """
    if isinstance(error, TemplateNotFound):
        reason = f"ほかのファイル（{error.name}）は読み込めません"
        return Mistake(reason, paragraph_on(source, _line_of(error)))
    if isinstance(error, TemplateSyntaxError):
        opened = _unclosed(source, environment) if "nexpected end of" in str(error) else None
        if opened:
            return Mistake(f"「{opened[0]}」の終わりがありません", paragraph_on(source, opened[1]))
        return Mistake(_reason(str(error.message), known), paragraph_on(source, error.lineno))
    return Mistake(_reason(str(error), known), paragraph_on(source, _line_of(error)))


def _line_of(error: Exception) -> int | None:
    """The template's line in a traceback that Jinja has rewritten."""
    line = None
    trace = error.__traceback__
    while trace is not None:
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _unclosed(source: str, environment: Environment) -> tuple[str, int] | None:
    """The innermost statement that is never ended, and its line."""
    opened: list[tuple[str, int]] = []
    after_begin = False
    for line, kind, word in environment.lex(source):
        if kind == "block_begin":
            after_begin = True
        elif after_begin and kind == "name":
            if word in {"for", "if"}:
                opened.append((word, line))
            elif word in {"endfor", "endif"} and opened:
                opened.pop()
            after_begin = False
    return opened[-1] if opened else None


_UNKNOWN_NAME: Final = re.compile(r"^'(\w+)' is undefined|has no attribute '(\w+)'")
_REASONS: Final = (
    (re.compile(r"No (?:filter|test) named '(\w+)'"), "「{}」という加工は使えません"),
    (re.compile(r"attribute '(\w+)' of .* is unsafe"), "「{}」は使えません"),
    (re.compile(r"unknown tag '(\w+)'"), "「{}」という命令はないか、対になる命令がありません"),
)


def _reason(message: str, known: Iterable[str]) -> str:
    """Jinja's message in Japanese; a misspelt name with the nearest known one."""
    unknown = _UNKNOWN_NAME.search(message)
    if unknown:
        name = unknown[1] or unknown[2]
        near = difflib.get_close_matches(name, sorted(known), n=1)
        hint = f"。「{near[0]}」ではありませんか" if near else ""
        return f"「{name}」という名前はありません{hint}"
    for pattern, reason in _REASONS:
        found = pattern.search(message)
        if found:
            return reason.format(found[1])
    return f"命令の書き方の誤り: {message}"
