"""Records for testing a form's templates: form in, made-up records out.

They contain every status of an opinion, a text longer than a page, several paragraphs,
characters with a meaning in Word, HTML or Jinja, and values that differ between columns.
So a template that loses or swaps any of them is found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from pipeline.model.columns import Column
from pipeline.model.form import Form
from pipeline.model.meeting import Meeting
from pipeline.model.records import Records, Row, RowSource
from pipeline.model.values import Fill, Number, Plain, Status, Value

_ODD = "&<>\"' {{ 7 * 7 }}{% raw %}{# 見本 #} &amp; ２2 ①㈱髙𠮷神\ufa19 ～〜 A  B"
_PLAIN = "見本の文章である。"
_TALL = "見本の長い文章である。" * 300
_DATE = dt.date(2026, 3, 9)
_TEXTS = (_PLAIN, f"{_PLAIN}\n{_ODD}\n{_PLAIN}", _TALL, _PLAIN, _PLAIN, _ODD)
# One row has the long text.
_TALL_PLACE = 2
_GROUPS = ("見本の分野", "見本の分野 " + _ODD)


def probe(form: Form) -> Records:
    """Made-up records that every template of ``form`` must print completely."""
    meeting = Meeting(
        number=form.number or "資料１",
        title=f"{form.title} {_ODD}",
        council="見本懇談会",
        session="第１回",
        date=_DATE,
        place="見本市役所",
        members_label=form.meeting.get("members_label"),
        secretariat="見本市",
        note="見本・架空",
    )
    rows = tuple(_rows(form))
    total = _total(form) if form.total else None
    return Records(meeting, rows, total)


def _rows(form: Form) -> Iterator[Row]:
    has_number = form.of_kind("no") is not None
    for k in range(len(_TEXTS)):
        values = {c.key: _value(form, c, k, place) for place, c in enumerate(form.columns)}
        name = form.of_kind("name")
        yield Row(
            position=k + 1,
            values=values,
            source=RowSource("見本", k + 2),
            no=k + 1 if has_number else None,
            name=str(values[name.key]) if name else "",
            group=_GROUPS[k // 3] if form.group else None,
            has_number=has_number,
        )


def _total(form: Form) -> Row:
    values = {
        column.key: Number(12345.0, f"12,3{place}")
        for place, column in enumerate(form.columns)
        if column.kind == "number"
    }
    return Row(0, values, RowSource("見本", 9), name=form.total or "", has_number=False)


def _value(form: Form, column: Column, k: int, place: int) -> Value:
    if not column.fill:
        return _plain(form, column, k, place)
    if column.is_choice:
        return _opinion(column, k)
    if k in {0, 3, 4}:
        return Fill(Status.WRITTEN, _plain(form, column, k, place))
    return Fill()


def _opinion(column: Column, k: int) -> Fill:
    """The opinion of row ``k``: each status once, and a choice with and without a remark."""
    return (
        Fill(Status.CHOSEN, column.choices[-1]),
        Fill(Status.CHOSEN, column.choices[0]),
        Fill(Status.NO_OPINION),
        Fill(Status.DEFERRED),
        Fill(Status.DIVIDED),
        Fill(),
    )[k]


def _plain(form: Form, column: Column, k: int, place: int) -> Plain:
    """A value of the column's kind; neighbouring columns get different values if possible."""
    match column.kind:
        case "no":
            return k + 1
        case "name":
            return f"見本{k + 1}" + (_ODD if k == 1 else "")
        case "score":
            return column.scale[(k + place) % len(column.scale)]
        case "choice":
            return column.choices[k % len(column.choices)]
        case "number":
            return Number(float(k * 1000 + place), f"{k},0{place:02}")
        case _:
            return _marked(form, column, k, place)


def _marked(form: Form, column: Column, k: int, place: int) -> Plain:
    """A mark, a word or sentences; in one row the text is taller than a page."""
    if column.kind == "mark":
        return True if (k + place) % 2 else None
    if column.kind == "word":
        return _word(form, column, k)
    first_text = next((c for c in form.printed if c.kind == "text"), None)
    is_tall = k == _TALL_PLACE and column is not first_text
    return f"{place}" + (_PLAIN if is_tall else _TEXTS[k])


def _word(form: Form, column: Column, k: int) -> str | None:
    """A letter or a label; one row has no letter, another one no label."""
    table = form.judgement
    cells = table.cells if table else ()
    if table and cells and column.key == table.letter:
        return cells[k % len(cells)].letter if k != 3 else None  # noqa: PLR2004 - one row
    if column.inside is not None:
        return f"見本{k}" if k != 4 else None  # noqa: PLR2004 - one row
    return "ABCDEF"[k]
