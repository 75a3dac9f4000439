"""``new``: an empty master, made from the form alone."""

from __future__ import annotations

from pathlib import Path

from pipeline.base.errors import UsageMistake
from pipeline.base.files import keep, keep_as
from pipeline.model.form_file import load_form
from pipeline.workbooks.blank import master_workbook

# In the working folder and not in ``inputs``: there it would be the newest workbook, and the
# next ``build`` would take it, empty as it is.
DEFAULT = Path("台帳_新規.xlsx")
SUFFIX = ".xlsx"


def run(form_name: str, target: Path | None) -> Path:
    """Write the master; where it lies now.

    Without a ``target`` it is DEFAULT, under a numbered name where that is taken.
    UsageMistake for a ``target`` of another kind of file, OutputUnwritable where there is
    one already: nothing of the office's is written over.
    """
    form = load_form(form_name)
    if target is not None and target.suffix.lower() != SUFFIX:
        raise UsageMistake("new-suffix", path=target)
    content = master_workbook(form)
    return keep(content, DEFAULT) if target is None else keep_as(content, target)
