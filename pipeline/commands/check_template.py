"""``check-template``: a form's files, its mistakes, and whether they print everything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.commands.making import Task, render
from pipeline.errors import ComponentMissing, Defect, PipelineError
from pipeline.model.editions import A4, DocumentFormat, Edition
from pipeline.model.findings import Finding, any_blocks, finding, from_error
from pipeline.model.form import Form, load_form
from pipeline.model.handout import Handout
from pipeline.model.proof import Proof
from pipeline.paths import form_folder
from pipeline.stations.present import present
from pipeline.stations.probe import probe
from pipeline.stations.prove import prove

_DATE = dt.datetime(2026, 3, 9, tzinfo=dt.UTC)
# Neither is the template's fault: a machine lacks a font; the probe is tall on purpose.
_FONT = "font-missing"
_TALL = "row-taller-than-page"


@dataclass(frozen=True, slots=True)
class CheckedTemplate:
    """A form, what was found in it, and what was found of the probe in each file."""

    form_name: str
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
        return CheckedTemplate(form_name, folder, (from_error(error),), {})
    handouts = [present(probe(form), form, edition, A4, date=_DATE) for edition in Edition]
    findings: list[Finding] = []
    proofs: dict[str, Proof] = {}
    for kind in DocumentFormat:
        found = _static(kind, handouts[0], form)
        findings += found
        if any_blocks(found):
            continue
        for handout in handouts:
            task = Task(handout, kind)
            findings += _printed(task, form, proofs)
    return CheckedTemplate(form_name, folder, tuple(dict.fromkeys(findings)), proofs)


def _static(kind: DocumentFormat, handout: Handout, form: Form) -> tuple[Finding, ...]:
    """The mistakes that the templates of one format show by themselves."""
    try:
        if kind is DocumentFormat.DOCX:
            from pipeline.stations.render_docx import check_docx_template  # noqa: PLC0415

            return check_docx_template(handout, form)
        from pipeline.stations.render_pdf import check_pdf_template  # noqa: PLC0415

        return check_pdf_template(handout, form)
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
