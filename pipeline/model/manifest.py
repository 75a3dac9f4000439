"""The manifest of a run as the page of all runs needs it: its bytes in, frozen values out.

Written by ``commands/build`` beside the documents. Runs stay for years, so
what an older version left out has a default here, what a newer one added is passed over, and a
file that can't be understood is None instead of a failure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec


class _Part(msgspec.Struct, frozen=True):
    """A table of the file; a key that is not listed here is passed over."""


class Master(_Part, frozen=True):
    """The workbook that the run was made from."""

    name: str
    sha256: str = ""


class ManifestDocument(_Part, frozen=True):
    """One handout of the run. ``pictures`` are names inside the run's folder.

    ``bands`` say where each project's row lies: page, top and bottom as parts of its height.
    """

    name: str
    title: str = ""
    label: str = ""
    edition: str = ""
    format: str = ""
    pages: int = 0
    pictures: tuple[str, ...] = ()
    paper: tuple[float, float] = (210.0, 297.0)
    bands: Mapping[str, tuple[tuple[int, float, float], ...]] = msgspec.field(default_factory=dict)


class ManifestColumn(_Part, frozen=True):
    """A column of the records; ``fill`` is "meeting" for one that the council fills in."""

    key: str
    title: str = ""
    kind: str = "text"
    fill: str | None = None


class RowValues(_Part, frozen=True):
    """One row of ``records.as_json``; a value to fill in is its status and its value."""

    no: int | None = None
    name: str | None = None
    group: str | None = None
    values: Mapping[str, Any] = msgspec.field(default_factory=dict)


class MeetingValues(_Part, frozen=True):
    """Which meeting; None where the master does not say."""

    number: str = ""
    title: str = ""
    council: str | None = None
    session: str | None = None
    date: str | None = None


class RecordValues(_Part, frozen=True):
    """``records.as_json``."""

    meeting: MeetingValues = MeetingValues()
    columns: tuple[ManifestColumn, ...] = ()
    rows: tuple[RowValues, ...] = ()


class OpinionInfo(_Part, frozen=True):
    """A choice that the council makes, and the column that it is compared with."""

    key: str
    title: str = ""
    choices: tuple[str, ...] = ()
    against: str | None = None


class FindingLine(_Part, frozen=True):
    """One finding of ``Finding.as_json``."""

    severity: Literal["error", "warning", "notice"]
    message: str
    code: str = ""
    remedy: str = ""
    sheet: str | None = None
    cell: str | None = None
    project: int | None = None
    accepted: str | None = None


class Manifest(_Part, frozen=True):
    """What one run was made from and what came of it."""

    master: Master
    results: Master | None = None
    held_back: tuple[str, ...] = ()
    documents: tuple[ManifestDocument, ...] = ()
    records: RecordValues = RecordValues()
    findings: tuple[FindingLine, ...] = ()
    opinions: tuple[OpinionInfo, ...] = ()
    words: Mapping[str, str] = msgspec.field(default_factory=dict)

    @property
    def filled(self) -> frozenset[str]:
        """The columns that the council fills in, which are empty on the meeting's paper."""
        return frozenset(each.key for each in self.records.columns if each.fill)


@dataclass(frozen=True, slots=True)
class Run:
    """One folder of the output: its name, its files and its manifest.

    ``files`` are the names directly in the folder. ``manifest`` is None where the file
    can't be understood. ``kept`` are the files that an officer finished and gave back, in
    the folder beside it that ``kept_beside`` names.
    """

    name: str
    files: frozenset[str]
    manifest: Manifest | None
    kept: tuple[str, ...] = ()


def read_manifest(content: bytes) -> Manifest | None:
    """The manifest of those bytes; None for anything that is none."""
    try:
        return msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


class _Pointer(_Part, frozen=True):
    run: str
    files: tuple[str, ...]


def points_at(content: bytes) -> str | None:
    """The name of the run that the bytes of a ``latest.json`` point at; None for any other file.

    A name that would lead out of the output folder is none.
    """
    try:
        run = msgspec.json.decode(content, type=_Pointer).run
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return run if run not in ("", ".", "..") and not set(run) & set("/\\:\0") else None


def shown(value: Any, words: Mapping[str, str]) -> str:
    """A value of the records in one word; an opinion that is no choice by the form's own."""
    if isinstance(value, Mapping):
        status = str(value.get("status", ""))
        return words.get(status) or shown(value.get("value"), words)
    if value is None or value is False:
        return ""
    return "○" if value is True else str(value)
