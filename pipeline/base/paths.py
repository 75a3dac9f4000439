"""Where things lie: the form folders, the inputs and the outputs.

Everything is relative to the working folder, as the officer sees it; only the
shipped forms have a second home inside the installed package.
"""

from __future__ import annotations

from pathlib import Path

INPUTS = Path("inputs")
OUTPUT = Path("output")
DEFAULT_FORM = "shiryo1"
# The templates that print any form.
SHARED = "shared"
# In every run: what it was made from. Beside the runs: which of them is the newest.
MANIFEST = "manifest.json"
LATEST = "latest.json"
# In a run with findings, and wherever ``check --annotate`` is told to: the marked-up copy.
ANNOTATED = "検査結果.xlsx"
# Who has written the comments in it.
ANNOTATOR = "検査"
# Behind the name of a master: the workbook of what the council said of it.
RESULTS_ENDING = "_懇談会意見"
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
    roots = (Path("templates").absolute(), _PACKAGE / "templates", _PACKAGE.parent / "templates")
    return tuple(dict.fromkeys(roots))


def tested_versions_file() -> Path | None:
    """The exact versions that the tests were run with; None where nobody shipped them.

    A checkout has ``constraints.txt`` beside the package, the wheel a copy inside.
    """
    places = (_PACKAGE / "constraints.txt", _PACKAGE.parent / "constraints.txt")
    return next((path for path in places if path.is_file()), None)


def form_folders(name: str) -> tuple[Path, ...]:
    """Where the files of the form ``name`` are looked for, first match wins; () for no form.

    The form's own folders come before the shared templates, which print any form; in each
    the working folder's come first.
    """
    if name != Path(name).name:
        return ()
    roots = template_roots()
    own = [root / name for root in roots if (root / name).is_dir()]
    if not any((folder / "form.toml").is_file() for folder in own):
        return ()
    return (*own, *(root / SHARED for root in roots if (root / SHARED).is_dir()))


def form_names() -> tuple[str, ...]:
    """Every form that could be asked for, sorted."""
    found = {folder.parent.name for root in template_roots() for folder in root.glob("*/form.toml")}
    return tuple(sorted(found))
