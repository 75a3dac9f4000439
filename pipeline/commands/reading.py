"""From a file to checked records: the first stage of every command.

In: the workbook and the form to use. Out: an :class:`~pipeline.model.intake.Intake` with its
findings.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.base.errors import ComponentMissing, InputUnreadable, UsageMistake
from pipeline.base.paths import DEFAULT_FORM, form_names
from pipeline.commands.results import with_opinions
from pipeline.master.blanks import merge_empty_findings
from pipeline.master.checks import check, mark_accepted
from pipeline.master.find import find
from pipeline.master.glyphs import check_glyphs
from pipeline.master.locate import NO_MATCH, form_match, locate
from pipeline.master.mapping import parse_option, read_mapping, write_mapping
from pipeline.master.meeting_sheet import read_judgement_table, read_meeting, stated_form_name
from pipeline.master.normalise import normalise
from pipeline.master.read import read
from pipeline.master.strikes import without_struck_rows
from pipeline.model.collected import OpinionBook
from pipeline.model.findings import Finding, any_blocks, finding
from pipeline.model.font_families import families, has_own_fonts
from pipeline.model.form import JUDGEMENT_SHEET, Form, JudgementTable
from pipeline.model.form_file import load_form
from pipeline.model.grid import Workbook
from pipeline.model.intake import Intake
from pipeline.model.records import Records
from pipeline.model.request import Source
from pipeline.opinions.own_column import check_own_opinions
from pipeline.opinions.workbook import book_kind


def read_intake(source: Source) -> Intake:
    """Find, read, normalise and check one master, with its collected opinions.

    PipelineError if a file can't be read at all; every other problem is a finding. Without a
    usable table the result has findings but no rows.
    """
    return _read_and_check(source, with_results=True)


def read_master(source: Source) -> Intake:
    """Like ``read_intake``, but without collected opinions, for ``entry`` and ``collect``."""
    return _read_and_check(source, with_results=False)


def _read_and_check(source: Source, *, with_results: bool) -> Intake:
    path = find(source.inputs, source.workbook)
    workbook = read(path)
    kind = book_kind(workbook)
    if kind is not None:
        raise InputUnreadable("opinion-book-as-master", path=path, kind=kind.value)
    form, form_findings = form_of(workbook, source.form_name)
    options = dict(parse_option(option, form) for option in source.mapping)
    mapping = {**read_mapping(path, form), **options}
    if source.save_mapping and options:
        write_mapping(path, options)
    table, table_findings = locate(workbook, form, sheet=source.sheet, mapping=mapping)
    meeting, meeting_findings = read_meeting(workbook, form)
    own_judgement, judgement_findings = read_judgement_table(workbook, form)
    judgement = own_judgement or form.judgement
    findings = (*form_findings, *table_findings, *meeting_findings, *judgement_findings)
    if table is None:
        return Intake(path, workbook, form, Records(meeting, ()), findings, mapping=mapping)
    table, struck_findings = without_struck_rows(table, workbook)
    findings += struck_findings
    with_judgement = replace(form, judgement=judgement)
    records, value_findings = normalise(table, workbook, with_judgement, meeting)
    records, own_findings = check_own_opinions(records, workbook, table, form)
    results: OpinionBook | None = None
    if with_results:
        records, results, results_findings = with_opinions(records, workbook, form, source.results)
        findings += results_findings
    # A judgement table with an unreadable row would cause a finding for every row.
    usable_judgement = None if any_blocks(judgement_findings) else judgement
    check_findings = check(
        records, form, judgement=usable_judgement, sheet=workbook.sheet(table.sheet)
    )
    glyph_findings = _missing_glyphs(records, form, workbook, own_judgement)
    findings = merge_empty_findings(
        (*findings, *value_findings, *own_findings, *check_findings, *glyph_findings), records, form
    )
    findings = mark_accepted(findings, records)
    return Intake(path, workbook, form, records, findings, judgement, results, mapping)


def _missing_glyphs(
    records: Records, form: Form, workbook: Workbook, own_judgement: JudgementTable | None
) -> tuple[Finding, ...]:
    """Findings for characters that no font has; none if the form brings its own fonts."""
    if has_own_fonts(form.folders):
        return ()
    sheet = workbook.called(JUDGEMENT_SHEET)
    own = (own_judgement, sheet) if own_judgement and sheet else None
    return check_glyphs(records, form, families(form.folders, with_substitutes=True), judgement=own)


def form_of(workbook: Workbook, requested: str | None) -> tuple[Form, tuple[Finding, ...]]:
    """The form of a master: requested, named in its line 様式, or found by its headers.

    By headers: the form that matches the most columns; UsageMistake for a tie. If no form
    matches completely, the one that matches the most, so that the missing columns are reported.
    A form that can't be read is a warning if another one matches completely; else it raises
    ComponentMissing, because it may be the right one.
    """
    name = requested or stated_form_name(workbook)
    if name is not None:
        return load_form(name), ()
    forms, broken = _all_forms()
    matches = [(form_match(workbook, form), form) for form in forms]
    best_match = max((match for match, _ in matches), default=NO_MATCH)
    is_complete, _ = best_match
    if broken and not is_complete:
        raise broken[0]
    if best_match == NO_MATCH:
        return load_form(DEFAULT_FORM), ()
    best_forms = [form for match, form in matches if match == best_match]
    if len(best_forms) > 1:
        unreadable = (f"{error.params['path']} は読み取れません" for error in broken)
        names = "、".join((*(form.name for form in best_forms), *unreadable))
        raise UsageMistake("form-tie", path=workbook.path, names=names)
    used = best_forms[0]
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
    """Every form, and the errors of those that can't be read."""
    forms: list[Form] = []
    broken: list[ComponentMissing] = []
    for name in form_names():
        try:
            forms.append(load_form(name))
        except ComponentMissing as error:
            broken.append(error)
    return forms, broken
