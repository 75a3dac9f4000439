"""``serve``: when it opens a browser and when it only prints the address."""

from __future__ import annotations

import webbrowser

import pytest

from pipeline.cli.cmd_serve import open_page

ADDRESS = "http://127.0.0.1:1/open?token=t"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    addresses: list[str] = []
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)

    def open_address(address: str) -> bool:
        addresses.append(address)
        return True

    monkeypatch.setattr(webbrowser, "open", open_address)
    return addresses


def test_without_a_screen_the_address_is_printed_and_no_browser_opened(
    opened: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    open_page(ADDRESS, no_browser=False)
    stderr = capsys.readouterr().err
    assert opened == []
    assert ADDRESS in stderr
    assert "このアドレスをブラウザーで開いてください" in stderr


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY", "BROWSER"])
def test_browser_is_opened_if_there_is_a_screen(
    opened: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setenv(name, "x")
    open_page(ADDRESS, no_browser=False)
    assert opened == [ADDRESS]
    assert "開いてください" not in capsys.readouterr().err
    open_page(ADDRESS, no_browser=True)
    assert opened == [ADDRESS]
