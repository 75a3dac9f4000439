"""Publish a draft: one folder of files, with its findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.base.paths import ANNOTATED
from pipeline.commands.drafting import draft
from pipeline.commands.making import Files, Progress, Task
from pipeline.commands.planning import Plan
from pipeline.model.editions import Companion, DocumentFormat, Edition
from pipeline.model.findings import Finding, any_blocks
from pipeline.publish.index import index
from pipeline.publish.runs import Published, publish


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """One published file."""

    path: Path
    edition: Edition | Companion
    format: DocumentFormat
    sha256: str


@dataclass(frozen=True, slots=True)
class Publication:
    """The result of one master. ``run`` is None if no document was made.

    ``annotated`` is 検査結果.xlsx, None if there is no finding.
    """

    workbook: Path
    run: Path | None
    files: tuple[PublishedFile, ...]
    findings: tuple[Finding, ...]
    annotated: Path | None = None

    @property
    def failed(self) -> bool:
        """Whether a requested document was not made."""
        return any_blocks(self.findings)


def publish_draft(planned: Plan, files: Files, progress: Progress) -> Publication:
    """Publish the files as one run once all are made, or the findings that prevent it.

    ``progress`` is called with the name of a file that is being made, the number done and the
    total number. PipelineError if a file can't be made or the run can't be written.
    """
    made, request = draft(planned, files, progress), planned.request
    workbook, is_blocked = planned.intake.path, not planned.tasks
    published = publish(
        request.output,
        made.contents,
        label=workbook.stem,
        now=request.now,
        manifest=made.manifest,
        index=index,
        is_blocked=is_blocked,
    )
    return Publication(
        workbook,
        None if is_blocked else published.run,
        _files(planned.tasks, published),
        (*made.findings, *published.findings),
        published.run / ANNOTATED if ANNOTATED in made.contents else None,
    )


def _files(tasks: Iterable[Task], published: Published) -> tuple[PublishedFile, ...]:
    return tuple(
        PublishedFile(
            published.run / task.name,
            task.document.edition,
            task.format,
            published.sha256[task.name],
        )
        for task in tasks
    )
