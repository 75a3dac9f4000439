"""What the page is made of at one moment: frozen values that every thread may read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.model.findings import Finding

if TYPE_CHECKING:
    from pipeline.commands.collect import Collected
    from pipeline.model.form import Form
    from pipeline.model.intake import Intake
    from pipeline.model.manifest import Run


@dataclass(frozen=True, slots=True)
class Choices:
    """What the officer chose on the page; everything else is as the commands have it."""

    form_name: str | None = None
    master: str | None = None
    paper: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A filled-in file in the folder: what it says, or why it can't be read.

    ``is_minutes``: it is no such file but the minutes, which somebody finished.
    """

    path: Path
    collected: Collected | None = None
    problem: Finding | None = None
    is_minutes: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that the page is made of, at one moment.

    ``is_reading``: the folder has not been read yet. ``work`` is the file that is being made,
    how many are done and how many there will be. ``said`` answers the last click. ``writes``
    counts the clicks that were written before the results were read.
    """

    choices: Choices
    version: int = 0
    is_reading: bool = True
    masters: tuple[Path, ...] = ()
    others: tuple[Path, ...] = ()
    offers: tuple[Offer, ...] = ()
    master: Path | None = None
    form: Form | None = None
    intake: Intake | None = None
    results_sha256: str | None = None
    proposed: tuple[tuple[str, str], ...] = ()
    problem: Finding | None = None
    runs: tuple[Run, ...] = ()
    work: tuple[str, int, int] | None = None
    said: str = ""
    writes: int = 0
