"""Settings of all tests: the number of Hypothesis examples, Ctrl+C, one worker a command."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# On a busy machine making examples is slow; that is no defect of the code.
settings.register_profile(
    "gate",
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("fuzz", settings.get_profile("gate"), max_examples=300, derandomize=False)
# The gate tries the same few examples every time. The session ``fuzz`` tries many examples,
# which depend on its seed.
settings.load_profile("gate")


# A process that a shell starts in the background ignores Ctrl+C, and its children inherit
# this: programs that a test starts and interrupts would not react.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _one_processor() -> Iterator[None]:
    """A command in this process has one worker: the other processors run other tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "sched_getaffinity", lambda _: {0})
        yield
