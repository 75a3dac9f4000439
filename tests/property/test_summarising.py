"""For any opinions, nothing is lost between the records and the summary."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from support.records import project, records, seed_form, summary, written
from support.word import part, shown

from pipeline.base.text import figure
from pipeline.model.records import Row
from pipeline.model.values import Fill, Status
from pipeline.render.docx import render_docx

LABELS = seed_form().column("proposal").choices
# Any characters that a cell can contain, in lines that are not blank.
LINES = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1
).filter(str.strip)
REMARKS = st.none() | st.lists(LINES, min_size=1, max_size=3).map("\n".join)


@st.composite
def answers(draw: st.DrawFn) -> Fill:
    status = draw(st.sampled_from([status for status in Status if status is not Status.WRITTEN]))
    return Fill(status, draw(st.sampled_from(LABELS)) if status is Status.CHOSEN else None)


@st.composite
def projects(draw: st.DrawFn) -> tuple[Row, ...]:
    row = st.tuples(st.sampled_from(LABELS), answers(), REMARKS)
    drawn = draw(st.lists(row, min_size=1, max_size=8))
    return tuple(
        project(no, proposal=proposed, opinion=answer, comment=written(remark))
        for no, (proposed, answer, remark) in enumerate(drawn, start=1)
    )


@given(projects())
def test_each_project_is_listed_once_and_counted_once(rows: tuple[Row, ...]) -> None:
    page = summary(records(*rows))
    assert Counter(page.row_numbers) == Counter(str(row.no) for row in rows)
    ((_, agreeing),) = (part.sections for part in page.parts)
    numbers = {row.no for row in agreeing.rows}
    for row in rows:
        agrees = row.fill("opinion").value == row.values["proposal"]
        assert (str(row.no) in numbers) == agrees
    counted = {count.label: count for count in page.parts[0].counts.rows}
    for label in LABELS:
        stated = sum(row.fill("opinion").value == label for row in rows)
        assert counted[label].stated == figure(stated)
        proposed = sum(row.values["proposal"] == label for row in rows)
        assert counted[label].proposed == figure(proposed)
    assert counted["計"].stated == figure(len(rows))


@given(projects())
def test_every_remark_is_unchanged_in_the_word_file(rows: tuple[Row, ...]) -> None:
    body = shown(part(render_docx(summary(records(*rows)), seed_form()).content))
    for row in rows:
        for line in row.text("comment").split("\n"):
            assert line in body
