"""Make the files of a run: documents in, bytes with their proof out; nothing is written to disk.

One :class:`Task` is one file. A task contains all that a worker needs (frozen values, no open
file). Only the workers load the renderers.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.base.errors import ComponentMissing
from pipeline.commands.workers import RENDERERS, Job, Workers, as_done
from pipeline.model.document import Document, Rendered
from pipeline.model.editions import DocumentFormat
from pipeline.model.findings import Finding
from pipeline.model.form import Form, template_files

# The folder inside a run for pictures that only the page shows.
PICTURES = "pictures"

# Called with a name (here of a file that is being made), the number done and the total number.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Task:
    """One file to make: a document and its format."""

    document: Document
    format: DocumentFormat

    @property
    def name(self) -> str:
        """The name of the file: ``資料１_会議用.pdf``."""
        return f"{self.document.file_stem}.{self.format.value}"

    @property
    def cost(self) -> int:
        """The relative time it takes; a PDF takes longer, because every line is laid out."""
        rows = 1 + len(self.document.row_numbers)
        return rows * (10 if self.format is DocumentFormat.PDF else 1)


@dataclass(frozen=True, slots=True)
class Made:
    """A task and its rendered file."""

    task: Task
    rendered: Rendered

    @property
    def pictures(self) -> Mapping[str, bytes]:
        """The pages' pictures by their names in the run: ``pictures/資料１_会議用_1.png``."""
        stem = self.task.document.file_stem
        return {
            f"{PICTURES}/{stem}_{number}.png": picture
            for number, picture in enumerate(self.rendered.pictures, start=1)
        }

    @property
    def files(self) -> Mapping[str, bytes]:
        """Every file that this task adds to the run, the document first."""
        return {self.task.name: self.rendered.content, **self.pictures}


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one run, scheduled: the tasks and their jobs, in the same order.

    ``templates`` is a checksum of the templates.
    """

    tasks: tuple[Task, ...]
    jobs: tuple[Job[Rendered], ...]
    templates: str = ""

    def made(self, progress: Progress) -> tuple[Made, ...]:
        """Wait for all files; return them in the order of the tasks.

        PipelineError of the first file that fails. The other jobs are then cancelled, because a
        run has all of its files or none.
        """
        pending = [job.name for job in self.jobs]
        try:
            for job in as_done(self.jobs):
                _raise_if_lost(job)
                pending.remove(job.name)
                progress((*pending, job.name)[0], len(self.jobs) - len(pending), len(self.jobs))
        except BaseException:
            self.cancel()
            raise
        results = (job.result() for job in self.jobs)
        return tuple(
            Made(task, rendered) for task, rendered in zip(self.tasks, results, strict=True)
        )

    def cancel(self) -> None:
        """Cancel the jobs that are not done."""
        for job in self.jobs:
            job.cancel()


def begin(
    tasks: Sequence[Task], form: Form, workers: Workers, before: Files | None = None
) -> Files:
    """Schedule every file, the one that takes longest first.

    ``before`` is the previous run of this process; a file that is unchanged since is not made
    again. A file depends only on its document, the templates and the loaded libraries.
    """
    templates = templates_of(form)
    same_templates = before is not None and before.templates == templates
    reusable = (
        dict(zip(before.tasks, before.jobs, strict=True)) if before and same_templates else {}
    )
    order = sorted(tasks, key=lambda task: -task.cost)
    jobs = {task.name: reusable.get(task) or render(task, form, workers) for task in order}
    return Files(tuple(tasks), tuple(jobs[task.name] for task in tasks), templates)


def templates_of(form: Form) -> str:
    """A checksum of all template files of the form."""
    digest = hashlib.sha256()
    for name, content in template_files(form.folders):
        digest.update(f"\0{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def render(task: Task, form: Form, workers: Workers) -> Job[Rendered]:
    """Schedule one file to be made and proofread; its proof lists the lost values."""
    return workers.schedule(task.name, len(task.document.row_numbers), _render, task, form)


def check(
    kind: DocumentFormat, documents: Sequence[Document], form: Form, workers: Workers
) -> Job[tuple[Finding, ...]]:
    """Schedule a check of the form's templates for one format."""
    return workers.schedule(form.name, 0, _check, kind, documents, form)


def _raise_if_lost(job: Job[Rendered]) -> None:
    """Raise ComponentMissing for the first value that is not printed in its place."""
    proof = job.result().proof
    if proof is not None and proof.lost:
        first = proof.lost[0]
        raise ComponentMissing(first.code, **first.params(job.name, others=len(proof.lost) - 1))


# ---- runs in a worker


def _render(task: Task, form: Form) -> Rendered:
    rendered: Rendered = _renderer(task.format).render(task, form)
    return rendered


def _check(kind: DocumentFormat, documents: Sequence[Document], form: Form) -> tuple[Finding, ...]:
    found: tuple[Finding, ...] = _renderer(kind).check(documents, form)
    return found


def _renderer(kind: DocumentFormat) -> Any:
    """Import the module that makes files of this format."""
    return importlib.import_module(RENDERERS[kind])
