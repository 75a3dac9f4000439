"""The form proposed for any table reads the whole table."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from support.forms import form_of
from support.reading import as_workbook, outcome
from support.shapes import Grid

from pipeline.base.errors import PipelineError
from pipeline.base.text import compare_key
from pipeline.master.locate import form_match
from pipeline.master.locate.header_names import header_key
from pipeline.master.propose import propose
from pipeline.model.records import printed_text

# Typical headings; several columns may have the same one.
HEADINGS = st.sampled_from(
    [
        "番号",
        "事業名",
        "担当課",
        "必要性",
        "効率性",
        "方向性",
        "説明",
        "予算（千円）",
        "備考",
        "①計画",
        "事務局案",
        "懇談会意見",
        "委員のコメント",
    ]
)
WORDS = st.sampled_from(
    ["継続", "見直し", "企画課", "○", "―", "A", "よい取組である。続ける。", "3/4"]
)
CELLS = st.none() | WORDS | st.integers(0, 99999)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Grid, list[list[Any]]]:
    """A table with one row of headings, and its cells."""
    headings = draw(st.lists(HEADINGS, min_size=2, max_size=7))
    columns = [
        draw(st.lists(draw(st.sampled_from([CELLS, WORDS, st.none()])), min_size=4, max_size=4))
        for _ in headings
    ]
    # Fill two columns: a row with one cell would be a heading, and an empty row no row.
    columns[0] = [f"事業{k}" for k in range(1, 5)]
    columns[1] = [cell or "有" for cell in columns[1]]
    grid, top = Grid(), draw(st.integers(1, 3))
    if top > 1:
        grid.put(1, 1, "評価の一覧")
    grid.put(top, 1, *headings)
    rows = [list(row) for row in zip(*columns, strict=True)]
    for number, row in enumerate(rows, start=top + 1):
        grid.put(number, 1, *row)
    return grid, rows


@given(tables())
def test_proposed_form_reads_every_cell(
    made: tuple[Grid, list[list[Any]]],
) -> None:
    grid, rows = made
    workbook = as_workbook(grid)
    form = form_of(propose(workbook))
    assert form_match(workbook, form) == (True, len(form.columns))
    result = outcome(workbook, form=form)
    printed = [[printed_text(row, column) for column in form.printed] for row in result.rows]
    assert [list(map(compare_key, row)) for row in printed] == [
        [compare_key(str(cell if cell is not None else "")) for cell in row] for row in rows
    ]
    assert not any(found.blocks for found in result.findings)


ANYTHING = st.one_of(
    st.none(), st.text(max_size=8), st.integers(), st.floats(), st.booleans(), st.dates(), HEADINGS
)


@given(st.lists(st.lists(ANYTHING, max_size=6), max_size=8), st.integers(1, 4))
@example([[], [":", ":"], [":", ":"]], 2)
def test_any_sheet_gives_a_valid_form_or_none(cells: list[list[Any]], size: int) -> None:
    grid = Grid()
    for row, values in enumerate(cells, start=1):
        grid.put(row, 1, *values)
    grid.merge(1, 1, size, size)
    try:
        text = propose(as_workbook(grid))
    except PipelineError as error:
        assert error.code == "no-table-to-propose"  # noqa: PT017 - finding no table is correct, too
        return
    assert form_of(text).columns


@given(st.lists(HEADINGS, min_size=2, max_size=6))
def test_proposed_names_match_their_headings(headings: list[str]) -> None:
    grid = Grid()
    grid.put(1, 1, *headings)
    grid.put(2, 1, *("あ" for _ in headings))
    form = form_of(propose(as_workbook(grid)))
    names = [header_key(column.name) for column in form.columns]
    assert names == [header_key(heading) for heading in headings]
