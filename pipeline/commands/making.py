"""Make the files of a run: documents in, proven bytes out, nothing written yet.

One :class:`Task` is one file. A task is complete in itself (frozen values, no open
file), so that it can be carried to another process.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.base.crew import Answer, Crew, WorkerLostError
from pipeline.base.errors import ComponentMissing, Defect
from pipeline.model.document import Document, Rendered
from pipeline.model.editions import DocumentFormat
from pipeline.model.form import Form, template_files

# The folder inside a run for what only the page shows.
PICTURES = "pictures"

# Told a name (here the file that is begun), how many are done, how many there will be.
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


# A task, and what the files of its template's folder are.
_Key = tuple[Task, str]


@dataclass(slots=True)
class Earlier:
    """The files of the run before, proven, for the next run of the same process (``watch``).

    A file depends on its document, on the folder of its template and on the libraries and
    fonts that the process has loaded: where these are the same, so are its bytes.
    """

    files: Mapping[_Key, Rendered] = field(default_factory=dict)


def _keys(tasks: Sequence[Task], form: Form) -> list[_Key]:
    folders = [form.template(each.document, each.format.value).parent for each in tasks]
    states = {folder: _state(folder) for folder in set(folders)}
    return [(task, states[folder]) for task, folder in zip(tasks, folders, strict=True)]


def _state(folder: Path) -> str:
    """A checksum of the folder, its path and every file in it."""
    digest = hashlib.sha256(str(folder.resolve()).encode())
    for name, content in template_files(folder):
        digest.update(f"\0{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def make_all(
    tasks: Sequence[Task],
    form: Form,
    progress: Progress,
    crew: Crew | None = None,
    meanwhile: Callable[[], None] | None = None,
    *,
    earlier: Earlier | None = None,
) -> tuple[Made, ...]:
    """Every file of the run, in the order of ``tasks``.

    With a ``crew`` the PDF files are made there, the longest first. The Word files are
    made here at the same time, then ``meanwhile`` is called, while the crew still works.
    Files that are the same as ``earlier`` are taken from there, and all are kept there.
    PipelineError of a task that fails: a run has all of its files or none.
    """
    keys = _keys(tasks, form) if earlier else []
    before = earlier.files if earlier else {}
    known = {k: before[key] for k, key in enumerate(keys) if key in before}
    try:
        rendered = _rest(tasks, form, progress, crew, meanwhile, known=known)
    except BaseException:
        # A crew outlives one run (``watch``): the next would be given these answers.
        if crew:
            crew.abandon()
        raise
    made = tuple(Made(task, rendered[index]) for index, task in enumerate(tasks))
    if earlier:
        # Of a template that was saved meanwhile nobody knows what was made with it.
        same = keys == _keys(tasks, form)
        earlier.files = dict(zip(keys, (m.rendered for m in made), strict=True)) if same else {}
    return made


def _rest(
    tasks: Sequence[Task],
    form: Form,
    progress: Progress,
    crew: Crew | None,
    meanwhile: Callable[[], None] | None,
    *,
    known: Mapping[int, Rendered],
) -> dict[int, Rendered]:
    """What came of each task, by its place in ``tasks``; those that are ``known`` are done."""
    made = dict(known)
    order = [k for k in range(len(tasks)) if k not in known]
    order.sort(key=lambda index: -tasks[index].cost)
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
    return made


def _rendered(answer: Answer, tasks: Sequence[Task]) -> Rendered:
    try:
        rendered: Rendered = answer.get()
    except WorkerLostError as error:
        raise ComponentMissing("worker-lost", name=tasks[answer.key].name) from error
    return rendered


def make(task: Task, form: Form) -> Rendered:
    """One file, read back and proven before it is handed on.

    Defect for the first value that is not in its place; ComponentMissing of the renderer.
    The libraries are imported here, when they are needed: each costs a while.
    """
    from pipeline.proof import prove  # noqa: PLC0415

    rendered = render(task, form)
    proof = prove(task.document, rendered.content, task.format)
    if proof.lost:
        first = proof.lost[0]
        raise Defect(first.code, **first.params(task.name, others=len(proof.lost) - 1))
    return replace(rendered, proof=proof)


def render(task: Task, form: Form) -> Rendered:
    """One file, not yet proven."""
    if task.format is DocumentFormat.DOCX:
        from pipeline.render.docx import render_docx  # noqa: PLC0415

        return render_docx(task.document, form)
    from pipeline.render.pdf import render_pdf  # noqa: PLC0415
    from pipeline.render.pictures import draw_pages  # noqa: PLC0415

    rendered = render_pdf(task.document, form)
    drawn = draw_pages(rendered.content)
    return replace(rendered, pictures=drawn.shown, pages=drawn.pages)
