"""Make the files of a run: documents in, finished bytes out, nothing written yet.

One :class:`Task` is one file. A task is complete in itself (frozen values, no open
file), so that it can be carried to another process.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.crew import Answer, Crew, WorkerLostError
from pipeline.errors import ComponentMissing
from pipeline.model.editions import DocumentFormat
from pipeline.model.form import Form
from pipeline.model.handout import Handout, Rendered

# Told the file that is begun, how many are done, and how many there will be.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Task:
    """One file to make: a document and the format it is wanted in."""

    document: Handout
    format: DocumentFormat

    @property
    def name(self) -> str:
        """The name of the file: ``資料１_会議用.pdf``."""
        return f"{self.document.file_stem}.{self.format.value}"

    @property
    def cost(self) -> int:
        """How long it takes, to compare by: a PDF is laid out line by line."""
        rows = 1 + len(self.document.rows)
        return rows * (10 if self.format is DocumentFormat.PDF else 1)


@dataclass(frozen=True, slots=True)
class Made:
    """A task and what came of it."""

    task: Task
    rendered: Rendered


def make_all(
    tasks: Sequence[Task],
    form: Form,
    progress: Progress,
    crew: Crew | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> tuple[Made, ...]:
    """Every file of the run, in the order of ``tasks``.

    With a ``crew`` the PDF files are made there, the longest first. The Word files are
    made here at the same time, then ``meanwhile`` is called, while the crew still works.
    PipelineError of a task that fails: a run has all of its files or none.
    """
    made: dict[int, Rendered] = {}
    order = sorted(range(len(tasks)), key=lambda index: -tasks[index].cost)
    away = deque(i for i in order if crew and tasks[i].format is DocumentFormat.PDF)
    here = deque(i for i in order if i not in away)
    while len(made) < len(tasks):
        while crew and away and crew.has_room:
            index = away.popleft()
            progress(tasks[index].name, len(made), len(tasks))
            crew.give(index, make, tasks[index], form)
        if here:
            index = here.popleft()
            progress(tasks[index].name, len(made), len(tasks))
            made[index] = make(tasks[index], form)
        elif crew and meanwhile:
            meanwhile()
            meanwhile = None
        for answer in crew.collect(block=not here and not meanwhile) if crew else ():
            made[answer.key] = _rendered(answer, tasks)
    return tuple(Made(task, made[index]) for index, task in enumerate(tasks))


def _rendered(answer: Answer, tasks: Sequence[Task]) -> Rendered:
    try:
        rendered: Rendered = answer.get()
    except WorkerLostError as error:
        raise ComponentMissing("worker-lost", name=tasks[answer.key].name) from error
    return rendered


def make(task: Task, form: Form) -> Rendered:
    """One file. The renderer is imported here, when it is needed: each costs a while."""
    if task.format is DocumentFormat.DOCX:
        from pipeline.stations.render_docx import render_docx  # noqa: PLC0415

        return render_docx(task.document, form)
    from pipeline.stations.render_pdf import render_pdf  # noqa: PLC0415

    return render_pdf(task.document, form)
