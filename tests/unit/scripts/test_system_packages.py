from __future__ import annotations

import ctypes
import shutil
from collections.abc import Iterator

import pytest

from scripts import system_packages as script


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No program on the path, no library that loads."""

    def refuse(name: str) -> None:
        raise OSError(name)

    def nothing(_name: str) -> None:
        return None

    monkeypatch.setattr(shutil, "which", nothing)
    monkeypatch.setattr(ctypes, "CDLL", refuse)
    script.font_families.cache_clear()
    yield
    script.font_families.cache_clear()


def test_a_machine_that_is_set_up_lacks_nothing() -> None:
    assert script.missing("tests") == ()


@pytest.mark.usefixtures("bare_machine")
def test_a_bare_machine_lacks_every_package_of_the_handouts() -> None:
    assert script.missing("handouts") == tuple(script.HANDOUTS)


@pytest.mark.usefixtures("bare_machine")
def test_npm_is_asked_for_only_once_node_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert script.missing("tests") == tuple(name for name in script.TESTS if name != "npm")
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/node" if name == "node" else None)
    assert "npm" in script.missing("tests")
    assert "nodejs" not in script.missing("tests")


@pytest.mark.parametrize(
    ("purpose", "package"), [("handouts", "fonts-ipamj-mincho"), ("tests", "libreoffice-calc")]
)
def test_one_missing_thing_names_its_package(
    purpose: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = {**script.PURPOSES[purpose], package: lambda: False}
    monkeypatch.setattr(script, "PURPOSES", {purpose: table})
    assert script.missing(purpose) == (package,)
