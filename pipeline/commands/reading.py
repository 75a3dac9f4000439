"""From a file to checked records: the way that every command goes first.

In: which workbook, which form. Out: an :class:`~pipeline.model.intake.Intake`, findings
included.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.base.errors import InputUnreadable
from pipeline.commands.results import with_opinions
from pipeline.master.check import accept, check
from pipeline.master.find import find
from pipeline.master.glyphs import check_glyphs
from pipeline.master.locate import locate
from pipeline.master.mapping import parse_option, read_mapping, write_mapping
from pipeline.master.meeting import read_judgement_table, read_meeting
from pipeline.master.normalise import normalise
from pipeline.master.read import read
from pipeline.master.strikes import without_struck_rows
from pipeline.model.collected import OpinionBook
from pipeline.model.findings import any_blocks
from pipeline.model.font_families import all_families, brings_fonts
from pipeline.model.form import Form, load_form
from pipeline.model.intake import Intake
from pipeline.model.records import Records
from pipeline.model.request import Source
from pipeline.opinions.workbook import kind_of


def take_in(source: Source, form: Form) -> Intake:
    """Find, read, normalise and check one master, with the opinions that were collected.

    PipelineError where a file can't be read at all; everything else is a
    finding. Without a usable table there are no projects, only findings.
    """
    return _taken_in(source, form, with_results=True)


def read_master(source: Source, form: Form) -> Intake:
    """The master alone, as ``entry`` and ``collect`` need it; else like ``take_in``."""
    return _taken_in(source, form, with_results=False)


def _taken_in(source: Source, form: Form, *, with_results: bool) -> Intake:
    path = find(source.inputs, source.workbook, form.file.headings.opinion)
    workbook = read(path)
    kind = kind_of(workbook)
    if kind is not None:
        raise InputUnreadable("opinion-book-as-master", path=path, kind=kind.value)
    mapping = {**read_mapping(path, form), **(source.mapping or {})}
    if source.save_mapping and source.mapping:
        write_mapping(path, source.mapping)
    table, found = locate(workbook, form, sheet=source.sheet, mapping=mapping)
    meeting, said = read_meeting(workbook, form)
    own_judgement, doubted = read_judgement_table(workbook, form)
    judgement = own_judgement or form.file.judgement
    findings = (*found, *said, *doubted)
    if table is None:
        return Intake(path, workbook, Records(meeting, ()), findings, mapping=mapping)
    table, struck = without_struck_rows(table, workbook)
    findings += struck
    records, misread = normalise(table, workbook, form.with_judgement(own_judgement), meeting)
    results: OpinionBook | None = None
    if with_results:
        records, results, merged = with_opinions(records, workbook, form, source.results)
        findings += merged
    # A table with a row that can't be read would doubt every project of that row.
    held = None if any_blocks(doubted) else judgement
    checked = check(records, form, judgement=held, sheet=workbook.sheet(table.sheet))
    # What fonts of the form's own can draw is seen when its page is drawn.
    sheet = workbook.called(form.file.judgement_sheet)
    own = (own_judgement, sheet) if own_judgement and sheet else None
    families = all_families(form.folder)
    drawn = () if brings_fonts(form.folder) else check_glyphs(records, families, judgement=own)
    findings = accept((*findings, *misread, *checked, *drawn), records)
    return Intake(path, workbook, records, findings, judgement, results, mapping)


def mapping_of(options: Sequence[str], form_name: str) -> dict[str, str]:
    """Header → field key from the ``--map`` options; UsageMistake for an unknown key."""
    form = load_form(form_name)
    return dict(parse_option(option, form) for option in options)
