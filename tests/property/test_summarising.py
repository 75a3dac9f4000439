"""Whatever a council says, nothing of it is lost between the records and the paper."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from support.records import project, records, seed_form, summary
from support.word import part, shown

from pipeline.base.text import figure
from pipeline.model.records import Opinion, OpinionStatus, Project, Proposal
from pipeline.render.docx import render_docx

LABELS = seed_form().labels
# Any characters that a cell can hold, in lines that are no empty paragraphs.
LINES = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1
).filter(str.strip)
REMARKS = st.none() | st.lists(LINES, min_size=1, max_size=3).map("\n".join)


@st.composite
def opinions(draw: st.DrawFn) -> Opinion:
    status = draw(st.sampled_from(OpinionStatus))
    choice = draw(st.sampled_from(LABELS)) if status is OpinionStatus.CHOSEN else None
    return Opinion(status, choice, draw(REMARKS))


@st.composite
def projects(draw: st.DrawFn) -> tuple[Project, ...]:
    said = draw(st.lists(st.tuples(st.sampled_from(LABELS), opinions()), min_size=1, max_size=8))
    return tuple(
        project(no, proposal=Proposal("理由。", proposed), opinion=opinion)
        for no, (proposed, opinion) in enumerate(said, start=1)
    )


@given(projects())
def test_each_project_is_told_once_and_counted_once(told: tuple[Project, ...]) -> None:
    page = summary(records(*told))
    assert Counter(page.row_numbers) == Counter(str(each.no) for each in told)
    agreeing = {row.no for row in page.agreeing.rows}
    for each in told:
        agrees = each.opinion.choice == each.proposal.choice
        assert (str(each.no) in agreeing) == agrees
    counted = {count.label: count for count in page.counts}
    for label in LABELS:
        assert counted[label].said == figure(sum(p.opinion.choice == label for p in told))
        assert counted[label].proposed == figure(sum(p.proposal.choice == label for p in told))
    assert counted["計"].said == figure(len(told))


@given(projects())
def test_every_remark_is_in_the_word_file_character_for_character(
    told: tuple[Project, ...],
) -> None:
    body = shown(part(render_docx(summary(records(*told)), seed_form()).content))
    for each in told:
        for line in (each.opinion.comment or "").split("\n"):
            assert line in body
