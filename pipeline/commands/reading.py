"""From a file to checked records: the way that every command goes first.

In: which workbook, which form. Out: an :class:`~pipeline.model.intake.Intake`, findings
included.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.base.errors import ComponentMissing, InputUnreadable, UsageMistake
from pipeline.base.paths import DEFAULT_FORM, form_names
from pipeline.commands.results import with_opinions
from pipeline.master.blanks import gathered
from pipeline.master.checks import accept, check
from pipeline.master.find import find
from pipeline.master.glyphs import check_glyphs
from pipeline.master.locate import NOTHING, explained, locate
from pipeline.master.mapping import parse_option, read_mapping, write_mapping
from pipeline.master.meeting_sheet import form_named, read_judgement_table, read_meeting
from pipeline.master.normalise import normalise
from pipeline.master.read import read
from pipeline.master.strikes import without_struck_rows
from pipeline.model.collected import OpinionBook
from pipeline.model.findings import Finding, any_blocks, finding
from pipeline.model.font_families import brings_fonts, families
from pipeline.model.form import JUDGEMENT_SHEET, Form, JudgementTable
from pipeline.model.form_file import load_form
from pipeline.model.grid import Workbook
from pipeline.model.intake import Intake
from pipeline.model.records import Records
from pipeline.model.request import Source
from pipeline.opinions.own_column import check_own_opinions
from pipeline.opinions.workbook import kind_of


def read_intake(source: Source, form_name: str | None) -> Intake:
    """Find, read, normalise and check one master, with the opinions that were collected.

    ``form_name`` None: the form that the master's own words or headers tell. PipelineError
    where a file can't be read at all; everything else is a finding. Without a usable table
    there are no rows, only findings.
    """
    return _taken_in(source, form_name, with_results=True)


def read_master(source: Source, form_name: str | None) -> Intake:
    """The master alone, as ``entry`` and ``collect`` need it; else like ``read_intake``."""
    return _taken_in(source, form_name, with_results=False)


def _taken_in(source: Source, form_name: str | None, *, with_results: bool) -> Intake:
    path = find(source.inputs, source.workbook)
    workbook = read(path)
    kind = kind_of(workbook)
    if kind is not None:
        raise InputUnreadable("opinion-book-as-master", path=path, kind=kind.value)
    form, unread = form_of(workbook, form_name)
    options = dict(parse_option(option, form) for option in source.mapping)
    mapping = {**read_mapping(path, form), **options}
    if source.save_mapping and options:
        write_mapping(path, options)
    table, found = locate(workbook, form, sheet=source.sheet, mapping=mapping)
    meeting, told = read_meeting(workbook, form)
    own_judgement, doubted = read_judgement_table(workbook, form)
    judgement = own_judgement or form.judgement
    findings = (*unread, *found, *told, *doubted)
    if table is None:
        return Intake(path, workbook, form, Records(meeting, ()), findings, mapping=mapping)
    table, struck = without_struck_rows(table, workbook)
    findings += struck
    judged = replace(form, judgement=judgement)
    records, misread = normalise(table, workbook, judged, meeting)
    records, held_back = check_own_opinions(records, workbook, table, form)
    results: OpinionBook | None = None
    if with_results:
        records, results, merged = with_opinions(records, workbook, form, source.results)
        findings += merged
    # A table with a row that can't be read would doubt every row of the records.
    held = None if any_blocks(doubted) else judgement
    checked = check(records, form, judgement=held, sheet=workbook.sheet(table.sheet))
    drawn = _undrawn(records, form, workbook, own_judgement)
    findings = gathered((*findings, *misread, *held_back, *checked, *drawn), records, form)
    findings = accept(findings, records)
    return Intake(path, workbook, form, records, findings, judgement, results, mapping)


def _undrawn(
    records: Records, form: Form, workbook: Workbook, own_judgement: JudgementTable | None
) -> tuple[Finding, ...]:
    """Characters that no font has. What fonts of the form's own have is seen on its pages."""
    if brings_fonts(form.folders):
        return ()
    sheet = workbook.called(JUDGEMENT_SHEET)
    own = (own_judgement, sheet) if own_judgement and sheet else None
    return check_glyphs(records, form, families(form.folders, with_substitutes=True), judgement=own)


def form_of(workbook: Workbook, asked: str | None) -> tuple[Form, tuple[Finding, ...]]:
    """The form that a master is for: asked for, named in its line 様式, or told by its headers.

    Of several the one that explains the most columns; UsageMistake where that leaves a tie.
    Where none is complete, the one that explains the most, so that what is missing is told.
    A form that can't be read is a warning where another one is complete, else ComponentMissing:
    it may be the one.
    """
    name = asked or form_named(workbook)
    if name is not None:
        return load_form(name), ()
    forms, broken = _all_forms()
    matches = [(explained(workbook, form), form) for form in forms]
    most = max((match for match, _ in matches), default=NOTHING)
    is_complete, _ = most
    if broken and not is_complete:
        raise broken[0]
    if most == NOTHING:
        return load_form(DEFAULT_FORM), ()
    best = [form for match, form in matches if match == most]
    if len(best) > 1:
        unread = (f"{error.params['path']} は読み取れません" for error in broken)
        names = "、".join((*(form.name for form in best), *unread))
        raise UsageMistake("form-tie", path=workbook.path, names=names)
    used = best[0]
    skipped = [
        finding(
            "form-skipped",
            path=error.params["path"],
            reason=error.params["reason"],
            used=used.name,
        )
        for error in broken
    ]
    return used, tuple(skipped)


def _all_forms() -> tuple[list[Form], list[ComponentMissing]]:
    """Every form, and what is wrong with those that can't be read."""
    forms: list[Form] = []
    broken: list[ComponentMissing] = []
    for name in form_names():
        try:
            forms.append(load_form(name))
        except ComponentMissing as error:
            broken.append(error)
    return forms, broken
