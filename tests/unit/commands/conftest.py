"""Workers that the tests of this folder share, because starting them takes a second."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.commands.workers import Workers


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    with Workers(2) as started:
        yield started
