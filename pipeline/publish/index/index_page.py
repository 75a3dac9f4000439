"""The values for the index page: runs in, texts and links out, newest first."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from pipeline.base.paths import ANNOTATED, finished_folder
from pipeline.base.text import era_date, parse_date
from pipeline.model.editions import Companion, Edition
from pipeline.model.manifest import Manifest, ManifestDocument, OpinionInfo, Run, shown
from pipeline.publish.index.changes import Changes, changes
from pipeline.publish.index.lines import JoinedFinding, lines_of, summary_of

# Renumbering a master changes every row; a longer list would not help the reader.
MOST_CHANGES: Final = 100
_FORMATS: Final = {"docx": "Word", "pdf": "PDF", "xlsx": "Excel"}
_STAMP: Final = re.compile(r"(\d{8})-(\d{6})_")
# These documents are made after the meeting; all others are handed out before it.
_AFTER_MEETING: Final = frozenset(
    {Edition.RESULTS.value, Companion.SUMMARY.value, Companion.MINUTES.value}
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link and its text."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Highlight:
    """A changed row on a picture: top and height in thousandths of the page's height."""

    top: int
    height: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a page: address, alternative text, height at width 1000, changed rows."""

    src: str
    text: str
    height: int
    marks: tuple[Highlight, ...] = ()
    changed: str = ""


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One document in all its formats."""

    key: str
    title: str
    label: str
    links: tuple[Link, ...]
    pictures: tuple[Picture, ...]
    pdf: str | None
    pages: int
    more_pages: int
    is_before: bool


@dataclass(frozen=True, slots=True)
class ChoiceCount:
    """How often one choice occurs; ``proposal`` or ``opinion`` is None if it can't occur there."""

    label: str
    proposal: int | None
    opinion: int | None


@dataclass(frozen=True, slots=True)
class ChoiceCounts:
    """The choices of all rows in one column, and the number of opinions."""

    title: str
    rows: tuple[ChoiceCount, ...]
    projects: int
    opinions: int


@dataclass(frozen=True, slots=True)
class RunView:
    """One run as the page shows it; ``readable`` is false if its manifest can't be read."""

    name: str
    folder: Link
    when: str
    master: str
    readable: bool
    is_only: bool = False
    meeting: str = ""
    papers: tuple[DocumentView, ...] = ()
    held_back: tuple[str, ...] = ()
    annotated: Link | None = None
    kept: tuple[Link, ...] = ()
    open_lines: tuple[JoinedFinding, ...] = ()
    accepted_lines: tuple[JoinedFinding, ...] = ()
    summary: str = ""
    counts: tuple[ChoiceCounts, ...] = ()
    changes: Changes | None = None
    change_summary: str = ""

    @property
    def before(self) -> tuple[DocumentView, ...]:
        """The documents for the meeting."""
        return tuple(paper for paper in self.papers if paper.is_before)

    @property
    def after(self) -> tuple[DocumentView, ...]:
        """The documents made after the meeting."""
        return tuple(paper for paper in self.papers if not paper.is_before)


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting with its runs and the newest version of each document."""

    anchor: str
    title: str
    runs: tuple[RunView, ...]
    papers: tuple[DocumentView, ...]
    kept: tuple[Link, ...]
    counts: tuple[ChoiceCounts, ...]
    changes: Changes | None
    change_summary: str


@dataclass(frozen=True, slots=True)
class Page:
    """The newest run, the newest run with documents, and all runs grouped by meeting."""

    newest: RunView
    made: RunView | None
    meetings: tuple[MeetingView, ...]
    most_changes: int = MOST_CHANGES


def page_of(runs: Sequence[Run], base: str = "") -> Page:
    """The page of ``runs`` (newest first, at least one); ``base`` is the prefix of each link."""
    views = [_view(run, _before(runs, place), base) for place, run in enumerate(runs)]
    own = views[0].master
    made = next((v for v in views if v.papers and (v.master == own or not own)), None)
    return Page(views[0], made, tuple(_meetings(runs, views)))


def _before(runs: Sequence[Run], place: int) -> Manifest | None:
    """The manifest of the previous run of the same master.

    A run without documents is skipped, because it was never printed.
    """
    own = runs[place].manifest
    if own is None:
        return None
    earlier = (run.manifest for run in runs[place + 1 :] if run.manifest is not None)
    return next((e for e in earlier if e.master.name == own.master.name and e.documents), None)


def _view(run: Run, before: Manifest | None, base: str) -> RunView:
    folder = Link(f"{base}{quote(run.name)}/", run.name)
    manifest = run.manifest
    if manifest is None:
        return RunView(run.name, folder, _when(run.name), "", readable=False)
    annotated = _href(base, run.name, ANNOTATED) if ANNOTATED in run.files else None
    lines = lines_of(manifest.findings)
    differences = None if before is None else changes(before, manifest)
    return RunView(
        name=run.name,
        folder=folder,
        when=_when(run.name),
        master=manifest.master.name,
        readable=True,
        is_only=bool(manifest.records.columns) and not manifest.filled,
        meeting=meeting_title(manifest),
        papers=tuple(_papers(run.name, manifest, differences, base)),
        held_back=manifest.held_back,
        annotated=Link(annotated, ANNOTATED) if annotated else None,
        kept=tuple(Link(_href(base, finished_folder(run.name), n), n) for n in run.kept),
        open_lines=tuple(line for line in lines if line.accepted is None),
        accepted_lines=tuple(line for line in lines if line.accepted is not None),
        summary=summary_of(manifest.findings),
        counts=_counts(manifest),
        changes=differences,
        change_summary=_change_summary(differences),
    )


def _when(name: str) -> str:
    """令和８年３月９日 21:05 from the folder's name; the name itself if it contains no time."""
    match = _STAMP.match(name)
    try:
        moment = dt.datetime.strptime(f"{match[1]}{match[2]}", "%Y%m%d%H%M%S") if match else None  # noqa: DTZ007 - the office's own clock, shown as it was
    except ValueError:
        moment = None
    return f"{era_date(moment.date())} {moment:%H:%M}" if moment else name


def meeting_title(manifest: Manifest) -> str:
    """第２回 ○○懇談会（令和８年３月９日）, as far as known; otherwise the master's name."""
    meeting = manifest.records.meeting
    day = parse_date(meeting.date) if meeting.date else None
    title = " ".join(part for part in (meeting.session, meeting.council) if part)
    date = era_date(day) if day else ""
    if title and date:
        return f"{title}（{date}）"
    return title or date or manifest.master.name


# ---- documents


def _papers(
    run: str, manifest: Manifest, differences: Changes | None, base: str
) -> Iterator[DocumentView]:
    """The documents; the formats of one document are grouped."""
    by_stem: dict[str, list[ManifestDocument]] = {}
    for document in filter(_stays_inside, manifest.documents):
        by_stem.setdefault(document.name.rpartition(".")[0], []).append(document)
    for stem, group in by_stem.items():
        pictured = next((each for each in group if each.pictures), None)
        pdf = next((each for each in group if each.format == "pdf"), None)
        edition = group[0].edition
        yield DocumentView(
            key=edition,
            title=stem,
            label=group[0].label or stem,
            links=tuple(
                Link(_href(base, run, each.name), _FORMATS.get(each.format, each.format))
                for each in group
            ),
            pictures=tuple(
                _pictures(run, stem, pictured, _changed_rows(pictured, differences, manifest), base)
            )
            if pictured
            else (),
            pdf=_href(base, run, pdf.name) if pdf else None,
            pages=sum(each.pages for each in group),
            more_pages=max(
                0, sum(e.pages for e in group) - (len(pictured.pictures) if pictured else 0)
            ),
            is_before=edition not in _AFTER_MEETING,
        )


def _stays_inside(document: ManifestDocument) -> bool:
    """Whether every name of a document is a path inside its run."""
    names = (document.name, *document.pictures)
    return not any("\\" in name or ".." in name.split("/") for name in names)


def _pictures(
    run: str, stem: str, pictured: ManifestDocument, changed: frozenset[str], base: str
) -> Iterator[Picture]:
    width, height = pictured.paper
    for page, name in enumerate(pictured.pictures, start=1):
        here = {
            number: (top, bottom)
            for number, bands in pictured.bands.items()
            if number in changed
            for on, top, bottom in bands
            if on == page
        }
        yield Picture(
            _href(base, run, name),
            f"{stem} の {page} ページ目",
            round(1000 * height / max(width, 1)),
            tuple(Highlight(round(t * 1000), round((b - t) * 1000)) for t, b in here.values()),
            "、".join(f"No.{number}" for number in here),
        )


def _changed_rows(
    pictured: ManifestDocument, differences: Changes | None, manifest: Manifest
) -> frozenset[str]:
    """The numbers of the rows that look different in this document.

    The documents for the meeting contain no opinions. In the results, the first opinion of a row
    is not marked, because then every row would be.
    """
    if differences is None:
        return frozenset()
    is_before = pictured.edition not in _AFTER_MEETING
    changed = [
        row.project
        for row in differences.changed
        if any(
            field.key not in manifest.filled or (field.before and not is_before)
            for field in row.fields
        )
    ]
    projects = (*changed, *differences.added)
    return frozenset(str(project.no) for project in projects if project.no is not None)


def _href(base: str, run: str, name: str) -> str:
    return f"{base}{quote(run)}/{quote(name)}"


# ---- changes and counts


def _change_summary(found: Changes | None) -> str:
    if found is None:
        return "初回"
    counts = {"追加": found.added, "削除": found.removed, "変更": found.changed}
    summary = "・".join(f"{word} {len(group)}" for word, group in counts.items() if group)
    return summary or "変更なし"


def _counts(manifest: Manifest) -> tuple[ChoiceCounts, ...]:
    """The counts of every choice, for each column of opinions."""
    return tuple(_counts_of(column, manifest) for column in manifest.opinions)


def _counts_of(column: OpinionInfo, manifest: Manifest) -> ChoiceCounts:
    rows, words = manifest.records.rows, manifest.words
    stated = Counter(shown(row.values.get(column.key), words) for row in rows)
    proposed = Counter(shown(row.values.get(column.against or ""), words) for row in rows)
    has_proposal = column.against is not None
    lines = [
        ChoiceCount(label, proposed[label] if has_proposal else None, stated[label])
        for label in column.choices
    ]
    # The statuses follow the choices; "blank" is the last line.
    lines += [
        ChoiceCount(word, None, stated[word])
        for word in (*list(words.values())[1:], words["blank"])
    ]
    return ChoiceCounts(column.title, tuple(lines), len(rows), len(rows) - stated[words["blank"]])


# ---- meetings


def _meetings(runs: Sequence[Run], views: Sequence[RunView]) -> Iterator[MeetingView]:
    """The runs grouped by meeting; the meeting of the newest run comes first."""
    groups: dict[str, list[int]] = {}
    for place, view in enumerate(views):
        groups.setdefault(view.meeting or view.name, []).append(place)
    firsts = [places[0] for places in groups.values()]
    for number, (title, places) in enumerate(groups.items(), start=1):
        own = [views[place] for place in places]
        newest = _newest_with_documents(runs, places)
        earlier = _before(runs, places[-1]) if newest else None
        differences = changes(earlier, newest, is_next_meeting=True) if newest and earlier else None
        papers: dict[str, DocumentView] = {}
        for view in own:
            for paper in view.papers:
                papers.setdefault(paper.key, paper)
        yield MeetingView(
            anchor=f"meeting-{number}",
            title=title if own[0].readable else own[0].when,
            runs=tuple(own),
            papers=tuple(papers.values()),
            kept=tuple(link for view in own for link in view.kept),
            counts=views[firsts[number - 1]].counts,
            changes=differences,
            change_summary=_change_summary(differences) if differences else "",
        )


def _newest_with_documents(runs: Sequence[Run], places: Sequence[int]) -> Manifest | None:
    """The manifest of the newest run of a meeting that has documents."""
    manifests = (runs[place].manifest for place in places)
    return next((each for each in manifests if each is not None and each.documents), None)
