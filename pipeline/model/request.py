"""The request of a command: the master to read, the documents to make and where to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from pipeline.base.archives import UNDATED
from pipeline.model.editions import DocumentFormat, Edition


@dataclass(frozen=True, slots=True)
class Source:
    """The input of a command. ``results`` None: search for it next to the master.

    ``mapping`` are the options ``header=column``; they are parsed with the form's columns.
    """

    inputs: Path
    workbook: Path | None = None
    sheet: str | None = None
    mapping: tuple[str, ...] = ()
    save_mapping: bool = False
    results: Path | None = None


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """The documents to make. ``editions`` None is automatic, ``paper`` None the form's paper.

    ``form_name`` None: the form is found by 会議情報 or the headers of the master.
    ``companions``: also make the documents that accompany the handout.
    """

    source: Source
    form_name: str | None
    editions: tuple[Edition, ...] | None
    formats: tuple[DocumentFormat, ...]
    paper: str | None
    output: Path
    companions: bool = True
    allow_blank: bool = False
    now: dt.datetime = UNDATED
    document_date: dt.datetime | None = None
