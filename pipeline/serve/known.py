"""The state that the page shows: frozen values that every thread may read."""

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
    """What the user chose on the page; the commands' defaults apply to everything else."""

    form_name: str | None = None
    master: str | None = None
    paper: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A filled-in file in the folder: its opinions, or why it can't be read.

    ``is_minutes``: the file is no handout but the finished minutes.
    """

    path: Path
    collected: Collected | None = None
    problem: Finding | None = None
    is_minutes: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """The whole state of the page at one moment.

    ``is_reading``: the folder has not been read yet. ``work``: the file that is being made, the
    number of finished files and the number of all files. ``message`` answers the last click.
    ``writes``: the number of clicks that were written before the results were read.
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
    message: str = ""
    writes: int = 0
