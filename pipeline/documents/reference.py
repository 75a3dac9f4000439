"""参考資料「各判定の考え方」: records, form and judgement table in, the table as a page out."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator

from pipeline.base.text import compare_key, figure
from pipeline.documents.words import identity, projects_in_words
from pipeline.model.editions import Companion, Paper
from pipeline.model.form import Form, JudgementTable, Rating
from pipeline.model.records import Project, Records
from pipeline.model.reference import Reference, ReferenceCell, ReferenceRow

_UNCONFIRMED = "未確認"
_NO_LABEL = "区分不明"
_NO_CELL = "判定表になし"


def present_reference(
    records: Records, form: Form, table: JudgementTable, paper: Paper, *, date: dt.datetime
) -> Reference:
    """The judgement table in force, the highest ratings first, with its projects counted.

    A project is counted by its two ratings, whatever letter it has; the legend
    names those whose letter is another one.
    """
    meeting = records.meeting
    words = form.file.reference
    rows, columns = form.rating(table.rows), form.rating(table.columns)
    across = _scores(columns, (cell.column for cell in table.cells))
    counts = Counter(_pair(project, table) for project in records.projects)
    shown = tuple(
        ReferenceRow(
            (rows.title, figure(down)),
            tuple(_cell(table, (down, score), counts[down, score]) for score in across),
        )
        for down in _scores(rows, (cell.row for cell in table.cells))
    )
    return Reference(
        paper=paper,
        number=words.number,
        title=words.title,
        note=meeting.note,
        author=meeting.secretariat,
        date=date,
        identity=tuple(identity(meeting, form, Companion.REFERENCE).items()),
        lead=_lead(form, rows, columns),
        column_headings=tuple((columns.title, figure(score)) for score in across),
        rows=shown,
        legend_heading="表の見方",
        legend=tuple(_legend(shown, records, table)),
    )


def _scores(rating: Rating, told: Iterable[int]) -> tuple[int, ...]:
    """Every score of an axis, the highest first; those that only the table has as well."""
    return tuple(sorted({*range(rating.minimum, rating.maximum + 1), *told}, reverse=True))


def _pair(project: Project, table: JudgementTable) -> tuple[int | None, int | None]:
    return project.ratings.get(table.rows), project.ratings.get(table.columns)


def _cell(table: JudgementTable, pair: tuple[int, int], count: int) -> ReferenceCell:
    """One cell; what is not known of it is said in words."""
    cell = table.cell(*pair)
    if cell is None:
        return ReferenceCell("", _NO_CELL, "", projects_in_words(count))
    return ReferenceCell(
        letter=cell.letter,
        label=cell.label or _NO_LABEL,
        doubt="" if cell.attested else _UNCONFIRMED,
        count=projects_in_words(count),
    )


def _lead(form: Form, rows: Rating, columns: Rating) -> str:
    judgement = "".join(form.file.headings.judgement) or "判定"
    return (
        f"「{judgement}」の判定は、{rows.title}（縦の並び）と"
        f"{columns.title}（横の並び）の評価の組合せによります。"
    )


def _legend(
    rows: tuple[ReferenceRow, ...], records: Records, table: JudgementTable
) -> Iterator[str]:
    """How a cell is read; words that no cell has are not explained."""
    number = records.meeting.number
    whole = projects_in_words(len(records.projects))
    cells = [cell for row in rows for cell in row.cells]
    yield (
        "各欄には、上から順に、判定、その区分（かっこの中）、"
        "評価がその組合せである事業の数を示しています。"
    )
    yield f"事業の数は、{number}の{whole}を、２つの評価で数えたものです。"
    if any(cell.doubt for cell in cells):
        yield f"「{_UNCONFIRMED}」の欄の判定は推定したもので、確認が済んでいません。"
    if any(cell.label == _NO_LABEL for cell in cells):
        yield f"「{_NO_LABEL}」の欄は、判定の区分が分かっていません。"
    if any(cell.label == _NO_CELL for cell in cells):
        yield f"「{_NO_CELL}」の欄は、判定表に判定がありません。"
    other = "、".join(f"No.{project.no}" for project in _judged_otherwise(records, table))
    if other:
        yield f"{number}の判定がこの表と異なる事業（{other}）も、評価の組合せの欄で数えています。"


def _judged_otherwise(records: Records, table: JudgementTable) -> Iterator[Project]:
    """Projects whose letter is not the one that the table has for their ratings."""
    for project in records.projects:
        row, column = _pair(project, table)
        cell = table.cell(row, column) if row is not None and column is not None else None
        letter = project.judgement.letter
        if letter and (cell is None or compare_key(letter) != compare_key(cell.letter)):
            yield project
