"""``check``: write a copy of the master with each finding in its cell."""

from __future__ import annotations

from pathlib import Path

from pipeline.base.files import write_new
from pipeline.base.paths import ANNOTATED
from pipeline.model.intake import Intake


def write_annotated(intake: Intake, folder: Path) -> Path:
    """Write 検査結果.xlsx into ``folder``, with a number in the name if the file exists.

    OutputUnwritable if the folder can't be written.
    """
    from pipeline.workbooks.annotate import annotate  # noqa: PLC0415 - costs 200 ms

    return write_new(annotate(intake.workbook, intake.findings), folder / ANNOTATED)
