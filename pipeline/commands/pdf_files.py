"""PDF files: a task in, the proofread file and pictures of its pages out.

Only the workers load this module (WeasyPrint).
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
    """The file, its proof, the pictures of its pages and their number.

    The renderer raises ComponentMissing and Defect.
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
    """The findings of the page templates and style sheets."""
    return check_pdf_templates(documents, form)
