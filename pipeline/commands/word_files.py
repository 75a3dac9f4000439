"""Word files: a task in, the proofread file out. Only the workers load this module (docxtpl)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.commands.making import Task
from pipeline.model.document import Document, Rendered
from pipeline.model.findings import Finding
from pipeline.model.form import Form
from pipeline.proof import prove
from pipeline.render.docx import check_docx_template, render_docx


def render(task: Task, form: Form) -> Rendered:
    """The file with its proof. The renderer raises ComponentMissing."""
    rendered = render_docx(task.document, form)
    return replace(rendered, proof=prove(task.document, rendered.content, task.format))


def check(documents: Sequence[Document], form: Form) -> tuple[Finding, ...]:
    """The findings of the Word templates."""
    # Both editions use the same template.
    by_template = {document.template: document for document in documents}.values()
    return tuple(found for document in by_template for found in check_docx_template(document, form))
