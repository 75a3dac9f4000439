"""参考資料「各判定の考え方」: records, form and judgement table in, the printed page out."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator

from pipeline.base.text import compare_key, figure
from pipeline.documents.words import count_text, enlarged, identity
from pipeline.model.columns import Column, plain
from pipeline.model.editions import Companion, Paper
from pipeline.model.form import Form, JudgementTable
from pipeline.model.records import Records, Row
from pipeline.model.reference import Reference, ReferenceCell, ReferenceRow

_UNCONFIRMED = "未確認"
_NO_LABEL = "区分不明"
_NO_CELL = "判定表になし"


def present_reference(
    records: Records, form: Form, table: JudgementTable, paper: Paper, *, date: dt.datetime
) -> Reference:
    """The judgement table in force, the highest scores first, with the number of rows per cell.

    A row is counted by its two scores, whichever letter it has. The legend names the rows
    whose letter differs from the table.
    """
    meeting = records.meeting
    rows, columns = form.column(table.rows), form.column(table.columns)
    across = _axis(columns, (cell.column for cell in table.cells))
    counts = Counter(_scores_of(row, table) for row in records.rows)
    reference_rows = tuple(
        ReferenceRow(
            (rows.name, figure(down)),
            tuple(_cell(table, (down, score), counts[down, score], form) for score in across),
        )
        for down in _axis(rows, (cell.row for cell in table.cells))
    )
    return Reference(
        paper=paper,
        scale=enlarged(paper),
        label=form.words.of(Companion.REFERENCE),
        number=form.words.reference_number,
        title=form.words.reference,
        note=meeting.note,
        author=meeting.secretariat,
        date=date,
        identity=identity(meeting, form, Companion.REFERENCE),
        lead=_lead(form, rows, columns),
        column_headings=tuple((columns.name, figure(score)) for score in across),
        rows=reference_rows,
        legend_heading="表の見方",
        legend=tuple(_legend(reference_rows, records, form, table)),
    )


def _axis(column: Column, table_scores: Iterable[int]) -> tuple[int, ...]:
    """Every score of an axis, the highest first: those of the column and of the table."""
    scale = (score for score in column.scale if isinstance(score, int))
    return tuple(sorted({*scale, *table_scores}, reverse=True))


def _scores_of(row: Row, table: JudgementTable) -> tuple[object, object]:
    return row.values.get(table.rows), row.values.get(table.columns)


def _cell(table: JudgementTable, scores: tuple[int, int], count: int, form: Form) -> ReferenceCell:
    """One cell; for an unknown letter or label it contains a remark."""
    cell = table.cell(*scores)
    if cell is None:
        return ReferenceCell("", _NO_CELL, "", count_text(count, form))
    return ReferenceCell(
        letter=cell.letter,
        label=cell.label or _NO_LABEL,
        doubt="" if cell.attested else _UNCONFIRMED,
        count=count_text(count, form),
    )


def _lead(form: Form, rows: Column, columns: Column) -> str:
    letter = form.judgement.letter if form.judgement else ""
    judgement = plain(form.column(letter).heading) if form.has(letter) else "判定"
    return (
        f"「{judgement}」の判定は、{rows.name}（縦の並び）と"
        f"{columns.name}（横の並び）の評価の組合せによります。"
    )


def _legend(
    rows: tuple[ReferenceRow, ...], records: Records, form: Form, table: JudgementTable
) -> Iterator[str]:
    """How to read a cell; words that no cell contains are not explained."""
    number = records.meeting.number or f"「{records.meeting.title}」"
    whole = count_text(len(records.rows), form)
    unit = "行" if form.words.unit == "件" else form.words.unit
    cells = [cell for row in rows for cell in row.cells]
    yield (
        "各欄には、上から順に、判定、その区分（かっこの中）、"
        f"評価がその組合せである{unit}の数を示しています。"
    )
    yield f"{unit}の数は、{number}の{whole}を、２つの評価で数えたものです。"
    if any(cell.doubt for cell in cells):
        yield f"「{_UNCONFIRMED}」の欄の判定は推定したもので、確認が済んでいません。"
    if any(cell.label == _NO_LABEL for cell in cells):
        yield f"「{_NO_LABEL}」の欄は、判定の区分が分かっていません。"
    if any(cell.label == _NO_CELL for cell in cells):
        yield f"「{_NO_CELL}」の欄は、判定表に判定がありません。"
    other = "、".join(row.called for row in _rows_with_another_letter(records, table))
    if other:
        yield f"{number}の判定がこの表と異なる{unit}（{other}）も、評価の組合せの欄で数えています。"


def _rows_with_another_letter(records: Records, table: JudgementTable) -> Iterator[Row]:
    """The rows whose letter is not the table's letter for their scores."""
    for row in records.rows:
        cell = table.cell(*_scores_of(row, table))
        letter = row.text(table.letter)
        if letter and (cell is None or compare_key(letter) != compare_key(cell.letter)):
            yield row
