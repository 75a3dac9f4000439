"""What the page shows: what the engine knows in, plain values out.

The only module of the page that knows how records look: where their model changes, this changes.
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
    all_in_words,
    called,
    combined,
    fills_of,
    identity_of,
    is_blank,
    name_of,
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
# Found when the documents were made, whatever the council says.
_OF_THE_PAGES = frozenset({"judgement-unconfirmed", "row-taller-than-page", "choice-wraps"})
# Settled by the officer's word that the file is of this meeting.
_VOUCHED_FOR = {"meeting-one-sided"}
# Characters that the top line has room for.
_LONGEST_DETAIL = 120
# Told in the tables of what a file says and of what was edited.
_SHOWN_ABOVE = frozenset(
    {"opinion-asked", "handout-changed", "handout-added", "handout-removed", "master-changed-since"}
)


@dataclass(frozen=True, slots=True)
class PageFill:
    """A cell that the council fills in; ``value`` is what stands there now.

    Without ``answers`` anything may be typed. ``fixed`` says why it can't be changed.
    """

    key: str
    title: str
    value: str
    answers: tuple[Answer, ...] = ()
    fixed: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What the council has before it: a heading and a text."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class PageRow:
    """One row: its number and name, what the secretariat proposes, what is to be filled in.

    ``asked`` is what a file seems to say and nobody has settled yet, with where it was seen.
    """

    id: int
    called: str
    no: str
    name: str
    group: str
    proposals: tuple[Given, ...]
    texts: tuple[str, ...]
    fills: tuple[PageFill, ...]
    is_filled: bool
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file of the folder, by an identity that is no path."""

    id: str
    name: str
    note: str = ""
    is_used: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """What a file says of a row, beside what is there already.

    ``kind``: "new", "other" where something else is there, "asked" where it is in doubt.
    ``differs``: another choice than the one that was proposed.
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
    """A text of a file that is not as it was printed."""

    where: str
    printed: str
    seen: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A filled-in file that can be taken over: what it says, and what is told of it.

    ``needs_vouching``: only whether it is of this meeting keeps it from being taken over.
    ``is_refused``: something else does, which no button can settle.
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
    """The whole page."""

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
    waiting: tuple[Waiting, ...]
    page: Page | None
    run: RunView | None
    is_outdated: bool
    is_older: bool
    has_results: bool
    is_only: bool
    paper: str
    work: tuple[str, int, int] | None
    said: str


def identity(path: Path) -> str:
    """What the page calls a file of the folder: nothing that a browser sends is ever a path."""
    return hashlib.sha256(path.name.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def view_of(known: Known) -> View:
    """Everything that the page shows of what is known."""
    intake = known.intake
    records = intake.records if intake else None
    is_unknown = _is_unknown(known)
    page = page_of(known.runs, RUNS) if known.runs else None
    manifest = _own_manifest(known)
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
        said=known.said,
    )


def _is_unknown(known: Known) -> bool:
    """Whether no form knows the table: it lacks more of each one's columns than it has."""
    if not known.proposed or known.intake is None:
        return bool(known.proposed)
    required = sum(column.required for column in known.intake.form.columns)
    return known.intake.missing * 2 > required


def _own_manifest(known: Known) -> Manifest | None:
    """That of the newest run of the master as it is now, whether it made anything or not."""
    if known.intake is None or not known.runs:
        return None
    newest = known.runs[0].manifest
    if newest is None or newest.master.name != known.intake.path.name:
        return None
    if known.intake.blocked and newest.documents:
        # It could read what can't be read any more: another workbook of opinions, perhaps.
        return None
    used = newest.results.sha256 if newest.results else None
    is_same = newest.master.sha256 == known.intake.workbook.sha256
    return newest if is_same and used == known.results_sha256 else None


def _is_outdated(known: Known, run: RunView | None) -> bool:
    """Whether the documents are of an older master or of older opinions."""
    own = _own_manifest(known)
    return run is not None and (own is None or known.runs[0].name != run.name)


def _is_older(known: Known, run: RunView) -> bool:
    """Whether the documents are of an older master, whatever the council said since."""
    manifest = next(each.manifest for each in known.runs if each.name == run.name)
    intake = known.intake
    return manifest is None or intake is None or manifest.master.sha256 != intake.workbook.sha256


def _findings(known: Known, manifest: Manifest | None) -> tuple[FindingLine, ...]:
    """Those of the run, which knows the pages too; of a master without one those of reading it.

    A click of the meeting makes no run and changes none of what was found on the pages.
    """
    if known.problem is not None:
        return (_line(known.problem),)
    if manifest is not None:
        return manifest.findings
    if known.intake is None:
        return ()
    newest = known.runs[0].manifest if known.runs else None
    is_same = newest is not None and newest.master.sha256 == known.intake.workbook.sha256
    of_pages = newest.findings if newest and is_same else ()
    return (
        *(_line(found) for found in known.intake.findings),
        *(each for each in of_pages if each.code in _OF_THE_PAGES),
    )


def _line(found: Finding) -> FindingLine:
    return msgspec.convert(found.as_json(), FindingLine)


def _failure(known: Known, problem: Finding) -> Failure:
    """What could not be done, in the words of the top line; the findings have all of it."""
    text = _told(problem)
    detail = text if len(text) <= _LONGEST_DETAIL else "くわしくは「指摘」をご覧ください。"
    step = "資料" if known.form is not None and not known.form.fills else "会議用"
    again = f"直したあと、「{step}」の［作り直す］を押してください。"
    if known.intake is not None:
        return Failure("資料を作れませんでした", detail, again)
    if problem.code == "form-broken":
        return Failure("様式を読み取れません", detail, "form.toml を直して、保存してください。")
    if problem.code.startswith("form-"):
        return Failure("様式を決められません", detail, "台帳を直して、保存してください。")
    return Failure("台帳を読み取れません", detail, "台帳を確かめて、保存し直してください。")


def _told(found: Finding) -> str:
    """What is wrong and what can be done about it on the page."""
    return found.fact + without_commands(found.remedy)


def _annotated(page: Page | None, manifest: Manifest | None) -> str | None:
    shown = page.newest.annotated if page and manifest else None
    return shown.href if shown else None


def _facts(
    known: Known,
    run: RunView | None,
    findings: Sequence[FindingLine],
    rows: Sequence[PageRow],
    waiting: Sequence[Waiting],
    *,
    is_outdated: bool,
) -> StandingFacts:
    open_ones = [each.severity for each in findings if each.accepted is None]
    manifest = _own_manifest(known)
    work = known.work
    is_only = known.form is not None and not known.form.fills
    return StandingFacts(
        master=known.master.name if known.master else None,
        is_unknown=_is_unknown(known),
        failure=_failure(known, known.problem) if known.problem else None,
        errors=open_ones.count(Severity.ERROR.value),
        warnings=open_ones.count(Severity.WARNING.value),
        made=tuple(paper.label for paper in run.papers) if run else (),
        held_back=("資料",) if manifest is None or not manifest.documents else ("結果版",),
        has_results=bool(run and run.after),
        is_outdated=is_outdated,
        is_older=run is not None and _is_older(known, run),
        is_only=is_only,
        projects=len(rows),
        opinions=sum(row.is_filled for row in rows),
        unsettled=sum(bool(row.asked) for row in rows),
        waiting=sum(not each.is_done and not each.is_refused for each in waiting),
        refused=0 if is_only else sum(each.is_refused for each in waiting),
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


def _other(path: Path, waiting: Sequence[Waiting]) -> File:
    taken = next((each for each in waiting if each.file.id == identity(path)), None)
    if taken is None:
        note = "意見の集計" if path.suffix.lower() == ".xlsx" else "使いません"
    elif taken.is_refused:
        note = "取り込めません"
    else:
        note = "取り込み済み" if taken.is_done else "取り込み待ち"
    return File(identity(path), path.name, note)


# ---- the rows of the day


def _rows(intake: Intake, form: Form) -> Iterator[PageRow]:
    said = intake.results.opinions if intake.results else ()
    open_ones = {each.no: each for each in said if each.is_open}
    for record in intake.records.rows:
        number = identity_of(record)
        if number is None:
            continue
        seen = seen_of(record, form)
        columns = compared(form)
        # Of a row in question the workbook may hold an answer that is not used.
        asked = open_ones.get(number)
        fills = asked.fills if asked else {}
        yield PageRow(
            id=number,
            called=called(number, form),
            no=str(number) if form.of_kind("no") else "",
            name=name_of(record, form),
            group=record.group or "",
            proposals=tuple(Given(c.name, seen[c.key]) for c in columns if seen[c.key]),
            texts=tuple(
                seen[c.key] for c in seen_columns(form) if c not in columns and seen[c.key]
            ),
            fills=tuple(_fills(record, form, seen, fills)),
            is_filled=_is_filled(record, form),
            asked=tuple(filter(None, asked.asked.split("\n"))) if asked else (),
        )


def _is_filled(record: Row, form: Form) -> bool:
    """Whether the council has answered: every choice, or anything where it chooses nothing."""
    if not form.opinions:
        return not is_blank(fills_of(record, form))
    return not any(record.fill(column.key).is_blank for column in form.opinions)


def _fills(record: Row, form: Form, seen: Mapping[str, str], held: Fills) -> Iterator[PageFill]:
    for column in form.fills:
        own = record.fill(column.key)
        fill = held.get(column.key, own) if own.is_blank else own
        is_masters = record.source.cell(column.key).sheet == record.source.sheet
        fixed = "台帳に入力されています。直すときは台帳で直してください。"
        yield PageFill(
            column.key,
            column.name,
            encoded(fill, column, form),
            answers_of(column, seen.get(column.against or "", ""), form),
            fixed if is_masters and not own.is_blank else "",
        )


# ---- filled-in files


def _waiting(offer: Offer, known: Known) -> Waiting:
    file = File(identity(offer.path), offer.path.name)
    collected, intake, form = offer.collected, known.intake, known.form
    if offer.is_minutes:
        return Waiting(file, is_minutes=True)
    if collected is None or intake is None or form is None:
        problem = _told(offer.problem) if offer.problem else ""
        return Waiting(file, problem=problem, is_refused=True)
    rows = tuple(_differences(collected.opinions, intake, form))
    errors = {found.code for found in collected.findings if found.blocks}
    return Waiting(
        file=file,
        meeting="　".join(intake.records.meeting.facts),
        rows=rows,
        edits=tuple(_rewordings(collected.edits)),
        lines=tuple(lines_of(_line(f) for f in collected.findings if f.code not in _SHOWN_ABOVE)),
        read=sum(not is_blank(each.fills) for each in collected.opinions.values()),
        total=len(collected.opinions),
        is_done=not rows and not errors,
        is_blocked=bool(errors),
        needs_vouching=errors == _VOUCHED_FOR,
        is_refused=bool(errors - _VOUCHED_FOR),
    )


def _differences(
    said: Mapping[int, StatedOpinion], intake: Intake, form: Form
) -> Iterator[Difference]:
    """What the file says that is not known yet, in the order of the rows."""
    book = intake.results.opinions if intake.results else ()
    known = {line for each in book for line in each.asked.split("\n")}
    for record in intake.records.rows:
        number, now = identity_of(record), fills_of(record, form)
        each = said.get(number or 0)
        if each is None or not _is_news(each, now, known, form):
            continue
        proposals = (seen_of(record, form)[column.key] for column in compared(form))
        is_new = is_blank(now)
        yield Difference(
            called=called(number, form),
            name=name_of(record, form),
            proposal="／".join(filter(None, proposals)),
            now=all_in_words(now, form),
            then=each.asked or all_in_words(each.fills, form),
            kind="asked" if each.is_open else "new" if is_new else "other",
            differs=_differs(each, record, form),
        )


def _differs(said: StatedOpinion, record: Row, form: Form) -> bool:
    proposed = seen_of(record, form)
    chosen = ((c, said.fills.get(c.key, Fill())) for c in form.opinions if c.against)
    return any(
        fill.status is Status.CHOSEN and fill.value != proposed[column.against or ""]
        for column, fill in chosen
    )


def _is_news(said: StatedOpinion, now: Fills, known: set[str], form: Form) -> bool:
    if as_question(said, form) in known:
        return False
    if said.is_open:
        return not set(said.asked.split("\n")) <= known
    both = combined(now, said.fills, form)
    return both is None or any(both[key] != now[key] for key in both)


def _rewordings(edits: Sequence[Edit]) -> Iterator[Rewording]:
    for edit in edits:
        row = f"No.{edit.row} " if edit.row is not None else ""
        yield Rewording(f"{row}{edit.place}（{edit.kind.value}）", edit.printed, edit.seen)
