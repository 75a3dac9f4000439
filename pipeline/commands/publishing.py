"""Make a draft visible: one folder of files, and what there is to tell of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.commands.drafting import Draft
from pipeline.commands.making import Task
from pipeline.model.editions import Companion, DocumentFormat, Edition
from pipeline.model.findings import Finding, any_blocks
from pipeline.model.request import Request
from pipeline.publish.index import index
from pipeline.publish.runs import Published, publish


@dataclass(frozen=True, slots=True)
class File:
    """One published file."""

    path: Path
    edition: Edition | Companion
    format: DocumentFormat
    sha256: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one master. ``run`` is None where nothing was published."""

    workbook: Path
    run: Path | None
    files: tuple[File, ...]
    findings: tuple[Finding, ...]

    @property
    def failed(self) -> bool:
        """Whether something that was asked for was not made."""
        return any_blocks(self.findings)


def publish_draft(made: Draft, request: Request) -> Outcome:
    """Make the draft visible, as one run; nothing where it holds no file."""
    if not made.contents:
        return Outcome(made.workbook, None, (), made.findings)
    published = publish(
        request.output,
        made.contents,
        label=made.workbook.stem,
        now=request.now,
        manifest=made.manifest,
        index=index,
    )
    findings = (*made.findings, *published.findings)
    return Outcome(made.workbook, published.run, _files(made.tasks, published), findings)


def _files(tasks: Iterable[Task], published: Published) -> tuple[File, ...]:
    return tuple(
        File(
            published.run / task.name,
            task.document.edition,
            task.format,
            published.sha256[task.name],
        )
        for task in tasks
    )
