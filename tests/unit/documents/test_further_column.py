"""One more line in the form's TOML is one more printed column."""

from __future__ import annotations

from support.forms import form_of, with_department
from support.records import handout, records, row_of, seed_form, seed_records

from pipeline.model.editions import Edition
from pipeline.model.handout import Handout

DEPARTMENT = "企画政策課"


def page(edition: Edition = Edition.MEETING) -> Handout:
    form = form_of(with_department(), "shiryo1")
    rows = (row_of({**row.values, "担当課": DEPARTMENT}, form) for row in seed_records().rows)
    return handout(records(*rows), edition, form=form)


def test_form_with_one_more_line_has_one_more_column() -> None:
    form = form_of(with_department(), "shiryo1")
    assert [column.key for column in form.columns if not seed_form().has(column.key)] == ["担当課"]
    assert (form.column("担当課").kind, form.column("担当課").required) == ("text", True)


def test_new_column_is_printed_after_the_name_with_its_heading() -> None:
    shown = page()
    assert [column.key for column in shown.grid][:4] == ["no", "name", "担当課", "progress"]
    heading = next(cell for level in shown.own_headings for cell in level if cell.column == 2)
    assert (heading.text, heading.rowspan) == ("担当課", len(shown.heading))
    for row in shown.rows:
        (cell,) = (each for each in row.cells if each.column == 2)
        assert [line.shown for line in cell.lines] == [DEPARTMENT]


def test_new_column_fits_without_smaller_text() -> None:
    widths = {column.key: column.width for column in page().grid}
    before = {column.key: column.width for column in handout().grid}
    assert sum(widths.values()) <= 196.0 + 0.01
    assert widths["担当課"] > 12
    # The column of prose becomes narrower; columns of boxes and scores cannot.
    assert before["reason"] - widths["reason"] > 10
    assert before["opinion"] - widths["opinion"] < 0.1


def test_other_columns_are_unchanged() -> None:
    for edition in (Edition.MEETING, Edition.RESULTS):
        shown, before = page(edition), handout(edition=edition)
        assert shown.file_stem == before.file_stem
        assert [box.tag for box in shown.boxes] == [box.tag for box in before.boxes]
        for row, old in zip(shown.rows, before.rows, strict=True):
            texts = [[line.shown for line in cell.lines] for cell in row.cells if cell.column != 2]
            assert texts == [[line.shown for line in cell.lines] for cell in old.cells]
