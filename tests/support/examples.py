"""How many examples Hypothesis tries where one of them costs much."""

from __future__ import annotations

from hypothesis import settings


def one_in(many: int) -> int:
    """So many of the examples that the profile has (``tests/conftest.py``), one at least."""
    return max(1, settings().max_examples // many)
