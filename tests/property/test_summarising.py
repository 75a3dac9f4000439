"""Whatever a council says, nothing of it is lost between the records and the paper."""

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
# Any characters that a cell can hold, in lines that are no empty paragraphs.
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
    said = st.tuples(st.sampled_from(LABELS), answers(), REMARKS)
    told = draw(st.lists(said, min_size=1, max_size=8))
    return tuple(
        project(no, proposal=proposed, opinion=answer, comment=written(remark))
        for no, (proposed, answer, remark) in enumerate(told, start=1)
    )


@given(projects())
def test_each_project_is_told_once_and_counted_once(told: tuple[Row, ...]) -> None:
    page = summary(records(*told))
    assert Counter(page.row_numbers) == Counter(str(each.no) for each in told)
    ((_, agreeing),) = (each.sections for each in page.parts)
    numbers = {row.no for row in agreeing.rows}
    for each in told:
        agrees = each.fill("opinion").value == each.values["proposal"]
        assert (str(each.no) in numbers) == agrees
    counted = {count.label: count for count in page.parts[0].counts.rows}
    for label in LABELS:
        said = sum(each.fill("opinion").value == label for each in told)
        assert counted[label].stated == figure(said)
        proposed = sum(each.values["proposal"] == label for each in told)
        assert counted[label].proposed == figure(proposed)
    assert counted["計"].stated == figure(len(told))


@given(projects())
def test_every_remark_is_in_the_word_file_character_for_character(told: tuple[Row, ...]) -> None:
    body = shown(part(render_docx(summary(records(*told)), seed_form()).content))
    for each in told:
        for line in each.text("comment").split("\n"):
            assert line in body
