"""Every file of a run, not yet published: a plan and what the workers made of it go in."""

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
from pipeline.master.checks import accept
from pipeline.model.findings import Finding
from pipeline.model.form import template_files
from pipeline.model.intake import Intake
from pipeline.model.records import as_json, printed_text
from pipeline.model.request import BuildRequest
from pipeline.workbooks.annotate import annotate

_POINTS_PER_MM = 72 / 25.4

# What the documents, their proof and the reading of the master depend on.
_LIBRARIES = (
    *("docxtpl", "fonttools", "jinja2", "lxml", "openpyxl", "pandas", "pydyf", "pypdfium2"),
    *("python-calamine", "python-docx", "weasyprint"),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What was made of one master, not yet published.

    Where an error kept every document from being made, 検査結果.xlsx and the manifest tell why.
    """

    findings: tuple[Finding, ...]
    contents: Mapping[str, bytes]
    manifest: Mapping[str, object]


def draft(planned: Plan, files: Files, progress: Progress) -> Draft:
    """Every file of the run, once the workers have made them.

    Of no task only what tells why: never is an older success all that there is to see.
    """
    # While the workers are busy; made again only where a renderer finds something.
    copy = _annotated(planned, planned.findings)
    made = files.made(progress)
    told = (found for each in made for found in each.rendered.findings)
    placed = (_placed(found, planned.intake) for found in told)
    new = accept(_new(placed, planned.findings), planned.intake.records)
    findings = (*planned.findings, *new)
    if new:
        copy = _annotated(planned, findings)
    contents = {name: content for each in made for name, content in each.files.items()}
    return Draft(findings, contents | copy, _manifest(planned, made, findings))


def _annotated(planned: Plan, findings: tuple[Finding, ...]) -> dict[str, bytes]:
    """The copy of the master that shows the findings, by its name; none without a finding."""
    if not findings:
        return {}
    words = planned.intake.form.words
    held_back = "・".join(words.of(edition) or "資料" for edition in planned.held_back)
    errors = sum(found.blocks for found in findings)
    told = f"誤りが {errors} 件あるため、{held_back}は作っていません。" if held_back else ""
    return {ANNOTATED: annotate(planned.intake.workbook, findings, told)}


def _placed(found: Finding, intake: Intake) -> Finding:
    """A renderer's finding about a row with the cell of the row's longest text.

    A renderer calls the row by its number, or by its position where it has none.
    """
    row = next((row for row in intake.records.rows if row.number == found.project), None)
    if row is None or found.cell is not None:
        return found
    longest = max(intake.form.columns, key=lambda column: len(printed_text(row, column)))
    at = row.source.cell(longest.key)
    return replace(found, sheet=at.sheet, cell=at.address, project=row.no)


def _new(findings: Iterable[Finding], known: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings that were not told yet: a check or another file may have said it of a row."""
    told = {(found.code, found.project) for found in known}
    fresh = {(f.code, f.project): f for f in findings if (f.code, f.project) not in told}
    return tuple(fresh.values())


@functools.cache
def _libraries() -> Mapping[str, str]:
    """The versions of Python and of what the documents depend on; each is read from a file."""
    versions = {name: importlib.metadata.version(name) for name in _LIBRARIES}
    return {"python": platform.python_version(), **versions}


def _manifest(
    planned: Plan, made: Sequence[Made], findings: tuple[Finding, ...]
) -> dict[str, object]:
    """What the run was made from, so that it can be told apart and made again."""
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
    """One file of a run, for its manifest."""
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
    """Where each project's rows lie: page, and top and bottom as parts of the page's height."""
    if made.rendered.proof is None:
        return {}
    height = made.task.document.paper.height * _POINTS_PER_MM
    return {
        number: [
            [b.page, round(1 - b.top / height, 4), round(1 - b.bottom / height, 4)] for b in on
        ]
        for number, on in made.rendered.proof.bands.items()
    }


def _options(request: BuildRequest, intake: Intake) -> dict[str, object]:
    """What was asked for, as far as the documents depend on it.

    ``map`` is all that was in force: what was asked for and what is kept beside the master.
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
