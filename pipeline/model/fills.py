"""What the council fills in, column by column, and what it has before it when it does.

In: a form and its rows. Out: the columns that belong together, their words, and whether two
sources say the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.base.text import compare_key
from pipeline.model.columns import Column, plain
from pipeline.model.form import Form
from pipeline.model.kinds import kind_of
from pipeline.model.kinds.kind import shown
from pipeline.model.records import Row, printed_text
from pipeline.model.values import Fill, Number, Plain

# What was filled in, by the keys of the columns; a missing one is blank.
Fills = Mapping[str, Fill]


def fills_of(row: Row, form: Form) -> dict[str, Fill]:
    """What a row says in each column to fill in."""
    return {column.key: row.fill(column.key) for column in form.fills}


def is_blank(fills: Fills) -> bool:
    """Whether nothing is filled in."""
    return all(fill.is_blank for fill in fills.values())


def in_words(fill: Fill, column: Column, form: Form) -> str:
    """What was filled in, as the workbooks and messages say it; 未入力 for nothing."""
    if fill.status in form.words.by_status:
        return form.words.by_status[fill.status]
    return "\n".join(kind_of(column).lines(fill.value, column))


def all_in_words(fills: Fills, form: Form) -> str:
    """Everything that was filled in on one line, each with its column where there are several."""
    told = [
        (column, in_words(fills[column.key], column, form))
        for column in form.fills
        if not fills.get(column.key, Fill()).is_blank
    ]
    several = len(fill_units(form)) > 1
    words = (f"{column.name}：{word}" if several else word for column, word in told)
    return "／".join(words).replace("\n", "／")


def as_json(fills: Fills, form: Form) -> dict[str, object]:
    """What was filled in as the commands print it, every column of the form included."""
    told = {column: fills.get(column.key, Fill()) for column in form.fills}
    return {
        column.key: {
            "status": fill.status.value,
            "value": kind_of(column).as_json(fill.value),
        }
        for column, fill in told.items()
    }


# ---- which columns


def fill_units(form: Form) -> tuple[tuple[Column, ...], ...]:
    """The columns to fill in, each with the remarks on it: what is said together."""
    hosts = {column.key: form.comments(column) for column in form.fills}
    remarks = {column for inner in hosts.values() for column in inner}
    return tuple((each, *hosts[each.key]) for each in form.fills if each not in remarks)


def naming_column(form: Form) -> Column | None:
    """The column that tells a row from others: its name, else the first printed text.

    None where the form prints neither.
    """
    texts = (c for c in form.printed if c.kind == "text" and not c.fill)
    return form.of_kind("name") or next(texts, None)


def name_of(row: Row, form: Form) -> str:
    """What tells a row from others beside its number or its position."""
    column = naming_column(form)
    return row.name or (row.text(column.key) if column else "")


def identity_of(row: Row) -> int | None:
    """The number of a row, its position where the form has none; None if it can't be read."""
    return row.no if row.has_number else row.position


def called(number: int | None, form: Form) -> str:
    """「No.3」, or 「3行目」 where the form has no numbers; empty for no number."""
    if number is None:
        return ""
    return f"No.{number}" if form.of_kind("no") else f"{number}行目"


def seen_columns(form: Form) -> tuple[Column, ...]:
    """What the council has before it: the columns compared with, and the texts beside them.

    A text is beside a column whose first heading it shares.
    """
    against = {column.against for column in form.fills if column.against}
    judged = [column for column in form.columns if column.fill or column.key in against]
    groups = {_group(column) for column in judged}
    naming, printed = naming_column(form), form.printed
    return tuple(
        column
        for column in form.columns
        if not column.fill
        and column is not naming
        and (column.key in against or (column.kind == "text" and column in printed))
        and _group(column) in groups
    )


def _group(column: Column) -> str:
    return plain(column.under[0]) if column.under else ""


def seen_of(row: Row, form: Form) -> dict[str, str]:
    """What these columns say in a row, as they are printed."""
    return {column.key: _cell_text(row, column, form) for column in seen_columns(form)}


def _cell_text(row: Row, column: Column, form: Form) -> str:
    """The text of a cell, with what is printed inside it."""
    parts = (column, *(inner for inner in form.inside(column.key) if not inner.fill))
    texts = ((each.shape, printed_text(row, each)) for each in parts)
    return "\n".join(shape.replace("{}", text, 1) for shape, text in texts if text)


# ---- what two sources say


def combined(first: Fills, second: Fills, form: Form) -> dict[str, Fill] | None:
    """What two sources say together; None where they contradict each other."""
    both: dict[str, Fill] = {}
    for unit in fill_units(form):
        told = combined_unit(first, second, unit)
        if told is None:
            return None
        both |= told
    return both


def combined_unit(first: Fills, second: Fills, unit: tuple[Column, ...]) -> dict[str, Fill] | None:
    """The same for one column with its remarks.

    A source that says nothing contradicts nothing. A remark of one is never joined to a
    choice of the other: both must say the same, or one the same and a remark more.
    """
    one, other = (
        {column.key: each.get(column.key, Fill()) for column in unit} for each in (first, second)
    )
    if is_blank(one) or is_blank(other):
        return one if is_blank(other) else other
    main = unit[0].key
    if not is_same(one[main], other[main]):
        return None
    for key in one.keys() - {main}:
        if not (one[key].is_blank or other[key].is_blank or is_same(one[key], other[key])):
            return None
    return {key: other[key] if fill.is_blank else fill for key, fill in one.items()}


def is_same(one: Fill, other: Fill) -> bool:
    """Whether two answers are the same, however they were spelled."""
    return one.status is other.status and _key(one.value) == _key(other.value)


def _key(value: Plain) -> object:
    if isinstance(value, Number) and value.value is not None:
        return value.value
    return compare_key(shown(value))
