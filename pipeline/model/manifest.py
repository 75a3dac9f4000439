"""The manifest of a run as the page of all runs needs it: its bytes in, frozen values out.

Written by ``commands/build`` beside the documents. Runs stay for years, so
what an older version left out has a default here, what a newer one added is passed over, and a
file that can't be understood is None instead of a failure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from pipeline.model.form import OpinionWords


class _Part(msgspec.Struct, frozen=True):
    """A table of the file; a key that is not listed here is passed over."""


class Master(_Part, frozen=True):
    """The workbook that the run was made from."""

    name: str
    sha256: str = ""


class Document(_Part, frozen=True):
    """One handout of the run. ``pictures`` are names inside the run's folder.

    ``bands`` say where each project's row lies: page, top and bottom as parts of its height.
    """

    name: str
    title: str = ""
    edition: str = ""
    format: str = ""
    pages: int = 0
    pictures: tuple[str, ...] = ()
    paper: tuple[float, float] = (210.0, 297.0)
    bands: Mapping[str, tuple[tuple[int, float, float], ...]] = msgspec.field(default_factory=dict)


class JudgementValues(_Part, frozen=True):
    """今後の方針."""

    letter: str | None = None
    label: str | None = None


class ProposalValues(_Part, frozen=True):
    """事務局案."""

    text: str = ""
    choice: str | None = None


class OpinionValues(_Part, frozen=True):
    """懇談会意見; ``status`` is one of ``OpinionStatus``'s values."""

    status: str = "blank"
    choice: str | None = None
    comment: str | None = None


class ProjectValues(_Part, frozen=True):
    """One project of ``records.as_json``."""

    no: int | None
    name: str
    ratings: Mapping[str, int | None] = msgspec.field(default_factory=dict)
    judgement: JudgementValues = JudgementValues()
    proposal: ProposalValues = ProposalValues()
    opinion: OpinionValues = OpinionValues()


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
    projects: tuple[ProjectValues, ...] = ()


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
    made_at: str = ""
    held_back: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    records: RecordValues = RecordValues()
    findings: tuple[FindingLine, ...] = ()
    choices: tuple[str, ...] = ()
    opinion_words: OpinionWords = OpinionWords()
    titles: Mapping[str, str] = msgspec.field(default_factory=dict)


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
