"""What was asked for: which master to read and how, what to make of it and where to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.base.archives import UNDATED
from pipeline.model.editions import DocumentFormat, Edition, Paper


@dataclass(frozen=True, slots=True)
class Source:
    """What a command was told about its input. ``results`` None means: look beside the master."""

    inputs: Path
    workbook: Path | None = None
    sheet: str | None = None
    mapping: Mapping[str, str] | None = None
    save_mapping: bool = False
    results: Path | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for. ``editions`` None means auto.

    ``companions``: the documents that go with the handout are made with it.
    """

    source: Source
    form_name: str
    editions: tuple[Edition, ...] | None
    formats: tuple[DocumentFormat, ...]
    paper: Paper
    output: Path
    companions: bool = True
    allow_blank: bool = False
    now: dt.datetime = UNDATED
    document_date: dt.datetime | None = None
