"""Where things lie: the form folders, the inputs and the outputs.

Everything is relative to the working folder, as the officer sees it; only the
shipped forms have a second home inside the installed package.
"""

from __future__ import annotations

from pathlib import Path

INPUTS = Path("inputs")
OUTPUT = Path("output")
DEFAULT_FORM = "shiryo1"
# In every run: what it was made from. Beside the runs: which of them is the newest.
MANIFEST = "manifest.json"
LATEST = "latest.json"
# In a run with findings, and wherever ``check --annotate`` is told to: the marked-up copy.
ANNOTATED = "検査結果.xlsx"
# The sheet that every workbook of opinions of ours has, and no master.
ABOUT_SHEET = "このブックについて"


def kept_beside(run: str) -> str:
    """The folder for what an officer finished of a run: it is never written over."""
    return f"{run}_完成版"


_PACKAGE = Path(__file__).resolve().parents[1]


def template_roots() -> tuple[Path, ...]:
    """Folders searched for forms, first match wins: the working folder's, then ours.

    In a checkout ours is the ``templates`` folder beside the package; in an
    installed wheel it was copied into the package.
    """
    return (Path("templates").absolute(), _PACKAGE / "templates", _PACKAGE.parent / "templates")


def tested_versions_file() -> Path | None:
    """The exact versions that the tests were run with; None where nobody shipped them.

    A checkout has ``constraints.txt`` beside the package, the wheel a copy inside.
    """
    places = (_PACKAGE / "constraints.txt", _PACKAGE.parent / "constraints.txt")
    return next((path for path in places if path.is_file()), None)


def form_folder(name: str) -> Path | None:
    """The folder of the form ``name``, or None where no root has one."""
    for root in template_roots():
        if (root / name / "form.toml").is_file():
            return root / name
    return None


def shared_template(name: str) -> Path | None:
    """A template that fits any form, as the shipped form has it; None where no root has it."""
    for root in template_roots():
        if (root / DEFAULT_FORM / name).is_file():
            return root / DEFAULT_FORM / name
    return None


def form_names() -> tuple[str, ...]:
    """Every form that could be asked for, sorted."""
    found = {folder.parent.name for root in template_roots() for folder in root.glob("*/form.toml")}
    return tuple(sorted(found))
