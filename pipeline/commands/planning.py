"""Plan a run: a master's intake and a request in, the files to make out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.base.archives import UNDATED
from pipeline.base.text import ranges
from pipeline.commands.making import Task
from pipeline.commands.run_documents import documents_of
from pipeline.model.document import Document
from pipeline.model.editions import DocumentFormat, Edition
from pipeline.model.fills import identity_of
from pipeline.model.findings import Finding, finding
from pipeline.model.form import Form
from pipeline.model.intake import Intake
from pipeline.model.records import Records, Row
from pipeline.model.reference import Reference
from pipeline.model.request import BuildRequest


@dataclass(frozen=True, slots=True)
class Plan:
    """The files to make of one master; no task if an error blocks it.

    ``held_back`` are the requested editions that an error prevents.
    """

    intake: Intake
    request: BuildRequest
    findings: tuple[Finding, ...]
    tasks: tuple[Task, ...] = ()
    held_back: tuple[Edition, ...] = ()


def plan(intake: Intake, request: BuildRequest) -> Plan:
    """Plan the requested files, except those that a finding blocks."""
    form = intake.form
    requested = request.editions if form.fills else form.editions
    requested = requested or _default_editions(intake.records, form)
    if intake.blocked:
        return Plan(intake, request, intake.findings, held_back=requested)
    blank_findings = _blank_opinions(intake.records, form, requested, allowed=request.allow_blank)
    editions = tuple(e for e in requested if e is not Edition.RESULTS or not blank_findings)
    findings = (*intake.findings, *blank_findings)
    if not editions:
        return Plan(intake, request, findings, held_back=requested)
    documents = documents_of(
        intake.records,
        form,
        editions,
        request.paper,
        date=request.document_date or _date_of(intake),
        judgement=intake.judgement,
        companions=request.companions,
    )
    findings = (*findings, *_unconfirmed(documents))
    held_back = tuple(edition for edition in requested if edition not in editions)
    return Plan(intake, request, findings, _tasks(documents, request.formats), held_back)


def _unconfirmed(documents: Iterable[Document]) -> Iterator[Finding]:
    """A finding for the cells of 参考資料 that are inferred, so that the officer checks them."""
    for document in documents:
        if isinstance(document, Reference):
            cells = [cell for row in document.rows for cell in row.cells if cell.doubt]
            if cells:
                letters = "、".join(cell.letter for cell in cells)
                count, doubt = len(cells), cells[0].doubt
                yield finding("judgement-unconfirmed", value=count, letters=letters, doubt=doubt)


def _default_editions(records: Records, form: Form) -> tuple[Edition, ...]:
    """Always the meeting edition; the results edition too if any cell is filled in."""
    any_filled = any(not row.fill(c.key).is_blank for c in form.fills for row in records.rows)
    return (Edition.MEETING, Edition.RESULTS) if any_filled else (Edition.MEETING,)


def _numbers(form: Form, rows: Iterable[Row]) -> str:
    """「No.1〜11、13」, or 「1〜3行目」 if the form has no numbers."""
    numbers = ranges(number for row in rows if (number := identity_of(row)) is not None)
    return f"No.{numbers}" if form.of_kind("no") else f"{numbers}行目"


def _blank_opinions(
    records: Records, form: Form, requested: tuple[Edition, ...], *, allowed: bool
) -> tuple[Finding, ...]:
    """One finding that lists every row whose opinion is blank in the results edition."""
    blank = [
        (row, column)
        for row in records.rows
        for column in form.opinions
        if row.fill(column.key).is_blank
    ]
    if Edition.RESULTS not in requested or allowed or not blank:
        return ()
    made = "会議用と参考資料は作りました。" if Edition.MEETING in requested else ""
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
    """One file for each document and each requested format that the document supports."""
    return tuple(
        Task(document, kind)
        for document in documents
        for kind in formats
        if kind in document.formats
    )


def _date_of(intake: Intake) -> dt.datetime:
    """The meeting's date, else the modification date in the master."""
    if intake.records.meeting.date:
        return dt.datetime.combine(intake.records.meeting.date, dt.time(), tzinfo=dt.UTC)
    return intake.workbook.modified or UNDATED
