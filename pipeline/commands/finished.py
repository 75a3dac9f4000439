"""``serve``: keep the minutes that an officer finished in Word next to their run.

In: a Word file of the folder. Out: whether it contains minutes, and its new path. No file is
overwritten: neither the run nor minutes that were kept before.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.base.errors import InputUnreadable, UsageMistake
from pipeline.base.files import write_new
from pipeline.base.paths import finished_folder
from pipeline.model.editions import Companion
from pipeline.model.form import Form
from pipeline.model.identity import EDITION, owner_of
from pipeline.model.manifest import MeetingValues, Run
from pipeline.opinions.filled_handout import read_handout

_MINUTES = Companion.MINUTES


def is_minutes(path: Path, form: Form) -> bool:
    """Whether a Word file was made as 会議録（案）, even if it was edited since."""
    if path.suffix.lower() != ".docx":
        return False
    try:
        return read_handout(path).properties.get(EDITION) == form.words.minutes
    except InputUnreadable:
        return False


def keep_minutes(path: Path, output: Path, runs: Sequence[Run]) -> Path:
    """Move the file next to the newest run of its meeting that made minutes.

    UsageMistake if there is no such run.
    """
    run = _run_of(path, runs)
    kept = write_new(path.read_bytes(), output / finished_folder(run.name) / path.name)
    path.unlink()
    return kept


def _run_of(path: Path, runs: Sequence[Run]) -> Run:
    owner = owner_of(read_handout(path).properties)
    for run in filter(_has_minutes, runs):
        if owner is None or (owner.session, owner.date) == _meeting(run):
            return run
    raise UsageMistake("minutes-of-no-run", name=path.name)


def _has_minutes(run: Run) -> bool:
    documents = run.manifest.documents if run.manifest else ()
    return any(each.edition == _MINUTES.value for each in documents)


def _meeting(run: Run) -> tuple[str, str]:
    meeting = run.manifest.records.meeting if run.manifest else MeetingValues()
    return meeting.session or "", meeting.date or ""
