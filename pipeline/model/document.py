"""What every paper of a run has in common, whatever it says.

A document is strings in print order, made by the stage ``documents``; the Word and the HTML
template both receive exactly this, so that the two can't say different things. It is frozen
and complete in itself: renderers, proofs and other processes need nothing beside it.
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
    """One paper, as it will be printed.

    ``template`` names its template files (``<template>.docx``, ``<template>.html``)
    and is the name that they know it by; ``formats`` are the kinds of file it is
    made in. ``note`` (見本・架空 …) is printed on every page. ``date`` dates the
    file's properties, never the clock; ``identity`` are the properties that tell whose
    the file is, name and value. ``label`` tells it from the others of its number (会議用),
    ``prefix`` begins its file's name where it has no number; ``margins`` are top, right,
    bottom, left in millimetres on this paper; ``scale`` enlarges the sizes of the templates.
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
        """``date`` in UTC, as files have it; one without a zone counts as UTC already."""
        return (
            self.date.astimezone(dt.UTC) if self.date.tzinfo else self.date.replace(tzinfo=dt.UTC)
        )

    @property
    def file_stem(self) -> str:
        """``資料１_会議用``, or the title alone, as every system can store it."""
        parts = (self.prefix or self.number or self.title, self.label)
        return "_".join(safe_name(part) for part in parts if part)

    @property
    def columns(self) -> tuple[float, ...]:
        """Widths of its table's columns in millimetres; none where the template has them."""
        return ()

    @property
    def row_numbers(self) -> tuple[str, ...]:
        """The numbers of the projects that have a row of their own, as printed."""
        return ()

    def texts(self) -> tuple[str, ...]:
        """Every text of the page's body in reading order: the office's own and the form's words.

        ``note`` is not among them: it stands in the margin of each page.
        """
        return tuple(filter(None, self._printed()))

    @abc.abstractmethod
    def _printed(self) -> Iterator[str]:
        """The texts of this kind of document, empty ones included."""


@dataclasses.dataclass(frozen=True, slots=True)
class Rendered:
    """One file as a renderer made it, and what there is to say about its layout.

    Of a PDF also: ``pictures`` (PNG) of its first pages, and how many ``pages`` it has.
    ``proof`` is added once the file has been read back.
    """

    content: bytes
    findings: tuple[Finding, ...] = ()
    pictures: tuple[bytes, ...] = ()
    pages: int = 0
    proof: Proof | None = None


def template_names(kind: type[Document]) -> frozenset[str]:
    """Every name that a template of this kind of document can use, at any depth."""
    names = {kind.template, "loop"}
    waiting: list[type] = [kind]
    seen: set[type] = set()
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        names |= {field.name for field in dataclasses.fields(each)}
        names |= {name for name in dir(each) if isinstance(getattr(each, name), property)}
        for hint in typing.get_type_hints(each).values():
            waiting += _parts_in(hint)
    return frozenset(names)


def _parts_in(hint: object) -> Iterator[type]:
    """The dataclasses that a type is made of."""
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        yield hint
    for argument in typing.get_args(hint):
        yield from _parts_in(argument)
