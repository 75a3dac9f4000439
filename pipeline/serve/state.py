"""The content of the page: the engine's state in, plain values for the templates out.

Only this module of the page depends on the structure of the records.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pipeline.base.files import is_hidden
from pipeline.model.catalogue import Severity
from pipeline.model.collected import StatedOpinion
from pipeline.model.doubts import Edit
from pipeline.model.fills import (
    Fills,
    combined,
    fills_of,
    fills_text,
    identity_of,
    is_blank,
    name_of,
    row_label,
    seen_columns,
    seen_of,
)
from pipeline.model.findings import Finding, without_commands
from pipeline.model.form import Form
from pipeline.model.intake import Intake
from pipeline.model.manifest import FindingLine, Manifest
from pipeline.model.opinion_workbook import compared
from pipeline.model.records import Row
from pipeline.model.values import Fill, Status
from pipeline.opinions.stated_opinions import as_question
from pipeline.publish.index.index_page import Page, RunView, page_of
from pipeline.publish.index.lines import JoinedFinding, lines_of, summary_of
from pipeline.publish.index.standing import Failure, Standing, StandingFacts, standing
from pipeline.serve.answers import Answer, answers_of, encoded
from pipeline.serve.known import Known, Offer

RUNS = "/runs/"
# Findings of making the documents. They do not depend on the council's opinions.
_DOCUMENT_FINDINGS = frozenset({"judgement-unconfirmed", "row-taller-than-page", "choice-wraps"})
# Errors that end when the user confirms that the file is of this meeting.
_CONFIRMABLE = {"meeting-one-sided"}
# The top line has room for so many characters.
_MAX_DETAIL_LENGTH = 120
# Findings that the tables of a file's opinions and edits already show.
_SHOWN_IN_TABLES = frozenset(
    {"opinion-asked", "handout-changed", "handout-added", "handout-removed", "master-changed-since"}
)


@dataclass(frozen=True, slots=True)
class PageFill:
    """A cell that the council fills in; ``value`` is its current text.

    Without ``answers`` any text may be typed. ``fixed`` is the reason why it can't be changed.
    """

    key: str
    title: str
    value: str
    answers: tuple[Answer, ...] = ()
    fixed: str = ""


@dataclass(frozen=True, slots=True)
class TitledText:
    """A column that the council reads: its heading and the text of one row."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class PageRow:
    """One row: its number and name, the secretariat's proposals, the cells to fill in.

    ``asked``: opinions in doubt that the user has not confirmed yet, each with its place.
    """

    id: int
    called: str
    no: str
    name: str
    group: str
    proposals: tuple[TitledText, ...]
    texts: tuple[str, ...]
    fills: tuple[PageFill, ...]
    is_filled: bool
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file of the folder; ``id`` contains no path."""

    id: str
    name: str
    note: str = ""
    is_used: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """A file's opinion on a row, next to the current opinion.

    ``kind``: "new", "other" if the current opinion differs, "asked" if the new one is in doubt.
    ``differs``: the choice differs from the proposal.
    """

    called: str
    name: str
    proposal: str
    now: str
    then: str
    kind: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Rewording:
    """A text of a file that differs from the printed text."""

    where: str
    printed: str
    seen: str


@dataclass(frozen=True, slots=True)
class PendingFile:
    """A filled-in file to be accepted: its opinions, its edits and its findings.

    ``needs_vouching``: it can be accepted if the user confirms that it is of this meeting.
    ``is_refused``: another error blocks it, which no button can remove.
    """

    file: File
    meeting: str = ""
    rows: tuple[Difference, ...] = ()
    edits: tuple[Rewording, ...] = ()
    lines: tuple[JoinedFinding, ...] = ()
    read: int = 0
    total: int = 0
    is_done: bool = False
    is_blocked: bool = True
    needs_vouching: bool = False
    is_refused: bool = False
    is_minutes: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """All values that the templates show."""

    version: int
    writes: int
    is_reading: bool
    title: str
    meeting: str
    standing: Standing
    masters: tuple[File, ...]
    others: tuple[File, ...]
    master: File | None
    form: str
    proposed: tuple[tuple[str, str], ...]
    is_unknown: bool
    sheet: str
    projects: int
    opinions: int
    open_lines: tuple[JoinedFinding, ...]
    accepted_lines: tuple[JoinedFinding, ...]
    summary: str
    annotated: str | None
    rows: tuple[PageRow, ...]
    waiting: tuple[PendingFile, ...]
    page: Page | None
    run: RunView | None
    is_outdated: bool
    is_older: bool
    has_results: bool
    is_only: bool
    paper: str
    work: tuple[str, int, int] | None
    message: str


def identity(path: Path) -> str:
    """The identity of a file on the page, so that the browser never sends a path."""
    return hashlib.sha256(path.name.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def view_of(known: Known) -> View:
    """The values for the templates, from the engine's state."""
    intake = known.intake
    records = intake.records if intake else None
    is_unknown = _is_unknown(known)
    page = page_of(known.runs, RUNS) if known.runs else None
    manifest = _current_manifest(known)
    run = page.made if page and known.master and page.made else None
    if run is not None and known.master is not None and run.master != known.master.name:
        run = None
    is_outdated = _is_outdated(known, run)
    findings = _findings(known, manifest)
    lines = lines_of(findings)
    rows = tuple(_rows(intake, known.form)) if intake and known.form else ()
    waiting = tuple(_waiting(offer, known) for offer in known.offers)
    facts = _facts(known, run, findings, rows, waiting, is_outdated=is_outdated)
    return View(
        version=known.version,
        writes=known.writes,
        is_reading=known.is_reading,
        title=records.meeting.title if records and not is_unknown else "資料の作成",
        meeting="　".join(records.meeting.facts) if records else "",
        standing=_standing(known, facts),
        masters=tuple(_file(path, known) for path in known.masters),
        others=tuple(_other(path, waiting) for path in known.others if not is_hidden(path.name)),
        master=_file(known.master, known) if known.master else None,
        form=known.form.name if known.form else "",
        proposed=known.proposed,
        is_unknown=is_unknown,
        sheet=records.rows[0].source.sheet if records and records.rows else "",
        projects=len(rows),
        opinions=sum(row.is_filled for row in rows),
        open_lines=tuple(line for line in lines if line.accepted is None),
        accepted_lines=tuple(line for line in lines if line.accepted is not None),
        summary=summary_of(findings),
        annotated=_annotated(page, manifest),
        rows=rows,
        waiting=waiting,
        page=page,
        run=run,
        is_outdated=is_outdated,
        is_older=facts.is_older,
        has_results=facts.has_results,
        is_only=facts.is_only,
        paper=known.choices.paper or (known.form.paper.name.split()[0] if known.form else "A4"),
        work=known.work,
        message=known.message,
    )


def _is_unknown(known: Known) -> bool:
    """Whether the table fits no form: more required columns are missing than present."""
    if not known.proposed or known.intake is None:
        return bool(known.proposed)
    required = sum(column.required for column in known.intake.form.columns)
    return known.intake.missing * 2 > required


def _current_manifest(known: Known) -> Manifest | None:
    """The manifest of the newest run, if it was made from the current master and results."""
    if known.intake is None or not known.runs:
        return None
    newest = known.runs[0].manifest
    if newest is None or newest.master.name != known.intake.path.name:
        return None
    if known.intake.blocked and newest.documents:
        # That run could read something that can't be read now, for example the results workbook.
        return None
    used = newest.results.sha256 if newest.results else None
    is_same = newest.master.sha256 == known.intake.workbook.sha256
    return newest if is_same and used == known.results_sha256 else None


def _is_outdated(known: Known, run: RunView | None) -> bool:
    """Whether the documents are of an older master or of older opinions."""
    own = _current_manifest(known)
    return run is not None and (own is None or known.runs[0].name != run.name)


def _is_older(known: Known, run: RunView) -> bool:
    """Whether the documents are of an older master; newer opinions do not count."""
    manifest = next(other.manifest for other in known.runs if other.name == run.name)
    intake = known.intake
    return manifest is None or intake is None or manifest.master.sha256 != intake.workbook.sha256


def _findings(known: Known, manifest: Manifest | None) -> tuple[FindingLine, ...]:
    """The findings of the run; without a run of this master, those of reading it.

    A click of the meeting makes no run, and findings about the documents' pages stay valid.
    """
    if known.problem is not None:
        return (_line(known.problem),)
    if manifest is not None:
        return manifest.findings
    if known.intake is None:
        return ()
    newest = known.runs[0].manifest if known.runs else None
    is_same = newest is not None and newest.master.sha256 == known.intake.workbook.sha256
    run_findings = newest.findings if newest and is_same else ()
    return (
        *(_line(found) for found in known.intake.findings),
        *(line for line in run_findings if line.code in _DOCUMENT_FINDINGS),
    )


def _line(found: Finding) -> FindingLine:
    return msgspec.convert(found.as_json(), FindingLine)


def _failure(known: Known, problem: Finding) -> Failure:
    """The problem as short texts for the top line; the list of findings has the full text."""
    text = _fact_and_remedy(problem)
    detail = text if len(text) <= _MAX_DETAIL_LENGTH else "くわしくは「指摘」をご覧ください。"
    step = "資料" if known.form is not None and not known.form.fills else "会議用"
    again = f"直したあと、「{step}」の［作り直す］を押してください。"
    if known.intake is not None:
        return Failure("資料を作れませんでした", detail, again)
    if problem.code == "form-broken":
        return Failure("様式を読み取れません", detail, "form.toml を直して、保存してください。")
    if problem.code.startswith("form-"):
        return Failure("様式を決められません", detail, "台帳を直して、保存してください。")
    return Failure("台帳を読み取れません", detail, "台帳を確かめて、保存し直してください。")


def _fact_and_remedy(found: Finding) -> str:
    """The fact of a finding, and the remedy without names of commands."""
    return found.fact + without_commands(found.remedy)


def _annotated(page: Page | None, manifest: Manifest | None) -> str | None:
    link = page.newest.annotated if page and manifest else None
    return link.href if link else None


def _facts(
    known: Known,
    run: RunView | None,
    findings: Sequence[FindingLine],
    rows: Sequence[PageRow],
    waiting: Sequence[PendingFile],
    *,
    is_outdated: bool,
) -> StandingFacts:
    severities = [line.severity for line in findings if line.accepted is None]
    manifest = _current_manifest(known)
    work = known.work
    is_only = known.form is not None and not known.form.fills
    return StandingFacts(
        master=known.master.name if known.master else None,
        is_unknown=_is_unknown(known),
        failure=_failure(known, known.problem) if known.problem else None,
        errors=severities.count(Severity.ERROR.value),
        warnings=severities.count(Severity.WARNING.value),
        made=tuple(paper.label for paper in run.papers) if run else (),
        held_back=("資料",) if manifest is None or not manifest.documents else ("結果版",),
        has_results=bool(run and run.after),
        is_outdated=is_outdated,
        is_older=run is not None and _is_older(known, run),
        is_only=is_only,
        projects=len(rows),
        opinions=sum(row.is_filled for row in rows),
        unsettled=sum(bool(row.asked) for row in rows),
        waiting=sum(not file.is_done and not file.is_refused for file in waiting),
        refused=0 if is_only else sum(file.is_refused for file in waiting),
        work=None if work is None else _progress(*work),
    )


def _progress(name: str, done: int, total: int) -> str:
    return f"{name}（{total} 件中 {done} 件できました）" if total else "台帳を読み取っています。"


def _standing(known: Known, facts: StandingFacts) -> Standing:
    if known.is_reading:
        return Standing(
            "work", "フォルダーを読み取っています", "", "このままお待ちください。", "master"
        )
    return standing(facts)


# ---- the folder's files


def _file(path: Path, known: Known) -> File:
    return File(identity(path), path.name, is_used=path == known.master)


def _other(path: Path, waiting: Sequence[PendingFile]) -> File:
    pending = next((each for each in waiting if each.file.id == identity(path)), None)
    if pending is None:
        note = "意見の集計" if path.suffix.lower() == ".xlsx" else "使いません"
    elif pending.is_refused:
        note = "取り込めません"
    else:
        note = "取り込み済み" if pending.is_done else "取り込み待ち"
    return File(identity(path), path.name, note)


# ---- the rows of the page for the meeting


def _rows(intake: Intake, form: Form) -> Iterator[PageRow]:
    opinions = intake.results.opinions if intake.results else ()
    unsettled = {opinion.no: opinion for opinion in opinions if opinion.is_open}
    for record in intake.records.rows:
        number = identity_of(record)
        if number is None:
            continue
        seen = seen_of(record, form)
        columns = compared(form)
        # If a row is in doubt, the workbook may contain an answer that is not used yet.
        asked = unsettled.get(number)
        doubtful = asked.fills if asked else {}
        yield PageRow(
            id=number,
            called=row_label(number, form),
            no=str(number) if form.of_kind("no") else "",
            name=name_of(record, form),
            group=record.group or "",
            proposals=tuple(TitledText(c.name, seen[c.key]) for c in columns if seen[c.key]),
            texts=tuple(
                seen[c.key] for c in seen_columns(form) if c not in columns and seen[c.key]
            ),
            fills=tuple(_fills(record, form, seen, doubtful)),
            is_filled=_is_filled(record, form),
            asked=tuple(filter(None, asked.asked.split("\n"))) if asked else (),
        )


def _is_filled(record: Row, form: Form) -> bool:
    """Whether every choice of the row is made; in a form without choices, any fill."""
    if not form.opinions:
        return not is_blank(fills_of(record, form))
    return not any(record.fill(column.key).is_blank for column in form.opinions)


def _fills(record: Row, form: Form, seen: Mapping[str, str], doubtful: Fills) -> Iterator[PageFill]:
    for column in form.fills:
        own = record.fill(column.key)
        fill = doubtful.get(column.key, own) if own.is_blank else own
        is_in_master = record.source.cell(column.key).sheet == record.source.sheet
        fixed = "台帳に入力されています。直すときは台帳で直してください。"
        yield PageFill(
            column.key,
            column.name,
            encoded(fill, column, form),
            answers_of(column, seen.get(column.against or "", ""), form),
            fixed if is_in_master and not own.is_blank else "",
        )


# ---- filled-in files


def _waiting(offer: Offer, known: Known) -> PendingFile:
    file = File(identity(offer.path), offer.path.name)
    collected, intake, form = offer.collected, known.intake, known.form
    if offer.is_minutes:
        return PendingFile(file, is_minutes=True)
    if collected is None or intake is None or form is None:
        problem = _fact_and_remedy(offer.problem) if offer.problem else ""
        return PendingFile(file, problem=problem, is_refused=True)
    rows = tuple(_differences(collected.opinions, intake, form))
    errors = {found.code for found in collected.findings if found.blocks}
    return PendingFile(
        file=file,
        meeting="　".join(intake.records.meeting.facts),
        rows=rows,
        edits=tuple(_rewordings(collected.edits)),
        lines=tuple(
            lines_of(_line(f) for f in collected.findings if f.code not in _SHOWN_IN_TABLES)
        ),
        read=sum(not is_blank(opinion.fills) for opinion in collected.opinions.values()),
        total=len(collected.opinions),
        is_done=not rows and not errors,
        is_blocked=bool(errors),
        needs_vouching=errors == _CONFIRMABLE,
        is_refused=bool(errors - _CONFIRMABLE),
    )


def _differences(
    opinions: Mapping[int, StatedOpinion], intake: Intake, form: Form
) -> Iterator[Difference]:
    """The file's opinions that are not in the results workbook yet, in the order of the rows."""
    stored = intake.results.opinions if intake.results else ()
    known = {line for opinion in stored for line in opinion.asked.split("\n")}
    for record in intake.records.rows:
        number, now = identity_of(record), fills_of(record, form)
        opinion = opinions.get(number or 0)
        if opinion is None or not _adds_information(opinion, now, known, form):
            continue
        proposals = (seen_of(record, form)[column.key] for column in compared(form))
        is_first = is_blank(now)
        yield Difference(
            called=row_label(number, form),
            name=name_of(record, form),
            proposal="／".join(filter(None, proposals)),
            now=fills_text(now, form),
            then=opinion.asked or fills_text(opinion.fills, form),
            kind="asked" if opinion.is_open else "new" if is_first else "other",
            differs=_differs(opinion, record, form),
        )


def _differs(opinion: StatedOpinion, record: Row, form: Form) -> bool:
    proposed = seen_of(record, form)
    chosen = ((c, opinion.fills.get(c.key, Fill())) for c in form.opinions if c.against)
    return any(
        fill.status is Status.CHOSEN and fill.value != proposed[column.against or ""]
        for column, fill in chosen
    )


def _adds_information(opinion: StatedOpinion, now: Fills, known: set[str], form: Form) -> bool:
    if as_question(opinion, form) in known:
        return False
    if opinion.is_open:
        return not set(opinion.asked.split("\n")) <= known
    merged = combined(now, opinion.fills, form)
    return merged is None or any(merged[key] != now[key] for key in merged)


def _rewordings(edits: Sequence[Edit]) -> Iterator[Rewording]:
    for edit in edits:
        row = f"No.{edit.row} " if edit.row is not None else ""
        yield Rewording(f"{row}{edit.place}（{edit.kind.value}）", edit.printed, edit.seen)
