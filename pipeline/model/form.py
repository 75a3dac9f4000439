"""The form: everything that differs between councils, as data.

``model.form_file`` reads it from ``templates/<form>/form.toml``; another council needs
another folder, but no Python code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.base.files import is_hidden
from pipeline.model.columns import Column
from pipeline.model.document import Document
from pipeline.model.editions import A4, Companion, Edition, Paper
from pipeline.model.values import Status

# The optional column in which the office accepts findings.
ACCEPTED = "accepted"
MEETING_SHEET = "会議情報"
JUDGEMENT_SHEET = "判定表"
GUIDE_SHEET = "書き方"
# Millimetres between the table and the edge of the paper: top, right, bottom, left.
MARGINS = (8.0, 7.0, 11.0, 7.0)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of statuses, editions and documents; ``[words]`` of a form replaces some."""

    blank: str = "未入力"
    no_opinion: str = "意見なし"
    deferred: str = "保留"
    divided: str = "意見が分かれた"
    meeting: str = "会議用"
    results: str = "結果版"
    results_suffix: str = "（意見入り 結果版）"
    proposal: str = "事務局案"
    comment: str = "意見の内容"
    summary: str = "会議結果概要"
    minutes: str = "会議録（案）"
    reference_number: str = "参考資料"
    reference: str = "各判定の考え方"
    disclaimer: str = "会議で出された意見をまとめたもので、方針を決めたものではありません。"
    sheet: str = "一覧"
    unit: str = "件"
    outside_choices: tuple[str, ...] = ()

    @property
    def by_status(self) -> Mapping[Status, str]:
        """The word for each status that has no value; 未入力 first."""
        return {
            Status.BLANK: self.blank,
            Status.NO_OPINION: self.no_opinion,
            Status.DEFERRED: self.deferred,
            Status.DIVIDED: self.divided,
        }

    @property
    def opinions(self) -> tuple[str, ...]:
        """The words for an opinion that is not a choice, without the one for blank."""
        return tuple(self.by_status.values())[1:]

    @property
    def counted(self) -> tuple[str, ...]:
        """The words in the order of a table that counts them: 未入力 last."""
        return (*self.opinions, self.blank)

    def of(self, document: Edition | Companion) -> str:
        """The name of a document in its file name and in messages."""
        return {
            Edition.MEETING: self.meeting,
            Edition.RESULTS: self.results,
            Edition.ONLY: "",
            Companion.SUMMARY: self.summary,
            Companion.MINUTES: self.minutes,
            Companion.REFERENCE: self.reference,
        }[document]


@dataclass(frozen=True, slots=True)
class Note:
    """A note under a heading: one for all editions, or one for each."""

    by_edition: Mapping[Edition, str]

    def of(self, edition: Edition) -> str:
        """The note of an edition; empty if it has none."""
        return self.by_edition.get(edition, "")


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A check: column ``equal`` is the sum of ``terms``, pairs of a sign (1, -1) and a key."""

    equal: str
    terms: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class JudgementCell:
    """One cell of the judgement table: letter and, if known, label.

    ``attested`` cells occur in a printed handout; the others are inferred from its
    rule, so a difference from them is only a notice.
    """

    row: int
    column: int
    letter: str
    label: str | None = None
    attested: bool = False


@dataclass(frozen=True, slots=True)
class JudgementTable:
    """判定 = f(score ``rows``, score ``columns``); all four are keys of columns."""

    rows: str
    columns: str
    cells: tuple[JudgementCell, ...]
    letter: str = "letter"
    label: str = "label"

    def cell(self, row: object, column: object) -> JudgementCell | None:
        """The cell for a pair of scores, or None if the table lacks it."""
        return next((c for c in self.cells if (c.row, c.column) == (row, column)), None)

    def letters(self) -> frozenset[str]:
        """Every letter of the table."""
        return frozenset(cell.letter for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form. Its templates are searched in ``folders``; the first folder that has one wins.

    A new value in the column with the key ``group`` starts a group of rows; ``notes`` are by
    the heading above them, ``meeting`` are the defaults of 会議情報 by key.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    folders: tuple[Path, ...] = ()
    number: str = ""
    paper: Paper = A4
    margins: tuple[float, float, float, float] = MARGINS
    group: str | None = None
    total: str | None = None
    note: str = ""
    notes: Mapping[str, Note] = field(default_factory=dict)
    checks: tuple[Arithmetic, ...] = ()
    meeting: Mapping[str, str] = field(default_factory=dict)
    words: Words = Words()
    judgement: JudgementTable | None = None

    def column(self, key: str) -> Column:
        """The column of a key; KeyError for a key that the form lacks."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    def has(self, key: str) -> bool:
        """Whether the form has the column."""
        return any(column.key == key for column in self.columns)

    def of_kind(self, kind: str) -> Column | None:
        """The first column of a kind that a form has once: ``no`` or ``name``."""
        return next((column for column in self.columns if column.kind == kind), None)

    @property
    def printed(self) -> tuple[Column, ...]:
        """The columns that have their own cells on paper, left to right."""
        return tuple(c for c in self.columns if c.prints and c.inside is None)

    def inside(self, key: str) -> tuple[Column, ...]:
        """The columns that are printed in the cells of a column, directly or in one another."""
        direct = (c for c in self.columns if c.prints and c.inside == key)
        return tuple(column for c in direct for column in (c, *self.inside(c.key)))

    def host(self, column: Column) -> Column:
        """The column in whose cells a column is printed: itself if it has its own cells."""
        return column if column.inside is None else self.host(self.column(column.inside))

    @property
    def fills(self) -> tuple[Column, ...]:
        """The columns that the council fills in."""
        return tuple(column for column in self.columns if column.fill)

    @property
    def opinions(self) -> tuple[Column, ...]:
        """The columns of kind ``choice`` that the council fills in."""
        return tuple(column for column in self.fills if column.is_choice)

    def comments(self, column: Column) -> tuple[Column, ...]:
        """The columns for remarks on a column: filled in inside its cells, but no choices."""
        return tuple(c for c in self.fills if c.inside == column.key and not c.is_choice)

    @property
    def editions(self) -> tuple[Edition, ...]:
        """The editions that the form has."""
        return (Edition.MEETING, Edition.RESULTS) if self.fills else (Edition.ONLY,)

    def resource(self, name: str) -> Path | None:
        """A file of the form: its own file, else the shared one, else None."""
        return next((f / name for f in self.folders if (f / name).is_file()), None)

    def template(self, document: Document, suffix: str) -> Path | None:
        """The template of a document (``suffix`` docx or html)."""
        return self.resource(f"{document.template}.{suffix}")


def template_files(folders: tuple[Path, ...]) -> Iterator[tuple[str, bytes]]:
    """Every file of a form's folders that a document may use: its name and bytes.

    If several folders contain a file of the same name, the first folder wins. Lock files of
    Word and hidden files are left out.
    """
    seen: set[str] = set()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            is_excluded = any(map(is_hidden, name.split("/")))
            if path.is_file() and not is_excluded and name not in seen:
                seen.add(name)
                yield name, path.read_bytes()
