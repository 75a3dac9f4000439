"""The number of Hypothesis examples for tests with expensive examples."""

from __future__ import annotations

from hypothesis import settings


def one_in(many: int) -> int:
    """The profile's number of examples (``tests/conftest.py``) divided by ``many``, at least 1."""
    return max(1, settings().max_examples // many)
