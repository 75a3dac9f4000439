"""``verify``: compare a published run with its manifest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.model.findings import Finding
from pipeline.publish.verification import Checked, find_run, findings_of, verify


@dataclass(frozen=True, slots=True)
class Verified:
    """A run, its files, and a finding for each file that changed."""

    run: Path
    files: tuple[Checked, ...]
    findings: tuple[Finding, ...]


def run(output: Path, requested: Path | None) -> Verified:
    """Verify the requested run, or the newest one in ``output``."""
    folder = find_run(output, requested)
    files = verify(folder)
    return Verified(folder, files, findings_of(files))
