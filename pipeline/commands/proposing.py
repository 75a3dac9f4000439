"""``form``: propose a form for any table; show it or save it as a new folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.base.errors import UsageMistake
from pipeline.base.files import write_new_as
from pipeline.base.paths import SHARED
from pipeline.base.windows import safe_name
from pipeline.master.find import find
from pipeline.master.propose import propose
from pipeline.master.read import read
from pipeline.model.form import Form
from pipeline.model.form_file import parse_form
from pipeline.model.request import Source

FORMS = Path("templates")


@dataclass(frozen=True, slots=True)
class Proposal:
    """The text of the form, the parsed form, and the path if it was saved."""

    text: str
    form: Form
    path: Path | None = None


def run(source: Source, name: str | None) -> Proposal:
    """Read a workbook and propose a form for its table; ``name`` saves it in ``templates/``.

    InputUnreadable if no table is found, UsageMistake if ``name`` can't be a folder's name,
    OutputUnwritable if a form of that name exists.
    """
    path = find(source.inputs, source.workbook)
    text = f"# {path.name} の表から提案した様式です。\n{propose(read(path))}"
    form = parse_form(text, name or path.stem)
    if name is None:
        return Proposal(text, form)
    if name in {SHARED, "", "."} or name != safe_name(name):
        raise UsageMistake("form-name", name=name)
    return Proposal(text, form, write_new_as(text.encode("utf-8"), FORMS / name / "form.toml"))
