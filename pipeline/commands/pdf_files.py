"""PDF files: a task in, the proven file out. Loaded by the workers alone (WeasyPrint).

With the file come pictures of its pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.commands.making import Task
from pipeline.model.document import Document, Rendered
from pipeline.model.findings import Finding
from pipeline.model.form import Form
from pipeline.proof import prove
from pipeline.render.pdf import check_pdf_templates, render_pdf
from pipeline.render.pictures import draw_pages


def render(task: Task, form: Form) -> Rendered:
    """The file with its proof and what the page of all runs shows of it.

    ComponentMissing and Defect of the renderer.
    """
    rendered = render_pdf(task.document, form)
    pictures, pages = draw_pages(rendered.content)
    return replace(
        rendered,
        pictures=pictures,
        pages=pages,
        proof=prove(task.document, rendered.content, task.format),
    )


def check(documents: Sequence[Document], form: Form) -> tuple[Finding, ...]:
    """The mistakes that the page templates and style sheets show by themselves."""
    return check_pdf_templates(documents, form)
