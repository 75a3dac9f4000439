"""``check-template``: a form's files, its mistakes, and whether they print everything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.base.errors import ComponentMissing, Defect, PipelineError
from pipeline.base.paths import form_folder
from pipeline.commands.documents import documents_of
from pipeline.commands.making import Task, render
from pipeline.documents.probe import probe
from pipeline.model.document import Document
from pipeline.model.editions import A4, DocumentFormat, Edition
from pipeline.model.findings import Finding, any_blocks, finding, from_error
from pipeline.model.form import Form, load_form
from pipeline.model.proof import Proof
from pipeline.proof import prove

_DATE = dt.datetime(2026, 3, 9, tzinfo=dt.UTC)
# Neither is the template's fault: a machine lacks a font; the probe is tall on purpose.
_FONT = "font-missing"
_TALL = "row-taller-than-page"


@dataclass(frozen=True, slots=True)
class CheckedTemplate:
    """A form, what was found in it, and what was found of the probe in each file."""

    folder: Path
    findings: tuple[Finding, ...]
    proofs: dict[str, Proof]


def run(form_name: str) -> CheckedTemplate:
    """Look at every file of the form, then print made-up records through it.

    UsageMistake for an unknown form, ComponentMissing for a font that is not installed;
    everything else is a finding.
    """
    folder = form_folder(form_name) or Path(form_name)
    try:
        form = load_form(form_name)
    except ComponentMissing as error:
        return CheckedTemplate(folder, (from_error(error),), {})
    documents = _documents(form)
    findings: list[Finding] = []
    proofs: dict[str, Proof] = {}
    for kind in DocumentFormat:
        found = _static(kind, documents, form)
        findings += found
        if any_blocks(found):
            continue
        for document in documents:
            if kind in document.formats:
                findings += _printed(Task(document, kind), form, proofs)
    return CheckedTemplate(folder, tuple(dict.fromkeys(findings)), proofs)


def _documents(form: Form) -> tuple[Document, ...]:
    """Every document of the form, made of the probe."""
    table = form.file.judgement
    return documents_of(probe(form), form, tuple(Edition), A4, date=_DATE, judgement=table)


def _static(kind: DocumentFormat, documents: Sequence[Document], form: Form) -> tuple[Finding, ...]:
    """The mistakes that the templates of one format show by themselves."""
    try:
        if kind is DocumentFormat.PDF:
            from pipeline.render.pdf import check_pdf_templates  # noqa: PLC0415

            return check_pdf_templates(documents, form)
        from pipeline.render.docx import check_docx_template  # noqa: PLC0415

        # Both editions have one template.
        each = {document.template: document for document in documents}.values()
        return tuple(found for document in each for found in check_docx_template(document, form))
    except PipelineError as error:
        return (from_error(error),)


def _printed(task: Task, form: Form, proofs: dict[str, Proof]) -> Iterator[Finding]:
    """What goes wrong where the probe is printed and read back."""
    try:
        rendered = render(task, form)
    except (ComponentMissing, Defect) as error:
        if error.code == _FONT:
            raise
        yield from_error(error)
        return
    yield from (found for found in rendered.findings if found.code != _TALL)
    proof = prove(task.document, rendered.content, task.format)
    proofs[task.name] = proof
    for lost in proof.lost:
        yield finding(lost.code, **lost.params(task.name))
