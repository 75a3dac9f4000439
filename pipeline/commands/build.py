"""``build``: one master in, one published run out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.commands.drafting import Draft, draft
from pipeline.commands.intake import take_in
from pipeline.commands.making import Progress, Task
from pipeline.crew import Crew
from pipeline.model.editions import Companion, DocumentFormat, Edition
from pipeline.model.findings import Finding, any_blocks
from pipeline.model.form import load_form
from pipeline.model.intake import Intake
from pipeline.model.request import Request
from pipeline.stations.index import index
from pipeline.stations.index import prepare as prepare_index
from pipeline.stations.publish import Published, publish


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


def run(
    request: Request,
    progress: Progress,
    crew: Crew | None = None,
    tell: Callable[[Intake], None] | None = None,
) -> Outcome:
    """Take the master in, make the editions, publish them together.

    ``progress`` is told the name of each file as it is begun, how many are done
    and how many there will be. ``crew`` makes the PDF files, where there is one.
    ``tell`` is given the master with its findings before the files are made.
    """
    form = load_form(request.form_name)
    intake = take_in(request.source, form)
    if tell:
        tell(intake)
    made = draft(intake, form, request, progress, crew=crew, meanwhile=prepare_index)
    return publish_draft(made, request)


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
