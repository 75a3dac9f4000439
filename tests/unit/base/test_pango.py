from __future__ import annotations

import tempfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pipeline.base import pango
from pipeline.base.pango import use_packaged_pango


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages that contains the packages with Pango."""
    for name in ("gstreamer_libs", "gstreamer_ext_runtime"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise AssertionError", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_packaged_pango_is_the_only_one_on_the_path(packages: Path) -> None:
    variables = {"PATH": r"C:\msys64\ucrt64\bin;C:\GTK\bin", "SYSTEMROOT": "W"}
    use_packaged_pango(variables, "win32")
    libraries, runtime, system = variables["PATH"].split(";")
    assert libraries == str(packages / "gstreamer_libs" / "bin")
    assert runtime == str(packages / "gstreamer_ext_runtime" / "bin")
    assert system == str(Path("W", "System32"))
    assert variables["WEASYPRINT_DLL_DIRECTORIES"] == f"{libraries};{runtime}"


def test_second_call_sets_the_same_values(packages: Path) -> None:
    assert packages.is_dir()
    variables = {"PATH": "somewhere"}
    use_packaged_pango(variables, "win32")
    once = dict(variables)
    use_packaged_pango(variables, "win32")
    assert variables == once


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_other_systems_are_unchanged(packages: Path, platform: str) -> None:
    assert packages.is_dir()
    variables: dict[str, str] = {}
    use_packaged_pango(variables, platform)
    assert variables == {}


def test_without_the_package_the_path_is_unchanged() -> None:
    variables = {"PATH": r"C:\msys64\ucrt64\bin"}
    use_packaged_pango(variables, "win32")
    assert variables == {"PATH": r"C:\msys64\ucrt64\bin"}


def test_font_cache_is_in_the_temporary_folder(packages: Path) -> None:
    assert packages.is_dir()
    variables: dict[str, str] = {}
    use_packaged_pango(variables, "win32")
    assert variables["XDG_CACHE_HOME"] == tempfile.gettempdir()
    assert variables["FONTCONFIG_FILE"] == str(pango._FONTS)
    (cache,) = ET.parse(pango._FONTS).getroot().iter("cachedir")
    assert cache.get("prefix") == "xdg"
