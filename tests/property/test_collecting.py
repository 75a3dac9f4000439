"""Whatever was ticked and typed comes back: through Word, LibreOffice and the workbooks."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pipeline.opinions.stated import opinions
from support.books import book_rows, fill, identity, opened, write
from support.examples import one_in
from support.filling import as_word_saves, filled, without_controls
from support.records import handout, project, records, seed_form
from support.word import converted

from pipeline.base.text import boxes_on, compare_key
from pipeline.model.collected import BookKind, in_words, is_as_proposed, statuses
from pipeline.model.editions import Edition
from pipeline.model.form import Choice, Form
from pipeline.model.records import Opinion, OpinionStatus, Proposal, Records
from pipeline.opinions.handout import read_handout
from pipeline.opinions.match import match
from pipeline.render.docx import render_docx

Opinions = dict[int, Opinion]
NUMBERS = (1, 2, 3)
FIVE = ("拡充", "現状維持", "改善", "縮小", "終了")


@cache
def form_of(choices: int) -> Form:
    """The shipped form, and one with five choices."""
    form = seed_form()
    if choices == len(form.labels):
        return form
    five = tuple(Choice(label=label) for label in FIVE)
    return Form(form.folder, msgspec.structs.replace(form.file, choices=five))


def master(form: Form, said: Mapping[int, Opinion] | None = None) -> Records:
    proposals = dict(zip(NUMBERS, form.labels, strict=False))
    return records(
        *(
            project(
                no,
                proposal=Proposal("続ける。", proposals[no]),
                opinion=(said or {}).get(no, Opinion()),
            )
            for no in NUMBERS
        )
    )


@cache
def meeting(choices: int) -> bytes:
    """The meeting edition, made once."""
    form = form_of(choices)
    return render_docx(handout(master(form), form=form), form).content


def is_plain(line: str, form: Form) -> bool:
    """Whether a line is a remark and nothing that a reader would take for a mark or a word."""
    key = compare_key(line).strip("()「」[]。・")
    words = {compare_key(word) for word in (*form.labels, *statuses(form))}
    ends_in_label = any(compare_key(line).endswith(compare_key(each)) for each in form.labels)
    return bool(
        line
        and line == line.strip()
        and key not in words
        and not ends_in_label
        and not is_as_proposed(line)
        and not boxes_on(line, form.labels)[0]
    )


# Whatever can be typed in a line; the office's words more often than by chance.
TYPED = st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp"])
WORDS = st.sampled_from(
    [
        "継続",
        "見直し",
        "■",
        "□",
        "○",
        " ",
        "　",
        "保留",
        "の意見",
        "。",
        "葛󠄀城",
        "㈱",
        "𠮷",
        "神",
        "&<>",
        "A",
    ]
)


def said_by(
    form: Form, *, words: st.SearchStrategy[str] = TYPED | WORDS
) -> st.SearchStrategy[Opinions]:
    """Random choices, words and remarks for each project."""
    lines = st.lists(words, min_size=1, max_size=8).map("".join).map(str.strip)
    remarks = st.lists(lines.filter(lambda line: is_plain(line, form)), max_size=3).map(
        lambda each: "\n".join(each) or None
    )
    kinds = st.sampled_from(
        [
            (OpinionStatus.BLANK, None),
            *((OpinionStatus.CHOSEN, label) for label in form.labels),
            (OpinionStatus.NO_OPINION, None),
            (OpinionStatus.DEFERRED, None),
            (OpinionStatus.DIVIDED, None),
        ]
    )
    opinion = st.builds(lambda kind, remark: Opinion(kind[0], kind[1], remark), kinds, remarks)
    return st.fixed_dictionaries(dict.fromkeys(NUMBERS, opinion))


def collected(content: bytes, form: Form) -> Opinions:
    """What ``collect`` reads in a Word file that gives no finding."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "資料１.docx"
        path.write_bytes(content)
        said, findings = opinions(read_handout(path, form), form)
    assert findings == ()
    matched = match(said, master(form))
    assert matched.differences == ()
    return {no: each.opinion for no, each in matched.said.items()}


both_forms = pytest.mark.parametrize("choices", [3, 5])


@both_forms
@given(data=st.data(), saved=st.booleans(), stripped=st.booleans())
def test_a_filled_handout_gives_back_what_was_filled_in(
    choices: int, data: st.DataObject, *, saved: bool, stripped: bool
) -> None:
    form = form_of(choices)
    told = data.draw(said_by(form))
    content = filled(meeting(choices), told, form)
    content = as_word_saves(content) if saved else content
    assert collected(without_controls(content) if stripped else content, form) == told


@both_forms
@settings(max_examples=one_in(2))
@given(data=st.data())
def test_a_results_edition_collected_again_says_the_same(choices: int, data: st.DataObject) -> None:
    form = form_of(choices)
    told = data.draw(said_by(form))
    edition = handout(master(form, told), Edition.RESULTS, form=form)
    assert collected(render_docx(edition, form).content, form) == told


@both_forms
@settings(max_examples=one_in(2))
@given(data=st.data())
def test_the_workbook_of_the_day_gives_back_what_was_typed(
    choices: int, data: st.DataObject
) -> None:
    form = form_of(choices)
    told = data.draw(said_by(form))
    typed = {
        no: (None if each == Opinion(comment=each.comment) else in_words(each, form), each.comment)
        for no, each in told.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "a.xlsx", book_rows(master(form)), identity(of=form), form=form)
        book = opened(fill(path, typed, form), form)
    assert book.findings == ()
    assert {each.no: each.opinion for each in book.said} == told


@both_forms
@settings(max_examples=one_in(2))
@given(data=st.data())
def test_the_results_workbook_holds_every_opinion(choices: int, data: st.DataObject) -> None:
    form = form_of(choices)
    told = data.draw(said_by(form))
    own = identity(BookKind.RESULTS, of=form)
    with tempfile.TemporaryDirectory() as folder:
        rows = book_rows(master(form), told, "資料１.docx 表の3行目")
        book = opened(write(Path(folder) / "a.xlsx", rows, own, form=form), form)
    assert book.findings == ()
    assert (book.identity, book.extras) == (own, ())
    assert {each.no: each.opinion for each in book.said} == told


@both_forms
# One run of LibreOffice for each of two batches; it costs seconds, so nothing is shrunk.
@settings(max_examples=one_in(12), phases=[Phase.generate])
@given(data=st.data())
def test_libreoffice_saves_a_filled_handout_again_and_it_reads_the_same(
    choices: int, data: st.DataObject
) -> None:
    form = form_of(choices)
    batch = data.draw(st.lists(said_by(form, words=WORDS), min_size=6, max_size=6))
    files = {str(place): filled(meeting(choices), told, form) for place, told in enumerate(batch)}
    with tempfile.TemporaryDirectory() as folder:
        again = converted(files, "docx", Path(folder))
    assert [collected(again[str(place)], form) for place in range(len(batch))] == batch
