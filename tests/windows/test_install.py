"""A plain ``pip install`` on Windows, with a Python outside the folder from the zip."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

from support.commands import published, shiryo
from support.wine import SAMPLE, Bundle, same_documents


def test_pip_installs_a_pango_that_takes_precedence(
    bundle: Bundle, other_pango: Path, linux: Path
) -> None:
    place = bundle.place("pip の", linux)
    # Without its path file, it behaves like an installed Python.
    shutil.copytree(bundle.folder / "program/python", place / "python")
    (place / "python/python313._pth").unlink()
    python = bundle.wine.named(place / "python/python.exe")
    arguments = ("--no-index", "--find-links", "wheels", "--no-compile")
    pip = copy_of_pip(place / "pip")
    wheels_for_wine(bundle, place / "wheels")
    done = bundle.wine.run(
        python, bundle.wine.named(pip), "install", *arguments, "shiryo-handouts", cwd=place
    )
    assert done.status == 0, done.messages
    assert "gstreamer-libs" in done.output

    command = bundle.wine.named(place / "python/Scripts/shiryo.exe")
    path = bundle.wine.named(other_pango)
    doctor = bundle.wine.run(command, "doctor", cwd=place, WINEPATH=path)
    assert doctor.status == 0, doctor.messages
    assert "よい　Pango" in doctor.messages
    assert "よい　痕跡" in doctor.messages
    build = ("build", SAMPLE, "--documents", "handout")
    done = bundle.wine.run(command, *build, cwd=place, WINEPATH=path)
    assert done.status == 0, done.messages
    assert shiryo(linux, *build).returncode == 0
    same_documents(published(place)[-1], published(linux)[-1])
    shutil.rmtree(place)


def copy_of_pip(place: Path) -> Path:
    """A copy of this machine's pip, which is pure Python."""
    found = importlib.util.find_spec("pip")
    assert found is not None
    assert found.origin is not None
    return Path(shutil.copytree(Path(found.origin).parent, place))


def wheels_for_wine(bundle: Bundle, place: Path) -> None:
    """The wheels that pip would download from PyPI, with a numpy that Wine can run."""
    shutil.copytree(os.environ["SHIRYO_WHEELS"], place)
    (newer,) = place.glob("numpy-*.whl")
    newer.unlink()
    for replacement in (bundle.wine.root / "numpy").glob("*.whl"):
        shutil.copy(replacement, place)
