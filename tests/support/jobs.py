"""Jobs for workers of another program than the tests' own."""

from __future__ import annotations


def spin() -> None:
    """Without end."""
    while True:
        pass
