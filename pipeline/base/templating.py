"""Jinja for templates that users edit and pass between offices.

In: a loader for the template's own folder. Out: an environment that escapes every value and
has only the given names; for an error in a template, a Japanese reason and its place. The
time and the output size of a template are limited from outside: it is filled in a worker
process.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from jinja2 import (
    BaseLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
)
from jinja2.exceptions import TemplateRuntimeError
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.base.text import closest

_TEXT_METHODS: Final = frozenset({"split", "strip", "startswith", "endswith"})
# safe would allow markup from a cell; random and pprint change the text from run to run.
_UNWANTED_FILTERS: Final = ("safe", "random", "pprint")

# The exceptions that an error in a template raises while it is parsed or filled.
TEMPLATE_ERRORS: Final = (
    TemplateRuntimeError,
    TemplateNotFound,
    TemplateSyntaxError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    SyntaxError,  # from Python, which allows about twenty nested loops
    TypeError,
    ValueError,
)


class Sandbox(ImmutableSandboxedEnvironment):
    """A strict environment: every value is escaped, an unknown name is an error."""

    def __init__(self, loader: BaseLoader, names: Mapping[str, Any], **options: Any) -> None:
        """A template can use only ``names`` and the names that it defines itself."""
        super().__init__(loader=loader, autoescape=True, undefined=StrictUndefined, **options)
        self.globals.clear()
        self.globals.update(names)
        for name in _UNWANTED_FILTERS:
            del self.filters[name]

    def is_safe_callable(self, obj: Any) -> bool:
        """Allow the template's macros, the given functions, some methods of texts and loops."""
        owner = getattr(obj, "__self__", None)
        return (
            isinstance(obj, Macro)
            or any(obj is value for value in self.globals.values())
            or isinstance(owner, LoopContext)
            or (isinstance(owner, str) and obj.__name__ in _TEXT_METHODS)
        )


_LOOP_NAMES: Final = frozenset(name for name in dir(LoopContext) if not name.startswith("_")) | {
    "previtem",
    "nextitem",
}
_FIELD_NAMES: Final = _LOOP_NAMES | _TEXT_METHODS
# The names that Jinja defines in a macro and in a loop.
_JINJA_NAMES: Final = frozenset({"loop", "caller", "varargs", "kwargs"})
_LOOKUPS: Final = (nodes.Name, nodes.Getattr, nodes.Filter, nodes.Test, nodes.Include, nodes.Import)


def template_errors(
    environment: Sandbox, source: str, known: Collection[str]
) -> Iterator[tuple[int | None, str]]:
    """The errors that can be found without filling the template: line and reason of each.

    ``known`` are the names of the values' attributes. If the template can't be parsed, only
    the first error is returned; otherwise every unknown name, filter and file.
    """
    try:
        tree = environment.parse(source)
    except TEMPLATE_ERRORS as error:
        yield place_of(error)[1], reason_of(error, known)
        return
    own = {node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"}
    own |= {node.name for node in tree.find_all(nodes.Macro)}
    names = own | _JINJA_NAMES | set(environment.globals)
    found = tree.find_all(_LOOKUPS)
    for node in sorted(found, key=lambda node: node.lineno):
        reason = _name_error(node, environment, names, known)
        if reason:
            yield node.lineno, reason


def _name_error(
    node: nodes.Node, environment: Sandbox, names: Collection[str], known: Collection[str]
) -> str | None:
    """The reason why a name is wrong; None if it is known."""
    match node:
        case nodes.Name(name=name, ctx="load") if name not in names:
            return _unknown_name(name, (*names, *known))
        case nodes.Getattr(attr=name) if name not in known and name not in _FIELD_NAMES:
            return _unknown_name(name, (*known, *_FIELD_NAMES))
        case nodes.Filter(name=name) if name not in environment.filters:
            return _NOT_THERE.format(name)
        case nodes.Test(name=name) if name not in environment.tests:
            return _NOT_THERE.format(name)
        case (
            nodes.Include(template=nodes.Const(value=name))
            | nodes.Import(template=nodes.Const(value=name))
        ) if not _exists(environment, str(name)):
            return reason_of(TemplateNotFound(str(name)), known)
    return None


def _exists(environment: Sandbox, name: str) -> bool:
    try:
        environment.get_template(name)
    except TemplateNotFound:
        return False
    except TEMPLATE_ERRORS:
        return True  # errors inside the other file are reported for that file
    return True


def place_of(error: BaseException) -> tuple[str | None, int | None]:
    """The file and the line of an error in a template; None for an unknown one."""
    if isinstance(error, TemplateSyntaxError):
        unclosed = _unclosed(error.source or "") if _UNCLOSED.search(str(error)) else None
        return error.filename, unclosed or error.lineno
    file, line = None, None
    trace = error.__traceback__
    while trace is not None:
        # Jinja rewrites the frames of a template so that they show its own lines.
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            file, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    return file, line


def _unclosed(source: str) -> int | None:
    """The line of the innermost statement that has no end."""
    opened: list[int] = []
    for statement in _STATEMENT.finditer(source):
        if statement[1].startswith("end"):
            opened = opened[:-1]
        elif statement[1] in _ENDED:
            opened.append(1 + source.count("\n", 0, statement.start()))
    return opened[-1] if opened else None


_STATEMENT: Final = re.compile(r"\{%[-+]?\s*(\w+)")
_ENDED: Final = frozenset({"for", "if", "macro", "call", "filter", "with", "block"})
_UNCLOSED: Final = re.compile(r"innermost block that needs to be closed is '(\w+)'")
_UNKNOWN_NAME: Final = re.compile(r"^'(\w+)' is undefined|has no attribute '(\w+)'")
_NOT_THERE: Final = "「{}」という加工は使えません"
_REASONS: Final = (
    (re.compile(r"No (?:filter|test) named '(\w+)'"), _NOT_THERE),
    (re.compile(r"attribute '(\w+)' of .* is unsafe"), "「{}」は使えません"),
    (re.compile(r"<?\b(\w+)\b[^']* is not safely callable"), "「{}」は呼び出せません"),
    (re.compile(r"unknown tag '(\w+)'"), "「{}」という命令はないか、対になる命令がありません"),
    (_UNCLOSED, "「{}」の終わりがありません"),
    (re.compile(r"(too many statically nested) blocks"), "くり返しと条件の重なりが深すぎます"),
    # Messages of Jinja's parser: first a statement that ends too early, then the others.
    (
        re.compile(r"got '(end of [^']+)'|[Uu]nexpected (end of)"),
        "命令が途中で終わっています",
    ),
    (re.compile(r"[Ee]xpected .+, got '(.+)'"), "「{}」の前の書き方が正しくありません"),
    (re.compile(r"unexpected (?:char )?'(.+?)'"), "「{}」はここに書けません"),
)


def reason_of(error: BaseException, known: Iterable[str]) -> str:
    """The reason in Japanese; for an unknown name with the most similar of the ``known`` names."""
    if isinstance(error, RecursionError):
        return "命令の呼び出しが深すぎます"
    if isinstance(error, TemplateNotFound):
        return f"「{error.name}」というファイルはこの様式にありません"
    if isinstance(error, UnicodeDecodeError):
        return "文字コードが UTF-8 ではありません"
    message = str(error)
    unknown = _UNKNOWN_NAME.search(message)
    if unknown:
        return _unknown_name(unknown[1] or unknown[2], known)
    for pattern, reason in _REASONS:
        found = pattern.search(message)
        if found:
            return reason.format(found[1])
    return f"命令の書き方の誤り: {message}"


def _unknown_name(name: str, known: Iterable[str]) -> str:
    near = closest(name, sorted(known), cutoff=0.6)
    hint = f"。「{near}」ではありませんか" if near else ""
    return f"「{name}」という名前はありません{hint}"
