"""Jobs for workers that a program other than the tests starts."""

from __future__ import annotations


def spin() -> None:
    """Run endlessly."""
    while True:
        pass
