"""``verify``: a published run against its manifest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.model.findings import Finding
from pipeline.publish.verification import Checked, find_run, findings_of, verify


@dataclass(frozen=True, slots=True)
class Verified:
    """A run, its files, and a finding for each that is not as it was."""

    run: Path
    files: tuple[Checked, ...]
    findings: tuple[Finding, ...]


def run(output: Path, asked: Path | None) -> Verified:
    """The run that was asked for, or the newest of ``output``."""
    folder = find_run(output, asked)
    files = verify(folder)
    return Verified(folder, files, findings_of(files))
