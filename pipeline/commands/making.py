"""Make the files of a run: documents in, proven bytes out, nothing written yet.

One :class:`Task` is one file. A task is complete in itself (frozen values, no open
file), so that it can be carried to another process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.errors import Defect
from pipeline.model.document import Document, Rendered
from pipeline.model.editions import DocumentFormat
from pipeline.model.form import Form

# Folders inside a run for what only the page of all runs shows.
PICTURES = "pictures"
PRINTING = "print"

# Told the file that is begun, how many are done, and how many there will be.
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
    def printing(self) -> Mapping[str, bytes]:
        """The copy for printing by its name in the run; none of a Word file."""
        copy = self.rendered.printing
        return {} if copy is None else {f"{PRINTING}/{self.task.name}": copy}

    @property
    def files(self) -> Mapping[str, bytes]:
        """Every file of the run that this task makes, the document first."""
        return {self.task.name: self.rendered.content, **self.pictures, **self.printing}


def make_all(tasks: Sequence[Task], form: Form, progress: Progress) -> tuple[Made, ...]:
    """Every file of the run, in the order of ``tasks``.

    PipelineError of the first task that fails: a run has all of its files or none.
    """
    made: list[Made] = []
    for task in tasks:
        progress(task.name, len(made), len(tasks))
        made.append(Made(task, make(task, form)))
    return tuple(made)


def make(task: Task, form: Form) -> Rendered:
    """One file, read back and proven before it is handed on.

    Defect for the first value that is not in its place; ComponentMissing of the renderer.
    The libraries are imported here, when they are needed: each costs a while.
    """
    from pipeline.stations.prove import prove  # noqa: PLC0415

    rendered = render(task, form)
    proof = prove(task.document, rendered.content, task.format)
    if proof.lost:
        first = proof.lost[0]
        raise Defect(first.code, **first.params(task.name, others=len(proof.lost) - 1))
    return replace(rendered, proof=proof)


def render(task: Task, form: Form) -> Rendered:
    """One file, not yet proven."""
    if task.format is DocumentFormat.DOCX:
        from pipeline.stations.render_docx import render_docx  # noqa: PLC0415

        return render_docx(task.document, form)
    from pipeline.stations.pictures import draw_pages  # noqa: PLC0415
    from pipeline.stations.printing import opens_print_dialogue  # noqa: PLC0415
    from pipeline.stations.render_pdf import render_pdf  # noqa: PLC0415

    rendered = render_pdf(task.document, form)
    drawn = draw_pages(rendered.content)
    return replace(
        rendered,
        pictures=drawn.shown,
        pages=drawn.pages,
        printing=opens_print_dialogue(rendered.content),
    )
