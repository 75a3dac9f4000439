"""``check-template``: check a form's files and whether its templates print every value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from pipeline.base.errors import ComponentMissing, Defect, PipelineError
from pipeline.base.paths import form_folders
from pipeline.commands.making import Task, check, render
from pipeline.commands.run_documents import documents_of
from pipeline.commands.workers import Job, Workers
from pipeline.documents.probe import probe
from pipeline.model.document import Document, Rendered
from pipeline.model.editions import DocumentFormat
from pipeline.model.findings import Finding, any_blocks, finding, from_error
from pipeline.model.form import Form
from pipeline.model.form_file import load_form
from pipeline.model.proof_result import Proof

_DATE = dt.datetime(2026, 3, 9, tzinfo=dt.UTC)
# The template causes neither: the font is not installed; the probe has a tall row on purpose.
_FONT = "font-missing"
_TALL = "row-taller-than-page"


@dataclass(frozen=True, slots=True)
class CheckedTemplate:
    """A form's folder, its findings, and the proof of each file that was made of the probe."""

    folder: Path
    findings: tuple[Finding, ...]
    proofs: dict[str, Proof]


def run(form_name: str, workers: Workers) -> CheckedTemplate:
    """Check every file of the form, then print made-up records with it.

    UsageMistake for an unknown form, ComponentMissing for a font that is not installed;
    every other problem is a finding.
    """
    folder = next(iter(form_folders(form_name)), Path(form_name))
    try:
        form = load_form(form_name)
    except ComponentMissing as error:
        return CheckedTemplate(folder, (from_error(error),), {})
    documents = _documents(form)
    template_findings = {
        kind: _template_findings(check(kind, documents, form, workers)) for kind in DocumentFormat
    }
    files = [
        render(Task(document, kind), form, workers)
        for kind in DocumentFormat
        if not any_blocks(template_findings[kind])
        for document in documents
        if kind in document.formats
    ]
    proofs: dict[str, Proof] = {}
    print_findings = [found for job in files for found in _print_findings(job, proofs)]
    found = (*chain.from_iterable(template_findings.values()), *print_findings)
    return CheckedTemplate(folder, tuple(dict.fromkeys(found)), proofs)


def _documents(form: Form) -> tuple[Document, ...]:
    """Make every document of the form from the probe's records."""
    table = form.judgement
    return documents_of(probe(form), form, form.editions, None, date=_DATE, judgement=table)


def _template_findings(job: Job[tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """The findings of one format's templates, before records are printed with them."""
    try:
        return job.result()
    except PipelineError as error:
        return (from_error(error),)


def _print_findings(job: Job[Rendered], proofs: dict[str, Proof]) -> Iterator[Finding]:
    """Findings from printing the probe and reading it back; the proof is added to ``proofs``."""
    try:
        rendered = job.result()
    except (ComponentMissing, Defect) as error:
        if error.code == _FONT:
            raise
        yield from_error(error)
        return
    yield from (found for found in rendered.findings if found.code != _TALL)
    if rendered.proof is not None:
        proofs[job.name] = rendered.proof
        for lost in rendered.proof.lost:
            yield finding(lost.code, **lost.params(job.name))
