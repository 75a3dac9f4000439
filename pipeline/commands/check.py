"""``check``: what is found in a master; on request a copy of it that shows where."""

from __future__ import annotations

from pathlib import Path

from pipeline.base.files import keep
from pipeline.base.paths import ANNOTATED
from pipeline.commands.reading import take_in
from pipeline.model.intake import Intake
from pipeline.model.request import Source


def run(source: Source, form_name: str | None) -> Intake:
    """Take the master in; its findings are the answer."""
    return take_in(source, form_name)


def write_annotated(intake: Intake, folder: Path) -> Path:
    """Write 検査結果.xlsx into ``folder``, under a numbered name where it is taken.

    OutputUnwritable where the folder can't be written.
    """
    from pipeline.workbooks.annotate import annotate  # noqa: PLC0415 - costs 200 ms

    return keep(annotate(intake.workbook, intake.findings), folder / ANNOTATED)
