"""Prepare a run for publishing: a plan and the workers' files in, every file of the run out."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline import __version__
from pipeline.base.paths import ANNOTATED
from pipeline.commands.making import Files, Made, Progress
from pipeline.commands.planning import Plan
from pipeline.master.checks import mark_accepted
from pipeline.model.findings import Finding
from pipeline.model.form import template_files
from pipeline.model.intake import Intake
from pipeline.model.records import as_json, printed_text
from pipeline.model.request import BuildRequest
from pipeline.workbooks.annotate import annotate

_POINTS_PER_MM = 72 / 25.4

# The libraries that read the master, make the documents and proofread them.
_LIBRARIES = (
    *("docxtpl", "fonttools", "jinja2", "lxml", "openpyxl", "pandas", "pydyf", "pypdfium2"),
    *("python-calamine", "python-docx", "weasyprint"),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """The files of one master's run, not yet published.

    If an error prevented every document, 検査結果.xlsx and the manifest contain the reason.
    """

    findings: tuple[Finding, ...]
    contents: Mapping[str, bytes]
    manifest: Mapping[str, object]


def draft(planned: Plan, files: Files, progress: Progress) -> Draft:
    """Every file of the run, once the workers have made them.

    A plan without tasks makes a run with only the findings; otherwise an older, successful run
    would still be the newest one.
    """
    # Made while the workers are busy; made again only if a renderer reports a finding.
    annotated_copy = _annotated(planned, planned.findings)
    made = files.made(progress)
    rendered = (found for each in made for found in each.rendered.findings)
    located = (_with_cell(found, planned.intake) for found in rendered)
    new = mark_accepted(_new(located, planned.findings), planned.intake.records)
    findings = (*planned.findings, *new)
    if new:
        annotated_copy = _annotated(planned, findings)
    contents = {name: content for each in made for name, content in each.files.items()}
    return Draft(findings, contents | annotated_copy, _manifest(planned, made, findings))


def _annotated(planned: Plan, findings: tuple[Finding, ...]) -> dict[str, bytes]:
    """File name and bytes of the master's copy with its findings; empty without a finding."""
    if not findings:
        return {}
    words = planned.intake.form.words
    held_back = "・".join(words.of(edition) or "資料" for edition in planned.held_back)
    errors = sum(found.blocks for found in findings)
    note = f"誤りが {errors} 件あるため、{held_back}は作っていません。" if held_back else ""
    return {ANNOTATED: annotate(planned.intake.workbook, findings, note)}


def _with_cell(found: Finding, intake: Intake) -> Finding:
    """Add the cell of the row's longest text to a renderer's finding about that row.

    A renderer names a row by its number, or by its position if it has no number.
    """
    row = next((row for row in intake.records.rows if row.number == found.project), None)
    if row is None or found.cell is not None:
        return found
    longest = max(intake.form.columns, key=lambda column: len(printed_text(row, column)))
    at = row.source.cell(longest.key)
    return replace(found, sheet=at.sheet, cell=at.address, project=row.no)


def _new(findings: Iterable[Finding], known: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that neither a check nor another file has reported for the same row."""
    reported = {(found.code, found.project) for found in known}
    new = {(f.code, f.project): f for f in findings if (f.code, f.project) not in reported}
    return tuple(new.values())


@functools.cache
def _libraries() -> Mapping[str, str]:
    """The versions of Python and of the libraries; cached, as each is read from a file."""
    versions = {name: importlib.metadata.version(name) for name in _LIBRARIES}
    return {"python": platform.python_version(), **versions}


def _manifest(
    planned: Plan, made: Sequence[Made], findings: tuple[Finding, ...]
) -> dict[str, object]:
    """What the run was made from, so that it can be identified and reproduced."""
    intake, form, request = planned.intake, planned.intake.form, planned.request
    return {
        "version": __version__,
        "made_at": request.now.isoformat(timespec="seconds"),
        "held_back": [form.words.of(each) or form.title for each in planned.held_back],
        "master": {"name": intake.path.name, "sha256": intake.workbook.sha256},
        "results": (
            {"name": intake.results.path.name, "sha256": intake.results.sha256}
            if intake.results
            else None
        ),
        "form": form.name,
        "templates": [
            {"name": name, "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in template_files(form.folders)
        ],
        "options": _options(request, intake),
        "documents": [_document(each) for each in made],
        "opinions": [
            {
                "key": column.key,
                "title": column.name,
                "choices": list(column.choices),
                "against": column.against,
            }
            for column in form.opinions
        ],
        "words": {status.value: word for status, word in form.words.by_status.items()},
        "proof": {
            each.task.name: each.rendered.proof.as_json() for each in made if each.rendered.proof
        },
        "records": as_json(intake.records, form),
        "libraries": _libraries(),
        "findings": [found.as_json() for found in findings],
    }


def _document(each: Made) -> dict[str, object]:
    """The manifest's entry for one file of the run."""
    return {
        "name": each.task.name,
        "title": each.task.document.title,
        "label": each.task.document.label or each.task.document.title,
        "edition": each.task.document.edition.value,
        "format": each.task.format.value,
        "pages": each.rendered.pages,
        "paper": [each.task.document.paper.width, each.task.document.paper.height],
        "pictures": list(each.pictures),
        "bands": _bands(each),
    }


def _bands(made: Made) -> dict[str, list[list[float]]]:
    """The position of each project's rows: page, top and bottom as fractions of page height."""
    if made.rendered.proof is None:
        return {}
    height = made.task.document.paper.height * _POINTS_PER_MM
    return {
        number: [
            [b.page, round(1 - b.top / height, 4), round(1 - b.bottom / height, 4)] for b in bands
        ]
        for number, bands in made.rendered.proof.bands.items()
    }


def _options(request: BuildRequest, intake: Intake) -> dict[str, object]:
    """The options of the request that change the documents.

    ``map`` contains every mapping in use: the requested ones and those saved next to the master.
    """
    editions = None if request.editions is None else [each.value for each in request.editions]
    date = request.document_date
    return {
        "editions": editions,
        "formats": [each.value for each in request.formats],
        "companions": request.companions,
        "paper": request.paper,
        "allow_blank": request.allow_blank,
        "sheet": request.source.sheet,
        "map": dict(intake.mapping),
        "source_date_epoch": int(date.timestamp()) if date else None,
    }
