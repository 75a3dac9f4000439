"""Paths of the form folders, the inputs and the outputs.

All paths are relative to the working folder, as the officer sees it. Only the
shipped forms are also found inside the installed package.
"""

from __future__ import annotations

from pathlib import Path

INPUTS = Path("inputs")
OUTPUT = Path("output")
DEFAULT_FORM = "shiryo1"
# The templates that print any form.
SHARED = "shared"
# MANIFEST is in every run and records its inputs. LATEST is next to the runs and names the newest.
MANIFEST = "manifest.json"
LATEST = "latest.json"
# The annotated copy of the master: in a run with findings, or where ``check --annotate`` writes it.
ANNOTATED = "検査結果.xlsx"
# The author of the comments in it.
ANNOTATOR = "検査"
# A master's name with this ending is the name of the workbook with the council's opinions.
RESULTS_ENDING = "_懇談会意見"
# Every opinion workbook of this project has this sheet; no master has it.
ABOUT_SHEET = "このブックについて"


def finished_folder(run: str) -> str:
    """The folder for the documents that an officer finished by hand; it is never overwritten."""
    return f"{run}_完成版"


_PACKAGE = Path(__file__).resolve().parents[1]


def template_roots() -> tuple[Path, ...]:
    """Folders searched for forms, first match wins: the working folder's, then the shipped one.

    In a checkout the shipped one is the ``templates`` folder next to the package; in an
    installed wheel it is inside the package.
    """
    roots = (Path("templates").absolute(), _PACKAGE / "templates", _PACKAGE.parent / "templates")
    return tuple(dict.fromkeys(roots))


def tested_versions_file() -> Path | None:
    """The file with the exact versions that were tested; None when it is not installed.

    A checkout has ``constraints.txt`` next to the package, a wheel has a copy inside it.
    """
    places = (_PACKAGE / "constraints.txt", _PACKAGE.parent / "constraints.txt")
    return next((path for path in places if path.is_file()), None)


def form_folders(name: str) -> tuple[Path, ...]:
    """The folders searched for files of the form ``name``, first match wins; () if no such form.

    The form's own folders come before the shared templates, which print any form. Within
    both groups, the working folder comes first.
    """
    if name != Path(name).name:
        return ()
    roots = template_roots()
    own = [root / name for root in roots if (root / name).is_dir()]
    if not any((folder / "form.toml").is_file() for folder in own):
        return ()
    return (*own, *(root / SHARED for root in roots if (root / SHARED).is_dir()))


def form_names() -> tuple[str, ...]:
    """The names of all available forms, sorted."""
    found = {folder.parent.name for root in template_roots() for folder in root.glob("*/form.toml")}
    return tuple(sorted(found))
