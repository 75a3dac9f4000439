"""What the page shows: manifests in, texts and links out, newest first."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from pipeline.base.paths import ANNOTATED
from pipeline.base.text import era_date
from pipeline.model.catalogue import Severity
from pipeline.model.findings import order
from pipeline.model.manifest import Document, FindingLine, Manifest, ProjectValues, Run
from pipeline.publish.index.changes import Changes, changes, opinion_label

# So many runs are shown with pictures, findings and changes; of the others one line each.
IN_FULL: Final = 5
# A master that was renumbered changes every row, and nobody reads them here.
MOST_CHANGES: Final = 100
_FORMATS: Final = {"docx": "Word", "pdf": "PDF", "xlsx": "Excel"}
_STAMP: Final = re.compile(r"(\d{8})-(\d{6})_")


@dataclass(frozen=True, slots=True)
class Link:
    """A link and what it is called."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A page of a document: its picture and the words for those who don't see it."""

    src: str
    text: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One handout in all its formats."""

    title: str
    links: tuple[Link, ...]
    printing: Link | None
    pictures: tuple[Picture, ...]
    pdf: str | None
    more_pages: int


@dataclass(frozen=True, slots=True)
class Line:
    """A finding: its severity in words, its place, its sentence.

    ``href`` leads to the annotated copy, where the run has one. No browser opens a workbook
    at a cell; the place stands in the address for programs that do.
    """

    severity: str
    kind: str
    place: str
    href: str | None
    message: str
    accepted: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """How often one choice was made; ``opinion`` is None where it can't be one."""

    label: str
    proposal: int | None
    opinion: int | None


@dataclass(frozen=True, slots=True)
class Counts:
    """The choices of all projects. ``has_opinions``: whether any opinion is in."""

    rows: tuple[Count, ...]
    projects: int
    has_opinions: bool


@dataclass(frozen=True, slots=True)
class RunView:
    """One run as the page shows it; ``readable`` is false where only its folder is known."""

    anchor: str
    folder: Link
    when: str
    master: str
    readable: bool
    papers: tuple[Paper, ...] = ()
    annotated: Link | None = None
    open_lines: tuple[Line, ...] = ()
    accepted_lines: tuple[Line, ...] = ()
    summary: str = ""
    counts: Counts | None = None
    changes: Changes | None = None
    change_summary: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page: the newest runs in full, the others in a line each."""

    newest: RunView
    recent: tuple[RunView, ...]
    older: tuple[RunView, ...]
    most_changes: int = MOST_CHANGES


def page_of(runs: Sequence[Run]) -> Page:
    """The page over ``runs`` (newest first, at least one)."""
    views = [_view(run, _before(runs, place), place) for place, run in enumerate(runs)]
    return Page(views[0], tuple(views[1:IN_FULL]), tuple(views[IN_FULL:]))


def _before(runs: Sequence[Run], place: int) -> Manifest | None:
    """The manifest of the run before this one that was made from the same master."""
    own = runs[place].manifest
    if own is None:
        return None
    earlier = (run.manifest for run in runs[place + 1 :] if run.manifest is not None)
    return next((each for each in earlier if each.master.name == own.master.name), None)


def _view(run: Run, before: Manifest | None, place: int) -> RunView:
    folder = Link(f"{quote(run.name)}/", run.name)
    manifest = run.manifest
    if manifest is None:
        return RunView(f"run-{place + 1}", folder, _when(run.name), "", readable=False)
    found = sorted(manifest.findings, key=lambda each: order(each.project, Severity(each.severity)))
    annotated = _href(run.name, ANNOTATED) if ANNOTATED in run.files else None
    lines = [_line(each, annotated) for each in found]
    differences = None if before is None else changes(before, manifest)
    return RunView(
        anchor=f"run-{place + 1}",
        folder=folder,
        when=_when(run.name),
        master=manifest.master.name,
        readable=True,
        papers=tuple(_papers(run.name, manifest)),
        annotated=Link(annotated, ANNOTATED) if annotated else None,
        open_lines=tuple(line for line in lines if line.accepted is None),
        accepted_lines=tuple(line for line in lines if line.accepted is not None),
        summary=_summary(found),
        counts=_counts(manifest),
        changes=differences,
        change_summary=_change_summary(differences),
    )


def _when(name: str) -> str:
    """令和８年３月９日 21:05, from the name of the folder; the name where it has no time."""
    match = _STAMP.match(name)
    try:
        moment = dt.datetime.strptime(f"{match[1]}{match[2]}", "%Y%m%d%H%M%S") if match else None  # noqa: DTZ007 - the office's own clock, shown as it was
    except ValueError:
        moment = None
    return f"{era_date(moment.date())} {moment:%H:%M}" if moment else name


def _papers(run: str, manifest: Manifest) -> Iterator[Paper]:
    """The documents, the formats of one handout together."""
    by_stem: dict[str, list[Document]] = {}
    for document in filter(_stays_inside, manifest.documents):
        by_stem.setdefault(document.name.rpartition(".")[0], []).append(document)
    for stem, group in by_stem.items():
        pdf = next((each for each in group if each.printing), None)
        shown = tuple(name for each in group for name in each.pictures)
        yield Paper(
            title=stem,
            links=tuple(
                Link(_href(run, each.name), _FORMATS.get(each.format, each.format))
                for each in group
            ),
            printing=Link(_href(run, pdf.printing), stem) if pdf and pdf.printing else None,
            pictures=tuple(
                Picture(_href(run, name), f"{stem} の {number} ページ目")
                for number, name in enumerate(shown, start=1)
            ),
            pdf=_href(run, pdf.name) if pdf else None,
            more_pages=max(0, sum(each.pages for each in group) - len(shown)),
        )


def _stays_inside(document: Document) -> bool:
    """Whether every name of a document is a file of its run, and of nowhere else."""
    names = (document.name, *document.pictures, document.printing or "")
    return not any("\\" in name or ".." in name.split("/") for name in names)


def _href(run: str, name: str) -> str:
    return f"{quote(run)}/{quote(name)}"


def _line(found: FindingLine, annotated: str | None) -> Line:
    place = "!".join(part for part in (found.sheet, found.cell) if part)
    # A cell of another workbook (the collected opinions) is not in the copy.
    elsewhere = (found.sheet or "").startswith("[")
    href = f"{annotated}#{quote(place)}" if annotated and place and not elsewhere else None
    label = Severity(found.severity).label
    return Line(label, found.severity, place, href, _sentence(found), found.accepted)


def _sentence(found: FindingLine) -> str:
    """The message without the sheet and the cell, which stand in a column of their own."""
    place = "!".join(part for part in (found.sheet, found.cell) if part)
    return found.message.removeprefix(place).strip() if place else found.message


def _summary(found: Sequence[FindingLine]) -> str:
    """「注意 1 件、お知らせ 3 件（ほかに確認済 1 件）」; what nobody found is left out."""
    still_open = Counter(each.severity for each in found if each.accepted is None)
    accepted = sum(each.accepted is not None for each in found)
    said = "、".join(
        f"{severity.label} {still_open[severity.value]} 件"
        for severity in Severity
        if still_open[severity.value]
    )
    return (said or "指摘なし") + (f"（ほかに確認済 {accepted} 件）" if accepted else "")


def _change_summary(found: Changes | None) -> str:
    if found is None:
        return "初回"
    counts = {"追加": found.added, "削除": found.removed, "変更": found.changed}
    said = "・".join(f"{word} {len(group)}" for word, group in counts.items() if group)
    return said or "変更なし"


def _counts(manifest: Manifest) -> Counts | None:
    """Every choice with its counts; None where the manifest names no choices."""
    projects = manifest.records.projects
    if not manifest.choices:
        return None
    words = manifest.opinion_words
    proposals = Counter(project.proposal.choice for project in projects)
    opinions = Counter(opinion_label(project, words) for project in projects)
    rows = [Count(label, proposals[label], opinions[label]) for label in manifest.choices]
    rows += [Count(word, None, opinions[word]) for word in words.counted]
    return Counts(tuple(rows), len(projects), has_opinions=_any_opinion(projects))


def _any_opinion(projects: Sequence[ProjectValues]) -> bool:
    return any(project.opinion.status != "blank" for project in projects)
