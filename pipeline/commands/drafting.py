"""Every file of a run, not yet published: a master taken in and a request go in.

First the plan, whose files the workers make, then the draft of what they made.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import importlib.metadata
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline import __version__
from pipeline.base.archives import UNDATED
from pipeline.base.paths import ANNOTATED
from pipeline.base.text import ranges
from pipeline.commands.making import Files, Made, Progress, Task
from pipeline.commands.run_documents import documents_of
from pipeline.master.checks import accept
from pipeline.model.document import Document
from pipeline.model.editions import DocumentFormat, Edition
from pipeline.model.fills import identity_of
from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form, template_files
from pipeline.model.intake import Intake
from pipeline.model.records import Records, Row, as_json, printed_text
from pipeline.model.reference import Reference
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

    Without ``tasks`` an error kept every document from being made; 検査結果.xlsx and the
    manifest tell why.
    """

    workbook: Path
    findings: tuple[Finding, ...]
    tasks: tuple[Task, ...] = ()
    contents: Mapping[str, bytes] = field(default_factory=dict)
    manifest: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be made of one master: no task where it may not be printed.

    ``held_back`` are the editions that were asked for and that an error keeps from being made.
    """

    intake: Intake
    form: Form
    request: BuildRequest
    findings: tuple[Finding, ...]
    tasks: tuple[Task, ...] = ()
    held_back: tuple[Edition, ...] = ()


def plan(intake: Intake, form: Form, request: BuildRequest) -> Plan:
    """The files that were asked for, as far as the findings let them be made."""
    wanted = request.editions if form.fills else form.editions
    wanted = wanted or _auto(intake.records, form)
    if intake.blocked:
        return Plan(intake, form, request, intake.findings, held_back=wanted)
    refusals = _blank_opinions(intake.records, form, wanted, allowed=request.allow_blank)
    editions = tuple(e for e in wanted if e is not Edition.RESULTS or not refusals)
    findings = (*intake.findings, *refusals)
    if not editions:
        return Plan(intake, form, request, findings, held_back=wanted)
    documents = documents_of(
        intake.records,
        form,
        editions,
        request.paper,
        date=request.document_date or _own_date(intake),
        judgement=intake.judgement,
        companions=request.companions,
    )
    findings = (*findings, *_unconfirmed(documents))
    held_back = tuple(edition for edition in wanted if edition not in editions)
    return Plan(intake, form, request, findings, _tasks(documents, request.formats), held_back)


def draft(planned: Plan, files: Files, progress: Progress) -> Draft:
    """Every file of the run, once the workers have made them.

    Of no task only what tells why: never is an older success all that there is to see.
    """
    # While the workers are busy; made again only where a renderer finds something.
    copy = _annotated(planned, planned.findings)
    made = files.made(progress)
    told = (found for each in made for found in each.rendered.findings)
    placed = (_placed(found, planned.intake.records, planned.form) for found in told)
    new = accept(_new(placed, planned.findings), planned.intake.records)
    findings = (*planned.findings, *new)
    if new:
        copy = _annotated(planned, findings)
    contents = {name: content for each in made for name, content in each.files.items()}
    return Draft(
        planned.intake.path,
        findings,
        tasks=planned.tasks,
        contents=contents | copy,
        manifest=_manifest(planned, made, findings),
    )


def _unconfirmed(documents: Iterable[Document]) -> Iterator[Finding]:
    """How many cells of 参考資料 are inferred: told before it reaches a council."""
    for document in documents:
        if isinstance(document, Reference):
            cells = [cell for row in document.rows for cell in row.cells if cell.doubt]
            if cells:
                letters = "、".join(cell.letter for cell in cells)
                count, doubt = len(cells), cells[0].doubt
                yield finding("judgement-unconfirmed", value=count, letters=letters, doubt=doubt)


def _auto(records: Records, form: Form) -> tuple[Edition, ...]:
    """The meeting edition always, the results as soon as anything is filled in."""
    any_in = any(not row.fill(c.key).is_blank for c in form.fills for row in records.rows)
    return (Edition.MEETING, Edition.RESULTS) if any_in else (Edition.MEETING,)


def _numbers(form: Form, rows: Iterable[Row]) -> str:
    """「No.1〜11、13」, or 「1〜3行目」 where the form has no numbers."""
    told = ranges(number for row in rows if (number := identity_of(row)) is not None)
    return f"No.{told}" if form.of_kind("no") else f"{told}行目"


def _blank_opinions(
    records: Records, form: Form, wanted: tuple[Edition, ...], *, allowed: bool
) -> tuple[Finding, ...]:
    """One finding that names every row whose opinion the results edition lacks."""
    blank = [
        (row, column)
        for row in records.rows
        for column in form.opinions
        if row.fill(column.key).is_blank
    ]
    if Edition.RESULTS not in wanted or allowed or not blank:
        return ()
    made = "会議用と参考資料は作りました。" if Edition.MEETING in wanted else ""
    return (
        finding(
            "opinion-blank",
            sheet=blank[0][0].source.cell(blank[0][1].key).sheet,
            count=len({id(row) for row, _ in blank}),
            numbers=_numbers(form, (row for row, _ in blank)),
            made=made,
        ),
    )


def _tasks(documents: Iterable[Document], formats: tuple[DocumentFormat, ...]) -> tuple[Task, ...]:
    """A file for each document and each format that was asked for and that it is made in."""
    return tuple(
        Task(document, kind)
        for document in documents
        for kind in formats
        if kind in document.formats
    )


def _own_date(intake: Intake) -> dt.datetime:
    """The meeting's date, else the date that the master itself carries."""
    if intake.records.meeting.date:
        return dt.datetime.combine(intake.records.meeting.date, dt.time(), tzinfo=dt.UTC)
    return intake.workbook.modified or UNDATED


def _annotated(planned: Plan, findings: tuple[Finding, ...]) -> dict[str, bytes]:
    """The copy of the master that shows the findings, by its name; none without a finding."""
    if not findings:
        return {}
    held_back = "・".join(planned.form.words.of(edition) or "資料" for edition in planned.held_back)
    errors = sum(found.blocks for found in findings)
    told = f"誤りが {errors} 件あるため、{held_back}は作っていません。" if held_back else ""
    return {ANNOTATED: annotate(planned.intake.workbook, findings, told)}


def _placed(found: Finding, records: Records, form: Form) -> Finding:
    """A renderer's finding about a row with the cell of the row's longest text.

    A renderer calls the row by its number, or by its position where it has none.
    """
    row = next((row for row in records.rows if row.number == found.project), None)
    if row is None or found.cell is not None:
        return found
    longest = max(form.columns, key=lambda column: len(printed_text(row, column)))
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
    intake, form, request = planned.intake, planned.form, planned.request
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
        "options": _options(planned.request, intake),
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
