"""What holds for every test: how many examples Hypothesis tries, and who does the work."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is slow to make examples; that says nothing of us.
settings.register_profile(
    "gate",
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("fuzz", settings.get_profile("gate"), max_examples=300, derandomize=False)
# The gate tries the same few every time; ``pytest --hypothesis-profile=fuzz`` (the session
# ``fuzz``) tries many, and others each time.
settings.load_profile("gate")


# A shell that starts something in the background has it ignore Ctrl+C, and so would every
# program that a test starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _one_processor() -> Iterator[None]:
    """A command that runs in this process has one worker: other tests have the other processors."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "sched_getaffinity", lambda _: {0})
        yield
