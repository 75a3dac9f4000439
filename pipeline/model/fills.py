"""The values that the council fills in, and the texts that it sees when it fills them in.

In: a form and its rows. Out: the columns that belong together, their texts, and whether two
sources agree.
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

# The filled-in values by column key; a missing key is a blank value.
Fills = Mapping[str, Fill]


def fills_of(row: Row, form: Form) -> dict[str, Fill]:
    """The values of a row in all columns to fill in."""
    return {column.key: row.fill(column.key) for column in form.fills}


def is_blank(fills: Fills) -> bool:
    """Whether all values are blank."""
    return all(fill.is_blank for fill in fills.values())


def fill_text(fill: Fill, column: Column, form: Form) -> str:
    """The text of a filled-in value in workbooks and messages; 未入力 for a blank one."""
    if fill.status in form.words.by_status:
        return form.words.by_status[fill.status]
    return "\n".join(kind_of(column).lines(fill.value, column))


def fills_text(fills: Fills, form: Form) -> str:
    """All filled-in values on one line, with the columns' names if there are several units."""
    filled = [
        (column, fill_text(fills[column.key], column, form))
        for column in form.fills
        if not fills.get(column.key, Fill()).is_blank
    ]
    several = len(fill_units(form)) > 1
    words = (f"{column.name}：{word}" if several else word for column, word in filled)
    return "／".join(words).replace("\n", "／")


def as_json(fills: Fills, form: Form) -> dict[str, object]:
    """The value of every column to fill in, as the commands print it."""
    by_column = {column: fills.get(column.key, Fill()) for column in form.fills}
    return {
        column.key: {
            "status": fill.status.value,
            "value": kind_of(column).as_json(fill.value),
        }
        for column, fill in by_column.items()
    }


# ---- columns


def fill_units(form: Form) -> tuple[tuple[Column, ...], ...]:
    """Units of columns to fill in: each is a column with the columns for remarks on it."""
    comments = {column.key: form.comments(column) for column in form.fills}
    remarks = {column for inner in comments.values() for column in inner}
    return tuple((each, *comments[each.key]) for each in form.fills if each not in remarks)


def naming_column(form: Form) -> Column | None:
    """The column that identifies a row: its name, else the first printed text.

    None if the form prints neither.
    """
    texts = (c for c in form.printed if c.kind == "text" and not c.fill)
    return form.of_kind("name") or next(texts, None)


def name_of(row: Row, form: Form) -> str:
    """The text that identifies a row in addition to its number or its position."""
    column = naming_column(form)
    return row.name or (row.text(column.key) if column else "")


def identity_of(row: Row) -> int | None:
    """The number of a row, its position if the form has no numbers; None if not readable."""
    return row.no if row.has_number else row.position


def row_label(number: int | None, form: Form) -> str:
    """「No.3」, or 「3行目」 if the form has no numbers; empty for None."""
    if number is None:
        return ""
    return f"No.{number}" if form.of_kind("no") else f"{number}行目"


def seen_columns(form: Form) -> tuple[Column, ...]:
    """The columns that the council sees: those compared with opinions, and texts next to them.

    A text is next to a column that has the same first heading.
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
    """The printed texts of these columns in a row."""
    return {column.key: _cell_text(row, column, form) for column in seen_columns(form)}


def _cell_text(row: Row, column: Column, form: Form) -> str:
    """The text of a cell, with the columns that are printed inside it."""
    parts = (column, *(inner for inner in form.inside(column.key) if not inner.fill))
    texts = ((each.shape, printed_text(row, each)) for each in parts)
    return "\n".join(shape.replace("{}", text, 1) for shape, text in texts if text)


# ---- the values of two sources


def combined(first: Fills, second: Fills, form: Form) -> dict[str, Fill] | None:
    """The values of two sources combined; None if they contradict each other."""
    both: dict[str, Fill] = {}
    for unit in fill_units(form):
        values = combined_unit(first, second, unit)
        if values is None:
            return None
        both |= values
    return both


def combined_unit(first: Fills, second: Fills, unit: tuple[Column, ...]) -> dict[str, Fill] | None:
    """The values of two sources for one column with its remarks; None if they contradict.

    A source without values contradicts nothing. A remark of one source is not added to a
    different choice of the other: the choices must be the same, and the remarks must be the
    same or blank in one source.
    """
    one, other = (
        {column.key: fills.get(column.key, Fill()) for column in unit} for fills in (first, second)
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
    """Whether two answers are the same after normalising their spelling."""
    return one.status is other.status and _key(one.value) == _key(other.value)


def _key(value: Plain) -> object:
    if isinstance(value, Number) and value.value is not None:
        return value.value
    return compare_key(shown(value))
