"""``check``: what is found in a master; on request a copy of it that shows where."""

from __future__ import annotations

from pathlib import Path

from pipeline.commands.intake import Intake, Source, take_in
from pipeline.errors import OutputUnwritable
from pipeline.model.form import load_form


def run(source: Source, form_name: str) -> Intake:
    """Take the master in; its findings are the answer."""
    return take_in(source, load_form(form_name))


def write_annotated(intake: Intake, folder: Path) -> Path:
    """Write 検査結果.xlsx into ``folder``, under a numbered name where it is taken.

    OutputUnwritable where the folder can't be written.
    """
    from pipeline.stations.annotate import FILE_NAME, annotate  # noqa: PLC0415 - costs 200 ms

    content = annotate(intake.workbook, intake.findings)
    name = Path(FILE_NAME)
    number = 1
    try:
        folder.mkdir(parents=True, exist_ok=True)
        while True:
            path = folder / (name if number == 1 else f"{name.stem}-{number}{name.suffix}")
            try:
                with path.open("xb") as stream:
                    stream.write(content)
            except FileExistsError:
                number += 1
            else:
                return path
    except OSError as error:
        raise OutputUnwritable("output-unwritable", folder=folder, reason=error.strerror) from error
