"""What was asked for: which master to read and how, what to make of it and where to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from pipeline.base.archives import UNDATED
from pipeline.model.editions import DocumentFormat, Edition


@dataclass(frozen=True, slots=True)
class Source:
    """What a command was told about its input. ``results`` None means: look beside the master.

    ``mapping`` are options ``header=column``; the form, which knows the columns, reads them.
    """

    inputs: Path
    workbook: Path | None = None
    sheet: str | None = None
    mapping: tuple[str, ...] = ()
    save_mapping: bool = False
    results: Path | None = None


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What was asked for. ``editions`` None means auto, ``paper`` None the form's own.

    ``form_name`` None: the form that the master's own words or headers tell.

    ``companions``: the documents that go with the handout are made with it.
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
