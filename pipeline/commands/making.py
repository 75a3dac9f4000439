"""Make the files of a run: documents in, proven bytes out, nothing written yet.

One :class:`Task` is one file. A task is complete in itself (frozen values, no open
file), so that a worker can make it. The renderers are loaded in the workers alone.
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

# The folder inside a run for what only the page shows.
PICTURES = "pictures"

# Told a name (here of a file that is being made), how many are done, how many there will be.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Task:
    """One file to make: a document and the format it is wanted in."""

    document: Document
    format: DocumentFormat

    @property
    def name(self) -> str:
        """The name of the file: ``資料１_会議用.pdf``."""
        return f"{self.document.file_stem}.{self.format.value}"

    @property
    def cost(self) -> int:
        """How long it takes, to compare by: a PDF is laid out line by line."""
        rows = 1 + len(self.document.row_numbers)
        return rows * (10 if self.format is DocumentFormat.PDF else 1)


@dataclass(frozen=True, slots=True)
class Made:
    """A task and what came of it."""

    task: Task
    rendered: Rendered

    @property
    def pictures(self) -> Mapping[str, bytes]:
        """The pictures of the pages by their names in the run: ``pictures/資料１_会議用_1.png``."""
        stem = self.task.document.file_stem
        return {
            f"{PICTURES}/{stem}_{number}.png": picture
            for number, picture in enumerate(self.rendered.pictures, start=1)
        }

    @property
    def files(self) -> Mapping[str, bytes]:
        """Every file of the run that this task makes, the document first."""
        return {self.task.name: self.rendered.content, **self.pictures}


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one run, begun: the tasks and, in their order, the job of each.

    ``templates`` is a checksum of what they are made with.
    """

    tasks: tuple[Task, ...]
    jobs: tuple[Job[Rendered], ...]
    templates: str = ""

    def made(self, progress: Progress) -> tuple[Made, ...]:
        """Every file, in the order of the tasks, once all are done.

        PipelineError of the first that fails: a run has all of its files or none, so that
        the others are given up.
        """
        waiting = [job.name for job in self.jobs]
        try:
            for job in as_done(self.jobs):
                _raise_lost(job)
                waiting.remove(job.name)
                progress((*waiting, job.name)[0], len(self.jobs) - len(waiting), len(self.jobs))
        except BaseException:
            self.cancel()
            raise
        results = (job.result() for job in self.jobs)
        return tuple(Made(task, done) for task, done in zip(self.tasks, results, strict=True))

    def cancel(self) -> None:
        """Give up what is not done."""
        for job in self.jobs:
            job.cancel()


def begin(
    tasks: Sequence[Task], form: Form, workers: Workers, before: Files | None = None
) -> Files:
    """Have every file made, the longest first.

    What is the same as ``before``, in the run before of the same process, is not made again: a
    file depends on its document, its templates and the libraries that the workers have loaded.
    """
    templates = templates_of(form)
    same = before is not None and before.templates == templates
    known = dict(zip(before.tasks, before.jobs, strict=True)) if before and same else {}
    order = sorted(tasks, key=lambda task: -task.cost)
    jobs = {task.name: known.get(task) or render(task, form, workers) for task in order}
    return Files(tuple(tasks), tuple(jobs[task.name] for task in tasks), templates)


def templates_of(form: Form) -> str:
    """A checksum of everything that the form's documents are made with."""
    digest = hashlib.sha256()
    for name, content in template_files(form.folders):
        digest.update(f"\0{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def render(task: Task, form: Form, workers: Workers) -> Job[Rendered]:
    """Have one file made and read back; its proof tells what was lost."""
    return workers.schedule(task.name, len(task.document.row_numbers), _render, task, form)


def check(
    kind: DocumentFormat, documents: Sequence[Document], form: Form, workers: Workers
) -> Job[tuple[Finding, ...]]:
    """Have the form's templates for one format looked through."""
    return workers.schedule(form.name, 0, _check, kind, documents, form)


def _raise_lost(job: Job[Rendered]) -> None:
    """ComponentMissing for the first value that the template does not show in its place."""
    proof = job.result().proof
    if proof is not None and proof.lost:
        first = proof.lost[0]
        raise ComponentMissing(first.code, **first.params(job.name, others=len(proof.lost) - 1))


# ---- in a worker


def _render(task: Task, form: Form) -> Rendered:
    rendered: Rendered = _renderer(task.format).render(task, form)
    return rendered


def _check(kind: DocumentFormat, documents: Sequence[Document], form: Form) -> tuple[Finding, ...]:
    found: tuple[Finding, ...] = _renderer(kind).check(documents, form)
    return found


def _renderer(kind: DocumentFormat) -> Any:
    """The module that makes files of this format."""
    return importlib.import_module(RENDERERS[kind])
