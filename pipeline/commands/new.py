"""``new``: make an empty master from a form."""

from __future__ import annotations

from pathlib import Path

from pipeline.base.errors import UsageMistake
from pipeline.base.files import write_new, write_new_as
from pipeline.model.form_file import load_form
from pipeline.workbooks.blank import master_workbook

# In the working folder, not in ``inputs``: there the empty master would be the newest
# workbook, which the next ``build`` uses.
DEFAULT = Path("台帳_新規.xlsx")
SUFFIX = ".xlsx"


def run(form_name: str, target: Path | None) -> Path:
    """Write the master and return its path.

    Without a ``target`` the path is DEFAULT, with a number in the name if that file exists.
    UsageMistake if ``target`` has another suffix, OutputUnwritable if it exists: no file of
    the office is overwritten.
    """
    form = load_form(form_name)
    if target is not None and target.suffix.lower() != SUFFIX:
        raise UsageMistake("new-suffix", path=target)
    content = master_workbook(form)
    return write_new(content, DEFAULT) if target is None else write_new_as(content, target)
