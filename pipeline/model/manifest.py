"""The manifest of a run for the page that lists all runs: its bytes in, frozen values out.

``commands/build`` writes it next to the documents. Runs are kept for years. So a key that
an older version did not write has a default, a key that a newer version added is ignored, and
an invalid file is None instead of an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec


class _Part(msgspec.Struct, frozen=True):
    """An object in the file; unknown keys are ignored."""


class Master(_Part, frozen=True):
    """A workbook from which the run was made."""

    name: str
    sha256: str = ""


class ManifestDocument(_Part, frozen=True):
    """One document of the run. ``pictures`` are file names in the run's folder.

    ``bands`` are the places of each project's row: page, top and bottom as fractions of the
    page's height.
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
    """The meeting; None if the master does not contain the value."""

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
    """A choice column that the council fills in, and the column that it is compared with."""

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
    """The inputs and the results of one run."""

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
        """The columns that the council fills in; they are empty in the edition 会議用."""
        return frozenset(column.key for column in self.records.columns if column.fill)


@dataclass(frozen=True, slots=True)
class Run:
    """One folder of the output: its name, its files and its manifest.

    ``files`` are the names directly in the folder. ``manifest`` is None if the file is
    invalid. ``kept`` are the files that an officer finished and returned; they are in the
    folder next to it that ``finished_folder`` names.
    """

    name: str
    files: frozenset[str]
    manifest: Manifest | None
    kept: tuple[str, ...] = ()


def read_manifest(content: bytes) -> Manifest | None:
    """The manifest in those bytes; None if they are not a valid manifest."""
    try:
        return msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


class _Pointer(_Part, frozen=True):
    run: str
    files: tuple[str, ...]


def latest_run_name(content: bytes) -> str | None:
    """The name of the run to which the bytes of a ``latest.json`` point; None if invalid.

    A name that points outside of the output folder is invalid.
    """
    try:
        run = msgspec.json.decode(content, type=_Pointer).run
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return run if run not in ("", ".", "..") and not set(run) & set("/\\:\0") else None


def shown(value: Any, words: Mapping[str, str]) -> str:
    """A value of the records as text; a status without a value is a word of the form."""
    if isinstance(value, Mapping):
        status = str(value.get("status", ""))
        return words.get(status) or shown(value.get("value"), words)
    if value is None or value is False:
        return ""
    return "○" if value is True else str(value)
