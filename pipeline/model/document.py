"""The base class of all documents of a run.

The stage ``documents`` makes a document: strings in print order. The Word and the HTML
template receive the same document, so that both files contain the same texts. A document is
frozen and complete: renderers, proofs and other processes need no other data.
"""

from __future__ import annotations

import abc
import dataclasses
import datetime as dt
import typing
from collections.abc import Iterator
from typing import ClassVar

from pipeline.base.windows import safe_name
from pipeline.model.editions import Companion, DocumentFormat, Edition, Paper
from pipeline.model.findings import Finding
from pipeline.model.proof_result import Proof


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Document(abc.ABC):
    """One document, as it will be printed.

    ``template`` is the name of its template files (``<template>.docx``, ``<template>.html``)
    and of the variable in them; ``formats`` are the kinds of file to make. ``note``
    (見本・架空 …) is printed on every page. ``date`` is the date in the file's properties, not
    the time of the run; ``identity`` are the file properties that name its owner, as name and
    value. ``label`` distinguishes documents of the same number (会議用), ``prefix`` starts the
    file name if there is no number; ``margins`` are top, right, bottom, left in millimetres on
    this paper; ``scale`` is the factor for the sizes of the templates.
    """

    template: ClassVar[str]
    formats: ClassVar[tuple[DocumentFormat, ...]] = tuple(DocumentFormat)

    edition: Edition | Companion
    paper: Paper
    number: str
    title: str
    note: str | None
    author: str | None
    date: dt.datetime
    label: str = ""
    prefix: str = ""
    margins: tuple[float, float, float, float] | None = None
    scale: float = 1.0
    language: str = "ja-JP"
    identity: tuple[tuple[str, str], ...] = ()

    @property
    def utc(self) -> dt.datetime:
        """``date`` in UTC, for file properties; a date without a time zone is taken as UTC."""
        return (
            self.date.astimezone(dt.UTC) if self.date.tzinfo else self.date.replace(tzinfo=dt.UTC)
        )

    @property
    def file_stem(self) -> str:
        """``資料１_会議用``, or the title alone; valid as a file name on every system."""
        parts = (self.prefix or self.number or self.title, self.label)
        return "_".join(safe_name(part) for part in parts if part)

    @property
    def columns(self) -> tuple[float, ...]:
        """Widths of its table's columns in millimetres; empty if the template sets them."""
        return ()

    @property
    def row_numbers(self) -> tuple[str, ...]:
        """The printed numbers of the projects that have their own row."""
        return ()

    def texts(self) -> tuple[str, ...]:
        """Every text of the page's body in reading order, from the master and from the form.

        ``note`` is not among them: it is printed in the margin of each page.
        """
        return tuple(filter(None, self._printed()))

    @abc.abstractmethod
    def _printed(self) -> Iterator[str]:
        """The texts of this kind of document, empty ones included."""


@dataclasses.dataclass(frozen=True, slots=True)
class Rendered:
    """One file as a renderer made it, and the findings about its layout.

    For a PDF also ``pictures`` (PNG) of its first pages and the number of ``pages``.
    ``proof`` is added after the file has been read back.
    """

    content: bytes
    findings: tuple[Finding, ...] = ()
    pictures: tuple[bytes, ...] = ()
    pages: int = 0
    proof: Proof | None = None


def template_names(kind: type[Document]) -> frozenset[str]:
    """Every name that a template of this kind of document can use, at any depth."""
    names = {kind.template, "loop"}
    pending: list[type] = [kind]
    seen: set[type] = set()
    while pending:
        dataclass = pending.pop()
        if dataclass in seen:
            continue
        seen.add(dataclass)
        names |= {field.name for field in dataclasses.fields(dataclass)}
        names |= {name for name in dir(dataclass) if isinstance(getattr(dataclass, name), property)}
        for hint in typing.get_type_hints(dataclass).values():
            pending += _dataclasses_in(hint)
    return frozenset(names)


def _dataclasses_in(hint: object) -> Iterator[type]:
    """The dataclasses that a type hint contains."""
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        yield hint
    for argument in typing.get_args(hint):
        yield from _dataclasses_in(argument)
