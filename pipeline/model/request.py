"""The request of a command: the master to read, the documents to make and where to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from pipeline.base.archives import UNDATED
from pipeline.model.editions import DocumentFormat, Edition


@dataclass(frozen=True, slots=True)
class Source:
    """The input of a command.

    ``form_name`` None: the master's line 様式 or its headers decide the form. ``results``
    None: the results workbook is searched for next to the master. ``mapping`` are the options
    ``header=column``; they are parsed with the form's columns.
    """

    inputs: Path
    workbook: Path | None = None
    form_name: str | None = None
    sheet: str | None = None
    mapping: tuple[str, ...] = ()
    save_mapping: bool = False
    results: Path | None = None


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """The documents to make. ``editions`` None is automatic, ``paper`` None the form's paper.

    ``companions``: also make the documents that accompany the handout.
    """

    source: Source
    editions: tuple[Edition, ...] | None
    formats: tuple[DocumentFormat, ...]
    paper: str | None
    output: Path
    companions: bool = True
    allow_blank: bool = False
    now: dt.datetime = UNDATED
    document_date: dt.datetime | None = None
