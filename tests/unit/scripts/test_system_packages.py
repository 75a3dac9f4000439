from __future__ import annotations

import ctypes
import shutil
from collections.abc import Iterator

import pytest

from scripts import system_packages as script


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without programs on the path; no library loads."""

    def refuse(name: str) -> None:
        raise OSError(name)

    def nothing(_name: str) -> None:
        return None

    monkeypatch.setattr(shutil, "which", nothing)
    monkeypatch.setattr(ctypes, "CDLL", refuse)
    script.font_families.cache_clear()
    yield
    script.font_families.cache_clear()


def test_prepared_machine_lacks_no_package() -> None:
    assert script.missing("tests") == ()


@pytest.mark.usefixtures("bare_machine")
def test_bare_machine_lacks_every_package() -> None:
    assert script.missing("handouts") == tuple(script.HANDOUTS)


@pytest.mark.usefixtures("bare_machine")
def test_npm_is_required_only_with_node(monkeypatch: pytest.MonkeyPatch) -> None:
    assert script.missing("tests") == tuple(name for name in script.TESTS if name != "npm")
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/node" if name == "node" else None)
    assert "npm" in script.missing("tests")
    assert "nodejs" not in script.missing("tests")


@pytest.mark.parametrize(
    ("purpose", "package"), [("handouts", "fonts-ipamj-mincho"), ("tests", "libreoffice-calc")]
)
def test_missing_part_names_its_package(
    purpose: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = {**script.PURPOSES[purpose], package: lambda: False}
    monkeypatch.setattr(script, "PURPOSES", {purpose: table})
    assert script.missing(purpose) == (package,)
