"""A real browser: Debian's chromium, controlled by Playwright; it makes no requests of its own."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, Page, Playwright

from support.tools import axe, program

_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)


@contextlib.contextmanager
def chromium(playwright: Playwright, *, display: str | None = None) -> Iterator[Browser]:
    """The browser: headless, or with a window on ``display`` if one is given."""
    browser = playwright.chromium.launch(
        executable_path=program("chromium"),
        headless=display is None,
        args=list(_FLAGS),
        env={**os.environ} if display is None else {**os.environ, "DISPLAY": display},
    )
    try:
        yield browser
    finally:
        browser.close()


@contextlib.contextmanager
def virtual_display() -> Iterator[str]:
    """The name (``:99``) of a display that exists only in memory."""
    reader, writer = os.pipe()
    server = subprocess.Popen(
        [
            *(program("Xvfb"), "-displayfd", str(writer)),
            *("-screen", "0", "1280x1024x24", "-nolisten", "tcp"),
        ],
        pass_fds=[writer],
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    try:
        with os.fdopen(reader, encoding="ascii") as numbers:
            yield f":{numbers.readline().strip()}"
    finally:
        server.terminate()
        server.wait(timeout=10)


def violations(page: Page) -> list[str]:
    """axe-core's violations in the page: the rule, its help and the first element of each."""
    page.evaluate(axe())
    report: dict[str, Any] = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {rule['help']}: {rule['nodes'][0]['html']}" for rule in report["violations"]
    ]
